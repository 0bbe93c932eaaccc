"""Pages of this app: they show the reader's rows and no others, cost the same for one row as for three, write nothing
when looked at, and take bad input with a sentence."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override
from python_calamine import CalamineWorkbook

from outbox.models import Message
from participants.actions import invitations, registrations
from participants.filters import RegistrationFilter
from participants.models import Allocation, Invitation, Participant, PersonalDataRead, Registration
from tests.factories import PASSWORD, make_participant, make_unit, make_user, make_workshop
from tests.participants.scene import NOW, Scene, make_contact, person
from tests.participants.test_letters import invite, seat
from units.access import Role
from units.models import Level
from workshops.models import Workshop, WorkshopKind

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JAVA_NIP, PAPUA_NIP = "198704122010121003", "199105302015031002"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def full(scene: Scene) -> Scene:
    """Both Kanwil asked, one person each with NIP and telephone."""
    invite(scene, scene.java, scene.papua)
    for unit, nip, name, phone in (
        (scene.java, JAVA_NIP, "Budi Jawa", "+628110000111"),
        (scene.papua, PAPUA_NIP, "Yos Papua", "+628110000222"),
    ):
        who = make_participant(unit, nip=nip, name=name, now=NOW, phone=phone, email=f"{name[:3]}@x.test".lower())
        made = seat(scene, unit, name, who.email)
        stray, made.participant = made.participant, who
        made.save()
        stray.delete()
    return scene


def of(scene: Scene, unit) -> Invitation:
    return Invitation.objects.get(workshop=scene.workshop, unit=unit)


def lists(scene: Scene) -> dict[str, int]:
    """Each list with the number of statements it may cost, session and user included."""
    return {
        f"/workshop/{scene.workshop.pk}/undangan/": 8,
        f"/workshop/{scene.workshop.pk}/peserta/": 8,
        "/undangan/": 8,
        "/peserta/": 6,
    }


def pages(scene: Scene) -> list[str]:
    invitation, registration = of(scene, scene.java), Registration.objects.get(unit=scene.java)
    return [
        *lists(scene),
        f"/workshop/{scene.workshop.pk}/undangan/kirim/",
        f"/workshop/{scene.workshop.pk}/undangan/ingatkan/",
        f"/workshop/{scene.workshop.pk}/undangan/ekspor/",
        "/undangan/?tampil=selesai",
        f"/undangan/{invitation.pk}/",
        f"/undangan/{invitation.pk}/kursi/",
        f"/undangan/{invitation.pk}/ubah/",
        f"/undangan/{invitation.pk}/tarik/",
        f"/undangan/{invitation.pk}/daftar/",
        f"/undangan/{invitation.pk}/daftar/?orang={registration.participant_id}",
        f"/pendaftaran/{registration.pk}/ubah/",
        f"/pendaftaran/{registration.pk}/ganti/",
        f"/pendaftaran/{registration.pk}/batal/",
        f"/peserta/{registration.participant_id}/",
        f"/peserta/{registration.participant_id}/ubah/",
    ]


def everything() -> tuple[object, ...]:
    return tuple(
        tuple(model.objects.order_by("pk").values_list())
        for model in (Invitation, Allocation, Registration, Participant, PersonalDataRead, Message)
    )


def body(response) -> str:
    return b"".join(response).decode(errors="replace") if response.streaming else response.content.decode()


# --- who sees what


def test_the_bureau_opens_every_page_and_reads_no_whole_number(full, sign_in):
    client, before = sign_in(full.staff), everything()
    for url in pages(full):
        with CaptureQueriesContext(connection) as caught:
            response = client.get(url)
        assert response.status_code == 200, url
        assert len(caught) <= 12, (url, len(caught))
        page = body(response)
        for number in (JAVA_NIP, "19870412 201012 1 003", "8110000111", "811-0000-111"):
            assert number not in page, url
    assert everything() == before


def test_a_kanwil_sees_its_own_whole_and_of_others_nothing(full, sign_in):
    client, before = sign_in(full.java_admin), everything()
    seen = ""
    for url in pages(full):
        response = client.get(url)
        organiser_only = (
            "/kirim/" in url
            or "/ingatkan/" in url
            or url.endswith(("/tarik/",))
            or (url.startswith("/undangan/") and url.endswith("/ubah/"))
        )
        assert response.status_code == (404 if organiser_only else 200), url
        page = body(response)
        seen += page
        for secret in ("Yos Papua", PAPUA_NIP, "19910530", "8110000222", "811-0000-222", "yos@x.test"):
            assert secret not in page, url
    assert "19870412 201012 1 003" in seen
    assert everything() == before


def test_rows_of_another_region_are_not_there(full, sign_in):
    client, before = sign_in(full.papua_admin), everything()
    java, registration = of(full, full.java), Registration.objects.get(unit=full.java)
    for url, data in (
        (f"/undangan/{java.pk}/", None),
        (f"/undangan/{java.pk}/kursi/", {}),
        (f"/undangan/{java.pk}/daftar/", {"step": "save"}),
        (f"/undangan/{java.pk}/jawab/", {"answer": "accept"}),
        (f"/pendaftaran/{registration.pk}/ubah/", {"mode": "online"}),
        (f"/pendaftaran/{registration.pk}/ganti/", {"step": "save", "reason": "x"}),
        (f"/pendaftaran/{registration.pk}/batal/", {"reason": "x"}),
        (f"/peserta/{registration.participant_id}/", None),
        (f"/peserta/{registration.participant_id}/ubah/", {"full_name": "x"}),
        (f"/workshop/{full.workshop.pk}/undangan/kirim/", {"step": "confirm"}),
    ):
        if "jawab" not in url:
            assert client.get(url).status_code == 404, url
        if data is not None:
            assert client.post(url, data).status_code == 404, url
    own = of(full, full.papua)
    seats = Allocation.objects.get(unit=full.java)
    assert client.get(f"/undangan/{own.pk}/daftar/?satker={seats.pk}").status_code == 404
    assert client.get(f"/undangan/{own.pk}/daftar/?orang={registration.participant_id}").status_code == 404
    assert client.post("/peserta/cari/", {"satker": seats.pk, "q": "Budi"}).status_code == 404
    for search in ({"q": "Budi"}, {"q": JAVA_NIP}):
        found = client.post("/peserta/cari/", search | {"satker": own.allocations.get().pk})
        assert "Budi Jawa" not in found.content.decode()
        listed = client.post("/peserta/", search, follow=True)
        assert "Budi Jawa" not in listed.content.decode()
    assert everything() == before


def test_an_operator_fills_only_the_seats_of_the_own_unit(full, sign_in):
    client = sign_in(full.jepara_operator)
    java = of(full, full.java)
    assert client.get(f"/undangan/{java.pk}/").status_code == 404
    invitations.pass_on_seats(java, unit=full.jepara, onsite=1, online=0, by=full.java_admin, now=NOW)
    page = client.get(f"/undangan/{java.pk}/").content.decode()
    assert "Rutan Kelas IIB Jepara" in page
    assert "Budi Jawa" not in page
    assert client.post(f"/undangan/{java.pk}/jawab/", {"answer": "accept"}).status_code == 404
    assert client.get(f"/undangan/{java.pk}/kursi/").status_code == 404
    assert "Workshop Media Sosial" in client.get("/undangan/").content.decode()
    own, foreign = Allocation.objects.get(unit=full.jepara), Allocation.objects.get(unit=full.java)
    assert client.get(f"/undangan/{java.pk}/daftar/?satker={foreign.pk}").status_code == 404
    data = {
        "step": "save",
        "full_name": "Wati Jepara",
        "employment_status": "non_asn",
        "mode": "onsite",
        "form_token": "7d0c1f3e-6f43-4a44-9a3c-3a2f6c8b9d10",
    }
    assert client.post(f"/undangan/{java.pk}/daftar/?satker={own.pk}", data).status_code == 302
    assert Registration.objects.get(unit=full.jepara).participant.full_name == "Wati Jepara"


def test_leaders_look_and_change_nothing(full, sign_in):
    client, before = sign_in(full.leader), everything()
    registration = Registration.objects.get(unit=full.java)
    for url in [*lists(full), f"/undangan/{of(full, full.java).pk}/", f"/peserta/{registration.participant_id}/"]:
        page = client.get(url)
        assert page.status_code == 200, url
        for hidden in ("19870412", "8110000111", "bud@x.test", "Ekspor 2", "/ganti/", "/batal/"):
            assert hidden not in page.content.decode(), (url, hidden)
    for url in (
        f"/undangan/{of(full, full.java).pk}/daftar/",
        f"/pendaftaran/{registration.pk}/batal/",
        f"/peserta/{registration.participant_id}/lihat/",
        f"/workshop/{full.workshop.pk}/peserta/ekspor/",
        "/peserta/ekspor/",
    ):
        assert client.post(url, {"reason": "x"}).status_code == 403, url
    assert everything() == before


# --- cost


@pytest.mark.parametrize("who", ["staff", "java_admin", "leader"])
def test_lists_cost_the_same_for_one_row_and_for_three(full, sign_in, who):
    client = sign_in(getattr(full, who))

    def cost() -> dict[str, int]:
        found = {}
        for url in lists(full):
            client.get(url)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code == 200
            found[url] = len(caught)
        return found

    one = cost()
    for n in (1, 2):
        unit = make_unit(f"Rutan {n}", parent=full.java)
        invite(full, unit)
        seat(full, unit, f"Orang {n}", "")
        invite(full, make_unit(f"Kanwil {n}", parent=full.bureau.parent, level=Level.REGIONAL_OFFICE))
        other = make_workshop(full.bureau, now=NOW, title=f"Lain {n}")
        invitations.invite_units(
            other, units=[full.java], seats_onsite=1, seats_online=0, reply_deadline=NOW + DAY, by=full.staff, now=NOW
        )
    assert cost() == one
    for url, most in lists(full).items():
        assert one[url] <= most, (url, one[url])


def test_the_last_page_of_ten_thousand_costs_what_the_first_does(full, sign_in):
    allocation = Allocation.objects.get(unit=full.java)
    people = Participant.objects.bulk_create(
        [Participant(full_name=f"Orang {n:05}", unit=full.java, created_at=NOW) for n in range(1000)]
    )
    Registration.objects.bulk_create(
        [
            Registration(
                workshop=full.workshop,
                participant=one,
                unit=full.java,
                allocation=allocation,
                mode="online",
                registered_at=NOW,
            )
            for one in people
        ]
    )
    client, costs = sign_in(full.staff), []
    for number in (1, 2, 11, 21):
        with CaptureQueriesContext(connection) as caught:
            page = client.get(f"/workshop/{full.workshop.pk}/peserta/?halaman={number}")
        costs.append(len(caught))
        assert page.context["page"].number == number
    assert set(costs) == {8}
    assert [row.registration.participant.full_name for row in page.context["rows"]] == ["Yos Papua", "Budi Jawa"]


# --- search, filters, export


def test_names_are_searched_in_the_address_and_numbers_never(full, sign_in):
    client = sign_in(full.staff)
    for url in ("/peserta/", f"/workshop/{full.workshop.pk}/peserta/"):
        by_name = client.post(url, {"q": "budi"}, follow=True)
        assert by_name.redirect_chain[0][0] == f"{url}?q=budi"
        assert {row for row in ("Budi Jawa", "Yos Papua") if row in by_name.content.decode()} == {"Budi Jawa"}
        by_number = client.post(f"{url}?urut=nama", {"q": " 19870412 2010 "}, follow=True)
        assert "1987" not in by_number.redirect_chain[0][0]
        assert "urut=nama" in by_number.redirect_chain[0][0]
        assert {row for row in ("Budi Jawa", "Yos Papua") if row in by_number.content.decode()} == {"Budi Jawa"}
        nothing = client.post(url, {"q": "200001012020011001"}, follow=True).content.decode()
        assert "Budi Jawa" not in nothing
        assert "Yos Papua" not in nothing


@pytest.mark.parametrize("is_of_workshop", [True, False])
def test_one_press_searches_and_filters(full, sign_in, is_of_workshop):
    """As a browser without JavaScript sends the form of the page: all its fields, the hidden ones too."""
    seat(full, full.java, "Budi Daring", "", mode="online")
    client, url = sign_in(full.staff), f"/workshop/{full.workshop.pk}/peserta/" if is_of_workshop else "/peserta/"

    def names(page) -> set[str]:
        rows = page.context["rows"]
        return {row.registration.participant.full_name if is_of_workshop else row.person.full_name for row in rows}

    def pressed(page, **typed):
        form = page.context["filter"].form
        assert page.text.count('name="q"') == 2, "the portal's own search box and this form's"
        sent = {field.name: field.value() or "" for field in form}
        return client.post(page.request["PATH_INFO"], sent | typed, follow=True)

    java = {"wilayah": str(full.java.pk), "urut": "nama"}
    found = pressed(client.get(url), q="budi", **java)
    assert names(found) == {"Budi Jawa", "Budi Daring"}
    assert "q=budi" in found.request["QUERY_STRING"].split("&")
    by_number = pressed(found, q="198704122010")
    assert "1987" not in by_number.redirect_chain[0][0]
    assert "budi" not in by_number.redirect_chain[0][0]
    assert names(by_number) == {"Budi Jawa"}
    assert by_number.context["filter"].form["wilayah"].value() == str(full.java.pk)
    assert "hasil pencarian NIP" in by_number.text
    elsewhere = pressed(by_number, wilayah=str(full.papua.pk))
    assert names(elsewhere) == set(), "the number that was searched still holds"
    assert names(pressed(elsewhere, wilayah="")) == {"Budi Jawa"}
    by_name = pressed(elsewhere, q="yos")
    assert names(by_name) == {"Yos Papua"}
    assert "orang" not in by_name.redirect_chain[0][0]
    assert {"Budi Jawa", "Yos Papua", "Budi Daring"} == names(pressed(by_name, q="", wilayah=""))


def test_english_says_one_thing_in_the_singular(full, sign_in):
    full.staff.language = "en"
    full.staff.save()
    client = sign_in(full.staff)
    for url in ("/peserta/", f"/workshop/{full.workshop.pk}/peserta/", f"/workshop/{full.workshop.pk}/undangan/"):
        page = client.get(url).text
        assert '<th scope="col">Work unit</th>' in page
        assert '<th scope="col">Work units</th>' not in page
        assert 'data-label="Work units"' not in page
    with override("en"):
        assert WorkshopKind.WORKSHOP.label == "Workshop"
        assert Workshop._meta.get_field("agreement").verbose_name == "Agreement"
        assert {str(label) for value, label in RegistrationFilter.ORDERS if value == "satker"} == {"Work unit"}
        assert gettext("Satuan kerja") == "Work units", "the menu and the list of units"


def test_filters_narrow_the_list_of_registrations(full, sign_in):
    seat(full, full.java, "Tanpa Surel", "", mode="online")
    client, url = sign_in(full.staff), f"/workshop/{full.workshop.pk}/peserta/"

    def names(query: str) -> set[str]:
        return {row.registration.participant.full_name for row in client.get(f"{url}?{query}").context["rows"]}

    assert names("") == {"Budi Jawa", "Yos Papua", "Tanpa Surel"}
    assert names(f"wilayah={full.java.pk}") == {"Budi Jawa", "Tanpa Surel"}
    assert names("bentuk=online") == {"Tanpa Surel"}
    assert names("surel=tanpa") == {"Tanpa Surel"}
    assert names("surel=ada") == {"Budi Jawa", "Yos Papua"}
    assert names("keadaan=cancelled") == set()
    assert "tanpa surel" in client.get(url).content.decode()


def test_answers_are_counted_and_filtered(full, sign_in):
    make = make_unit("Kanwil Bali", parent=full.bureau.parent, level=Level.REGIONAL_OFFICE)
    invite(full, make, full.jepara)
    invitations.decline(of(full, make), reason="Bentrok", by=full.staff, now=NOW)
    client, url = sign_in(full.staff), f"/workshop/{full.workshop.pk}/undangan/"
    page = client.get(url)
    assert [(str(chip["label"]), chip["count"]) for chip in page.context["chips"]] == [
        ("Semua", 4),
        ("Belum menjawab", 1),
        ("Bersedia", 2),
        ("Menolak", 1),
    ]
    assert "Bentrok" in page.content.decode()

    def units(query: str) -> list[str]:
        return [row.invitation.unit.short_name for row in client.get(f"{url}?{query}").context["rows"]]

    assert units("") == ["Kanwil Bali", "Kanwil Jawa Tengah", "Rutan Kelas IIB Jepara", "Kanwil Papua"]
    assert units("jawaban=none") == ["Rutan Kelas IIB Jepara"]
    assert units(f"wilayah={full.java.pk}") == ["Kanwil Jawa Tengah", "Rutan Kelas IIB Jepara"]
    assert units("q=papua") == ["Kanwil Papua"]

    def counts(query: str) -> list[int]:
        return [chip["count"] for chip in client.get(f"{url}?{query}").context["chips"]]

    assert counts(f"wilayah={full.java.pk}") == counts(f"wilayah={full.java.pk}&jawaban=accepted") == [2, 1, 1]
    assert counts("q=bali") == [1, 1]
    assert client.get(f"{url}?q=bali").context["counts"]["to_remind"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 500,
        "wilayah=999999",
        "wilayah=x",
        "halaman=0",
        "halaman=99999999999999999999",
        "urut=x",
        "orang=%00,x,99999999999999999999999",
        "orang=1,2",
        "segmen=x",
        "bentuk=x",
        "keadaan=x",
        "jawaban=x",
        "status=x",
    ],
)
def test_odd_addresses_are_no_error(full, sign_in, query):
    client = sign_in(full.staff)
    for url in lists(full):
        assert client.get(f"{url}?{query}").status_code == 200, url


def rows_of(response) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


@pytest.mark.parametrize(("who", "names"), [("staff", {"Budi Jawa", "Yos Papua"}), ("java_admin", {"Budi Jawa"})])
def test_exports_hold_exactly_the_list_with_numbers_as_text_and_leave_a_trace(full, sign_in, who, names):
    client = sign_in(getattr(full, who), lately=True)
    for url, what in (
        (f"/workshop/{full.workshop.pk}/peserta/ekspor/", "registration_export"),
        ("/peserta/ekspor/", "participant_export"),
    ):
        response = client.post(url)
        assert response.status_code == 200, response["Location"]
        head, *rows = rows_of(response)
        found = {row[head.index("Nama")]: row for row in rows}
        assert set(found) == names
        assert found["Budi Jawa"][head.index("NIP")] == JAVA_NIP
        assert found["Budi Jawa"][head.index("WhatsApp/HP")].replace("-", "").replace(" ", "") == "+628110000111"
        trace = PersonalDataRead.objects.latest("pk")
        assert (trace.user, trace.what, trace.n_people) == (getattr(full, who), what, len(names))


def test_an_export_follows_the_filters(full, sign_in):
    client = sign_in(full.staff, lately=True)
    url = f"/workshop/{full.workshop.pk}/peserta/ekspor/?wilayah={full.papua.pk}"
    assert [row[0] for row in rows_of(client.post(url))] == ["Nama", "Yos Papua"]
    _head, *rows = rows_of(client.get(f"/workshop/{full.workshop.pk}/undangan/ekspor/?q=jawa"))
    assert [row[0] for row in rows] == ["Kanwil Jawa Tengah"]


def test_an_export_asks_for_the_password_first(full, sign_in):
    client = sign_in(full.staff)
    for url in (f"/workshop/{full.workshop.pk}/peserta/ekspor/", "/peserta/ekspor/"):
        response = client.post(url)
        assert response.status_code == 302
        assert "konfirmasi" in response["Location"]
    assert not PersonalDataRead.objects.exists()


def test_after_the_password_one_stands_on_the_list_with_its_filters(full, sign_in):
    client = sign_in(full.staff)
    full.staff.set_password(PASSWORD)
    full.staff.save()
    client.force_login(full.staff)
    for page in (f"/workshop/{full.workshop.pk}/peserta/", "/peserta/"):
        door = client.post(f"{page}ekspor/?wilayah={full.papua.pk}")["Location"]
        assert "Tekan Ekspor sekali lagi" in client.get(door).content.decode()
    answer = client.post(door, {"password": PASSWORD})
    assert answer["Location"] == f"/peserta/?wilayah={full.papua.pk}"
    assert client.get(answer["Location"]).status_code == 200


def test_a_reveal_shows_once_and_is_written_down(full, sign_in):
    client = sign_in(full.staff)
    who = Participant.objects.get(full_name="Budi Jawa")
    page = client.post(f"/peserta/{who.pk}/lihat/").content.decode()
    assert "19870412 201012 1 003" in page
    assert "811-0000-111" in page
    trace = PersonalDataRead.objects.get()
    assert (trace.user, trace.what, trace.participant, trace.n_people) == (full.staff, "participant_reveal", who, 1)
    assert "19870412" not in client.get(f"/peserta/{who.pk}/").content.decode()
    assert sign_in(full.java_admin).post(f"/peserta/{who.pk}/lihat/").status_code == 403


# --- registering by hand


def test_finding_picking_and_registering_a_known_person(full, sign_in):
    known = make_participant(full.jepara, nip="198801012011011004", name="Citra Contoh", now=NOW, position="Analis")
    client, java = sign_in(full.java_admin), of(full, full.java)
    url = f"/undangan/{java.pk}/daftar/"
    for text in ("citra", "1988 0101"):
        found = client.post(url, {"step": "search", "q": text}).content.decode()
        assert f"orang={known.pk}" in found
        assert (
            f"orang={known.pk}"
            in client.post("/peserta/cari/", {"satker": java.allocations.get().pk, "q": text}).content.decode()
        )
    page = client.get(f"{url}?orang={known.pk}").content.decode()
    assert "Daftarkan Citra Contoh" in page
    assert "belum punya alamat surel" in page
    data = {
        "step": "save",
        "mode": "online",
        "position": "Analis",
        "form_token": "7d0c1f3e-6f43-4a44-9a3c-3a2f6c8b9d10",
    }
    for _ in range(10):
        assert client.post(f"{url}?orang={known.pk}", data).status_code == 302
    made = Registration.objects.get(participant=known)
    assert (made.unit, made.mode, made.registered_by) == (full.java, "online", full.java_admin)


def test_a_new_person_from_a_search_starts_with_what_was_typed(full, sign_in):
    client, java = sign_in(full.java_admin), of(full, full.java)
    page = client.post(f"/undangan/{java.pk}/daftar/", {"step": "new", "q": "1988 0101 2011"}).content.decode()
    assert 'value="1988 0101 2011"' in page
    page = client.post(f"/undangan/{java.pk}/daftar/", {"step": "new", "q": "Citra"}).content.decode()
    assert 'value="Citra"' in page


def test_a_twin_in_the_same_unit_is_a_warning(full, sign_in):
    client, java = sign_in(full.java_admin), of(full, full.java)
    data = {
        "step": "save",
        "full_name": "Dr. BUDI JAWA, S.H.",
        "employment_status": "non_asn",
        "mode": "onsite",
        "form_token": "7d0c1f3e-6f43-4a44-9a3c-3a2f6c8b9d10",
    }
    response = client.post(f"/undangan/{java.pk}/daftar/", data)
    assert "Barangkali orang yang sama" in response.content.decode()
    warned = response.context["form"].data["warned"]
    assert (
        client.post(f"/undangan/{java.pk}/daftar/", data | {"accept_warnings": "on", "warned": warned}).status_code
        == 302
    )


def test_editing_replacing_and_cancelling_by_page(full, sign_in):
    client = sign_in(full.java_admin)
    made = Registration.objects.get(unit=full.java)
    assert (
        client.post(
            f"/pendaftaran/{made.pk}/ubah/", {"mode": "online", "position": "Kasubbag", "represents": ""}
        ).status_code
        == 302
    )
    made.refresh_from_db()
    assert (made.mode, made.position) == ("online", "Kasubbag")
    data = {
        "step": "save",
        "reason": "Dinas luar",
        "full_name": "Wati",
        "employment_status": "non_asn",
        "form_token": "7d0c1f3e-6f43-4a44-9a3c-3a2f6c8b9d10",
    }
    Participant.objects.filter(pk=made.participant_id).update(full_name="Budi Jawa, S.H.")
    for _ in range(3):
        assert client.post(f"/pendaftaran/{made.pk}/ganti/", data).status_code == 302
    assert "Wati menggantikan Budi Jawa, S.H. sebagai peserta." in body(
        client.get(f"/undangan/{of(full, full.java).pk}/")
    )
    substitute = Registration.objects.active().get(unit=full.java)
    assert substitute.participant.full_name == "Wati"
    assert client.post(f"/pendaftaran/{substitute.pk}/batal/", {"reason": ""}).status_code == 200
    assert client.post(f"/pendaftaran/{substitute.pk}/batal/", {"reason": "Sakit"}).status_code == 302
    assert client.post(f"/pendaftaran/{substitute.pk}/batal/", {"reason": "Sakit"}).status_code == 404
    assert not Registration.objects.active().filter(unit=full.java).exists()


def test_an_invitations_page_counts_who_holds_a_seat_and_names_the_others_apart(full, sign_in):
    client, registration = sign_in(full.java_admin), Registration.objects.get(unit=full.java)
    address = f"/undangan/{of(full, full.java).pk}/"

    def count() -> tuple[str, bool]:
        section = client.get(address).content.decode().split("Peserta dari wilayah ini")[1]
        return section.split('class="count">')[1].split("<")[0], "diganti atau dibatalkan" in " ".join(section.split())

    assert count() == ("1", False)
    registrations.replace(
        registration, person=person("Siti", unit=full.java), reason="Sakit", by=full.java_admin, now=NOW
    )
    assert count() == ("1", True)
    assert "Budi Jawa" in client.get(address).content.decode()


def test_each_deadline_says_what_it_is_for(full, sign_in):
    full.workshop.registration_deadline = NOW + 14 * DAY
    full.workshop.save()
    client, rutan = sign_in(full.java_admin), invite(full, full.jepara)[0]
    make_contact(full.jepara, "Narahubung", "humas@jepara.test", whatsapp="+628110000333")
    answer, register = "Batas menjawab: Kam, 17 Sep 2026 10.00 WIB", "Batas mendaftarkan: Sen, 21 Sep 2026 10.00 WIB"

    def both():
        detail, form = (client.get(f"/undangan/{rutan.pk}/{tail}") for tail in ("", "daftar/"))
        assert re.search(r"Batas\s(?!menjawab|mendaftarkan|jawaban)", body(detail) + body(form)) is None
        return detail, form

    def words(page) -> set[str]:
        return set(re.findall(r"Batas (?:menjawab|mendaftarkan)", " ".join(body(page).split())))

    detail, form = both()
    (row,) = detail.context["rows"]
    assert f"{answer}. {register}. http" in row.text
    assert detail.context["group_text"].endswith(f"{answer}\n{register}")
    assert words(form) == {"Batas menjawab", "Batas mendaftarkan"}
    invitations.accept(rutan, by=full.java_admin, now=NOW)
    detail, form = both()
    (row,) = detail.context["rows"]
    assert f". {register}. http" in row.text
    assert "menjawab" not in row.text + detail.context["group_text"]
    assert words(form) == {"Batas mendaftarkan"}


def test_an_accepted_invitation_says_until_when_people_are_named(full, sign_in):
    full.workshop.registration_deadline = NOW + 14 * DAY
    full.workshop.save()
    client = sign_in(full.java_admin)
    pages = "/undangan/", f"/undangan/{of(full, full.java).pk}/"
    for page in pages:
        assert "Batas mendaftarkan Sen, 21 Sep 2026 10.00 WIB" in " ".join(body(client.get(page)).split()), page
    full.workshop.registration_deadline = NOW
    full.workshop.save()
    Invitation.objects.update(reply_deadline=NOW)
    for page in pages:
        text = body(client.get(page))
        assert ("Batas mendaftarkan" in text, "Daftarkan</a>" in text) == (False, False), page


def test_answering_by_page(full, sign_in):
    invite(full, full.jepara)
    client, rutan = sign_in(full.java_admin), of(full, full.jepara)
    url = f"/undangan/{rutan.pk}/jawab/"
    assert "Tulis alasannya" in client.post(url, {"answer": "decline", "reason": ""}).content.decode()
    assert client.post(url, {"answer": "decline", "reason": "Bentrok"}).status_code == 302
    assert "Menolak" in client.get(f"/undangan/{rutan.pk}/").content.decode()
    assert client.post(url, {"answer": "accept"}).status_code == 302
    rutan.refresh_from_db()
    assert (rutan.response, rutan.responded_by) == ("accepted", full.java_admin)
    java = of(full, full.java)
    refused = client.post(f"/undangan/{java.pk}/jawab/", {"answer": "decline", "reason": "Bentrok"})
    assert "Masih ada 1 peserta terdaftar" in refused.content.decode()


@pytest.mark.parametrize(
    ("state", "word", "tab"), [("postponed", "Ditunda", ""), ("cancelled", "Dibatalkan", "selesai")]
)
def test_no_deadline_stands_on_what_does_not_take_place(full, sign_in, state, word, tab):
    rutan = invite(full, full.jepara)[0]
    Workshop.objects.filter(pk=full.workshop.pk).update(state=state)
    for page in f"/undangan/?tampil={tab}", f"/undangan/{rutan.pk}/":
        text = body(sign_in(full.jepara_operator).get(page))
        assert (word in text, "Batas menjawab" in text) == (True, False), page


def test_who_declined_is_not_asked_to_name_people(full, sign_in):
    rutan, semarang = invite(full, full.jepara, full.semarang)
    client = sign_in(full.java_admin)
    for unit in (full.jepara, full.semarang):
        make_contact(unit, "Narahubung", f"{unit.pk}@upt.test", whatsapp="+628110000333")
    invitations.decline(rutan, reason="Bentrok", by=full.java_admin, now=NOW)
    declined = client.get(f"/undangan/{rutan.pk}/")
    text = body(declined)
    words = ("Daftarkan", "Teruskan kursi", "Ingatkan yang belum", "Teks untuk grup", "wa.me")
    assert [word for word in words if word in text] == []
    assert "Bersedia hadir" in text
    operator = sign_in(full.jepara_operator).get("/undangan/")
    assert ("Menolak: Bentrok" in body(operator), "Daftarkan</a>" in body(operator)) == (True, False)
    assert "Daftarkan" in body(client.get(f"/undangan/{semarang.pk}/"))


def test_passing_seats_on_by_page(full, sign_in):
    client, java = sign_in(full.java_admin), of(full, full.java)
    url = f"/undangan/{java.pk}/kursi/?satker={full.jepara.pk}"
    assert client.post(url, {"seats_onsite": 9, "seats_online": 0}).status_code == 200
    assert client.post(url, {"seats_onsite": 1, "seats_online": 1}).status_code == 302
    assert Allocation.objects.get(unit=full.jepara).seats("onsite") == 1
    assert client.get(f"/undangan/{java.pk}/kursi/?satker={full.papua.pk}").status_code == 404
    assert client.get(f"/undangan/{java.pk}/kursi/?satker=x").status_code == 404


def test_correcting_a_person(full, sign_in):
    who = Participant.objects.get(full_name="Budi Jawa")
    data = {
        "full_name": "Budi Jawa, S.H.",
        "employment_status": "pns",
        "unit_choice": full.jepara.pk,
        "position": "Kasubbag",
        "email": "budi@x.test",
    }
    # The bureau corrects without reading: what is left empty stays.
    assert sign_in(full.staff).post(f"/peserta/{who.pk}/ubah/", data).status_code == 302
    who.refresh_from_db()
    assert (who.full_name, who.employee_number, who.phone, who.unit) == (
        "Budi Jawa, S.H.",
        JAVA_NIP,
        "+628110000111",
        full.jepara,
    )
    client = sign_in(full.java_admin)
    taken = data | {"employee_number": PAPUA_NIP}
    page = client.post(f"/peserta/{who.pk}/ubah/", taken).content.decode()
    assert "sudah tercatat atas nama lain" in page
    assert "Yos" not in page
    moved = data | {"employee_number": JAVA_NIP, "unit_choice": full.papua.pk}
    assert client.post(f"/peserta/{who.pk}/ubah/", moved).status_code == 200
    who.refresh_from_db()
    assert (who.employee_number, who.unit) == (JAVA_NIP, full.jepara)
    assert [row.history_user for row in who.history.all()] == [full.staff, None]


def test_the_phone_list_shows_what_waits_first(full, sign_in):
    late = make_workshop(full.bureau, now=NOW, title="Webinar Lain")
    invitations.invite_units(
        late,
        units=[full.java, full.jepara],
        seats_onsite=1,
        seats_online=0,
        reply_deadline=NOW + 5 * DAY,
        by=full.staff,
        now=NOW,
    )
    cards = sign_in(full.java_admin).get("/undangan/").context["cards"]
    assert [(card.workshop.title, card.asked.n_waiting, card.asked.n_taken, card.asked.n_seats) for card in cards] == [
        ("Webinar Lain", 2, 0, 2),
        ("Workshop Media Sosial", 0, 1, 3),
    ]


def test_a_kanwil_asks_only_its_own_units_to_its_own_workshop(full, sign_in):
    own = make_workshop(full.java, now=NOW, title="Bimtek Wilayah", state="approved")
    client = sign_in(full.java_admin)
    data = {
        "levels": ["regional_office", "technical_unit"],
        "seats_onsite": 1,
        "seats_online": 0,
        "reply_deadline": "2026-09-15T16:00",
        "step": "preview",
    }
    preview = client.post(f"/workshop/{own.pk}/undangan/kirim/", data)
    assert {unit.short_name for unit in preview.context["choice"].to_ask} == {
        "Kanwil Jawa Tengah",
        "Rutan Kelas IIB Jepara",
        "Lapas Kelas I Semarang",
    }
    make_user("lain@papua.test", role=Role.REGIONAL_ADMIN, unit=full.papua)
    assert sign_in(full.papua_admin).get(f"/workshop/{own.pk}/undangan/kirim/").status_code == 404


def test_a_visitor_without_account_reaches_none_of_it(full):
    for url in pages(full):
        assert Client().get(url).status_code == 302
