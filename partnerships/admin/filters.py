"""The list of agreements narrowed, with how many stand behind each line."""

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, Count, IntegerField, Model, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import officer
from partnerships.models import (
    ENDING_DAYS,
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementQuerySet,
    Classification,
    RecordState,
    TermState,
    ending_within,
)
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User

# Days ahead by which endings are looked for.
WITHIN = (30, 90, 180)
# What asks for an action, by the fact that `with_deed_facts` annotates.
DEED_LINES = {"must_decide": "ending", "lacks_copy": "no_copy", "is_never": "never"}


def narrowed(name: str, line: str, today: date) -> AgreementQuerySet | None:
    """The rows behind one line of a filter; None for a line that there is not."""
    every = Agreement.objects.all()
    if name == "tindakan":
        return {
            "submitted": every.in_record_state(RecordState.SUBMITTED),
            "verified": every.in_record_state(RecordState.VERIFIED),
            "ending": every.ends_to_decide(ENDING_DAYS, today).undecided(),
            "no_copy": every.without_copy(),
            "asleep": every.asleep(today),
            "never": every.never_implemented(),
            TermState.UNDATED.value: every.in_term_state(TermState.UNDATED, today),
        }.get(line)
    if name == "tahap" and line in RecordState.values:
        return every.in_record_state(line)
    if name == "masa" and line in TermState.values:
        return every.in_term_state(line, today)
    if name == "berakhir" and line in map(str, WITHIN):
        return every.ending_within(int(line), today)
    if name == "klasifikasi" and line in Classification.values:
        return every.filter(classification=line)
    return None


@lru_cache(maxsize=2)
def alike(today: date) -> Any:
    """Put together once a day: all agreements by what is counted of them."""
    soon = [When(ending_within(days, today), then=Value(days)) for days in WITHIN]
    rows = Agreement.objects.with_record_state().with_term_state(today).with_deed_facts(today).order_by()
    return rows.annotate(soon=Case(*soon, output_field=IntegerField())).values(
        "record_state_code", "term_state_code", "classification", "soon", "is_long_signed", *DEED_LINES
    )


def figures_of(rows: AgreementQuerySet, today: date) -> Counter[str]:
    """How many stand behind each line of the filters of `narrowed`, as `filter__line`, from one statement: rows alike
    in all that is counted come as one."""
    groups = alike(today)
    if rows.query.where:
        groups = groups.filter(pk__in=rows.order_by().values("pk"))
    found: Counter[str] = Counter()
    for group in groups.annotate(n=Count("pk")):
        n, stage, term = group["n"], group["record_state_code"], group["term_state_code"]
        found[f"tahap__{stage}"] += n
        found[f"masa__{term}"] += n
        found[f"klasifikasi__{group['classification']}"] += n
        for line in (stage, *([term] if term == TermState.UNDATED else [])):
            found[f"tindakan__{line}"] += n
        for fact, line in DEED_LINES.items():
            found[f"tindakan__{line}"] += n if group[fact] else 0
        found["tindakan__asleep"] += n if group["is_never"] and group["is_long_signed"] else 0
        for days in WITHIN:
            found[f"berakhir__{days}"] += n if group["soon"] and group["soon"] <= days else 0
    return found


class CountedFilter(admin.SimpleListFilter):
    """A filter whose lines carry how many of the officer's own rows stand behind each."""

    template = "partnerships/admin/filter.html"

    def __init__(self, request: HttpRequest, params: Any, model: type[Model], model_admin: Any) -> None:
        self.counts: dict[str, int] = {}
        super().__init__(request, params, model, model_admin)

    def rows(self, request: HttpRequest) -> AgreementQuerySet:
        return Agreement.objects.editable_by(request.user)

    def choices(self, changelist: ChangeList) -> Any:
        for place, choice in enumerate(super().choices(changelist)):
            count = self.counts.get(str(self.lookup_choices[place - 1][0])) if place else None
            yield {**choice, "count": count}


