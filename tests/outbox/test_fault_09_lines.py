"""Fault 9: lines that refuse, stall, break or talk nonsense. What surely did not arrive goes again without spending a
try; what may have arrived is in doubt, and nothing else is."""

import ipaddress
import socket
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outbox.delivery import smtp
from outbox.models import Channel, Message
from tests.outbox.conftest import drain
from tests.outbox.lab import make_due, open_channels, verdict
from tests.outbox.letters import clock, plan, states
from tests.smtp_sink import Rule, Sink

pytestmark = pytest.mark.django_db

BEFORE = ["connect", "ehlo", "mail", "rcpt", "data"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silence of a minute, in half a second."""
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.5)


@pytest.mark.parametrize("do", ["drop", "silence", "half", "half line", "garbage"])
@pytest.mark.parametrize("place", BEFORE)
def test_a_line_that_fails_before_354_costs_nothing(sink: Sink, place: str, do: str) -> None:
    sink.rules = [Rule(place, do, times=1)]
    plan(3)
    drain()
    assert set(Message.objects.values_list("attempts", "doubts", "state")) == {(0, 0, "pending")}
    assert Channel.objects.get(name="mail").paused_until is not None
    open_channels()
    make_due()
    drain()
    assert states() == {"sent": 3}
    assert (verdict(sink).lost, verdict(sink).duplicated) == (0, 0)


@pytest.mark.parametrize("do", ["drop", "silence", "421 4.7.0 too many letters on this line"])
def test_a_line_that_died_of_age_is_opened_again_at_once(sink: Sink, do: str) -> None:
    plan(3)
    sink.rules = [Rule("mail", "drop", chance=0)]
    dropped = [Rule("mail", "drop", times=1)]

    def drop_the_second(place: str, recipient: str = "") -> str:
        if place == "mail" and sink.accepted() and dropped and dropped.pop():
            return do
        return ""

    sink.rule_for = drop_the_second  # type: ignore[method-assign]
    drain()
    assert states() == {"sent": 3}
    assert sink.connections == 2
    assert Channel.objects.get(name="mail").paused_until is None


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("do", ["drop", "silence", "half", "half line", "garbage"])
def test_a_line_that_fails_after_the_dot_leaves_a_doubt(sink: Sink, do: str, arrives: bool) -> None:
    sink.rules = [Rule("dot", f"accept then {do}" if arrives else do, times=1)]
    plan(3)
    drain()
    assert states() == {"sent": 2, "uncertain": 1}
    found = verdict(sink)
    assert (found.lost, found.duplicated, found.uncertain_but_arrived) == (0, 0, int(arrives))


def test_a_line_that_breaks_inside_the_letter_is_no_doubt(sink: Sink) -> None:
    sink.rules = [Rule("body", "drop", times=1)]
    plan(1, recipient_name="x" * 200, context={"subject": "panjang"})
    drain()
    assert set(Message.objects.values_list("state", "doubts")) <= {("retry", 0), ("uncertain", 1)}
    assert sink.accepted() == []


def test_refused_connections(sink: Sink, settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL = sink.url | {"port": unused.getsockname()[1]}
        plan(2)
        drain()
    assert set(Message.objects.values_list("attempts", "state")) == {(0, "pending")}


def test_a_late_yes_is_a_yes(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 5)
    sink.rules = [Rule("dot", "late:1.5", times=1)]
    plan(1)
    drain()
    assert states() == {"sent": 1}


def test_a_certificate_that_nobody_signed_stops_the_channel(sink: Sink, settings: Any, tmp_path: Path) -> None:
    sink.tls = server_context(tmp_path)
    settings.EMAIL = sink.url | {"security": "starttls"}
    plan(2)
    drain()
    assert states() == {"pending": 2}
    assert "Verif" in Channel.objects.get(name="mail").last_fault
    assert sink.accepted() == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_trusted_lets_letters_through(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context = server_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with Sink(tmp_path / "sink", tls=context, tls_from_the_start=security == "tls") as sink:
        settings.EMAIL = sink.url | {"security": security}
        plan(2)
        drain()
        assert (states(), len(sink.accepted())) == ({"sent": 2}, 2)


def test_a_server_without_tls_gets_nothing_when_tls_is_demanded(sink: Sink, settings: Any) -> None:
    settings.EMAIL = sink.url | {"security": "starttls"}
    plan(2)
    drain()
    assert (states(), sink.accepted()) == ({"pending": 2}, [])


def test_a_wrong_password_stops_the_channel_and_spends_nothing(sink: Sink, settings: Any) -> None:
    settings.EMAIL = sink.url | {"user": "portal", "password": "salah"}
    plan(2)
    drain()
    assert set(Message.objects.values_list("attempts", "state")) == {(0, "pending")}
    assert Channel.objects.get(name="mail").paused_until is not None


def test_control_smtplib_alone_takes_half_a_reply_for_a_yes(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the strict reading of replies off, a "250" that broke off counts as sent though nothing arrived."""
    monkeypatch.delattr(smtp._StrictReplies, "getreply")
    sink.rules = [Rule("dot", "half line", times=1)]
    plan(1)
    drain()
    assert states() == {"sent": 1}
    assert verdict(sink).lost == 1


def test_control_a_doubt_sent_again_at_once_is_a_second_copy(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """With "uncertain" taken for "not sent", the reader gets two."""
    monkeypatch.setattr(smtp, "Unclear", lambda detail: smtp.NotSent("dot", detail))
    sink.rules = [Rule("dot", "accept then drop", times=1)]
    plan(1)
    drain()
    open_channels()
    make_due()
    drain()
    assert verdict(sink).duplicated == 1


def server_context(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock() - timedelta(days=2))
        .not_valid_after(clock() + timedelta(days=2))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
