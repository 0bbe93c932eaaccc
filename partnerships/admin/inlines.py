"""What stands below an agreement's form: its parties, its filed copies, and the place for a new one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import KnownSelect, officer, with_few_links
from partnerships.forms.agreements import (
    FiledFormSet,
    FileForm,
    FundingTermForm,
    NewFileFormSet,
    PartyForm,
    PartyFormSet,
)
from partnerships.models import Agreement, AgreementFile, AgreementParty, FundingTerm
from toolkit.local_times import moment_short
from units.access import Role


class DeskPartyForm(PartyForm):
    """The party's form at the desk: its autocompletes know the names that came with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "organization"):
            there = getattr(self.instance, name)
            widget = getattr(self.fields[name].widget, "widget", self.fields[name].widget)
            if there is not None and isinstance(widget, KnownSelect):
                widget.known = {str(there.pk): str(there)}


class PartyInline(admin.StackedInline[AgreementParty, Agreement]):
    model = AgreementParty
    form = DeskPartyForm
    formset = PartyFormSet
    extra = 1
    verbose_name = gettext_lazy("Pihak")
    verbose_name_plural = gettext_lazy("Para pihak")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("position", "unit", "organization"),
                    ("party_number", "signed_on"),
                    ("signatory_name", "signatory_position", "signing_capacity"),
                ]
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementParty]:
        return AgreementParty.objects.select_related("unit", "organization").order_by("position", "pk")

    def get_extra(self, request: HttpRequest, obj: Agreement | None = None, **kwargs: Any) -> int:
        return 2 if obj is None else 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_few_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class FundingTermInline(admin.StackedInline[FundingTerm, Agreement]):
    """What the partner pays for; budgets of workshops are checked against it."""

    model = FundingTerm
    form = FundingTermForm
    extra = 0
    verbose_name = gettext_lazy("Ketentuan")
    verbose_name_plural = gettext_lazy("Ketentuan pendanaan mitra")
    fieldsets = [(None, {"fields": [("cost", "account_prefix"), ("ceiling", "needs_consent"), "note"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FundingTerm]:
        return FundingTerm.objects.order_by("pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class FiledInline(admin.TabularInline[AgreementFile, Agreement]):
    """Copies that are filed: to download, never to change; a bureau admin may take a wrong one back."""

    model = AgreementFile
    formset = FiledFormSet
    fields: ClassVar[Any] = ["download", "what", "filed", "fingerprint"]
    readonly_fields = ["download", "what", "filed", "fingerprint"]
    extra = max_num = 0
    verbose_name_plural = gettext_lazy("Salinan naskah tersimpan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementFile]:
        return AgreementFile.objects.select_related("uploaded_by").order_by("uploaded_at", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return officer(request).role == Role.BUREAU_ADMIN

    @admin.display(description=gettext_lazy("Berkas"))
    def download(self, copy: AgreementFile) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("agreement_file", args=[copy.pk]), copy.original_name)

    @admin.display(description=gettext_lazy("Isi"))
    def what(self, copy: AgreementFile) -> str:
        return copy.summary

    @admin.display(description=gettext_lazy("Disimpan"))
    def filed(self, copy: AgreementFile) -> str:
        return f"{moment_short(copy.uploaded_at, timezone.get_current_timezone())} · {copy.uploaded_by}"

    @admin.display(description="SHA-256")
    def fingerprint(self, copy: AgreementFile) -> SafeString:
        return format_html('<code title="{}">{}…</code>', copy.sha256, copy.sha256[:12])


class NewFileInline(admin.StackedInline[AgreementFile, Agreement]):
    """The place to hand in a signed PDF."""

    model = AgreementFile
    form = FileForm
    formset = NewFileFormSet
    fields = ["file"]
    extra = 1
    can_delete = False
    verbose_name = gettext_lazy("Salinan naskah baru")
    verbose_name_plural = gettext_lazy("Simpan salinan naskah bertanda tangan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementFile]:
        return AgreementFile.objects.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
