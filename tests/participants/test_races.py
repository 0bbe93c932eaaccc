"""Many at once, each with a connection of its own: seats are never oversold, and with the lock off they are.

SQLite hides such races behind its single writer, so these run on PostgreSQL."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from participants.actions import invitations, registrations
from participants.actions.people import Details
from participants.actions.refusals import Refused
from participants.links import link_token
from participants.models import Allocation, EmploymentStatus, Invitation, Participant, Registration
from tests.participants.scene import Scene, make_scene
from workshops.models import AudienceSegment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene(timezone.now())


@pytest.fixture
def seats(scene: Scene) -> Allocation:
    """One onsite seat."""
    now = scene.workshop.created_at
    (made,) = invitations.invite_units(
        scene.workshop,
        units=[scene.java],
        seats_onsite=1,
        seats_online=0,
        reply_deadline=now + timedelta(days=10),
        by=scene.staff,
        now=now,
    )
    return made.allocations.get()


def at_once(work: Callable[[int], object], n: int = 50) -> Counter[str]:
    """Runs `work` in n threads that start together; counts what came of it: "ok" or the refusal's name."""
    barrier, came = threading.Barrier(n), Counter[str]()

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            work(number)
            outcome = "ok"
        except Refused as refusal:
            outcome = type(refusal).__name__
        finally:
            connections.close_all()
        came[outcome] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def details(number: int, unit) -> Details:
    return Details(
        full_name=f"Orang {number}",
        employment_status=EmploymentStatus.PNS,
        employee_number=f"1987041220101210{number:02}"[:18].ljust(18, "1"),
        unit=unit,
    )


def take(seats: Allocation, scene: Scene) -> Callable[[int], object]:
    return lambda number: registrations.register(
        seats, person=details(number, scene.java), mode="onsite", by=scene.staff, now=scene.workshop.created_at
    )


@pytest.fixture
def lock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same row, read without holding it."""
    monkeypatch.setattr(
        registrations,
        "locked_invitation",
        lambda pk: Invitation.objects.select_related("workshop__topic", "unit").get(pk=pk),
    )


@pytest.mark.parametrize("again", range(3))
def test_fifty_for_the_last_seat_give_exactly_one(scene, seats, again):
    came = at_once(take(seats, scene))
    assert came == {"ok": 1, "NoSeatLeft": 49}
    assert Registration.objects.active().count() == 1
    assert Participant.objects.count() == 1


def test_without_the_lock_the_last_seat_is_oversold(scene, seats, lock_off):
    """The negative control: what the lock is for. One of a few rounds is enough to show it."""
    for _ in range(5):
        at_once(take(seats, scene))
        taken = Registration.objects.active().count()
        if taken > 1:
            return
        Registration.objects.all().delete()
    pytest.fail("Nobody was oversold without the lock: the race is not run, so its test proves nothing.")


def test_a_seat_given_up_while_others_want_it_goes_to_one(scene, seats):
    now = scene.workshop.created_at
    first = registrations.register(seats, person=details(99, scene.java), mode="onsite", by=scene.staff, now=now)

    def work(number: int) -> object:
        if number == 0:
            return registrations.cancel(first, reason="Sakit", by=scene.staff, now=now)
        return take(seats, scene)(number)

    at_once(work, n=20)
    assert Registration.objects.active().count() <= 1


def test_passing_a_seat_on_and_filling_it_at_once_keeps_the_sum(scene, seats):
    now = scene.workshop.created_at
    invitation = seats.invitation

    def work(number: int) -> object:
        if number % 2:
            return invitations.pass_on_seats(invitation, unit=scene.jepara, onsite=1, online=0, by=scene.staff, now=now)
        return take(seats, scene)(number)

    at_once(work, n=20)
    held = {row.unit_id: row.seats_onsite for row in Allocation.objects.filter(invitation=invitation)}
    assert sum(held.values()) == 1
    for allocation in Allocation.objects.filter(invitation=invitation):
        assert Registration.objects.active().filter(allocation=allocation).count() <= allocation.seats_onsite


def test_a_segment_fills_once_from_many_invitations(scene):
    now = scene.workshop.created_at
    made = invitations.invite_units(
        scene.workshop,
        units=[scene.java, scene.papua, scene.jepara, scene.semarang],
        seats_onsite=10,
        seats_online=0,
        reply_deadline=now + timedelta(days=10),
        by=scene.staff,
        now=now,
    )
    places = [invitation.allocations.get() for invitation in made]
    segment = AudienceSegment.objects.create(workshop=scene.workshop, name="Humas", mode="onsite", quota=3)

    def work(number: int) -> object:
        place = places[number % len(places)]
        return registrations.register(
            place, person=details(number, place.unit), mode="onsite", segment=segment, by=scene.staff, now=now
        )

    assert at_once(work, n=24) == {"ok": 3, "SegmentIsFull": 21}


def test_one_person_named_by_many_units_at_once_sits_once(scene):
    now = scene.workshop.created_at
    made = invitations.invite_units(
        scene.workshop,
        units=[scene.java, scene.papua, scene.jepara, scene.semarang],
        seats_onsite=10,
        seats_online=0,
        reply_deadline=now + timedelta(days=10),
        by=scene.staff,
        now=now,
    )
    places = [invitation.allocations.get() for invitation in made]
    came = at_once(
        lambda number: registrations.register(
            places[number % 4], person=details(7, places[number % 4].unit), mode="onsite", by=scene.staff, now=now
        ),
        n=20,
    )
    assert came == {"ok": 1, "AlreadyRegistered": 19}
    assert (Participant.objects.count(), Registration.objects.count()) == (1, 1)


def test_the_same_form_ten_times_at_once_has_one_effect(scene, seats):
    token, data = (
        link_token(seats.invitation_id, scene.java_contact.pk, 1, scene.java_contact.email),
        {
            "full_name": "Tanpa NIP",
            "employment_status": "non_asn",
            "mode": "onsite",
            "form_token": str(uuid.uuid4()),
        },
    )
    answers: list[Any] = []
    at_once(lambda _number: answers.append(Client().post(f"/u/{token}/daftar/", data).status_code), n=10)
    assert answers == [302] * 10
    assert (Participant.objects.count(), Registration.objects.count()) == (1, 1)


def test_inviting_and_reminding_ten_times_at_once_has_one_effect(scene):
    now = scene.workshop.created_at

    def ask(_number: int) -> object:
        return invitations.invite_units(
            scene.workshop,
            units=[scene.java, scene.papua],
            seats_onsite=1,
            seats_online=0,
            reply_deadline=now + timedelta(days=10),
            by=scene.staff,
            now=now,
        )

    assert at_once(ask, n=10) == {"ok": 10}
    assert (Invitation.objects.count(), Allocation.objects.count()) == (2, 2)
    at_once(lambda _number: invitations.remind_units(scene.workshop, by=scene.staff, now=now), n=10)
    assert set(Invitation.objects.values_list("n_reminders", flat=True)) == {1}