class NarrowedFilter(CountedFilter):
    """One of `narrowed`. The figures of all of them come from one statement, which the request keeps."""

    def labels(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        figures: Counter[str] | None = getattr(request, "desk_figures", None)
        if figures is None:
            figures = figures_of(self.rows(request), timezone.localdate())
            vars(request)["desk_figures"] = figures
        labels = self.labels()
        self.counts = {line: figures[f"{self.parameter_name}__{line}"] for line, _label in labels}
        return [(line, label) for line, label in labels if self.counts[line] or line == self.value()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        rows = narrowed(str(self.parameter_name), self.value() or "", timezone.localdate())
        return queryset if rows is None else queryset.filter(pk__in=rows.values("pk"))


class AttentionFilter(NarrowedFilter):
    title = gettext_lazy("Perlu tindakan")
    parameter_name = "tindakan"

    def labels(self) -> list[tuple[str, str]]:
        return [
            ("submitted", _("Menunggu verifikasi")),
            ("verified", _("Menunggu publikasi")),
            ("ending", _("Berakhir dalam %(days)d hari") % {"days": ENDING_DAYS}),
            ("no_copy", _("Tanpa salinan naskah")),
            ("asleep", _("Tidur")),
            ("never", _("Belum pernah dilaksanakan")),
            (TermState.UNDATED.value, _("Masa belum diisi")),
        ]


class StageFilter(NarrowedFilter):
    title = gettext_lazy("Tahap")
    parameter_name = "tahap"

    def labels(self) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in RecordState]


class TermFilter(NarrowedFilter):
    title = gettext_lazy("Masa")
    parameter_name = "masa"

    def labels(self) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in TermState]


class EndingFilter(NarrowedFilter):
    title = gettext_lazy("Berakhir dalam")
    parameter_name = "berakhir"

    def labels(self) -> list[tuple[str, str]]:
        return [(str(days), _("%(days)d hari") % {"days": days}) for days in WITHIN]


class ClassificationFilter(NarrowedFilter):
    title = gettext_lazy("Klasifikasi")
    parameter_name = "klasifikasi"

    def labels(self) -> list[tuple[str, str]]:
        return [(level.value, str(level.label)) for level in Classification]


def ancestors(path: str) -> list[str]:
    """The paths of a unit and of all above it: `1/`, `1/5/` for `1/5/`."""
    return [path[: place + 1] for place, sign in enumerate(path) if sign == "/"]


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
        own, whole = dict(paths), Counter[str]()
        for place, n in own.items():
            for above in ancestors(place):
                whole[above] += n
        units = Unit.objects.filter(reach(user, ""))
        units = units.exclude(level=Level.TECHNICAL_UNIT) if user.role in SEES_ALL else units
        found = []
        for unit in units.only("path", "short_name", "level"):
            n = whole[unit.path] if self.is_whole_tree(user, unit) else own.get(unit.path, 0)
            if n:
                self.counts[str(unit.pk)] = n
                found.append((str(unit.pk), unit.short_name))
        found.sort(key=lambda line: (-self.counts[line[0]], line[1]))
        return [line for place, line in enumerate(found) if place < self.shown or line[0] == self.value()]

    @staticmethod
    def is_whole_tree(user: User, unit: Unit) -> bool:
        return unit.level == Level.REGIONAL_OFFICE and user.role in SEES_ALL

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if not value.isdecimal() or len(value) > 9:
            return queryset
        unit = Unit.objects.filter(pk=value).first()
        if unit is None:
            return queryset.none()
        if self.is_whole_tree(officer(request), unit):
            return queryset.filter(owner_unit__path__startswith=unit.path)
        return queryset.filter(owner_unit=unit)


class TypeFilter(CountedFilter):
    title = gettext_lazy("Jenis")
    parameter_name = "jenis"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.counts = dict(self.rows(request).order_by().values_list("agreement_type").annotate(n=Count("pk")))
        kinds = AgreementKind.objects.order_by("position", "name").only(
            "code", "name", "name_en", "short_name", "position"
        )
        return [(kind.code, kind.short) for kind in kinds if kind.code in self.counts]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(agreement_type=self.value()) if self.value() in self.counts else queryset


class PartnerFilter(CountedFilter):
    """The partners with most agreements; one that was chosen elsewhere by its key is shown as well."""

    title = gettext_lazy("Mitra")
    parameter_name = "mitra"
    shown = 8

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        parties = AgreementParty.objects.filter(organization__isnull=False)
        own = self.rows(request)
        if own.query.where:  # of all, the database would look up each
            parties = parties.filter(agreement__in=own.values("pk"))
        grouped = parties.values("organization", "organization__name", "organization__short_name")
        counted = grouped.annotate(n=Count("agreement", distinct=True))
        lines = list(counted.order_by("-n", "organization__name")[: self.shown])
        chosen = self.value() or ""
        if chosen.isdecimal() and len(chosen) < 10 and int(chosen) not in {line["organization"] for line in lines}:
            lines += list(counted.filter(organization=int(chosen)))
        self.counts = {str(line["organization"]): line["n"] for line in lines}
        return [
            (str(row["organization"]), row["organization__short_name"] or row["organization__name"]) for row in lines
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if not value.isdecimal() or len(value) > 9:
            return queryset
        return queryset.filter(pk__in=AgreementParty.objects.filter(organization=int(value)).values("agreement"))
