from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from toolkit.working_days import (
    Holiday,
    holidays_between,
    holidays_of,
    is_working_day,
    previous_working_day,
    remind_at,
    reminder_windows,
)

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
START = datetime(2026, 12, 11, 1, tzinfo=UTC)  # Friday, 08.00 WIB
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 12, 11), True),
        (date(2026, 12, 12), False),  # Saturday
        (date(2026, 12, 13), False),  # Sunday
        (date(2026, 8, 17), False),  # independence day
        (date(2026, 12, 24), False),  # cuti bersama
        (date(2026, 12, 25), False),  # Christmas
    ],
)
def test_working_day_knows_weekends_holidays_and_joint_leave(day: date, is_one: bool) -> None:
    assert is_working_day(day) is is_one


def test_holidays_have_names_in_the_readers_language_and_know_joint_leave() -> None:
    eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    assert holidays_between(date(2026, 12, 1), date(2026, 12, 31)) == [
        Holiday(eve, "Cuti Bersama Hari Raya Natal", is_joint_leave=True),
        Holiday(christmas, "Hari Raya Natal", is_joint_leave=False),
    ]
    with translation.override("en"):
        assert [holiday.name for holiday in holidays_between(eve, christmas)] == [
            "Christmas Joint Holiday",
            "Christmas Day",
        ]
    new_year = [holiday.day for holiday in holidays_between(christmas, date(2027, 1, 1))]
    assert new_year == [christmas, date(2027, 1, 1)]
    assert list(holidays_of(2026)) == sorted(holidays_of(2026))


def test_settings_add_and_take_away_days_for_reminders_too(settings: Any) -> None:
    settings.HOLIDAYS_ADDED = ((date(2026, 12, 10), "Cuti bersama tambahan"), (date(2026, 12, 9), "Hari jadi"))
    settings.HOLIDAYS_REMOVED = frozenset({date(2026, 12, 24)})
    assert [(holiday.day.day, holiday.is_joint_leave) for holiday in holidays_of(2026).values()][-3:] == [
        (9, False),
        (10, True),
        (25, False),
    ]
    assert is_working_day(date(2026, 12, 24))
    assert remind_at(START, 1, 9, WIB) == datetime(2026, 12, 8, 9, tzinfo=WIB)


def test_previous_working_day_goes_back_over_a_long_weekend() -> None:
    assert previous_working_day(date(2026, 12, 27)) == date(2026, 12, 23)
    assert previous_working_day(date(2026, 12, 23)) == date(2026, 12, 23)


def test_remind_at_is_the_readers_own_hour() -> None:
    assert remind_at(START, 1, 9, WIB) == datetime(2026, 12, 10, 9, tzinfo=WIB)
    assert remind_at(START, 1, 9, WIT) == datetime(2026, 12, 10, 9, tzinfo=WIT)


def test_remind_at_counts_days_by_the_readers_calendar() -> None:
    late = datetime(2026, 12, 10, 16, tzinfo=UTC)  # Thursday 23.00 WIB, already Friday in WIT
    assert remind_at(late, 1, 9, WIB).date() == date(2026, 12, 9)
    assert remind_at(late, 1, 9, WIT).date() == date(2026, 12, 10)


def rules(now: datetime, *, told_at: datetime = LONG_AGO, starts_at: datetime = START) -> dict[str, tuple[str, str]]:
    windows = reminder_windows(starts_at, days=[7, 3, 1], hour=9, zone=WIB, told_at=told_at, now=now)
    return {w.rule: tuple(f"{m.astimezone(WIB):%d %H.%M}" for m in (w.not_before, w.not_after)) for w in windows}  # type: ignore[misc]


def test_windows_follow_each_other_and_close_before_the_start() -> None:
    assert rules(LONG_AGO) == {
        "H-1": ("10 09.00", "11 07.30"),
        "H-3": ("08 09.00", "10 09.00"),
        "H-7": ("04 09.00", "08 09.00"),
    }


def test_after_a_standstill_only_the_nearest_is_left() -> None:
    assert set(rules(START - timedelta(days=2))) == {"H-1", "H-3"}
    assert set(rules(START - timedelta(hours=10))) == {"H-1"}
    assert rules(START - timedelta(minutes=30)) == {}


def test_rules_that_a_weekend_pushes_together_become_one() -> None:
    monday = datetime(2026, 12, 14, 1, tzinfo=UTC)  # H-3 and H-1 both fall on Friday
    assert set(rules(LONG_AGO, starts_at=monday)) == {"H-1", "H-7"}


def test_no_reminder_within_two_hours_after_the_first_letter() -> None:
    nine = datetime(2026, 12, 10, 9, tzinfo=WIB)
    told = nine - timedelta(hours=1, minutes=59)
    assert rules(told, told_at=told) == {}
    told = nine - timedelta(hours=2)
    assert set(rules(told, told_at=told)) == {"H-1"}
