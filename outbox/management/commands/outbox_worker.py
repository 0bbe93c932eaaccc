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
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        next_tick, sent = 0.0, 0
        while not stop.is_set():
            if time.monotonic() >= next_tick and not options["no_planning"]:
                persist(lambda: tick(database_now()))
                next_tick = time.monotonic() + TICK_SECONDS
            tally = Worker(stop=stop).drain(seconds=TICK_SECONDS)
            sent += tally.sent
            if options["once"]:
                break
            stop.wait(IDLE_SECONDS)
        self.stdout.write(f"{sent} letters sent.")
