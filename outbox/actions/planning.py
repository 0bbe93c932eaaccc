"""From wishes to rows, and back: letters are planned once, withdrawn while unsent, and outdated by a new revision."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop

from outbox.doorbell import wake
from outbox.models import UNSENT, Channel, Message, MessageQuerySet, State, Topic
from outbox.registry import Wish, kind_named

CHUNK = 1000
# More unsent letters than a request can withdraw without making its person wait: the next tick does it.
WITHDRAWN_AT_ONCE = 2_000


def message_id(dedup_key: str) -> str:
    """The Message-ID of a letter without its angle brackets: the same on every attempt, and nobody can guess it."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"{salted_hmac('outbox.message_id', dedup_key, algorithm='sha256').hexdigest()[:40]}@{host}"


def plan_letters(wishes: Iterable[Wish], *, now: datetime) -> int:
    """Insert the letters that do not exist yet; the number inserted. Again, or twice at once, is harmless.

    A wish whose window is over is dropped; one whose address cannot be written to becomes a failed letter, so that
    somebody sees it."""
    planned = 0
    source = iter(wishes)
    channels = _Channels()
    while chunk := list(islice(source, CHUNK)):
        open_wishes = {wish.dedup_key: wish for wish in chunk if _is_open(wish, now)}
        with transaction.atomic():
            known = set(Message.objects.filter(dedup_key__in=list(open_wishes)).values_list("dedup_key", flat=True))
            missing = [_row(wish, channels, now) for key, wish in open_wishes.items() if key not in known]
            Message.objects.bulk_create(missing, ignore_conflicts=True, batch_size=CHUNK)
        planned += len(missing)
    return planned


def withdraw(messages: MessageQuerySet, *, reason: str, now: datetime) -> int:
    """Cancel those that have not left; the number cancelled. A letter on its way cannot be called back.

    One that may already have arrived (an earlier try had no clear answer) does not count as withdrawn: it returns to
    "uncertain", settled, so that its reader still hears of later changes. A `reason` of the portal's own is given
    untranslated; it is translated where it is shown."""
    reason = reason[:300]
    doubtful = messages.filter(state__in=UNSENT, in_doubt_at__isnull=False)
    doubtful.update(state=State.UNCERTAIN, claim_token=None, lease_until=None, last_error=reason, settled_at=now)
    return messages.filter(state__in=UNSENT, in_doubt_at=None).update(
        state=State.CANCELLED, claim_token=None, lease_until=None, last_error=reason
    )


def raise_revision(topic: Topic, *, reason: str, now: datetime) -> int:
    """Outdate every unsent letter of the topic: call it in the transaction that changes the facts. No letter of an
    older revision passes the fence from then on. Up to WITHDRAWN_AT_ONCE are withdrawn here, and their number is
    returned; of more, none is, and the reaper withdraws them within the tick that this rings for.

    `topic.schedule_rev` holds the new revision afterwards."""
    with transaction.atomic():
        Topic.objects.filter(pk=topic.pk).update(schedule_rev=F("schedule_rev") + 1)
        topic.refresh_from_db(fields=["schedule_rev"])
        outdated = Message.objects.filter(topic=topic, topic_rev__lt=topic.schedule_rev, state__in=UNSENT)
        if outdated[: WITHDRAWN_AT_ONCE + 1].count() > WITHDRAWN_AT_ONCE:
            wake()
            return 0
        return withdraw(outdated, reason=reason, now=now)


class _Channels:
    """Channel ids by name, made when first used."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def pk(self, name: str) -> int:
        if name not in self._ids:
            self._ids[name] = Channel.objects.get_or_create(name=name)[0].pk
        return self._ids[name]


def _is_open(wish: Wish, now: datetime) -> bool:
    if wish.topic_id is not None and wish.topic_rev < 1:
        raise ValueError(f"The wish {wish.dedup_key} has a topic but no revision.")
    return wish.not_after is None or wish.not_after > max(now, wish.not_before)


def _row(wish: Wish, channels: _Channels, now: datetime) -> Message:
    kind = kind_named(wish.kind)
    address = wish.to_addr.strip().lower()
    fault = _fault_of(address)
    return Message(
        dedup_key=wish.dedup_key,
        kind=kind.name,
        rule=wish.rule,
        priority=kind.priority,
        channel_id=channels.pk(kind.channel),
        topic_id=wish.topic_id,
        topic_rev=wish.topic_rev,
        unit_id=wish.unit_id,
        user_id=wish.user_id,
        ref=wish.ref,
        recipient_name=printable(wish.recipient_name)[:200],
        to_addr=address[:254],
        context=wish.context,
        is_sensitive=kind.is_sensitive,
        state=State.FAILED if fault else State.PENDING,
        last_error=fault,
        not_before=wish.not_before,
        not_after=wish.not_after,
        message_id=message_id(wish.dedup_key),
        created_at=now,
    )


def printable(text: str) -> str:
    """The text on one line, without control characters, so that no name can begin a new header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _fault_of(address: str) -> str:
    try:
        validate_email(address)
        address.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        return gettext_noop("Alamat surel tidak sah.")
    return "" if len(address) <= 254 else gettext_noop("Alamat surel tidak sah.")
