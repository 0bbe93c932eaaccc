"""How times follow: the rule of workshops.flow, by cases and by thousands of made-up days."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from workshops.flow import Slot, in_time, put_in, take_out

EIGHT = datetime(2026, 12, 12, 8, tzinfo=UTC)


def slot(key: int, clock: str, minutes: int, *, fixed: bool = False) -> Slot:
    hour, minute = clock.split(".")
    starts_at = EIGHT.replace(hour=int(hour), minute=int(minute))
    return Slot(key, starts_at, timedelta(minutes=minutes), fixed)


def shown(slots: list[Slot]) -> dict[int, str]:
    return {one.pk: f"{one.starts_at:%H.%M}-{one.ends_at:%H.%M}" for one in slots}


# A morning, lunch at twelve that stays, an afternoon with a gap before its last session.
A, B, LUNCH = slot(1, "8.00", 60), slot(2, "9.00", 180), slot(3, "12.00", 60, fixed=True)
C, D = slot(4, "13.00", 60), slot(5, "14.30", 45)
DAY = [A, B, LUNCH, C, D]
NEW = slot(9, "8.00", 30)


def reflow(before: list[Slot], after: list[Slot], *, start: datetime) -> list[Slot]:
    """From one order to the other, by the one session that is elsewhere, new or gone."""
    old, new = [one.pk for one in before], [one.pk for one in after]
    if gone := set(old) - set(new):
        return take_out(before, gone.pop())
    for one in after:
        rest = [key for key in old if key != one.pk]
        if rest == [key for key in new if key != one.pk]:
            track = take_out(before, one.pk) if one.pk in old else before
            return put_in(track, one, new.index(one.pk), start=start)
    raise AssertionError("more than one session moved")


@pytest.mark.parametrize(
    ("after", "times"),
    [
        # Two change places; what stands behind keeps its time.
        (
            [B, A, LUNCH, C, D],
            {2: "08.00-11.00", 1: "11.00-12.00", 3: "12.00-13.00", 4: "13.00-14.00", 5: "14.30-15.15"},
        ),
        # The long one does not fit before lunch any more, so it begins after it and pushes what follows.
        (
            [A, C, B, LUNCH, D],
            {1: "08.00-09.00", 4: "09.00-10.00", 2: "13.00-16.00", 3: "12.00-13.00", 5: "16.00-16.45"},
        ),
        # Behind lunch means behind lunch.
        (
            [B, LUNCH, A, C, D],
            {2: "08.00-11.00", 3: "12.00-13.00", 1: "13.00-14.00", 4: "14.00-15.00", 5: "15.00-15.45"},
        ),
        # Inserted: right behind the one before; the rest is pushed only as far as it must.
        (
            [A, NEW, B, LUNCH, C, D],
            {
                1: "08.00-09.00",
                9: "09.00-09.30",
                2: "13.00-16.00",
                3: "12.00-13.00",
                4: "16.00-17.00",
                5: "17.00-17.45",
            },
        ),
        ([*DAY, NEW], shown(DAY) | {9: "15.15-15.45"}),
        # Taken out: those that directly followed move up, as far as the next gap or fixed one.
        ([B, LUNCH, C, D], {2: "08.00-11.00", 3: "12.00-13.00", 4: "13.00-14.00", 5: "14.30-15.15"}),
        ([A, B, LUNCH, D], {1: "08.00-09.00", 2: "09.00-12.00", 3: "12.00-13.00", 5: "14.30-15.15"}),
        # An evening stays an evening, also when something is taken out before it.
        (
            [B, LUNCH, C, D, A],
            {2: "08.00-11.00", 3: "12.00-13.00", 4: "13.00-14.00", 5: "14.30-15.15", 1: "15.15-16.15"},
        ),
    ],
)
def test_times_follow_the_order(after: list[Slot], times: dict[int, str]) -> None:
    assert shown(reflow(DAY, after, start=EIGHT)) == times


def test_an_empty_track_begins_where_it_is_told_and_goes_around_what_is_for_all() -> None:
    plenary = slot(7, "8.00", 90)
    assert shown(reflow([], [NEW], start=EIGHT)) == {9: "08.00-08.30"}
    assert shown(put_in([], NEW, 0, start=EIGHT, around=[plenary])) == {9: "09.30-10.00"}


def test_before_a_break_that_opens_the_day_there_is_room() -> None:
    early = slot(1, "9.00", 60, fixed=True)
    assert shown(reflow([early], [NEW, early], start=EIGHT)) == {9: "08.00-08.30", 1: "09.00-10.00"}


def made_up_day(luck: Random) -> list[Slot]:
    """Some sessions one after the other, with and without gaps, some of them fixed."""
    slots, moment = [], EIGHT
    for key in range(1, luck.randint(2, 9)):
        moment += timedelta(minutes=luck.choice([0, 0, 0, 15, 40]))
        length = timedelta(minutes=luck.choice([15, 30, 45, 60, 90, 180]))
        slots.append(Slot(key, moment, length, luck.random() < 0.25))
        moment += length
    return slots


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_day_the_rule_holds(seed: int) -> None:
    luck = Random(seed)
    for _ in range(25):
        before = made_up_day(luck)
        moved = luck.choice([one for one in before if not one.is_fixed] or before)
        rest = [one for one in before if one.pk != moved.pk]
        place = luck.randint(0, len(rest))
        free = Slot(moved.pk, moved.starts_at, moved.length)
        before = [free if one.pk == free.pk else one for one in before]
        after = [*rest[:place], free, *rest[place:]]
        placed = put_in(take_out(before, free.pk), free, place, start=EIGHT)
        assert sorted((one.pk, one.length) for one in placed) == sorted((one.pk, one.length) for one in before)
        fixed = {one.pk: one for one in before if one.is_fixed}
        assert {one.pk: one for one in placed if one.is_fixed} == fixed
        moving = [one for one in placed if not one.is_fixed]
        assert [one.pk for one in in_time(moving)] == [one.pk for one in after if not one.is_fixed]
        ordered = in_time(placed)
        assert all(one.ends_at <= other.starts_at for one, other in itertools.pairwise(ordered))
        assert min(one.starts_at for one in placed) >= min(EIGHT, before[0].starts_at)
