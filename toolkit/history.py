"""Saving a row so that its history says who, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)
BATCH = 500


def save_by(row: models.Model, *, by: models.Model | None, now: datetime, reason: str = "") -> None:
    """Saves `row` (of a model with HistoricalRecords); its new history row names `by`, `now` and the reason."""
    vars(row).update(_history_user=by, _history_date=now, _change_reason=reason or None)
    row.save()


def create_by(rows: Sequence[Row], *, by: models.Model, now: datetime, reason: str = "") -> list[Row]:
    """Inserts many rows of one model with HistoricalRecords; the database copies them into their history, which is
    several times cheaper than a second object for each row."""
    model: Any = type(rows[0])
    with transaction.atomic():
        made: list[Row] = model.objects.bulk_create(rows, batch_size=BATCH)
        for start in range(0, len(made), BATCH):
            keys = [row.pk for row in made[start : start + BATCH]]
            _copy_into_history(model, keys, by=by, now=now, reason=reason)
    return made


def update_by(model: Any, keys: Sequence[Any], *, by: models.Model, now: datetime, **facts: object) -> None:
    """Writes the same facts into many rows of a model with HistoricalRecords: one statement for the rows and two for
    their history."""
    model.objects.filter(pk__in=keys).update(**facts)
    rows = model.objects.filter(pk__in=keys).order_by("pk")
    model.history.bulk_history_create(rows, update=True, default_user=by, default_date=now)


def _copy_into_history(model: Any, keys: list[Any], *, by: models.Model, now: datetime, reason: str) -> None:
    history, name = model.history.model, connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in history.tracked_fields)
    source, target = (name(each._meta.db_table) for each in (model, history))  # noqa: SLF001 -- a public name of Django
    places = ", ".join(["%s"] * len(keys))
    copy = (
        f"INSERT INTO {target} ({columns}, history_date, history_user_id, history_change_reason, history_type)"  # noqa: S608
        f" SELECT {columns}, %s, %s, %s, %s FROM {source} WHERE id IN ({places}) ORDER BY id"
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(copy, [moment, by.pk, reason, "+", *keys])
