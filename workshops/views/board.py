"""What the rundown's page shows: days, lines, rooms side by side, the tray."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from toolkit.local_times import ALL_ZONES, clock, clocks, day_chip, day_line
from workshops.models import TAUGHT, Session, SessionKind, SessionRole, Workshop, WorkshopRoom
from workshops.tracks import day_of, side_by_side, span_of
from workshops.warnings import AgendaWarning, Severity

KIND_TONES = {
    SessionKind.CHECK_IN: "plum",
    SessionKind.PRE_TEST: "plum",
    SessionKind.POST_TEST: "plum",
    SessionKind.OPENING: "gold",
    SessionKind.CLOSING: "gold",
    SessionKind.REMARKS: "gold",
    SessionKind.COMMITTEE_REPORT: "gold",
    SessionKind.MATERIAL: "sky",
    SessionKind.DISCUSSION: "sky",
    SessionKind.PANEL: "sky",
}
ROLE_ICONS = {
    SessionRole.Role.SPEAKER: "mic",
    SessionRole.Role.MODERATOR: "chat-left-text",
    SessionRole.Role.HOST_MC: "megaphone",
    SessionRole.Role.OFFICIAL: "person",
}
# More warnings than these stand on the page of warnings, not in the row.
IN_A_ROW = 3
# Stands in an address in the place of a session's key; no key is as large.
ANY_SESSION = 10**15


@dataclass(frozen=True)
class Row:
    """A session as a line of the page; `clashes` are seen from it."""

    session: Session
    hours: str
    clashes: list[AgendaWarning]
    n_more: int
    edit_url: str
    move_url: str

    @property
    def tone(self) -> str:
        return KIND_TONES.get(SessionKind(self.session.kind), "grey")

    @property
    def is_taught(self) -> bool:
        return self.session.kind in TAUGHT

    @property
    def people(self) -> list[dict[str, Any]]:
        return [
            {
                "icon": ROLE_ICONS[SessionRole.Role(role.role)],
                "role": role.get_role_display(),
                "name": str(role),
                "position": role.position_title,
                "is_open": role.speaker is None,
                "lacks_email": role.speaker is not None and not role.speaker.email,
                "speaker": role.speaker_id,
            }
            for role in self.session.roles.all()
        ]


@dataclass
class Column:
    room: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Block:
    """A part of a day: one line for all rooms, or rooms side by side."""

    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    number: int
    day: date
    blocks: list[Block]
    n_sessions: int
    credit_hours: int
    person_hours: float
    local_times: list[str]

    @property
    def label(self) -> str:
        return day_line(self.day)

    @property
    def n_columns(self) -> int:
        return max((len(block.columns) for block in self.blocks), default=0)


def days_of(workshop: Workshop, sessions: Iterable[Session]) -> list[date]:
    """All days of the workshop, and those outside it on which a session stands."""
    days = {day for session in sessions if (day := day_of(session, workshop.zone)) is not None}
    first, last = workshop.first_day, workshop.last_day
    if first is not None and last is not None:
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return sorted(days)


def chosen_day(asked: Mapping[str, str], days: Sequence[date]) -> date | None:
    """`?hari=2` is the second day, `?tanggal=2020-09-25` the day itself; `?hari=semua` or a single day shows all."""
    if len(days) < 2:
        return None
    for day in days:
        if asked.get("tanggal") == day.isoformat():
            return day
    number = asked.get("hari", "1")
    if number == "semua":
        return None
    place = int(number) if number.isdecimal() and len(number) < 4 else 1
    return days[min(max(place, 1), len(days)) - 1]


def chosen_zone(asked: Mapping[str, str], workshop: Workshop) -> tuple[str, ZoneInfo]:
    """`?zona=WIT` reads every clock of the page in that zone."""
    names = {"WIB": ALL_ZONES[0], "WITA": ALL_ZONES[1], "WIT": ALL_ZONES[2]}
    name = asked.get("zona", "").upper()
    own = next(label for label, zone in names.items() if zone.key == workshop.tz)
    return (name, names[name]) if name in names else (own, names[own])


class Board:
    """Built from what is loaded already; asks the database nothing."""

    def __init__(
        self,
        workshop: Workshop,
        sessions: Sequence[Session],
        rooms: Sequence[WorkshopRoom],
        found: Iterable[AgendaWarning],
        zone: ZoneInfo,
        *,
        by_room: bool = False,
    ) -> None:
        self.workshop, self.sessions, self.zone, self.by_room = workshop, sessions, zone, by_room
        self.rooms = [room.name for room in rooms]
        # Resolving an address for each button of two hundred rows would cost more than the rows.
        self.edit_url, self.move_url = (
            reverse(name, args=[workshop.pk, ANY_SESSION]) for name in ("session_edit", "session_move")
        )
        self.days = days_of(workshop, sessions)
        self.warned: dict[int, list[AgendaWarning]] = {}
        for warning in found:
            for side in (warning.here, warning.there):
                if side.session is not None:
                    self.warned.setdefault(side.session, []).append(warning.seen_from(side.session))

    @property
    def tray(self) -> list[Row]:
        return [self._row(session) for session in self.sessions if session.starts_at is None]

    def day(self, day: date) -> Day:
        own = sorted(
            (session for session in self.sessions if day_of(session, self.workshop.zone) == day),
            key=lambda session: (*span_of(session), session.pk),
        )
        by_room = side_by_side(own) or (self.by_room and len({one.room for one in own if one.room}) > 1)
        return Day(
            number=self.days.index(day) + 1,
            day=day,
            blocks=self._blocks(own) if by_room else [Block([self._row(session) for session in own])],
            n_sessions=len(own),
            credit_hours=sum(session.credit_hours for session in own),
            person_hours=round(sum(session.person_hours for session in own), 2),
            local_times=_hours(own),
        )

    def _blocks(self, sessions: Sequence[Session]) -> list[Block]:
        """Sessions that run at the same time in several rooms stand side by side, all others in lines of their own;
        with the view by room, everything that names one."""
        used = {session.room for session in sessions if session.room}
        rooms = [name for name in self.rooms if name in used] + sorted(used - set(self.rooms))
        blocks: list[Block] = []
        for together in _together(sessions, whole=self.by_room):
            if len({session.room for session in together}) > 1 or (self.by_room and together[0].room):
                columns = [Column(name, [self._row(one) for one in together if one.room == name]) for name in rooms]
                blocks.append(Block(columns=columns))
            else:
                if not blocks or blocks[-1].columns:
                    blocks.append(Block())
                blocks[-1].rows.extend(self._row(session) for session in together)
        return blocks

    def _row(self, session: Session) -> Row:
        found = self.warned.get(session.pk, [])
        clashes = [warning for warning in found if warning.severity == Severity.CLASH]
        hours = ""
        if session.starts_at and session.ends_at:
            hours = f"{clock(session.starts_at, self.zone)}–{clock(session.ends_at, self.zone)}"
        edit_url, move_url = (
            url.replace(f"/{ANY_SESSION}/", f"/{session.pk}/") for url in (self.edit_url, self.move_url)
        )
        n_more = len(found) - len(clashes[:IN_A_ROW])
        return Row(session, hours, clashes[:IN_A_ROW], n_more, edit_url, move_url)


def _together(sessions: Sequence[Session], *, whole: bool) -> Iterator[list[Session]]:
    """Sessions in order of time, in groups: those that overlap (with `whole` all up to the next one without a room, as
    that one is for all); one without a room is a group of its own."""
    group: list[Session] = []
    until = None
    for session in sessions:
        starts_at, ends_at = span_of(session)
        joins = group and session.room and group[0].room and (whole or (until is not None and starts_at < until))
        if not joins and group:
            yield group
            group, until = [], None
        group.append(session)
        until = max(ends_at, until or ends_at)
    if group:
        yield group


def _hours(sessions: Sequence[Session]) -> list[str]:
    """From the first to the last session of a day, in the three zones."""
    if not sessions:
        return []
    first, last = span_of(sessions[0])[0], max(span_of(session)[1] for session in sessions)
    return [clocks(first, last, zone) for zone in ALL_ZONES]


def day_chips(days: Sequence[date], chosen: date | None, suffix: str) -> list[dict[str, Any]]:
    if len(days) < 2:
        return []
    chips = [
        {
            "label": _("Hari %(n)s · %(day)s") % {"n": number, "day": day_chip(day)},
            "url": f"?hari={number}{suffix}",
            "active": day == chosen,
        }
        for number, day in enumerate(days, start=1)
    ]
    return [*chips, {"label": _("Semua hari"), "url": f"?hari=semua{suffix}", "active": chosen is None}]
