"""Delivery reports: whose letter, for good or for now, and nobody else's word."""

import io
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from outbox.bounces import read_report, record_bounce
from outbox.delivery.mime import envelope_sender
from outbox.models import Channel, Message, SuppressedAddress
from tests.outbox.conftest import drain
from tests.outbox.letters import clock, plan, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@relay.test
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

Your letter came back.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test

Final-Recipient: rfc822; peserta1@contoh.test
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b1
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: Undangan

--b1--
"""


def report(status: str = "5.1.1", message_id: str = "unknown@x", to: str = "portal@humas.invalid") -> bytes:
    return REPORT.format(status=status, message_id=message_id, to=to).encode()


@pytest.fixture
def sent(sink: Sink) -> Message:
    (letter,) = plan()
    drain()
    return letter


def test_a_hard_bounce_ends_the_letter_and_holds_back_the_address(sent: Message) -> None:
    found = read_report(report(message_id=sent.message_id), now=clock())
    assert found is not None
    assert record_bounce(found, now=clock())
    assert not record_bounce(found, now=clock())
    assert states() == {"bounced": 1}
    assert SuppressedAddress.objects.get().address == sent.to_addr
    assert sent.tries.get(phase="bounce").outcome == "bounced"


@pytest.mark.parametrize("status", ["4.2.2", "5.4.4"])
def test_a_soft_bounce_holds_back_nothing(sent: Message, status: str) -> None:
    found = read_report(report(status, message_id=sent.message_id), now=clock())
    assert found is not None
    record_bounce(found, now=clock())
    assert states() == {"sent": 1}
    assert not SuppressedAddress.objects.exists()


def test_the_return_address_names_the_letter_and_cannot_be_forged(sent: Message, settings: Any) -> None:
    settings.MAIL_BOUNCE_DOMAIN = "bounce.contoh.test"
    address = envelope_sender(sent, now=clock())
    found = read_report(report(to=address), now=clock())
    assert found is not None
    assert found.message.pk == sent.pk
    assert read_report(report(to=address.upper()), now=clock()) is not None
    other = Message(public_id=uuid.uuid4()).public_id.hex
    forged = address.replace(sent.public_id.hex, other)
    assert read_report(report(to=forged), now=clock()) is None
    assert read_report(report(to=address), now=clock() + timedelta(days=20)) is None


@pytest.mark.parametrize("content", [b"", b"\x00\xff", report(status="2.0.0"), report(), b"Subject: hi\n\nhello"])
def test_what_is_no_report_of_ours_changes_nothing(sent: Message, content: bytes) -> None:
    assert read_report(content, now=clock()) is None


def test_the_command_reads_a_folder_and_standard_input(
    sent: Message, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.eml").write_bytes(report(message_id=sent.message_id))
    call_command("read_bounces", folder=tmp_path)
    assert states() == {"bounced": 1}
    assert [file.name for file in (tmp_path / "read").iterdir()] == ["1.eml"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report(message_id=sent.message_id))))
    call_command("read_bounces")
    assert "known" in capsys.readouterr().out


def test_the_rate_of_a_channel_is_set_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    Channel.objects.get_or_create(name="mail")
    call_command("mail_rate", "mail", per_minute=30, per_day=10_000, connections=3, hold=True)
    channel = Channel.objects.get(name="mail")
    assert (channel.per_minute, channel.per_day, channel.max_connections, channel.is_held) == (30, 10_000, 3, True)
    call_command("mail_rate", "mail", per_day=0, release=True)
    call_command("mail_rate")
    assert "mail: 30 a minute, no limit a day, 3 connections" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("mail_rate", "nowhere")


def test_the_plain_loop_plans_and_delivers_once(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    plan(3)
    call_command("outbox_worker", once=True)
    assert states() == {"sent": 3}
    assert "3 letters sent." in capsys.readouterr().out


def test_the_file_way_keeps_whole_letters(folder: Path) -> None:
    plan(3)
    drain()
    assert states() == {"sent": 3}
    files = sorted(folder.iterdir())
    assert len(files) == 3
    assert all(file.suffix == ".eml" and b"Message-ID: <" in file.read_bytes() for file in files)
