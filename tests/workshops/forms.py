"""What a browser would post for the forms of this app."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from units.models import Unit
from workshops.models import Session, Workshop
from workshops.versions import version_of, version_of_session


def wall(moment: datetime | None, workshop: Workshop) -> str:
    return moment.astimezone(workshop.zone).strftime("%Y-%m-%dT%H:%M") if moment else ""


def rows(prefix: str, *, first: int = 0, of: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """A formset with these rows, `first` of which were there before."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(of), f"{prefix}-INITIAL_FORMS": first}
    for place, row in enumerate(of):
        data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return data


def new_workshop(organizer: Unit, **changes: Any) -> dict[str, Any]:
    """A plan with an exact date, as small as the form allows."""
    data = {
        "title": "Pelatihan menulis berita",
        "kind": "training",
        "state": "planned",
        "mode": "onsite",
        "tz": "Asia/Jakarta",
        "starts_at": "2027-03-10T08:00",
        "ends_at": "2027-03-11T16:00",
        "organizer_unit": organizer.pk,
    }
    return data | rows("segments") | changes


def known_workshop(workshop: Workshop, **changes: Any) -> dict[str, Any]:
    """The edit form of an approved workshop, unchanged."""
    data = {
        "title": workshop.title,
        "kind": workshop.kind,
        "organizer_unit": workshop.organizer_unit_id,
        "registration_opens_at": wall(workshop.registration_opens_at, workshop),
        "registration_deadline": wall(workshop.registration_deadline, workshop),
        "version": version_of(workshop),
    }
    return data | rows("segments") | changes


def known_schedule(workshop: Workshop, **changes: Any) -> dict[str, Any]:
    """The form of a move, unchanged."""
    data = {
        name: getattr(workshop, name)
        for name in ("tz", "mode", "venue", "venue_address", "meeting_url", "meeting_id", "meeting_passcode")
    }
    data |= {
        name: wall(getattr(workshop, name), workshop)
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_deadline")
    }
    return data | {"version": version_of(workshop), "shift_sessions": "on"} | changes


def new_session(workshop: Workshop, *, of: Sequence[dict[str, Any]] = (), **changes: Any) -> dict[str, Any]:
    start = workshop.starts_at
    assert start is not None
    data = {
        "kind": "material",
        "theme": "Menulis judul",
        "starts_at": wall(start, workshop),
        "ends_at": wall(start + timedelta(minutes=135), workshop),
    }
    return data | rows("roles", of=of) | changes


def known_session(session: Session, *, of: Sequence[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    workshop = session.workshop
    data = {
        "kind": session.kind,
        "theme": session.theme,
        "room": session.room,
        "starts_at": wall(session.starts_at, workshop),
        "ends_at": wall(session.ends_at, workshop),
        "version": version_of_session(session),
    }
    return data | rows("roles", first=session.roles.count(), of=of) | changes
