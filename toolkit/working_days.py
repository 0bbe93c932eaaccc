"""Working days of Indonesia (weekends, libur nasional, cuti bersama) and when reminders fall on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

SATURDAY = 5
LAST_CALL = timedelta(minutes=30)
QUIET_AFTER_CONFIRMATION = timedelta(hours=2)


@cache
def _holidays_of(year: int) -> dict[date, str]:
    return dict(country_holidays("ID", years=year, language="id", categories=("public", "government")))


def holiday_name(day: date) -> str:
    """`Hari Kemerdekaan`, in Indonesian as the decree has it; empty on any other day, weekends too."""
    return _holidays_of(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Neither a weekend, nor a national holiday, nor cuti bersama (as far as the calendar of that year is fixed)."""
    return day.weekday() < SATURDAY and day not in _holidays_of(day.year)


def previous_working_day(day: date) -> date:
    """The day itself when it is a working day, else the nearest working day before it."""
    while not is_working_day(day):
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
