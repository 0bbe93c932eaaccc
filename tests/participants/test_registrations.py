"""Seats: who gets one, who does not, and what the database says afterwards."""

import uuid
from datetime import timedelta

import pytest

from outbox.models import Message, State
from participants.actions import invitations, registrations
from participants.actions.invitations import SeatsDoNotFit, pass_on_seats
from participants.actions.people import Details, NumberBelongsToAnother, update_person
from participants.actions.registrations import (
    AlreadyEnded,
    AlreadyRegistered,
    NoSeatLeft,
    RegistrationIsClosed,
    SegmentIsFull,
)
from participants.models import Allocation, EmploymentStatus, Invitation, Participant, Registration
from tests.factories import make_participant
from tests.participants.scene import NOW, Scene, person, plan
from workshops.models import AudienceSegment, WorkshopState

pytestmark = pytest.mark.django_db
NIP = "198704122010121003"
OTHER = "199105302015031002"
DAY = timedelta(days=1)


@pytest.fixture
def seats(scene: Scene) -> Allocation:
    """Two onsite seats and one online seat of Kanwil Jawa Tengah."""
    invitations.invite_units(
        scene.workshop,
        units=[scene.java],
        seats_onsite=2,
        seats_online=1,
        reply_deadline=NOW + 10 * DAY,
        by=scene.staff,
        now=NOW,
    )
    return Allocation.objects.get(invitation__workshop=scene.workshop, unit=scene.java)


def register(seats: Allocation, who, mode="onsite", **options) -> Registration:
    return registrations.register(seats, person=who, mode=mode, **({"now": NOW} | options))


def held() -> set[tuple[str, str, str]]:
    rows = Registration.objects.active().values_list("participant__full_name", "mode", "unit__short_name")
    return set(rows)


def test_a_registration_keeps_unit_and_position_and_counts_as_acceptance(scene, seats):
    made = register(seats, person("Budi", unit=scene.java, nip=NIP), by=scene.java_admin, position="Pranata Humas")
    assert (made.unit, made.position, made.registered_by) == (scene.java, "Pranata Humas", scene.java_admin)
    invitation = Invitation.objects.get(pk=seats.invitation_id)
    assert (invitation.response, invitation.responded_at, invitation.responded_by) == (
        "accepted",
        NOW,
        scene.java_admin,
    )


def test_seats_of_a_mode_end_and_the_other_mode_is_still_free(scene, seats):
    register(seats, person("Satu", unit=scene.java))
    register(seats, person("Dua", unit=scene.java))
    with pytest.raises(NoSeatLeft):
        register(seats, person("Tiga", unit=scene.java))
    register(seats, person("Empat", unit=scene.java), mode="online")
    assert held() == {
        ("Satu", "onsite", "Kanwil Jawa Tengah"),
        ("Dua", "onsite", "Kanwil Jawa Tengah"),
        ("Empat", "online", "Kanwil Jawa Tengah"),
    }
    assert set(Participant.objects.values_list("full_name", flat=True)) == {"Satu", "Dua", "Empat"}


def test_a_cancelled_seat_is_free_again(scene, seats):
    first = register(seats, person("Satu", unit=scene.java), mode="online")
    registrations.cancel(first, reason="Sakit", by=scene.java_admin, now=NOW + DAY)
    register(seats, person("Dua", unit=scene.java), mode="online")
    assert held() == {("Dua", "online", "Kanwil Jawa Tengah")}
    first.refresh_from_db()
    assert (first.state, first.end_reason, first.ended_at) == ("cancelled", "Sakit", NOW + DAY)


def test_cancelling_twice_changes_nothing_more(scene, seats):
    first = register(seats, person("Satu", unit=scene.java))
    registrations.cancel(first, reason="Sakit", by=scene.java_admin, now=NOW)
    registrations.cancel(first, reason="Lain", by=scene.java_admin, now=NOW + DAY)
    first.refresh_from_db()
    assert (first.end_reason, first.ended_at) == ("Sakit", NOW)


def test_the_same_form_ten_times_is_one_registration_and_one_person(scene, seats):
    token = uuid.uuid4()
    made = {register(seats, person("Tanpa NIP", unit=scene.java), form_token=token).pk for _ in range(10)}
    assert len(made) == 1
    assert Participant.objects.count() == 1


def test_a_person_sits_once_in_a_workshop(scene, seats):
    register(seats, person("Budi", unit=scene.java, nip=NIP))
    with pytest.raises(AlreadyRegistered):
        register(seats, person("Budi", unit=scene.java, nip=NIP), mode="online")
    assert Registration.objects.count() == 1


