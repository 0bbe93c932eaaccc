"""Which sessions of a day follow one another: all of them, or those of each room where rooms run side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from workshops.flow import Slot, in_time
from workshops.models import Session


def span_of(session: Session) -> tuple[datetime, datetime]:
    """Start and end of a scheduled session. Raises LookupError for one in the tray."""
    if session.starts_at is None or session.ends_at is None:
        raise LookupError("This session has no time.")
    return session.starts_at, session.ends_at


def day_of(session: Session, zone: ZoneInfo) -> date | None:
    return session.starts_at.astimezone(zone).date() if session.starts_at else None


def slot_of(session: Session, *, is_free: bool = False) -> Slot:
    """`is_free`: this is the one that a person moves, so it may move even where it keeps its time otherwise."""
    starts_at, ends_at = span_of(session)
    return Slot(session.pk, starts_at, ends_at - starts_at, session.keeps_its_time and not is_free)


def side_by_side(sessions: Iterable[Session]) -> bool:
    """Whether two sessions of different rooms run at the same time; needs scheduled ones of one day."""
    open_until: dict[str, datetime] = {}
    for session in sorted(sessions, key=span_of):
        starts_at, ends_at = span_of(session)
        if session.room and any(until > starts_at for room, until in open_until.items() if room != session.room):
            return True
        if session.room:
            open_until[session.room] = max(ends_at, open_until.get(session.room, ends_at))
    return False


@dataclass(frozen=True)
class Track:
    """`sessions` in order of time; `around` are those for all rooms, which nothing in the track may run into."""

    sessions: tuple[Session, ...]
    around: tuple[Slot, ...] = ()

    def slots(self, free: int | None = None) -> list[Slot]:
        return in_time(slot_of(session, is_free=session.pk == free) for session in self.sessions)


def track_in(sessions: Sequence[Session], *, room: str, by_room: bool) -> Track:
    """The track of a room among the scheduled sessions of one day."""
    if not by_room:
        return Track(tuple(sorted(sessions, key=span_of)))
    own = sorted((session for session in sessions if session.room == room), key=span_of)
    shared = (slot_of(session) for session in sessions if not session.room and room)
    return Track(tuple(own), tuple(shared))


def neighbour(sessions: Sequence[Session], session: Session, *, step: int) -> Session | None:
    """The session before (-1) or after (1) in its track; None at the ends."""
    track = track_in(sessions, room=session.room, by_room=side_by_side(sessions)).sessions
    place = [one.pk for one in track].index(session.pk) + step
    return track[place] if 0 <= place < len(track) else None


def length_of(session: Session) -> timedelta:
    return timedelta(minutes=session.minutes)
