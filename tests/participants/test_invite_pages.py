"""Asking many units: the list and the count come first, and only what was shown leaves."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.models import Message
from participants.actions.invitations import InvitationIsPast, withdraw_invitation
from participants.models import Allocation, Invitation
from tests.factories import make_unit, make_user, make_workshop
from tests.participants.scene import NOW, Scene, make_contact, plan
from tests.participants.test_letters import invite
from units.access import Role
from units.models import Level, UnitContact, UnitGroup, UnitKind, User
from workshops.models import WorkshopAudience, WorkshopState

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(scene: Scene) -> str:
    return f"/workshop/{scene.workshop.pk}/undangan/kirim/"


def data(**fields: object) -> dict[str, object]:
    return {
        "levels": ["regional_office"],
        "seats_onsite": 2,
        "seats_online": 3,
        "reply_deadline": "2026-09-17T16:00",
        "step": "preview",
    } | fields


def chosen(client, scene: Scene, **fields: object) -> set[str]:
    response = client.post(url(scene), data(**fields))
    return {unit.short_name for unit in response.context["choice"].to_ask}


def test_looking_sends_nothing_and_confirming_sends_exactly_what_was_shown(scene, sign_in):
    UnitContact.objects.filter(unit=scene.papua).update(email="")
    client = sign_in(scene.staff)
    preview = client.post(url(scene), data())
    page = preview.content.decode()
    assert "Kirim ke 2 satuan kerja" in page
    assert "1 satuan kerja belum punya narahubung" in page
    assert "2 tatap muka, 3 daring" in page
    assert not Invitation.objects.exists()
    assert not WorkshopAudience.objects.exists()
    seen = preview.context["seen"]
    for _ in range(10):
        assert client.post(url(scene), data(step="confirm", seen=seen)).status_code in {200, 302}
    assert set(Invitation.objects.values_list("unit__short_name", "seats_onsite", "seats_online", "response")) == {
        ("Kanwil Jawa Tengah", 2, 3, "none"),
        ("Kanwil Papua", 2, 3, "none"),
    }
    assert {f"{moment:%d %H.%M}" for moment in Invitation.objects.values_list("reply_deadline", flat=True)} == {
        "17 09.00"
    }
    assert Allocation.objects.count() == 2
    assert {letter for letter in plan(NOW) if letter[0] == "invitation"} == {("invitation", "", "humas@jateng.test")}


def test_an_approved_workshop_opens_with_its_first_invitation(scene, sign_in):
    scene.workshop.state = WorkshopState.APPROVED
    scene.workshop.save()
    invite(scene, scene.java)
    scene.workshop.refresh_from_db()
    assert scene.workshop.state == WorkshopState.REGISTRATION
    assert scene.workshop.changes.get().by == scene.staff


def test_units_are_chosen_by_level_kind_tree_group_and_name_less_the_exclusions(scene, sign_in):
    client = sign_in(scene.staff)
    group = UnitGroup.objects.create(name="Keresidenan Pati", owner=scene.bureau)
    group.members.set([scene.jepara])
    closed = make_unit("Rutan Tutup", parent=scene.java, kind=UnitKind.RUTAN, valid_until=(NOW - DAY).date())
    assert closed.short_name not in chosen(client, scene, levels=[], trees=[scene.java.pk])
    assert chosen(client, scene) == {"Kanwil Jawa Tengah", "Kanwil Papua"}
    assert chosen(client, scene, levels=[], kinds=["rutan"]) == {"Rutan Kelas IIB Jepara"}
    assert chosen(client, scene, levels=[], kinds=["rutan", "lapas"], trees=[scene.java.pk]) == {
        "Rutan Kelas IIB Jepara",
        "Lapas Kelas I Semarang",
    }
    assert chosen(client, scene, levels=["technical_unit"], trees=[scene.papua.pk]) == set()
    assert chosen(client, scene, levels=[], groups=[group.pk]) == {"Rutan Kelas IIB Jepara"}
    assert chosen(client, scene, units=[scene.semarang.pk]) == {
        "Kanwil Jawa Tengah",
        "Kanwil Papua",
        "Lapas Kelas I Semarang",
    }
    assert chosen(client, scene, levels=["regional_office", "technical_unit"], without=[scene.java.pk]) == {
        "Kanwil Papua"
    }
    assert chosen(client, scene, leave_out=[scene.papua.pk]) == {"Kanwil Jawa Tengah"}


def organised_by_java(scene: Scene) -> User:
    """Who may invite then: the admin of that region."""
    scene.workshop.organizer_unit = scene.java
    scene.workshop.save()
    return make_user("jateng@humas.test", role=Role.REGIONAL_ADMIN, unit=scene.java)


@pytest.mark.parametrize("is_regional", [False, True])
def test_nothing_is_ticked_beforehand_that_would_widen_the_choice(scene, sign_in, is_regional):
    group = UnitGroup.objects.create(name="Keresidenan Pati", owner=scene.java if is_regional else scene.bureau)
    group.members.set([scene.jepara])
    client = sign_in(organised_by_java(scene) if is_regional else scene.staff)
    form = client.get(url(scene)).context["form"]
    as_it_stands = {name: form[name].value() or [] for name in ("levels", "kinds", "trees", "units")}
    assert chosen(client, scene, **as_it_stands, groups=[group.pk]) == {"Rutan Kelas IIB Jepara"}


def test_an_empty_tree_means_the_reach_of_the_reader(scene, sign_in):
    assert "kosongkan untuk seluruh kementerian" in sign_in(scene.staff).get(url(scene)).text
    page = sign_in(organised_by_java(scene)).get(url(scene)).text
    assert "kosongkan untuk seluruh wilayah Anda" in page
    assert "seluruh kementerian" not in page


def test_a_list_that_changed_is_shown_again_and_nothing_leaves(scene, sign_in):
    client = sign_in(scene.staff)
    seen = client.post(url(scene), data()).context["seen"]
    bali = make_unit("Kanwil Bali", parent=scene.bureau.parent, level=Level.REGIONAL_OFFICE)
    again = client.post(url(scene), data(step="confirm", seen=seen))
    assert "Daftar berubah" in again.content.decode()
    assert "Kirim ke 3 satuan kerja" in again.content.decode()
    left_out = client.post(url(scene), data(step="confirm", seen=again.context["seen"], leave_out=[bali.pk]))
    assert "Kirim ke 2 satuan kerja" in left_out.content.decode()
    other_seats = client.post(url(scene), data(step="confirm", seen=left_out.context["seen"], seats_onsite=9))
    assert other_seats.status_code == 200
    assert not Invitation.objects.exists()


def test_units_asked_before_are_left_as_they_are(scene, sign_in):
    invite(scene, scene.java, seats_onsite=7)
    client = sign_in(scene.staff)
    preview = client.post(url(scene), data())
    assert preview.context["choice"].n_asked_before == 1
    client.post(url(scene), data(step="confirm", seen=preview.context["seen"]))
    assert set(Invitation.objects.values_list("unit__short_name", "seats_onsite")) == {
        ("Kanwil Jawa Tengah", 7),
        ("Kanwil Papua", 2),
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"levels": []}, "Pilih siapa yang diundang"),
        ({"seats_onsite": 0, "seats_online": 0}, "sedikitnya satu kursi"),
        ({"seats_onsite": -1}, "0"),
        ({"seats_onsite": 10**30}, "500"),
        ({"seats_onsite": "dua"}, "is-invalid"),
        ({"reply_deadline": "2026-09-01T16:00"}, "masa depan"),
        ({"reply_deadline": "2026-10-30T16:00"}, "sebelum workshop dimulai"),
        ({"reply_deadline": "besok"}, "Isi tanggal dan jam"),
        ({"reply_deadline": ""}, "is-invalid"),
        ({"levels": ["raja"]}, "raja"),
        ({"trees": [2**70]}, "tidak ada dalam pilihan"),
        ({"groups": ["x"]}, "x"),
        ({"units_q": "\x00"}, "Periksa"),
    ],
)
def test_wrong_terms_say_so_and_keep_what_was_typed(scene, sign_in, wrong, sentence):
    response = sign_in(scene.staff).post(url(scene), data(**wrong))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Invitation.objects.exists()


def test_seats_must_suit_the_mode_of_the_workshop(scene, sign_in):
    for mode, seats, sentence in (
        ("online", {"seats_onsite": 1, "seats_online": 1}, "hanya daring"),
        ("onsite", {"seats_onsite": 1, "seats_online": 1}, "hanya tatap muka"),
    ):
        scene.workshop.mode = mode
        scene.workshop.save()
        assert sentence in sign_in(scene.staff).post(url(scene), data(**seats)).content.decode()


def test_a_deadline_without_office_is_pointed_out(scene, sign_in):
    page = sign_in(scene.staff).post(url(scene), data(reply_deadline="2026-09-19T16:00")).content.decode()
    assert "hari libur" in page
    assert "18-09-2026" in page


@pytest.mark.parametrize("state", [WorkshopState.PLANNED, WorkshopState.CANCELLED, WorkshopState.FINISHED])
def test_a_workshop_that_is_not_open_asks_nobody(scene, sign_in, state):
    scene.workshop.state = state
    scene.workshop.save()
    assert sign_in(scene.staff).post(url(scene), data(step="confirm")).status_code == 302
    assert not Invitation.objects.exists()


def test_the_preview_counts_by_region_what_is_left_out_and_who_has_no_contact(scene, sign_in):
    client = sign_in(scene.staff)
    data = {
        "levels": ["regional_office", "technical_unit"],
        "seats_onsite": 1,
        "seats_online": 0,
        "reply_deadline": "2026-09-18T10:00",
        "step": "preview",
    }
    page = client.post(url(scene), data)
    groups = {group.region: (len(group.units), group.n_left_out) for group in page.context["groups"]}
    assert sum(n for n, _left_out in groups.values()) == len(page.context["choice"].units)
    without = [unit for group in page.context["groups"] for unit in group.units if not unit.has_contact]
    assert sum(group.n_without_contact for group in page.context["groups"]) == len(without)
    left = page.context["groups"][0].units[0]
    again = client.post(url(scene), data | {"leave_out": [left.pk]})
    assert [group.n_left_out for group in again.context["groups"]] == [1] + [0] * (len(groups) - 1)
    assert "1 dilewati" in again.content.decode()


def test_nine_hundred_sixty_eight_units_work(scene, sign_in):
    for n in range(30):
        make_unit(f"Kanwil {n}", parent=scene.bureau.parent, level=Level.REGIONAL_OFFICE)
    homes = list(type(scene.java).objects.filter(level=Level.REGIONAL_OFFICE))
    for n in range(934):
        make_unit(f"Lapas {n}", parent=homes[n % len(homes)], kind=UnitKind.LAPAS)
    client = sign_in(scene.staff)
    both = data(levels=["regional_office", "technical_unit"], seats_onsite=0, seats_online=1)
    with CaptureQueriesContext(connection) as caught:
        preview = client.post(url(scene), both)
    assert "Kirim ke 968 satuan kerja" in preview.content.decode()
    assert len(preview.content) < 400_000
    assert len(caught) <= 12
    client.post(url(scene), both | {"step": "confirm", "seen": preview.context["seen"]})
    assert Invitation.objects.count() == 968
    page = client.get(f"/workshop/{scene.workshop.pk}/undangan/?halaman=20")
    assert page.context["page"].total == 968


# --- reminding, changing, withdrawing


def test_reminding_shows_whom_first_and_sends_to_exactly_those(scene, sign_in):
    make_contact(scene.semarang, "Lapas", "lapas@jateng.test")
    invite(scene, scene.java, scene.papua, scene.semarang)
    plan(NOW)
    client, page = sign_in(scene.staff), f"/workshop/{scene.workshop.pk}/undangan/ingatkan/"
    before = Message.objects.count()
    shown = client.get(page)
    assert "Kirim pengingat ke 3 satuan kerja" in shown.content.decode()
    assert Message.objects.count() == before
    assert "Kirim pengingat ke 1 satuan kerja" in client.get(f"{page}?unit={scene.papua.pk}").content.decode()
    client.post(page, {"unit": scene.papua.pk})
    for _ in range(9):
        client.post(page)
    by_hand = Message.objects.filter(rule="n-1").values_list("to_addr", flat=True)
    assert sorted(by_hand) == ["humas@jateng.test", "humas@papua.test", "lapas@jateng.test"]
    assert "Tidak ada yang perlu diingatkan" in client.get(page).content.decode()
    assert client.get(f"{page}?unit=x").status_code == 200


def test_seats_and_deadline_change_by_page(scene, sign_in):
    (made,) = invite(scene, scene.java)
    client = sign_in(scene.staff)
    terms = {"seats_onsite": 4, "seats_online": 0, "reply_deadline": "2026-09-18T10:00"}
    assert client.post(f"/undangan/{made.pk}/ubah/", terms).status_code == 302
    made.refresh_from_db()
    assert (made.seats_onsite, made.seats_online, made.deadline_set_at) == (4, 0, NOW)
    assert Allocation.objects.get().seats("onsite") == 4
    late = client.post(f"/undangan/{made.pk}/ubah/", terms | {"reply_deadline": "2026-09-01T10:00"})
    assert "masa depan" in late.content.decode()


def test_withdrawing_by_page_says_what_ends(scene, sign_in):
    (made,) = invite(scene, scene.java)
    client = sign_in(scene.staff)
    assert "Tarik undangan" in client.get(f"/undangan/{made.pk}/tarik/").content.decode()
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert client.post(f"/undangan/{made.pk}/tarik/").status_code == 302
    assert client.post(f"/undangan/{made.pk}/tarik/").status_code == 404
    made.refresh_from_db()
    assert made.withdrawn_at == NOW


@pytest.mark.parametrize("state", [WorkshopState.FINISHED, WorkshopState.REPORTED, WorkshopState.CANCELLED])
def test_invitations_to_what_is_over_stay_as_they_were(scene, sign_in, state):
    (made,) = invite(scene, scene.java)
    client = sign_in(scene.staff)
    page = f"/workshop/{scene.workshop.pk}/undangan/"
    edit, take_back, remind = f"/undangan/{made.pk}/ubah/", f"/undangan/{made.pk}/tarik/", f"{page}ingatkan/"
    offered = client.get(page).content.decode()
    assert (edit in offered, take_back in offered, remind in offered) == (True, True, True)
    scene.workshop.state = state
    scene.workshop.save()
    past = client.get(page).content.decode()
    assert (edit in past, take_back in past, remind in past) == (False, False, False)
    terms = {"seats_onsite": 4, "seats_online": 0, "reply_deadline": "2026-09-18T10:00"}
    for answer in (
        client.get(edit, follow=True),
        client.post(edit, terms, follow=True),
        client.get(take_back, follow=True),
        client.post(take_back, follow=True),
    ):
        assert "kegiatannya sudah berakhir" in answer.content.decode()
    with pytest.raises(InvitationIsPast):
        withdraw_invitation(made, by=scene.staff, now=NOW)
    after = Invitation.objects.get(pk=made.pk)
    assert (after.seats_onsite, after.withdrawn_at) == (made.seats_onsite, None)


def test_staff_of_the_bureau_leave_a_regions_own_workshop_alone(scene, sign_in):
    own = make_workshop(scene.java, now=NOW, title="Bimtek Wilayah")
    client = sign_in(scene.staff)
    for tail in ("kirim/", "ingatkan/"):
        assert client.get(f"/workshop/{own.pk}/undangan/{tail}").status_code == 404
        assert client.post(f"/workshop/{own.pk}/undangan/{tail}").status_code == 404
    assert client.get(f"/workshop/{own.pk}/undangan/").status_code == 200
