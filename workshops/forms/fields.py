"""Fields for moments of a place: what is typed is the clock on its wall, whatever zone the reader is in."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from toolkit.form_fields import fields_like

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MonthField",
    "WallClockField",
    "fields_like",
    "moment_in",
    "order_as_shown",
    "wall_clock",
]

FIRST_YEAR, LAST_YEAR = 2000, 2100


def order_as_shown(form: forms.Form) -> None:
    """The summary of errors lists the fields in the order of the page, so the first one named is the first one seen."""
    shown: Any = form
    form.order_fields([pointer.name for pointer in shown.helper.layout.get_field_names()])


def wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment as the clock there shows it, without a zone: the initial value of a `WallClockField`."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def moment_in(wall: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment when the clock there shows this."""
    return wall.replace(tzinfo=zone) if wall else None


class WallClockField(forms.Field):
    """A day and a time without a zone; the form knows the zone and says so beside the field."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "300"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "invalid": _("Isi tanggal dan jam, misalnya 24-09-2020 pukul 08.00."),
        "year": _("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100."),
    }

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        try:
            moment = parse_datetime(str(value).strip().replace(" ", "T"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        return moment.replace(second=0, microsecond=0)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class MonthField(forms.Field):
    """A month, as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    default_error_messages = {
        "invalid": _("Isi bulan dan tahun, misalnya 2020-09."),
        "year": _("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.replace(day=1)
        try:
            month = parse_date(f"{str(value).strip()[:7]}-01")
        except ValueError:
            month = None
        if month is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not FIRST_YEAR <= month.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        return month
