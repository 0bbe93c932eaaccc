"""Evidence for letters in doubt: the log of a Postfix of our own says whether it took a Message-ID onto its disk.

Only the queue manager's line is proof. The line of `cleanup` bears the Message-ID as soon as the headers are read, also
of a letter whose connection broke before the final dot and that Postfix then threw away."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from outbox.models import Attempt, Message, State

logger = logging.getLogger(__name__)
# As long as logs are kept at hand; and no more of each file than is read in a moment.
LOOK_BACK = timedelta(days=3)
TAIL_BYTES = 64 * 1024 * 1024
_NAMED = re.compile(rb"/cleanup\[\d+\]: (\w+): (?:resent-)?message-id=<([^<>\s]+)>")
_QUEUED = re.compile(rb"/qmgr\[\d+\]: (\w+): from=<[^>]*>, .*\(queue active\)")


def settle_by_log(now: datetime) -> int:
    """Letters in doubt that the relay's log shows as accepted become "sent", with its line as the proof; the number of
    them. Without MAIL_LOG_FILE, and while no letter is in doubt, nothing is read."""
    if settings.MAIL_LOG_FILE is None:
        return 0
    doubtful = Message.objects.filter(state=State.UNCERTAIN, in_doubt_at__gt=now - LOOK_BACK)
    letters = {letter.message_id: letter for letter in doubtful.only("pk", "message_id", "attempts").order_by("pk")}
    if not letters:
        return 0
    try:
        proofs = find_proofs(settings.MAIL_LOG_FILE, set(letters))
    except OSError as error:
        logger.warning("MAIL_LOG_FILE cannot be read: %s", error)
        return 0
    return sum(_settle(letters[message_id], line, now) for message_id, line in proofs.items())


def find_proofs(file: Path, message_ids: set[str]) -> dict[str, str]:
    """For each of these Message-IDs that the log shows as queued: the line that proves it. The log that was rotated
    last (mail.log.1) is read first."""
    proofs: dict[str, str] = {}
    names: dict[bytes, str] = {}
    for line in _lines(file):
        if named := _NAMED.search(line):
            names[named[1]] = named[2].decode("ascii", "replace")
        elif queued := _QUEUED.search(line):
            message_id = names.pop(queued[1], "")
            if message_id in message_ids:
                proofs[message_id] = line.decode("utf-8", "replace").strip()
    return proofs


def _lines(file: Path) -> Iterator[bytes]:
    for part in (file.with_name(f"{file.name}.1"), file):
        if part == file or part.is_file():
            with part.open("rb") as log:
                log.seek(max(0, part.stat().st_size - TAIL_BYTES))
                yield from log


def _settle(letter: Message, line: str, now: datetime) -> bool:
    """The moment of the doubt counts as that of sending: the line lies within minutes of it. False when the letter went
    on meanwhile."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=letter.pk, state=State.UNCERTAIN, in_doubt_at__isnull=False).update(
            state=State.SENT,
            sent_at=F("in_doubt_at"),
            smtp_reply=line[:300],
            last_error="",
            in_doubt_at=None,
            settled_at=None,
            settled_by=None,
            claim_token=None,
            lease_until=None,
        )
        if changed:
            Attempt.objects.create(
                message=letter,
                n=letter.attempts,
                phase="log",
                outcome="sent",
                reply=line[:300],
                started_at=now,
                ended_at=now,
            )
    return changed == 1
