"""A short token of what a person saw, so that an edit of something changed meanwhile is noticed and not overwritten."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from workshops.models import (
    Budget,
    BudgetLine,
    BudgetRealization,
    ChecklistItem,
    ChecklistTemplate,
    PlanningMeeting,
    Series,
    Session,
    Speaker,
    StandardCost,
    Venue,
    Workshop,
)

SCHEDULE_FIELDS = [
    "state",
    "mode",
    "tz",
    "venue",
    "starts_at",
    "ends_at",
    "fuzzy_date",
    "fuzzy_month",
    "registration_opens_at",
    "registration_deadline",
]


def version_of(workshop: Workshop) -> str:
    """Changes with any fact, schedule, state, segment or co-organiser of the workshop."""
    return _digest(
        _row(workshop, without={"agenda_rev"}),
        [_row(segment) for segment in sorted(workshop.segments.all(), key=_pk)],
        [_row(co_organizer) for co_organizer in sorted(workshop.co_organizers.all(), key=_pk)],
    )


def schedule_version_of(workshop: Workshop) -> str:
    """Changes with the state, the place, the dates and the registration; needs no query, so that a calendar can give
    one to each of its entries."""
    return _digest([str(getattr(workshop, name)) for name in SCHEDULE_FIELDS])[:12]


def version_of_session(session: Session) -> str:
    return _digest(_row(session), [_row(role) for role in session.roles.order_by("pk")])


def version_of_speaker(speaker: Speaker) -> str:
    return _digest(_row(speaker))


def version_of_committee(workshop: Workshop) -> str:
    return _digest([_row(member) for member in workshop.committee.order_by("place")])


def version_of_budget(budget: Budget | None) -> str:
    """Of the head alone; "" where there is none yet."""
    return _digest(_row(budget)) if budget is not None else ""


def version_of_budget_line(line: BudgetLine) -> str:
    """Whatever the line says; its place among the others is no matter."""
    return _digest(_row(line, without={"position", "form_token"}))


def version_of_realization(realization: BudgetRealization) -> str:
    return _digest(_row(realization, without={"file", "form_token"}))


def version_of_standard_cost(cost: StandardCost) -> str:
    return _digest(_row(cost))


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


def version_of_checklist_item(item: ChecklistItem) -> str:
    return _digest(_row(item))


def version_of_checklist_template(template: ChecklistTemplate) -> str:
    return _digest(_row(template), [_row(item) for item in template.items.order_by("pk")])


def version_of_series(series: Series, members: Iterable[Workshop]) -> str:
    """Changes with the series and any fact, schedule, state or segment of these members; their `segments` and
    `co_organizers` are read as prefetched."""
    return _digest(
        _row(series),
        [
            (
                _row(member, without={"agenda_rev"}),
                sorted((segment.pk, segment.name, segment.mode, segment.quota) for segment in member.segments.all()),
                sorted((row.unit_id or 0, row.organization_id or 0) for row in member.co_organizers.all()),
            )
            for member in members
        ],
    )


def _pk(row: models.Model) -> int:
    return int(row.pk)


def _row(row: models.Model, without: Iterable[str] = ()) -> dict[str, Any]:
    return {
        name: value for name, value in sorted(vars(row).items()) if not name.startswith("_") and name not in without
    }


def _digest(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:20]
