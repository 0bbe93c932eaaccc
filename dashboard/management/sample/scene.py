"""What all sample events share, and the steps each of them takes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.management.sample.people import People
from dashboard.management.sample.post import deliver
from participants.actions.invitations import accept, decline
from participants.actions.registrations import register
from participants.models import Allocation, Invitation, Registration
from partnerships.models import Agreement, Organization
from units.models import Unit, UnitContact, User
from workshops.actions.agenda import RoleRow, SessionFacts, add_session
from workshops.actions.speakers import SpeakerFacts
from workshops.actions.states import change_state
from workshops.models import Mode, SessionRole, Venue, Workshop, WorkshopState

JAKARTA = ZoneInfo("Asia/Jakarta")
SPEAKER, MODERATOR = SessionRole.Role.SPEAKER, SessionRole.Role.MODERATOR
OFFICIAL, HOST_MC = SessionRole.Role.OFFICIAL, SessionRole.Role.HOST_MC


def at(day: date, clock: str) -> datetime:
    """That day at `08.30` in Jakarta."""
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=JAKARTA)


@dataclass(frozen=True)
class Scene:
    """`units` and `partners` by short name or key, `users` and `venues` by key; `now` is the moment of loading."""

    now: datetime
    units: dict[str, Unit]
    users: dict[str, User]
    partners: dict[str, Organization]
    agreements: dict[str, Agreement]
    people: People
    venues: dict[str, Venue] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(JAKARTA).date()


@dataclass(frozen=True)
class Item:
    """A line of an agenda on one day; `roles` are (role, speaker or None for "akan dikonfirmasi")."""

    kind: str
    theme: str
    starts: str
    ends: str
    room: str = ""
    roles: tuple[tuple[str, SpeakerFacts | None], ...] = field(default_factory=tuple)


def write_agenda(workshop: Workshop, day: date, items: Iterable[Item], *, by: User, now: datetime) -> None:
    for item in items:
        add_session(
            workshop,
            facts=SessionFacts(
                kind=item.kind,
                theme=item.theme,
                starts_at=at(day, item.starts),
                ends_at=at(day, item.ends),
                room=item.room,
            ),
            roles=[RoleRow(role, speaker) for role, speaker in item.roles],
            by=by,
            now=now,
        )


def contact_of(unit: Unit) -> UnitContact:
    """The person who opens the letters of this unit."""
    return unit.contacts.filter(for_publicity=True).order_by("pk")[0]


def say_yes(invitation: Invitation, *, now: datetime) -> None:
    accept(invitation, contact=contact_of(invitation.unit), now=now)


def say_no(invitation: Invitation, *, reason: str, now: datetime) -> None:
    decline(invitation, reason=reason, contact=contact_of(invitation.unit), now=now)


def enroll(
    scene: Scene, allocation: Allocation, modes: Iterable[Mode], *, now: datetime, by: User | None = None
) -> list[Registration]:
    """A new person for each mode: by an account, else by the link in the letter."""
    contact = None if by else contact_of(allocation.unit)
    return [
        register(allocation, person=scene.people.employee(allocation.unit), mode=mode, by=by, contact=contact, now=now)
        for mode in modes
    ]


def post_before(workshop: Workshop, *, days: Iterable[int]) -> None:
    """The post of the days before a workshop, after the offices of the west have opened: confirmations, reminders."""
    if workshop.first_day is None:
        raise ValueError("A workshop without dates has no days before it.")
    for n in days:
        deliver(at(workshop.first_day - timedelta(days=n), "10.05"))


def hold(workshop: Workshop, *, reported_on: date, by: User) -> None:
    """A workshop that took place: begun, ended, reported."""
    if workshop.starts_at is None or workshop.ends_at is None:
        raise ValueError("A workshop without dates cannot have taken place.")
    change_state(workshop, to=WorkshopState.RUNNING, by=by, now=workshop.starts_at)
    change_state(workshop, to=WorkshopState.FINISHED, by=by, now=workshop.ends_at)
    change_state(workshop, to=WorkshopState.REPORTED, by=by, now=at(reported_on, "14.00"))
