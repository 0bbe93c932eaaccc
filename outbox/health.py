"""Is the outbox well? Facts for the watchdog (/healthz/outbox) and for the pages; no personal data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from outbox.models import CLAIMABLE, Channel, Heartbeat, Message, State, Topic
from outbox.planners import DOWNTIME, TICK

LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """`is_well` is false when nothing has planned for five minutes, or a letter has been due for five minutes and no
    letter of its channel left meanwhile: a slow relay with a long queue is well, a deaf worker is not."""

    is_well: bool
    ticked_at: datetime | None
    oldest_due_at: datetime | None
    n_due: int
    stuck_channels: list[Channel]
    channels: list[Channel]
    last_downtime: str


def check(now: datetime) -> Health:
    beats = {beat.name: beat for beat in Heartbeat.objects.filter(name__in=[TICK, DOWNTIME])}
    channels = list(Channel.objects.order_by("name"))
    oldest = {channel.pk: _oldest_due(channel, now) for channel in channels}
    stuck = [channel for channel in channels if _is_stuck(channel, oldest[channel.pk], now)]
    held = Topic.objects.filter(is_held=True)
    ticked_at = beats[TICK].at if TICK in beats else None
    return Health(
        is_well=not stuck and ticked_at is not None and now - ticked_at <= LATE,
        ticked_at=ticked_at,
        oldest_due_at=min((at for at in oldest.values() if at is not None), default=None),
        n_due=Message.objects.filter(state__in=CLAIMABLE, not_before__lte=now).exclude(topic__in=held).count(),
        stuck_channels=stuck,
        channels=channels,
        last_downtime=beats[DOWNTIME].note if DOWNTIME in beats else "",
    )


def _oldest_due(channel: Channel, now: datetime) -> datetime | None:
    due = Message.objects.due(channel, now).order_by("not_before", "pk")
    return due.values_list("not_before", flat=True).first()


def _is_stuck(channel: Channel, oldest_due_at: datetime | None, now: datetime) -> bool:
    if oldest_due_at is None or now - oldest_due_at <= LATE:
        return False
    return not Message.objects.filter(channel=channel, state=State.SENT, sent_at__gt=now - LATE).exists()
