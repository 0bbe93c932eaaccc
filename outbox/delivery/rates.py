"""How much may leave by a channel: tokens for each minute and a quota for each day (by the days of Jakarta), halved for
a while when the relay asks for patience, and a circuit breaker when the line is down.

All of it stands in the channel's row and changes by conditional UPDATEs, so any number of workers share it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import Greatest

from outbox.models import Channel

SLOW_FOR = timedelta(minutes=15)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
CLOCKS_APART = timedelta(minutes=1)  # two workers that read the clock before they waited for the same row
DAY_OF = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Grant:
    """How many letters may go now; when none, when to ask again (None: nobody knows, a person must act)."""

    letters: int
    ask_again_at: datetime | None = None


def closed_until(channel: Channel, now: datetime) -> Grant | None:
    """Why nothing may leave at all: the channel is held, or its breaker is open."""
    if channel.is_held:
        return Grant(0)
    if is_ahead(channel.paused_until, now, by=LONGEST_PAUSE):
        return Grant(0, channel.paused_until)
    return None


def is_ahead(moment: datetime | None, now: datetime, *, by: timedelta) -> bool:
    """Whether the moment is still to come. One that lies further ahead than `by` was written by a clock that has been
    put back since; waiting for it would keep the channel asleep for hours."""
    return moment is not None and now < moment <= now + by + CLOCKS_APART


def take(channel: Channel, wanted: int, now: datetime) -> Grant:
    """Take up to `wanted` tokens, in the transaction that claims the letters. One UPDATE that holds only if nobody
    took any since we read, tried again when somebody did."""
    while True:
        tokens = _tokens(channel, now)
        grant = _affordable(channel, tokens, wanted, now)
        if not grant.letters:
            return grant
        today = now.astimezone(DAY_OF).date()
        changed = Channel.objects.filter(
            pk=channel.pk,
            tokens=channel.tokens,
            tokens_at=channel.tokens_at,
            sent_in_day=channel.sent_in_day,
            is_held=False,
        ).update(
            tokens=tokens - grant.letters,
            tokens_at=channel.tokens_at if is_ahead(channel.tokens_at, now, by=timedelta(0)) else now,
            day=today,
            sent_in_day=_sent_on(channel, today) + grant.letters,
        )
        if changed:
            return grant
        channel.refresh_from_db()
        if (closed := closed_until(channel, now)) is not None:
            return closed


def give_back(channel: Channel, letters: int) -> None:
    """Tokens of letters that were claimed but not handed over."""
    if letters:
        Channel.objects.filter(pk=channel.pk).update(
            tokens=F("tokens") + letters, sent_in_day=Greatest(F("sent_in_day") - letters, 0)
        )


def slow_down(channel: Channel, reply: str, now: datetime) -> None:
    """The relay asks for patience: half the rate for a quarter of an hour."""
    Channel.objects.filter(pk=channel.pk).update(slowed_until=now + SLOW_FOR, last_fault=reply[:300])


def pause(channel: Channel, fault: str, now: datetime) -> datetime:
    """The line is down: nobody tries for 30 seconds, then 1, 2, 4 ... 10 minutes; the end of the pause. Several workers
    that find it down at once count once."""
    length: timedelta = min(FIRST_PAUSE * 2 ** min(channel.pauses, 8), LONGEST_PAUSE)
    still = Q(paused_until__gt=now, paused_until__lte=now + LONGEST_PAUSE + CLOCKS_APART)
    Channel.objects.filter(Q(paused_until=None) | ~still, pk=channel.pk).update(
        paused_until=now + length, pauses=F("pauses") + 1, last_fault=fault[:300]
    )
    return now + length


def well_again(channel: Channel) -> None:
    """A letter went through: the next fault begins with a short pause again."""
    if channel.pauses:
        Channel.objects.filter(pk=channel.pk).update(paused_until=None, pauses=0, last_fault="")
        channel.pauses = 0


def _rate(channel: Channel, now: datetime) -> float:
    """Letters a second."""
    return channel.per_minute / 60 / (2 if is_ahead(channel.slowed_until, now, by=SLOW_FOR) else 1)


def _tokens(channel: Channel, now: datetime) -> float:
    """A bucket as large as one second's letters, at least one; full at first, and where a clock that has been put back
    left its mark. A clock that went back a little adds nothing."""
    rate = _rate(channel, now)
    largest = max(1.0, rate)
    if channel.tokens_at is None or channel.tokens_at > now + CLOCKS_APART:
        return largest
    elapsed = max(0.0, (now - channel.tokens_at).total_seconds())
    return min(largest, channel.tokens + elapsed * rate)


def _sent_on(channel: Channel, today: date) -> int:
    return channel.sent_in_day if channel.day == today else 0


def _affordable(channel: Channel, tokens: float, wanted: int, now: datetime) -> Grant:
    letters = min(wanted, int(tokens))
    if letters < 1:
        rate = _rate(channel, now)
        return Grant(0, now + timedelta(seconds=(1 - tokens) / rate) if rate else None)
    if channel.per_day is None:
        return Grant(letters)
    today = now.astimezone(DAY_OF).date()
    left = channel.per_day - _sent_on(channel, today)
    if left < 1:
        return Grant(0, datetime.combine(today + timedelta(days=1), datetime.min.time(), DAY_OF))
    return Grant(min(letters, left))
