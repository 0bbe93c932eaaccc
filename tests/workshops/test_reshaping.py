"""One session becomes two, two become one, one is copied; and the rooms they are in."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import Bureau
from tests.workshops.agendas import put, times_of
from tests.workshops.forms import new_session, rows
from workshops.actions.refusals import Refusal
from workshops.actions.releases import AgendaChangedMeanwhile
from workshops.actions.reshaping import combine_sessions, duplicate_session, split_session
from workshops.models import Session, SessionRole, Speaker, Workshop, WorkshopRoom


@pytest.fixture
def workshop(bureau: Bureau) -> Workshop:
    bureau.session.delete()
    return bureau.workshop


def people(session: Session) -> list[tuple[str, str]]:
    return [(role.role, str(role)) for role in session.roles.order_by("pk")]


def test_theme_runs_over_two_sessions(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    session = put(workshop, "Krisis", "9.00", 180, speaker=bureau.speaker, room="Aula")
    first, second = split_session(session, minutes=90, by=bureau.staff, now=now)
    assert [(one.theme, one.room, one.minutes, people(one)) for one in (first, second)] == [
        ("Krisis", "Aula", 90, [("speaker", bureau.speaker.name)])
    ] * 2
    assert first.ends_at == second.starts_at
    assert sum(one.credit_hours for one in workshop.sessions.all()) == 4


@pytest.mark.parametrize("minutes", [0, 60, 61, -5])
def test_cut_outside_the_session_is_refused(workshop: Workshop, bureau: Bureau, now: datetime, minutes: int) -> None:
    session = put(workshop, "Pendek", "9.00", 60)
    with pytest.raises(Refusal):
        split_session(session, minutes=minutes, by=bureau.staff, now=now)
    assert times_of(workshop) == {"Pendek": "1 09.00-10.00"}


def test_two_sessions_become_one_with_everybody(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    other = Speaker.objects.create(name="Moderator")
    first = put(workshop, "Pemetaan", "9.00", 60, speaker=bureau.speaker)
    second = put(workshop, "Analisis", "10.15", 45, speaker=bureau.speaker)
    SessionRole.objects.create(session=second, speaker=other, role="moderator")
    SessionRole.objects.create(session=second, speaker=None, role="host_mc")
    joined = combine_sessions(first, by=bureau.staff, now=now)
    assert times_of(workshop) == {"Pemetaan; Analisis": "1 09.00-11.00"}
    assert joined.pk == first.pk
    assert people(joined) == [
        ("speaker", bureau.speaker.name),
        ("moderator", "Moderator"),
        ("host_mc", "Akan dikonfirmasi"),
    ]
    assert Session.history.filter(id=second.pk, history_type="-", history_user=bureau.staff).count() == 1


@pytest.mark.parametrize(
    ("theme", "clock", "minutes", "kind"),
    [("Makan", "10.00", 60, "break"), ("Jauh", "20.00", 120, "material"), ("x" * 298, "10.00", 60, "material")],
)
def test_what_cannot_be_joined_stays(
    workshop: Workshop, bureau: Bureau, now: datetime, theme: str, clock: str, minutes: int, kind: str
) -> None:
    first = put(workshop, "Awal", "9.00", 60)
    put(workshop, theme, clock, minutes, kind=kind)
    before = times_of(workshop)
    with pytest.raises(Refusal):
        combine_sessions(first, by=bureau.staff, now=now)
    assert times_of(workshop) == before


def test_last_session_has_nothing_to_join(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    with pytest.raises(Refusal, match="Tidak ada sesi sesudahnya"):
        combine_sessions(put(workshop, "Akhir", "9.00"), by=bureau.staff, now=now)


def test_copy_waits_in_the_tray_with_its_people(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    session = put(workshop, "Klinik", "9.00", 90, speaker=bureau.speaker, room="Ruang B")
    copy = duplicate_session(session, by=bureau.staff, now=now)
    assert (copy.theme, copy.room, copy.duration, copy.starts_at) == ("Klinik", "Ruang B", 90, None)
    assert people(copy) == people(session)


@pytest.mark.parametrize("step", [duplicate_session, combine_sessions])
def test_old_tab_reshapes_nothing(workshop: Workshop, bureau: Bureau, now: datetime, step: Any) -> None:
    session = put(workshop, "Klinik", "9.00", 90)
    put(workshop, "Berikut", "10.30", 30)
    with pytest.raises(AgendaChangedMeanwhile):
        step(session, rev=workshop.agenda_rev - 1, by=bureau.staff, now=now)
    assert workshop.sessions.count() == 2


# --- through the pages


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


def test_buttons_reach_the_steps(staff: Client, workshop: Workshop) -> None:
    session = put(workshop, "Klinik", "9.00", 90)
    for name, data in (
        ("session_split", {"minutes": "30"}),
        ("session_combine", {}),
        ("session_duplicate", {}),
        ("session_split", {"minutes": "x"}),
        ("session_remove", {"hari": "1"}),
    ):
        staff.post(reverse(name, args=[workshop.pk, session.pk]), data)
    assert times_of(workshop) == {"Klinik": "laci 90"}


def test_session_without_a_time_needs_its_length(staff: Client, workshop: Workshop) -> None:
    url = reverse("session_create", args=[workshop.pk])
    nothing: dict[str, Any] = {"starts_at": "", "ends_at": ""}
    for wrong, field in (
        (nothing, "duration"),
        (nothing | {"duration": "721"}, "duration"),
        ({"ends_at": ""}, "ends_at"),
    ):
        answer = staff.post(url, new_session(workshop, **wrong))
        assert field in answer.context["form"].errors
    staff.post(url, new_session(workshop, **nothing, duration="45", is_pinned="on"))
    assert times_of(workshop) == {"Menulis judul": "laci 45"}
    assert not Session.objects.get().is_pinned


def test_edit_in_place_answers_with_the_form_alone_and_then_a_fresh_page(staff: Client, workshop: Workshop) -> None:
    session = put(workshop, "Klinik", "9.00", 90)
    url, htmx = reverse("session_edit", args=[workshop.pk, session.pk]), {"HX-Request": "true"}
    part = staff.get(url, headers=htmx)
    assert next(template.name for template in part.templates) == "workshops/partials/session_in_place.html"
    version = part.context["form"].initial["version"]
    data = new_session(workshop, theme="", version=version)
    assert "theme" in staff.post(url, data, headers=htmx).context["form"].errors
    saved = staff.post(url, data | {"theme": "Klinik baru"}, headers=htmx)
    assert saved.headers["HX-Refresh"] == "true"
    assert set(times_of(workshop)) == {"Klinik baru"}


def room_form(of: list[dict[str, Any]], first: int = 0) -> dict[str, Any]:
    return rows("rooms", first=first, of=of)


def test_rooms_are_added_ordered_renamed_and_sessions_follow(staff: Client, workshop: Workshop) -> None:
    url = reverse("workshop_rooms", args=[workshop.pk])
    put(workshop, "Klinik", "9.00", 90, room="Ruang B")
    put(workshop, "Lama", "11.00", 30, room="Aula lama")
    staff.post(url, room_form([{"name": "Ruang A", "capacity": "80"}, {"name": "Ruang B"}, {}]))
    first, second = WorkshopRoom.objects.order_by("position")
    assert [(room.name, room.capacity) for room in (first, second)] == [("Ruang A", 80), ("Ruang B", None)]
    # The two change places and names, and a third comes between them.
    swapped = [
        {"pk": first.pk, "position": "3", "name": "Ruang B", "capacity": "80"},
        {"pk": second.pk, "position": "1", "name": "Ruang A"},
        {"position": "2", "name": "Lobi"},
    ]
    staff.post(url, room_form(swapped, first=2))
    names = WorkshopRoom.objects.order_by("position").values_list("pk", "name")
    assert [name for _pk, name in names] == ["Ruang A", "Lobi", "Ruang B"]
    assert times_of(workshop) == {"Klinik": "1 09.00-10.30 Ruang A", "Lama": "1 11.00-11.30 Aula lama"}
    assert staff.get(url).context["loose"] == ["Aula lama"]
    form = staff.get(reverse("session_edit", args=[workshop.pk, Session.objects.get(theme="Lama").pk])).context["form"]
    assert [value for value, _label in form.fields["room"].choices] == ["", "Ruang A", "Lobi", "Ruang B", "Aula lama"]


@pytest.mark.parametrize(
    "of",
    [
        [{"name": "Ruang A"}, {"name": "ruang a"}],
        [{"name": "", "capacity": "5"}],
        [{"name": "A\nB"}],
        [{"name": "A", "capacity": "100001"}],
        [{"name": "A", "capacity": "-1"}],
    ],
)
def test_bad_room_is_told_and_nothing_is_kept(staff: Client, workshop: Workshop, of: list[dict[str, str]]) -> None:
    answer = staff.post(reverse("workshop_rooms", args=[workshop.pk]), room_form(of))
    assert answer.context["rooms"].total_error_count()
    assert not WorkshopRoom.objects.exists()
