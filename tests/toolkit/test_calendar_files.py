from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from toolkit.calendar_files import CalendarEntry, calendar_file

WIB = ZoneInfo("Asia/Jakarta")


def entry(**changes: Any) -> CalendarEntry:
    facts: dict[str, Any] = {
        "uid": "registration-7@portal.invalid",
        "sequence": 2,
        "summary": "Workshop Media Sosial",
        "starts_at": datetime(2020, 9, 24, 1, tzinfo=UTC),
        "ends_at": datetime(2020, 9, 24, 9, tzinfo=UTC),
        "tz": "Asia/Jakarta",
        "stamp": datetime(2020, 9, 1, tzinfo=UTC),
        "organizer_name": "Biro Humas",
        "organizer_email": "portal@humas.invalid",
        "attendee_name": "Peserta Contoh",
        "attendee_email": "peserta@contoh.test",
    }
    return CalendarEntry(**(facts | changes))


def event_of(file: bytes) -> Any:
    return Calendar.from_ical(file).walk("VEVENT")[0]


def test_file_says_the_time_in_its_zone_and_explains_that_zone() -> None:
    file = calendar_file(entry())
    event = event_of(file)
    assert b"DTSTART;TZID=Asia/Jakarta:20200924T080000\r\n" in file
    assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Jakarta\r\n" in file
    assert event.decoded("dtstart") == datetime(2020, 9, 24, 8, tzinfo=WIB)
    assert event.decoded("dtend") == datetime(2020, 9, 24, 16, tzinfo=WIB)
    assert (str(event["uid"]), int(event["sequence"])) == ("registration-7@portal.invalid", 2)


def test_request_and_cancel_differ_in_method_and_status_only() -> None:
    asked, ended = calendar_file(entry()), calendar_file(entry(is_cancelled=True))
    assert b"METHOD:REQUEST\r\n" in asked
    assert asked.replace(b"METHOD:REQUEST", b"METHOD:CANCEL").replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED") == ended
    assert entry(is_cancelled=True).content_type == "text/calendar; method=CANCEL; charset=utf-8"


@pytest.mark.parametrize("tz", ["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"])
def test_each_zone_of_the_country_reads_back_as_the_same_moment(tz: str) -> None:
    event = event_of(calendar_file(entry(tz=tz)))
    assert event.decoded("dtstart").astimezone(UTC) == datetime(2020, 9, 24, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "summary", ["a; b, c \\ d", "baris satu\nbaris dua", "é" * 200, "kata " * 60, "\\n bukan baris", "🙂" * 40]
)
def test_any_text_reads_back_as_written_and_no_line_is_longer_than_75_bytes(summary: str) -> None:
    file = calendar_file(entry(summary=summary, description=summary))
    event = event_of(file)
    assert str(event["summary"]) == summary
    assert str(event["description"]) == summary
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert all(b"\n" not in line for line in file.split(b"\r\n"))


def test_no_value_can_begin_a_line_of_its_own() -> None:
    hostile = 'Nama "x"\r\nATTENDEE:mailto:lain@contoh.test\x00'
    file = calendar_file(
        entry(
            summary=hostile, location=hostile, organizer_name=hostile, attendee_name=hostile, uid=hostile, url=hostile
        )
    )
    starts = [line.split(b":")[0].split(b";")[0] for line in file.replace(b"\r\n ", b"").split(b"\r\n")]
    assert starts.count(b"ATTENDEE") == 1
    assert b"\x00" not in file
