"""Each move of a letter from one state to the next, fenced by the claim token: a worker that lost its claim changes
nothing. Every end of a try leaves an `Attempt` in the same transaction."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from outbox.delivery import claims, statements
from outbox.delivery.claims import waiting_state
from outbox.delivery.transport import NotSent, Receipt, Refused
from outbox.models import Attempt, Message, State, SuppressedAddress

OUTDATED = gettext_noop("Jadwal atau status kegiatan berubah.")
FOR_NOW = range(400, 500)
MINUTES_TO_NEXT_TRY = (1, 5, 15, 60, 180, 360)
PATIENCE_WITH_DATABASE = (0.1, 0.5, 1, 2, 4, 8, 15, 15, 15)
_chance = random.SystemRandom()


@dataclass(frozen=True)
class Try:
    """Who tries which letter, since when."""

    message: Message
    worker: str
    started_at: datetime


def step(message: Message, frm: Iterable[State], **to: Any) -> bool:
    """Move the letter if this worker still holds it in one of these states; whether it moved."""
    rows = Message.objects.filter(pk=message.pk, claim_token=message.claim_token, state__in=list(frm))
    return rows.update(**to) == 1


def fence(message: Message, *, content: bytes | None, sha256: str, now: datetime) -> bool:
    """The last gate before DATA, and the only one that counts: in ONE update the letter is still ours, in time, of the
    topic's current revision, not held and not blocked, and becomes "sending" with its bytes kept. After it, only a
    death between here and the answer leaves a doubt."""
    return statements.pass_fence(
        id=message.pk,
        token=message.claim_token,
        content=content,
        sha256=sha256,
        lease_until=now + claims.LEASE,
        now=now,
    )


def settle_refused_by_fence(message: Message, *, now: datetime) -> None:
    """Say of a letter that did not pass the fence why it stays."""
    fresh = Message.objects.select_related("topic").filter(pk=message.pk, claim_token=message.claim_token).first()
    if fresh is None or fresh.state != State.CLAIMED:
        return  # withdrawn or taken over meanwhile
    if fresh.not_after is not None and fresh.not_after <= now:
        drop(message, State.EXPIRED, "", now=now)
    elif fresh.topic is not None and fresh.topic.schedule_rev != fresh.topic_rev:
        drop(message, State.CANCELLED, OUTDATED, now=now)
    elif SuppressedAddress.objects.filter(address=fresh.to_addr).exists():
        drop(message, State.SUPPRESSED, "", now=now)
    else:
        step(message, [State.CLAIMED], state=waiting_state(), claim_token=None, lease_until=None)


def drop(message: Message, state: State, reason: str, *, now: datetime) -> bool:
    """End a claimed letter that must not leave. If an earlier try may have arrived, that doubt is what remains."""
    end: dict[str, Any] = {"state": state, "claim_token": None, "lease_until": None, "last_error": reason[:300]}
    if message.in_doubt_at is not None:
        end |= {"state": State.UNCERTAIN, "settled_at": now}
    return step(message, [State.CLAIMED], **end)


def record_sent(this: Try, receipt: Receipt, *, now: datetime) -> bool:
    """The server has it. False when somebody else took the letter over meanwhile; the try is written down all the
    same, so that a second copy never goes unseen."""
    outcome = statements.mark_sent(
        id=this.message.pk,
        token=this.message.claim_token,
        n=this.message.attempts + 1,
        code=receipt.code,
        reply=receipt.reply[:300],
        worker=this.worker,
        started_at=this.started_at,
        now=now,
    )
    return outcome != "late"


def record_refused(this: Try, refusal: Refused, *, now: datetime) -> None:
    """4xx: again later; 5xx: failed. A refusal is an answer: nothing was accepted in this try."""
    if refusal.code in FOR_NOW or refusal.code in settings.MAIL_RETRY_CODES:
        try_again_later(this, phase=refusal.phase, code=refusal.code, error=refusal.reply, now=now)
        return
    with transaction.atomic():
        step(
            this.message,
            [State.CLAIMED, State.SENDING],
            state=State.FAILED,
            attempts=F("attempts") + 1,
            last_code=refusal.code,
            last_error=refusal.reply,
            claim_token=None,
            lease_until=None,
        )
        _write_down(this, phase=refusal.phase, outcome="failed", code=refusal.code, reply=refusal.reply, now=now)


def try_again_later(this: Try, *, phase: str, code: int | None, error: str, now: datetime) -> None:
    """Spend one try. After the last one the letter has failed; if its time is over before the next, it expires."""
    message = this.message
    next_at = now + delay_after(message.attempts)
    state, not_before = State.RETRY, next_at
    if message.attempts + 1 >= message.max_attempts:
        state, not_before = State.FAILED, message.not_before
    elif message.not_after is not None and next_at >= message.not_after:
        state, not_before = State.EXPIRED, message.not_before
        if message.in_doubt_at is not None:
            state = State.UNCERTAIN
    keep = _kept_bytes(message)
    with transaction.atomic():
        step(
            message,
            [State.CLAIMED, State.SENDING],
            state=state,
            not_before=not_before,
            attempts=F("attempts") + 1,
            last_code=code,
            last_error=error[:300],
            claim_token=None,
            lease_until=None,
            **keep,
        )
        _write_down(this, phase=phase, outcome=str(state), code=code, reply=error, now=now)


def record_not_sent(this: Try, fault: NotSent, *, not_before: datetime, now: datetime) -> None:
    """The line failed before anything could be accepted: the letter waits as before, no try spent."""
    message = this.message
    keep = _kept_bytes(message)
    if message.not_after is None or not_before < message.not_after:
        keep["not_before"] = not_before
    with transaction.atomic():
        step(
            message,
            [State.CLAIMED, State.SENDING],
            state=waiting_state(),
            claim_token=None,
            lease_until=None,
            last_error=fault.detail,
            **keep,
        )
        _write_down(this, phase=fault.phase, outcome="not_sent", code=None, reply=fault.detail, now=now)


def record_unclear(this: Try, error: str, *, now: datetime) -> None:
    """No clear answer after the dot: never again without a quiet time or a person."""
    with transaction.atomic():
        step(
            this.message,
            [State.SENDING],
            state=State.UNCERTAIN,
            attempts=F("attempts") + 1,
            doubts=F("doubts") + 1,
            in_doubt_at=now,
            settled_at=None,
            settled_by=None,
            last_code=None,
            last_error=error[:300],
            lease_until=None,
        )
        _write_down(this, phase="dot", outcome="uncertain", code=None, reply=error, now=now)


def _kept_bytes(message: Message) -> dict[str, Any]:
    """A definite no means that the next try renders anew, unless an earlier copy may have arrived."""
    return {} if message.in_doubt_at is not None else {"rendered": None, "rendered_sha256": ""}


def delay_after(attempts: int) -> timedelta:
    minutes = MINUTES_TO_NEXT_TRY[min(attempts, len(MINUTES_TO_NEXT_TRY) - 1)]
    return timedelta(minutes=minutes * _chance.uniform(0.8, 1.2))


def persist(change: Callable[[], Any]) -> Any:
    """Make a change that must not be forgotten, through a restart of the database; gives up after a minute."""
    for seconds in PATIENCE_WITH_DATABASE:
        try:
            return change()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(seconds)
    return change()


def _write_down(this: Try, *, phase: str, outcome: str, code: int | None, reply: str, now: datetime) -> None:
    Attempt.objects.create(
        message_id=this.message.pk,
        n=this.message.attempts + 1,
        phase=phase,
        outcome=outcome,
        code=code,
        reply=reply[:300],
        worker=this.worker,
        started_at=this.started_at,
        ended_at=now,
    )
