"""Venues: what may be typed, who sees which, the list, the comparison and the choice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from outbox.actions import plan_letters
from outbox.models import Message, State
from outbox.registry import planners
from tests.factories import Bureau, Kanwil, make_candidate, make_venue, make_workshop
from tests.workshops.forms import rows
from workshops.actions.candidates import (
    ChosenStays,
    PassedNeedsReason,
    WorkshopIsClosed,
    choose_venue,
    edit_candidate,
    remove_candidate,
    room_plan,
)
from workshops.actions.refusals import ChangedMeanwhile
from workshops.actions.schedule import RegistrationWindow, move_workshop, schedule_of
from workshops.comparison import compared, need_of
from workshops.forms.budgets import BudgetForm
from workshops.forms.venues import PackageForm, RoomForm
from workshops.models import AudienceSegment, MeetingPackage, Session, Venue, VenueCandidate, VenueRoom, WorkshopRoom
from workshops.versions import version_of, version_of_venue

LIST = reverse("venue_list")


def venue_form(**changes: Any) -> dict[str, Any]:
    data = {"name": "Hotel Baru", "city": "Ambon"}
    return data | rows("rooms") | rows("packages") | rows("contacts") | changes


def test_venue_is_kept_with_rooms_packages_and_contacts(as_user: Any, bureau: Bureau) -> None:
    data = venue_form(form_token="5f1c0d0e-0f5f-4a53-b7ab-1d5b7f0c3a11")
    data |= rows("rooms", of=[{"name": "Ruang A", "theater": 120, "u_shape": 40}, {"name": ""}])
    data |= rows("packages", of=[{"kind": "fullboard", "fiscal_year": 2026, "price": "1.500.000"}])
    data |= rows("contacts", of=[{"name": "Narahubung", "phone": "0811"}])
    client = as_user(bureau.staff)
    first, again = (client.post(reverse("venue_create"), data) for _ in range(2))
    venue = Venue.objects.get()
    assert first.url == again.url == reverse("venue_detail", args=[venue.pk])
    assert venue.keeper == bureau.unit
    assert [(room.name, room.capacity, room.classroom) for room in venue.rooms.all()] == [("Ruang A", 120, None)]
    assert [(one.kind, one.price, one.fiscal_year) for one in venue.packages.all()] == [("fullboard", 1_500_000, 2026)]
    assert "Rp1.500.000" in client.get(first.url).content.decode()


@pytest.mark.parametrize(
    ("prefix", "row", "words"),
    [
        ("rooms", {"name": "A", "theater": 0}, "sedikitnya 1 orang"),
        ("rooms", {"name": "", "theater": 50}, "Lengkapi baris ini"),
        ("packages", {"kind": "fullday", "fiscal_year": 2026, "price": "1.500.000,50"}, "tanpa desimal"),
        ("packages", {"kind": "fullday", "fiscal_year": 1890, "price": "5000"}, "antara tahun 2000 dan 2100"),
        ("packages", {"kind": "", "fiscal_year": 2026, "price": "5000"}, "Pilih paketnya"),
        ("packages", {"kind": "fullday", "fiscal_year": "", "price": "5000"}, "Lengkapi baris ini"),
        ("contacts", {"name": "", "email": "a@b.test"}, "Lengkapi baris ini"),
    ],
)
def test_wrong_rows_come_back_with_a_sentence(
    as_user: Any, bureau: Bureau, prefix: str, row: dict[str, Any], words: str
) -> None:
    page = as_user(bureau.staff).post(reverse("venue_create"), venue_form() | rows(prefix, of=[row]))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Venue.objects.exists()


@pytest.mark.parametrize("number", [-7, 0, 200_000])
def test_a_number_outside_its_limits_is_told_once(bureau: Bureau, number: int) -> None:
    room, package = RoomForm({"name": "A", "theater": number}), PackageForm({"kind": "fullday", "fiscal_year": number})
    budget = BudgetForm({"fiscal_year": number}, workshop=bureau.workshop, budget=None)
    assert [len(form.errors[name]) for form, name in ((room, "theater"), (package, "fiscal_year"))] == [1, 1]
    assert len(budget.errors["fiscal_year"]) == 1


def test_a_room_or_package_twice_is_refused(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    for prefix, row in (("rooms", {"name": "A"}), ("packages", {"kind": "fullday", "fiscal_year": 2026, "price": 1})):
        page = client.post(reverse("venue_create"), venue_form() | rows(prefix, of=[row, row]))
        assert "hanya boleh satu" in page.content.decode()
    assert not Venue.objects.exists()


def test_stale_edit_of_a_venue_is_refused(as_user: Any, bureau: Bureau) -> None:
    venue = make_venue(keeper=bureau.unit)
    seen = version_of_venue(venue)
    VenueRoom.objects.create(venue=venue, name="Lain")
    url = reverse("venue_edit", args=[venue.pk])
    client = as_user(bureau.staff)
    assert str(ChangedMeanwhile())[:40] in client.post(url, venue_form(version=seen)).content.decode()
    assert client.post(url, venue_form(version=version_of_venue(venue))).status_code == 302
    venue.refresh_from_db()
    assert (venue.name, venue.rooms.count()) == ("Hotel Baru", 0)


def test_the_database_keeps_its_promises(bureau: Bureau, now: datetime) -> None:
    venue, workshop = make_venue(keeper=bureau.unit), bureau.workshop
    wrong: list[Any] = [
        lambda: VenueRoom.objects.create(venue=venue, name="Nol", theater=0),
        lambda: MeetingPackage.objects.create(venue=venue, kind="halfday", price=0, fiscal_year=2026),
        lambda: MeetingPackage.objects.create(venue=venue, kind="fullday", price=1, fiscal_year=2026),
        lambda: make_candidate(workshop, venue, now=now, verdict="chosen"),
    ]
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_who_sees_and_edits_which_venue(bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime) -> None:
    national = make_venue("Hotel Nasional", keeper=bureau.unit)
    asked = make_venue("Hotel Dipertimbangkan", keeper=bureau.unit)
    make_candidate(jateng.workshop, asked, now=now)
    everything = {national, asked, jateng.venue, maluku.venue}
    for user, seen, edited in (
        (bureau.staff, everything, everything),
        (bureau.leader, everything, set()),
        (jateng.admin, {asked, jateng.venue}, {jateng.venue}),
        (jateng.operator, set(), set()),
        (jateng.disabled, set(), set()),
    ):
        assert set(Venue.objects.visible_to(user)) == seen
        assert set(Venue.objects.editable_by(user)) == edited


@pytest.fixture
def some(bureau: Bureau) -> None:
    make_venue("Balai Ambon", keeper=bureau.unit, capacity=40, city="Ambon", address="")
    cheap = make_venue("Hotel Murah", keeper=bureau.unit, capacity=200)
    MeetingPackage.objects.filter(venue=cheap).update(price=150_000)
    bare = make_venue("Pendopo", keeper=bureau.unit, city="Bogor")
    bare.rooms.all().delete()
    bare.packages.all().delete()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Balai Ambon", "Hotel Murah", "Pendopo"]),
        ({"q": "murah"}, ["Hotel Murah"]),
        ({"kota": "Ambon"}, ["Balai Ambon"]),
        ({"muat": "41"}, ["Hotel Murah"]),
        ({"paket": "fullday"}, ["Balai Ambon", "Hotel Murah"]),
        ({"paket": "fullboard"}, []),
        ({"harga": "200000"}, ["Hotel Murah"]),
        ({"urut": "kapasitas"}, ["Hotel Murah", "Balai Ambon", "Pendopo"]),
        ({"urut": "fullday"}, ["Hotel Murah", "Balai Ambon", "Pendopo"]),
        ({"urut": "kota"}, ["Balai Ambon", "Pendopo", "Hotel Murah"]),
        ({"muat": "abc", "harga": "-1", "urut": "x", "halaman": "99999"}, ["Balai Ambon", "Hotel Murah", "Pendopo"]),
    ],
)
def test_list_and_sheet_hold_what_is_asked(
    as_user: Any, bureau: Bureau, some: None, query: dict[str, str], names: list[str], tmp_path: Any
) -> None:
    client = as_user(bureau.leader)
    assert [venue.name for venue in client.get(LIST, query).context["page"]] == names
    sheet = tmp_path / "tempat.xlsx"
    sheet.write_bytes(b"".join(client.get(reverse("venue_export"), query).streaming_content))
    lines = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    assert [line[0] for line in lines[1:]] == names


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_one_and_three(as_user: Any, bureau: Bureau, n: int) -> None:
    for number in range(n):
        make_venue(f"Hotel {number}", keeper=bureau.unit)
    client = as_user(bureau.leader)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) == 5


def test_candidates_are_compared_by_what_the_workshop_needs(bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    AudienceSegment.objects.create(workshop=workshop, name="ASN", mode="onsite", quota=80)
    AudienceSegment.objects.create(workshop=workshop, name="ASN", mode="online", quota=500)
    big, small, bare = (make_venue(name, keeper=bureau.unit) for name in ("Besar", "Kecil", "Kosong"))
    VenueRoom.objects.filter(venue=small).update(theater=60)
    MeetingPackage.objects.filter(venue=small).update(fiscal_year=2025)
    for rows_of in (bare.rooms, bare.packages, bare.contacts):
        rows_of.all().delete()
    for venue, fields in ((bare, {}), (small, {"distance": "2 km"}), (big, {"distance": "1 km"})):
        make_candidate(workshop, venue, now=now, **fields)
    held = make_workshop(bureau.unit, now=now, title="Dahulu", state="finished", venue="Besar")
    make_candidate(held, big, now=now, verdict="chosen", decided_at=now, chosen_as="Besar")
    moved = make_workshop(bureau.unit, now=now, title="Pindah", state="finished", venue="Tempat lain")
    make_candidate(moved, big, now=now, verdict="chosen", decided_at=now, chosen_as="Besar")
    need = need_of(workshop)
    assert (need.seats, need.days, need.year) == (80, 1, 2026)
    found = {str(one.candidate): one for one in compared(workshop, need)}
    assert {name: (one.capacity, one.is_too_small, one.n_held) for name, one in found.items()} == {
        "Kosong": (None, False, 0),
        "Kecil": (60, True, 0),
        "Besar": (100, False, 1),
    }
    prices = {name: one.prices[1] for name, one in found.items()}
    assert prices["Besar"] is not None
    assert prices["Besar"].total == 400_000 * 80
    assert prices["Kecil"] is not None
    assert prices["Kecil"].is_other_year
    assert (found["Besar"].missing, found["Kecil"].missing) == (
        [],
        ["kurang 20 kursi", "harga paket tahun 2026 belum ada"],
    )
    assert len(found["Kosong"].missing) == 4


@pytest.fixture
def chosen_rooms(bureau: Bureau, now: datetime) -> VenueCandidate:
    """A candidate with rooms Besar and Kecil, in a workshop whose session sits in Kecil."""
    venue = make_venue("Hotel Pilihan", keeper=bureau.unit)
    VenueRoom.objects.create(venue=venue, name="Kecil", theater=30)
    workshop = bureau.workshop
    WorkshopRoom.objects.create(workshop=workshop, name="kecil", capacity=25)
    WorkshopRoom.objects.create(workshop=workshop, name="Tenda", capacity=9)
    Session.objects.filter(workshop=workshop).update(room="Kecil")
    return make_candidate(workshop, venue, now=now)


def rooms_of(candidate: VenueCandidate) -> dict[str, int | None]:
    return dict(candidate.workshop.rooms.values_list("name", "capacity"))


def test_choice_fills_place_and_rooms_and_leaves_used_ones(
    bureau: Bureau, chosen_rooms: VenueCandidate, now: datetime
) -> None:
    workshop = bureau.workshop
    assert room_plan(workshop, chosen_rooms.venue).untouched == ["kecil"]
    plan = choose_venue(chosen_rooms, reason="Paling dekat", by=bureau.staff, now=now)
    assert (plan.added, plan.untouched, plan.removed) == (["Ruang Besar"], ["kecil"], [])
    workshop.refresh_from_db()
    assert (workshop.venue, workshop.venue_address) == ("Hotel Pilihan", "Jalan Contoh 1")
    assert rooms_of(chosen_rooms) == {"kecil": 25, "Tenda": 9, "Ruang Besar": 100}
    change = workshop.changes.get()
    assert (change.reason, change.by) == ("Paling dekat", bureau.staff)
    assert workshop.history.latest("history_id").history_user == bureau.staff
    assert choose_venue(chosen_rooms, reason="Lagi", by=bureau.staff, now=now).added == []
    assert workshop.changes.count() == 1


def test_second_choice_takes_the_unused_rooms_of_the_first_along(
    bureau: Bureau, chosen_rooms: VenueCandidate, now: datetime
) -> None:
    choose_venue(chosen_rooms, reason="A", by=bureau.staff, now=now)
    other = make_candidate(bureau.workshop, make_venue("Hotel Lain", keeper=bureau.unit), now=now)
    VenueRoom.objects.filter(venue=other.venue).update(name="Aula")
    plan = choose_venue(other, reason="B", by=bureau.staff, now=now)
    assert (plan.added, plan.removed, plan.untouched) == (["Aula"], ["Ruang Besar"], ["kecil"])
    assert rooms_of(other) == {"kecil": 25, "Tenda": 9, "Aula": 100}
    verdicts = dict(bureau.workshop.venue_candidates.values_list("venue__name", "verdict"))
    assert verdicts == {"Hotel Pilihan": "considered", "Hotel Lain": "chosen"}
    assert bureau.workshop.rooms.get(name="Tenda")


def test_notices_leave_as_for_any_edit_of_the_place(
    bureau: Bureau, jateng: Kanwil, chosen_rooms: VenueCandidate, now: datetime
) -> None:
    """The same letters are withdrawn, and the same revision is raised, as when the place is typed by hand."""
    for planner in planners():
        plan_letters(planner(now), now=now)
    letters = Message.objects.filter(topic=bureau.workshop.topic)
    assert letters.filter(state=State.PENDING).exists()
    schedule = replace(schedule_of(bureau.workshop), venue="Hotel Pilihan", venue_address="Jalan Contoh 1")
    window = RegistrationWindow(bureau.workshop.registration_opens_at, bureau.workshop.registration_deadline)
    deeds: list[Any] = [
        lambda: move_workshop(bureau.workshop, schedule=schedule, window=window, by=bureau.staff, now=now),
        lambda: choose_venue(chosen_rooms, reason="Sama", by=bureau.staff, now=now),
    ]
    seen: list[tuple[int, int]] = []
    for deed in deeds:
        point = transaction.savepoint()
        deed()
        bureau.workshop.topic.refresh_from_db()
        seen.append((bureau.workshop.topic.schedule_rev, letters.filter(state=State.CANCELLED).count()))
        transaction.savepoint_rollback(point)
    assert seen[0] == seen[1]
    assert seen[0][0] == 2
    assert seen[0][1] > 0


def test_choice_is_refused_when_it_cannot_stand(bureau: Bureau, chosen_rooms: VenueCandidate, now: datetime) -> None:
    with pytest.raises(ChangedMeanwhile):
        choose_venue(chosen_rooms, reason="A", version="lama", by=bureau.staff, now=now)
    type(bureau.workshop).objects.filter(pk=bureau.workshop.pk).update(state="finished")
    with pytest.raises(WorkshopIsClosed):
        choose_venue(chosen_rooms, reason="A", by=bureau.staff, now=now)
    assert rooms_of(chosen_rooms) == {"kecil": 25, "Tenda": 9}


def test_chosen_place_stays_until_another_is(bureau: Bureau, chosen_rooms: VenueCandidate, now: datetime) -> None:
    choose_venue(chosen_rooms, reason="A", by=bureau.staff, now=now)
    with pytest.raises(ChosenStays):
        remove_candidate(chosen_rooms)
    facts: dict[str, Any] = {"distance": "1 km", "note": "", "by": bureau.staff, "now": now}
    assert edit_candidate(chosen_rooms, verdict="passed", reason="x", **facts).verdict == "chosen"
    other = make_candidate(bureau.workshop, make_venue("Lain", keeper=bureau.unit), now=now)
    with pytest.raises(PassedNeedsReason):
        edit_candidate(other, verdict="passed", reason="", **facts)
    assert edit_candidate(other, verdict="passed", reason="Jauh", **facts).decided_by == bureau.staff
    remove_candidate(other)
    assert bureau.workshop.venue_candidates.count() == 1


def test_pages_of_candidates_work_from_add_to_choice(as_user: Any, bureau: Bureau, now: datetime) -> None:
    venue, workshop = make_venue(keeper=bureau.unit), bureau.workshop
    client = as_user(bureau.staff)
    tab = reverse("workshop_meetings", args=[workshop.pk])
    client.post(reverse("candidate_create", args=[workshop.pk]), {"venue": venue.pk, "distance": "3 km"})
    candidate = workshop.venue_candidates.get()
    assert "3 km" in client.get(tab).content.decode()
    edit = reverse("candidate_edit", args=[workshop.pk, candidate.pk])
    assert "Tulis alasan" in client.post(edit, {"verdict": "passed", "reason": ""}).content.decode()
    assert client.post(edit, {"verdict": "passed", "reason": "Mahal"}).url == tab
    choose = reverse("candidate_choose", args=[workshop.pk, candidate.pk])
    page = client.get(choose).content.decode()
    assert "Ruang ditambahkan" in page
    assert client.post(choose, {"reason": "", "version": version_of(workshop)}).status_code == 200
    assert client.post(choose, {"reason": "Cukup besar", "version": version_of(workshop)}).url == tab
    assert "Tempat kegiatan sekarang Hotel Contoh" in client.get(tab).content.decode()
    client.post(reverse("candidate_remove", args=[workshop.pk, candidate.pk]))
    assert workshop.venue_candidates.count() == 1


def test_a_held_workshop_counts_by_itself_and_can_be_noted(as_user: Any, bureau: Bureau, now: datetime) -> None:
    venue = make_venue(keeper=bureau.unit)
    held = make_workshop(bureau.unit, now=now - timedelta(days=90), title="Bimtek lama", state="reported", venue="X")
    make_candidate(held, venue, now=now, verdict="chosen", decided_at=now, chosen_as="X")
    client = as_user(bureau.staff)
    detail = reverse("venue_detail", args=[venue.pk])
    assert [one.title for one in client.get(detail).context["held"]] == ["Bimtek lama"]
    note = reverse("venue_use_create", args=[venue.pk])
    form = client.get(note, {"kegiatan": held.pk}).context["form"]
    assert form.initial["event"] == "Bimtek lama"
    data = {"event": "Bimtek lama", "used_on": "2026-08-20", "note": "Dingin"}
    for _ in range(2):
        client.post(f"{note}?kegiatan={held.pk}", data)
    use = venue.uses.get()
    assert (use.workshop, use.noted_by) == (held, bureau.staff)
    assert [one.is_noted for one in client.get(detail).context["held"]] == [True]
    client.post(reverse("venue_use_remove", args=[venue.pk, use.pk]))
    assert not venue.uses.exists()
