"""Which worker has which letter: claimed in the database by a token, for as long as the lease lives.

One code path for both databases: where rows can be locked, workers step past each other's; where they cannot, the one
writer and the condition in the UPDATE keep them apart."""

import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, Value, When

from outbox.delivery import points, rates
from outbox.delivery.clock import Clock
from outbox.models import CLAIMABLE, Channel, Message, State
from outbox.registry import kinds

LEASE = timedelta(seconds=180)
HEARTBEAT_SECONDS = 45.0
BATCH = 20


@dataclass
class Batch:
    """Letters claimed together. Empty: none is due, or the channel may not send before `ask_again_at`."""

    channel: Channel
    clock: Clock
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    messages: list[Message] = field(default_factory=list)
    ask_again_at: datetime | None = None


def claim(channel_name: str, *, worker: str, size: int = BATCH) -> Batch:
    """Take up to `size` due letters: urgent kinds first, then those whose time ends soonest."""
    clock = Clock()
    channel = Channel.objects.get_or_create(name=channel_name)[0]
    batch = Batch(channel, clock)
    if not _is_room_for(worker, channel, clock.now()):
        batch.ask_again_at = clock.now() + timedelta(seconds=1)
        return batch
    with transaction.atomic():
        if not _take_due(batch, worker, size):
            return batch
    claimed = Message.objects.filter(claim_token=batch.token, state=State.CLAIMED)
    batch.messages = list(claimed.order_by("-priority", F("not_after").asc(nulls_last=True), "not_before", "id"))
    return batch


def release(batch: Batch, messages: list[Message]) -> int:
    """Put letters back that were claimed and not handed over, as they were; the number put back."""
    changed = Message.objects.filter(
        pk__in=[message.pk for message in messages], claim_token=batch.token, state=State.CLAIMED
    ).update(state=waiting_state(), claim_token=None, lease_until=None)
    rates.give_back(batch.channel, changed)
    return changed


def waiting_state() -> Case:
    """Where a letter goes back to: "pending" when it never was on its way, else "retry"."""
    return Case(When(attempts=0, doubts=0, then=Value(State.PENDING)), default=Value(State.RETRY))


class Lease:
    """Keeps a batch's lease alive from a thread of its own while a slow server makes the worker wait.

    `is_lost` turns true when no row answers to the token any more: the worker must drop the rest."""

    def __init__(self, batch: Batch, *, every: float | None = None) -> None:
        self._batch = batch
        self._every = HEARTBEAT_SECONDS if every is None else every
        self._done = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="outbox-lease", daemon=True)

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._done.wait(self._every):
                if not self._extended():
                    self._lost.set()
                    return
        finally:
            connection.close()

    def _extended(self) -> bool:
        """A database that is away for a moment is asked again at the next beat."""
        try:
            return extend(self._batch)
        except (OperationalError, InterfaceError):
            connection.close()
            return True


def extend(batch: Batch) -> bool:
    """Prolong the lease; False when nothing is leased under the token."""
    rows = Message.objects.filter(claim_token=batch.token, state__in=[State.CLAIMED, State.SENDING])
    return rows.update(lease_until=batch.clock.now() + LEASE) > 0


def _take_due(batch: Batch, worker: str, size: int) -> bool:
    now = batch.clock.now()
    if (closed := rates.closed_until(batch.channel, now)) is not None:
        batch.ask_again_at = closed.ask_again_at
        return False
    due = Message.objects.due(batch.channel, now).filter(kind__in=[kind.name for kind in kinds()])
    due = due.order_by("-priority", F("not_after").asc(nulls_last=True), "not_before", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    ids = list(due.values_list("id", flat=True)[:size])
    points.reached("due read")
    if not ids:
        return False
    grant = rates.take(batch.channel, len(ids), now)
    batch.ask_again_at = grant.ask_again_at
    taken = Message.objects.filter(id__in=ids[: grant.letters], state__in=CLAIMABLE).update(
        state=State.CLAIMED, claim_token=batch.token, lease_until=now + LEASE, worker=worker
    )
    return taken > 0


def _is_room_for(worker: str, channel: Channel, now: datetime) -> bool:
    """Whether fewer workers than the relay allows connections hold letters of this channel."""
    others = Message.objects.filter(channel=channel, state__in=[State.CLAIMED, State.SENDING], lease_until__gt=now)
    return others.exclude(worker=worker).values("worker").distinct().count() < channel.max_connections
