"""What other apps and pages do with letters. Actions write facts and ring; they never send."""

from outbox.actions.addresses import suppress, unsuppress
from outbox.actions.decisions import (
    LetterCannotGo,
    hold_topic,
    put_aside,
    release_topic,
    resend,
    send_anyway,
    treat_as_sent,
)
from outbox.actions.planning import message_id, plan_letters, raise_revision, withdraw
from outbox.doorbell import wake

__all__ = [
    "LetterCannotGo",
    "hold_topic",
    "message_id",
    "plan_letters",
    "put_aside",
    "raise_revision",
    "release_topic",
    "resend",
    "send_anyway",
    "suppress",
    "treat_as_sent",
    "unsuppress",
    "wake",
    "withdraw",
]
