"""All warnings of one agenda, in two statements beyond the agenda itself, however many sessions and workshops."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from workshops.models import Session, Workshop, WorkshopRoom
from workshops.tracks import span_of
from workshops.warnings import days, people, places
from workshops.warnings.kinds import AgendaWarning, Code
from workshops.warnings.sides import Sides


@dataclass(frozen=True)
class Draft:
    """An agenda as loaded for its page: sessions with `roles__speaker`, rooms, and how many are expected on site."""

    workshop: Workshop
    sessions: Sequence[Session]
    rooms: Sequence[WorkshopRoom] = ()
    n_onsite: int = 0

    @cached_property
    def scheduled(self) -> list[Session]:
        return sorted((one for one in self.sessions if one.starts_at is not None), key=span_of)

    @cached_property
    def roles(self) -> people.Roles:
        return {session.pk: list(session.roles.all()) for session in self.sessions}

    @property
    def zone(self) -> ZoneInfo:
        return self.workshop.zone


def warnings_of(draft: Draft, *, user: Any) -> list[AgendaWarning]:
    """In the order of the codes, the grave ones first, then of time. Other workshops are named to those who may see
    them."""
    sides = Sides(draft.workshop)
    found = list(_found(draft, sides, user))
    order = {code: place for place, code in enumerate(Code)}
    starts = {session.pk: session.starts_at.timestamp() for session in draft.scheduled if session.starts_at}
    unique = {warning.key: warning for warning in reversed(found)}
    return sorted(
        unique.values(), key=lambda one: (order[one.code], starts.get(one.here.session or 0, 0.0), one.key[1])
    )


def _found(draft: Draft, sides: Sides, user: Any) -> Iterator[AgendaWarning]:
    yield from _each(
        days.outside(draft.workshop, draft.scheduled, sides),
        days.unscheduled(draft.sessions, sides),
        days.gaps_and_breaks(draft.scheduled, draft.zone, sides),
        days.holidays(draft.scheduled, draft.zone, sides),
        days.friday_prayers(draft.scheduled, draft.zone, sides),
        people.without_speaker(draft.sessions, draft.roles, sides),
        people.double_booked(draft.scheduled, draft.roles, sides),
        places.overlaps(draft.scheduled, sides),
        places.too_small(draft.scheduled, draft.rooms, draft.n_onsite, sides),
    )
    if draft.sessions:
        others = people.elsewhere(draft.workshop, draft.scheduled, draft.roles, user)
        yield from people.booked_elsewhere(draft.scheduled, draft.roles, others, sides)
        yield from places.taken_elsewhere(draft.scheduled, others, sides)
        yield from people.unsure_or_away(draft.workshop, draft.sessions, draft.roles, sides)


def _each(*checks: Iterable[AgendaWarning]) -> Iterator[AgendaWarning]:
    for check in checks:
        yield from check
