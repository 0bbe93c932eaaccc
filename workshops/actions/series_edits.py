"""Changing members of a series together. What was changed at one member alone stays there unless asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from toolkit.working_days import holiday_name, is_working_day
from units.models import Unit, User
from workshops.actions.planning import Facts, SegmentRow, With, edit_workshop
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.schedule import (
    Consequences,
    MoveLeavesTerm,
    RegistrationWindow,
    Schedule,
    consequences_of,
    cover_of_move,
    letters_of_move,
    move_workshop,
    problems_of,
    schedule_of,
)
from workshops.actions.series import SHARED_FIELDS, Shared, member_title, shared_title
from workshops.models import Series, Workshop, WorkshopState
from workshops.versions import version_of_series

ONLY, FOLLOWING, ALL = "only", "following", "all"
OVER = [WorkshopState.RUNNING, WorkshopState.FINISHED, WorkshopState.REPORTED, WorkshopState.CANCELLED]
PLACE_FIELDS = ("mode", "venue", "venue_address", "meeting_url", "meeting_id", "meeting_passcode")


class NothingToChange(Refusal):
    sentence = _("Belum ada isian yang berubah.")


class NobodyIsMeant(Refusal):
    sentence = _("Tidak ada pertemuan mendatang yang termasuk dalam pilihan ini.")


def members_of(series: Series) -> list[Workshop]:
    """All members in order, with what the comparison reads; three statements."""
    rows = series.members.select_related("organizer_unit", "host_unit", "agreement", "topic")
    return list(rows.prefetch_related("segments", "co_organizers").order_by("series_position", "pk"))


def is_ahead(member: Workshop, now: datetime) -> bool:
    """Whether a member may still be changed together with others: not begun, not called off."""
    return member.starts_at is not None and member.starts_at > now and member.state not in OVER


def chosen(members: Iterable[Workshop], *, anchor: Workshop, scope: str, by: User, now: datetime) -> list[Workshop]:
    """The members ahead that `scope` means, seen from `anchor`; those that the person may edit."""
    ahead = [member for member in members if is_ahead(member, now) and member.is_editable_by(by)]
    if scope == ONLY:
        return [member for member in ahead if member.pk == anchor.pk]
    if scope == FOLLOWING:
        return [member for member in ahead if (member.series_position or 0) >= (anchor.series_position or 0)]
    return ahead


def value_of(member: Workshop, name: str) -> Any:
    """What a member holds of a shared field, as `Shared` and JSON write it."""
    if name == "title":
        return shared_title(member)
    if name == "segments":
        rows = sorted(member.segments.all(), key=lambda row: row.pk)
        return [[row.name, row.mode, row.quota] for row in rows]
    if name in ("host_unit", "person_in_charge"):
        return getattr(member, f"{name}_id")
    return getattr(member, name)


def differences(series: Series, member: Workshop) -> list[str]:
    """Names of the fields in which a member differs from what was given to all: those edited alone."""
    return [name for name in SHARED_FIELDS if value_of(member, name) != series.shared.get(name)]


def changed_fields(anchor: Workshop, new: Shared) -> dict[str, Any]:
    """What the person changed, seen from the member whose values stood in the form."""
    wanted = new.as_json()
    return {name: wanted[name] for name in SHARED_FIELDS if wanted[name] != value_of(anchor, name)}


@dataclass(frozen=True)
class MemberPlan:
    """What will happen to one member: `changes` are written; `kept` differ by an own edit and stay as they are unless
    the member is overwritten. `consequences` where place or link change."""

    member: Workshop
    changes: Mapping[str, Any]
    kept: Sequence[str]
    consequences: Consequences | None


def plan_edit(
    series: Series,
    members: Sequence[Workshop],
    *,
    anchor: Workshop,
    changed: Mapping[str, Any],
    overwrite: Collection[int] = (),
    now: datetime,
) -> list[MemberPlan]:
    """Reads only."""
    return [_plan_member(series, member, anchor, changed, member.pk in overwrite, now) for member in members]


def _plan_member(
    series: Series, member: Workshop, anchor: Workshop, changed: Mapping[str, Any], overwrites: bool, now: datetime
) -> MemberPlan:
    changes, kept = {}, []
    for name, value in changed.items():
        here = value_of(member, name)
        if here == value:
            continue
        if overwrites or member.pk == anchor.pk or here == series.shared.get(name):
            changes[name] = value
        else:
            kept.append(name)
    schedule = _placed(member, changes)
    moves = schedule != schedule_of(member)
    leaving = letters_of_move(member, schedule, now)
    consequences = consequences_of(member, schedule, shift_sessions=False, leaving=leaving) if moves else None
    return MemberPlan(member, changes, kept, consequences)


def _placed(member: Workshop, changes: Mapping[str, Any]) -> Schedule:
    return replace(schedule_of(member), **{name: changes[name] for name in PLACE_FIELDS if name in changes})


def edit_members(
    series: Series,
    *,
    anchor_pk: int,
    scope: str,
    new: Shared,
    overwrite: Collection[int] = (),
    version: str,
    by: User,
    now: datetime,
) -> list[Workshop]:
    """Writes to each chosen member what was changed and says which were written. A new place or link goes the way of a
    move, with its letters. Raises a Refusal."""
    with transaction.atomic():
        current, members = _locked(series, version)
        anchor = _anchor(members, anchor_pk)
        changed = changed_fields(anchor, new)
        targets = chosen(members, anchor=anchor, scope=scope, by=by, now=now)
        if not changed:
            raise NothingToChange
        if not targets:
            raise NobodyIsMeant
        plans = plan_edit(current, targets, anchor=anchor, changed=changed, overwrite=overwrite, now=now)
        for plan in plans:
            _write_member(plan, by=by, now=now)
        if scope != ONLY:
            current.shared = current.shared | changed
            current.title = current.shared["title"]
            current.save(update_fields=["shared", "title"])
    return [plan.member for plan in plans if plan.changes]


def _locked(series: Series, version: str) -> tuple[Series, list[Workshop]]:
    current = Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    list(Workshop.objects.select_for_update(of=("self",)).filter(series=current).order_by("pk").only("pk"))
    members = members_of(current)
    if version != version_of_series(current, members):
        raise ChangedMeanwhile
    return current, members


def _anchor(members: Iterable[Workshop], pk: int) -> Workshop:
    for member in members:
        if member.pk == pk:
            return member
    raise NobodyIsMeant


def _write_member(plan: MemberPlan, *, by: User, now: datetime) -> None:
    member, changes = plan.member, plan.changes
    window = RegistrationWindow(member.registration_opens_at, member.registration_deadline)
    if changes.keys() - set(PLACE_FIELDS):
        edit_workshop(
            member, facts=_facts(member, changes), beside=_beside(member, changes), window=window, by=by, now=now
        )
    if changes.keys() & set(PLACE_FIELDS):
        move_workshop(member, schedule=_placed(member, changes), window=window, shift_sessions=False, by=by, now=now)


def _facts(member: Workshop, changes: Mapping[str, Any]) -> Facts:
    facts = {name: getattr(member, name) for name in Facts.__dataclass_fields__} | {
        name: changes[name] for name in ("theme", "aims") if name in changes
    }
    if "title" in changes:
        facts["title"] = member_title(changes["title"], member.series_position or 0)
    if "host_unit" in changes:
        facts["host_unit"] = Unit.objects.filter(pk__in=[changes["host_unit"] or 0]).first()
    if "person_in_charge" in changes:
        facts["person_in_charge"] = User.objects.filter(pk__in=[changes["person_in_charge"] or 0]).first()
    return Facts(**facts)


def _beside(member: Workshop, changes: Mapping[str, Any]) -> With:
    """A segment of the same name and mode keeps its row, and with it what hangs on it."""
    present = {(row.name, row.mode): row for row in member.segments.all()}
    rows = [SegmentRow(row.name, row.mode, row.quota, row.pk) for row in present.values()]
    if "segments" in changes:
        rows = [
            SegmentRow(name, mode, quota, present[name, mode].pk if (name, mode) in present else None)
            for name, mode, quota in changes["segments"]
        ]
    beside = list(member.co_organizers.select_related("unit", "organization"))
    return With(
        segments=rows,
        units=[row.unit for row in beside if row.unit],
        organizations=[row.organization for row in beside if row.organization],
    )


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How members move together: by whole days, and to another clock where one is given (of the place)."""

    days: int = 0
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True)
class MovePlan:
    member: Workshop
    schedule: Schedule
    consequences: Consequences
    problems: Sequence[Refusal]
    closed_for: str | None

    @property
    def starts_on(self) -> date:
        return self.schedule.calendar_on


