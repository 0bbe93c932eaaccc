"""The letters of all those years."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice

from dashboard.management.national.pouring import next_key, pour
from dashboard.management.national.workshops import Held
from outbox.models import Channel, Message, State
from outbox.registry import MAIL
from participants.letters.names import CONFIRMATION, INVITATION, MOVED, REMINDER, UNIT_REMINDER
from participants.models import Invitation

COLUMNS = [
    "id", "public_id", "dedup_key", "kind", "rule", "priority", "channel_id", "topic_id", "topic_rev", "unit_id", "ref",
    "recipient_name", "to_addr", "context", "is_sensitive", "state", "not_before", "not_after", "attempts",
    "max_attempts", "last_code", "last_error", "doubts", "worker", "message_id", "rendered_sha256",
    "created_at", "sent_at", "smtp_reply", "bounce_code", "settled_at",
]  # fmt: skip
# A letter in so many met a fault; most of them were looked at by somebody since.
FAULT_EVERY, OPEN_EVERY = 400, 4


def make_letters(held: list[Held], *, n: int, now: datetime) -> int:
    """Exactly `n`: to units, then confirmations, reminders and notices of a moved date until there are enough."""
    channel = Channel.objects.get_or_create(name=MAIL)[0]
    first = next_key(Message)
    letters = chain(
        _invitations(held, now),
        _to_people(held, CONFIRMATION, "", 29, now),
        *(_unit_reminders(held, days, now) for days in (7, 3, 1)),
        *(_to_people(held, REMINDER, f"H-{days}", days, now) for days in (7, 3, 1)),
        _moved(held, now),
    )
    rows = (_row(key, channel.pk, letter, now) for key, letter in enumerate(islice(letters, n), start=first))
    pour(Message, COLUMNS, rows)
    return next_key(Message) - first


# kind, rule, topic, unit, ref, name, address, context, not_before, not_after
_Letter = tuple[str, str, int, int | None, int, str, str, str, datetime, datetime]


def _invitations(held: list[Held], now: datetime) -> Iterator[_Letter]:
    for one in held:
        for invitation in one.invitations:
            yield _to_unit(INVITATION, "", one, invitation, invitation.invited_at, now)


def _unit_reminders(held: list[Held], days: int, now: datetime) -> Iterator[_Letter]:
    """Of workshops that are over: those to come have their answers."""
    for one in held:
        for invitation in one.invitations if not one.is_coming else ():
            not_before = invitation.reply_deadline - timedelta(days=days)
            yield _to_unit(UNIT_REMINDER, f"H-{days}", one, invitation, not_before, now)


def _to_unit(kind: str, rule: str, one: Held, invitation: Invitation, not_before: datetime, now: datetime) -> _Letter:
    unit, ends_at = invitation.unit_id, one.workshop.ends_at or now
    name, address = f"Narahubung {unit}", f"humas{unit}@satker.invalid"
    return kind, rule, one.workshop.topic_id, unit, invitation.pk, name, address, "{}", not_before, ends_at


def _to_people(held: list[Held], kind: str, rule: str, days: int, now: datetime) -> Iterator[_Letter]:
    """To everybody, `days` before the start; a confirmation at the latest now."""
    for one in held:
        topic, starts_at = one.workshop.topic_id, one.workshop.starts_at or now
        not_before, not_after = starts_at - timedelta(days=days), one.workshop.ends_at or now
        if kind == CONFIRMATION:
            not_before = min(not_before, now)
        for ref, person in enumerate(one.people, start=one.first_registration):
            yield kind, rule, topic, person.unit_id, ref, person.full_name, person.email, "{}", not_before, not_after


def _moved(held: list[Held], now: datetime) -> Iterator[_Letter]:
    """Of workshops that are over."""
    return _to_people([one for one in held if not one.is_coming], MOVED, "", 20, now)


def _row(key: int, channel: int, letter: _Letter, now: datetime) -> tuple[object, ...]:
    kind, rule, topic, unit, ref, name, address, context, not_before, not_after = letter
    state, error = State.SENT.value, ""
    settled_at: datetime | None = None
    code: int | None = 250
    if not_before > now:
        state, code = State.PENDING.value, None
    elif key % FAULT_EVERY == 0:
        state, code, error = State.FAILED.value, 550, "550 5.1.1 Mailbox unavailable"
        settled_at = not_before if key // FAULT_EVERY % OPEN_EVERY else None
    is_sent = state == State.SENT.value
    return (
        key, uuid.UUID(int=key, version=4), f"{kind}:{ref}:r1:{rule}", kind, rule, 5, channel, topic, 1, unit, ref,
        name, address, context, False, state, not_before, not_after, 0 if code is None else 1,
        8, code, error, 0, "", f"{key}.contoh@humas.invalid", "",
        min(now, not_before), not_before if is_sent else None, "2.0.0 OK" if is_sent else "", "", settled_at,
    )  # fmt: skip
