"""The standard costs (SBM) of a fiscal year: one by one, from last year, or from a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from toolkit.history import save_by
from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.models import AccountCode, StandardCost
from workshops.versions import version_of_standard_cost


class CodeIsTaken(Refusal):
    sentence = _("Kode ini sudah dipakai pada tahun anggaran yang sama.")
    field = "code"


@dataclass(frozen=True, kw_only=True)
class CostFacts:
    code: str
    kind: str
    description: str
    unit: str
    cap: int
    grade: str = ""
    province: str = ""
    basis: str = ""


def facts_of(cost: StandardCost) -> CostFacts:
    return CostFacts(**{name: getattr(cost, name) for name in CostFacts.__dataclass_fields__})


@transaction.atomic
def add_standard_cost(fiscal_year: int, *, facts: CostFacts, by: User, now: datetime) -> StandardCost:
    """The very same row again returns the first one. Raises CodeIsTaken."""
    known = StandardCost.objects.filter(fiscal_year=fiscal_year, code__iexact=facts.code).first()
    if known is not None:
        if facts_of(known) != facts:
            raise CodeIsTaken
        return known
    cost = StandardCost(fiscal_year=fiscal_year, **vars(facts))
    try:
        with transaction.atomic():
            save_by(cost, by=by, now=now)
    except IntegrityError as taken:
        raise CodeIsTaken from taken
    return cost


@transaction.atomic
def edit_standard_cost(
    cost: StandardCost, *, facts: CostFacts, version: str | None = None, by: User, now: datetime
) -> StandardCost:
    """Raises CodeIsTaken; ChangedMeanwhile when `version` is not what stands in the database."""
    current = StandardCost.objects.select_for_update().filter(pk=cost.pk).first()
    if current is None or (version is not None and version != version_of_standard_cost(current)):
        raise ChangedMeanwhile
    same = StandardCost.objects.filter(fiscal_year=current.fiscal_year, code__iexact=facts.code)
    if same.exclude(pk=current.pk).exists():
        raise CodeIsTaken
    for name, value in vars(facts).items():
        setattr(current, name, value)
    save_by(current, by=by, now=now)
    return current


@transaction.atomic
def remove_standard_cost(cost: StandardCost, *, by: User, now: datetime) -> None:
    """Budget lines that named it stay, without a cap. Removing it twice is harmless."""
    current = StandardCost.objects.filter(pk=cost.pk).first()
    if current is not None:
        vars(current).update(_history_user=by, _history_date=now)
        current.delete()


@transaction.atomic
def copy_standard_costs(*, from_year: int, to_year: int, by: User, now: datetime) -> int:
    """Puts the rows of one year into another; codes that are there already stay as they are. Returns how many came."""
    there = {code.casefold() for code in StandardCost.objects.of_year(to_year).values_list("code", flat=True)}
    n_copied = 0
    for cost in StandardCost.objects.of_year(from_year):
        if cost.code.casefold() not in there:
            copy = StandardCost(fiscal_year=to_year, **vars(facts_of(cost)))
            save_by(copy, by=by, now=now)
            n_copied += 1
    return n_copied


@dataclass(frozen=True)
class CostChange:
    """A row of a sheet that is ready: `cost` is the one it changes, None for a new one."""

    facts: CostFacts
    cost: StandardCost | None = None


@transaction.atomic
def apply_standard_costs(
    fiscal_year: int, *, changes: Iterable[CostChange], by: User, now: datetime
) -> tuple[int, int]:
    """Adds and changes, all or none; returns how many were added and how many changed."""
    n_new = n_changed = 0
    for change in changes:
        if change.cost is None:
            add_standard_cost(fiscal_year, facts=change.facts, by=by, now=now)
            n_new += 1
        else:
            edit_standard_cost(change.cost, facts=change.facts, by=by, now=now)
            n_changed += 1
    return n_new, n_changed


@transaction.atomic
def save_accounts(*, changed: Iterable[AccountCode], removed: Iterable[AccountCode], by: User, now: datetime) -> None:
    """Names of accounts; budget lines keep their code whatever happens here."""
    for account in removed:
        vars(account).update(_history_user=by, _history_date=now)
        account.delete()
    for account in changed:
        save_by(account, by=by, now=now)
