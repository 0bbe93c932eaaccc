"""A move asked by days alone, as a drag on the calendar or its keys say it: hours and everything else stay."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from units.models import User
from workshops.forms.fields import FIRST_YEAR, LAST_YEAR
from workshops.forms.planning import MoveForm
from workshops.models import Workshop

# A workshop whose date was fuzzy gets the hours of an office when it gets its day.
OPENS, CLOSES = time(8), time(16)


class DragForm(forms.Form):
    """The new first and last day, and the version of the schedule that the calendar showed."""

    mulai = forms.DateField(input_formats=["%Y-%m-%d"])
    selesai = forms.DateField(input_formats=["%Y-%m-%d"])
    versi = forms.CharField(required=False, max_length=40)


def dragged(workshop: Workshop, first: date, last: date, *, version: str, by: User) -> MoveForm:
    """The form of a move as if a person had typed these days; not yet validated. A registration that would end after
    the new start moves along, by as many days."""
    values: dict[str, Any] = dict(MoveForm(workshop=workshop, by=by).initial)
    starts_at = _on(first, values["starts_at"], OPENS)
    # A year that the form will refuse moves nothing along: there may be no day to move to.
    moving = ("registration_opens_at", "registration_deadline") if FIRST_YEAR <= first.year <= LAST_YEAR else ()
    for name in moving:
        values[name] = _kept_before(values[name], values["registration_deadline"], values["starts_at"], starts_at)
    values |= {
        "starts_at": starts_at,
        "ends_at": _on(last, values["ends_at"], CLOSES),
        "fuzzy_date": "",
        "fuzzy_month": None,
        "shift_sessions": True,
        "reason": "",
        "version": version,
    }
    return MoveForm(values, workshop=workshop, by=by)


def _on(day: date, moment: datetime | None, default: time) -> datetime:
    return datetime.combine(day, moment.time() if moment else default)


def _kept_before(
    moment: datetime | None, deadline: datetime | None, before: datetime | None, after: datetime
) -> datetime | None:
    if moment is None or deadline is None or before is None or deadline <= after:
        return moment
    return moment + timedelta(days=(after.date() - before.date()).days)
