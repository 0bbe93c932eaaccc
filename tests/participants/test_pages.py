"""Every page of this app with rows in it: it renders, shows what it should and nothing of other regions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from participants.actions import invitations, registrations
from participants.models import Invitation
from tests.participants.scene import Scene, make_scene, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """As pages see it: now is now."""
    now = timezone.now()
    scene = make_scene(now)
    invitations.invite_units(
        scene.workshop,
        units=[scene.java, scene.papua],
        seats_onsite=2,
        seats_online=1,
        reply_deadline=now + timedelta(days=10),
        by=scene.staff,
        now=now,
    )
    return scene


def invitation_of(scene: Scene, unit) -> Invitation:
    return Invitation.objects.select_related("unit", "workshop").get(workshop=scene.workshop, unit=unit)


def seat(scene: Scene, unit, name: str, nip: str = "", mode: str = "onsite"):
    allocation = invitation_of(scene, unit).allocations.get(unit=unit)
    return registrations.register(
        allocation, person=person(name, unit=unit, nip=nip), mode=mode, by=scene.staff, now=timezone.now()
    )


def pages(scene: Scene) -> list[str]:
    java = invitation_of(scene, scene.java)
    return [
        f"/workshop/{scene.workshop.pk}/undangan/",
        f"/workshop/{scene.workshop.pk}/undangan/kirim/",
        f"/workshop/{scene.workshop.pk}/undangan/ingatkan/",
        f"/workshop/{scene.workshop.pk}/peserta/",
        "/undangan/",
        "/undangan/?tampil=selesai",
        f"/undangan/{java.pk}/",
        f"/undangan/{java.pk}/kursi/",
        f"/undangan/{java.pk}/ubah/",
        f"/undangan/{java.pk}/tarik/",
        f"/undangan/{java.pk}/daftar/",
        "/peserta/",
    ]


def test_pages_answer_the_bureau(scene, sign_in):
    registration = seat(scene, scene.java, "Budi Contoh", "198704122010121003")
    client: Client = sign_in(scene.staff)
    more = [
        f"/pendaftaran/{registration.pk}/ubah/",
        f"/pendaftaran/{registration.pk}/ganti/",
        f"/pendaftaran/{registration.pk}/batal/",
        f"/peserta/{registration.participant_id}/",
        f"/peserta/{registration.participant_id}/ubah/",
    ]
    for url in [*pages(scene), *more]:
        response = client.get(url)
        assert response.status_code == 200, url
        assert "198704122010121003" not in response.content.decode().replace(" ", ""), url
