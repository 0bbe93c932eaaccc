"""Faults 4 and 5: two workers and one row; a worker so slow that its lease runs out while its letter is under way."""

import os
import threading
import time
from collections import Counter
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connections

from outbox.delivery import claims, points, statements, steps
from outbox.delivery.reaper import reap
from outbox.delivery.transport import Receipt
from outbox.delivery.worker import Worker
from outbox.models import Attempt, Message
from tests.outbox import guards
from tests.outbox.conftest import drain
from tests.outbox.lab import verdict
from tests.outbox.letters import HOLD, RESEND, clock, plan, states
from tests.smtp_sink import Rule, Sink

pytestmark = pytest.mark.django_db(transaction=True)
RACES = int(os.environ.get("OUTBOX_RACES", "60"))


def race(processes: int = 2, guard_off: str = "") -> int:
    """All due letters claimed one by one by several processes that begin each claim together, and read before anybody
    writes; how many letters had more than one winner."""
    context = get_context("fork")
    barrier, results = context.Barrier(processes), context.Queue()
    connections.close_all()
    racers = [context.Process(target=_claim_all, args=(barrier, results, guard_off)) for _ in range(processes)]
    for racer in racers:
        racer.start()
    winners = Counter(pk for _ in racers for pk in results.get(timeout=120))
    for racer in racers:
        racer.join(30)
    assert len(winners) == RACES
    return sum(1 for n in winners.values() if n > 1)


def _claim_all(barrier: Any, results: Any, guard_off: str) -> None:
    guards.switch_off(guard_off)
    points.listeners[:] = [lambda point: time.sleep(0.002) if point == "due read" else None]
    won: list[int] = []
    for _ in range(RACES):
        barrier.wait(60)
        batch = claims.claim("mail", worker=str(os.getpid()), size=1)
        won += [message.pk for message in batch.messages]
    results.put(won)
    connections.close_all()


def test_one_row_has_one_winner() -> None:
    plan(RACES)
    assert race() == 0
    assert states() == {"claimed": RACES}


@pytest.mark.postgres
def test_control_read_check_save_has_two_winners() -> None:
    """Only where transactions run side by side: SQLite's one writer hides this race."""
    plan(RACES)
    assert race(guard_off="claim") > 0


def overtaken() -> tuple[steps.Try, Any]:
    """A letter under way whose worker fell asleep, was taken for dead, and was repeated by another one."""
    plan(1, kind=RESEND.name)
    batch = claims.claim("mail", worker="slow")
    this = steps.Try(batch.messages[0], "slow", clock())
    assert steps.fence(this.message, content=None, sha256="", now=clock())
    reap(clock() + claims.LEASE + timedelta(seconds=1))
    assert not claims.extend(batch)
    reap(clock() + claims.LEASE + timedelta(minutes=30))
    Message.objects.update(not_before=clock() - timedelta(seconds=1))
    return this, batch


def test_a_late_writer_changes_nothing_and_its_copy_is_written_down(sink: Sink) -> None:
    this, _batch = overtaken()
    drain()
    sent_at = Message.objects.get().sent_at
    assert not steps.record_sent(this, Receipt(250, "taken"), now=clock())
    assert Message.objects.get().sent_at == sent_at
    assert list(Attempt.objects.order_by("pk").values_list("worker", "outcome"))[1:] == [("slow", "late")]


def test_a_late_writer_that_nobody_overtook_settles_the_doubt(sink: Sink) -> None:
    plan(1, kind=HOLD.name)
    batch = claims.claim("mail", worker="slow")
    this = steps.Try(batch.messages[0], "slow", clock())
    assert steps.fence(this.message, content=None, sha256="", now=clock())
    reap(clock() + claims.LEASE + timedelta(seconds=1))
    assert states() == {"uncertain": 1}
    assert steps.record_sent(this, Receipt(250, "taken"), now=clock())
    assert (states(), Message.objects.get().in_doubt_at) == ({"sent": 1}, None)


def test_control_without_the_token_a_late_writer_overwrites(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MARK_SENT", statements.MARK_SENT)  # put back afterwards
    this, _batch = overtaken()
    drain()
    sent_at = Message.objects.get().sent_at
    guards.GUARDS["token"]()
    assert steps.record_sent(this, Receipt(250, "taken"), now=clock())
    assert Message.objects.get().sent_at != sent_at


def test_a_worker_that_lost_its_claim_passes_no_fence() -> None:
    plan(1)
    batch = claims.claim("mail", worker="slow")
    reap(clock() + claims.LEASE + timedelta(seconds=1))
    assert states() == {"pending": 1}
    assert not steps.fence(batch.messages[0], content=None, sha256="", now=clock())


def deliver_slowly(monkeypatch: pytest.MonkeyPatch, sink: Sink, *, heartbeat: float) -> None:
    """The server answers after twice the lease, while somebody reaps all the time."""
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(claims, "HEARTBEAT_SECONDS", heartbeat)
    sink.rules = [Rule("dot", "late:2", times=1)]
    plan(1, kind=HOLD.name)
    seen: set[str] = set()
    worker = Worker()

    def work() -> None:
        worker.drain(seconds=10)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        reap(clock())
        seen |= set(states())
        time.sleep(0.05)
    thread.join()
    assert ("uncertain" in seen) == (heartbeat > 1)
    assert states() == {"sent": 1}
    assert verdict(sink).duplicated == 0


def test_a_heartbeat_keeps_a_slow_letter(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_slowly(monkeypatch, sink, heartbeat=0.2)


def test_control_without_a_heartbeat_a_slow_letter_is_taken_for_dead(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_slowly(monkeypatch, sink, heartbeat=60)
