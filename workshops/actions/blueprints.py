"""The plan of a workshop without its dates: read from one that was good, laid onto new days for the next one.

What people answered or received is never part of it: no invitations, registrations, letters or state, and no meeting
link, which belongs to one meeting."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self, TypeVar, cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, QuerySet

from partnerships.models import Agreement, Organization
from units.models import Unit, User
from workshops.actions.agenda import LONGEST_SESSION, RoleRow, SessionFacts, add_session
from workshops.actions.checklists import ItemFacts, add_items
from workshops.actions.planning import Facts, SegmentRow, With, create_workshop
from workshops.actions.schedule import Schedule
from workshops.models import Speaker, Workshop, WorkshopRoom, WorkshopState

Row = TypeVar("Row", bound=Model)

DAY_BEGINS, DAY_ENDS = "08:00", "16:00"


@dataclass(frozen=True)
class RolePlan:
    role: str
    speaker: int | None = None
    position_title: str = ""


@dataclass(frozen=True)
class SessionPlan:
    """`day` counts from the first day of the workshop; `starts` is the clock on the wall of the place."""

    kind: str
    theme: str
    day: int
    starts: str
    minutes: int
    room: str = ""
    roles: tuple[RolePlan, ...] = ()


@dataclass(frozen=True)
class SegmentPlan:
    name: str
    mode: str
    quota: int


@dataclass(frozen=True)
class RoomPlan:
    name: str
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Plain values and keys, fit for JSON."""

    kind: str
    mode: str
    tz: str
    theme: str = ""
    aims: str = ""
    venue: str = ""
    venue_address: str = ""
    host_unit: int | None = None
    is_public: bool = False
    starts: str = DAY_BEGINS
    ends: str = DAY_ENDS
    n_days: int = 1
    sessions: tuple[SessionPlan, ...] = ()
    segments: tuple[SegmentPlan, ...] = ()
    rooms: tuple[RoomPlan, ...] = ()
    checklist: tuple[ItemFacts, ...] = ()
    co_units: tuple[int, ...] = ()
    co_organizations: tuple[int, ...] = ()
    partner: int | None = None
    agreement: int | None = None
    person_in_charge: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plan: dict[str, Any]) -> Self:
        """What `as_json` wrote; a part that an older version did not know is left at its default."""
        known = {name: value for name, value in plan.items() if name in cls.__dataclass_fields__}
        sessions = [
            SessionPlan(**{**row, "roles": tuple(RolePlan(**role) for role in row["roles"])})
            for row in plan.get("sessions", [])
        ]
        lists: dict[str, Any] = {
            "sessions": tuple(sessions),
            "segments": tuple(SegmentPlan(**row) for row in plan.get("segments", [])),
            "rooms": tuple(RoomPlan(**row) for row in plan.get("rooms", [])),
            "checklist": tuple(ItemFacts(**row) for row in plan.get("checklist", [])),
            "co_units": tuple(plan.get("co_units", [])),
            "co_organizations": tuple(plan.get("co_organizations", [])),
        }
        return cls(**{**known, **lists})


@dataclass(frozen=True, kw_only=True)
class Take:
    """Which parts of a blueprint go into the new workshop. Without `speakers` their places stand as "akan
    dikonfirmasi"."""

    agenda: bool = True
    speakers: bool = False
    segments: bool = True
    checklist: bool = True
    co_organizers: bool = True
    rooms: bool = True
    person_in_charge: bool = True


@dataclass(frozen=True, kw_only=True)
class Days:
    """The new days: local clock of the place on the first and the last day."""

    first: date
    last: date
    starts: time
    ends: time


