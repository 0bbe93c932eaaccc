"""The agreement officers' desk: organisations and agreements in the admin panel.

Who comes in is said by `is_staff` (bureau admins and agreement officers), which rows by `editable_by`: what an officer
may not change is not shown here at all and answers 404 when guessed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, NoReturn

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Count, ForeignKey, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions import discard_signed_copy, record_signed_copy
from partnerships.changes import Change, changes_of_agreement, changes_of_organization
from partnerships.forms import (
    AgreementForm,
    OrganizationForm,
    PartyForm,
    PartyFormSet,
    SignedCopyForm,
    SignedCopyFormSet,
)
from partnerships.models import (
    ENDING_DAYS,
    SHORT_TYPES,
    Agreement,
    AgreementParty,
    AgreementQuerySet,
    AgreementType,
    Organization,
    SignedCopy,
    TermState,
)
from partnerships.spreadsheets import write_agreements
from toolkit.local_times import day_short, moment_short
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User


def officer(request: HttpRequest) -> User:
    """The person at the desk; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


class OfficerAdmin(admin.ModelAdmin[Any]):
    """What both desks share: open to everybody the admin site lets in, foreign rows are 404, history in words."""

    actions = None
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        raise Http404

    def changes(self, row: Any) -> list[Change]:
        raise NotImplementedError

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Riwayat"),
            "opts": self.opts,
            "original": row,
            "changes": self.changes(row),
        }
        return TemplateResponse(request, "partnerships/admin/history.html", context)


