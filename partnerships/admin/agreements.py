"""Agreements: the dense list, the form with parties and copies, the export, the history."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters, InlineModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.records import start_amendment
from partnerships.admin import bulk
from partnerships.admin.bulk_changes import CHANGES
from partnerships.admin.desk import (
    KnownSelect,
    OfficerAdmin,
    corrects,
    know,
    may_write,
    officer,
    plain_term,
    with_few_links,
)
from partnerships.admin.filters import (
    AttentionFilter,
    ClassificationFilter,
    EndingFilter,
    OwnerFilter,
    PartnerFilter,
    StageFilter,
    TermFilter,
    TypeFilter,
)
from partnerships.admin.inlines import (
    FiledInline,
    FundingTermInline,
    LinkInline,
    NewFileInline,
    PartyInline,
    RegulationInline,
)
from partnerships.admin.saving import CarefulSaving
from partnerships.admin.sheets import SheetPages
from partnerships.changes import changes_of_agreement
from partnerships.forms.agreements import AgreementForm
from partnerships.models import Agreement, AgreementQuerySet
from partnerships.spreadsheets.agreements import write_agreements
from toolkit.local_times import day_short
from toolkit.row_changes import Change
from units.access import reach
from units.models import Unit

# What the text itself says.
LEGAL_FIELDS = [
    "agreement_type",
    "title",
    "number",
    "is_foreign",
    "signed_on",
    "signed_at_place",
    "effective_from",
    "effective_until",
    "renews_itself",
    "scope",
]
# What a verified text shows in words instead of a tick.
TOLD = {"is_foreign": "foreign_told", "renews_itself": "renewal_told"}
# Numbers up to this length stand on one line.
NARROW = 28


def is_autocomplete(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


class DeskAgreementForm(AgreementForm):
    """The form at the desk: its autocomplete knows the owner that came with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "owner_unit" in self.fields:
            know(self.fields["owner_unit"], self.instance.owner_unit)


