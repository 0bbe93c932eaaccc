"""Calendars to subscribe to or to download (RFC 5545, METHOD:PUBLISH): many events, nobody asked for an answer.

Letters carry files of `calendar_files` instead, one event each, made by the ten thousand."""

import hashlib
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from toolkit.calendar_files import CONTROLS

CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often a calendar program is asked to look again.
REFRESH = timedelta(hours=1)
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """`uid` for life, `sequence` only rises, `stamp` is when this version was made; `tz` is the IANA zone in which the
    moments are written; `status` is one of the three above."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    tz: str
    summary: str
    status: str
    location: str = ""
    description: str = ""
    url: str = ""


def fingerprint(name: str, events: Iterable[FeedEvent]) -> str:
    """The same as long as the file would say the same."""
    return hashlib.sha256(repr((name, [astuple(event) for event in events])).encode()).hexdigest()[:32]


def feed_file(name: str, events: Iterable[FeedEvent]) -> bytes:
    """The whole file under the name that a calendar program shows; the zones it speaks of are explained in it."""
    listed = list(events)
    calendar = Calendar()
    for key, value in (("prodid", "-//Portal Humas//ID"), ("version", "2.0"), ("method", "PUBLISH")):
        calendar.add(key, value)
    for key in ("x-wr-calname", "name"):
        calendar.add(key, " ".join(_clean(name).split()))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for tz in sorted({event.tz for event in listed}):
        calendar.add_component(deepcopy(_zone(tz)))
    for event in listed:
        calendar.add_component(_component(event))
    content: bytes = calendar.to_ical()
    return content


@lru_cache(maxsize=16)
def _zone(tz: str) -> Any:
    zone = Timezone.from_tzid(tz)
    zone.pop("COMMENT", None)
    return zone


def _component(event: FeedEvent) -> Event:
    zone, found = ZoneInfo(event.tz), Event()
    found.add("uid", event.uid)
    found.add("sequence", event.sequence)
    found.add("dtstamp", event.stamp)
    found.add("dtstart", event.starts_at.astimezone(zone))
    found.add("dtend", event.ends_at.astimezone(zone))
    found.add("summary", _clean(event.summary))
    found.add("status", event.status)
    if event.status == CANCELLED:
        # Whoever keeps it in the calendar all the same is not busy then.
        found.add("transp", "TRANSPARENT")
    for key in ("location", "description", "url"):
        if value := getattr(event, key):
            found.add(key, _clean(value))
    return found


def _clean(text: str) -> str:
    return CONTROLS.sub("", text)