def plan_moves(
    members: Sequence[Workshop], *, shift: Shift, cover_reason: str, by: User, now: datetime
) -> list[MovePlan]:
    """Reads only: where each would go, who hears of it, and what stands in the way."""
    plans = []
    for member in members:
        schedule = _moved(member, shift)
        day = schedule.calendar_on
        plans.append(
            MovePlan(
                member,
                schedule,
                consequences_of(member, schedule, shift_sessions=True, leaving=letters_of_move(member, schedule, now)),
                list(_move_problems(member, schedule, cover_reason, by)),
                None if is_working_day(day) else holiday_name(day),
            )
        )
    return plans


def _move_problems(member: Workshop, schedule: Schedule, cover_reason: str, by: User) -> Iterator[Refusal]:
    yield from problems_of(schedule, _window(member, schedule))
    try:
        cover_of_move(member, schedule, reason=cover_reason, by=by)
    except MoveLeavesTerm as problem:
        yield problem


def _moved(member: Workshop, shift: Shift) -> Schedule:
    before = schedule_of(member)
    if before.starts_at is None or before.ends_at is None:
        return before
    zone = member.zone
    first, last = before.starts_at.astimezone(zone), before.ends_at.astimezone(zone)
    days = timedelta(days=shift.days)
    return replace(
        before,
        starts_at=datetime.combine(first.date() + days, shift.starts or first.time(), tzinfo=zone),
        ends_at=datetime.combine(last.date() + days, shift.ends or last.time(), tzinfo=zone),
    )