@admin.register(Agreement)
class AgreementAdmin(CarefulSaving, SheetPages, OfficerAdmin):
    form = DeskAgreementForm
    change_form_template = "partnerships/admin/agreement_form.html"
    actions: Any = []
    inlines = [PartyInline, FundingTermInline, RegulationInline, LinkInline, FiledInline, NewFileInline]
    autocomplete_fields = ["owner_unit"]
    list_display = ["kind", "number_shown", "what", "term", "stage", "state", "done"]
    list_display_links = ["what"]
    list_filter = [
        AttentionFilter,
        StageFilter,
        TermFilter,
        EndingFilter,
        OwnerFilter,
        PartnerFilter,
        TypeFilter,
        ClassificationFilter,
    ]
    show_facets = admin.ShowFacets.NEVER  # the filters count by themselves
    search_fields = ["title"]
    search_help_text = gettext_lazy("Judul, nomor, pihak, isi PDF")
    ordering = ["-pk"]
    change_list_template = "partnerships/admin/change_list.html"
    fieldsets = [
        (None, {"fields": ["agreement_type", "title", ("number", "is_foreign"), ("owner_unit", "level"), "version"]}),
        (
            gettext_lazy("Tanda tangan dan masa berlaku"),
            {
                "fields": [
                    ("signed_on", "signed_at_place"),
                    ("effective_from", "effective_until"),
                    ("until_ended", "renews_itself"),
                ]
            },
        ),
        (gettext_lazy("Isi"), {"fields": ["tags", "scope"]}),
        (gettext_lazy("Keterbukaan"), {"fields": [("classification", "classification_reason")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> AgreementQuerySet:
        if is_autocomplete(request):
            return Agreement.objects.linkable_by(request.user).order_by(*self.ordering)
        rows = Agreement.objects.editable_by(request.user).select_related("owner_unit")
        shows_one = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return rows.with_record_state().for_form() if shows_one else rows

    def get_fieldsets(self, request: HttpRequest, obj: Agreement | None = None) -> Any:
        """A correction asks for its reason first; a verified text shows what it says."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.is_settled:
            return fieldsets
        if corrects(request):
            return [(gettext_lazy("Koreksi"), {"fields": ["correction_reason"]}), *fieldsets]
        shown = list(fieldsets)
        shown[0] = (
            None,
            {"fields": ["agreement_type", "title", ("number", "foreign_told"), *shown[0][1]["fields"][3:]]},
        )
        shown[1] = (shown[1][0], {"fields": [*shown[1][1]["fields"][:2], "renewal_told"]})
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Agreement | None = None) -> Any:
        return [] if may_write(request, obj) else [TOLD.get(name, name) for name in LEGAL_FIELDS]

    @admin.display(description=gettext_lazy("Luar negeri"))
    def foreign_told(self, agreement: Agreement) -> str:
        return _("Ya") if agreement.is_foreign else _("Tidak")

    @admin.display(description=gettext_lazy("Diperpanjang otomatis"))
    def renewal_told(self, agreement: Agreement) -> str:
        return _("Ya") if agreement.renews_itself else _("Tidak")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes = super().get_changelist_instance(request)
        changes.result_list = changes.result_list.listed(timezone.localdate())
        return changes

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What may be linked to is found by what the choice says of it: not all of it may be read by who chooses."""
        term = plain_term(search_term)
        rows: Any = queryset
        if is_autocomplete(request):
            return rows.matching(term), False
        return (rows.searched(term) if term else rows), False

    def get_actions(self, request: HttpRequest) -> Any:
        return bulk.actions(CHANGES, officer(request))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """A chosen row is a number: what else is posted would make the database stumble."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdecimal() and len(key) < 19 for key in chosen):
            raise BadRequest
        return super().response_action(request, queryset, *args, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Agreement | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        return [inline for inline in self.inlines if obj or inline is not FiledInline]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "owner_unit": officer(request).unit_id}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_few_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """An officer files agreements under the units of the own reach only."""
        if db_field.name == "agreement_type":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = Unit.objects.filter(reach(request.user, ""))
        kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        """A record made by mistake may go while no signed text is filed with it."""
        return obj is None or not obj.has_signed_copy

    # --- columns

    @admin.display(description=gettext_lazy("Jenis"), ordering="agreement_type")
    def kind(self, agreement: Agreement) -> SafeString:
        return format_html('<b title="{}">{}</b>', agreement.agreement_type, agreement.agreement_type.short)

    @admin.display(description=gettext_lazy("Nomor"), ordering="number", empty_value="–")
    def number_shown(self, agreement: Agreement) -> SafeString | None:
        wraps = "nowrap" if len(agreement.number) < NARROW else "wrap-anywhere"
        return format_html('<span class="{}">{}</span>', wraps, agreement.number) if agreement.number else None

    @admin.display(description=gettext_lazy("Tentang dan para pihak"), ordering="title")
    def what(self, agreement: Agreement) -> SafeString:
        return format_html('{}<span class="sub">{}</span>', agreement.title, agreement.parties_line)

    @admin.display(description=gettext_lazy("Mulai / akhir"), ordering="effective_until")
    def term(self, agreement: Agreement) -> SafeString:
        days = [agreement.effective_from, agreement.effective_until]
        if not any(days):
            return format_html("{}", "–")
        words = [(day_short(day) if day else _("sampai diakhiri"),) for day in days]
        return format_html_join("", '<span class="nowrap d-block">{}</span>', words)

    @admin.display(description=gettext_lazy("Tahap"))
    def stage(self, agreement: Agreement) -> SafeString:
        stage = agreement.record_state
        return format_html('<span class="badge-tone {} nowrap">{}</span>', stage.tone, stage.label)

    @admin.display(description=gettext_lazy("Masa"))
    def state(self, agreement: Agreement) -> SafeString:
        today = timezone.localdate()
        tone, label = agreement.term_state(today).tone, agreement.term_label(today)
        return format_html('<span class="badge-tone {}">{}</span>', tone, label)

    @admin.display(description=gettext_lazy("Pelaksanaan"))
    def done(self, agreement: Agreement) -> str:
        return agreement.progress_label

    def changes_for(self, request: HttpRequest, row: Agreement) -> list[Change]:
        return changes_of_agreement(row, seen=Agreement.objects.visible_to(request.user))

    # --- export

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("ekspor/", guarded(self.export_view), name="partnerships_agreement_export"),
            path("<int:pk>/adendum/", guarded(self.amend_view), name="partnerships_agreement_amend"),
            *super().get_urls(),
        ]

    def amend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Starts the draft of an addendum and opens it."""
        agreement = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        amendment = start_amendment(agreement, by=officer(request), now=timezone.now())
        messages.success(request, _("Draf adendum dibuat. Lengkapi isinya, lalu simpan naskah bertanda tangannya."))
        return redirect("admin:partnerships_agreement_change", amendment.pk)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows under the same filters, as a sheet."""
        try:
            shown: Any = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:partnerships_agreement_changelist")
        return write_agreements(shown, today=timezone.localdate())
