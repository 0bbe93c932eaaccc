"""How far a mailing has come: counts by state, and how long the rest will take at the channel's rate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery

from outbox.delivery.rates import LONGEST_PAUSE, SLOW_FOR, is_ahead
from outbox.models import NEEDS_ACTION, Channel, Heartbeat, Message, MessageQuerySet, State, Topic
from outbox.planners import TICK
from toolkit.prepared import prepared
from units.models import User

LATE = timedelta(minutes=5)


@prepared()
def _open_letters(user: User) -> QuerySet[Message, tuple[str, int]]:
    rows = Message.objects.visible_to(user).needs_action().order_by()
    return rows.values_list("state").annotate(n=Count("pk"))


def open_letters(user: Any) -> dict[str, int]:
    """Letters that wait for a hand, by state. Asked once for each person and request: the menu shows their number on
    every page, and a home says more of them."""
    if not hasattr(user, "open_letters"):
        user.open_letters = dict(_open_letters.rows(user))
    found: dict[str, int] = user.open_letters
    return found


@dataclass(frozen=True)
class Segment:
    """A part of the bar, in percent of its width, as an SVG attribute wants it."""

    tone: str
    x: str
    width: str


@dataclass(frozen=True)
class Tally:
    """Letters by where they stand; `total` leaves out what was withdrawn. `settled` were seen to by a person."""

    sent: int
    waiting: int
    retry: int
    failed: int
    uncertain: int
    settled: int
    withdrawn: int
    due: int

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.retry + self.failed + self.uncertain + self.settled

    @property
    def all(self) -> int:
        return self.total + self.withdrawn

    @property
    def needs_action(self) -> int:
        return self.failed + self.uncertain

    @property
    def open(self) -> int:
        """Waiting for the first or another try."""
        return self.waiting + self.retry

    @property
    def segments(self) -> list[Segment]:
        parts = [("teal", self.sent), ("gold", self.retry), ("brick", self.needs_action)]
        found, x = [], 0.0
        for tone, n in parts:
            width = 100 * n / self.total if self.total else 0
            if n:
                found.append(Segment(tone, f"{x:.2f}%", f"{max(width, 0.4):.2f}%"))
            x += width
        return found


def tally_of(messages: MessageQuerySet, *, now: datetime) -> Tally:
    """One query."""

    def n(*conditions: Q, **lookups: object) -> Count:
        return Count("pk", filter=Q(*conditions, **lookups))

    faults = [state for state in NEEDS_ACTION if state != State.UNCERTAIN]
    counts = messages.order_by().aggregate(
        sent=n(state=State.SENT),
        waiting=n(state__in=[State.PENDING, State.CLAIMED, State.SENDING]),
        retry=n(state=State.RETRY),
        failed=n(state__in=faults, settled_at=None),
        uncertain=n(state=State.UNCERTAIN, settled_at=None),
        settled=n(state__in=NEEDS_ACTION, settled_at__isnull=False),
        withdrawn=n(state__in=[State.CANCELLED, State.EXPIRED]),
        due=n(state__in=[State.PENDING, State.CLAIMED, State.SENDING], not_before__lte=now),
    )
    return Tally(**counts)


@dataclass(frozen=True)
class Pace:
    """What the channel allows: `minutes` until what is due has left (None: nothing is due or nobody can say)."""

    per_minute: int
    minutes: int | None
    is_held: bool
    paused_until: datetime | None
    fault: str


def pace_of(channel: Channel, *, n_due: int, now: datetime) -> Pace:
    is_slowed = is_ahead(channel.slowed_until, now, by=SLOW_FOR)
    per_minute = max(1, channel.per_minute // (2 if is_slowed else 1))
    is_paused = is_ahead(channel.paused_until, now, by=LONGEST_PAUSE)
    stands = channel.is_held or is_paused
    return Pace(
        per_minute=per_minute,
        minutes=None if stands or not n_due else ceil(n_due / per_minute),
        is_held=channel.is_held,
        paused_until=channel.paused_until if is_paused else None,
        fault=channel.last_fault if is_paused else "",
    )


@dataclass(frozen=True)
class Pulse:
    """Does the machinery move: its last tick, and the letter that has been due for longest."""

    ticked_at: datetime | None
    oldest_due_at: datetime | None
    is_well: bool


def pulse(now: datetime) -> Pulse:
    """One query."""
    due = (
        Message.objects.filter(state__in=[State.PENDING, State.RETRY], not_before__lte=now, channel__is_held=False)
        .exclude(topic__in=Topic.objects.filter(is_held=True))
        .order_by("not_before", "pk")
    )
    beat = (
        Heartbeat.objects.filter(name=TICK)
        .annotate(oldest=Subquery(due.values("not_before")[:1]))
        .values_list("at", "oldest")
        .first()
    )
    if beat is None:
        return Pulse(None, None, is_well=False)
    ticked_at, oldest = beat
    return Pulse(ticked_at, oldest, is_well=now - ticked_at <= LATE and (oldest is None or now - oldest <= LATE))
