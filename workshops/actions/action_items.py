"""What was agreed on in meetings: finished by its owner, opened again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from outbox.actions.planning import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from units.models import User
from workshops.actions.refusals import Refusal
from workshops.letters.action_items import KINDS
from workshops.models import ActionItem


class TooLateToTakeBack(Refusal):
    sentence = gettext_lazy(
        "Tindak lanjut ini sudah lebih dari 15 menit ditandai selesai. Penyelenggara kegiatan dapat membukanya kembali."
    )


def withdraw_letters(item: ActionItem, *, kinds: Iterable[str] = KINDS, now: datetime) -> int:
    """Letters about it that have not left; the number withdrawn."""
    letters = Message.objects.filter(ref=item.pk, kind__in=list(kinds))
    return withdraw(letters, reason=gettext_noop("Tindak lanjut selesai atau berubah sebelum surat terkirim."), now=now)


def finish_action_item(item: ActionItem, *, by: User | None, now: datetime) -> ActionItem:
    """Done; `by` None means through the link in the letter. Again changes nothing."""
    with transaction.atomic():
        current = ActionItem.objects.select_for_update().get(pk=item.pk)
        if current.done_at is None:
            current.done_at, current.done_by = now, by
            current.save(update_fields=["done_at", "done_by"])
            withdraw_letters(current, now=now)
    return current


def reopen_action_item(item: ActionItem, *, may_always: bool, now: datetime) -> ActionItem:
    """Not done after all; its reminders start anew. Who keeps the meeting may do it always (`may_always`), the owner
    for a quarter of an hour. Raises TooLateToTakeBack."""
    with transaction.atomic():
        current = ActionItem.objects.select_for_update().get(pk=item.pk)
        if current.done_at is None:
            return current
        if not may_always and not current.may_be_taken_back(now):
            raise TooLateToTakeBack
        current.done_at, current.done_by = None, None
        current.turn += 1
        current.save(update_fields=["done_at", "done_by", "turn"])
        wake()
    return current
