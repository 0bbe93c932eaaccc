"""What is done under an agreement: reported by a unit, or filed by a workshop that is over."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.actions.commitments import ChangedMeanwhile
from partnerships.actions.evidence import attach, drop_later
from partnerships.actions.refusals import Refusal
from partnerships.models import Activity, ActivitySource, Agreement, Commitment, WorkPlan, WorkPlanLine, half_of
from partnerships.versions import version_of
from toolkit.evidence_files import EvidenceFile
from toolkit.history import save_by
from units.models import Unit, User


class ActivityIsInTheFuture(Refusal):
    sentence = _("Yang dilaporkan sudah terlaksana: tanggalnya tidak boleh sesudah hari ini.")
    field = "held_on"


class ActivityIsOutsideTheTerm(Refusal):
    sentence = _("Perjanjian ini tidak berlaku pada tanggal itu. Periksa tanggal kegiatannya.")
    field = "held_on"


class CommitmentIsOfAnotherAgreement(Refusal):
    sentence = _("Pilih komitmen dari perjanjian ini.")
    field = "commitment"


class LineIsOfAnotherPlan(Refusal):
    sentence = _("Pilih baris dari rencana kerja tahunan perjanjian ini.")
    field = "plan_line"


class LineIsOfAnotherYear(Refusal):
    sentence = _("Baris itu dari rencana kerja tahun lain. Pilih baris dari tahun pelaksanaannya.")
    field = "plan_line"


class AmountIsMissing(Refusal):
    sentence = _("Tulis berapa yang dihitung untuk komitmen itu, paling sedikit 1.")
    field = "amount"


class AmountWithoutCommitment(Refusal):
    sentence = _("Jumlah hanya diisi bila ada komitmen yang dilaksanakan.")
    field = "amount"


class ActivityFollowsItsWorkshop(Refusal):
    sentence = _("Catatan ini mengikuti kegiatan di portal dan tidak diubah di sini.")


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    title: str
    held_on: date
    commitment: Commitment | None = None
    amount: int | None = None
    plan_line: WorkPlanLine | None = None
    result_ours: str = ""
    result_partner: str = ""
    obstacles: str = ""
    link: str = ""


@dataclass(frozen=True)
class Proof:
    """A file that was handed in; `found` of a check already made spares a second one."""

    file: "File[Any]"
    found: EvidenceFile | None = None


def report_activity(
    agreement: Agreement,
    *,
    facts: ActivityFacts,
    unit: Unit,
    proof: Proof | None = None,
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> Activity:
    """Files what a unit has done. The same `form_token` again returns the first one. Raises a Refusal, and UnfitFile
    for evidence that cannot be kept."""
    try:
        with transaction.atomic():
            made = Activity(agreement=agreement, unit=unit, form_token=form_token, reported_at=now, reported_by=by)
            return _written(made, agreement, facts, proof, by=by, now=now)
    except IntegrityError:
        first = Activity.objects.filter(form_token=form_token, agreement=agreement).first() if form_token else None
        if first is not None:
            return first
        if form_token is None:
            raise
        # A form of another agreement was sent again to this one: a report of its own.
        return report_activity(agreement, facts=facts, unit=unit, proof=proof, by=by, now=now)


@transaction.atomic
def edit_activity(
    activity: Activity,
    *,
    facts: ActivityFacts,
    proof: Proof | None = None,
    version: str | None = None,
    by: User,
    now: datetime,
) -> Activity:
    """Without a new file the old one stays. Raises a Refusal and UnfitFile."""
    current = Activity.objects.select_for_update(of=("self",)).filter(pk=activity.pk).first()
    if current is None or (version is not None and version != version_of(current)):
        raise ChangedMeanwhile
    _refuse_filed(current)
    return _written(current, current.agreement, facts, proof, by=by, now=now)


@transaction.atomic
def withdraw_activity(activity: Activity, *, by: User, now: datetime) -> None:
    """Takes a report back; its history stays, its file goes. Again is harmless."""
    current = Activity.objects.select_for_update(of=("self",)).filter(pk=activity.pk).first()
    if current is None:
        return
    _refuse_filed(current)
    drop_later(current)
    vars(current).update(_history_user=by, _history_date=now)
    current.delete()


def _refuse_filed(activity: Activity) -> None:
    if activity.source == ActivitySource.WORKSHOP:
        raise ActivityFollowsItsWorkshop


def _written(
    activity: Activity, agreement: Agreement, facts: ActivityFacts, proof: Proof | None, *, by: User, now: datetime
) -> Activity:
    _check(agreement, facts, now)
    for name, value in vars(facts).items():
        setattr(activity, name, value)
    activity.half_year = half_of(facts.held_on)
    if proof is not None:
        attach(activity, proof.file, proof.found)
    save_by(activity, by=by, now=now)
    return activity


def _check(agreement: Agreement, facts: ActivityFacts, now: datetime) -> None:
    if facts.held_on > timezone.localdate(now):
        raise ActivityIsInTheFuture
    if not agreement.is_in_force(facts.held_on, facts.held_on):
        raise ActivityIsOutsideTheTerm
    if facts.commitment is not None and facts.commitment.agreement_id != agreement.pk:
        raise CommitmentIsOfAnotherAgreement
    if facts.commitment is not None and not facts.amount:
        raise AmountIsMissing
    if facts.commitment is None and facts.amount is not None:
        raise AmountWithoutCommitment
    if facts.plan_line is not None and agreement.pk not in _agreements_of(facts.plan_line.plan):
        raise LineIsOfAnotherPlan
    if facts.plan_line is not None and facts.plan_line.plan.year != facts.held_on.year:
        raise LineIsOfAnotherYear


def _agreements_of(plan: WorkPlan) -> tuple[int, int]:
    return plan.agreement_id, plan.memorandum_id


# --- workshops, which an app above keeps


@dataclass(frozen=True, kw_only=True)
class HeldWorkshop:
    """A workshop that took place, as the agreements it was held under count it."""

    pk: int
    title: str
    first_day: date
    unit: Unit
    n_people: int
    outside_term: str = ""


@dataclass(frozen=True)
class Share:
    """What counts for one agreement: whether the workshop was held under it, and the rupiah its partner paid."""

    is_held_under: bool
    rupiah: int


@transaction.atomic
def record_workshop(held: HeldWorkshop, *, shares: Mapping[int, Share], by: User | None, now: datetime) -> None:
    """Makes what is filed of a workshop exactly this, one row for each agreement (by key): new ones are filed, those
    known follow the facts, others are withdrawn. Again changes nothing, not even the history."""
    known = {row.agreement_id: row for row in _filed(held.pk)}
    for agreement_id in known.keys() - shares.keys():
        _take_back(known[agreement_id], by=by, now=now)
    for agreement_id, share in sorted(shares.items()):
        facts: dict[str, Any] = {
            "title": held.title,
            "held_on": held.first_day,
            "half_year": half_of(held.first_day),
            "unit_id": held.unit.pk,
            "n_events": int(share.is_held_under),
            "n_people": held.n_people if share.is_held_under else 0,
            "rupiah": share.rupiah,
            "outside_term": held.outside_term if share.is_held_under else "",
        }
        row = known.get(agreement_id)
        if row is None or (row.plan_line is not None and not _still_fits(row, held.first_day, share)):
            facts["plan_line"] = _line_for(agreement_id, held.first_day) if share.is_held_under else None
        row = row or Activity(
            agreement_id=agreement_id,
            source=ActivitySource.WORKSHOP,
            workshop_pk=held.pk,
            reported_at=now,
            reported_by=by,
        )
        if agreement_id not in known or any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            save_by(row, by=by, now=now)


def _still_fits(row: Activity, day: date, share: Share) -> bool:
    return share.is_held_under and row.plan_line is not None and row.plan_line.plan.year == day.year


def _line_for(agreement_id: int, day: date) -> WorkPlanLine | None:
    """Of the plan that the agreement is: the one line of that quarter; where several stand a person chooses."""
    lines = WorkPlanLine.objects.filter(
        plan__agreement=agreement_id, plan__year=day.year, quarter=(day.month + 2) // 3
    ).order_by("pk")[:2]
    return lines[0] if len(lines) == 1 else None


@transaction.atomic
def place_workshops(plan: WorkPlan, *, lines: Mapping[int, WorkPlanLine | None], by: User, now: datetime) -> None:
    """For workshops of the plan (by key of the activity) the line that each carried out; None is none. Others than the
    plan's own are left alone."""
    for row in plan.workshops().select_for_update(of=("self",)):
        if row.pk in lines and row.plan_line != lines[row.pk]:
            row.plan_line = lines[row.pk]
            save_by(row, by=by, now=now)


@transaction.atomic
def withdraw_workshop(workshop_pk: int, *, by: User | None, now: datetime) -> None:
    """A workshop that is not over after all counts for nothing. Again is harmless."""
    for row in _filed(workshop_pk):
        _take_back(row, by=by, now=now)


def _filed(workshop_pk: int) -> list[Activity]:
    rows = Activity.objects.filter(source=ActivitySource.WORKSHOP, workshop_pk=workshop_pk)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _take_back(row: Activity, *, by: User | None, now: datetime) -> None:
    vars(row).update(_history_user=by, _history_date=now)
    row.delete()
