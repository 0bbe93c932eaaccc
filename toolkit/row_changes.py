"""Who changed what and when, told from history rows, field by field and in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

Shown = Callable[["models.Field[Any, Any]", Any], str]


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
    reason: str = ""


def history_rows(history: Any, key: str = "id") -> list[Any]:
    """In the order that `changes_of_rows` asks for."""
    return list(history.select_related("history_user").order_by(key, "history_date", "history_id"))


def changes_of_rows(
    rows: Sequence[Any],
    model: type[models.Model],
    fields: Sequence[str],
    *,
    noun: str,
    name_of: Callable[[Any], str],
    shown: Shown,
) -> Iterator[Change]:
    """One change for each history row of `model`, compared with the row of the same thing before it: `Pihak diubah:
    RSUD Contoh`, from `noun` and, where there is one, the name of the row."""
    sentences = {"+": _("%(noun)s dicatat"), "~": _("%(noun)s diubah"), "-": _("%(noun)s dihapus")}
    key = model._meta.pk.attname  # noqa: SLF001 -- Django's documented Model._meta
    before: Any = None
    for row in rows:
        if before is not None and getattr(before, key) != getattr(row, key):
            before = None
        changed = [] if row.history_type == "-" else list(_compared(before, row, model, fields, shown))
        if changed or row.history_type != "~":
            name = name_of(row)
            what = sentences[row.history_type] % {"noun": noun} + (f": {name}" if name else "")
            reason = row.history_change_reason or ""
            yield Change(row.history_date, str(row.history_user or ""), what, changed, reason)
        before = row


def _compared(
    before: Any, row: Any, model: type[models.Model], fields: Sequence[str], shown: Shown
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
            yield FieldChange(label[:1].upper() + label[1:], shown(field, old), shown(field, new))
