"""What dead workers, moved schedules and odd clocks leave behind."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError

from outbox import actions
from outbox.actions import planning
from outbox.delivery import claims
from outbox.delivery.claims import Batch, Lease
from outbox.delivery.clock import Clock
from outbox.delivery.reaper import reap
from outbox.models import Channel, Message, State
from tests.outbox.conftest import drain
from tests.outbox.letters import clock, make_topic, plan, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def test_a_lease_from_a_clock_that_was_put_back_ends(sink: Sink) -> None:
    claimed, sending, alive = plan(3)
    now = clock()
    for letter, state, lease in (
        (claimed, State.CLAIMED, timedelta(days=1)),
        (sending, State.SENDING, timedelta(days=1)),
        (alive, State.CLAIMED, claims.LEASE),
    ):
        Message.objects.filter(pk=letter.pk).update(state=state, claim_token=uuid.uuid4(), lease_until=now + lease)
    found = reap(now)
    assert (found.freed, found.doubtful) == (1, 1)
    assert dict(Message.objects.values_list("pk", "state")) == {
        claimed.pk: "pending",
        sending.pk: "uncertain",
        alive.pk: "claimed",
    }


def test_more_letters_than_a_request_withdraws_are_withdrawn_by_the_tick(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "WITHDRAWN_AT_ONCE", 2)
    topic, still = make_topic(), make_topic("tidak pindah")
    plan(3, topic_id=topic.pk, topic_rev=1)
    (other,) = plan(1, topic_id=still.pk, topic_rev=1, dedup_key="other")
    assert actions.raise_revision(topic, reason="dipindah", now=clock()) == 0
    (fresh,) = plan(1, topic_id=topic.pk, topic_rev=2, dedup_key="fresh")
    assert states() == {"pending": 5}
    assert reap(clock()).outdated == 3
    assert set(Message.objects.filter(state=State.PENDING)) == {other, fresh}
    withdrawn = Message.objects.filter(state=State.CANCELLED)
    assert set(withdrawn.values_list("last_error", flat=True)) == {"Jadwal atau status kegiatan berubah."}
    assert reap(clock()).outdated == 0


def test_letters_left_to_the_tick_cannot_leave_before_it(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "WITHDRAWN_AT_ONCE", 2)
    topic = make_topic()
    plan(3, topic_id=topic.pk, topic_rev=1)
    actions.raise_revision(topic, reason="dipindah", now=clock())
    drain()
    assert states() == {"cancelled": 3}
    assert list(sink.accepted()) == []


def test_a_kept_text_that_cannot_be_read_holds_up_nobody_else(sink: Sink) -> None:
    broken, _other = plan(2)
    Message.objects.filter(pk=broken.pk).update(rendered=b"no zlib")
    drain()
    assert states() == {"retry": 1, "sent": 1}
    broken.refresh_from_db()
    assert broken.last_error.startswith("kept text: ")


class AwayClock(Clock):
    """The database is away for the first two beats."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def now(self):  # type: ignore[no-untyped-def]
        self.asked += 1
        if self.asked <= 2:
            raise OperationalError
        return super().now()


@pytest.mark.django_db(transaction=True)
def test_a_lease_outlives_a_database_that_is_away_for_a_moment() -> None:
    (letter,) = plan()
    clock_away = AwayClock()
    batch = Batch(Channel.objects.get(name="mail"), clock_away)
    Message.objects.filter(pk=letter.pk).update(state=State.CLAIMED, claim_token=batch.token, lease_until=clock())
    with Lease(batch, every=0.01) as lease:
        until = clock() + timedelta(seconds=10)
        while clock_away.asked < 4 and clock() < until:
            pass
        assert not lease.is_lost
    letter.refresh_from_db()
    assert letter.lease_until is not None
    assert letter.lease_until > clock() + claims.LEASE / 2
