"""Workers in processes of their own, as the fault tests and benchmarks need them: `python -m tests.outbox.worker_process
N` keeps N of them alive until SIGTERM. They deliver, and die or dawdle at a named point when ordered to.

    OUTBOX_KILL="sending"      kill -9 itself when it reaches the point (outbox/delivery/points.py)
    OUTBOX_KILL_CHANCE="0.05"  ... only so often
    OUTBOX_DAWDLE="sending:3"  wait three seconds at the point, with a dead heartbeat, so that the lease runs out
    OUTBOX_LEASE="2"           a lease of two seconds, kept alive each half second
    OUTBOX_GUARD_OFF="fence"   a guard switched off, for the negative controls (tests/outbox/guards.py)"""

import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if "OUTBOX_DATABASE" in os.environ:
    settings.DATABASES["default"]["NAME"] = os.environ["OUTBOX_DATABASE"]
django.setup()

from outbox.delivery import claims, points  # noqa: E402
from outbox.delivery.worker import Worker  # noqa: E402
from tests.outbox import guards, letters  # noqa: E402


def die_at(point: str) -> None:
    if point == os.environ.get("OUTBOX_KILL") and random.random() < float(os.environ.get("OUTBOX_KILL_CHANCE", "1")):
        os.kill(os.getpid(), signal.SIGKILL)


def dawdle_at(point: str) -> None:
    where, _, seconds = os.environ.get("OUTBOX_DAWDLE", "").partition(":")
    if point == where:
        time.sleep(float(seconds))


def set_lease(seconds: float) -> None:
    claims.LEASE = timedelta(seconds=seconds)
    claims.HEARTBEAT_SECONDS = 3600.0 if "OUTBOX_DAWDLE" in os.environ else seconds / 4


def obey() -> None:
    """Install what the environment orders."""
    letters.register()
    points.listeners += [dawdle_at, die_at]
    if "OUTBOX_LEASE" in os.environ:
        set_lease(float(os.environ["OUTBOX_LEASE"]))
    guards.switch_off(os.environ.get("OUTBOX_GUARD_OFF", ""))


def work() -> None:
    """One worker, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sent = connections = 0
    while not stop.is_set():
        tally = Worker(stop=stop).drain(seconds=600)
        sent, connections = sent + tally.sent, connections + tally.connections
        stop.wait(0.02)
    say(f"did {os.getpid()} {sent} {connections}")


def supervise(size: int) -> None:
    """Keep `size` workers alive: forked, because a start from nothing costs seconds. Each announces "born PID"."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    children: set[int] = set()
    signal.signal(signal.SIGTERM, stop)
    while children or not stopping:
        while len(children) < size and not stopping:
            pid = os.fork()
            if pid == 0:
                work()
                os._exit(0)
            children.add(pid)
            say(f"born {pid}")
        with suppress(ChildProcessError, InterruptedError):
            pid, _status = os.waitpid(-1, os.WNOHANG)
            children.discard(pid)
        time.sleep(0.005)


def say(line: str) -> None:
    os.write(sys.stdout.fileno(), line.encode() + b"\n")


if __name__ == "__main__":
    obey()
    supervise(int(sys.argv[1]))
