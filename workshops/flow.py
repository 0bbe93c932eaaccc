"""How times follow when sessions are put into another order. Plain data, no tables.

A track is what follows one another on one day: all sessions of a day that runs in one line, or those of one room where
rooms run side by side. The rule:

1. What stands before the first changed place keeps its time.
2. From there on the changed sessions follow one another without a gap, each as long as it was. A fixed session (a
   break, or one whose time is pinned) stays where its clock says; one that would run into it begins after it.
3. What stands behind the last changed place keeps its time, unless it is pushed.
4. Where a session was taken out, those that directly followed it move up, as far as the next gap or fixed session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Slot:
    """A session's place in time."""

    pk: int
    starts_at: datetime
    length: timedelta
    is_fixed: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length

    def at(self, moment: datetime) -> "Slot":
        return replace(self, starts_at=moment)


def in_time(slots: Iterable[Slot]) -> list[Slot]:
    return sorted(slots, key=lambda slot: (slot.starts_at, slot.ends_at, slot.pk))


def reflow(
    before: Sequence[Slot], after: Sequence[Slot], *, start: datetime, around: Iterable[Slot] = ()
) -> list[Slot]:
    """The slots of `after` (in their new order) with new times. `before` is the track as it was, in order of time;
    `start` is where an empty track begins; `around` are sessions of no track of their own (for all rooms) that nothing
    may run into."""
    walls = in_time([*(slot for slot in after if slot.is_fixed), *around])
    prefix, suffix = _common(before, after)
    window, tail = after[prefix : len(after) - suffix], after[len(after) - suffix :]
    placed = list(after[:prefix])
    cursor = _first_moment(before, placed, prefix, start, is_insertion=len(after) > len(before))
    for slot in window:
        placed.append(_placed(slot, cursor, walls))
        cursor = max(cursor, placed[-1].ends_at)
    pulls = len(after) < len(before)
    reach = before[prefix].ends_at if pulls else None
    for slot in tail:
        follows = pulls and reach == slot.starts_at and not slot.is_fixed
        pulls = pulls and follows
        reach = slot.ends_at
        placed.append(_placed(slot, cursor if follows else max(cursor, slot.starts_at), walls))
        cursor = max(cursor, placed[-1].ends_at)
    return placed


def _common(before: Sequence[Slot], after: Sequence[Slot]) -> tuple[int, int]:
    """How many stand unchanged at the beginning and at the end."""
    shorter = min(len(before), len(after))
    prefix = 0
    while prefix < shorter and before[prefix].pk == after[prefix].pk:
        prefix += 1
    suffix = 0
    while suffix < shorter - prefix and before[-1 - suffix].pk == after[-1 - suffix].pk:
        suffix += 1
    return prefix, suffix


def _first_moment(
    before: Sequence[Slot], placed: Sequence[Slot], prefix: int, start: datetime, *, is_insertion: bool
) -> datetime:
    """Where the changed places begin: with the session that stood there first, or right behind what stays."""
    behind = max((slot.ends_at for slot in placed), default=None)
    if behind is None and before and before[0].is_fixed:
        return min(start, before[0].starts_at)
    if prefix < len(before) and (behind is None or not (is_insertion or before[prefix].is_fixed)):
        return before[prefix].starts_at
    return behind or start


def _placed(slot: Slot, cursor: datetime, walls: Sequence[Slot]) -> Slot:
    """From `cursor` on, where it runs into no wall."""
    if slot.is_fixed:
        return slot
    moment = cursor
    for wall in walls:
        if wall.pk != slot.pk and moment < wall.ends_at and moment + slot.length > wall.starts_at:
            moment = wall.ends_at
    return slot.at(moment)
