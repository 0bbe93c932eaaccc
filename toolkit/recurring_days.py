"""Days that come again: each week, each third Monday, each 31st; and what stands in their way."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.working_days import holiday_name, is_working_day, previous_working_day

LAST = -1


class Rule:
    """Names of the rules, as they are stored."""

    WEEKDAY_OF_MONTH = "weekday_of_month"
    DAY_OF_MONTH = "day_of_month"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Recurrence:
    """`weekday` 0 is Monday; `nth` 1 to 4, or -1 for the last of the month; `day` 1 to 31, in a shorter month its last
    day. Each rule needs its own of them."""

    rule: str
    weekday: int | None = None
    nth: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """`ruled_on` is what the rule says, `on` where it was put; `closed_for` names a holiday on `ruled_on` ("" for a
    plain weekend, None for a working day)."""

    ruled_on: date
    on: date
    closed_for: str | None
    is_shortened: bool = False

    @property
    def is_moved(self) -> bool:
        return self.on != self.ruled_on


def occurrences(recurrence: Recurrence, *, first: date, n: int, moves: bool) -> list[Occurrence]:
    """The next `n` days of the rule, none before `first`; with `moves` a day on which offices are closed goes to the
    working day before, unless another member has that day or it lies before `first`."""
    found: list[Occurrence] = []
    for day, is_shortened in _days(recurrence, first):
        if len(found) == n:
            break
        on = previous_working_day(day) if moves else day
        if on < first or any(other.on == on for other in found):
            on = day
        closed_for = None if is_working_day(day) else holiday_name(day)
        found.append(Occurrence(day, on, closed_for, is_shortened))
    return found


def _days(recurrence: Recurrence, first: date) -> Iterator[tuple[date, bool]]:
    if recurrence.rule == Rule.WEEKLY:
        day = first + timedelta(days=(_given(recurrence.weekday) - first.weekday()) % 7)
        while True:
            yield day, False
            day += timedelta(days=7)
    for year, month in _months(first):
        found, is_shortened = _in_month(recurrence, year, month)
        if found >= first:
            yield found, is_shortened


def _months(first: date) -> Iterator[tuple[int, int]]:
    month = first.year * 12 + first.month - 1
    while True:
        yield month // 12, month % 12 + 1
        month += 1


def _in_month(recurrence: Recurrence, year: int, month: int) -> tuple[date, bool]:
    length = calendar.monthrange(year, month)[1]
    if recurrence.rule == Rule.DAY_OF_MONTH:
        wanted = _given(recurrence.day)
        return date(year, month, min(wanted, length)), wanted > length
    weekday, nth = _given(recurrence.weekday), _given(recurrence.nth)
    if nth == LAST:
        last = date(year, month, length)
        return last - timedelta(days=(last.weekday() - weekday) % 7), False
    start = date(year, month, 1)
    return start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (nth - 1)), False


def _given(value: int | None) -> int:
    if value is None:
        raise ValueError("This rule lacks a part of it.")
    return value
