"""Handing in a signed copy, returning it, verifying it. Each step locks its row, so that of two only one comes true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from outbox.actions import plan_letters
from outbox.doorbell import wake
from partnerships.actions.files import FileIsKnown, record_file
from partnerships.actions.refusals import Refusal
from partnerships.actions.texts import refresh_words
from partnerships.letters.submissions import letters_of_return, letters_of_submission, letters_of_verification
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementLevel,
    AgreementParty,
    ChecklistPoint,
    Organization,
    Submission,
)
from toolkit.history import save_by
from toolkit.uploads import PdfFacts
from units.models import Level, Unit, User

LEVELS = {
    Level.REGIONAL_OFFICE: AgreementLevel.REGIONAL_OFFICE,
    Level.TECHNICAL_UNIT: AgreementLevel.TECHNICAL_UNIT,
    Level.ECHELON1: AgreementLevel.MAIN_UNIT,
}


class IsSubmittedAlready(Refusal):
    sentence = _("Salinan naskah perjanjian ini sudah diserahkan dan sedang atau sudah diperiksa.")


class OwnSubmission(Refusal):
    sentence = _("Anda sendiri yang menyerahkan salinan ini, jadi orang lain yang harus memeriksanya.")


class IsAnsweredAlready(Refusal):
    sentence = _("Penyerahan ini sudah ditanggapi orang lain. Muat ulang halaman untuk melihat hasilnya.")


class FileIsHeld(Refusal):
    sentence = _("Berkasnya masih menunggu pemindaian. Coba lagi beberapa menit lagi; isian Anda tidak hilang.")


class ChecklistIsIncomplete(Refusal):
    sentence = _("Masih ada butir yang belum dicentang. Centang semuanya, atau kembalikan naskah dengan alasan.")
    field = "points"


class FactsAreMissing(Refusal):
    sentence = _(
        "Nomor, tanggal tanda tangan, masa berlaku, atau penanda tangan salah satu pihak belum diisi. Lengkapi dahulu."
    )


class ReasonIsMissing(Refusal):
    sentence = _("Tulis apa yang harus diperbaiki.")
    field = "reason"


@dataclass(frozen=True)
class SignatureFacts:
    """Who signed for one side, under which number of its own and, where it is known, on which day."""

    number: str = ""
    name: str = ""
    position: str = ""
    signed_on: date | None = None


@dataclass(frozen=True)
class Completion:
    """What a draft did not say before its signed copy was handed in; what is empty here stays as it is. `signatures` by
    the key of the party."""

    number: str = ""
    signed_on: date | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    signatures: Mapping[int, SignatureFacts] = field(default_factory=dict)


@dataclass(frozen=True)
class DeedFacts:
    """What the short form of a satker says. `partner` is an organisation, or the name of one not known yet."""

    kind: AgreementKind
    title: str
    partner: Organization | str
    partner_kind: str
    signed_on: date
    effective_from: date
    effective_until: date | None
    ours: SignatureFacts
    theirs: SignatureFacts


@dataclass(frozen=True)
class Correction:
    """What a record says after its copy was returned; `facts` names every party. Without a `partner` it keeps its
    own."""

    kind: AgreementKind
    title: str
    facts: Completion
    partner: Organization | str | None = None
    partner_kind: str = ""


@transaction.atomic
def submit_new_agreement(
    owner: Unit,
    *,
    deed: DeedFacts,
    file: "File[Any]",
    facts: PdfFacts | None,
    note: str = "",
    by: User,
    now: datetime,
) -> Submission:
    """Records an agreement of a unit with both parties and hands its signed copy in, all or nothing."""
    agreement = Agreement(
        agreement_type=deed.kind,
        title=deed.title,
        number=deed.ours.number,
        owner_unit=owner,
        level=LEVELS.get(Level(owner.level), AgreementLevel.MINISTRY),
        signed_on=deed.signed_on,
        effective_from=deed.effective_from,
        effective_until=deed.effective_until,
    )
    partner = _partner_of(deed, by, now)
    agreement.is_foreign = partner.country != "Indonesia"
    save_by(agreement, by=by, now=now)
    sides: list[tuple[dict[str, Any], SignatureFacts]] = [
        ({"unit": owner}, deed.ours),
        ({"organization": partner}, deed.theirs),
    ]
    for position, (body, signature) in enumerate(sides, start=1):
        party = AgreementParty(
            agreement=agreement,
            position=position,
            party_number=signature.number,
            signatory_name=signature.name,
            signatory_position=signature.position,
            signed_on=deed.signed_on,
            **body,
        )
        save_by(party, by=by, now=now)
    return submit_copy(agreement, file=file, facts=facts, note=note, by=by, now=now)


def _partner_of(told: DeedFacts | Correction, by: User, now: datetime) -> Organization:
    """The organisation that is meant, made when nobody has its name yet."""
    if isinstance(told.partner, Organization):
        return told.partner
    name = " ".join(str(told.partner).split())
    found = Organization.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    made = Organization(name=name, kind=told.partner_kind)
    try:
        with transaction.atomic():
            save_by(made, by=by, now=now)
    except IntegrityError:  # somebody typed the same name at the same moment
        return Organization.objects.get(name=name)
    return made


@transaction.atomic
def submit_copy(
    agreement: Agreement,
    *,
    file: "File[Any]",
    facts: PdfFacts | None,
    completion: Completion | None = None,
    correction: Correction | None = None,
    note: str = "",
    by: User,
    now: datetime,
) -> Submission:
    """Hands in the signed copy of a record, the first or a corrected one, and tells who checks it. `completion` fills
    what the record does not say yet, `correction` replaces what was returned.

    Raises UnfitFile, FileIsKnown, IsSubmittedAlready and FactsAreMissing."""
    _make_ready(agreement, completion, correction, by=by, now=now)
    copy = record_file(agreement, file=file, facts=facts, by=by, now=now)
    return _submitted(agreement, copy, note, by, now)


@transaction.atomic
def submit_filed_copy(
    copy: AgreementFile,
    *,
    completion: Completion | None = None,
    correction: Correction | None = None,
    note: str = "",
    by: User,
    now: datetime,
) -> Submission:
    """Hands in a copy that is filed with the record already. `completion` and `correction` as in `submit_copy`. Raises
    IsSubmittedAlready, FactsAreMissing, and, for one that was returned before and comes without a correction,
    FileIsKnown."""
    _make_ready(copy.agreement, completion, correction, by=by, now=now)
    if correction is None and copy.agreement.submissions.filter(file=copy).exists():
        raise FileIsKnown
    return _submitted(copy.agreement, copy, note, by, now)


def _make_ready(
    agreement: Agreement, completion: Completion | None, correction: Correction | None, *, by: User, now: datetime
) -> None:
    """Holds the record until the end of the transaction and writes what is said of it now."""
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.submissions.filter(returned_at=None).exists():
        raise IsSubmittedAlready
    if correction is not None and agreement.submissions.exists():
        _correct(locked, correction, by=by, now=now)
    if completion is not None:
        _complete(locked, completion, by=by, now=now)
    if lacks_facts(locked):
        raise FactsAreMissing


def unsaid_facts(agreement: Agreement) -> list[str]:
    """What the record does not say of its number, the day it was signed on and the day from which it holds."""
    return [name for name in ("number", "signed_on", "effective_from") if not getattr(agreement, name)]


def unsigned_parties(agreement: Agreement) -> list[AgreementParty]:
    parties = agreement.parties.select_related("unit", "organization").order_by("position", "pk")
    return [party for party in parties if party.lacks_signatory]


def lacks_facts(agreement: Agreement) -> bool:
    """Whether a copy of it cannot be checked yet."""
    return bool(unsaid_facts(agreement) or unsigned_parties(agreement))


def _complete(agreement: Agreement, told: Completion, *, by: User, now: datetime) -> None:
    """Fills what is empty and nothing else."""
    agreement.number = agreement.number or told.number
    agreement.signed_on = agreement.signed_on or told.signed_on
    if agreement.effective_from is None:
        agreement.effective_from = told.effective_from
        agreement.effective_until = agreement.effective_until or told.effective_until
    save_by(agreement, by=by, now=now)
    for party in unsigned_parties(agreement):
        signature = told.signatures.get(party.pk)
        if signature is not None:
            party.signatory_name, party.signatory_position = signature.name, signature.position
            party.party_number = party.party_number or signature.number
            party.signed_on = party.signed_on or signature.signed_on
            save_by(party, by=by, now=now)


def _correct(agreement: Agreement, told: Correction, *, by: User, now: datetime) -> None:
    """Nobody has verified it: until then what it says is the satker's, and the history keeps what it said before."""
    facts, was = told.facts, (agreement.number, agreement.signed_on)
    agreement.agreement_type, agreement.title = told.kind, told.title
    agreement.number, agreement.signed_on = facts.number, facts.signed_on
    agreement.effective_from, agreement.effective_until = facts.effective_from, facts.effective_until
    partner = None if told.partner is None else _partner_of(told, by, now)
    if partner is not None:
        agreement.is_foreign = partner.country != "Indonesia"
    save_by(agreement, by=by, now=now)
    for party in agreement.parties.order_by("position", "pk"):
        signature = facts.signatures.get(party.pk)
        if signature is None:
            continue
        party.signatory_name, party.signatory_position = signature.name, signature.position
        if party.organization_id is not None:
            party.organization = partner or party.organization
            party.party_number = signature.number
        elif party.party_number == was[0]:
            party.party_number = agreement.number
        if party.signed_on == was[1]:
            party.signed_on = agreement.signed_on
        elif party.organization_id is not None:
            party.signed_on = signature.signed_on
        save_by(party, by=by, now=now)
    refresh_words([agreement.pk], now=now)


