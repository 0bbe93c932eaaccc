"""Faults 1 and 2: kill -9, at random moments and at each named point. No letter is lost, none goes twice unseen, and
only a death between the fence and the record leaves a doubt."""

import os
from datetime import timedelta

import pytest

from outbox.delivery import claims
from outbox.delivery.reaper import reap
from outbox.models import Attempt, Message, State
from tests.outbox.conftest import drain
from tests.outbox.lab import Orders, crew, settle, verdict
from tests.outbox.letters import HOLD, RESEND, clock, plan, states
from tests.smtp_sink import Rule, Sink

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = int(os.environ.get("OUTBOX_LETTERS", "120"))


def kill_once(point: str, guard_off: str = "") -> None:
    """One worker, killed when it first reaches the point; then its lease runs out and another one goes on."""
    with crew(1, Orders(kill_at=point, guard_off=guard_off), comes_back=False) as workers:
        workers.wait_for_deaths()
        assert workers.deaths == 1
    reap(clock() + claims.LEASE + timedelta(seconds=5))
    drain()


@pytest.mark.parametrize("point", ["due read", "claimed", "rcpt"])
def test_a_death_before_the_fence_leaves_no_trace(sink: Sink, point: str) -> None:
    plan(4)
    kill_once(point)
    assert states() == {"sent": 4}
    assert set(Message.objects.values_list("attempts", "doubts")) == {(1, 0)}
    assert sorted(line["message_id"] for line in sink.accepted()) == sorted(
        Message.objects.values_list("message_id", flat=True)
    )


@pytest.mark.parametrize(("point", "arrived"), [("sending", 0), ("dot", 1), ("accepted", 1)])
def test_a_death_between_the_fence_and_the_record_is_one_doubt(sink: Sink, point: str, arrived: int) -> None:
    plan(4, kind=HOLD.name)
    kill_once(point)
    assert states() == {"sent": 3, "uncertain": 1}
    found = verdict(sink)
    assert (found.lost, found.duplicated, found.uncertain_but_arrived) == (0, 0, arrived)


def test_a_death_after_the_record_leaves_no_trace(sink: Sink) -> None:
    plan(4)
    kill_once("recorded")
    assert states() == {"sent": 4}
    assert len(sink.accepted()) == 4


def test_a_doubt_about_an_invitation_is_settled_by_one_logged_repetition(sink: Sink) -> None:
    plan(1, kind=RESEND.name)
    kill_once("accepted")
    reap(clock() + claims.LEASE + timedelta(minutes=20))
    Message.objects.update(not_before=clock() - timedelta(seconds=1))
    drain()
    found = verdict(sink)
    assert (states(), found.duplicated, found.silently_duplicated) == ({"sent": 1}, 1, 0)


def test_random_kills_lose_nothing_and_repeat_nothing_unseen(sink: Sink) -> None:
    sink.rules = [Rule("dot", "accept then drop", chance=0.01), Rule("rcpt", "451 later", chance=0.02)]
    plan(LETTERS, kind=HOLD.name)
    with crew(3, Orders(lease_seconds=2)) as workers:
        found = settle(workers, sink, seconds=90, kills=8, kill_every=0.25)
    assert (found.lost, found.duplicated, found.waiting) == (0, 0, 0)
    assert set(states()) <= {"sent", "uncertain", "retry"}
    assert found.accepted >= LETTERS - found.uncertain
    assert Attempt.objects.filter(outcome="sent").count() == states()["sent"]


def test_control_marking_before_sending_loses_the_letter_in_silence(sink: Sink) -> None:
    plan(4, kind=HOLD.name)
    kill_once("sending", guard_off="mark first")
    assert states() == {"sent": 4}
    assert verdict(sink).lost == 1


def test_control_requeueing_after_a_time_out_sends_twice(sink: Sink) -> None:
    plan(4, kind=HOLD.name)
    kill_once("accepted", guard_off="requeue")
    assert states() == {"sent": 4}
    found = verdict(sink)
    assert (found.duplicated, found.silently_duplicated) == (1, 1)
    assert Message.objects.filter(state=State.UNCERTAIN).count() == 0
