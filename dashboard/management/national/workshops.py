"""Workshops of about four years, who is asked to them and who takes part."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Prefetch

from dashboard.management.national.pouring import next_key, pour
from outbox.models import Topic
from participants.models import Allocation, Invitation, Participant, Registration
from units.models import Level, Unit, User
from workshops.models import (
    AgendaRelease,
    AudienceSegment,
    Mode,
    Session,
    SessionKind,
    SessionRole,
    Speaker,
    Workshop,
    WorkshopAudience,
    WorkshopKind,
    WorkshopRoom,
    WorkshopState,
    lines_of,
    snapshot_of,
)

BATCH = 2_000
# Of a hundred workshops about fifteen begin after the large one, which is three weeks ahead.
BEFORE_LARGE_OF_HUNDRED = 85
DAYS_APART, LARGE_IN_DAYS = 4, 21
CONFERENCE, CONFERENCE_DAYS, CONFERENCE_ROOMS = "Konferensi Humas Nasional Contoh", 5, 8


@dataclass
class Held:
    """A workshop with the people who take part, by the office that was asked."""

    workshop: Workshop
    people: list[Participant]
    first_registration: int = 0
    invitations: list[Invitation] = field(default_factory=list)
    allocation_of: dict[int, int] = field(default_factory=dict)

    @property
    def is_coming(self) -> bool:
        return self.workshop.state == WorkshopState.REGISTRATION


def make_workshops(
    units: list[Unit], people: list[Participant], *, n: int, n_registrations: int, by: User, now: datetime
) -> list[Held]:
    """`n` workshops with agenda, invitations and registrations; in one, three weeks ahead, everybody takes part."""
    large = n * BEFORE_LARGE_OF_HUNDRED // 100
    organizers = list(Unit.objects.filter(level=Level.BUREAU)) + [u for u in units if u.level == Level.REGIONAL_OFFICE]
    topics = Topic.objects.bulk_create(
        (Topic(label=_title(place), owner=organizers[_organizer(place, len(organizers))]) for place in range(n)),
        batch_size=BATCH,
    )
    made = Workshop.objects.bulk_create(
        (
            _workshop(place, topic, by, now + timedelta(days=(place - large) * DAYS_APART + LARGE_IN_DAYS), now)
            for place, topic in enumerate(topics)
        ),
        batch_size=BATCH,
    )
    shares = _shares(n, large, len(people), n_registrations)
    held = [Held(workshop, _slice(people, place * 311, shares[place])) for place, workshop in enumerate(made)]
    _write_agendas(made, now)
    _invite(held, by, now)
    _register(held, now)
    return held


def _title(place: int) -> str:
    words = [
        "Workshop Media Sosial",
        "Bimtek Pemberitaan",
        "Webinar Komunikasi Krisis",
        "Pelatihan Fotografi",
        "Rakor Humas",
    ]
    return f"{words[place % len(words)]} Contoh {place + 1:03}"


def _organizer(place: int, n: int) -> int:
    """Each third by the bureau, which stands first; the others by the Kanwil in turn."""
    return 0 if place % 3 == 0 else 1 + place % (n - 1)


def _workshop(place: int, topic: Topic, by: User, starts_at: datetime, now: datetime) -> Workshop:
    starts_at = starts_at.replace(hour=1, minute=0, second=0, microsecond=0)
    created_at = starts_at - timedelta(days=60)
    is_over = starts_at < now
    return Workshop(
        topic=topic,
        title=topic.label,
        kind=list(WorkshopKind)[place % len(WorkshopKind)],
        mode=Mode.HYBRID,
        state=WorkshopState.REPORTED if is_over else WorkshopState.REGISTRATION,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=place % 3, hours=8),
        calendar_on=starts_at.date(),
        organizer_unit=topic.owner,
        venue=f"Aula Contoh {place % 40 + 1}",
        meeting_url="https://rapat.humas.invalid/contoh",
        registration_deadline=starts_at - timedelta(days=3),
        person_in_charge=by,
        created_at=created_at,
        created_by=by,
    )


def _shares(n: int, large: int, n_people: int, n_registrations: int) -> list[int]:
    """How many people each workshop has: all in the large one, the rest evenly."""
    rest = n_registrations - n_people
    shares = [rest * (place + 1) // (n - 1) - rest * place // (n - 1) for place in range(n - 1)]
    shares.insert(large, n_people)
    return shares


def _slice(people: list[Participant], first: int, n: int) -> list[Participant]:
    """`n` people in a row, around the end, in the order of their offices."""
    first %= len(people)
    return people[first : first + n] + people[: max(0, first + n - len(people))]


def _write_agendas(made: list[Workshop], now: datetime) -> None:
    speakers = Speaker.objects.bulk_create(
        (Speaker(name=f"Narasumber Contoh {number + 1:03}", position="Praktisi") for number in range(200)),
        batch_size=BATCH,
    )
    sessions = Session.objects.bulk_create(
        (
            Session(
                workshop=workshop,
                kind=SessionKind.MATERIAL,
                theme=f"Materi {number + 1}",
                starts_at=workshop.starts_at + timedelta(minutes=75 * number),
                ends_at=workshop.starts_at + timedelta(minutes=75 * number + 60),
                room="Aula",
            )
            for workshop in made
            if workshop.starts_at
            for number in range(6)
        ),
        batch_size=BATCH,
    )
    SessionRole.objects.bulk_create(
        (
            SessionRole(session=session, speaker=speakers[number % len(speakers)], position_title="Praktisi")
            for number, session in enumerate(sessions)
        ),
        batch_size=BATCH,
    )
    AudienceSegment.objects.bulk_create(
        (AudienceSegment(workshop=workshop, name="ASN humas", mode=Mode.ONSITE, quota=12_000) for workshop in made),
        batch_size=BATCH,
    )
    _release([*made, make_conference(made[0].organizer_unit, speakers, now)], now)


def make_conference(organizer: Unit, speakers: list[Speaker], now: datetime) -> Workshop:
    """A plan of five days in eight rooms with two hundred sessions, in the very days of other workshops and with their
    speakers: what the agenda's page and its warnings are measured with. Nobody is invited to it."""
    starts_at = (now + timedelta(days=LARGE_IN_DAYS)).replace(hour=1, minute=0, second=0, microsecond=0)
    workshop = Workshop.objects.create(
        topic=Topic.objects.create(label=CONFERENCE, owner=organizer),
        title=CONFERENCE,
        kind=WorkshopKind.COORDINATION_MEETING,
        mode=Mode.ONSITE,
        state=WorkshopState.PLANNED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=CONFERENCE_DAYS - 1, hours=9),
        calendar_on=starts_at.date(),
        organizer_unit=organizer,
        venue="Aula Contoh 1",
        created_at=now,
    )
    rooms = [f"Ruang {number + 1}" for number in range(CONFERENCE_ROOMS)]
    WorkshopRoom.objects.bulk_create(
        WorkshopRoom(workshop=workshop, name=room, capacity=100, position=place) for place, room in enumerate(rooms)
    )
    sessions = Session.objects.bulk_create(
        (
            Session(
                workshop=workshop,
                kind=SessionKind.MATERIAL,
                theme=f"Materi hari {day + 1}, {room}, bagian {part + 1}",
                starts_at=starts_at + timedelta(days=day, minutes=105 * part),
                ends_at=starts_at + timedelta(days=day, minutes=105 * part + 90),
                room=room,
            )
            for day in range(CONFERENCE_DAYS)
            for room in rooms
            for part in range(5)
        ),
        batch_size=BATCH,
    )
    SessionRole.objects.bulk_create(
        (
            SessionRole(session=session, speaker=speakers[(7 * place + turn) % len(speakers)], role=role)
            for place, session in enumerate(sessions)
            for turn, role in enumerate((SessionRole.Role.SPEAKER, SessionRole.Role.MODERATOR))
        ),
        batch_size=BATCH,
    )
    return workshop


