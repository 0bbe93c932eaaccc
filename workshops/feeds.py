"""Calendars of workshops for other programs: a person's own, the public one, and a single workshop.

A personal address is the key of a CalendarFeed, signed: nobody can make one up, a copy of the table opens none, and a
new key ends the old address. No calendar carries the link or the passcode of a meeting: it leaves the portal."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from toolkit.calendar_feeds import CANCELLED, CONFIRMED, TENTATIVE, FeedEvent
from workshops.models import CalendarFeed, Mode, Workshop, WorkshopState
from workshops.unit_names import name_units_as_then

SALT = "workshops.calendar_feed"
OWN_PAGE, PUBLIC_PAGE = "workshop_detail", "workshop_public"
# What is longer ago is of no use in a calendar that is read every hour.
KEPT = timedelta(days=400)
STATUS = {
    WorkshopState.IDEA: TENTATIVE,
    WorkshopState.PLANNED: TENTATIVE,
    WorkshopState.POSTPONED: CANCELLED,
    WorkshopState.CANCELLED: CANCELLED,
}


def _signer() -> Signer:
    # Neither "/" nor ":", which some programs cut an address at.
    return Signer(salt=SALT, sep=".")


def feed_url(feed: CalendarFeed) -> str:
    """The whole secret address."""
    return settings.SITE_URL + reverse("calendar_feed", args=[_signer().sign(feed.key.hex)])


def feed_of(token: str) -> CalendarFeed | None:
    """None for a forged or former address, and for a person whose account is disabled."""
    try:
        key = uuid.UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return CalendarFeed.objects.select_related("user__unit").filter(key=key, user__is_active=True).first()


def feed_rows(workshops: QuerySet[Workshop], *, now: datetime) -> QuerySet[Workshop]:
    """Those with a day, from a year ago on."""
    return dated_rows(workshops.filter(ends_at__gt=now - KEPT))


def dated_rows(workshops: QuerySet[Workshop]) -> QuerySet[Workshop]:
    dated = workshops.filter(starts_at__isnull=False)
    rows = dated.select_related("organizer_unit", "host_unit", "topic").annotate(changed_at=Max("changes__at"))
    return rows.order_by("starts_at", "pk")


def feed_events(rows: Iterable[Any], *, page: str, now: datetime) -> Iterator[FeedEvent]:
    """`page` names the page that an event leads to: for readers who can sign in or for everybody."""
    host, rows = urlsplit(settings.SITE_URL).hostname, list(rows)
    name_units_as_then(rows, now)
    for row in rows:
        yield FeedEvent(
            uid=f"workshop-{row.pk}@{host}",
            sequence=row.topic.schedule_rev,
            stamp=row.changed_at or row.created_at,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            tz=row.tz,
            summary=_summary(row),
            status=STATUS.get(WorkshopState(row.state), CONFIRMED),
            location=_location(row),
            description=_description(row),
            url=settings.SITE_URL + reverse(page, args=[row.pk]) if page == OWN_PAGE or row.is_published else "",
        )


def _summary(row: Workshop) -> str:
    """Not every program shows the status, so the words say it too."""
    if row.state in {WorkshopState.POSTPONED, WorkshopState.CANCELLED}:
        return f"{row.get_state_display()}: {row.title}"
    return row.title


def _location(row: Workshop) -> str:
    if row.mode == Mode.ONLINE:
        return _("Daring")
    return ", ".join(part for part in (row.venue, row.venue_address) if part) or str(row.host_unit or "")


def _description(row: Workshop) -> str:
    lines = [
        f"{row.get_kind_display()} · {row.get_mode_display()} · {row.get_state_display()}",
        _("Penyelenggara: %(name)s") % {"name": row.organizer_unit.official_name},
    ]
    return "\n".join(lines)
