"""The list of agreements narrowed, with how many stand behind each line."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Model, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import officer
from partnerships.models import ENDING_DAYS, Agreement, AgreementKind, AgreementQuerySet, TermState
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User


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
            "never": every.never_implemented(),
            "asleep": every.asleep(today),
            TermState.UNDATED.value: every.in_term_state(TermState.UNDATED, today),
        }
        self.counts = self.count(request, kinds)
        return [
            (TermState.ENDING.value, _("Berakhir dalam %(days)d hari") % {"days": ENDING_DAYS}),
            ("no_copy", _("Tanpa salinan naskah")),
            ("asleep", _("Tidur")),
            ("never", _("Belum pernah dilaksanakan")),
            (TermState.UNDATED.value, _("Masa belum diisi")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no_copy":
            return queryset.without_copy()
        if self.value() == "never":
            return queryset.never_implemented()
        if self.value() == "asleep":
            return queryset.asleep(timezone.localdate())
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
        kinds = AgreementKind.objects.order_by("position", "name").only(
            "code", "name", "name_en", "short_name", "position"
        )
        return [(kind.code, kind.short) for kind in kinds if kind.code in self.counts]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(agreement_type=self.value()) if self.value() in self.counts else queryset
