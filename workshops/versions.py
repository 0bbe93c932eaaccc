"""A short token of what a person saw, so that an edit of something changed meanwhile is noticed and not overwritten."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from workshops.models import PlanningMeeting, Session, Speaker, Venue, Workshop


def version_of(workshop: Workshop) -> str:
    """Changes with any fact, schedule, state, segment or co-organiser of the workshop."""
    return _digest(
        _row(workshop, without={"agenda_rev"}),
        [_row(segment) for segment in workshop.segments.order_by("pk")],
        [_row(co_organizer) for co_organizer in workshop.co_organizers.order_by("pk")],
    )


def version_of_session(session: Session) -> str:
    return _digest(_row(session), [_row(role) for role in session.roles.order_by("pk")])


def version_of_speaker(speaker: Speaker) -> str:
    return _digest(_row(speaker))


def version_of_venue(venue: Venue) -> str:
    """Changes with any fact, room, package or contact of the venue; not with notes of how it was there."""
    offer = [[_row(row) for row in rows.order_by("pk")] for rows in (venue.rooms, venue.packages, venue.contacts)]
    return _digest(_row(venue), *offer)


def version_of_meeting(meeting: PlanningMeeting) -> str:
    """Changes with any fact, attendee, topic or action item, but not with one that was finished meanwhile."""
    moving = {"issued_at", "done_at", "done_by_id", "turn", "version"}
    return _digest(
        _row(meeting, without={"minutes_issued_at", "minutes_issued_by_id", "state"}),
        [_row(row) for row in meeting.attendees.order_by("pk")],
        [_row(row) for row in meeting.items.order_by("pk")],
        [_row(row, without=moving) for row in meeting.action_items.order_by("pk")],
    )


def _row(row: models.Model, without: Iterable[str] = ()) -> dict[str, Any]:
    return {
        name: value for name, value in sorted(vars(row).items()) if not name.startswith("_") and name not in without
    }


def _digest(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:20]
