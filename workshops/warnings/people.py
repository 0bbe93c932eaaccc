"""People who are asked to be in two places, who cannot come, or who have not said that they come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from toolkit.local_times import span_short
from workshops.models import (
    TAUGHT,
    Session,
    SessionRole,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
    WorkshopState,
)
from workshops.tracks import span_of
from workshops.warnings.kinds import AgendaWarning, Code
from workshops.warnings.sides import Sides

# Who must say that they come; officials and hosts of the house are asked by other ways.
ASKED = [SessionRole.Role.SPEAKER, SessionRole.Role.MODERATOR]


@dataclass(frozen=True)
class Other:
    """A session of another workshop at a time that touches this agenda. `speaker` is one of its people, if any;
    `shares_venue` says that both workshops are held at the same place."""

    session: int
    starts_at: datetime
    ends_at: datetime
    room: str
    workshop: int
    title: str
    speaker: int | None
    shares_venue: bool
    is_seen: bool

    def overlaps(self, session: Session) -> bool:
        starts_at, ends_at = span_of(session)
        return self.starts_at < ends_at and starts_at < self.ends_at


# The roles of each session, by its key, read once: asking the prefetched rows anew costs as much as a small query.
Roles = Mapping[int, Sequence[SessionRole]]


def people_of(sessions: Iterable[Session], roles: Roles) -> dict[int, list[Session]]:
    """By key of the speaker, each session once, in the order given."""
    found: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        for speaker in dict.fromkeys(role.speaker_id for role in roles[session.pk] if role.speaker_id):
            found[speaker].append(session)
    return found


def names_of(roles: Roles) -> dict[int, str]:
    return {role.speaker_id: str(role.speaker) for role in chain.from_iterable(roles.values()) if role.speaker_id}


def elsewhere(workshop: Workshop, sessions: Sequence[Session], roles: Roles, user: Any) -> list[Other]:
    """One statement: sessions of other workshops in these days that have one of our people, or one of our rooms at our
    venue."""
    if not sessions:
        return []
    first, last = min(span_of(one)[0] for one in sessions), max(span_of(one)[1] for one in sessions)
    rooms = {one.room for one in sessions if one.room} if workshop.venue else set()
    same_place = Q(room__in=rooms, workshop__venue__iexact=workshop.venue)
    seen = Workshop.objects.visible_to(user).filter(pk=OuterRef("workshop"))
    rows = (
        Session.objects.scheduled()
        .filter(starts_at__lt=last, ends_at__gt=first)
        .exclude(workshop=workshop)
        .exclude(workshop__state__in=[WorkshopState.CANCELLED, WorkshopState.POSTPONED])
        .filter(Q(roles__speaker__in=people_of(sessions, roles).keys()) | same_place)
        .annotate(is_seen=Exists(seen))
        .order_by("starts_at", "pk")
        .values(
            "pk",
            "starts_at",
            "ends_at",
            "room",
            "workshop",
            "workshop__title",
            "workshop__venue",
            "roles__speaker",
            "is_seen",
        )
    )
    return [
        Other(
            session=row["pk"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            room=row["room"],
            workshop=row["workshop"],
            title=row["workshop__title"],
            speaker=row["roles__speaker"],
            shares_venue=bool(workshop.venue) and row["workshop__venue"].lower() == workshop.venue.lower(),
            is_seen=row["is_seen"],
        )
        for row in rows
        if row["starts_at"] is not None and row["ends_at"] is not None
    ]


def booked_elsewhere(
    sessions: Sequence[Session], roles: Roles, others: Iterable[Other], sides: Sides
) -> Iterator[AgendaWarning]:
    own, names = people_of(sessions, roles), names_of(roles)
    for other in others:
        for session in own.get(other.speaker or 0, ()):
            if other.overlaps(session):
                there = sides.elsewhere(
                    other.title, other.workshop, other.starts_at, other.ends_at, is_seen=other.is_seen
                )
                yield AgendaWarning(Code.SPEAKER_TWICE, sides.session(session), there, names[other.speaker or 0])


def double_booked(sessions: Sequence[Session], roles: Roles, sides: Sides) -> Iterator[AgendaWarning]:
    """Each pair once; the sessions of a person are compared with those still running only."""
    names = names_of(roles)
    for speaker, own in people_of(sessions, roles).items():
        for one, other in overlapping(own):
            yield AgendaWarning(Code.SPEAKER_TWICE, sides.session(one), sides.session(other), names[speaker])


def overlapping(sessions: Iterable[Session]) -> Iterator[tuple[Session, Session]]:
    """Pairs that run at the same time, of sessions in order of time."""
    running: list[Session] = []
    for session in sessions:
        running = [one for one in running if span_of(one)[1] > span_of(session)[0]]
        yield from ((one, session) for one in running)
        running.append(session)


def without_speaker(sessions: Iterable[Session], roles: Roles, sides: Sides) -> Iterator[AgendaWarning]:
    for session in sessions:
        named = any(role.speaker_id and role.role == SessionRole.Role.SPEAKER for role in roles[session.pk])
        if session.kind in TAUGHT and not named:
            yield AgendaWarning(Code.NO_SPEAKER, sides.session(session), sides.edit(session))


def unsure_or_away(
    workshop: Workshop, sessions: Sequence[Session], roles: Roles, sides: Sides
) -> Iterator[AgendaWarning]:
    """One statement: what each speaker answered, and when they cannot come."""
    own = people_of(sessions, roles)
    asked = _asked(sessions, roles)
    moments = [span_of(one) for one in sessions if one.starts_at is not None]
    away = Q(pk__in=[])
    if moments:
        last, first = max(end for _start, end in moments), min(start for start, _end in moments)
        away = Q(unavailabilities__starts_at__lt=last, unavailabilities__ends_at__gt=first)
    answers = SpeakerInvitation.objects.standing().filter(workshop=workshop, speaker=OuterRef("pk"))
    rows = (
        Speaker.objects.filter(pk__in=own.keys())
        .annotate(
            answer=Subquery(answers.values("answer")[:1]), away=FilteredRelation("unavailabilities", condition=away)
        )
        .order_by("name", "pk", "away__starts_at")
        .values("pk", "name", "answer", "away__starts_at", "away__ends_at")
    )
    for row in rows:
        if row["pk"] in asked and row["answer"] != SpeakerAnswer.ACCEPTED:
            yield AgendaWarning(
                Code.NOT_CONFIRMED,
                sides.session(asked[row["pk"]]),
                sides.speaker(row["name"]),
                _answer_text(row["answer"]),
            )
        if row["away__starts_at"] is not None:
            yield from _away(own[row["pk"]], row["name"], row["away__starts_at"], row["away__ends_at"], sides)


def _asked(sessions: Iterable[Session], roles: Roles) -> dict[int, Session]:
    """The first session in which each speaks or moderates."""
    found: dict[int, Session] = {}
    for session in sessions:
        for role in roles[session.pk]:
            if role.speaker_id and role.role in ASKED:
                found.setdefault(role.speaker_id, session)
    return found


def _answer_text(answer: str | None) -> str:
    return str(SpeakerAnswer(answer).label) if answer else _("Belum ditanya kesediaannya")


def _away(
    sessions: Iterable[Session], name: str, starts_at: datetime, ends_at: datetime, sides: Sides
) -> Iterator[AgendaWarning]:
    for session in sessions:
        if session.starts_at is not None and starts_at < span_of(session)[1] and span_of(session)[0] < ends_at:
            there = sides.speaker(name, span_short(starts_at, ends_at, sides.zone))
            yield AgendaWarning(Code.SPEAKER_AWAY, sides.session(session), there, name)
