"""The facts that letters and the page behind their link have in common."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from outbox.registry import Attachment
from toolkit.calendar_files import Answer, CalendarEntry, calendar_file
from toolkit.local_times import moment_line, span_line, three_spans
from workshops.models import Mode, StateChange, Workshop, WorkshopState

AT_REST = [WorkshopState.CANCELLED, WorkshopState.POSTPONED]


def place_of(workshop: Workshop) -> str:
    """Where one sits: the venue, else the office of the host; needs `host_unit`."""
    host = workshop.host_unit.official_name if workshop.host_unit and workshop.mode != Mode.ONLINE else ""
    return ", ".join(part for part in (workshop.venue or host, workshop.venue_address) if part)


def place_for_seat(workshop: Workshop, *, seated_online: bool) -> str:
    """As letters/seat_facts says it."""
    return _("Daring") if seated_online else place_of(workshop)


def place_for_unit(workshop: Workshop) -> str:
    """As letters/when_where says it to a unit, whose people may sit in either place."""
    place = place_of(workshop)
    if workshop.mode != Mode.ONLINE and place:
        return place + (_(", atau daring") if workshop.mode != Mode.ONSITE else "")
    return _("Daring") if workshop.mode != Mode.ONSITE else ""


def schedule_facts(workshop: Workshop, zone: ZoneInfo) -> dict[str, Any]:
    """When and where, in the reader's zone first; `when` names a fuzzy date where there is no other."""
    starts_at, ends_at = workshop.starts_at, workshop.ends_at
    exact = starts_at is not None and ends_at is not None
    return {
        "when": span_line(starts_at, ends_at, zone) if starts_at and ends_at else workshop.fuzzy_date,
        "elsewhere": " / ".join(three_spans(starts_at, ends_at, zone)[1:]) if starts_at and ends_at else "",
        "has_date": exact,
        "place": place_of(workshop),
        "is_onsite": workshop.mode != Mode.ONLINE,
        "is_online": workshop.mode != Mode.ONSITE,
        "is_postponed": workshop.state == WorkshopState.POSTPONED,
    }


def reasons_of(workshops: Iterable[Workshop]) -> dict[int, str]:
    """Why these were called off or put off, by the workshop's pk; no statement when none was."""
    resting = [workshop.pk for workshop in workshops if workshop.state in AT_REST]
    if not resting:
        return {}
    changes = StateChange.objects.filter(workshop__in=resting, after__in=AT_REST).order_by("at", "pk")
    return dict(changes.values_list("workshop_id", "reason"))


def deadline_line(moment: datetime, zone: ZoneInfo) -> str:
    return moment_line(moment, zone)


def calendar_attachment(
    workshop: Workshop,
    *,
    uid: str,
    stamp: datetime,
    name: str,
    address: str,
    location: str,
    rises: int,
    is_cancelled: bool,
    answer: Answer = "ACCEPTED",
    with_meeting: bool = False,
    note: str = "",
) -> tuple[Attachment, ...]:
    """The entry for the reader's calendar; none without exact times. `uid` is the part before the host, `location` what
    the letter says of the place, `rises` how often the event changed for this reader alone: it must never fall."""
    if workshop.starts_at is None or workshop.ends_at is None:
        return ()
    entry = CalendarEntry(
        uid=f"{uid}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=workshop.topic.schedule_rev - 1 + rises,
        summary=workshop.title,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        tz=workshop.tz,
        stamp=stamp,
        organizer_name=workshop.organizer_unit.short_name,
        organizer_email=settings.DEFAULT_FROM_EMAIL,
        attendee_name=name,
        attendee_email=address,
        answer=answer,
        location=location,
        description=note,
        url=workshop.meeting_url if with_meeting and not is_cancelled else "",
        is_cancelled=is_cancelled,
    )
    filename = "pembatalan.ics" if is_cancelled else "jadwal.ics"
    return (Attachment(filename, entry.content_type, calendar_file(entry)),)