def _window(member: Workshop, schedule: Schedule) -> RegistrationWindow:
    """Registration keeps its distance from the start."""
    if member.starts_at is None or schedule.starts_at is None:
        return RegistrationWindow(member.registration_opens_at, member.registration_deadline)
    shift = schedule.starts_at - member.starts_at
    opens_at, deadline = member.registration_opens_at, member.registration_deadline
    return RegistrationWindow(opens_at + shift if opens_at else None, deadline + shift if deadline else None)


def move_members(
    series: Series,
    *,
    anchor_pk: int,
    scope: str,
    shift: Shift,
    reason: str = "",
    cover_reason: str = "",
    version: str,
    by: User,
    now: datetime,
) -> list[Workshop]:
    """Moves each chosen member as `move_workshop` does, all or none. Raises a Refusal."""
    with transaction.atomic():
        _current, members = _locked(series, version)
        targets = chosen(members, anchor=_anchor(members, anchor_pk), scope=scope, by=by, now=now)
        if not targets:
            raise NobodyIsMeant
        moved = []
        for member in targets:
            schedule = _moved(member, shift)
            if schedule == schedule_of(member):
                continue
            window = _window(member, schedule)
            moved.append(
                move_workshop(
                    member,
                    schedule=schedule,
                    window=window,
                    reason=reason,
                    cover_reason=cover_reason,
                    by=by,
                    now=now,
                )
            )
        if not moved:
            raise NothingToChange
    return moved
