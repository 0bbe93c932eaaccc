"""Worker processes to hurt, and the verdict: what was lost, what came twice, what stands in doubt."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from outbox.delivery.reaper import reap
from outbox.models import UNSENT, Attempt, Channel, Message, State
from tests.outbox.letters import clock
from tests.smtp_sink import Sink

ROOT = Path(__file__).resolve().parent.parent.parent


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
class Crew:
    """Worker processes that come back when they die, as a supervisor would bring them."""

    sink: Sink
    size: int
    orders: dict[str, str] = field(default_factory=dict)
    born: list[int] = field(default_factory=list)
    sent: int = 0
    connections: int = 0

    def start(self) -> None:
        environment = os.environ | {
            "OUTBOX_DATABASE": str(connection.settings_dict["NAME"]),
            "VAR_DIR": str(settings.VAR_DIR),
            "SITE_URL": settings.SITE_URL,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "MAIL_FROM": "Portal Humas <portal@humas.invalid>",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            **self.orders,
        }
        command = [sys.executable, "-m", "tests.outbox.worker_process", str(self.size)]
        self._supervisor = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def deaths(self) -> int:
        return max(0, len(self.born) - self.size)

    def kill_one(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(random.choice(self.born[-self.size :]), signal.SIGKILL)

    def dismiss(self) -> None:
        self._supervisor.send_signal(signal.SIGTERM)
        try:
            self._supervisor.wait(30)
        finally:
            self._supervisor.kill()
        self._listener.join(5)

    def _listen(self) -> None:
        assert self._supervisor.stdout is not None
        with self._supervisor.stdout as lines:
            for line in lines:
                word, pid, *counts = line.split()
                if word == "born":
                    self.born.append(int(pid))
                else:
                    self.sent += int(counts[0])
                    self.connections += int(counts[1])


@contextmanager
def crew(sink: Sink, size: int, **orders: Any) -> Iterator[Crew]:
    workers = Crew(sink, size, {f"OUTBOX_{name.upper()}": str(value) for name, value in orders.items()})
    workers.start()
    try:
        yield workers
    finally:
        workers.dismiss()


def wait_until_settled(workers: Crew, *, seconds: float, kill_every: float = 0.0, kills: int = 0) -> None:
    """Reap until no letter waits; kill some meanwhile."""
    until, next_kill = time.monotonic() + seconds, time.monotonic() + kill_every
    while time.monotonic() < until:
        reap(clock())
        Channel.objects.filter(paused_until__isnull=False).update(paused_until=None, pauses=0)
        if kills and time.monotonic() >= next_kill:
            workers.kill_one()
            kills -= 1
            next_kill = time.monotonic() + random.uniform(0.2, 1.8) * kill_every
        if not kills and not Message.objects.filter(state__in=[*UNSENT, State.SENDING]).exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"not settled after {seconds} s: {verdict(workers.sink)}")


def make_due() -> None:
    """Let every waiting letter be due now."""
    Message.objects.filter(state__in=UNSENT).update(not_before=clock() - timedelta(seconds=1))
