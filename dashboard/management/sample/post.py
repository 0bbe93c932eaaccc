"""The post of past days: the portal's own planners say which letters there were, and each is filed as delivered, with
the bytes it would have had. Nothing leaves."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from outbox.actions.planning import plan_letters
from outbox.delivery.rendering import Sheet, make
from outbox.models import CLAIMABLE, Attempt, Message, State
from outbox.registry import planners

WORKER = "contoh"
BATCH = 100


def deliver(now: datetime) -> int:
    """Plans what ought to exist at that moment and files what was due as sent; the number sent."""
    for planner in planners():
        plan_letters(planner(now), now=now)
    return file_due(now)


def file_due(now: datetime) -> int:
    """Files what is due as sent; the number sent."""
    due = Message.objects.filter(state__in=CLAIMABLE, not_before__lte=now).order_by("pk")
    messages = list(due.exclude(not_after__lte=now))
    for first in range(0, len(messages), BATCH):
        _file(messages[first : first + BATCH], now)
    return len(messages)


def _file(messages: list[Message], now: datetime) -> None:
    made = make(messages, now=now)
    sent_at = now + timedelta(seconds=20)
    for message in messages:
        sheet = made[message.pk]
        if isinstance(sheet, Sheet):
            message.state, message.sent_at, message.attempts = State.SENT, sent_at, 1
            message.rendered, message.rendered_sha256 = sheet.packed, sheet.sha256
            message.last_code, message.smtp_reply = 250, "2.0.0 OK"
        else:
            message.state, message.last_error = State.CANCELLED, gettext_noop("Tidak berlaku lagi.")
    fields = ["state", "sent_at", "attempts", "rendered", "rendered_sha256", "last_code", "smtp_reply", "last_error"]
    Message.objects.bulk_update(messages, fields)
    Attempt.objects.bulk_create(
        Attempt(
            message=message,
            n=1,
            phase="dot",
            outcome="sent",
            code=250,
            reply="2.0.0 OK",
            worker=WORKER,
            started_at=now,
            ended_at=sent_at,
        )
        for message in messages
        if message.state == State.SENT
    )


def refuse(message: Message, *, reply: str, now: datetime) -> None:
    """Makes a delivered letter one that the far server refused for good."""
    message.state, message.sent_at, message.smtp_reply = State.FAILED, None, ""
    message.last_code, message.last_error = int(reply[:3]), reply
    message.rendered, message.rendered_sha256 = None, ""
    message.save()
    message.tries.update(phase="rcpt", outcome="failed", code=int(reply[:3]), reply=reply, ended_at=now)


def leave_in_doubt(message: Message, *, now: datetime) -> None:
    """Makes a delivered letter one of which nobody can tell whether it arrived, also after its second try."""
    message.state, message.sent_at, message.smtp_reply, message.last_code = State.UNCERTAIN, None, "", None
    message.in_doubt_at, message.doubts, message.attempts = now, 2, 2
    message.last_error = "no answer: TimeoutError"
    message.save()
    message.tries.update(phase="dot", outcome="uncertain", code=None, reply=message.last_error)
    Attempt.objects.create(
        message=message,
        n=2,
        phase="dot",
        outcome="uncertain",
        reply=message.last_error,
        worker=WORKER,
        started_at=now,
        ended_at=now + timedelta(minutes=2),
    )
