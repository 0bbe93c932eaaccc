"""Doors for Celery: it only rings. Losing a ring, or ringing five times, changes nothing."""

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
        due = Message.objects.due(channel, now).order_by()[: BATCH * channel.max_connections].count()
        for _ in range(min(ceil(due / BATCH), channel.max_connections)):
            publish("outbox.drain", channel.name)


@shared_task(name="outbox.drain")
def drain(channel: str) -> None:
    """Deliver what is due by this channel; letters of accounts never wait behind a mailing."""
    tally = Worker(channels=tuple(dict.fromkeys((SECURITY, channel)))).drain(seconds=DRAIN_SECONDS)
    if tally.is_out_of_time:
        publish("outbox.drain", channel)
