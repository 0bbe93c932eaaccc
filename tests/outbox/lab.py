"""Worker processes to hurt, and the verdict: what was lost, what came twice, what stands in doubt."""

import os
import random
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, connections

from outbox.delivery import claims, points
from outbox.delivery.reaper import reap
from outbox.delivery.worker import Worker
from outbox.models import CLAIMABLE, UNSENT, Attempt, Channel, Message, State
from tests.outbox import guards
from tests.outbox.letters import clock
from tests.smtp_sink import Sink


@dataclass
class Verdict:
    letters: int
    accepted: int
    lost: int
    duplicated: int
    silently_duplicated: int
    uncertain: int
    uncertain_but_arrived: int
    waiting: int

    def __str__(self) -> str:
        return (
            f"{self.letters} letters, {self.accepted} accepted, lost {self.lost}, duplicated {self.duplicated}"
            f" (unlogged {self.silently_duplicated}), uncertain {self.uncertain}"
            f" ({self.uncertain_but_arrived} of them had arrived), still waiting {self.waiting}"
        )


def verdict(sink: Sink) -> Verdict:
    """Compare the rows with the server's own log. Lost: the row says sent (or nothing more will happen) and the server
    never had it. Unlogged: more copies at the server than tries that could have delivered them."""
    copies = Counter(line["message_id"] for line in sink.accepted())
    states = dict(Message.objects.values_list("message_id", "state"))
    possible = Counter(
        Attempt.objects.filter(outcome__in=["sent", "late", "uncertain"]).values_list("message__message_id", flat=True)
    )
    doubts = dict(Message.objects.values_list("message_id", "doubts"))
    uncertain = [key for key, state in states.items() if state == State.UNCERTAIN]
    return Verdict(
        letters=len(states),
        accepted=sum(copies.values()),
        lost=sum(1 for key, state in states.items() if state == State.SENT and not copies[key])
        + sum(1 for key in copies if key not in states),
        duplicated=sum(n - 1 for n in copies.values() if n > 1),
        silently_duplicated=sum(1 for key, n in copies.items() if n > possible[key] + doubts.get(key, 0)),
        uncertain=len(uncertain),
        uncertain_but_arrived=sum(1 for key in uncertain if copies[key]),
        waiting=sum(1 for state in states.values() if state in [*UNSENT, State.SENDING]),
    )


@dataclass
class Orders:
    """What the workers of a crew are told besides their work.

    `kill_at`: a point (outbox/delivery/points.py) at which they kill -9 themselves, this often. `dawdle_at`: a point at
    which they sleep with a dead heartbeat, so that the lease runs out. `guard_off`: see guards.py."""

    kill_at: str = ""
    kill_chance: float = 1.0
    dawdle_at: str = ""
    dawdle_seconds: float = 0.0
    lease_seconds: float = 0.0
    guard_off: str = ""


@dataclass
class Crew:
    """Workers in processes of their own, forked because a start from nothing costs seconds; those that die come back
    if `comes_back`, as a supervisor would bring them."""

    size: int
    orders: Orders = field(default_factory=Orders)
    comes_back: bool = True
    pids: list[int] = field(default_factory=list)
    deaths: int = 0

    def start(self) -> None:
        self.pids += [_fork(self.orders) for _ in range(self.size - len(self.pids))]

    def tend(self) -> None:
        """Bury the dead and replace them."""
        for pid in list(self.pids):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.pids.remove(pid)
                self.deaths += 1
        if self.comes_back:
            self.start()

    def kill_one(self) -> None:
        os.kill(random.choice(self.pids), signal.SIGKILL)

    def wait_for_deaths(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while self.pids and time.monotonic() < until:
            self.tend()
            time.sleep(0.01)

    def dismiss(self, patience: float = 20) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + patience
        while self.pids and time.monotonic() < until:
            self.pids = [pid for pid in self.pids if not os.waitpid(pid, os.WNOHANG)[0]]
            time.sleep(0.01)
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.pids = []


@contextmanager
def crew(size: int, orders: Orders | None = None, *, comes_back: bool = True) -> Iterator[Crew]:
    workers = Crew(size, orders or Orders(), comes_back)
    workers.start()
    try:
        yield workers
    finally:
        workers.dismiss()


def _fork(orders: Orders) -> int:
    connections.close_all()  # no process may use another's connection
    pid = os.fork()
    if pid == 0:
        # Nor one that the parent holds elsewhere, as where a browser's event loop runs: kept, not closed, in the child.
        inherited = connections[DEFAULT_DB_ALIAS]
        del connections[DEFAULT_DB_ALIAS]
        try:
            _work(orders)
            del inherited
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    return pid


def _work(orders: Orders) -> None:
    """One worker, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    random.seed()

    def obey(point: str) -> None:
        if point == orders.dawdle_at:
            time.sleep(orders.dawdle_seconds)
        if point == orders.kill_at and random.random() < orders.kill_chance:
            os.kill(os.getpid(), signal.SIGKILL)

    points.listeners[:] = [obey]
    if orders.lease_seconds:
        claims.LEASE = timedelta(seconds=orders.lease_seconds)
        claims.HEARTBEAT_SECONDS = 3600.0 if orders.dawdle_at else orders.lease_seconds / 4
    guards.switch_off(orders.guard_off)
    while not stop.is_set():
        Worker(stop=stop).drain(seconds=600)
        stop.wait(0.02)


def settle(workers: Crew, sink: Sink, *, seconds: float, kills: int = 0, kill_every: float = 0.1) -> Verdict:
    """Tend the crew and reap until no letter waits, killing some workers meanwhile; then the verdict."""
    until, next_kill = time.monotonic() + seconds, time.monotonic() + kill_every
    while time.monotonic() < until:
        workers.tend()
        reap(clock())
        open_channels()
        make_due()
        if kills and time.monotonic() >= next_kill:
            workers.kill_one()
            kills -= 1
            next_kill = time.monotonic() + random.uniform(0.2, 1.8) * kill_every
        if not kills and not Message.objects.filter(state__in=[*UNSENT, State.SENDING]).exists():
            return verdict(sink)
        time.sleep(0.02)
    raise AssertionError(f"not settled after {seconds} s: {verdict(sink)}")


def open_channels() -> None:
    """Forget pauses, so that the next drain tries at once."""
    Channel.objects.filter(paused_until__isnull=False).update(paused_until=None, pauses=0)


def make_due() -> None:
    """Let every waiting letter be due now."""
    now = clock()
    waiting = Message.objects.filter(state__in=CLAIMABLE, not_before__gt=now)
    waiting.update(not_before=now - timedelta(seconds=1))
