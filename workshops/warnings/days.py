"""Days and hours: outside the workshop, holidays, Friday prayers, gaps and missing breaks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from holidays import country_holidays

from workshops.models import TAUGHT, Session, SessionKind, Workshop
from workshops.tracks import day_of, side_by_side, span_of, track_in
from workshops.warnings.kinds import AgendaWarning, Code, Side, minutes_text
from workshops.warnings.sides import Sides

FRIDAY = 4
# People change rooms and fetch coffee; what lasts longer was forgotten.
LONGEST_GAP = timedelta(minutes=15)
# Nobody listens longer; a pause of ten minutes counts as one even where no break is written down.
LONGEST_WITHOUT_BREAK, SHORTEST_PAUSE = timedelta(hours=3), timedelta(minutes=10)


@cache
def _holiday_names(year: int) -> dict[date, str]:
    return dict(country_holidays("ID", years=year, categories=("public", "government"), language="id"))


def outside(workshop: Workshop, sessions: Iterable[Session], sides: Sides) -> Iterator[AgendaWarning]:
    first, last = workshop.first_day, workshop.last_day
    for session in sessions:
        day = day_of(session, sides.zone)
        if day is not None and (first is None or last is None or not first <= day <= last):
            yield AgendaWarning(Code.OUTSIDE_DAYS, sides.session(session), sides.days())


def unscheduled(sessions: Iterable[Session], sides: Sides) -> Iterator[AgendaWarning]:
    for session in sessions:
        if session.starts_at is None:
            what = minutes_text(session.minutes)
            yield AgendaWarning(Code.UNSCHEDULED, sides.session(session), sides.tray(), what)


def by_day(sessions: Iterable[Session], zone: ZoneInfo) -> dict[date, list[Session]]:
    """Scheduled sessions by the day they begin on, in the order given."""
    found: dict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        day = day_of(session, zone)
        if day is not None:
            found[day].append(session)
    return found


def gaps_and_breaks(sessions: Sequence[Session], zone: ZoneInfo, sides: Sides) -> Iterator[AgendaWarning]:
    for own in by_day(sessions, zone).values():
        yield from _gaps(own, sides)
        by_room = side_by_side(own)
        rooms = dict.fromkeys(one.room for one in own) if by_room else [""]
        for room in rooms:
            track = track_in(own, room=room, by_room=by_room).sessions
            shared = [one for one in own if by_room and room and not one.room]
            yield from _long_runs(sorted([*track, *shared], key=span_of), sides)


def _gaps(sessions: Sequence[Session], sides: Sides) -> Iterator[AgendaWarning]:
    """Times of a day in which nothing at all is on."""
    before = sessions[0]
    for session in sessions[1:]:
        gap = span_of(session)[0] - span_of(before)[1]
        if gap > LONGEST_GAP:
            what = minutes_text(int(gap / timedelta(minutes=1)))
            yield AgendaWarning(Code.GAP, sides.session(before), sides.session(session), what)
        if span_of(session)[1] > span_of(before)[1]:
            before = session


def _long_runs(sessions: Sequence[Session], sides: Sides) -> Iterator[AgendaWarning]:
    run: list[Session] = []
    for session in sessions:
        if run and span_of(session)[0] - span_of(run[-1])[1] >= SHORTEST_PAUSE:
            yield from _long(run, sides)
            run = []
        if session.kind == SessionKind.BREAK:
            yield from _long(run, sides)
            run = []
        elif session.kind in TAUGHT:
            run.append(session)
    yield from _long(run, sides)


def _long(run: Sequence[Session], sides: Sides) -> Iterator[AgendaWarning]:
    taught = sum((span_of(one)[1] - span_of(one)[0] for one in run), timedelta(0))
    if taught > LONGEST_WITHOUT_BREAK:
        what = minutes_text(int(taught / timedelta(minutes=1)))
        yield AgendaWarning(Code.NO_BREAK, sides.session(run[0]), sides.session(run[-1]), what)


def holidays(sessions: Iterable[Session], zone: ZoneInfo, sides: Sides) -> Iterator[AgendaWarning]:
    """Once for each day."""
    for day, own in by_day(sessions, zone).items():
        name = _holiday_names(day.year).get(day)
        if name:
            yield AgendaWarning(Code.HOLIDAY, sides.session(own[0]), _named_day(name, day, sides))


def _named_day(name: str, day: date, sides: Sides) -> Side:
    there = sides.day(day)
    return Side(name, there.label, there.url)


def friday_prayers(sessions: Iterable[Session], zone: ZoneInfo, sides: Sides) -> Iterator[AgendaWarning]:
    """In the hours of the place; breaks are what those hours are for."""
    begins, ends = settings.FRIDAY_PRAYER
    for day, own in by_day(sessions, zone).items():
        if day.weekday() != FRIDAY:
            continue
        first, last = (datetime.combine(day, clock, tzinfo=zone) for clock in (begins, ends))
        for session in own:
            if session.kind != SessionKind.BREAK and span_of(session)[0] < last and first < span_of(session)[1]:
                there = sides.clock(_("waktu salat Jumat"), first, last)
                yield AgendaWarning(Code.FRIDAY_PRAYER, sides.session(session), there)
