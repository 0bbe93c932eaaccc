"""The guards that the negative controls switch off: with one of them gone, the fault it stands against must show."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import connection

from outbox.delivery import claims, statements, steps
from outbox.models import Message, State


def _fence() -> None:
    """Cancel and move touch only waiting letters; what was claimed goes out whatever happened since."""

    def open_gate(message: Message, *, content: bytes | None, sha256: str, **_: Any) -> bool:
        held = Message.objects.filter(pk=message.pk, claim_token=message.claim_token)
        held.update(state=State.SENDING, rendered=content, rendered_sha256=sha256)
        return True

    steps.fence = open_gate


def _mark_first() -> None:
    """Mark sent, then send: a kill in between loses the letter in silence."""

    def gate(message: Message, *, content: bytes | None, sha256: str, now: Any) -> bool:
        Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=now)
        return True

    steps.fence = gate


def _requeue() -> None:
    """The rule "requeue after a time-out": no state "sending", a dead worker's letters simply go again."""

    def no_gate(message: Message, **_: Any) -> bool:
        return True

    steps.fence = no_gate
    record = steps.record_sent

    def recorded(this: Any, receipt: Any, *, now: Any) -> bool:
        Message.objects.filter(pk=this.message.pk).update(state=State.SENDING)
        return record(this, receipt, now=now)

    steps.record_sent = recorded


def _claim() -> None:
    """Read, check, save: no row locks and no condition in the update."""
    connection.features.__dict__["has_select_for_update_skip_locked"] = False
    claims.CLAIMABLE = list(State)


def _token() -> None:
    """A late writer is believed whoever holds the letter now."""
    held = " AND claim_token = %(token)s AND state IN ('sending', 'uncertain')"
    statements.MARK_SENT = statements.MARK_SENT.replace(held, "")


GUARDS: dict[str, Callable[[], None]] = {
    "fence": _fence,
    "mark first": _mark_first,
    "requeue": _requeue,
    "claim": _claim,
    "token": _token,
}


def switch_off(name: str) -> None:
    if name:
        logging.disable(logging.CRITICAL)  # what goes wrong now is meant
        GUARDS[name]()
