"""Agreements: the dense list, the form with parties and copies, the export, the history."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters, InlineModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions import discard_file, record_file
from partnerships.actions.texts import refresh_words
from partnerships.admin.desk import KnownSelect, OfficerAdmin, officer, plain_term, with_few_links
from partnerships.admin.filters import AttentionFilter, OwnerFilter, TermFilter, TypeFilter
from partnerships.admin.inlines import FiledInline, FundingTermInline, NewFileInline, PartyInline
from partnerships.admin.sheets import SheetPages
from partnerships.changes import Change, changes_of_agreement
from partnerships.forms.agreements import AgreementForm
from partnerships.models import Agreement, AgreementFile, AgreementQuerySet
from partnerships.spreadsheets.agreements import write_agreements
from toolkit.local_times import day_short
from units.access import reach
from units.models import Unit, User

# Numbers up to this length stand on one line.
NARROW = 28


@admin.register(Agreement)
class AgreementAdmin(SheetPages, OfficerAdmin):
    form = AgreementForm
    inlines = [PartyInline, FundingTermInline, FiledInline, NewFileInline]
    autocomplete_fields = ["owner_unit"]
    list_display = ["kind", "number_shown", "what", "term", "state", "done", "copies"]
    list_display_links = ["what"]
    list_filter = [AttentionFilter, TermFilter, OwnerFilter, TypeFilter]
    show_facets = admin.ShowFacets.NEVER  # the filters count by themselves
    search_fields = ["title"]
    search_help_text = gettext_lazy("Judul, nomor, atau nama pihak")
    ordering = ["-pk"]
    change_list_template = "partnerships/admin/change_list.html"
    fieldsets = [
        (None, {"fields": ["agreement_type", "title", ("number", "is_foreign"), "owner_unit"]}),
        (
            gettext_lazy("Tanda tangan dan masa berlaku"),
            {"fields": [("signed_on", "signed_at_place"), ("effective_from", "effective_until")]},
        ),
        (gettext_lazy("Isi"), {"fields": ["scope"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> AgreementQuerySet:
        return Agreement.objects.editable_by(request.user).select_related("owner_unit")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes = super().get_changelist_instance(request)
        changes.result_list = changes.result_list.with_list_facts().with_progress(timezone.localdate())
        return changes

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = plain_term(search_term)
        rows: Any = queryset
        return (rows.searched(term) if term else rows), False

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
        return obj is None or not obj.signed_copies.exists()

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

    @admin.display(description=gettext_lazy("Masa"))
    def state(self, agreement: Agreement) -> SafeString:
        today = timezone.localdate()
        tone, label = agreement.term_state(today).tone, agreement.term_label(today)
        return format_html('<span class="badge-tone {}">{}</span>', tone, label)

    @admin.display(description=gettext_lazy("Pelaksanaan"))
    def done(self, agreement: Agreement) -> str:
        return agreement.progress_label

    @admin.display(description=gettext_lazy("Naskah"))
    def copies(self, agreement: Agreement) -> SafeString:
        if agreement.n_copies:
            return format_html('<span class="badge-tone teal">{}</span>', _("Ada"))
        return format_html('<span class="badge-tone grey nowrap">{}</span>', _("Belum ada"))

    def changes(self, row: Agreement) -> list[Change]:
        return changes_of_agreement(row)

    # --- saving

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A browser never sends a chosen file twice by itself: say so when the form comes back."""
        if request.method == "POST" and request.FILES:
            names = ", ".join(str(file) for file in request.FILES.values())
            messages.warning(
                request,
                _("Berkas %(names)s belum disimpan. Perbaiki isian, lalu pilih lagi berkasnya.") % {"names": names},
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Signed copies go through their actions; parties are saved as they are."""
        if formset.model is not AgreementFile:
            super().save_formset(request, form, formset, change)
            return
        by, now = officer(request), timezone.now()
        formset.save(commit=False)
        for copy in formset.deleted_objects:
            discard_file(copy, by=by, now=now)
        handed_in = [one for one in formset.forms if getattr(one, "facts", None)]
        formset.new_objects = [
            record_file(form.instance, file=one.cleaned_data["file"], by=by, now=now, facts=one.facts)
            for one in handed_in
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_words([form.instance.pk], now=timezone.now())
        for sentence in doubts(form.instance, user=officer(request), today=timezone.localdate()):
            messages.warning(request, sentence)

    # --- export

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("ekspor/", export, name="partnerships_agreement_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows under the same filters, as a sheet."""
        try:
            shown: Any = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:partnerships_agreement_changelist")
        return write_agreements(shown, today=timezone.localdate())


def doubts(agreement: Agreement, *, user: User, today: date) -> list[str]:
    """What looks wrong in an agreement but may be so: sentences to show, none of which forbids anything."""
    found = []
    if agreement.number:
        same = Agreement.objects.visible_to(user).filter(number__iexact=agreement.number).exclude(pk=agreement.pk)
        titles = list(same.order_by("pk").values_list("title", flat=True)[:3])
        if titles:
            found.append(
                _("Nomor %(number)s juga dipakai pada: %(titles)s. Periksa apakah perjanjian ini tercatat dua kali.")
                % {"number": agreement.number, "titles": "; ".join(titles)}
            )
    parties = list(agreement.parties.values_list("organization", flat=True))
    if len(parties) < 2 or not any(parties):
        found.append(_("Perjanjian ini belum memuat pihak dari luar. Lengkapi daftar para pihak."))
    if agreement.signed_on and agreement.signed_on > today:
        found.append(_("Tanggal tanda tangan berada di masa depan. Periksa tahunnya."))
    if agreement.signed_on and agreement.effective_from is None:
        found.append(_("Masa berlaku belum diisi, sehingga perjanjian ini belum dihitung sebagai berlaku."))
    return found
