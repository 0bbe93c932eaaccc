"""Fault 8: the server refuses, at each place, with each code: the right class, the right delay, and never a doubt."""

from datetime import timedelta

import pytest

from outbox.models import Channel, Message
from tests.outbox.conftest import drain
from tests.outbox.letters import clock, plan, states
from tests.smtp_sink import Rule, Sink

pytestmark = pytest.mark.django_db

PLACES = ["mail", "rcpt", "data", "dot"]
FOR_NOW = ["421 4.3.2", "432 4.7.12", "450 4.2.1", "451 4.3.0", "452 4.2.2"]
FOR_GOOD = ["550 5.7.1", "552 5.3.4", "554 5.7.1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reply", FOR_NOW)
def test_a_refusal_for_now_is_tried_again_later(sink: Sink, place: str, reply: str) -> None:
    sink.rules = [Rule(place, f"{reply} not now", to="peserta1@" if place != "mail" else "", times=1)]
    plan(2)
    drain()
    refused = Message.objects.get(state="retry")
    assert states() == {"retry": 1, "sent": 1}
    assert (refused.attempts, refused.last_code, refused.rendered) == (1, int(reply[:3]), None)
    assert timedelta(seconds=45) < refused.not_before - clock() < timedelta(seconds=75)
    assert [(a.phase, a.outcome, a.code) for a in refused.tries.all()] == [(place, "retry", int(reply[:3]))]
    assert (Channel.objects.get(name="mail").slowed_until is not None) == (reply[:3] in {"421", "432"})
    Message.objects.filter(state="retry").update(not_before=clock() - timedelta(seconds=1))
    drain()
    assert states() == {"sent": 2}
    assert len(sink.accepted()) == 2


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reply", FOR_GOOD)
def test_a_refusal_for_good_has_failed(sink: Sink, place: str, reply: str) -> None:
    sink.rules = [Rule(place, f"{reply} never", to="peserta1@" if place != "mail" else "", times=1)]
    plan(2)
    drain()
    assert states() == {"failed": 1, "sent": 1}
    failed = Message.objects.get(state="failed")
    assert (failed.attempts, failed.last_code) == (1, int(reply[:3]))
    assert Message.objects.needs_action().get().pk == failed.pk
    assert len(sink.accepted()) == 1


def test_451_4_7_asks_for_patience(sink: Sink) -> None:
    sink.rules = [Rule("dot", "451 4.7.500 server busy", times=1)]
    plan(1)
    drain()
    assert Channel.objects.get(name="mail").slowed_until is not None


def test_a_code_that_this_relay_means_only_for_now(sink: Sink, settings: object) -> None:
    settings.MAIL_RETRY_CODES = [552]  # type: ignore[attr-defined]
    sink.rules = [Rule("dot", "552 5.3.4 too large, sometimes", times=1)]
    plan(1)
    drain()
    assert states() == {"retry": 1}


def test_control_without_classes_a_refusal_for_now_would_be_the_end(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is that 4xx is told from 5xx: with every refusal taken for good, letters are lost that a later try
    delivers above."""
    monkeypatch.setattr("outbox.delivery.steps.FOR_NOW", range(0))
    sink.rules = [Rule("rcpt", "450 4.2.1 not now", times=1)]
    plan(1)
    drain()
    assert states() == {"failed": 1}
