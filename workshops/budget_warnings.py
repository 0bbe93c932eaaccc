"""What looks wrong in a budget but may be so: warned about, never forbidden."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Agreement, FundingTerm
from toolkit.rupiah import rupiah
from workshops.models import Budget, BudgetLine, Workshop, WorkshopState


class WarningKind(TextChoices):
    OVER_CAP = "over_cap", gettext_lazy("Di atas SBM")
    OTHER_YEAR = "other_year", gettext_lazy("SBM tahun lain")
    OUTSIDE_TERM = "outside_term", gettext_lazy("Di luar masa perjanjian")
    OUTSIDE_TERMS = "outside_terms", gettext_lazy("Di luar ketentuan perjanjian")
    OVER_TERM_CEILING = "over_term_ceiling", gettext_lazy("Melebihi batas perjanjian")
    NEEDS_CONSENT = "needs_consent", gettext_lazy("Perlu persetujuan mitra")
    NO_TERMS = "no_terms", gettext_lazy("Ketentuan belum dicatat")
    OVER_CEILING = "over_ceiling", gettext_lazy("Melebihi pagu")
    OVER_PLAN = "over_plan", gettext_lazy("Realisasi melebihi rencana")

    @property
    def is_note(self) -> bool:
        """Information only: nothing is known to be wrong."""
        return self is WarningKind.NO_TERMS


@dataclass(frozen=True)
class BudgetWarning:
    """`line` is the key of the line it is about, None for the whole budget."""

    kind: WarningKind
    sentence: str
    line: int | None = None


def warnings_of(
    workshop: Workshop, budget: Budget, lines: Sequence[BudgetLine], *, realized: dict[int, int]
) -> list[BudgetWarning]:
    """All warnings, in the order of the lines, those on the whole budget first. Two queries however many lines, which
    come with `agreement` and `standard_cost`; `realized` is what was paid, by line."""
    agreements = {line.agreement.pk: line.agreement for line in lines if line.agreement is not None}
    book = _Book(workshop, agreements.values()) if agreements else None
    found = [*_whole_budget(budget, lines)]
    for line in lines:
        found += _over_cap(budget, line)
        if book is not None and line.agreement is not None:
            found += book.warnings(line, line.agreement)
        if realized.get(line.pk, 0) > line.planned:
            difference = rupiah(realized[line.pk] - line.planned)
            sentence = _("Realisasi melebihi rencana sebesar %(difference)s.") % {"difference": difference}
            found.append(BudgetWarning(WarningKind.OVER_PLAN, sentence, line.pk))
    return found


def _whole_budget(budget: Budget, lines: Iterable[BudgetLine]) -> Iterable[BudgetWarning]:
    """The ceiling (pagu) is of the DIPA alone; what a partner pays does not use it up."""
    planned = sum(line.planned for line in lines if line.agreement_id is None)
    if budget.ceiling is not None and planned > budget.ceiling:
        facts = {
            "planned": rupiah(planned),
            "ceiling": rupiah(budget.ceiling),
            "difference": rupiah(planned - budget.ceiling),
        }
        sentence = _("Rencana dari DIPA %(planned)s melebihi pagu %(ceiling)s sebesar %(difference)s.") % facts
        yield BudgetWarning(WarningKind.OVER_CEILING, sentence)


def _over_cap(budget: Budget, line: BudgetLine) -> Iterable[BudgetWarning]:
    cost = line.standard_cost
    if cost is None:
        return
    if line.unit_price > cost.cap:
        facts = {
            "cost": str(cost),
            "cap": rupiah(cost.cap),
            "unit": cost.unit,
            "difference": rupiah(line.unit_price - cost.cap),
        }
        sentence = _("Harga melebihi SBM “%(cost)s” (%(cap)s per %(unit)s) sebesar %(difference)s.") % facts
        yield BudgetWarning(WarningKind.OVER_CAP, sentence, line.pk)
    if cost.fiscal_year != budget.fiscal_year:
        facts = {"cost": str(cost), "year": str(cost.fiscal_year), "budget_year": str(budget.fiscal_year)}
        sentence = _("SBM “%(cost)s” berlaku untuk tahun %(year)s, sedangkan anggaran ini tahun %(budget_year)s.")
        yield BudgetWarning(WarningKind.OTHER_YEAR, sentence % facts, line.pk)


class _Book:
    """What the agreements of a budget allow, and what all workshops together plan to take from each."""

    def __init__(self, workshop: Workshop, agreements: Iterable[Agreement]) -> None:
        keys = [agreement.pk for agreement in agreements]
        self.span = span_of(workshop)
        self.terms: dict[int, list[FundingTerm]] = {key: [] for key in keys}
        for term in FundingTerm.objects.filter(agreement__in=keys).order_by("agreement", "pk"):
            self.terms[term.agreement_id].append(term)
        rows = (
            BudgetLine.objects.filter(agreement__in=keys)
            .exclude(budget__workshop__state=WorkshopState.CANCELLED)
            .values("agreement", "account_code")
            .annotate(total=Sum("planned"))
            .order_by("agreement", "account_code")
        )
        self.planned = [(row["agreement"], row["account_code"], row["total"]) for row in rows]

    def warnings(self, line: BudgetLine, agreement: Agreement) -> Iterable[BudgetWarning]:
        problem = agreement.in_force_problem(*self.span) if self.span else ""
        if problem:
            sentence = f"{agreement.number or agreement.title}: {problem}"
            yield BudgetWarning(WarningKind.OUTSIDE_TERM, sentence, line.pk)
        terms = self.terms[agreement.pk]
        if not terms:
            sentence = _("Ketentuan pendanaan %(agreement)s belum dicatat, sehingga baris ini belum dapat diperiksa.")
            name = agreement.number or agreement.title
            yield BudgetWarning(WarningKind.NO_TERMS, sentence % {"agreement": name}, line.pk)
            return
        covering = [term for term in terms if term.covers(line.account_code)]
        if not covering:
            facts = {"account": line.account_code, "agreement": agreement.number or agreement.title}
            allowed = "; ".join(f"{term.cost} ({term.account_prefix}…)" for term in terms)
            sentence = _("Akun %(account)s tidak termasuk yang ditanggung %(agreement)s: %(allowed)s.")
            yield BudgetWarning(WarningKind.OUTSIDE_TERMS, sentence % (facts | {"allowed": allowed}), line.pk)
        for term in covering:
            yield from self._of_term(line, agreement, term)

    def _of_term(self, line: BudgetLine, agreement: Agreement, term: FundingTerm) -> Iterable[BudgetWarning]:
        taken = sum(total for key, code, total in self.planned if key == agreement.pk and term.covers(code))
        if term.ceiling is not None and taken > term.ceiling:
            facts = {
                "cost": term.cost,
                "taken": rupiah(taken),
                "ceiling": rupiah(term.ceiling),
                "difference": rupiah(taken - term.ceiling),
            }
            sentence = _(
                "Untuk “%(cost)s” seluruh kegiatan merencanakan %(taken)s, melebihi batas perjanjian %(ceiling)s "
                "sebesar %(difference)s."
            )
            yield BudgetWarning(WarningKind.OVER_TERM_CEILING, sentence % facts, line.pk)
        if term.needs_consent and not line.consent:
            sentence = _("“%(cost)s” perlu persetujuan tertulis mitra; nomor suratnya belum diisi.")
            yield BudgetWarning(WarningKind.NEEDS_CONSENT, sentence % {"cost": term.cost}, line.pk)


def span_of(workshop: Workshop) -> tuple[date, date] | None:
    """First and last day; with a fuzzy date its whole month."""
    if workshop.first_day and workshop.last_day:
        return workshop.first_day, workshop.last_day
    month = workshop.fuzzy_month
    return (month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])) if month else None
