"""What a person decides about a letter or a topic: send again, send anyway, treat as sent, put aside, hold, release."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from outbox.actions.planning import message_id
from outbox.doorbell import wake
from outbox.models import UNSENT, Attempt, Message, MessageQuerySet, State, SuppressedAddress, Topic
from outbox.registry import kind_named
from units.models import User

logger = logging.getLogger(__name__)
FINAL = [State.SENT, State.BOUNCED, State.FAILED, State.CANCELLED, State.EXPIRED, State.SUPPRESSED]
MOST_REPEATS = 20
SAME_CLICK = timedelta(minutes=1)


class LetterCannotGo(Exception):
    """The sentence says why this letter cannot be sent (again)."""


def resend(message: Message, *, by: User, now: datetime) -> Message:
    """A new letter with the newest facts to the same person. While an earlier repetition is on its way, or was asked
    for less than a minute ago, that one is returned: a double click sends one letter."""
    with transaction.atomic():
        original = Message.objects.select_for_update().get(pk=message.pk)
        keys = [f"resend:{original.public_id}:{n}" for n in range(1, MOST_REPEATS + 1)]
        repeated = Message.objects.filter(dedup_key__in=keys)
        waiting = repeated.filter(state__in=[*UNSENT, State.SENDING]) | repeated.filter(created_at__gt=now - SAME_CLICK)
        if (same := waiting.order_by("-pk").first()) is not None:
            return same
        _check_repeatable(original, now=now)
        n_repeated = repeated.count()
        if n_repeated == MOST_REPEATS:
            raise LetterCannotGo(
                _("Surat ini sudah terlalu sering dikirim ulang; hubungi penerimanya dengan cara lain.")
            )
        copy = _copy(original, dedup_key=keys[n_repeated], now=now)
        _settle(original, by=by, now=now)
    wake()
    return copy


def send_anyway(message: Message, *, by: User, now: datetime) -> bool:
    """An uncertain letter goes out once more, the same bytes under the same Message-ID. False when it is not uncertain
    any more."""
    with transaction.atomic():
        _check_current(message, now=now)
        changed = _uncertain(message).update(
            state=State.RETRY, not_before=now, lease_until=None, claim_token=None, settled_at=now, settled_by=by
        )
        if changed:
            _note(message, outcome="send_anyway", by=by, now=now)
    wake()
    return changed == 1


def treat_as_sent(message: Message, *, by: User, now: datetime) -> bool:
    """A person knows that the uncertain letter arrived. False when it is not uncertain any more."""
    with transaction.atomic():
        changed = _uncertain(message).update(
            state=State.SENT, sent_at=now, lease_until=None, claim_token=None, settled_at=now, settled_by=by
        )
        if changed:
            _note(message, outcome="as_sent", by=by, now=now)
    return changed == 1


def put_aside(message: Message, *, by: User, now: datetime) -> bool:
    """A person has seen to a failed, bounced, blocked or uncertain letter otherwise; it stands no longer in the list of
    what needs action. False when somebody was faster."""
    changed = Message.objects.needs_action().filter(pk=message.pk).update(settled_at=now, settled_by=by)
    return changed == 1


def hold_topic(topic: Topic, *, by: User, now: datetime) -> None:
    """No letter about it leaves until it is released; what is on its way cannot be called back."""
    Topic.objects.filter(pk=topic.pk).update(is_held=True)
    topic.is_held = True
    logger.info("Letters about topic %s held by user %s at %s.", topic.pk, by.pk, now.isoformat())


def release_topic(topic: Topic, *, by: User, now: datetime) -> None:
    """Letters about it leave again; those whose time went by meanwhile expire."""
    Topic.objects.filter(pk=topic.pk).update(is_held=False)
    topic.is_held = False
    logger.info("Letters about topic %s released by user %s at %s.", topic.pk, by.pk, now.isoformat())
    wake()


def _uncertain(message: Message) -> MessageQuerySet:
    return Message.objects.filter(pk=message.pk, state=State.UNCERTAIN)


def _check_repeatable(message: Message, *, now: datetime) -> None:
    if message.state not in FINAL:
        raise LetterCannotGo(_("Surat ini belum selesai diproses; tunggu hasilnya atau putuskan dulu nasibnya."))
    if kind_named(message.kind).is_sensitive:
        raise LetterCannotGo(_("Surat akun tidak dapat dikirim ulang; minta tautan baru dari halaman masuk."))
    _check_current(message, now=now)
    if SuppressedAddress.objects.filter(address=message.to_addr).exists():
        raise LetterCannotGo(_("Alamat penerima diblokir karena pernah terpental; perbaiki alamatnya dahulu."))


def _check_current(message: Message, *, now: datetime) -> None:
    if message.not_after is not None and message.not_after <= now:
        raise LetterCannotGo(_("Batas waktu surat ini sudah lewat."))
    if (
        message.topic_id is not None
        and not Topic.objects.filter(pk=message.topic_id, schedule_rev=message.topic_rev).exists()
    ):
        raise LetterCannotGo(_("Jadwal sudah berubah sejak surat ini dibuat; kirim ulang surat yang terbaru."))


def _copy(original: Message, *, dedup_key: str, now: datetime) -> Message:
    return Message.objects.get_or_create(
        dedup_key=dedup_key,
        defaults={
            "kind": original.kind,
            "rule": original.rule,
            "priority": original.priority,
            "channel_id": original.channel_id,
            "topic_id": original.topic_id,
            "topic_rev": original.topic_rev,
            "unit_id": original.unit_id,
            "user_id": original.user_id,
            "ref": original.ref,
            "recipient_name": original.recipient_name,
            "to_addr": original.to_addr,
            "context": original.context,
            "not_before": now,
            "not_after": original.not_after,
            "message_id": message_id(dedup_key),
            "created_at": now,
        },
    )[0]


def _settle(message: Message, *, by: User, now: datetime) -> None:
    Message.objects.needs_action().filter(pk=message.pk).update(settled_at=now, settled_by=by)


def _note(message: Message, *, outcome: str, by: User, now: datetime) -> None:
    """A person's decision stands among the tries, so that the history of the letter is whole."""
    Attempt.objects.create(
        message=message,
        n=message.attempts,
        phase="person",
        outcome=outcome,
        reply=str(by)[:300],
        started_at=now,
        ended_at=now,
    )