def _submitted(agreement: Agreement, copy: AgreementFile, note: str, by: User, now: datetime) -> Submission:
    submission = Submission(agreement=agreement, file=copy, note=note, submitted_at=now, submitted_by=by)
    save_by(submission, by=by, now=now)
    plan_letters(letters_of_submission(submission, now=now), now=now)
    wake()
    return submission


def _locked(submission: Submission, by: User) -> Submission:
    """The row as it is now, held until the end of the transaction, if this person may still answer it."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("agreement__owner_unit", "file")
    locked = rows.get(pk=submission.pk)
    if locked.submitted_by_id == by.pk:
        raise OwnSubmission
    if locked.returned_at is not None or locked.verified_at is not None:
        raise IsAnsweredAlready
    return locked


def _checklist(ticked: Sequence[ChecklistPoint], points: Sequence[ChecklistPoint]) -> dict[str, Any]:
    """What was looked at, in the words of that day: the list may change later."""
    chosen = {point.pk for point in ticked}
    return {"points": [{"text": point.text, "ok": point.pk in chosen} for point in points]}


@transaction.atomic
def return_submission(
    submission: Submission, *, reason: str, ticked: Sequence[ChecklistPoint] = (), by: User, now: datetime
) -> Submission:
    """Gives a copy back with what is to be corrected. Raises OwnSubmission, IsAnsweredAlready, ReasonIsMissing."""
    locked = _locked(submission, by)
    if not reason.strip():
        raise ReasonIsMissing
    locked.returned_at, locked.returned_by, locked.return_reason = now, by, reason.strip()
    locked.checklist = _checklist(ticked, list(ChecklistPoint.objects.in_use()))
    save_by(locked, by=by, now=now)
    plan_letters(letters_of_return(locked, now=now), now=now)
    wake()
    return locked


@transaction.atomic
def verify_submission(
    submission: Submission, *, ticked: Sequence[ChecklistPoint], by: User, now: datetime
) -> Submission:
    """Says that the copy is right; every point in use must be ticked.

    Raises OwnSubmission, IsAnsweredAlready, FileIsHeld, FactsAreMissing, ChecklistIsIncomplete."""
    locked = _locked(submission, by)
    if locked.file.is_held:
        raise FileIsHeld
    if lacks_facts(locked.agreement):
        raise FactsAreMissing
    points = list(ChecklistPoint.objects.in_use())
    if {point.pk for point in points} - {point.pk for point in ticked}:
        raise ChecklistIsIncomplete
    locked.verified_at, locked.verified_by = now, by
    locked.checklist = _checklist(ticked, points)
    save_by(locked, by=by, now=now)
    plan_letters(letters_of_verification(locked, now=now), now=now)
    wake()
    return locked
