"""Calendar files (RFC 5545) for letters: one event each, the same UID for life, a SEQUENCE that only rises.

The time zone part comes from icalendar and is kept; the event is put together by hand, because a mailing makes ten
thousand of them and icalendar needs three times as long for each.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Timezone

CONTENT_TYPE = "text/calendar; method={method}; charset=utf-8"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
FOLD_AT = 75
Answer = Literal["ACCEPTED", "DECLINED", "NEEDS-ACTION"]
ATTENDEE = "ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP=FALSE:mailto:{address}"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """What a calendar shows. `starts_at` and `ends_at` are aware; `tz` is the IANA zone they are written in; `stamp` is
    when this version was made; an entry with `is_cancelled` takes the event out of the reader's calendar."""

    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime
    tz: str
    stamp: datetime
    organizer_name: str
    organizer_email: str
    attendee_name: str
    attendee_email: str
    answer: Answer = "ACCEPTED"
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        return "CANCEL" if self.is_cancelled else "REQUEST"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPE.format(method=self.method)


def calendar_file(entry: CalendarEntry) -> bytes:
    """The whole file, lines ended by CRLF and folded at 75 bytes. It asks for no answer by mail: the portal has its
    own."""
    zone = ZoneInfo(entry.tz)
    lines = [
        f"BEGIN:VEVENT\r\nUID:{_plain(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{entry.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID={entry.tz}:{entry.starts_at.astimezone(zone):%Y%m%dT%H%M%S}",
        f"DTEND;TZID={entry.tz}:{entry.ends_at.astimezone(zone):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(entry.summary)}",
        f"LOCATION:{_text(entry.location)}" if entry.location else "",
        f"DESCRIPTION:{_text(entry.description)}" if entry.description else "",
        f"URL:{_plain(entry.url)}" if entry.url else "",
        f"ORGANIZER;CN={_parameter(entry.organizer_name)}:mailto:{_plain(entry.organizer_email)}",
        ATTENDEE.format(
            name=_parameter(entry.attendee_name), answer=entry.answer, address=_plain(entry.attendee_email)
        ),
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]
    event = "\r\n".join(_folded(line) for line in lines if line)
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Portal Humas//ID\r\nMETHOD:{entry.method}\r\n"
    return f"{head}{_zone_part(entry.tz)}{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


@cache
def _zone_part(tz: str) -> str:
    zone = Timezone.from_tzid(tz)
    zone.pop("COMMENT", None)
    part: bytes = zone.to_ical()
    return part.decode()


def _text(value: str) -> str:
    value = CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _plain(value: str) -> str:
    """A value of its own line that knows no escape: nothing in it may end the line."""
    return CONTROLS.sub("", value).replace("\n", "")


def _parameter(value: str) -> str:
    return '"' + _plain(value).replace('"', "'") + '"'


def _folded(line: str) -> str:
    """Longer than 75 bytes goes on in a next line that begins with a space; no character is cut in two."""
    if line.isascii() and len(line) <= FOLD_AT:
        return line
    parts: list[str] = []
    part: list[str] = []
    size = 0
    for character in line:
        width = len(character.encode())
        if size + width > FOLD_AT:
            parts.append("".join(part))
            part, size = [], 1
        part.append(character)
        size += width
    parts.append("".join(part))
    return "\r\n ".join(parts)
