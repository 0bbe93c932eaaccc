"""Making a workshop and keeping its facts: everything but when, where and how far it has come."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from outbox.doorbell import wake
from outbox.models import Topic
from partnerships.models import Agreement, Organization
from toolkit.history import save_by
from units.access import Role
from units.models import Unit, User
from workshops.actions import schedule as schedules
from workshops.actions.evidence import OVER, file_evidence
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.schedule import RegistrationWindow, Schedule
from workshops.models import AudienceSegment, CoOrganizer, Workshop, WorkshopState, organizers_for
from workshops.versions import version_of

DRAFTS = [WorkshopState.IDEA, WorkshopState.PLANNED]


class OrganizerIsNotYours(Refusal):
    sentence = _("Anda hanya dapat menyelenggarakan kegiatan atas nama satuan kerja di wilayah Anda.")
    field = "organizer_unit"


class ScheduleMovesApart(Refusal):
    sentence = _(
        "Jadwal kegiatan yang sudah disetujui diubah lewat halaman Ubah jadwal, "
        "agar yang sudah diberi tahu mendapat kabar."
    )
    field = "starts_at"


class SegmentTwice(Refusal):
    sentence = _("Segmen dengan nama dan bentuk yang sama hanya boleh satu.")


class AgreementDoesNotCover(Refusal):
    """The workshop lies outside the term of the agreement that somebody links it to; `problem` says how."""

    field = "agreement"

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem

    def __str__(self) -> str:
        return str(_("%(problem)s Kegiatan ini tidak dapat dihubungkan dengannya.")) % {"problem": self.problem}


@dataclass(frozen=True, kw_only=True)
class Facts:
    title: str
    kind: str
    organizer_unit: Unit
    theme: str = ""
    aims: str = ""
    organizer_organization: Organization | None = None
    host_unit: Unit | None = None
    partner: Organization | None = None
    agreement: Agreement | None = None
    person_in_charge: User | None = None
    is_public: bool = False


@dataclass(frozen=True)
class SegmentRow:
    """`pk` of the segment that is kept, None for a new one."""

    name: str
    mode: str
    quota: int
    pk: int | None = None


@dataclass(frozen=True)
class With:
    """Who and for whom, beside the organiser: rows of their own tables."""

    segments: Sequence[SegmentRow] = field(default_factory=tuple)
    units: Sequence[Unit] = field(default_factory=tuple)
    organizations: Sequence[Organization] = field(default_factory=tuple)


def create_workshop(
    *,
    facts: Facts,
    schedule: Schedule,
    window: RegistrationWindow | None = None,
    beside: With | None = None,
    state: str = WorkshopState.PLANNED,
    form_token: uuid.UUID | None = None,
    needs_cover: bool = True,
    cover_reason: str = "",
    by: User,
    now: datetime,
) -> Workshop:
    """A new workshop, an idea or a plan, with its topic. The same `form_token` again returns the first one.

    Raises a Refusal: bad dates, an organiser outside the person's reach, an agreement whose term does not cover exact
    dates, unless a bureau admin says why in `cover_reason` (a copy is made without `needs_cover`: its page warns, as it
    does when the dates change later)."""
    window, beside = window or RegistrationWindow(), beside or With()
    schedules.check(schedule, window)
    _check_facts(facts, beside, by)
    reason = cover_reason.strip() if by.role == Role.BUREAU_ADMIN else ""
    is_covered = not needs_cover or check_cover(facts.agreement, schedule, reason=reason)
    if state not in DRAFTS:
        raise ValueError(f"A workshop begins as an idea or a plan, not as {state}.")
    try:
        with transaction.atomic():
            return _insert(facts, schedule, window, beside, state, form_token, by, now, "" if is_covered else reason)
    except IntegrityError:
        first = Workshop.objects.filter(form_token=form_token, created_by=by).first() if form_token else None
        if first is None:
            raise
        return first


def _insert(
    facts: Facts,
    schedule: Schedule,
    window: RegistrationWindow,
    beside: With,
    state: str,
    form_token: uuid.UUID | None,
    by: User,
    now: datetime,
    cover_reason: str = "",
) -> Workshop:
    topic = Topic.objects.create(label=facts.title, owner=facts.organizer_unit)
    workshop = Workshop(topic=topic, state=state, form_token=form_token, created_at=now, created_by=by)
    _write_facts(workshop, facts)
    schedules.write_cover(workshop, cover_reason, by=by, now=now)
    schedules.write(workshop, schedule, window)
    save_by(workshop, by=by, now=now)
    set_segments(workshop, rows=beside.segments)
    set_co_organizers(workshop, units=beside.units, organizations=beside.organizations)
    return workshop


def edit_workshop(
    workshop: Workshop,
    *,
    facts: Facts,
    beside: With,
    window: RegistrationWindow,
    schedule: Schedule | None = None,
    version: str | None = None,
    cover_reason: str | None = None,
    by: User,
    now: datetime,
) -> Workshop:
    """Writes the facts; `schedule` only while the workshop is an idea or a plan (later see `move_workshop`).

    `version` (what the person had seen) refuses a stale edit. `cover_reason` as in `create_workshop`; None leaves what
    was said before, as long as agreement and dates stay. Raises a Refusal."""
    with transaction.atomic():
        current = (
            Workshop.objects.select_for_update(of=("self",))
            .select_related("topic", "organizer_unit")
            .get(pk=workshop.pk)
        )
        if version is not None and version != version_of(current):
            raise ChangedMeanwhile
        if schedule is not None and current.state not in DRAFTS:
            raise ScheduleMovesApart
        before = schedules.schedule_of(current)
        schedules.check(schedule or before, window)
        _check_facts(facts, beside, by, current=current)
        reason = cover_reason.strip() if cover_reason is not None and by.role == Role.BUREAU_ADMIN else None
        asked = (facts.agreement.pk if facts.agreement else None, schedule or before, reason)
        said = (current.agreement_id, before, None if reason is None else current.cover_reason)
        if asked != said:
            is_covered = check_cover(facts.agreement, schedule or before, reason=reason or "")
            schedules.write_cover(current, "" if is_covered else reason or "", by=by, now=now)
        _write_facts(current, facts)
        schedules.write(current, schedule or before, window)
        save_by(current, by=by, now=now)
        if schedule is not None and schedule != before:
            schedules.follow_move(current, before, shift_sessions=True, reason="", by=by, now=now)
        Topic.objects.filter(pk=current.topic_id).update(label=facts.title, owner=facts.organizer_unit)
        set_segments(current, rows=beside.segments)
        set_co_organizers(current, units=beside.units, organizations=beside.organizations)
        if current.state in OVER:
            file_evidence(current.pk, by=by, now=now)
        wake()
    return current


def _check_facts(facts: Facts, beside: With, by: User, *, current: Workshop | None = None) -> None:
    is_kept = current is not None and current.organizer_unit_id == facts.organizer_unit.pk
    if not is_kept and not organizers_for(by).filter(pk=facts.organizer_unit.pk).exists():
        raise OrganizerIsNotYours
    keys = [(row.name.casefold(), row.mode) for row in beside.segments]
    if len(set(keys)) < len(keys):
        raise SegmentTwice


def check_cover(agreement: Agreement | None, schedule: Schedule, *, reason: str = "") -> bool:
    """Whether the exact dates lie within the term; False where they do not and a `reason` is given. Raises
    AgreementDoesNotCover where none is."""
    if agreement is None or schedule.starts_at is None or schedule.last_day is None:
        return True
    problem = agreement.in_force_problem(schedule.calendar_on, schedule.last_day)
    if problem and not reason:
        raise AgreementDoesNotCover(problem)
    return not problem


def _write_facts(workshop: Workshop, facts: Facts) -> None:
    for fact in fields(Facts):
        setattr(workshop, fact.name, getattr(facts, fact.name))


def set_segments(workshop: Workshop, *, rows: Iterable[SegmentRow]) -> None:
    """Makes the segments exactly these; a kept one keeps its registrations."""
    rows = list(rows)
    kept = {row.pk for row in rows if row.pk is not None}
    with transaction.atomic():
        present = {segment.pk: segment for segment in workshop.segments.all()}
        AudienceSegment.objects.filter(pk__in=present.keys() - kept).delete()
        # Two kept segments may swap names: step aside first, for the unique constraint looks at each row.
        for pk in kept & present.keys():
            AudienceSegment.objects.filter(pk=pk).update(name=f"#{pk}")
        for row in rows:
            facts = {"name": row.name, "mode": row.mode, "quota": row.quota}
            if row.pk in present:
                AudienceSegment.objects.filter(pk=row.pk).update(**facts)
            else:
                AudienceSegment.objects.create(workshop=workshop, **facts)


def set_co_organizers(workshop: Workshop, *, units: Iterable[Unit], organizations: Iterable[Organization]) -> None:
    """Makes the co-organisers exactly these; the organiser itself is none."""
    wanted: set[tuple[int | None, int | None]] = {(unit.pk, None) for unit in units}
    wanted |= {(None, organization.pk) for organization in organizations}
    wanted.discard((workshop.organizer_unit_id, None))
    with transaction.atomic():
        present = {(row.unit_id, row.organization_id): row.pk for row in workshop.co_organizers.all()}
        CoOrganizer.objects.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
        CoOrganizer.objects.bulk_create(
            CoOrganizer(workshop=workshop, unit_id=unit, organization_id=organization)
            for unit, organization in sorted(wanted - present.keys(), key=str)
        )