@admin.register(Organization)
class OrganizationAdmin(OfficerAdmin):
    form = OrganizationForm
    list_display = ["name", "short_name", "kind", "country", "n_agreements"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name"]
    search_help_text = gettext_lazy("Nama atau singkatan")
    ordering = ["name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Every officer keeps the one list of organisations; how many agreements counts only those one may see."""
        own = Agreement.objects.visible_to(request.user).values("pk")
        seen = Count("parties__agreement", filter=Q(parties__agreement__in=own), distinct=True)
        return Organization.objects.annotate(n_agreements=seen)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = plain_term(search_term)
        return queryset.filter(Q(name__icontains=term) | Q(short_name__icontains=term)), False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return officer(request).role == Role.BUREAU_ADMIN

    @admin.display(description=gettext_lazy("Perjanjian"), ordering="n_agreements")
    def n_agreements(self, organization: Any) -> int:
        return int(organization.n_agreements)

    def changes(self, row: Organization) -> list[Change]:
        return changes_of_organization(row)


def plain_term(text: str) -> str:
    """What somebody searches for, fit for any database: at most 100 characters, none of them NUL."""
    return " ".join(text.replace("\0", " ").split())[:100]


class KnownSelect(AutocompleteSelect):
    """An autocomplete that shows a choice already at hand without asking the database again, and forgets what cannot
    be the number of a row, which Django's own would stumble over."""

    known: dict[str, str]

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list[Any]:
        known = getattr(self, "known", {})
        chosen = [str(choice) for choice in value if str(choice).isdecimal() and len(str(choice)) < 19]
        if not chosen or set(chosen) - set(known):
            return super().optgroups(name, chosen or [""], attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options = [self.create_option(name, key, known[key], True, place) for place, key in enumerate(chosen)]
        return [(None, blank + options, 0)]


class DeskPartyForm(PartyForm):
    """The party's form at the desk: its autocompletes know the names that came with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "organization"):
            there = getattr(self.instance, name)
            widget = getattr(self.fields[name].widget, "widget", self.fields[name].widget)
            if there is not None and isinstance(widget, KnownSelect):
                widget.known = {str(there.pk): str(there)}


def without_unit_links(field: Any) -> Any:
    """Units have no page in the panel, so their fields offer none."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and field.queryset.model is Unit:
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            setattr(field.widget, link, False)
    return field


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
        return without_unit_links(super().formfield_for_dbfield(db_field, request, **kwargs))

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


class FiledCopyInline(admin.TabularInline[SignedCopy, Agreement]):
    """Copies that are filed: to download, never to change; a bureau admin may take a wrong one back."""

    model = SignedCopy
    fields: ClassVar[Any] = ["download", "what", "filed", "fingerprint"]
    readonly_fields = ["download", "what", "filed", "fingerprint"]
    extra = max_num = 0
    verbose_name_plural = gettext_lazy("Salinan naskah tersimpan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignedCopy]:
        return SignedCopy.objects.select_related("uploaded_by").order_by("uploaded_at", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return officer(request).role == Role.BUREAU_ADMIN

    @admin.display(description=gettext_lazy("Berkas"))
    def download(self, copy: SignedCopy) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("signed_copy", args=[copy.pk]), copy.original_name)

    @admin.display(description=gettext_lazy("Isi"))
    def what(self, copy: SignedCopy) -> str:
        return copy.summary

    @admin.display(description=gettext_lazy("Disimpan"))
    def filed(self, copy: SignedCopy) -> str:
        return f"{moment_short(copy.uploaded_at, timezone.get_current_timezone())} · {copy.uploaded_by}"

    @admin.display(description="SHA-256")
    def fingerprint(self, copy: SignedCopy) -> SafeString:
        return format_html('<code title="{}">{}…</code>', copy.sha256, copy.sha256[:12])


class NewCopyInline(admin.StackedInline[SignedCopy, Agreement]):
    """The place to hand in a signed PDF."""

    model = SignedCopy
    form = SignedCopyForm
    formset = SignedCopyFormSet
    fields = ["file"]
    extra = 1
    can_delete = False
    verbose_name = gettext_lazy("Salinan naskah baru")
    verbose_name_plural = gettext_lazy("Simpan salinan naskah bertanda tangan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignedCopy]:
        return SignedCopy.objects.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class CountedFilter(admin.SimpleListFilter):
    """A filter whose lines carry how many of the officer's own rows stand behind each."""

    template = "partnerships/admin/filter.html"

    def __init__(self, request: HttpRequest, params: Any, model: type[Model], model_admin: Any) -> None:
        self.counts: dict[str, int] = {}
        super().__init__(request, params, model, model_admin)

    def rows(self, request: HttpRequest) -> AgreementQuerySet:
        return Agreement.objects.editable_by(request.user)

    def count(self, request: HttpRequest, kinds: dict[str, AgreementQuerySet]) -> dict[str, int]:
        """How many of the officer's rows are of each kind, in one statement."""
        counts = {name: Count("pk", filter=Q(pk__in=rows.values("pk"))) for name, rows in kinds.items()}
        return self.rows(request).aggregate(**counts)

    def choices(self, changelist: ChangeList) -> Any:
        for place, choice in enumerate(super().choices(changelist)):
            count = self.counts.get(str(self.lookup_choices[place - 1][0])) if place else None
            yield {**choice, "count": count}


class AttentionFilter(CountedFilter):
    title = gettext_lazy("Perlu tindakan")
    parameter_name = "tindakan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today, every = timezone.localdate(), Agreement.objects.all()
        kinds = {
            TermState.ENDING.value: every.in_term_state(TermState.ENDING, today),
            "no_copy": every.without_copy(),
            TermState.UNDATED.value: every.in_term_state(TermState.UNDATED, today),
        }
        self.counts = self.count(request, kinds)
        return [
            (TermState.ENDING.value, _("Berakhir dalam %(days)d hari") % {"days": ENDING_DAYS}),
            ("no_copy", _("Tanpa salinan naskah")),
            (TermState.UNDATED.value, _("Masa belum diisi")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no_copy":
            return queryset.without_copy()
        if self.value() in {TermState.ENDING.value, TermState.UNDATED.value}:
            return queryset.in_term_state(self.value(), timezone.localdate())
        return queryset


class TermFilter(CountedFilter):
    title = gettext_lazy("Masa")
    parameter_name = "masa"
    states = [TermState.IN_FORCE, TermState.UPCOMING, TermState.ENDED]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today, every = timezone.localdate(), Agreement.objects.all()
        self.counts = self.count(request, {state.value: every.in_term_state(state, today) for state in self.states})
        return [(state.value, str(state.label)) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in self.states:
            return queryset.in_term_state(self.value(), timezone.localdate())
        return queryset


class OwnerFilter(CountedFilter):
    """By owner: a Kanwil with all below it; for a Kanwil's own officer each unit of the tree. The largest first."""

    title = gettext_lazy("Unit")
    parameter_name = "unit"
    shown = 12

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        user = officer(request)
        if user.role not in SEES_ALL and user.role != Role.REGIONAL_ADMIN:
            return []
        paths = self.rows(request).order_by().values_list("owner_unit__path").annotate(n=Count("pk"))
        by_path = dict(paths)
        units = Unit.objects.filter(reach(user, ""))
        units = units.exclude(level=Level.TECHNICAL_UNIT) if user.role in SEES_ALL else units
        found = []
        for unit in units.only("path", "short_name", "level"):
            n = sum(count for place, count in by_path.items() if self.holds(user, unit, place))
            if n:
                self.counts[str(unit.pk)] = n
                found.append((str(unit.pk), unit.short_name))
        found.sort(key=lambda line: (-self.counts[line[0]], line[1]))
        return [line for place, line in enumerate(found) if place < self.shown or line[0] == self.value()]

    @staticmethod
    def holds(user: User, unit: Unit, place: str) -> bool:
        whole_tree = unit.level == Level.REGIONAL_OFFICE and user.role in SEES_ALL
        return place.startswith(unit.path) if whole_tree else place == unit.path

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if not value.isdecimal() or len(value) > 9:
            return queryset
        unit = Unit.objects.filter(pk=value).first()
        if unit is None:
            return queryset.none()
        whole_tree = unit.level == Level.REGIONAL_OFFICE and officer(request).role in SEES_ALL
        return (
            queryset.filter(owner_unit__path__startswith=unit.path) if whole_tree else queryset.filter(owner_unit=unit)
        )


class TypeFilter(CountedFilter):
    title = gettext_lazy("Jenis")
    parameter_name = "jenis"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.counts = dict(self.rows(request).order_by().values_list("agreement_type").annotate(n=Count("pk")))
        return [
            (kind.value, SHORT_TYPES.get(kind, str(kind.label))) for kind in AgreementType if kind.value in self.counts
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(agreement_type=self.value()) if self.value() in AgreementType.values else queryset


@admin.register(Agreement)
class AgreementAdmin(OfficerAdmin):
    form = AgreementForm
    inlines = [PartyInline, FiledCopyInline, NewCopyInline]
    autocomplete_fields = ["owner_unit"]
    list_display = ["kind", "number_shown", "what", "term", "state", "copies"]
    list_display_links = ["what"]
    list_filter = [AttentionFilter, TermFilter, OwnerFilter, TypeFilter]
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
        changes.result_list = changes.result_list.with_list_facts()
        return changes

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = plain_term(search_term)
        return (queryset.matching(term) if term else queryset), False  # type: ignore[attr-defined]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "owner_unit": officer(request).unit_id}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return without_unit_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """An officer files agreements under the units of the own reach only."""
        kwargs["queryset"] = Unit.objects.filter(reach(request.user, ""))
        kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        """A record made by mistake may go while no signed text is filed with it."""
        return obj is None or not obj.signed_copies.exists()

    # --- columns

    @admin.display(description=gettext_lazy("Jenis"), ordering="agreement_type")
    def kind(self, agreement: Agreement) -> SafeString:
        return format_html('<b title="{}">{}</b>', agreement.get_agreement_type_display(), agreement.short_type)

    @admin.display(description=gettext_lazy("Nomor"), ordering="number", empty_value="–")
    def number_shown(self, agreement: Agreement) -> str | None:
        return agreement.number or None

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

    @admin.display(description=gettext_lazy("Naskah"))
    def copies(self, agreement: Agreement) -> SafeString:
        if agreement.n_copies:
            return format_html('<span class="badge-tone teal">{}</span>', _("Ada"))
        return format_html('<span class="badge-tone grey">{}</span>', _("Belum ada"))

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
        if formset.model is not SignedCopy:
            super().save_formset(request, form, formset, change)
            return
        by, now = officer(request), timezone.now()
        formset.save(commit=False)
        for copy in formset.deleted_objects:
            discard_signed_copy(copy, by=by, now=now)
        handed_in = [one for one in formset.forms if getattr(one, "facts", None)]
        formset.new_objects = [
            record_signed_copy(form.instance, file=one.cleaned_data["file"], by=by, now=now, facts=one.facts)
            for one in handed_in
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for sentence in doubts(form.instance, user=officer(request), today=timezone.localdate()):
            messages.warning(request, sentence)

    # --- export

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("ekspor/", export, name="partnerships_agreement_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows under the same filters, as a sheet."""
        shown: Any = self.get_changelist_instance(request).get_queryset(request)
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
