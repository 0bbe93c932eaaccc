"""Moving sessions of the draft: up and down, to another day or room, into the tray and out of it. Times follow (see
workshops.flow for the rule); breaks and pinned sessions stay where they were set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy
from simple_history.utils import bulk_update_with_history

from units.models import User
from workshops.actions.agenda import SessionIsOutsideWorkshop, agenda_changed, locked
from workshops.actions.refusals import Refusal
from workshops.actions.releases import AgendaChangedMeanwhile
from workshops.flow import Slot, put_in, take_out
from workshops.models import Session, Workshop
from workshops.tracks import Track, day_of, length_of, side_by_side, slot_of, track_in

UP, DOWN = -1, 1
# A day of a workshop that opens in the evening does not begin in the evening too.
EVENING, MORNING = 15, 8
TIMES = ["starts_at", "ends_at", "duration", "is_pinned", "room"]


class DayIsFull(Refusal):
    sentence = gettext_lazy(
        "Tidak muat: ada sesi yang akan lewat tengah malam hari itu. Tidak ada yang dipindahkan. "
        "Pendekkan sesi, atau pilih hari lain."
    )


class NothingMoves(Refusal):
    sentence = gettext_lazy(
        "Tidak ada yang bergeser: di tempat itu sesi ini tidak muat tanpa menyentuh jeda atau sesi berjam tetap, "
        "atau sesi ini memang sudah di sana."
    )


class IsFirst(Refusal):
    sentence = gettext_lazy("Sesi ini sudah paling awal pada harinya.")


class IsLast(Refusal):
    sentence = gettext_lazy("Sesi ini sudah paling akhir pada harinya.")


class HasNoTime(Refusal):
    sentence = gettext_lazy("Sesi ini belum terjadwal. Pilih hari dahulu.")


@dataclass(frozen=True)
class Target:
    """Where a session goes. `day` None is the tray. `room` None keeps the room; a room that is named orders the session
    among those of that room. `before` is the key of the session it shall stand before; without it, and with `is_last`,
    it goes to the end; with neither it keeps its clock time where that is free, else it goes to the end."""

    day: date | None
    room: str | None = None
    before: int | None = None
    is_last: bool = False


def move_session(session: Session, *, target: Target, rev: int | None = None, by: User, now: datetime) -> Session:
    """Puts a session elsewhere; the others of both places follow. All of it happens or nothing. `rev` is the revision
    of the agenda that the person had seen. Raises a Refusal."""
    with transaction.atomic():
        workshop, sessions, moved = _open(session, rev)
        if target.day is not None and not _is_of_workshop(workshop, target.day):
            raise SessionIsOutsideWorkshop
        before = {one.pk: _facts(one) for one in sessions}
        others = [one for one in sessions if one.pk != moved.pk and one.starts_at is not None]
        days = _days_of(workshop, sessions)
        named = True if target.room is not None else None
        came_from = _track_of(workshop, [*others, moved], moved, by_room=named) if moved.starts_at else None
        room = moved.room if target.room is None else target.room
        if target.day is None:
            changed = _close_up(came_from, moved)
            _put_into_tray(moved)
        else:
            changed = _place(workshop, others, moved, target, room, came_from)
            moved.room = room
        _write(workshop, sessions, changed, before, by=by, now=now, days=days | {moved.pk: target.day})
    return moved


def shift_in_order(session: Session, *, step: int, rev: int | None = None, by: User, now: datetime) -> Session:
    """Changes places with the session before (UP) or behind (DOWN) it in its track; breaks and pinned sessions take no
    part. Raises a Refusal."""
    with transaction.atomic():
        workshop, sessions, moved = _open(session, rev)
        if moved.starts_at is None:
            raise HasNoTime
        before = {one.pk: _facts(one) for one in sessions}
        track = _track_of(workshop, [one for one in sessions if one.starts_at is not None], moved)
        movable = [slot for slot in track.slots(free=moved.pk) if not slot.is_fixed]
        walls = [slot for slot in track.slots(free=moved.pk) if slot.is_fixed]
        place = [slot.pk for slot in movable].index(moved.pk)
        if not 0 <= place + step < len(movable):
            raise IsFirst if step == UP else IsLast
        # Going down is the neighbour going up: so the day begins when it began.
        upper, lower = sorted([place, place + step])
        around = [*walls, *track.around]
        rest = take_out(movable, movable[lower].pk, around=around)
        changed = put_in(rest, movable[lower], upper, start=movable[0].starts_at, around=around)
        _write(workshop, sessions, changed, before, by=by, now=now, days=_days_of(workshop, sessions))
    return moved


def _open(session: Session, rev: int | None) -> tuple[Workshop, list[Session], Session]:
    """The workshop, held; all its sessions as they are now; and the one that is meant among them."""
    workshop = locked(session.workshop)
    if rev is not None and rev != workshop.agenda_rev:
        raise AgendaChangedMeanwhile
    sessions = list(workshop.sessions.order_by("pk"))
    moved = next((one for one in sessions if one.pk == session.pk), None)
    if moved is None:
        raise AgendaChangedMeanwhile
    return workshop, sessions, moved


Facts = tuple[object, ...]


def _facts(session: Session) -> Facts:
    return tuple(getattr(session, name) for name in TIMES)


def _is_of_workshop(workshop: Workshop, day: date) -> bool:
    first, last = workshop.first_day, workshop.last_day
    return first is not None and last is not None and first <= day <= last


def _on_day(workshop: Workshop, sessions: Iterable[Session], day: date | None) -> list[Session]:
    return [one for one in sessions if one.starts_at is not None and day_of(one, workshop.zone) == day]


def _days_of(workshop: Workshop, sessions: Iterable[Session]) -> dict[int, date | None]:
    return {one.pk: day_of(one, workshop.zone) for one in sessions}


def _track_of(workshop: Workshop, sessions: Sequence[Session], moved: Session, *, by_room: bool | None = None) -> Track:
    day = _on_day(workshop, sessions, day_of(moved, workshop.zone))
    return track_in(day, room=moved.room, by_room=side_by_side(day) if by_room is None else by_room)


def _close_up(track: Track | None, moved: Session) -> list[Slot]:
    if track is None:
        return []
    return take_out(track.slots(free=moved.pk), moved.pk, around=track.around)


def _put_into_tray(moved: Session) -> None:
    moved.duration = moved.minutes
    moved.starts_at = moved.ends_at = None
    moved.is_pinned = False


def _place(
    workshop: Workshop, others: Sequence[Session], moved: Session, target: Target, room: str, came_from: Track | None
) -> list[Slot]:
    """New slots of everything that moves, the moved one included."""
    there = _on_day(workshop, others, target.day)
    by_room = target.room is not None or side_by_side(there)
    track = track_in(there, room=room, by_room=by_room)
    opening = _opening(workshop, target.day)
    own = _at_same_clock(workshop, moved, target.day, opening)
    around = list(track.around)
    stays = came_from is not None and own.starts_at == moved.starts_at
    if target.before is None and not target.is_last and moved.starts_at and _is_free(own, [*track.slots(), *around]):
        return [own] if stays else [own, *_close_up(came_from, moved)]
    is_reorder = came_from is not None and {one.pk for one in came_from.sessions} == {
        *(one.pk for one in track.sessions),
        moved.pk,
    }
    is_reorder = came_from is not None and {one.pk for one in came_from.sessions} == {
        *(one.pk for one in track.sessions),
        moved.pk,
    }
    left = _close_up(came_from, moved)
    there_now = left if is_reorder else track.slots()
    anchor = next((slot_of(one).starts_at for one in there if one.pk == target.before), None)
    place = _place_among(track.slots(), target.before, anchor)
    placed = put_in(there_now, own, place, start=opening, around=around)
    return placed if is_reorder else [*placed, *left]


def _opening(workshop: Workshop, day: date | None) -> datetime:
    """Where an empty day begins: at the hour the workshop does, but at eight for one that opens in the evening."""
    if workshop.starts_at is None or day is None:
        raise SessionIsOutsideWorkshop
    first = workshop.starts_at.astimezone(workshop.zone)
    if first.date() == day or first.hour < EVENING:
        return first.replace(year=day.year, month=day.month, day=day.day)
    return first.replace(year=day.year, month=day.month, day=day.day, hour=MORNING, minute=0)


def _at_same_clock(workshop: Workshop, moved: Session, day: date | None, opening: datetime) -> Slot:
    if moved.starts_at is None or day is None:
        return Slot(moved.pk, opening, length_of(moved))
    clock = moved.starts_at.astimezone(workshop.zone)
    slot = slot_of(moved, is_free=True)
    return slot.at(clock.replace(year=day.year, month=day.month, day=day.day))


def _is_free(slot: Slot, others: Iterable[Slot]) -> bool:
    return all(slot.ends_at <= other.starts_at or other.ends_at <= slot.starts_at for other in others)


def _place_among(slots: Sequence[Slot], before: int | None, anchor: datetime | None) -> int:
    """Before that session; where it is of another room (`anchor` is its start), before what begins then or later."""
    keys = [slot.pk for slot in slots]
    if before in keys:
        return keys.index(before)
    return sum(slot.starts_at < anchor for slot in slots) if anchor is not None else len(keys)


def _write(
    workshop: Workshop,
    sessions: Sequence[Session],
    changed: Iterable[Slot],
    before: dict[int, Facts],
    *,
    by: User,
    now: datetime,
    days: dict[int, date | None],
) -> None:
    """`days` says on which day each session must stay (the moved one: on its new day)."""
    by_key = {one.pk: one for one in sessions}
    for slot in changed:
        if slot.starts_at.astimezone(workshop.zone).date() != days[slot.pk]:
            raise DayIsFull
        row = by_key[slot.pk]
        row.starts_at, row.ends_at, row.duration = slot.starts_at, slot.ends_at, None
    touched = [one for one in sessions if _facts(one) != before[one.pk]]
    if not touched:
        raise NothingMoves
    bulk_update_with_history(touched, Session, TIMES, default_user=by, default_date=now)
    agenda_changed(workshop)
