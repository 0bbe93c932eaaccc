"""Honoraria as budget lines: hours of the agenda times the rate of the grade, compared with what the budget holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from toolkit.quantities import shown_quantity
from workshops.budget_lines import LineFacts, facts_of
from workshops.honoraria import HonorariumLine, honorarium_lines
from workshops.models import Budget, BudgetLine, CostKind, SessionRole, StandardCost, Workshop

# Belanja jasa profesi: what speakers and moderators are paid from.
ACCOUNT = "522151"
PREFIX = "honorarium:"
# Written into the budget, an Indonesian document whatever language its planner reads.
DESCRIPTIONS = {
    SessionRole.Role.SPEAKER: "Honorarium narasumber",
    SessionRole.Role.MODERATOR: "Honorarium moderator",
}


@dataclass(frozen=True)
class HonorariumPlan:
    """What the budget ought to say of one person in one role. `problem` tells why it cannot; `line` is what it says
    today, `is_new`, `is_changed` what bringing it in would do."""

    key: str
    name: str
    role: str
    work: HonorariumLine
    facts: LineFacts | None = None
    line: BudgetLine | None = None
    problem: str = ""

    @property
    def volume(self) -> str:
        """`4,5 OJ`, `1 kali`; the hours where there is no rate yet."""
        if self.facts is None:
            return f"{shown_quantity(self.work.person_hours)} OJ"
        return f"{shown_quantity(self.facts.volume1)} {self.facts.unit1}"

    @property
    def is_new(self) -> bool:
        return self.facts is not None and self.line is None

    @property
    def is_changed(self) -> bool:
        return self.facts is not None and self.line is not None and facts_of(self.line) != self.facts

    @property
    def is_ready(self) -> bool:
        return self.is_new or self.is_changed


@dataclass(frozen=True)
class HonorariumPlans:
    """`gone` are lines brought in before whose person no longer stands in the agenda; they are left as they are."""

    fiscal_year: int
    plans: list[HonorariumPlan]
    gone: list[BudgetLine]

    @property
    def ready(self) -> list[HonorariumPlan]:
        return [plan for plan in self.plans if plan.is_ready]


def honorarium_plans(workshop: Workshop, *, fiscal_year: int) -> HonorariumPlans:
    """By the rates of that year; four queries."""
    budget = Budget.objects.filter(workshop=workshop).first()
    lines = {}
    if budget is not None:
        found = budget.lines.filter(source_key__startswith=PREFIX).select_related("agreement", "standard_cost")
        lines = {line.source_key: line for line in found.in_order()}
    rates = list(StandardCost.objects.of_year(fiscal_year).filter(kind__in=[CostKind.HONORARIUM, CostKind.MODERATOR]))
    province = workshop.organizer_unit.province
    plans = [_plan(work, rates, lines, province, fiscal_year) for work in honorarium_lines(workshop)]
    known = {plan.key for plan in plans}
    return HonorariumPlans(fiscal_year, plans, [line for key, line in lines.items() if key not in known])


def _plan(
    work: HonorariumLine,
    rates: Iterable[StandardCost],
    lines: dict[str, BudgetLine],
    province: str,
    fiscal_year: int,
) -> HonorariumPlan:
    role = SessionRole.Role(work.role)
    key = f"{PREFIX}{role.value}:{work.speaker.pk}"
    plan = HonorariumPlan(key, work.speaker.name, str(role.label), work, line=lines.get(key))
    if role == SessionRole.Role.SPEAKER and not work.grade:
        return replace(plan, problem=_("Golongan honorarium narasumber ini belum diisi."))
    rate = _rate(work, rates, province)
    if rate is None or not rate.cap:
        sentence = _("Tarif %(what)s belum ada di standar biaya %(year)s.")
        return replace(plan, problem=sentence % {"what": _what(work), "year": str(fiscal_year)})
    return replace(plan, facts=_facts(work, rate, plan))


def _what(work: HonorariumLine) -> str:
    if work.role == SessionRole.Role.MODERATOR:
        return str(CostKind.MODERATOR.label)
    return str(work.speaker.get_honorarium_grade_display())


def _rate(work: HonorariumLine, rates: Iterable[StandardCost], province: str) -> StandardCost | None:
    """The row of the organiser's province, else the one for all provinces."""
    if work.role == SessionRole.Role.MODERATOR:
        fitting = [rate for rate in rates if rate.kind == CostKind.MODERATOR]
    else:
        fitting = [rate for rate in rates if rate.kind == CostKind.HONORARIUM and rate.grade == work.grade]
    fitting = [rate for rate in fitting if rate.province in {"", province}]
    return max(fitting, key=lambda rate: bool(rate.province), default=None)


def _facts(work: HonorariumLine, rate: StandardCost, plan: HonorariumPlan) -> LineFacts:
    """A speaker is paid by the hour (OJ), a moderator by the occasion (DOMAIN: SBM). What a person set on the line and
    the agenda does not know stays: account, source of money, consent."""
    volume, unit = (Decimal("1.00"), "kali") if work.role == SessionRole.Role.MODERATOR else (work.person_hours, "OJ")
    fresh = LineFacts(
        account_code=ACCOUNT,
        description=f"{DESCRIPTIONS[SessionRole.Role(work.role)]}: {plan.name}",
        volume1=volume,
        unit1=unit,
        unit_price=rate.cap,
        standard_cost=rate,
    )
    if plan.line is None:
        return fresh
    kept = facts_of(plan.line)
    return replace(
        fresh,
        account_code=kept.account_code,
        funding_source=kept.funding_source,
        agreement=kept.agreement,
        consent=kept.consent,
    )
