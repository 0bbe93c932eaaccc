"""Rooms: taken twice, taken by another workshop, too small."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from workshops.models import Session, SessionKind, WorkshopRoom
from workshops.tracks import day_of, span_of
from workshops.warnings.days import by_day
from workshops.warnings.kinds import AgendaWarning, Code
from workshops.warnings.people import Other, overlapping
from workshops.warnings.sides import Sides


def overlaps(sessions: Iterable[Session], sides: Sides) -> Iterator[AgendaWarning]:
    """Needs the sessions in order of time."""
    for room, own in _by_room(sessions).items():
        for one, other in overlapping(own):
            yield AgendaWarning(Code.ROOM_TWICE, sides.session(one), sides.session(other), room)


def _by_room(sessions: Iterable[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.room:
            found[session.room].append(session)
    return found


def taken_elsewhere(sessions: Sequence[Session], others: Iterable[Other], sides: Sides) -> Iterator[AgendaWarning]:
    own = _by_room(sessions)
    for other in others:
        for session in own.get(other.room, ()) if other.shares_venue else ():
            if other.overlaps(session):
                there = sides.elsewhere(
                    other.title, other.workshop, other.starts_at, other.ends_at, is_seen=other.is_seen
                )
                yield AgendaWarning(Code.ROOM_TAKEN, sides.session(session), there, other.room)


def too_small(
    sessions: Sequence[Session], rooms: Iterable[WorkshopRoom], n_onsite: int, sides: Sides
) -> Iterator[AgendaWarning]:
    """Once for each room, with its first session: rooms that are used at the same time share the people among them, so
    they are counted together. A room without a known size is trusted."""
    known = {room.name: room for room in rooms if room.capacity is not None}
    seen: set[str] = set()
    of_day = by_day(sessions, sides.zone)
    for session in sessions if known else ():
        if session.room in seen or session.room not in known or session.kind == SessionKind.BREAK:
            continue
        day = day_of(session, sides.zone)
        together = {one.room for one in of_day[day] if one.room and _touch(one, session)} if day else set()
        places = sum(known[name].capacity or 0 for name in together if name in known)
        if together <= known.keys() and places < n_onsite:
            seen.add(session.room)
            what = _("%(places)s tempat untuk %(people)s peserta") % {"places": places, "people": n_onsite}
            yield AgendaWarning(Code.ROOM_TOO_SMALL, sides.session(session), sides.room(known[session.room]), what)


def _touch(one: Session, other: Session) -> bool:
    return span_of(one)[0] < span_of(other)[1] and span_of(other)[0] < span_of(one)[1]
