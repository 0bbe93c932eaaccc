"""Applying an imported sheet: only its right rows, all of them or none."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from toolkit.history import save_by
from units.actions.offices import add_aliases, create_unit, rename_unit
from units.models import User
from units.spreadsheets import UnitRow


@transaction.atomic
def apply_unit_rows(rows: Iterable[UnitRow], *, by: User, now: datetime) -> tuple[int, int]:
    """Makes and changes the units of the rows that are ready; returns how many were made and how many changed."""
    n_new = n_changed = 0
    for row in rows:
        if row.status == "new":
            create_unit(parent=row.parent, official_name=row.name, aliases=row.aliases, by=by, now=now, **row.facts)
            n_new += 1
        elif row.status == "changed" and row.unit is not None:
            facts = dict(row.facts)
            short_name = facts.pop("short_name", None)
            for key, value in facts.items():
                setattr(row.unit, key, value)
            if facts or not short_name:
                save_by(row.unit, by=by, now=now)
            if short_name:
                today, name = timezone.localdate(now), row.unit.official_name
                rename_unit(
                    row.unit, official_name=name, short_name=short_name, from_day=today, by=by, now=now, today=today
                )
            add_aliases(row.unit, names=row.aliases)
            n_changed += 1
    return n_new, n_changed
