"""How far the preparation of a workshop is: its items with their days, and what the data has closed by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from toolkit.prepared import prepared
from units.access import SEES_ALL
from units.models import User
from workshops.facts import Fact, Finding, fact_named, findings
from workshops.models import AT_REST, ChecklistItem, Workshop, due_on, nominal_due

# Nobody has more open items than this in view; a home page must not read without bound.
MOST_ITEMS = 400
NOTHING = Finding(False)
# What is told of late work wherever it is listed.
SAID_OF_LATE = [
    "title",
    "days",
    "done_at",
    "closes_by",
    *(f"workshop__{name}" for name in ("title", "state", "starts_at", "tz")),
]


def sees_preparation(user: Any, workshop: Workshop) -> bool:
    """The organiser's own business: for those who may edit the workshop, the bureau and leaders."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return user.role in SEES_ALL or workshop.is_editable_by(user)


@dataclass(frozen=True)
class Line:
    """An item as it stands today. `due` is None while the workshop has no exact date."""

    item: ChecklistItem
    workshop: Workshop
    finding: Finding
    today: date

    @property
    def fact(self) -> Fact | None:
        return fact_named(self.item.closes_by)

    @property
    def fact_url(self) -> str:
        return reverse(self.fact.url_name, args=[self.workshop.pk]) if self.fact else ""

    @cached_property
    def due(self) -> date | None:
        first = self.workshop.first_day
        return due_on(first, self.item.days) if first else None

    @property
    def moved_from(self) -> date | None:
        """The day as counted, where offices are closed on it."""
        first = self.workshop.first_day
        counted = nominal_due(first, self.item.days) if first else None
        return counted if counted != self.due else None

    @property
    def is_done_by_itself(self) -> bool:
        return self.finding.is_true

    @property
    def is_done(self) -> bool:
        return self.finding.is_true or self.item.done_at is not None

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due is not None and self.due < self.today and not self._rests

    @property
    def _rests(self) -> bool:
        return self.workshop.state in AT_REST

    @property
    def rule(self) -> str:
        return rule_text(self.item.days)

    @property
    def owner_text(self) -> str:
        parts = [self.item.owner.full_name if self.item.owner else "", self.item.owner_role]
        return " · ".join(part for part in parts if part)


def rule_text(days: int) -> str:
    """`H-14`, `hari H`, `H+7`."""
    return _("Hari H") if days == 0 else f"H{days:+d}"


@dataclass(frozen=True)
class Checklist:
    lines: Sequence[Line]

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if not line.is_done]

    @property
    def done(self) -> list[Line]:
        return [line for line in self.lines if line.is_done]

    @property
    def late(self) -> list[Line]:
        return [line for line in self.lines if line.is_late]


def _lines(items: Sequence[ChecklistItem], found: dict[tuple[int, str], Finding], today: date) -> list[Line]:
    lines = [Line(item, item.workshop, found.get((item.workshop_id, item.closes_by), NOTHING), today) for item in items]
    return sorted(lines, key=lambda line: (line.due or date.max, line.item.days, line.item.pk))


def _findings_of(items: Iterable[ChecklistItem]) -> dict[tuple[int, str], Finding]:
    automatic = [item for item in items if item.closes_by]
    workshops = Workshop.objects.filter(pk__in={item.workshop_id for item in automatic})
    return findings(workshops, {item.closes_by for item in automatic})


def checklist_of(workshop: Workshop, today: date) -> Checklist:
    """Two statements: the items, and all facts they wait for."""
    items = list(workshop.checklist.select_related("owner", "done_by").order_by("pk"))
    for item in items:
        item.workshop = workshop
    return Checklist(_lines(items, _findings_of(items), today))


@dataclass(frozen=True)
class LateWork:
    workshop: Workshop
    lines: Sequence[Line]


@prepared()
def _open_items(user: User) -> QuerySet[ChecklistItem]:
    rows = ChecklistItem.objects.open_for(user).select_related("workshop").only(*SAID_OF_LATE)
    return rows.order_by("-workshop__starts_at", "pk")[:MOST_ITEMS]


def late_work_of(user: User, *, today: date) -> list[LateWork]:
    """What is late of the workshops a person is in charge of and of the items that bear the name, the longest late
    first. One statement, and one more where the data might have closed some."""
    overdue = [line.item for line in _lines(_open_items.rows(user), {}, today) if line.is_late]
    by_workshop: dict[int, list[Line]] = {}
    for line in _lines(overdue, _findings_of(overdue), today):
        if line.is_late:
            by_workshop.setdefault(line.workshop.pk, []).append(line)
    return [LateWork(lines[0].workshop, lines) for lines in by_workshop.values()]
