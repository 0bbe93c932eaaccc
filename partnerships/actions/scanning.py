"""Files held until the virus scanner has answered. Fails closed: without an answer they stay held."""

import logging
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from outbox.actions import plan_letters
from outbox.doorbell import wake
from partnerships.letters.submissions import letters_of_return
from partnerships.models import AgreementFile, ScanState, Submission
from toolkit.history import save_by
from toolkit.scanning import ScannerIsDown, found_in, has_scanner

logger = logging.getLogger(__name__)
AT_ONCE = 50
QUARANTINE = "quarantine"


def scan_waiting_files(*, now: datetime) -> int:
    """Asks about up to AT_ONCE held files, the oldest first; the number answered. Stops at the first silence."""
    if not has_scanner():
        return 0
    answered = 0
    for copy in AgreementFile.objects.waiting_for_scan().order_by("uploaded_at", "pk")[:AT_ONCE]:
        try:
            with default_storage.open(str(copy.file.name), "rb") as file:
                finding = found_in(file)
        except FileNotFoundError:
            logger.warning("The file of agreement file %s is missing; it stays held.", copy.pk)
            continue
        except ScannerIsDown as fault:
            logger.warning("The virus scanner gives no answer (%s); files stay held.", fault)
            break
        settle_scan(copy, finding=finding, now=now)
        answered += 1
    return answered


@transaction.atomic
def settle_scan(copy: AgreementFile, *, finding: str, now: datetime) -> None:
    """Frees a clean file. An infected one leaves for quarantine, and the submission that brought it is returned, with a
    letter to who sent it. Somebody else having settled it meanwhile changes nothing."""
    locked = AgreementFile.objects.select_for_update().filter(pk=copy.pk, scan_state=ScanState.WAITING).first()
    if locked is None:
        return
    locked.scanned_at = now
    locked.scan_state = ScanState.INFECTED if finding else ScanState.CLEAN
    if finding:
        _quarantine(locked)
    save_by(locked, by=None, now=now, reason=finding[:100])
    if finding:
        _return_what_it_brought(locked, finding, now)


def _quarantine(copy: AgreementFile) -> None:
    """The bytes move to a folder that no view serves; the old place is emptied once this is committed."""
    old = str(copy.file.name)
    with default_storage.open(old, "rb") as file:
        copy.file.name = default_storage.save(f"{QUARANTINE}/{old.rpartition('/')[2]}", File(file))
    transaction.on_commit(lambda: default_storage.delete(old))


def _return_what_it_brought(copy: AgreementFile, finding: str, now: datetime) -> None:
    rows = Submission.objects.select_for_update().filter(file=copy).waiting()
    for submission in rows:
        submission.returned_at = now
        submission.return_reason = _(
            "Pemindai menemukan perangkat berbahaya (%(finding)s) dalam berkas ini. Berkas dikarantina dan tidak dapat "
            "dibuka. Pindai ulang naskahnya dari komputer yang bersih, lalu serahkan lagi."
        ) % {"finding": finding[:80]}
        save_by(submission, by=None, now=now)
        plan_letters(letters_of_return(submission, now=now), now=now)
        wake()
