"""A move asked by days alone: the consequences first, exactly what then happens, and nothing over an old version."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from outbox.models import Message, State
from outbox.planners import tick
from tests.factories import Bureau, Kanwil, make_invitation, make_unit, make_workshop
from units.models import UnitContact
from workshops.actions.consequences import surroundings_of
from workshops.actions.schedule import RegistrationWindow, letters_of_move, move_workshop
from workshops.forms.dragging import dragged
from workshops.models import Workshop
from workshops.versions import schedule_version_of, version_of

pytestmark = pytest.mark.usefixtures("clock_stands")

HTMX = {"hx-request": "true"}
CALENDAR = reverse("calendar") + "?tampilan=bulan"


def asked(workshop: Workshop, first: str, last: str, **more: str) -> str:
    query = {"mulai": first, "selesai": last, "versi": schedule_version_of(workshop)} | more
    return f"{reverse('workshop_move', args=[workshop.pk])}?{urlencode(query)}"


def days_of(workshop: Workshop) -> tuple[date | None, date | None]:
    workshop.refresh_from_db()
    return workshop.first_day, workshop.last_day


def test_days_change_and_hours_stay(bureau: Bureau) -> None:
    form = dragged(bureau.workshop, date(2026, 12, 14), date(2026, 12, 16), version="", by=bureau.staff)
    assert form.is_valid(), form.errors
    schedule = form.schedule()
    assert (schedule.starts_at, schedule.ends_at) == (
        bureau.workshop.starts_at + timedelta(days=2),  # type: ignore[operator]
        bureau.workshop.ends_at + timedelta(days=4),  # type: ignore[operator]
    )
    assert form.window().deadline == bureau.workshop.registration_deadline


def test_registration_moves_along_where_it_would_end_too_late(bureau: Bureau) -> None:
    workshop = bureau.workshop
    form = dragged(workshop, date(2026, 12, 7), date(2026, 12, 7), version="", by=bureau.staff)
    assert form.is_valid(), form.errors
    five = timedelta(days=5)
    assert form.window().deadline == (workshop.registration_deadline or five) - five  # type: ignore[operator]


def test_a_fuzzy_date_gets_the_hours_of_an_office(bureau: Bureau) -> None:
    workshop = bureau.workshop
    workshop.starts_at = workshop.ends_at = workshop.registration_deadline = None
    workshop.fuzzy_date, workshop.fuzzy_month = "akhir 2026", date(2026, 12, 1)
    form = dragged(workshop, date(2026, 12, 14), date(2026, 12, 14), version="", by=bureau.staff)
    assert form.is_valid(), form.errors
    shown = [
        moment.astimezone(workshop.zone) for moment in (form.schedule().starts_at, form.schedule().ends_at) if moment
    ]
    assert [f"{moment:%d %H.%M}" for moment in shown] == ["14 08.00", "14 16.00"]
    assert form.schedule().fuzzy_date == ""


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-12-20", "2026-12-18", "Waktu selesai harus sesudah waktu mulai."),
        ("2026-12-14", "2027-06-01", "paling lama 60 hari"),
        ("1999-01-01", "1999-01-01", "antara tahun 2000 dan 2100"),
        ("0001-01-01", "9999-12-31", "antara tahun 2000 dan 2100"),
    ],
)
def test_days_that_cannot_stand_come_back_as_a_form(
    as_user: Any, bureau: Bureau, first: str, last: str, words: str
) -> None:
    page = as_user(bureau.staff).get(asked(bureau.workshop, first, last), headers=HTMX).content.decode()
    assert words in page
    assert 'value="confirm"' not in page


@pytest.mark.parametrize("first", ["", "kemarin", "2026-02-30", "\x00", "2026-12-14T08:00"])
def test_what_is_no_day_shows_the_plain_form(as_user: Any, bureau: Bureau, first: str) -> None:
    answer = as_user(bureau.staff).get(asked(bureau.workshop, first, "2026-12-14"))
    assert (answer.status_code, answer.templates[0].name) == (200, "workshops/workshop_move.html")


def confirm(client: Any, preview: Any, **changes: str) -> Any:
    """Press the button of the preview, with the hidden fields that it holds."""
    form = preview.context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    back = {"kembali": preview.context["way_back"]} if preview.context["way_back"] else {}
    return client.post(reverse("workshop_move", args=[form.workshop.pk]), data | back | {"step": "confirm"} | changes)


def test_a_drag_shows_what_follows_and_then_does_it(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    client, before = as_user(bureau.staff), days_of(bureau.workshop)
    preview = client.get(asked(bureau.workshop, "2026-12-14", "2026-12-15", kembali=CALENDAR), headers=HTMX)
    assert preview.templates[0].name == "workshops/partials/move_consequences.html"
    assert days_of(bureau.workshop) == before
    page = client.get(asked(bureau.workshop, "2026-12-14", "2026-12-15"))
    assert page.templates[0].name == "workshops/workshop_move_preview.html"
    answer = confirm(client, preview)
    assert (answer.status_code, answer.url) == (302, CALENDAR)
    assert days_of(bureau.workshop) == (date(2026, 12, 14), date(2026, 12, 15))
    bureau.session.refresh_from_db()
    assert bureau.session.starts_at == bureau.workshop.starts_at


@pytest.mark.parametrize(
    "back", ["https://lain.invalid/", "//lain.invalid/kalender/", "/pesan/", "/kalender/../pesan/"]
)
def test_the_way_back_leads_to_the_calendar_alone(as_user: Any, bureau: Bureau, back: str) -> None:
    client = as_user(bureau.staff)
    preview = client.get(asked(bureau.workshop, "2026-12-14", "2026-12-14", kembali=back))
    assert preview.context["way_back"] == ""
    answer = confirm(client, preview, kembali=back)
    assert answer.url == reverse("workshop_detail", args=[bureau.workshop.pk])


def test_an_old_tab_is_told_and_overwrites_nothing(as_user: Any, bureau: Bureau, now: datetime) -> None:
    client = as_user(bureau.staff)
    old = asked(bureau.workshop, "2026-12-21", "2026-12-21", kembali=CALENDAR)
    earlier = client.get(old)
    form = dragged(
        bureau.workshop, date(2026, 12, 16), date(2026, 12, 16), version=version_of(bureau.workshop), by=bureau.staff
    )
    assert form.is_valid()
    move_workshop(bureau.workshop, schedule=form.schedule(), window=form.window(), by=bureau.admin, now=now)
    for answer in (client.get(old), client.get(old, headers=HTMX)):
        page = answer.content.decode()
        assert "Jadwal ini sudah berubah" in page
        assert "16 Des 2026" in page
        assert 'value="confirm"' not in page
    answer = confirm(client, earlier)
    assert "baru saja diubah orang lain" in answer.content.decode()
    assert days_of(bureau.workshop) == (date(2026, 12, 16), date(2026, 12, 16))


def test_nobody_drags_what_belongs_to_others(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    for user, workshop, status in [
        (maluku.admin, jateng.workshop, 404),
        (jateng.admin, bureau.workshop, 404),
        (jateng.operator, jateng.workshop, 403),
        (bureau.leader, bureau.workshop, 403),
    ]:
        answer = as_user(user).get(asked(workshop, "2026-12-14", "2026-12-14"), headers=HTMX)
        assert answer.status_code == status


def test_the_letters_foretold_are_the_letters_planned(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    """Told and not yet told, a unit with two contacts, people, a speaker: by kind, before and after."""
    workshop = Workshop.objects.select_related("topic", "agreement", "host_unit", "organizer_unit").get(
        pk=bureau.workshop.pk
    )
    fresh = make_unit("Kantor Wilayah Baru")
    for n in (1, 2):
        UnitContact.objects.create(unit=fresh, name=f"Baru {n}", email=f"baru{n}@humas.test")
    silent = make_invitation(workshop, fresh, now=now)
    tick(now)
    told = Message.objects.filter(topic=workshop.topic).exclude(ref=silent.pk)
    told.update(state=State.SENT, sent_at=now)
    form = dragged(workshop, date(2026, 12, 16), date(2026, 12, 16), version="", by=bureau.staff)
    assert form.is_valid(), form.errors
    leaving = letters_of_move(workshop, form.schedule(), now)
    around = surroundings_of(workshop, form.schedule(), shift_sessions=True, leaving=leaving, by=bureau.staff)
    foretold = {letters.label: letters.n for letters in around.leaving}
    withdrawn = {letters.label: letters.n for letters in around.withdrawn}
    last = Message.objects.order_by("-pk").values_list("pk", flat=True)[0]
    unsent = Message.objects.filter(topic=workshop.topic, state=State.PENDING).count()
    move_workshop(workshop, schedule=form.schedule(), window=RegistrationWindow(), by=bureau.staff, now=now)
    tick(now)
    at_once = Message.objects.filter(pk__gt=last, topic=workshop.topic, not_before__lte=now)
    planned = Counter(at_once.values_list("kind", flat=True))
    assert planned == {
        "participants.invitation": 2,
        "participants.invitation_moved": 1,
        "participants.moved": 1,
        "workshops.speaker_moved": 1,
    }
    assert sorted(foretold.values()) == sorted(planned.values())
    assert sum(withdrawn.values()) == unsent > 0
    assert around.n_invited == 2


def test_holidays_weekends_and_clashes_of_the_new_days_are_named(bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    starts_at = (workshop.starts_at or now) + timedelta(days=13)  # 25 December
    other = make_workshop(
        bureau.unit, now=now, title="Lain", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    unit = make_unit("Rutan A")
    for one in (workshop, other):
        make_invitation(one, unit, now=now)
    form = dragged(workshop, date(2026, 12, 24), date(2026, 12, 26), version="", by=bureau.staff)
    assert form.is_valid(), form.errors
    around = surroundings_of(workshop, form.schedule(), shift_sessions=True, leaving=[], by=bureau.staff)
    assert [holiday.day.day for holiday in around.holidays] == [24, 25]
    assert around.weekend == [date(2026, 12, 26)]
    assert [(clash.other.title, clash.on.day) for clash in around.clashes] == [("Lain", 25)]