@dataclass(frozen=True, kw_only=True)
class Link:
    """The online meeting of the new workshop; none is ever taken from an old one."""

    meeting_url: str = ""
    meeting_id: str = ""
    meeting_passcode: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a new workshop comes from, and what it gets besides."""

    workshop: Workshop | None = None
    extra_items: Sequence[ItemFacts] = field(default_factory=tuple)
    link: Link = field(default_factory=Link)


def blueprint_of(workshop: Workshop, *, with_checklist: bool) -> Blueprint:
    """Reads only. A workshop without exact dates gives a plan of one usual working day."""
    facts: dict[str, Any] = {
        name: getattr(workshop, name)
        for name in ("kind", "mode", "tz", "theme", "aims", "venue", "venue_address", "is_public")
    }
    keys = {name: getattr(workshop, f"{name}_id") for name in ("host_unit", "partner", "agreement", "person_in_charge")}
    beside = list(workshop.co_organizers.order_by("pk"))
    segments = workshop.segments.order_by("pk").values("name", "mode", "quota")
    rooms = workshop.rooms.order_by("position", "pk").values("name", "capacity")
    items = workshop.checklist.order_by("days", "pk").values("title", "days", "owner_role", "closes_by")
    return Blueprint(
        **facts,
        **keys,
        **_span_of(workshop),
        sessions=tuple(_sessions_of(workshop)),
        segments=tuple(SegmentPlan(**row) for row in segments),
        rooms=tuple(RoomPlan(**row) for row in rooms),
        checklist=tuple(ItemFacts(**row) for row in items) if with_checklist else (),
        co_units=tuple(row.unit_id for row in beside if row.unit_id),
        co_organizations=tuple(row.organization_id for row in beside if row.organization_id),
    )


def _span_of(workshop: Workshop) -> dict[str, Any]:
    if workshop.starts_at is None or workshop.ends_at is None:
        return {}
    first, last = workshop.starts_at.astimezone(workshop.zone), workshop.ends_at.astimezone(workshop.zone)
    return {"starts": f"{first:%H:%M}", "ends": f"{last:%H:%M}", "n_days": (last.date() - first.date()).days + 1}


def _sessions_of(workshop: Workshop) -> Iterable[SessionPlan]:
    if workshop.first_day is None or workshop.last_day is None:
        return
    for session in workshop.sessions.scheduled().prefetch_related("roles").order_by("starts_at", "pk"):
        start = cast(datetime, session.starts_at).astimezone(workshop.zone)
        if not workshop.first_day <= start.date() <= workshop.last_day:
            continue  # left behind by a move; it has no day in the plan
        roles = sorted(session.roles.all(), key=lambda role: role.pk)
        yield SessionPlan(
            kind=session.kind,
            theme=session.theme,
            day=(start.date() - workshop.first_day).days,
            starts=f"{start:%H:%M}",
            minutes=session.minutes,
            room=session.room,
            roles=tuple(RolePlan(role.role, role.speaker_id, role.position_title) for role in roles),
        )


def create_from_blueprint(
    blueprint: Blueprint,
    *,
    title: str,
    organizer_unit: Unit,
    days: Days,
    take: Take,
    source: Source | None = None,
    state: str = WorkshopState.PLANNED,
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> Workshop:
    """A new idea or plan on these days, sessions at the same clock. The same `form_token` again returns the first one.

    Raises a Refusal, as `create_workshop` does."""
    source = source or Source()
    with transaction.atomic():
        workshop = create_workshop(
            facts=_facts(blueprint, title, organizer_unit, take, by),
            schedule=schedule_on(blueprint, days, source.link),
            beside=_beside(blueprint, take),
            state=state,
            form_token=form_token,
            needs_cover=False,
            by=by,
            now=now,
        )
        if workshop.created_at != now:
            return workshop
        if source.workshop is not None:
            workshop.cloned_from = source.workshop
            Workshop.objects.filter(pk=workshop.pk).update(cloned_from=source.workshop)
        if take.rooms:
            _lay_rooms(workshop, blueprint)
        if take.agenda:
            _lay_agenda(workshop, blueprint, days, take, by=by, now=now)
        if take.checklist:
            add_items(workshop, items=[*blueprint.checklist, *source.extra_items])
    return workshop


def schedule_on(blueprint: Blueprint, days: Days, link: Link) -> Schedule:
    zone = ZoneInfo(blueprint.tz)
    return Schedule(
        tz=blueprint.tz,
        mode=blueprint.mode,
        starts_at=datetime.combine(days.first, days.starts, tzinfo=zone),
        ends_at=datetime.combine(days.last, days.ends, tzinfo=zone),
        venue=blueprint.venue,
        venue_address=blueprint.venue_address,
        **asdict(link),
    )


def _facts(blueprint: Blueprint, title: str, organizer_unit: Unit, take: Take, by: User) -> Facts:
    """Names only what still exists and what this person may know of."""
    people = User.objects.visible_to(by).filter(is_active=True)
    return Facts(
        title=title,
        kind=blueprint.kind,
        organizer_unit=organizer_unit,
        theme=blueprint.theme,
        aims=blueprint.aims,
        host_unit=_still_there(Unit.objects.all(), blueprint.host_unit),
        partner=_still_there(Organization.objects.all(), blueprint.partner),
        agreement=_still_there(Agreement.objects.visible_to(by), blueprint.agreement),
        person_in_charge=_still_there(people, blueprint.person_in_charge) if take.person_in_charge else None,
        is_public=blueprint.is_public,
    )


def _still_there(rows: QuerySet[Row], pk: int | None) -> Row | None:
    return rows.filter(pk=pk).first() if pk else None


def _beside(blueprint: Blueprint, take: Take) -> With:
    segments = [SegmentRow(row.name, row.mode, row.quota) for row in blueprint.segments] if take.segments else []
    if not take.co_organizers:
        return With(segments=segments)
    return With(
        segments=segments,
        units=list(Unit.objects.filter(pk__in=blueprint.co_units).order_by("pk")),
        organizations=list(Organization.objects.filter(pk__in=blueprint.co_organizations).order_by("pk")),
    )


def _lay_rooms(workshop: Workshop, blueprint: Blueprint) -> None:
    WorkshopRoom.objects.bulk_create(
        (
            WorkshopRoom(workshop=workshop, name=room.name, capacity=room.capacity, position=place)
            for place, room in enumerate(blueprint.rooms)
        ),
        ignore_conflicts=True,
    )


def _lay_agenda(workshop: Workshop, blueprint: Blueprint, days: Days, take: Take, *, by: User, now: datetime) -> None:
    """A speaker is taken only from the register as this person sees it: else a copy would open the addresses of people
    whom another office knows."""
    keys = {role.speaker for plan in blueprint.sessions for role in plan.roles if role.speaker}
    known = Speaker.objects.visible_to(by).in_bulk(keys) if take.speakers else {}
    zone = ZoneInfo(blueprint.tz)
    for plan in blueprint.sessions:
        day = days.first + timedelta(days=plan.day)
        if day > days.last:
            continue
        starts_at = datetime.combine(day, time.fromisoformat(plan.starts), tzinfo=zone)
        length = min(timedelta(minutes=plan.minutes), LONGEST_SESSION)
        facts = SessionFacts(
            kind=plan.kind,
            theme=plan.theme,
            starts_at=starts_at,
            ends_at=starts_at + length,
            room=plan.room if take.rooms else "",
        )
        add_session(workshop, facts=facts, roles=_roles(plan, known), by=by, now=now)


def _roles(plan: SessionPlan, known: dict[int, Speaker]) -> list[RoleRow]:
    rows = []
    for role in plan.roles:
        speaker = known.get(role.speaker) if role.speaker else None
        rows.append(RoleRow(role.role, speaker, role.position_title if speaker else ""))
    return rows


def without_people(blueprint: Blueprint) -> Blueprint:
    """The same plan with every place of a speaker open, for a template that leaves the speakers out."""
    sessions = tuple(
        replace(plan, roles=tuple(RolePlan(role.role) for role in plan.roles)) for plan in blueprint.sessions
    )
    return replace(blueprint, sessions=sessions)


def n_speakers(blueprint: Blueprint) -> int:
    """How many different people speak, moderate or lead in the plan."""
    return len({role.speaker for plan in blueprint.sessions for role in plan.roles if role.speaker})
