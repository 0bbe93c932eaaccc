"""What stands below an agreement's form: its parties, its filed copies, and the place for a new one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import WRITTEN_DAYS, KnownSelect, know, may_write, officer, with_few_links
from partnerships.admin.saving import held_back
from partnerships.forms.agreement_files import FiledFormSet, FileForm, NewFileFormSet
from partnerships.forms.agreement_rows import FundingTermForm, LinkForm, RegulationForm, RowFormSet
from partnerships.forms.parties import PartyForm, PartyFormSet
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementLink,
    AgreementParty,
    FocalPoint,
    FundingTerm,
    RegulationReference,
)
from toolkit.local_times import moment_short
from units.access import Role


class DeskPartyForm(PartyForm):
    """The party's form at the desk: its autocompletes know the names that came with the row. Under a verified text only
    the person to ask stays open."""

    is_locked = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.disabled = self.is_locked and name in (self._meta.fields or ())
        for name in ("unit", "organization"):
            know(self.fields[name], getattr(self.instance, name))


class LegalInline:
    """Rows that are part of the text: open until the text is verified, then by a correction only."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)


class PartyInline(LegalInline, admin.StackedInline[AgreementParty, Agreement]):
    model = AgreementParty
    form = DeskPartyForm
    formfield_overrides = WRITTEN_DAYS
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
                    "rights",
                    "duties",
                    "people",
                ]
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementParty]:
        parties = AgreementParty.objects.select_related("unit", "organization").order_by("position", "pk")
        return parties.prefetch_related(Prefetch("focal_points", FocalPoint.objects.order_by("pk")))

    def get_extra(self, request: HttpRequest, obj: Agreement | None = None, **kwargs: Any) -> int:
        return 2 if obj is None else 0

    def get_formset(self, request: HttpRequest, obj: Agreement | None = None, **kwargs: Any) -> Any:
        if not may_write(request, obj):
            kwargs["form"] = type("LockedPartyForm", (self.form,), {"is_locked": True})
        formset: Any = super().get_formset(request, obj, **kwargs)
        held = held_back(request)
        formset.held = held.found if held else ()
        return formset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_few_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class FundingTermInline(LegalInline, admin.StackedInline[FundingTerm, Agreement]):
    """What the partner pays for; budgets of workshops are checked against it."""

    model = FundingTerm
    form = FundingTermForm
    extra = 0
    verbose_name = gettext_lazy("Ketentuan")
    verbose_name_plural = gettext_lazy("Ketentuan pendanaan mitra")
    fieldsets = [
        (None, {"fields": [("cost", "account_prefix"), ("ceiling", "currency"), "needs_consent", "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FundingTerm]:
        return FundingTerm.objects.order_by("pk")


class RegulationInline(LegalInline, admin.TabularInline[RegulationReference, Agreement]):
    model = RegulationReference
    form = RegulationForm
    formset = RowFormSet
    extra = 0
    verbose_name = gettext_lazy("Peraturan")
    verbose_name_plural = gettext_lazy("Peraturan yang dirujuk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegulationReference]:
        return RegulationReference.objects.order_by("pk")


class DeskLinkForm(LinkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            know(self.fields["earlier"], self.instance.earlier)


class LinkInline(admin.TabularInline[AgreementLink, Agreement]):
    """What this agreement is to an earlier one. A link is no part of the text, so it may be added at any time."""

    model = AgreementLink
    fk_name = "later"
    form = DeskLinkForm
    formset = RowFormSet
    extra = 0
    verbose_name = gettext_lazy("Hubungan")
    verbose_name_plural = gettext_lazy("Hubungan dengan perjanjian lain")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementLink]:
        return AgreementLink.objects.select_related("earlier").order_by("pk")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = with_few_links(super().formfield_for_dbfield(db_field, request, **kwargs))
        if db_field.name == "earlier":
            field.widget.can_add_related = False
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "earlier":
            kwargs["queryset"] = Agreement.objects.linkable_by(request.user)
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


class FiledInline(admin.TabularInline[AgreementFile, Agreement]):
    """Copies that are filed: to download, never to change; a bureau admin may take a wrong one back. In a form that was
    open meanwhile that one has no row any more."""

    model = AgreementFile
    formset = FiledFormSet
    fields: ClassVar[Any] = ["kind_shown", "download", "what", "filed", "fingerprint"]
    readonly_fields = ["kind_shown", "download", "what", "filed", "fingerprint"]
    extra = max_num = 0
    verbose_name_plural = gettext_lazy("Berkas tersimpan")

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

    @admin.display(description=gettext_lazy("Jenis berkas"))
    def kind_shown(self, copy: AgreementFile) -> str:
        return copy.get_kind_display()

    @admin.display(description=gettext_lazy("Berkas"))
    def download(self, copy: AgreementFile) -> SafeString | str:
        if not copy.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("agreement_file", args=[copy.pk]), copy.original_name)

    @admin.display(description=gettext_lazy("Isi"))
    def what(self, copy: AgreementFile) -> str:
        return copy.summary if copy.pk else "–"

    @admin.display(description=gettext_lazy("Disimpan"))
    def filed(self, copy: AgreementFile) -> str:
        if not copy.pk:
            return "–"
        return f"{moment_short(copy.uploaded_at, timezone.get_current_timezone())} · {copy.uploaded_by}"

    @admin.display(description="SHA-256")
    def fingerprint(self, copy: AgreementFile) -> SafeString:
        return format_html('<code title="{}">{}…</code>', copy.sha256, copy.sha256[:12])


class NewFileInline(admin.StackedInline[AgreementFile, Agreement]):
    """The place to hand in a PDF."""

    model = AgreementFile
    form = FileForm
    formset = NewFileFormSet
    fields = ["kind", "file", "kept"]
    extra = 1
    can_delete = False
    verbose_name = gettext_lazy("Berkas baru")
    verbose_name_plural = gettext_lazy("Simpan berkas")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementFile]:
        return AgreementFile.objects.none()

    def get_formset(self, request: HttpRequest, obj: Agreement | None = None, **kwargs: Any) -> Any:
        """What is kept between two tries belongs to this person."""
        kwargs["form"] = type("OwnFileForm", (self.form,), {"user_id": officer(request).pk})
        return super().get_formset(request, obj, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
