"""The rundown: sessions and who does what in them, through the pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import Bureau, Kanwil
from tests.workshops.forms import known_session, new_session, wall
from workshops.models import Session, SessionRole, Speaker, Workshop


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


def create_url(workshop: Workshop) -> str:
    return reverse("session_create", args=[workshop.pk])


def edit_url(session: Session) -> str:
    return reverse("session_edit", args=[session.workshop_id, session.pk])


def test_session_keeps_several_people_in_several_roles(staff: Client, bureau: Bureau) -> None:
    known = bureau.speaker
    Speaker.objects.filter(pk=known.pk).update(position="Kepala Bagian")
    of = [
        {"role": "speaker", "speaker": "new-team:Tim Contoh", "position_title": ""},
        {"role": "moderator", "speaker": known.pk, "position_title": ""},
        {"role": "official", "speaker": "new:Budi Contoh", "position_title": "Plt. Kepala Biro"},
        {"role": "host_mc", "is_open": "on"},
        {"role": "speaker"},
    ]
    answer = staff.post(create_url(bureau.workshop), new_session(bureau.workshop, of=of, room="Ruang B"))
    session = Session.objects.get(theme="Menulis judul")
    assert answer["Location"] == f"{reverse('workshop_agenda', args=[bureau.workshop.pk])}?hari=1#sesi-{session.pk}"
    assert [(r.role, str(r), r.position_title) for r in session.roles.order_by("pk")] == [
        ("speaker", "Tim Contoh", ""),
        ("moderator", known.name, "Kepala Bagian"),
        ("official", "Budi Contoh", "Plt. Kepala Biro"),
        ("host_mc", "Akan dikonfirmasi", ""),
    ]
    assert {(s.name, s.is_organization, s.keeper) for s in Speaker.objects.filter(keeper__isnull=False)} == {
        ("Tim Contoh", True, bureau.unit),
        ("Budi Contoh", False, bureau.unit),
    }
    assert (session.room, session.minutes, session.credit_hours, session.person_hours) == ("Ruang B", 135, 3, 2.25)


@pytest.mark.parametrize(
    ("kind", "minutes", "lessons"),
    [
        ("material", 44, 0),
        ("material", 45, 1),
        ("panel", 165, 3),
        ("discussion", 180, 4),
        ("break", 90, 0),
        ("opening", 90, 0),
    ],
)
def test_only_whole_taught_lessons_count(bureau: Bureau, kind: str, minutes: int, lessons: int) -> None:
    start = bureau.session.starts_at
    session = Session(kind=kind, starts_at=start, ends_at=start + timedelta(minutes=minutes))
    assert session.credit_hours == lessons


def moved(workshop: Workshop, **shift: Any) -> str:
    assert workshop.starts_at is not None
    return wall(workshop.starts_at + timedelta(**shift), workshop)


@pytest.mark.parametrize(
    ("shift", "field"),
    [
        (({"hours": 1}, {"hours": 1}), "ends_at"),
        (({"hours": 2}, {"hours": 1}), "ends_at"),
        (({"hours": 0}, {"hours": 25}), "ends_at"),
        (({"days": -1}, {"days": -1, "hours": 2}), "starts_at"),
        (({"days": 1}, {"days": 1, "hours": 2}), "starts_at"),
    ],
)
def test_session_that_cannot_be_is_told_beside_its_field(
    staff: Client, bureau: Bureau, shift: tuple[dict[str, int], dict[str, int]], field: str
) -> None:
    workshop = bureau.workshop
    data = new_session(workshop, starts_at=moved(workshop, **shift[0]), ends_at=moved(workshop, **shift[1]))
    answer = staff.post(create_url(workshop), data)
    assert field in answer.context["form"].errors
    assert workshop.sessions.count() == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"role": "speaker", "speaker": "999999"}, "speaker"),
        ({"role": "speaker", "speaker": "new:"}, "speaker"),
        ({"role": "speaker", "speaker": "new:A\nB"}, "speaker"),
        ({"role": "speaker", "speaker": "new:" + "x" * 151}, "speaker"),
        ({"role": "speaker", "speaker_q": "siapa ini"}, "speaker"),
        ({"role": "raja", "speaker": "new:Budi"}, "role"),
        ({"role": "speaker", "speaker": "new:Budi", "position_title": "a\r\nb"}, "position_title"),
        ({"role": "speaker", "speaker": "new:Budi", "is_open": "on"}, "is_open"),
    ],
)
def test_bad_role_is_told_in_its_row(staff: Client, bureau: Bureau, row: dict[str, str], field: str) -> None:
    answer = staff.post(create_url(bureau.workshop), new_session(bureau.workshop, of=[row]))
    assert field in answer.context["roles"].forms[0].errors
    assert not Speaker.objects.filter(name__startswith="Budi").exists()


def test_typed_name_without_a_choice_offers_to_add_it(staff: Client, bureau: Bureau) -> None:
    of = [{"role": "speaker", "speaker_q": "Siti Contoh"}]
    answer = staff.post(create_url(bureau.workshop), new_session(bureau.workshop, of=of))
    assert 'value="new:Siti Contoh"' in answer.content.decode()


def test_same_person_twice_in_one_role_is_told(staff: Client, bureau: Bureau) -> None:
    row = {"role": "speaker", "speaker": bureau.speaker.pk}
    answer = staff.post(create_url(bureau.workshop), new_session(bureau.workshop, of=[row, row]))
    assert "dua kali" in answer.content.decode()


def test_session_posted_twice_is_one(staff: Client, bureau: Bureau) -> None:
    data = new_session(bureau.workshop, of=[{"role": "speaker", "speaker": "new:Budi Contoh"}])
    for _ in range(2):
        staff.post(create_url(bureau.workshop), data)
    assert Session.objects.filter(theme="Menulis judul").count() == 1
    assert Speaker.objects.filter(name="Budi Contoh").count() == 1


def test_edit_replaces_people_and_a_stale_one_is_refused(staff: Client, bureau: Bureau) -> None:
    session = bureau.session
    of = [{"role": "moderator", "speaker": bureau.speaker.pk}]
    stale = known_session(session, of=of, theme="Tema yang terlambat")
    staff.post(edit_url(session), known_session(session, of=of, theme="Tema yang pertama"))
    answer = staff.post(edit_url(session), stale)
    assert "diubah orang lain" in answer.content.decode()
    session.refresh_from_db()
    assert (session.theme, [role.role for role in session.roles.all()]) == ("Tema yang pertama", ["moderator"])


def test_position_stays_as_of_the_event(staff: Client, bureau: Bureau) -> None:
    Speaker.objects.filter(pk=bureau.speaker.pk).update(position="Kepala Bagian")
    of = [{"role": "speaker", "speaker": bureau.speaker.pk}]
    staff.post(edit_url(bureau.session), known_session(bureau.session, of=of))
    Speaker.objects.filter(pk=bureau.speaker.pk).update(position="Kepala Biro")
    assert SessionRole.objects.get(session=bureau.session).position_title == "Kepala Bagian"


def test_session_is_removed_once(staff: Client, bureau: Bureau) -> None:
    url = reverse("session_remove", args=[bureau.workshop.pk, bureau.session.pk])
    assert staff.post(url).status_code == 302
    assert staff.post(url).status_code == 404
    assert bureau.workshop.sessions.count() == 0
    assert Session.history.filter(id=bureau.session.pk, history_type="-").count() == 1


def test_session_under_another_workshop_does_not_exist(staff: Client, bureau: Bureau, jateng: Kanwil) -> None:
    for name in ("session_edit", "session_remove"):
        url = reverse(name, args=[bureau.workshop.pk, jateng.session.pk])
        assert staff.post(url, {}).status_code == 404


def test_a_tray_is_offered_only_where_a_session_can_be_added(staff: Client, bureau: Bureau) -> None:
    url = reverse("workshop_agenda", args=[bureau.workshop.pk])
    assert 'id="laci"' in staff.get(url).content.decode()
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state="idea", starts_at=None, ends_at=None, fuzzy_date="2027")
    assert 'id="laci"' not in staff.get(url).content.decode()


def test_days_are_those_of_the_place(staff: Client, bureau: Bureau) -> None:
    start = bureau.session.starts_at
    Workshop.objects.filter(pk=bureau.workshop.pk).update(ends_at=start + timedelta(days=1, hours=8))
    Session.objects.create(
        workshop=bureau.workshop,
        theme="Hari kedua",
        starts_at=start + timedelta(days=1),
        ends_at=start + timedelta(days=1, hours=3),
    )
    url = reverse("workshop_agenda", args=[bureau.workshop.pk])
    themes = {
        asked: [row.session.theme for row in rows_of(staff.get(url, {"hari": asked}))]
        for asked in ("1", "2", "9", "semua", "abc", "-1")
    }
    first, second = bureau.session.theme, "Hari kedua"
    assert themes == {
        "1": [first],
        "2": [second],
        "9": [second],
        "semua": [first, second],
        "abc": [first],
        "-1": [first],
    }
    days = [chip["label"] for chip in staff.get(url).context["chips"]]
    assert days == ["Hari 1 · Sab 12 Des", "Hari 2 · Min 13 Des", "Semua hari"]
    assert date(2026, 12, 12) == bureau.workshop.first_day


def rows_of(answer: Any) -> list[Any]:
    """Every line of the page, whether in one line or in rooms side by side."""
    blocks = [block for day in answer.context["days"] for block in day.blocks]
    return [row for block in blocks for rows in (block.rows, *(c.rows for c in block.columns)) for row in rows]


def clashes(client: Client, workshop: Workshop) -> list[tuple[str, str, str]]:
    answer = client.get(reverse("workshop_agenda", args=[workshop.pk]))
    return [
        (row.session.theme, warning.there.label, warning.there.url)
        for row in rows_of(answer)
        for warning in row.clashes
    ]


def test_clash_is_shown_and_names_only_what_one_may_see(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil
) -> None:
    speaker = jateng.speaker
    start = jateng.session.starts_at
    elsewhere = Session.objects.create(
        workshop=maluku.workshop, theme="Sesi rahasia", starts_at=start, ends_at=start + timedelta(hours=1)
    )
    SessionRole.objects.create(session=elsewhere, speaker=speaker)
    touching = Session.objects.create(
        workshop=jateng.workshop,
        theme="Tepat sesudahnya",
        starts_at=jateng.session.ends_at,
        ends_at=jateng.session.ends_at + timedelta(hours=1),
    )
    SessionRole.objects.create(session=touching, speaker=speaker)
    there = f"{reverse('workshop_agenda', args=[maluku.workshop.pk])}?tanggal=2026-12-12"
    assert clashes(as_user(bureau.admin), jateng.workshop) == [(jateng.session.theme, maluku.workshop.title, there)]
    own = as_user(jateng.admin)
    assert clashes(own, jateng.workshop) == [(jateng.session.theme, "kegiatan lain", "")]
    body = own.get(reverse("workshop_agenda", args=[jateng.workshop.pk])).content.decode()
    assert "kegiatan lain" in body
    assert maluku.canary not in body
    assert clashes(as_user(jateng.operator), jateng.workshop) == []
    Workshop.objects.filter(pk=maluku.workshop.pk).update(state="cancelled")
    assert clashes(as_user(bureau.admin), jateng.workshop) == []
