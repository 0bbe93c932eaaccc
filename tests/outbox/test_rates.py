"""The rate of a channel, where the clock or a slow relay makes it hard."""

from datetime import datetime, timedelta

import pytest

from outbox.delivery import rates, worker
from outbox.models import Channel, Message
from tests.outbox.conftest import drain
from tests.outbox.letters import clock, plan, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def channel(**facts: object) -> Channel:
    return Channel.objects.update_or_create(name="mail", defaults={"per_minute": 600, **facts})[0]


def test_a_database_clock_that_was_put_back_does_not_put_the_channel_to_sleep() -> None:
    now, tomorrow = clock(), clock() + timedelta(days=1)
    mail = channel(tokens=0, tokens_at=tomorrow, paused_until=tomorrow, slowed_until=tomorrow)
    assert rates.closed_until(mail, now) is None
    assert rates.take(mail, 20, now).letters == 10
    mail.refresh_from_db()
    assert mail.tokens_at == now
    assert rates.take(mail, 20, now + timedelta(seconds=0.5)).letters == 5
    rates.pause(mail, "down", now)
    mail.refresh_from_db()
    assert mail.paused_until == now + timedelta(seconds=30)


@pytest.mark.parametrize(("name", "longest"), [("paused_until", rates.LONGEST_PAUSE), ("slowed_until", rates.SLOW_FOR)])
def test_the_longest_real_pause_counts(name: str, longest: timedelta) -> None:
    now: datetime = clock()
    assert rates.is_ahead(getattr(channel(**{name: now + longest}), name), now, by=longest)


def test_two_workers_read_the_clock_in_another_order() -> None:
    """The later writer has the earlier clock: that gives no letter twice."""
    now = clock()
    mail = channel(tokens=0, tokens_at=now)
    assert rates.take(mail, 20, now - timedelta(seconds=1)).letters == 0
    assert rates.take(mail, 20, now + timedelta(seconds=0.5)).letters == 5


@pytest.mark.parametrize(("per_minute", "long_gap", "n_sent"), [(300, 0.5, 7), (60, 0.5, 1)])
def test_gaps_of_a_slow_channel_are_sat_out_in_short_steps(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, per_minute: int, long_gap: float, n_sent: int
) -> None:
    """A second's letters at once; the next comes after 0.2 s, waited for in steps, or after 1 s, which is too long."""
    monkeypatch.setattr(worker, "SHORT_WAIT", 0.06)
    monkeypatch.setattr(worker, "LONG_GAP", long_gap)
    channel(per_minute=per_minute)
    plan(7)
    assert drain(seconds=10).sent == n_sent
    assert states().get("sent") == n_sent
    assert Message.objects.filter(state="pending").count() == 7 - n_sent
