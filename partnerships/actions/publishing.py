"""Making the copy that the public may read, publishing, and withdrawing what was published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from outbox.actions import plan_letters
from outbox.doorbell import wake
from partnerships.actions.files import record_file
from partnerships.actions.refusals import Refusal
from partnerships.actions.texts import refresh_words
from partnerships.documents.public_copies import Box, redacted_pdf, without_metadata
from partnerships.letters.submissions import letters_of_publication, letters_of_withdrawal
from partnerships.models import Agreement, AgreementFile, Classification, FileKind, Publication, Submission
from partnerships.word_bell import ring_for_words
from toolkit.history import save_by
from toolkit.uploads import check_pdf
from units.models import User


class IsNotVerified(Refusal):
    sentence = _("Salinan naskah perjanjian ini belum diverifikasi, jadi belum dapat dipublikasikan.")


class OwnPublication(Refusal):
    sentence = _("Anda sendiri yang menyerahkan salinan ini, jadi petugas lain yang harus memublikasikannya.")


class IsPublishedAlready(Refusal):
    sentence = _("Perjanjian ini sudah dipublikasikan orang lain. Muat ulang halaman untuk melihatnya.")


class IsNotPublished(Refusal):
    sentence = _("Publikasi perjanjian ini sudah ditarik orang lain, atau belum pernah ada.")


class IsExempt(Refusal):
    """An agreement whose text and facts are closed."""

    def __init__(self, reason: str) -> None:
        self.sentence = _("Perjanjian ini dikecualikan dari publikasi. Alasannya: %(reason)s") % {"reason": reason}


class PublicCopyIsMissing(Refusal):
    sentence = _("Buat dahulu salinan untuk publik, karena perjanjian ini berklasifikasi publik.")


class PublicCopyIsHeld(Refusal):
    sentence = _("Salinan untuk publik masih menunggu pemindaian. Coba lagi beberapa menit lagi.")


class PublicCopyHasChanged(Refusal):
    sentence = _("Salinan untuk publik baru saja diganti. Periksa pratinjaunya sekali lagi, lalu publikasikan.")


class WithdrawalReasonIsMissing(Refusal):
    sentence = _("Tulis mengapa publikasi ini ditarik.")
    field = "reason"


def public_copy_of(agreement: Agreement) -> AgreementFile | None:
    """The newest copy made for the public."""
    rows = AgreementFile.objects.filter(agreement=agreement, kind=FileKind.PUBLIC)
    return rows.order_by("-uploaded_at", "-pk").first()


def file_public_copy(agreement: Agreement, *, file: "File[Any]", by: User, now: datetime) -> AgreementFile:
    """Files a second PDF for the public, its metadata cleared. Raises UnfitFile."""
    check_pdf(file)
    return _filed(agreement, without_metadata(file), by, now)


def redact_copy(source: AgreementFile, *, boxes: Sequence[Box], by: User, now: datetime) -> AgreementFile:
    """Files a public copy drawn from the pages of `source`: pictures only, the boxes black in them. Raises UnfitFile
    for what cannot be drawn."""
    with default_storage.open(str(source.file.name), "rb") as file:
        content = redacted_pdf(file.read(), boxes)
    return _filed(source.agreement, content, by, now)


def _filed(agreement: Agreement, content: bytes, by: User, now: datetime) -> AgreementFile:
    file = ContentFile(content, name=f"salinan-publik-{agreement.pk}.pdf")
    facts = check_pdf(file)
    with transaction.atomic():
        same = AgreementFile.objects.filter(agreement=agreement, kind=FileKind.PUBLIC, sha256=facts.sha256).first()
        if same is not None:
            same.uploaded_at, same.uploaded_by = now, by
            save_by(same, by=by, now=now)
            return same
        return record_file(agreement, file=file, kind=FileKind.PUBLIC, facts=facts, by=by, now=now)


@transaction.atomic
def publish_agreement(
    agreement: Agreement, *, public_file: AgreementFile | None, by: User, now: datetime
) -> Publication:
    """Shows a verified agreement to the public: with `public_file`, which must be the newest public copy; the facts
    alone where its class is limited. One that was withdrawn may be published again.

    Raises IsNotVerified, OwnPublication, IsPublishedAlready, IsExempt and, for a public one, what its copy lacks."""
    locked = Agreement.objects.select_for_update(of=("self",)).select_related("owner_unit").get(pk=agreement.pk)
    submission = Submission.objects.filter(agreement=locked, verified_at__isnull=False).first()
    if submission is None:
        raise IsNotVerified
    if submission.submitted_by_id == by.pk:
        raise OwnPublication
    if locked.classification == Classification.EXEMPT:
        raise IsExempt(locked.classification_reason)
    publication = Publication.objects.filter(agreement=locked).first() or Publication(agreement=locked)
    if publication.pk and publication.withdrawn_at is None:
        raise IsPublishedAlready
    publication.public_file = _fit_copy(locked, public_file)
    publication.submitted_by, publication.published_by, publication.published_at = submission.submitted_by, by, now
    publication.withdrawn_at = publication.withdrawn_by = None
    publication.withdrawal_reason = ""
    save_by(publication, by=by, now=now)
    refresh_words([locked.pk], now=now)
    ring_for_words()
    plan_letters(letters_of_publication(publication, submission, now=now), now=now)
    wake()
    return publication


def _fit_copy(agreement: Agreement, public_file: AgreementFile | None) -> AgreementFile | None:
    """Of a limited one the facts alone are shown, whatever copy there is."""
    if agreement.classification == Classification.LIMITED:
        return None
    newest = public_copy_of(agreement)
    if newest is None:
        raise PublicCopyIsMissing
    if public_file is None or public_file.pk != newest.pk:
        raise PublicCopyHasChanged
    if newest.is_held:
        raise PublicCopyIsHeld
    return newest


@transaction.atomic
def withdraw_publication(agreement: Agreement, *, reason: str, by: User, now: datetime) -> Publication:
    """Takes an agreement from the public at once. Raises IsNotPublished and WithdrawalReasonIsMissing."""
    rows = Publication.objects.select_for_update(of=("self",)).select_related("agreement__owner_unit")
    publication = rows.filter(agreement=agreement).standing().first()
    if publication is None:
        raise IsNotPublished
    if not reason.strip():
        raise WithdrawalReasonIsMissing
    publication.withdrawn_at, publication.withdrawn_by = now, by
    publication.withdrawal_reason = reason.strip()
    save_by(publication, by=by, now=now)
    submission = Submission.objects.filter(agreement=agreement, verified_at__isnull=False).first()
    refresh_words([agreement.pk], now=now)
    plan_letters(letters_of_withdrawal(publication, submission, now=now), now=now)
    wake()
    return publication
