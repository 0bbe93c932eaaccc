"""Agendas for tests: sessions by the clock of the place, and what a page of an agenda says back."""

from datetime import datetime, timedelta
from typing import Any

from workshops.models import Session, SessionRole, Speaker, Workshop


def put(
    workshop: Workshop,
    theme: str,
    clock: str = "",
    minutes: int = 60,
    *,
    day: int = 0,
    kind: str = "material",
    speaker: Speaker | None = None,
    role: str = "speaker",
    **fields: Any,
) -> Session:
    """A session on the nth day of the workshop; without a clock it lies in the tray."""
    if clock:
        starts_at = moment_of(workshop, clock, day)
        times: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    else:
        times = {"duration": minutes}
    session = Session.objects.create(workshop=workshop, theme=theme, kind=kind, **times, **fields)
    if speaker is not None:
        SessionRole.objects.create(session=session, speaker=speaker, role=role, position_title="Praktisi")
    return session


def moment_of(workshop: Workshop, clock: str, day: int = 0) -> datetime:
    assert workshop.starts_at is not None
    hour, minute = clock.split(".")
    first = workshop.starts_at.astimezone(workshop.zone) + timedelta(days=day)
    return first.replace(hour=int(hour), minute=int(minute))


def times_of(workshop: Workshop) -> dict[str, str]:
    """By theme: `1 08.00-09.00 Ruang A`, or `laci 60` for one without a time."""
    found = {}
    for session in workshop.sessions.all():
        if session.starts_at is None or session.ends_at is None:
            found[session.theme] = f"laci {session.duration}"
            continue
        start, end = (moment.astimezone(workshop.zone) for moment in (session.starts_at, session.ends_at))
        day = (start.date() - (workshop.first_day or start.date())).days + 1
        found[session.theme] = f"{day} {start:%H.%M}-{end:%H.%M} {session.room}".strip()
    return found
