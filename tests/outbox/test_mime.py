"""The bytes of a letter: what mail programs need, and nothing that a name or subject could smuggle in."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from outbox.delivery.mime import BadLetter, envelope_sender, letter_bytes
from outbox.models import Message
from outbox.registry import Attachment, Rendered

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ICS = Attachment(
    "undangan.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
)
HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type",
}  # fmt: skip


def build(name: str = "Sri Rahayu", subject: str = "Undangan", **changes: Any) -> bytes:
    message = Message(pk=7, recipient_name=name, to_addr="sri@contoh.test", message_id="ab12@portal.test")
    facts: dict[str, Any] = {"subject": subject, "text": "Halo\n", "html": "<p>Halo</p>"}
    return letter_bytes(message, Rendered(**facts | changes), now=NOW)


def test_text_html_and_calendar_stand_where_mail_programs_look() -> None:
    letter = message_from_bytes(build(attachments=(ICS,)), policy=default)
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_content() == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert [part.get_filename() for part in letter.iter_attachments()] == ["undangan.ics"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert letter["Message-ID"] == "<ab12@portal.test>"
    assert letter["Date"] == "Sat, 21 Nov 2026 03:00:00 +0000"


def test_a_letter_without_files_is_one_alternative() -> None:
    letter = message_from_bytes(build(reply_to="Biro Humas <humas@contoh.test>"), policy=default)
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert letter["Reply-To"] == "Biro Humas <humas@contoh.test>"


def test_long_lines_and_dots_survive() -> None:
    text = "." + "panjang " * 400 + "\n.\n..dua titik\né – ✓ akhir  \n"
    letter = message_from_bytes(build(text=text, html=f"<p>{text}</p>"), policy=default)
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert max(len(line) for line in build(text=text).split(b"\r\n")) <= 78
    assert b"\n" not in build(text=text).replace(b"\r\n", b"")


@given(name=st.text(max_size=200), subject=st.text(max_size=250))
@given_settings(max_examples=300, deadline=None)
def test_no_name_or_subject_makes_a_header(name: str, subject: str) -> None:
    content = build(name=name, subject=subject)
    head = content.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 250 and b"\n" not in line and b"\r" not in line for line in head.split(b"\r\n"))
    letter = message_from_bytes(content, policy=default)
    assert set(letter.keys()) <= HEADERS
    assert [address.addr_spec for address in letter["To"].addresses] == ["sri@contoh.test"]


@pytest.mark.parametrize("name", ["Dr. H. Élan Ñoño, S.H., M.H.", 'Sri "Yayu" Rahayu', "Budi\r\nBcc: lain@contoh.test"])
def test_names_arrive_as_they_are_on_one_line(name: str) -> None:
    letter = message_from_bytes(build(name=name, subject=name), policy=default)
    assert letter["To"].addresses[0].display_name == " ".join(name.split())
    assert letter["Subject"] == " ".join(name.split())
    assert "Bcc" not in letter


@pytest.mark.parametrize(
    "attachment",
    [
        Attachment('a".ics', "text/calendar", b""),
        Attachment("a\r\nX: y.ics", "text/calendar", b""),
        Attachment("a.ics", "text/calendar\r\nX: y", b""),
    ],
)
def test_a_file_name_or_type_that_could_smuggle_is_refused(attachment: Attachment) -> None:
    with pytest.raises(BadLetter):
        build(attachments=(attachment,))


def test_bounces_come_back_to_the_letter_when_a_domain_is_set(settings: Any) -> None:
    message = Message(pk=7)
    assert envelope_sender(message, now=NOW) == "portal@humas.invalid"
    settings.MAIL_BOUNCE_DOMAIN = "bounce.contoh.test"
    address = envelope_sender(message, now=NOW)
    assert address.startswith(f"b.{message.public_id.hex}.")
    assert len(address.partition("@")[0]) <= 64
