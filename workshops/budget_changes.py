"""Who changed what in a budget and when, in words: its head, its lines, its payments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnerships.models import Agreement
from toolkit.local_times import day_short
from toolkit.quantities import shown_quantity
from toolkit.rupiah import rupiah
from workshops.budget_lines import FACTS
from workshops.models import Budget, BudgetLine, BudgetRealization, StandardCost, Workshop

HEAD = ["fiscal_year", "dipa_number", "activity_code", "ceiling", "officer_name", "officer_number"]
PAYMENT = ["amount", "paid_on", "document_number", "note", "original_name"]
AMOUNTS = {"ceiling", "unit_price", "planned", "amount"}

Names = dict[str, dict[int, str]]


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One saved step: when, by whom ("" where nobody was signed in), what happened, and field by field."""

    at: datetime
    by: str
    what: str
    fields: list[FieldChange]


def changes_of_budget(workshop: Workshop) -> list[Change]:
    """The newest first; six queries whatever the length. Empty where there is no budget."""
    budget = Budget.objects.filter(workshop=workshop).first()
    if budget is None:
        return []
    heads = _rows(Budget.history.filter(id=budget.pk))
    lines = _rows(BudgetLine.history.filter(budget_id=budget.pk))
    payments = _rows(BudgetRealization.history.filter(line_id__in={line.id for line in lines}))
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


def _rows(history: Any) -> list[Any]:
    return list(history.select_related("history_user").order_by("id", "history_date", "history_id"))


def _names(model: type[models.Model], keys: set[int | None]) -> dict[int, str]:
    rows: Any = model._default_manager.filter(pk__in=[key for key in keys if key])  # noqa: SLF001 -- documented
    return {row.pk: str(row) for row in rows}


def _changes(
    rows: Sequence[Any], model: type[models.Model], fields: Sequence[str], noun: str, names: Names
) -> Iterator[Change]:
    """One change for each history row, compared with the row of the same thing before it."""
    before: Any = None
    for row in rows:
        if before is not None and before.id != row.id:
            before = None
        changed = [] if row.history_type == "-" else list(_compared(before, row, model, fields, names))
        if changed or row.history_type != "~":
            yield Change(row.history_date, str(row.history_user or ""), _what(noun, row), changed)
        before = row


def _what(noun: str, row: Any) -> str:
    """`Baris diubah: Konsumsi`."""
    sentences = {"+": _("%(noun)s dicatat"), "~": _("%(noun)s diubah"), "-": _("%(noun)s dihapus")}
    name = getattr(row, "description", "") or getattr(row, "document_number", "")
    return sentences[row.history_type] % {"noun": noun} + (f": {name}" if name else "")


def _compared(
    before: Any, row: Any, model: type[models.Model], fields: Sequence[str], names: Names
) -> Iterator[FieldChange]:
    for name in fields:
        field = model._meta.get_field(name)  # noqa: SLF001 -- Django's documented Model._meta
        if not isinstance(field, models.Field):
            continue
        old = None if before is None else getattr(before, field.attname)
        new = getattr(row, field.attname)
        # a row just made is compared with nothing: what it left empty is no news
        if old != new and not (before is None and new in (None, "", False)):
            label = str(field.verbose_name)
            yield FieldChange(label[:1].upper() + label[1:], _shown(field, old, names), _shown(field, new, names))


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
