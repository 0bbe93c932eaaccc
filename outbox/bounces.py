"""Reports of what came back: which letter, for good or for now, and what follows from it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail

from django.db import transaction
from django.utils.crypto import constant_time_compare

from outbox.actions.addresses import suppress
from outbox.delivery.mime import verp_signature
from outbox.models import Attempt, Message, State

SOFT_WINDOW = timedelta(days=14)
SOFT_LIMIT = 3
# "5.4.4 no route" comes and goes with name servers.
PASSING = {"5.4.4"}
_VERP = re.compile(r"b\.([0-9a-f]{32})\.([0-9]{1,6})\.([0-9a-f]{16})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one letter."""

    message: Message
    status: str
    reason: str

    @property
    def is_permanent(self) -> bool:
        return self.status.startswith("5") and self.status not in PASSING


def read_report(content: bytes, *, now: datetime) -> Report | None:
    """The report, if it is one about a letter of ours; anything else, also a forged return address, is None."""
    mail = message_from_bytes(content)
    fields = _delivery_status(mail)
    status = _STATUS.search(fields.get("status", ""))
    if status is None or fields.get("action", "").strip().lower() not in {"failed", "delayed"}:
        return None
    message = _by_return_address(mail, now) or _by_message_id(mail)
    if message is None:
        return None
    return Report(message, status[0], fields.get("diagnostic-code", "")[:300])


def record_bounce(report: Report, *, now: datetime) -> bool:
    """A letter that came back for good is "bounced" and its address held back; the third time in 14 days that one came
    back for now, the address is noted in the letter. False when this letter's bounce was known already."""
    reason = f"{report.status} {report.reason}".strip()[:300]
    with transaction.atomic():
        letters = Message.objects.filter(pk=report.message.pk, bounced_at=None)
        if not letters.update(bounced_at=now, bounce_code=report.status):
            return False
        if report.is_permanent:
            came_back = Message.objects.filter(pk=report.message.pk, state__in=[State.SENT, State.UNCERTAIN])
            came_back.update(state=State.BOUNCED, last_error=reason, in_doubt_at=None, claim_token=None)
            suppress(report.message.to_addr, reason=reason, now=now)
        elif _soft_bounces(report.message.to_addr, now) >= SOFT_LIMIT:
            Message.objects.filter(pk=report.message.pk).update(last_error=reason)
        Attempt.objects.create(
            message=report.message,
            n=report.message.attempts,
            phase="bounce",
            outcome="bounced" if report.is_permanent else "delayed",
            reply=reason,
            started_at=now,
            ended_at=now,
        )
    return True


def _soft_bounces(address: str, now: datetime) -> int:
    recent = Message.objects.filter(to_addr=address, bounced_at__gt=now - SOFT_WINDOW)
    return recent.exclude(state=State.BOUNCED).count()


def _delivery_status(mail: Mail) -> dict[str, str]:
    """The fields about the first recipient (RFC 3464); the last block of the report."""
    found: dict[str, str] = {}
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Mail):
                    found |= {name.lower(): str(value) for name, value in block.items()}
    return found


def _by_return_address(mail: Mail, now: datetime) -> Message | None:
    for name in ("Delivered-To", "X-Original-To", "To"):
        for value in mail.get_all(name, []):
            match = _VERP.search(str(value).lower())
            if match is None:
                continue
            public_id, until, signature = match.groups()
            is_ours = constant_time_compare(verp_signature(f"{public_id}.{until}"), signature)
            if is_ours and int(until) * 86_400 > now.timestamp():
                return Message.objects.filter(public_id=public_id).first()
    return None


def _by_message_id(mail: Mail) -> Message | None:
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            originals = part.get_payload()
            original = originals[0] if isinstance(originals, list) and originals else None
        elif part.get_content_type() == "text/rfc822-headers":
            original = message_from_bytes(bytes(part.get_payload(decode=True) or b""))
        else:
            continue
        if isinstance(original, Mail):
            message_id = str(original.get("Message-ID", "")).strip().strip("<>")
            return Message.objects.filter(message_id=message_id).first()
    return None
