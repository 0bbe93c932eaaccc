"""Bringing the honoraria of the agenda into the budget."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from units.models import User
from workshops.actions.budgets import add_line, budget_of, edit_line
from workshops.honorarium_plan import honorarium_plans
from workshops.models import Workshop


@transaction.atomic
def bring_honoraria(workshop: Workshop, *, keys: Collection[str], by: User, now: datetime) -> tuple[int, int]:
    """Adds and updates the lines of the chosen `keys` that are ready, by the agenda and the rates as they stand now;
    returns how many were added and how many updated. Again, it changes nothing."""
    budget = budget_of(workshop, by=by, now=now)
    n_new = n_changed = 0
    for plan in honorarium_plans(workshop, fiscal_year=budget.fiscal_year).ready:
        if plan.key not in keys or plan.facts is None:
            continue
        if plan.line is None:
            add_line(workshop, facts=plan.facts, source_key=plan.key, by=by, now=now)
            n_new += 1
        else:
            edit_line(plan.line, facts=plan.facts, by=by, now=now)
            n_changed += 1
    return n_new, n_changed
