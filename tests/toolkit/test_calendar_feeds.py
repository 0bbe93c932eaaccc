"""Files of many events: what a calendar program reads back, and what nothing in them can do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from toolkit.calendar_feeds import CANCELLED, CONFIRMED, FeedEvent, feed_file, fingerprint

START = datetime(2026, 12, 10, 1, tzinfo=UTC)
EVENT = FeedEvent(
    uid="workshop-1@portal.test",
    sequence=3,
    stamp=START - timedelta(days=9),
    starts_at=START,
    ends_at=START + timedelta(hours=8),
    tz="Asia/Jayapura",
    summary="Workshop; satu, dua \\ tiga",
    status=CONFIRMED,
    description="baris satu\nbaris dua",
)


def test_events_read_back_as_written_and_each_zone_is_explained_once() -> None:
    other = replace(EVENT, uid="workshop-2@portal.test", tz="Asia/Jakarta", status=CANCELLED)
    again = replace(other, uid="workshop-3@portal.test", status=CONFIRMED)
    file = feed_file("Kalender Contoh", [EVENT, other, again])
    calendar = Calendar.from_ical(file)
    first, second, third = calendar.walk("VEVENT")
    assert (str(calendar["method"]), str(calendar["x-wr-calname"])) == ("PUBLISH", "Kalender Contoh")
    assert sorted(str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")) == ["Asia/Jakarta", "Asia/Jayapura"]
    assert b"DTSTART;TZID=Asia/Jayapura:20261210T100000\r\n" in file
    assert (str(first["summary"]), str(first["description"])) == (EVENT.summary, EVENT.description)
    assert (first.decoded("dtend"), int(first["sequence"])) == (EVENT.ends_at, 3)
    assert [str(event["status"]) for event in (first, second, third)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert ["transp" in event for event in (first, second, third)] == [False, True, False]
    assert max(len(line) for line in file.split(b"\r\n")) <= 75


def test_no_text_can_begin_a_line_of_its_own() -> None:
    hostile = "Judul\r\nATTENDEE:mailto:lain@contoh.test\x00\r\nEND:VCALENDAR"
    file = feed_file(hostile, [replace(EVENT, summary=hostile, location=hostile, description=hostile)])
    lines = file.replace(b"\r\n ", b"").split(b"\r\n")
    assert not [line for line in lines if line.startswith(b"ATTENDEE")]
    assert lines.count(b"END:VCALENDAR") == 1
    assert b"\x00" not in file


def test_fingerprint_changes_with_whatever_a_reader_would_see() -> None:
    before = fingerprint("A", [EVENT])
    assert fingerprint("A", [replace(EVENT)]) == before
    others = [replace(EVENT, summary="x"), replace(EVENT, sequence=4), replace(EVENT, status=CANCELLED)]
    assert before not in {fingerprint("B", [EVENT]), fingerprint("A", []), *(fingerprint("A", [one]) for one in others)}
