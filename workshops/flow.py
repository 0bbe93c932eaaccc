"""How times follow when sessions are put into another order. Plain data, no tables.

A track is what follows one another on one day: all sessions of a day that runs in one line, or those of one room where
rooms run side by side. The rule:

1. Where a session is taken out, those that directly followed it move up, as far as the next gap or fixed session.
2. Where it is put in, it begins right behind the one before it (the first one: where the first one began), and those
   behind it are pushed, only as far as they must.
3. A fixed session (a break, or one whose time is pinned) stays where its clock says; one that would run into it begins
   after it. Every session stays as long as it was, and in its order.

Within one track a move is 1 and then 2."""

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


def take_out(track: Sequence[Slot], pk: int, *, around: Iterable[Slot] = ()) -> list[Slot]:
    """The track (in order of time) without this session. `around` are sessions of no track of their own, for all rooms,
    that nothing may run into."""
    place = [slot.pk for slot in track].index(pk)
    walls = _walls(track, around)
    kept = list(track[:place])
    cursor, reach = track[place].starts_at, track[place].ends_at
    follows = True
    for slot in track[place + 1 :]:
        follows = follows and not slot.is_fixed and slot.starts_at == reach
        reach = slot.ends_at
        kept.append(_placed(slot, cursor, walls) if follows else slot)
        cursor = kept[-1].ends_at
    return kept


def put_in(
    track: Sequence[Slot], slot: Slot, place: int, *, start: datetime, around: Iterable[Slot] = ()
) -> list[Slot]:
    """The track with `slot` as its nth; `start` is where a track begins that has nothing to begin with."""
    walls = _walls(track, around)
    placed = [*track[:place], _placed(slot, _first_moment(track, place, start), walls)]
    cursor = max(one.ends_at for one in placed)
    for behind in track[place:]:
        placed.append(_placed(behind, max(cursor, behind.starts_at), walls))
        cursor = max(cursor, placed[-1].ends_at)
    return placed


def _walls(track: Iterable[Slot], around: Iterable[Slot]) -> list[Slot]:
    return in_time([*(slot for slot in track if slot.is_fixed), *around])


def _first_moment(track: Sequence[Slot], place: int, start: datetime) -> datetime:
    if place:
        return max(slot.ends_at for slot in track[:place])
    if not track:
        return start
    return min(start, track[0].starts_at) if track[0].is_fixed else track[0].starts_at


def _placed(slot: Slot, cursor: datetime, walls: Sequence[Slot]) -> Slot:
    """From `cursor` on, where it runs into no wall."""
    if slot.is_fixed:
        return slot
    moment = cursor
    for wall in walls:
        if wall.pk != slot.pk and moment < wall.ends_at and moment + slot.length > wall.starts_at:
            moment = wall.ends_at
    return slot.at(moment)