def test_a_number_finds_its_person_and_keeps_what_is_new_in_the_own_region(scene, seats):
    known = make_participant(scene.jepara, nip=NIP, name="Dr. Budi Contoh, S.H.", now=NOW, position="Staf")
    details = Details(
        full_name="BUDI CONTOH",
        employment_status=EmploymentStatus.PNS,
        employee_number=NIP,
        unit=scene.java,
        email="budi@jateng.test",
        position="Kasubbag",
    )
    made = register(seats, details, by=scene.java_admin)
    known.refresh_from_db()
    assert made.participant_id == known.pk
    assert (known.full_name, known.unit, known.email, known.position) == (
        "Dr. Budi Contoh, S.H.",
        scene.jepara,
        "budi@jateng.test",
        "Kasubbag",
    )


def test_nobody_rewrites_or_learns_about_a_person_of_another_region(scene, seats):
    known = make_participant(scene.papua, nip=NIP, name="Yos Contoh", now=NOW, email="yos@papua.test")
    details = Details(
        full_name="Yos Contoh",
        employment_status=EmploymentStatus.PNS,
        employee_number=NIP,
        unit=scene.java,
        email="palsu@jateng.test",
    )
    register(seats, details, by=scene.java_admin)
    known.refresh_from_db()
    assert (known.email, known.unit) == ("yos@papua.test", scene.papua)
    with pytest.raises(NumberBelongsToAnother) as refusal:
        register(seats, person("Nama Lain", unit=scene.java, nip=NIP), by=scene.java_admin)
    assert "Yos" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"state": WorkshopState.CANCELLED}, NOW),
        ({"state": WorkshopState.APPROVED}, NOW),
        ({"registration_opens_at": NOW + DAY}, NOW),
        ({}, NOW + 11 * DAY),
    ],
)
def test_closed_is_closed_for_units(scene, seats, change, at):
    for name, value in change.items():
        setattr(scene.workshop, name, value)
    scene.workshop.save()
    with pytest.raises(RegistrationIsClosed):
        register(seats, person("Budi", unit=scene.java), by=scene.java_admin, now=at)
    assert not Participant.objects.exists()


def test_the_organiser_still_registers_after_the_deadline_but_not_after_the_end(scene, seats):
    late = scene.workshop.ends_at - timedelta(hours=1)
    register(seats, person("Budi", unit=scene.java), by=scene.staff, now=late)
    with pytest.raises(RegistrationIsClosed):
        register(seats, person("Sri", unit=scene.java), by=scene.staff, now=scene.workshop.ends_at)


def test_an_accepted_unit_names_people_until_registration_closes(scene, seats):
    invitations.accept(seats.invitation, by=scene.java_admin, now=NOW)
    register(seats, person("Budi", unit=scene.java), by=scene.java_admin, now=NOW + 11 * DAY)
    with pytest.raises(RegistrationIsClosed):
        register(seats, person("Sri", unit=scene.java), by=scene.java_admin, now=scene.workshop.registration_deadline)


def test_a_segment_fills_across_invitations(scene, seats):
    segment = AudienceSegment.objects.create(workshop=scene.workshop, name="Humas", mode="onsite", quota=1)
    register(seats, person("Satu", unit=scene.java), segment=segment)
    with pytest.raises(SegmentIsFull):
        register(seats, person("Dua", unit=scene.java), segment=segment)


def test_a_replacement_takes_the_seat_and_its_mode(scene, seats):
    first = register(seats, person("Satu", unit=scene.java), mode="online")
    new = registrations.replace(
        first, person=person("Dua", unit=scene.java), reason="Dinas luar", by=scene.java_admin, now=NOW + DAY
    )
    first.refresh_from_db()
    assert (first.state, first.replaced_by, first.end_reason) == ("replaced", new, "Dinas luar")
    assert held() == {("Dua", "online", "Kanwil Jawa Tengah")}
    with pytest.raises(AlreadyEnded):
        registrations.replace(first, person=person("Tiga", unit=scene.java), reason="x", by=scene.java_admin, now=NOW)


def test_a_replacement_sent_twice_happens_once(scene, seats):
    first, token = register(seats, person("Satu", unit=scene.java)), uuid.uuid4()
    made = {
        registrations.replace(
            first, person=person("Dua", unit=scene.java), reason="x", by=scene.java_admin, now=NOW, form_token=token
        ).pk
        for _ in range(10)
    }
    assert len(made) == 1
    assert held() == {("Dua", "onsite", "Kanwil Jawa Tengah")}


def test_a_refused_replacement_leaves_the_first_person_seated(scene, seats):
    first = register(seats, person("Satu", unit=scene.java))
    register(seats, person("Dua", unit=scene.java, nip=NIP))
    with pytest.raises(AlreadyRegistered):
        registrations.replace(
            first, person=person("Dua", unit=scene.java, nip=NIP), reason="x", by=scene.java_admin, now=NOW
        )
    first.refresh_from_db()
    assert first.state == "registered"


