"""Yearly work plans under a memorandum: begin one, write its lines, record who agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partnerships.actions.endings import TermRefusal, copy_parties
from partnerships.actions.files import record_file
from partnerships.models import (
    Agreement,
    AgreementKind,
    AgreementLink,
    FileKind,
    KindCode,
    LinkKind,
    WorkPlan,
    WorkPlanApproval,
    WorkPlanLine,
)
from toolkit.history import save_by
from units.models import User


class PlanRefusal(TermRefusal):
    """A sentence for the person and the field of the form that it is about."""


def years_of(memorandum: Agreement) -> list[int]:
    """The years that its term touches; none without a first and a last day."""
    first, last = memorandum.effective_from, memorandum.effective_until
    return list(range(first.year, last.year + 1)) if first and last else []


@transaction.atomic
def begin_work_plan(memorandum: Agreement, *, year: int, by: User, now: datetime) -> WorkPlan:
    """The plan as a draft agreement with the memorandum's parties, in force within that year. Raises PlanRefusal."""
    first, last = memorandum.effective_from, memorandum.effective_until
    if memorandum.agreement_type_id != KindCode.MUTUAL_UNDERSTANDING:
        raise PlanRefusal(_("Rencana kerja tahunan disusun di bawah memorandum saling pengertian."))
    if first is None or last is None or year not in years_of(memorandum):
        raise PlanRefusal(_("Tahun %(year)d di luar masa memorandum.") % {"year": year})
    agreement = Agreement(
        agreement_type=AgreementKind.objects.get(pk=KindCode.YEARLY_PLAN),
        title=(_("Rencana kerja %(year)d") % {"year": year} + f": {memorandum.title}")[:300],
        is_foreign=memorandum.is_foreign,
        level=memorandum.level,
        owner_unit_id=memorandum.owner_unit_id,
        effective_from=max(first, date(year, 1, 1)),
        effective_until=min(last, date(year, 12, 31)),
        scope=memorandum.scope,
        classification=memorandum.classification,
        classification_reason=memorandum.classification_reason,
    )
    save_by(agreement, by=by, now=now)
    copy_parties(memorandum, agreement, by=by, now=now)
    save_by(AgreementLink(later=agreement, earlier=memorandum, kind=LinkKind.IMPLEMENTS), by=by, now=now)
    plan = WorkPlan(agreement=agreement, memorandum=memorandum, year=year)
    try:
        with transaction.atomic():
            save_by(plan, by=by, now=now)
    except IntegrityError as twin:
        raise PlanRefusal(_("Rencana kerja %(year)d sudah ada.") % {"year": year}) from twin
    return plan


@dataclass(frozen=True)
class LineFacts:
    """`budget` in rupiah; None is not known yet. `line` is the key of the line that is to say this, None a new one."""

    activity: str
    quarter: int
    place: str
    budget: int | None
    responsible: str
    line: int | None = None


@transaction.atomic
def write_lines(plan: WorkPlan, *, lines: Sequence[LineFacts], by: User, now: datetime) -> None:
    """The lines as they are to stand, in their order. Raises PlanRefusal once somebody has approved them."""
    locked = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    if locked.approvals.exists():
        raise PlanRefusal(
            _("Rencana ini sudah disetujui sebagian pihak. Hapus dahulu persetujuannya bila baris harus diubah.")
        )
    known: dict[int | None, WorkPlanLine] = {
        line.pk: line for line in locked.lines.with_done().order_by("position", "pk")
    }
    for position, facts in enumerate(lines, start=1):
        line = known.pop(facts.line or 0, None) or WorkPlanLine(plan=locked)
        after = {"position": position, **vars(facts)}
        del after["line"]
        if after != {name: getattr(line, name, None) for name in after}:
            vars(line).update(after)
            save_by(line, by=by, now=now)
    for surplus in known.values():
        if surplus.n_done:
            raise PlanRefusal(
                _("Kegiatan “%(what)s” sudah dilaksanakan. Lepaskan dahulu pelaksanaannya bila hendak dihapus.")
                % {"what": surplus.activity}
            )
        vars(surplus).update(_history_user=by, _history_date=now)
        surplus.delete()


@transaction.atomic
def record_approval(
    plan: WorkPlan,
    *,
    side: str,
    approver: str,
    approved_on: date,
    file: "File[Any] | None",
    by: User,
    now: datetime,
    today: date,
) -> WorkPlanApproval:
    """One side agreed; its document is filed with the plan. Raises PlanRefusal, and what `record_file` raises."""
    locked = WorkPlan.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=plan.pk)
    if not locked.lines.exists():
        raise PlanRefusal(_("Isi dahulu baris kegiatannya, agar jelas apa yang disetujui."))
    if approved_on > today:
        raise PlanRefusal(_("Tanggal persetujuan tidak boleh di masa depan."), "approved_on")
    if locked.approvals.filter(side=side).exists():
        raise PlanRefusal(_("Persetujuan pihak ini sudah tercatat."), "side")
    filed = record_file(locked.agreement, file=file, by=by, now=now, kind=FileKind.ANNEX) if file else None
    approval = WorkPlanApproval(
        plan=locked,
        side=side,
        approver=approver,
        approved_on=approved_on,
        file=filed,
        recorded_at=now,
        recorded_by=by,
    )
    save_by(approval, by=by, now=now)
    return approval


@transaction.atomic
def remove_approval(approval: WorkPlanApproval, *, by: User, now: datetime) -> None:
    """Takes a record back; its document stays with the agreement."""
    vars(approval).update(_history_user=by, _history_date=now)
    approval.delete()
