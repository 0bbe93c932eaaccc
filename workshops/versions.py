"""A short token of what a person saw, so that an edit of something changed meanwhile is noticed and not overwritten."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from workshops.models import ChecklistItem, ChecklistTemplate, Series, Session, Speaker, Workshop


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


def _row(row: models.Model, without: Iterable[str] = ()) -> dict[str, Any]:
    return {
        name: value for name, value in sorted(vars(row).items()) if not name.startswith("_") and name not in without
    }


def _digest(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:20]
