"""The budget of a workshop: its head, and its lines one by one or from a sheet."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from toolkit.history import save_by
from units.models import User
from workshops.actions.evidence import file_evidence
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.budget_lines import LineFacts, facts_of, faults_of
from workshops.models import Budget, BudgetLine, Workshop
from workshops.versions import version_of_budget, version_of_budget_line

UP, DOWN = "up", "down"


class LineCannotStand(Refusal):
    """Says the first fault of a line and names its field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


class LineIsPaid(Refusal):
    sentence = _("Baris ini sudah punya realisasi. Hapus realisasinya dahulu, baru barisnya.")


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    fiscal_year: int
    dipa_number: str = ""
    activity_code: str = ""
    ceiling: int | None = None
    officer_name: str = ""
    officer_number: str = ""


def fiscal_year_of(workshop: Workshop) -> int:
    return (workshop.first_day or workshop.calendar_on).year


def budget_of(workshop: Workshop, *, by: User, now: datetime) -> Budget:
    """The workshop's budget, made with the year of the workshop where there is none yet; locked for this transaction
    through its workshop, so that lines of two people get places of their own."""
    locked = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    budget = Budget.objects.filter(workshop=locked).first()
    if budget is None:
        budget = Budget(workshop=locked, fiscal_year=fiscal_year_of(locked))
        save_by(budget, by=by, now=now)
    return budget


@transaction.atomic
def save_budget(
    workshop: Workshop, *, facts: BudgetFacts, version: str | None = None, by: User, now: datetime
) -> Budget:
    """The head of the budget. Raises ChangedMeanwhile; a version of "" was seen before there was a budget."""
    locked = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    before = Budget.objects.filter(workshop=locked).first()
    if version is not None and version != version_of_budget(before):
        raise ChangedMeanwhile
    budget = budget_of(workshop, by=by, now=now)
    for name, value in vars(facts).items():
        setattr(budget, name, value)
    save_by(budget, by=by, now=now)
    return budget


def add_line(
    workshop: Workshop,
    *,
    facts: LineFacts,
    source_key: str = "",
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> BudgetLine:
    """A new line at the end of its account. The same `form_token` again returns the first one. Raises
    LineCannotStand."""
    _check(facts)
    try:
        with transaction.atomic():
            budget = budget_of(workshop, by=by, now=now)
            line = BudgetLine(budget=budget, form_token=form_token, source_key=source_key)
            line.position = (budget.lines.aggregate(last=Max("position"))["last"] or 0) + 1
            return _written(line, facts, by=by, now=now)
    except IntegrityError:
        first = BudgetLine.objects.filter(form_token=form_token, budget__workshop=workshop).first()
        if form_token is None or first is None:
            raise
        return first


def edit_line(line: BudgetLine, *, facts: LineFacts, version: str | None = None, by: User, now: datetime) -> BudgetLine:
    """Raises LineCannotStand; ChangedMeanwhile when `version` is not what stands in the database."""
    _check(facts)
    with transaction.atomic():
        current = BudgetLine.objects.select_for_update(of=("self",)).filter(pk=line.pk).first()
        if current is None or (version is not None and version != version_of_budget_line(current)):
            raise ChangedMeanwhile
        before = current.agreement_id
        written = _written(current, facts, by=by, now=now)
        if written.agreement_id != before:
            file_evidence(current.budget.workshop_id, by=by, now=now)
        return written


@transaction.atomic
def duplicate_line(line: BudgetLine, *, by: User, now: datetime) -> BudgetLine:
    """The same facts once more, directly below; payments stay with the first."""
    budget = budget_of(line.budget.workshop, by=by, now=now)
    budget.lines.filter(position__gt=line.position).update(position=F("position") + 1)
    copy = BudgetLine(budget=budget, position=line.position + 1)
    return _written(copy, facts_of(line), by=by, now=now)


@transaction.atomic
def move_line(line: BudgetLine, *, to: str, by: User, now: datetime) -> None:
    """One place up or down among the lines of its account; at the end it stays where it is."""
    budget = budget_of(line.budget.workshop, by=by, now=now)
    lines = list(budget.lines.in_order())
    mine = [other for other in lines if other.account_code == line.account_code]
    keys = [other.pk for other in mine]
    if line.pk not in keys:
        return
    at = keys.index(line.pk)
    target = at + (-1 if to == UP else 1)
    if 0 <= target < len(mine):
        mine[at], mine[target] = mine[target], mine[at]
    rest = iter(mine)
    for place, other in enumerate(lines, start=1):
        moved = next(rest) if other.account_code == line.account_code else other
        moved.position = place
    BudgetLine.objects.bulk_update(lines, ["position"])


@transaction.atomic
def remove_line(line: BudgetLine, *, by: User, now: datetime) -> None:
    """Its history stays; removing it twice is harmless. Raises LineIsPaid."""
    current = BudgetLine.objects.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if current is None:
        return
    if current.realizations.exists():
        raise LineIsPaid
    vars(current).update(_history_user=by, _history_date=now)
    current.delete()


@dataclass(frozen=True)
class LineChange:
    """A line of a sheet that is ready: `line` is the one it changes, None for a new one."""

    facts: LineFacts
    line: BudgetLine | None = None


@transaction.atomic
def apply_lines(workshop: Workshop, *, changes: Iterable[LineChange], by: User, now: datetime) -> tuple[int, int]:
    """Adds and changes, all or none; returns how many were added and how many changed."""
    n_new = n_changed = 0
    for change in changes:
        if change.line is None:
            add_line(workshop, facts=change.facts, by=by, now=now)
            n_new += 1
        else:
            edit_line(change.line, facts=change.facts, by=by, now=now)
            n_changed += 1
    return n_new, n_changed


def _check(facts: LineFacts) -> None:
    for fault in faults_of(facts):
        raise LineCannotStand(fault.field, fault.sentence)


def _written(line: BudgetLine, facts: LineFacts, *, by: User, now: datetime) -> BudgetLine:
    for name, value in vars(facts).items():
        setattr(line, name, value)
    line.planned = facts.planned
    save_by(line, by=by, now=now)
    return line
