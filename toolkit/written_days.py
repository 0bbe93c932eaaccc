"""Days as people write them: 2026-12-31, 31/12/2026, 31-12-2026, 31.12.2026, 31 Desember 2026, 3-Agt-2021."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from toolkit.form_fields import FIRST_YEAR, LAST_YEAR

# Indonesian and English, whole and as they are shortened: "12 Maret 2021", "3-Agt-2021".
MONTHS = {
    word: number
    for number, words in enumerate(
        [
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agt agu ags aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ],
        start=1,
    )
    for word in words.split()
}
# What Excel keeps of a day has a time behind it.
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?")
DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
IN_WORDS = re.compile(r"([0-9]{1,2})[-\s]+([a-z]+)\.?[-\s]+([0-9]{4})")


def written_day(text: str) -> date:
    """The day that is written; the day stands before the month unless the year comes first. Raises ValidationError,
    also for a year that no document of ours has: "0206", or "9999" for what never ends."""
    day = _day(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 1945 dan 2100."), code="year")
    return day


def _day(text: str) -> date:
    asked = text.strip().casefold()
    year_first, day_first, in_words = (form.fullmatch(asked) for form in (YEAR_FIRST, DAY_FIRST, IN_WORDS))
    try:
        if year_first:
            return date(*(int(part) for part in year_first.groups()))
        if day_first:
            day, month, year = (int(part) for part in day_first.groups())
            return date(year, month, day)
        if in_words and in_words[2] in MONTHS:
            return date(int(in_words[3]), MONTHS[in_words[2]], int(in_words[1]))
    except ValueError:
        pass
    raise ValidationError(_("Tulis tanggal sebagai 2026-12-31, 31/12/2026, atau 31 Desember 2026."), code="invalid")


class WrittenDayField(forms.DateField):
    """A day typed as text."""

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        return written_day(str(value))
