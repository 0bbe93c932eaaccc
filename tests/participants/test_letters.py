"""Which letters exist when: real rows of the outbox, exact sets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from outbox.models import Message, State
from participants.actions import invitations, registrations
from participants.models import Invitation
from tests.participants.scene import NOW, Scene, make_contact, make_scene, person, plan, send_all
from workshops.actions.schedule import RegistrationWindow, Schedule, move_workshop, schedule_of
from workshops.actions.states import change_state
from workshops.models import Workshop, WorkshopState

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def invite(scene: Scene, *units, **terms) -> list[Invitation]:
    terms = {"seats_onsite": 2, "seats_online": 1, "reply_deadline": NOW + 10 * DAY} | terms
    return invitations.invite_units(scene.workshop, units=units, by=scene.staff, now=NOW, **terms)


def test_invited_units_get_one_letter_for_each_publicity_contact(scene):
    make_contact(scene.java, "Kedua", "kedua@jateng.test")
    make_contact(scene.java, "Kembar", "HUMAS@jateng.test")
    make_contact(scene.java, "Kerja sama", "kerjasama@jateng.test", for_publicity=False)
    make_contact(scene.java, "Lama", "lama@jateng.test", is_active=False)
    make_contact(scene.java, "Tanpa surel", "")
    invite(scene, scene.java, scene.papua)
    first = {(kind, address) for kind, rule, address in plan(NOW) if kind == "invitation"}
    assert first == {
        ("invitation", "humas@jateng.test"),
        ("invitation", "kedua@jateng.test"),
        ("invitation", "humas@papua.test"),
    }
    assert plan(NOW + timedelta(minutes=1)) == set()
