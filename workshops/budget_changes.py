"""Who changed what in a budget and when, in words: its head, its lines, its payments."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnerships.models import Agreement
from toolkit.local_times import day_short
from toolkit.quantities import shown_quantity
from toolkit.row_changes import Change, changes_of_rows, history_rows
from toolkit.rupiah import rupiah
from workshops.budget_lines import FACTS
from workshops.models import Budget, BudgetLine, BudgetRealization, StandardCost, Workshop

HEAD = ["fiscal_year", "dipa_number", "activity_code", "ceiling", "officer_name", "officer_number"]
PAYMENT = ["amount", "paid_on", "document_number", "note", "original_name"]
AMOUNTS = {"ceiling", "unit_price", "planned", "amount"}

Names = dict[str, dict[int, str]]


def changes_of_budget(workshop: Workshop) -> list[Change]:
    """The newest first; six queries whatever the length. Empty where there is no budget."""
    budget = Budget.objects.filter(workshop=workshop).first()
    if budget is None:
        return []
    heads = history_rows(Budget.history.filter(id=budget.pk))
    lines = history_rows(BudgetLine.history.filter(budget_id=budget.pk))
    payments = history_rows(BudgetRealization.history.filter(line_id__in={line.id for line in lines}))
    names: Names = {
        "agreement": _names(Agreement, {line.agreement_id for line in lines}),
        "standard_cost": _names(StandardCost, {line.standard_cost_id for line in lines}),
    }
    found = [
        *_changes(heads, Budget, HEAD, _("Data anggaran"), names),
        *_changes(lines, BudgetLine, [*FACTS, "planned"], _("Baris"), names),
        *_changes(payments, BudgetRealization, PAYMENT, _("Realisasi"), names),
    ]
    found.reverse()  # of what was saved in one moment, the last stands first
    found.sort(key=lambda change: change.at, reverse=True)
    return found


def _names(model: type[models.Model], keys: set[int | None]) -> dict[int, str]:
    rows: Any = model._default_manager.filter(pk__in=[key for key in keys if key])  # noqa: SLF001 -- documented
    return {row.pk: str(row) for row in rows}


def _changes(
    rows: Sequence[Any], model: type[models.Model], fields: Sequence[str], noun: str, names: Names
) -> Iterator[Change]:
    def name_of(row: Any) -> str:
        return getattr(row, "description", "") or getattr(row, "document_number", "")

    return changes_of_rows(
        rows, model, fields, noun=noun, name_of=name_of, shown=lambda field, value: _shown(field, value, names)
    )


def _shown(field: "models.Field[Any, Any]", value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if field.name in names:
        return names[field.name].get(value, _("sudah dihapus"))
    if field.name in AMOUNTS:
        return rupiah(value)
    if isinstance(value, Decimal):
        return shown_quantity(value)
    if isinstance(value, date):
        return day_short(value)
    return str(dict(field.flatchoices).get(value, value))
