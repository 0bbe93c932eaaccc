"""Commitments of an agreement: writing down, correcting, taking back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partnerships.actions.refusals import Refusal
from partnerships.models import Agreement, AgreementParty, Commitment, Measure, Recurrence
from partnerships.versions import version_of
from toolkit.history import save_by
from units.models import User


class ChangedMeanwhile(Refusal):
    sentence = _(
        "Data ini baru saja diubah orang lain. Perubahan Anda belum disimpan; isian Anda tetap di bawah. "
        "Buka halaman ini sekali lagi untuk melihat data terbaru, lalu ulangi perubahan Anda."
    )


class PartyIsOfAnotherAgreement(Refusal):
    sentence = _("Pilih salah satu pihak perjanjian ini.")
    field = "party"


class UnitOfMeasureIsMissing(Refusal):
    sentence = _("Tulis satuannya, misalnya naskah atau kunjungan.")
    field = "unit_of_measure"


class DueAndRecurring(Refusal):
    sentence = _("Komitmen yang berulang tidak bertenggat: hitungannya mulai lagi setiap periode.")
    field = "due_on"


class OtherCountsNoWorkshops(Refusal):
    sentence = _("Kegiatan portal hanya dapat dihitung sebagai kegiatan, orang yang dilatih, atau rupiah.")
    field = "counts_workshops"


class WorkshopsAreCountedElsewhere(Refusal):
    sentence = _(
        "Komitmen lain dengan cara mengukur yang sama sudah menghitung kegiatan portal. "
        "Satu kegiatan tidak dihitung dua kali."
    )
    field = "counts_workshops"


class CommitmentIsUsed(Refusal):
    sentence = _("Komitmen ini sudah dilaksanakan sebagian. Tarik dahulu laporan pelaksanaannya.")


@dataclass(frozen=True, kw_only=True)
class CommitmentFacts:
    party: AgreementParty
    what: str
    quantity: int
    measure: str = Measure.EVENTS
    unit_of_measure: str = ""
    recurrence: str = Recurrence.ONCE
    due_on: date | None = None
    counts_workshops: bool = False


@transaction.atomic
def keep_commitment(
    agreement: Agreement,
    *,
    facts: CommitmentFacts,
    commitment: Commitment | None = None,
    version: str | None = None,
    by: User,
    now: datetime,
) -> Commitment:
    """A new commitment, or `commitment` with these facts. `version` (what the person had seen) refuses a stale edit.
    Raises a Refusal."""
    Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    current = Commitment(agreement=agreement)
    if commitment is not None:
        found = Commitment.objects.filter(pk=commitment.pk, agreement=agreement).first()
        if found is None or (version is not None and version != version_of(found)):
            raise ChangedMeanwhile
        current = found
    _check(agreement, facts, current)
    for name, value in vars(facts).items():
        setattr(current, name, value)
    save_by(current, by=by, now=now)
    return current


def _check(agreement: Agreement, facts: CommitmentFacts, current: Commitment) -> None:
    if facts.party.agreement_id != agreement.pk:
        raise PartyIsOfAnotherAgreement
    if facts.due_on is not None and facts.recurrence != Recurrence.ONCE:
        raise DueAndRecurring
    if facts.measure == Measure.OTHER and not facts.unit_of_measure:
        raise UnitOfMeasureIsMissing
    if facts.measure == Measure.OTHER and facts.counts_workshops:
        raise OtherCountsNoWorkshops
    others = Commitment.objects.filter(agreement=agreement, measure=facts.measure, counts_workshops=True)
    if facts.counts_workshops and others.exclude(pk=current.pk).exists():
        raise WorkshopsAreCountedElsewhere


@transaction.atomic
def remove_commitment(commitment: Commitment, *, by: User, now: datetime) -> None:
    """Its history stays. Removing it twice is harmless; raises CommitmentIsUsed while reports name it."""
    Agreement.objects.select_for_update(of=("self",)).get(pk=commitment.agreement_id)
    current = Commitment.objects.filter(pk=commitment.pk).first()
    if current is None:
        return
    if current.activities.exists():
        raise CommitmentIsUsed
    vars(current).update(_history_user=by, _history_date=now)
    current.delete()
