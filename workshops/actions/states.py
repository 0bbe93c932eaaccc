"""How far a workshop has come: which state follows which, and who may take the step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import override as language

from outbox.actions.planning import raise_revision
from outbox.doorbell import wake
from toolkit.history import save_by
from units.access import Role
from units.models import User
from workshops.actions.evidence import OVER, file_evidence
from workshops.actions.refusals import Refusal
from workshops.letters.speakers import AT_REST
from workshops.models import StateChange, Workshop, WorkshopState

IDEA, PLANNED, APPROVED = WorkshopState.IDEA, WorkshopState.PLANNED, WorkshopState.APPROVED
REGISTRATION, RUNNING, FINISHED = WorkshopState.REGISTRATION, WorkshopState.RUNNING, WorkshopState.FINISHED
REPORTED, POSTPONED, CANCELLED = WorkshopState.REPORTED, WorkshopState.POSTPONED, WorkshopState.CANCELLED


@dataclass(frozen=True)
class Step:
    """A move that the table allows. `label` is what its button says."""

    to: WorkshopState
    label: Any
    needs_reason: bool = False
    needs_approver: bool = False
    needs_date: bool = False
    needs_start: bool = False


_APPROVE = Step(APPROVED, gettext_lazy("Setujui"), needs_approver=True, needs_date=True)
_POSTPONE = Step(POSTPONED, gettext_lazy("Tunda"), needs_reason=True)
_CANCEL = Step(CANCELLED, gettext_lazy("Batalkan kegiatan"), needs_reason=True)

# From each state, the steps in the order their buttons stand.
STEPS: Mapping[str, tuple[Step, ...]] = {
    IDEA: (Step(PLANNED, gettext_lazy("Jadikan rencana")), _CANCEL),
    PLANNED: (_APPROVE, _POSTPONE, _CANCEL),
    APPROVED: (Step(REGISTRATION, gettext_lazy("Buka pendaftaran"), needs_date=True), _POSTPONE, _CANCEL),
    REGISTRATION: (
        Step(RUNNING, gettext_lazy("Mulai kegiatan"), needs_start=True),
        Step(APPROVED, gettext_lazy("Tutup pendaftaran"), needs_reason=True),
        _POSTPONE,
        _CANCEL,
    ),
    RUNNING: (Step(FINISHED, gettext_lazy("Nyatakan selesai"), needs_start=True), _CANCEL),
    FINISHED: (
        Step(REPORTED, gettext_lazy("Nyatakan dilaporkan")),
        Step(RUNNING, gettext_lazy("Kembalikan ke berlangsung"), needs_reason=True),
    ),
    REPORTED: (Step(FINISHED, gettext_lazy("Buka kembali laporan"), needs_reason=True),),
    POSTPONED: (
        Step(PLANNED, gettext_lazy("Lanjutkan sebagai rencana")),
        Step(
            APPROVED,
            gettext_lazy("Lanjutkan, langsung disetujui"),
            needs_approver=True,
            needs_date=True,
        ),
        _CANCEL,
    ),
    CANCELLED: (Step(PLANNED, gettext_lazy("Aktifkan kembali"), needs_reason=True),),
}


class StepIsNotAllowed(Refusal):
    def __init__(self, before: str, after: str) -> None:
        super().__init__()
        self.before, self.after = before, after

    def __str__(self) -> str:
        return _("Status sekarang %(before)s dan tidak dapat langsung menjadi %(after)s. Muat ulang halaman ini.") % {
            "before": _state_label(self.before),
            "after": _state_label(self.after),
        }


class ApproverIsNeeded(Refusal):
    sentence = gettext_lazy("Persetujuan diberikan admin biro, atau admin Kanwil untuk kegiatan wilayahnya sendiri.")


class ReasonIsMissing(Refusal):
    sentence = gettext_lazy("Tulis alasannya; alasan ini ikut dalam riwayat dan surat pemberitahuan.")
    field = "reason"


class DateIsNotExact(Refusal):
    sentence = gettext_lazy("Tetapkan tanggal dan jam yang pasti sebelum langkah ini.")


class DateIsPast(Refusal):
    sentence = gettext_lazy("Tanggal kegiatan sudah lewat. Ubah jadwalnya dahulu.")


class HasNotStarted(Refusal):
    sentence = gettext_lazy("Langkah ini baru dapat dilakukan pada hari pertama kegiatan.")


def _state_label(value: str) -> str:
    return str(WorkshopState(value).label) if value in WorkshopState.values else value


def may_approve(user: Any, workshop: Workshop) -> bool:
    """A bureau admin approves any workshop, a Kanwil admin those of the own tree."""
    return user.role in {Role.BUREAU_ADMIN, Role.REGIONAL_ADMIN} and workshop.is_editable_by(user)


def steps_for(workshop: Workshop, user: Any, *, now: datetime) -> list[Step]:
    """The steps whose buttons a person sees, in order; each may still be refused for a missing date or reason."""
    if not workshop.is_editable_by(user):
        return []
    approves, started = may_approve(user, workshop), _has_started(workshop, now)
    return [
        step
        for step in STEPS[workshop.state]
        if (approves or not step.needs_approver) and (started or not step.needs_start)
    ]


def _has_started(workshop: Workshop, now: datetime) -> bool:
    """From midnight of the first day where it is held."""
    return workshop.first_day is not None and now.astimezone(workshop.zone).date() >= workshop.first_day


def change_state(workshop: Workshop, *, to: str, reason: str = "", by: User, now: datetime) -> Workshop:
    """Takes one step of the table and writes it into the history.

    Cancelling, postponing and coming back raise the topic's revision: unsent letters are withdrawn and everybody who
    was told hears of it once. Raises a Refusal."""
    with transaction.atomic():
        current = (
            Workshop.objects.select_for_update(of=("self",))
            .select_related("topic", "organizer_unit")
            .get(pk=workshop.pk)
        )
        before = current.state
        step, reason = _step(before, to), reason.strip()[:300]
        _check(step, current, reason, by, now)
        current.state = step.to
        save_by(current, by=by, now=now, reason=reason[:100])
        StateChange.objects.create(workshop=current, before=before, after=step.to, reason=reason, by=by, at=now)
        if {before, step.to} & set(OVER):
            file_evidence(current.pk, by=by, now=now)
        if (before in AT_REST) != (step.to in AT_REST) or {before, step.to} == set(AT_REST):
            with language("id"):
                why = _("Status menjadi %(state)s.") % {"state": step.to.label}
            raise_revision(current.topic, reason=why, now=now)
        wake()
    return current


def _step(before: str, to: str) -> Step:
    for step in STEPS[before]:
        if step.to == to:
            return step
    raise StepIsNotAllowed(before, to)


def _check(step: Step, workshop: Workshop, reason: str, by: User, now: datetime) -> None:
    if step.needs_approver and not may_approve(by, workshop):
        raise ApproverIsNeeded
    if step.needs_reason and not reason:
        raise ReasonIsMissing
    if step.needs_date and workshop.starts_at is None:
        raise DateIsNotExact
    if step.needs_date and workshop.ends_at is not None and workshop.ends_at <= now:
        raise DateIsPast
    if step.needs_start and not _has_started(workshop, now):
        raise HasNotStarted