def _release(made: list[Workshop], now: datetime) -> None:
    """What stands is version 1, as it would be of workshops that people were told of."""
    roles = SessionRole.objects.select_related("speaker").order_by("pk")
    rows = (
        Session.objects.filter(workshop__in=made).prefetch_related(Prefetch("roles", roles)).order_by("workshop", "pk")
    )
    by_workshop = {key: list(group) for key, group in groupby(rows, lambda session: session.workshop_id)}
    AgendaRelease.objects.bulk_create(
        (
            AgendaRelease(
                workshop=workshop,
                number=1,
                name="Versi 1",
                snapshot=snapshot_of(lines_of(by_workshop.get(workshop.pk, []))),
                agenda_rev=workshop.agenda_rev,
                released_at=now,
            )
            for workshop in made
        ),
        batch_size=BATCH,
    )


def _invite(held: list[Held], by: User, now: datetime) -> None:
    """Each office of the people who take part, with a seat for each of them and one more."""
    for one in held:
        starts_at = one.workshop.starts_at or now
        for unit_id, group in groupby(sorted(one.people, key=lambda person: person.unit_id or 0), lambda p: p.unit_id):
            n_seats = sum(1 for _person in group)
            one.invitations.append(
                Invitation(
                    workshop=one.workshop,
                    unit_id=unit_id,
                    seats_onsite=n_seats,
                    seats_online=1,
                    reply_deadline=starts_at - timedelta(days=10),
                    response=Invitation.Response.ACCEPTED,
                    responded_at=min(starts_at - timedelta(days=30), now),
                    invited_at=min(starts_at - timedelta(days=40), now),
                    invited_by=by,
                )
            )
    invitations = Invitation.objects.bulk_create((i for one in held for i in one.invitations), batch_size=BATCH)
    allocations = Allocation.objects.bulk_create(
        (
            Allocation(invitation=i, unit_id=i.unit_id, seats_onsite=i.seats_onsite, seats_online=i.seats_online)
            for i in invitations
        ),
        batch_size=BATCH,
    )
    WorkshopAudience.objects.bulk_create(
        (WorkshopAudience(workshop_id=i.workshop_id, unit_id=i.unit_id) for i in invitations), batch_size=BATCH
    )
    given = iter(allocations)
    for one in held:
        one.allocation_of = {invitation.unit_id: next(given).pk for invitation in one.invitations}


REGISTRATION = [
    "id", "workshop_id", "participant_id", "unit_id", "allocation_id", "mode", "position", "represents", "state",
    "registered_at", "end_reason",
]  # fmt: skip


def _register(held: list[Held], now: datetime) -> None:
    key = next_key(Registration)
    for one in held:
        one.first_registration = key
        key += len(one.people)
    pour(Registration, REGISTRATION, _registrations(held, now))


def _registrations(held: list[Held], now: datetime) -> Iterator[tuple[object, ...]]:
    for one in held:
        workshop = one.workshop
        registered_at = min((workshop.starts_at or now) - timedelta(days=29), now)
        for key, person in enumerate(one.people, start=one.first_registration):
            allocation = one.allocation_of[person.unit_id or 0]
            yield (
                key, workshop.pk, person.pk, person.unit_id, allocation, "onsite", person.position, "", "registered",
                registered_at, "",
            )  # fmt: skip