def test_a_seat_changes_mode_only_where_there_is_room(scene, seats):
    first = register(seats, person("Satu", unit=scene.java))
    register(seats, person("Dua", unit=scene.java), mode="online")
    with pytest.raises(NoSeatLeft):
        registrations.edit(first, mode="online", position="", represents="", segment=None, by=scene.java_admin, now=NOW)
    edited = registrations.edit(
        first, mode="onsite", position="Kasubbag", represents="Kakanwil", segment=None, by=scene.java_admin, now=NOW
    )
    assert (edited.mode, edited.position, edited.represents) == ("onsite", "Kasubbag", "Kakanwil")


def test_after_the_start_only_the_organiser_changes(scene, seats):
    first = register(seats, person("Satu", unit=scene.java))
    begun = scene.workshop.starts_at
    with pytest.raises(RegistrationIsClosed):
        registrations.cancel(first, reason="x", by=scene.java_admin, now=begun)
    registrations.cancel(first, reason="x", by=scene.staff, now=begun)
    assert held() == set()


def test_seats_are_passed_on_counted_apart_and_never_below_what_is_taken(scene, seats):
    invitation = seats.invitation
    pass_on_seats(invitation, unit=scene.jepara, onsite=1, online=0, by=scene.java_admin, now=NOW)
    pass_on_seats(invitation, unit=scene.jepara, onsite=1, online=0, by=scene.java_admin, now=NOW)
    given = Allocation.objects.get(invitation=invitation, unit=scene.jepara)
    assert set(Allocation.objects.values_list("unit__short_name", "seats_onsite", "seats_online")) == {
        ("Kanwil Jawa Tengah", 1, 1),
        ("Rutan Kelas IIB Jepara", 1, 0),
    }
    register(given, person("Jepara", unit=scene.jepara))
    with pytest.raises(NoSeatLeft):
        register(given, person("Jepara Dua", unit=scene.jepara))
    for unit, onsite in ((scene.jepara, 0), (scene.semarang, 2), (scene.papua, 1), (scene.java, 1)):
        with pytest.raises(SeatsDoNotFit):
            pass_on_seats(invitation, unit=unit, onsite=onsite, online=0, by=scene.java_admin, now=NOW)


def test_a_refused_passing_on_names_the_true_numbers(scene, seats):
    register(seats, person("Daring", unit=scene.java), mode="online")
    give = {"by": scene.java_admin, "now": NOW}
    pass_on_seats(seats.invitation, unit=scene.jepara, onsite=1, online=0, **give)
    register(Allocation.objects.get(unit=scene.jepara), person("Jepara", unit=scene.jepara))
    said = []
    for unit, onsite, online in ((scene.semarang, 0, 9), (scene.semarang, 2, 0), (scene.jepara, 0, 0)):
        with pytest.raises(SeatsDoNotFit) as refused:
            pass_on_seats(seats.invitation, unit=unit, onsite=onsite, online=online, **give)
        said.append(str(refused.value))
    assert said == [
        "Kursi daring Kanwil Jawa Tengah tidak cukup: dari 1 kursi, 1 sudah terisi dan 9 untuk satuan kerja lain.",
        "Kursi tatap muka Kanwil Jawa Tengah tidak cukup: dari 2 kursi, 0 sudah terisi dan 3 untuk satuan kerja lain.",
        "Kursi tatap muka Rutan Kelas IIB Jepara tidak cukup: diminta 0, padahal 1 sudah terisi.",
    ]


def test_a_changed_address_withdraws_what_waits_for_the_old_one_and_writes_to_the_new(scene, seats):
    made = register(seats, person("Budi", unit=scene.java, email="lama@jateng.test"))
    plan(NOW)
    update_person(
        made.participant, person("Budi", unit=scene.java, email="baru@jateng.test"), by=scene.java_admin, now=NOW
    )
    assert set(Message.objects.filter(to_addr="lama@jateng.test").values_list("state", flat=True)) == {State.CANCELLED}
    assert ("confirmation", "", "baru@jateng.test") in plan(NOW)


def test_a_number_of_somebody_else_cannot_be_taken(scene, seats):
    first = make_participant(scene.java, nip=NIP, name="Satu", now=NOW)
    second = make_participant(scene.java, nip=OTHER, name="Dua", now=NOW)
    with pytest.raises(NumberBelongsToAnother):
        update_person(second, person("Dua", unit=scene.java, nip=NIP), by=scene.java_admin, now=NOW)
    second.refresh_from_db()
    assert (first.employee_number, second.employee_number) == (NIP, OTHER)
