"""Saving a row so that its history says who, when and why."""

from datetime import datetime

from django.db import models


def save_by(row: models.Model, *, by: models.Model | None, now: datetime, reason: str = "") -> None:
    """Saves `row` (of a model with HistoricalRecords); its new history row names `by`, `now` and the reason."""
    vars(row).update(_history_user=by, _history_date=now, _change_reason=reason or None)
    row.save()
