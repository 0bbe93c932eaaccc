"""Typed warnings of an agenda: exact sets, both sides with their links, and a cost that does not grow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import Bureau, Kanwil, make_workshop
from tests.workshops.agendas import moment_of, put
from units.models import User
from workshops.models import (
    AudienceSegment,
    Session,
    SessionRole,
    Speaker,
    SpeakerInvitation,
    SpeakerUnavailability,
    Workshop,
    WorkshopRoom,
)
from workshops.views.agenda import load_draft, workshop_with_quota
from workshops.warnings import AgendaWarning, Code, Severity, warnings_of
from workshops.warnings.kinds import WORDS

# A Friday without a holiday, so that each test says what it is about.
FRIDAY = datetime(2026, 12, 11, 1, tzinfo=UTC)


@pytest.fixture
def workshop(bureau: Bureau) -> Workshop:
    """Three days from Friday 08.00, at a hotel, with nothing on yet."""
    workshop = bureau.workshop
    workshop.sessions.all().delete()
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=FRIDAY, ends_at=FRIDAY + timedelta(days=2, hours=8), venue="Hotel Contoh"
    )
    workshop.refresh_from_db()
    return workshop


def found_by(user: User, workshop: Workshop) -> list[AgendaWarning]:
    return warnings_of(load_draft(workshop_with_quota(Workshop.objects.all(), workshop.pk)), user=user)


def codes(bureau: Bureau, workshop: Workshop) -> list[str]:
    return [str(warning.code) for warning in found_by(bureau.staff, workshop)]


def says(warning: AgendaWarning) -> tuple[str, str, str, str]:
    return str(warning.code), warning.here.label, warning.what, warning.there.label


Arrange = Callable[[Workshop, Bureau], Any]


def confirmed(workshop: Workshop, speaker: Speaker, answer: str = "accepted") -> SpeakerInvitation:
    return SpeakerInvitation.objects.create(
        workshop=workshop,
        speaker=speaker,
        answer=answer,
        answered_at=None if answer == "waiting" else FRIDAY,
        asked_at=FRIDAY,
        reply_deadline=FRIDAY,
    )


def sized(workshop: Workshop, people: int, **rooms: int | None) -> None:
    AudienceSegment.objects.create(workshop=workshop, name="ASN", mode="onsite", quota=people)
    AudienceSegment.objects.create(workshop=workshop, name="ASN", mode="online", quota=500)
    for name, capacity in rooms.items():
        WorkshopRoom.objects.create(workshop=workshop, name=name, capacity=capacity)


@pytest.mark.parametrize(
    ("arrange", "wanted"),
    [
        # One person, or one room, twice at the same time; what only touches is fine.
        (
            lambda w, b: [
                put(w, "A", "8.00", kind="remarks", speaker=b.speaker),
                put(w, "B", "8.30", kind="remarks", speaker=b.speaker),
                put(w, "C", "9.30", 30, kind="remarks", speaker=b.speaker),
            ],
            [
                ("speaker_twice", "A", "Narasumber Pusat", "B"),
                ("not_confirmed", "A", "Belum ditanya kesediaannya", "Narasumber Pusat"),
            ],
        ),
        (
            lambda w, b: [
                put(w, "A", "8.00", kind="remarks", room="Aula"),
                put(w, "B", "8.30", kind="remarks", room="Aula"),
                put(w, "C", "8.30", kind="remarks", room="Lobi"),
                put(w, "D", "9.30", 30, kind="remarks", room="Aula"),
            ],
            [("room_twice", "A", "Aula", "B")],
        ),
        (
            lambda w, b: put(w, "A", "8.00", day=3, kind="remarks"),
            [("outside_days", "A", "", "Workshop Nasional Media Sosial")],
        ),
        (
            lambda w, b: put(w, "A", minutes=90, kind="remarks"),
            [("unscheduled", "A", "1 jam 30 menit", "lihat laci sesi")],
        ),
        (lambda w, b: put(w, "A", "8.00"), [("no_speaker", "A", "", "isi petugasnya")]),
        # A quarter of an hour is a pause, more is a gap.
        (
            lambda w, b: [
                put(w, "A", "8.00", kind="remarks"),
                put(w, "B", "9.15", kind="remarks"),
                put(w, "C", "10.31", 30, kind="remarks"),
            ],
            [("gap", "B", "16 menit", "C")],
        ),
        # Three hours are borne, more are not; a break, or ten minutes, begins anew.
        (
            lambda w, b: [
                put(w, t, c, 90, day=1, speaker=b.speaker, role="host_mc") for t, c in (("A", "8.00"), ("B", "9.30"))
            ],
            [("no_speaker", "A", "", "isi petugasnya"), ("no_speaker", "B", "", "isi petugasnya")],
        ),
        (
            lambda w, b: [put(w, "A", "8.00", 100, day=1), put(w, "B", "9.40", 100, day=1)],
            [
                ("no_speaker", "A", "", "isi petugasnya"),
                ("no_speaker", "B", "", "isi petugasnya"),
                ("no_break", "A", "3 jam 20 menit", "B"),
            ],
        ),
        (
            lambda w, b: [
                put(w, "A", "8.00", 100, day=1),
                put(w, "J", "9.40", 10, day=1, kind="break"),
                put(w, "B", "9.50", 100, day=1),
                put(w, "C", "11.40", 100, day=1),
            ],
            [("no_speaker", t, "", "isi petugasnya") for t in "ABC"],
        ),
        # Friday prayers: breaks are what that time is for.
        (
            lambda w, b: [
                put(w, "A", "10.30", kind="remarks"),
                put(w, "B", "11.30", 30, kind="remarks"),
                put(w, "Ishoma", "12.00", kind="break"),
                put(w, "C", "13.00", kind="remarks"),
            ],
            [("friday_prayer", "B", "", "waktu salat Jumat")],
        ),
        # Rooms used at the same time share the people; an unknown size is trusted.
        (
            lambda w, b: [sized(w, 100, A=60, B=40, C=None), put(w, "S", "8.00", kind="remarks", room="A")],
            [("room_too_small", "S", "60 tempat untuk 100 peserta", "A")],
        ),
        (
            lambda w, b: [
                sized(w, 100, A=60, B=40, C=None),
                put(w, "S", "8.00", kind="remarks", room="A"),
                put(w, "T", "8.00", kind="remarks", room="B"),
                put(w, "U", "9.00", kind="remarks", room="A"),
                put(w, "V", "9.00", kind="remarks", room="C"),
            ],
            [],
        ),
    ],
)
def test_each_kind_is_found_with_both_sides(
    bureau: Bureau, workshop: Workshop, arrange: Arrange, wanted: list[tuple[str, ...]]
) -> None:
    arrange(workshop, bureau)
    found = found_by(bureau.staff, workshop)
    assert [says(warning) for warning in found] == wanted
    assert all(warning.there.url or warning.there.when for warning in found)
    assert all(warning.here.url for warning in found)


def test_holiday_is_named_once_a_day(bureau: Bureau, workshop: Workshop) -> None:
    christmas = datetime(2026, 12, 25, 2, tzinfo=UTC)
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=christmas, ends_at=christmas + timedelta(hours=8))
    workshop.refresh_from_db()
    for clock in ("8.00", "9.00"):
        put(workshop, clock, clock, kind="remarks")
    assert [says(one) for one in found_by(bureau.staff, workshop)] == [("holiday", "8.00", "", "Hari Raya Natal")]


@pytest.mark.parametrize(
    ("answer", "what"),
    [("waiting", "Belum menjawab"), ("declined", "Tidak bersedia"), ("proposed", "Mengusulkan waktu lain")],
)
def test_speaker_who_has_not_agreed_is_named_once(
    bureau: Bureau, workshop: Workshop, maluku: Kanwil, answer: str, what: str
) -> None:
    for theme, clock in (("A", "8.00"), ("B", "9.00")):
        put(workshop, theme, clock, speaker=bureau.speaker)
    put(workshop, "C", "10.00", kind="remarks", speaker=maluku.speaker, role="official")
    invitation = confirmed(workshop, bureau.speaker, answer)
    confirmed(maluku.workshop, bureau.speaker)
    assert [says(one) for one in found_by(bureau.staff, workshop)] == [
        ("not_confirmed", "A", what, bureau.speaker.name)
    ]
    SpeakerInvitation.objects.filter(pk=invitation.pk).update(answer="accepted", answered_at=FRIDAY)
    assert codes(bureau, workshop) == []


def test_speaker_who_cannot_come_at_that_time(bureau: Bureau, workshop: Workshop) -> None:
    put(workshop, "A", "8.00", speaker=bureau.speaker)
    put(workshop, "B", "9.00", speaker=bureau.speaker)
    confirmed(workshop, bureau.speaker)
    away = {"speaker": bureau.speaker, "note": "sakit"}
    until = moment_of(workshop, "9.00")
    SpeakerUnavailability.objects.create(starts_at=until - timedelta(days=2), ends_at=until, **away)
    SpeakerUnavailability.objects.create(
        starts_at=until + timedelta(days=9), ends_at=until + timedelta(days=10), **away
    )
    (warning,) = found_by(bureau.staff, workshop)
    assert says(warning) == ("speaker_away", "A", bureau.speaker.name, bureau.speaker.name)
    assert "sakit" not in f"{warning}"


def test_other_workshops_are_named_to_those_who_may_see_them(
    bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime
) -> None:
    own, other = jateng.workshop, maluku.workshop
    Workshop.objects.filter(pk__in=[own.pk, other.pk]).update(venue="Hotel Contoh")
    Session.objects.filter(pk=jateng.session.pk).update(room="Ruang 1")
    start = jateng.session.starts_at
    there = Session.objects.create(
        workshop=other,
        theme="Rahasia",
        kind="remarks",
        room="Ruang 1",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    SessionRole.objects.create(session=there, speaker=jateng.speaker, role="moderator")
    SessionRole.objects.create(session=there, speaker=maluku.speaker)

    def elsewhere(user: User) -> set[tuple[str, str, str, bool]]:
        own.refresh_from_db()
        return {
            (str(one.code), one.what, one.there.label, bool(one.there.url))
            for one in found_by(user, own)
            if one.severity == Severity.CLASH
        }

    assert elsewhere(bureau.admin) == {
        ("speaker_twice", jateng.speaker.name, other.title, True),
        ("room_taken", "Ruang 1", other.title, True),
    }
    assert elsewhere(jateng.admin) == {
        ("speaker_twice", jateng.speaker.name, "kegiatan lain", False),
        ("room_taken", "Ruang 1", "kegiatan lain", False),
    }
    Workshop.objects.filter(pk=other.pk).update(venue="Hotel Lain")
    assert elsewhere(bureau.admin) == {("speaker_twice", jateng.speaker.name, other.title, True)}
    Workshop.objects.filter(pk=other.pk).update(state="postponed")
    assert elsewhere(bureau.admin) == set()


def fill(workshop: Workshop, n_days: int, n_rooms: int, per_room: int) -> None:
    """As many sessions as days by rooms by sessions, each with two people of a hundred."""
    speakers = Speaker.objects.bulk_create(Speaker(name=f"Orang {n:03}", email=f"o{n}@humas.test") for n in range(100))
    sessions = Session.objects.bulk_create(
        Session(
            workshop=workshop,
            theme=f"Sesi {day}-{room}-{n}",
            room=f"Ruang {room}",
            starts_at=moment_of(workshop, f"{8 + n}.00", day),
            ends_at=moment_of(workshop, f"{8 + n}.00", day) + timedelta(minutes=50),
        )
        for day in range(n_days)
        for room in range(n_rooms)
        for n in range(per_room)
    )
    SessionRole.objects.bulk_create(
        SessionRole(session=session, speaker=speakers[(place * 7 + turn * 31) % 100], role=role)
        for place, session in enumerate(sessions)
        for turn, role in enumerate(("speaker", "moderator"))
    )


def _neighbour(bureau: Bureau, now: datetime, n: int) -> Workshop:
    """Another workshop at the same hotel on one of the same days."""
    starts_at = FRIDAY + timedelta(days=n % 5)
    span: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=8)}
    return make_workshop(bureau.unit, now=now, title=f"Lain {n}", venue="Hotel Contoh", **span)


def test_two_hundred_sessions_against_three_hundred_workshops_cost_a_few_statements(
    as_user: Any, bureau: Bureau, workshop: Workshop, now: datetime, django_assert_num_queries: Any
) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(ends_at=FRIDAY + timedelta(days=4, hours=9))
    workshop.refresh_from_db()
    fill(workshop, 5, 8, 5)
    assert workshop.sessions.count() == 200
    others = [_neighbour(bureau, now, n) for n in range(300)]
    people = list(Speaker.objects.filter(name__startswith="Orang"))
    sessions = Session.objects.bulk_create(
        Session(
            workshop=one, theme="Lain", room=f"Ruang {n % 8}",
            starts_at=one.starts_at, ends_at=one.starts_at + timedelta(hours=1),
        )
        for n, one in enumerate(others)
    )  # fmt: skip
    SessionRole.objects.bulk_create(SessionRole(session=s, speaker=people[n % 100]) for n, s in enumerate(sessions))
    draft = load_draft(workshop_with_quota(Workshop.objects.all(), workshop.pk))
    with django_assert_num_queries(2):
        found = warnings_of(draft, user=bureau.staff)
    assert {str(warning.code) for warning in found} >= {"speaker_twice", "room_taken", "not_confirmed"}
    staff: Client = as_user(bureau.staff)
    url = reverse("workshop_agenda", args=[workshop.pk])
    staff.get(url)
    with django_assert_num_queries(11):
        page = staff.get(url)
    assert len(page.content) < 200_000
    packed = staff.get(url, headers={"accept-encoding": "gzip"})
    assert len(packed.content) < 30_000


# --- the page of warnings


def test_page_lists_by_kind_and_by_session(as_user: Any, bureau: Bureau, workshop: Workshop) -> None:
    first = put(workshop, "A", "8.00", speaker=bureau.speaker)
    put(workshop, "B", "8.30", speaker=bureau.speaker)
    put(workshop, "C")
    staff: Client = as_user(bureau.staff)
    url = reverse("agenda_warnings", args=[workshop.pk])

    def listed(**asked: Any) -> list[str]:
        return [str(warning.code) for warning in staff.get(url, asked).context["warnings"]]

    everything = ["speaker_twice", "not_confirmed", "no_speaker", "unscheduled"]
    assert listed() == everything
    assert listed(jenis="no_speaker") == ["no_speaker"]
    assert listed(sesi=first.pk) == ["speaker_twice", "not_confirmed"]
    assert listed(jenis="x") == listed(sesi="x") == []
    groups = staff.get(reverse("workshop_agenda", args=[workshop.pk])).context["warning_groups"]
    assert [group["code"] for group in groups] == everything


def test_reader_who_cannot_edit_is_not_warned(as_user: Any, bureau: Bureau, jateng: Kanwil, workshop: Workshop) -> None:
    put(workshop, "A", "8.00")
    reader: Client = as_user(jateng.admin)
    assert reader.get(reverse("agenda_warnings", args=[workshop.pk])).status_code == 404
    page = reader.get(reverse("workshop_agenda", args=[workshop.pk])).context
    assert (page["n_warnings"], page["warning_groups"]) == (0, [])


def test_every_code_has_its_words() -> None:
    assert set(WORDS) == set(Code)
