from datetime import date

import pytest

from toolkit.recurring_days import Recurrence, Rule, occurrences

MONDAYS = Recurrence(Rule.WEEKDAY_OF_MONTH, weekday=0, nth=3)


def days(recurrence: Recurrence, first: date, n: int, *, moves: bool = False) -> list[str]:
    return [str(day.on) for day in occurrences(recurrence, first=first, n=n, moves=moves)]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (MONDAYS, ["2027-01-18", "2027-02-15", "2027-03-15"]),
        (Recurrence(Rule.WEEKDAY_OF_MONTH, weekday=4, nth=-1), ["2027-01-29", "2027-02-26", "2027-03-26"]),
        (Recurrence(Rule.WEEKLY, weekday=2), ["2027-01-06", "2027-01-13", "2027-01-20"]),
        (Recurrence(Rule.DAY_OF_MONTH, day=31), ["2027-01-31", "2027-02-28", "2027-03-31"]),
    ],
)
def test_days_of_each_rule(recurrence: Recurrence, expected: list[str]) -> None:
    assert days(recurrence, date(2027, 1, 1), 3) == expected


def test_a_month_whose_day_has_passed_is_left_out() -> None:
    assert days(MONDAYS, date(2026, 12, 22), 1) == ["2027-01-18"]


def test_closed_days_are_named_and_moved_or_kept() -> None:
    independence = Recurrence(Rule.DAY_OF_MONTH, day=17)
    (kept,) = occurrences(independence, first=date(2026, 8, 1), n=1, moves=False)
    assert (kept.on, kept.is_moved) == (date(2026, 8, 17), False)
    assert kept.closed_for
    assert "Kemerdekaan" in kept.closed_for
    (moved,) = occurrences(independence, first=date(2026, 8, 1), n=1, moves=True)
    assert (moved.on, moved.ruled_on) == (date(2026, 8, 14), date(2026, 8, 17))
    (first_is_closed,) = occurrences(independence, first=date(2026, 8, 17), n=1, moves=True)
    assert first_is_closed.on == date(2026, 8, 17)
    assert occurrences(Recurrence(Rule.DAY_OF_MONTH, day=31), first=date(2027, 2, 1), n=1, moves=False)[0].is_shortened


def test_two_days_never_fall_together() -> None:
    """Long holidays would push several weekly days onto the same Friday."""
    found = occurrences(Recurrence(Rule.WEEKLY, weekday=5), first=date(2027, 1, 1), n=3, moves=True)
    assert len({day.on for day in found}) == 3


def test_a_rule_that_lacks_a_part_says_so() -> None:
    with pytest.raises(ValueError, match="lacks"):
        occurrences(Recurrence(Rule.WEEKLY), first=date(2027, 1, 1), n=1, moves=False)
