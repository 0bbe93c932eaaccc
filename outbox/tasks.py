"""Doors for Celery: it only rings. Losing a ring, or ringing five times, changes nothing."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from celery import shared_task

from outbox.delivery.claims import BATCH
from outbox.delivery.clock import database_now
from outbox.delivery.worker import Worker
from outbox.doorbell import publish
from outbox.models import Channel, Message
from outbox.planners import tick as plan_and_reap
from outbox.registry import SECURITY

DRAIN_SECONDS = 40.0


@shared_task(name="outbox.tick")
def tick() -> None:
    """Plan and put right, then wake as many workers as the letters due deserve."""
    now = database_now()
    plan_and_reap(now)
    for channel in Channel.objects.order_by("name"):
        due = Message.objects.due(channel, now).order_by("not_before", "pk")[: BATCH * channel.max_connections].count()
        for _ in range(min(ceil(due / BATCH), channel.max_connections)):
            publish("outbox.drain", channel.name)


@shared_task(name="outbox.drain")
def drain(channel: str) -> None:
    """Deliver what is due by this channel; letters of accounts never wait behind a mailing."""
    worker = Worker(channels=tuple(dict.fromkeys((SECURITY, channel))))
    with _ending_between_letters(worker):
        tally = worker.drain(seconds=DRAIN_SECONDS)
    if tally.is_out_of_time:
        publish("outbox.drain", channel)


@contextmanager
def _ending_between_letters(worker: Worker) -> Iterator[None]:
    """Celery ends a task with SIGTERM when it loses the broker or must stop; a letter just under way would be in doubt.
    So the signal waits for the end of that letter, and then does what it was sent for."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    before = signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if worker.stop.is_set():
            os.kill(os.getpid(), signal.SIGTERM)
