"""Holidays of Indonesia by name (libur nasional, cuti bersama, and what the settings add or take away), working days,
and when reminders fall on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from holidays import country_holidays

SATURDAY = 5
LAST_CALL = timedelta(minutes=30)
QUIET_AFTER_CONFIRMATION = timedelta(hours=2)


@dataclass(frozen=True)
class Holiday:
    """A day off by decree; `is_joint_leave` for cuti bersama."""

    day: date
    name: str
    is_joint_leave: bool


@lru_cache(maxsize=64)
def _holidays_of(
    year: int, language: str, added: tuple[tuple[date, str], ...], removed: frozenset[date]
) -> dict[date, Holiday]:
    found: dict[date, Holiday] = {}
    # Joint leave first: where a day is both, the holiday gives the name.
    for category in ("government", "public"):
        for day, name in country_holidays("ID", years=year, categories=(category,), language=language).items():
            found[day] = Holiday(day, name, is_joint_leave=category == "government")
    for day, name in added:
        if day.year == year:
            found[day] = Holiday(day, name, is_joint_leave=name.casefold().startswith("cuti bersama"))
    return {day: found[day] for day in sorted(found) if day not in removed}


def holidays_of(year: int) -> dict[date, Holiday]:
    """By day, in order, with names in the active language; what HOLIDAYS_ADDED names keeps its own name."""
    language = "en_US" if (translation.get_language() or "id").startswith("en") else "id"
    return _holidays_of(year, language, settings.HOLIDAYS_ADDED, settings.HOLIDAYS_REMOVED)


def holidays_between(first: date, last: date) -> list[Holiday]:
    """Both days included, in order."""
    years = range(first.year, last.year + 1)
    return [holiday for year in years for day, holiday in holidays_of(year).items() if first <= day <= last]


def holiday_name(day: date) -> str:
    """`Hari Kemerdekaan`; empty on any other day, weekends too."""
    holiday = holidays_of(day.year).get(day)
    return holiday.name if holiday else ""


def is_working_day(day: date) -> bool:
    """Neither a weekend, nor a national holiday, nor cuti bersama (as far as the calendar of that year is fixed)."""
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def previous_working_day(day: date) -> date:
    """The day itself when it is a working day, else the nearest working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def add_working_days(day: date, n: int) -> date:
    """The nth working day after `day`, which itself does not count."""
    while n > 0:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def last_day_before_deadline(today: date, n: int) -> date:
    """The last day from which a deadline of n working days was over before today."""
    day = today - timedelta(days=1)
    while add_working_days(day, n) >= today:
        day -= timedelta(days=1)
    return day


def remind_at(starts_at: datetime, days: int, hour: int, zone: ZoneInfo) -> datetime:
    """The reader's `hour` o'clock, `days` days before the start as the reader's calendar counts, or on the working day
    before when that day is none."""
    day = previous_working_day(starts_at.astimezone(zone).date() - timedelta(days=days))
    return datetime.combine(day, time(hour), tzinfo=zone)


@dataclass(frozen=True)
class ReminderWindow:
    days: int
    not_before: datetime
    not_after: datetime

    @property
    def rule(self) -> str:
        return f"H-{self.days}"


def reminder_windows(
    starts_at: datetime, *, days: Sequence[int], hour: int, zone: ZoneInfo, told_at: datetime, now: datetime
) -> list[ReminderWindow]:
    """The reminders that still make sense for who was told at `told_at`.

    Each may leave from its own moment until the next one's, the last until 30 minutes before the start; so after a
    standstill only the nearest goes out. Rules that a weekend pushes onto one moment become the nearest of them, and
    none falls within two hours after the first letter.
    """
    windows: list[ReminderWindow] = []
    closes_at = starts_at - LAST_CALL
    for count in sorted(set(days)):
        opens_at = remind_at(starts_at, count, hour, zone)
        if opens_at >= closes_at:
            continue
        if closes_at > now and opens_at >= told_at + QUIET_AFTER_CONFIRMATION:
            windows.append(ReminderWindow(count, opens_at, closes_at))
        closes_at = opens_at
    return windows
