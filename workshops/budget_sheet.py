"""The budget of a workshop as it is read: lines by account with sub-totals, sums by source, warnings. One reading
serves the page, the export and the PDF, so that they never differ."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Sum
from django.utils.translation import gettext as _

from workshops.budget_warnings import BudgetWarning, warnings_of
from workshops.models import AccountCode, Budget, BudgetLine, BudgetRealization, FundingSource, Workshop


@dataclass(frozen=True)
class Total:
    """Plan and payments of a part of the budget; `name` is for people."""

    name: str
    planned: int
    realized: int

    @property
    def remaining(self) -> int:
        return self.planned - self.realized


@dataclass(frozen=True)
class SheetLine:
    """`number` counts through the whole budget."""

    number: int
    line: BudgetLine
    realized: int
    warnings: list[BudgetWarning]
    source: str

    @property
    def doubts(self) -> list[BudgetWarning]:
        return [warning for warning in self.warnings if not warning.kind.is_note]

    @property
    def notes(self) -> list[BudgetWarning]:
        return [warning for warning in self.warnings if warning.kind.is_note]


@dataclass(frozen=True)
class AccountGroup:
    code: str
    name: str
    lines: list[SheetLine]

    @property
    def total(self) -> Total:
        planned, realized = sum(row.line.planned for row in self.lines), sum(row.realized for row in self.lines)
        return Total(f"{self.code} {self.name}".strip(), planned, realized)


@dataclass(frozen=True)
class BudgetSheet:
    """`budget` is None as long as nothing has been written."""

    budget: Budget | None
    groups: list[AccountGroup] = field(default_factory=list)
    warnings: list[BudgetWarning] = field(default_factory=list)

    @property
    def lines(self) -> list[SheetLine]:
        return [row for group in self.groups for row in group.lines]

    @property
    def total(self) -> Total:
        lines = self.lines
        return Total(_("Jumlah"), sum(row.line.planned for row in lines), sum(row.realized for row in lines))

    @property
    def by_source(self) -> list[Total]:
        """DIPA first, then each agreement by name."""
        rows = sorted(self.lines, key=lambda row: (row.line.funding_source != FundingSource.DIPA, row.source))
        return [_total(source, group) for source, group in groupby(rows, key=lambda row: row.source)]

    @property
    def by_account(self) -> list[Total]:
        return [group.total for group in self.groups]

    @property
    def dipa_planned(self) -> int:
        return sum(row.line.planned for row in self.lines if row.line.funding_source == FundingSource.DIPA)

    @property
    def whole_warnings(self) -> list[BudgetWarning]:
        return [warning for warning in self.warnings if warning.line is None]

    @property
    def n_doubts(self) -> int:
        return sum(not warning.kind.is_note for warning in self.warnings)


def _total(name: str, rows: Iterable[SheetLine]) -> Total:
    several = list(rows)
    return Total(name, sum(row.line.planned for row in several), sum(row.realized for row in several))


def source_name(line: BudgetLine) -> str:
    """`DIPA`, or `Mitra · HH-12.HM.05.04`."""
    label = str(line.get_funding_source_display())
    return f"{label} · {line.agreement.number or line.agreement.title}" if line.agreement else label


def read_budget(workshop: Workshop) -> BudgetSheet:
    """Six queries at most, however many lines."""
    budget = Budget.objects.filter(workshop=workshop).first()
    if budget is None:
        return BudgetSheet(None)
    lines = list(budget.lines.in_order().select_related("agreement", "standard_cost"))
    realized = realized_by_line(budget)
    warnings = warnings_of(workshop, budget, lines, realized=realized)
    return BudgetSheet(budget, _groups(lines, realized, warnings), warnings)


def realized_by_line(budget: Budget) -> dict[int, int]:
    rows = BudgetRealization.objects.filter(line__budget=budget).values("line").annotate(paid=Sum("amount"))
    return {row["line"]: row["paid"] for row in rows.order_by("line")}


def _groups(
    lines: Sequence[BudgetLine], realized: dict[int, int], warnings: Sequence[BudgetWarning]
) -> list[AccountGroup]:
    names = dict(AccountCode.objects.filter(code__in={line.account_code for line in lines}).values_list("code", "name"))
    of_line: dict[int | None, list[BudgetWarning]] = defaultdict(list)
    for warning in warnings:
        of_line[warning.line].append(warning)
    rows = [
        SheetLine(number, line, realized.get(line.pk, 0), of_line[line.pk], source_name(line))
        for number, line in enumerate(lines, start=1)
    ]
    return [
        AccountGroup(code, names.get(code, ""), list(group))
        for code, group in groupby(rows, key=lambda row: row.line.account_code)
    ]
