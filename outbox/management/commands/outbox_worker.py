"""Plans and delivers without Celery: a plain loop, or one round with --once."""

import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from outbox.delivery.clock import database_now
from outbox.delivery.steps import persist
from outbox.delivery.worker import Worker
from outbox.planners import tick

TICK_SECONDS = 60.0
IDLE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Plan and deliver letters in a plain loop, without Celery. Ctrl-C or SIGTERM ends it between two letters."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="plan, deliver what is due now, and end")
        parser.add_argument("--no-planning", action="store_true", help="only deliver")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            sent = self._work(stop, once=options["once"], plans=not options["no_planning"])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.stdout.write(f"{sent} letters sent.")

    def _work(self, stop: threading.Event, *, once: bool, plans: bool) -> int:
        next_tick, sent = 0.0, 0
        while not stop.is_set():
            if plans and time.monotonic() >= next_tick:
                persist(lambda: tick(database_now()))
                next_tick = time.monotonic() + TICK_SECONDS
            sent += Worker(stop=stop).drain(seconds=TICK_SECONDS).sent
            if once:
                break
            stop.wait(IDLE_SECONDS)
        return sent
