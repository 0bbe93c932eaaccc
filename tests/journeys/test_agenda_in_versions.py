"""Seed S2: three days built, released, changed and released again, in real browsers, with real letters to exactly those
concerned; and every drag done by keyboard too."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organization, OrganizationKind
from tests.factories import make_unit, make_user, make_workshop
from tests.journeys.conftest import Person, Portal, calendar_of, text_of
from tests.workshops.agendas import put, times_of
from units.access import Role
from units.models import Level
from workshops.models import Session, SessionRole, Speaker, Workshop, WorkshopRoom

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WIB = ZoneInfo("Asia/Jakarta")
TEAM, MODERATOR = "tim@grid.invalid", "moderator@contoh.invalid"
OPENER, REPORTER = "sekjen@contoh.invalid", "kapuspen@contoh.invalid"


@pytest.fixture
def workshop() -> Workshop:
    """An approved workshop of three days that opens in the evening, and the people who speak."""
    ministry = make_unit("Kementerian Contoh", level=Level.MINISTRY)
    bureau = make_unit("Biro Humas", parent=ministry, level=Level.BUREAU)
    make_user("staf@biro.invalid", role=Role.BUREAU_STAFF, unit=bureau, full_name="Staf Biro")
    now = timezone.now()
    first = (now.astimezone(WIB) + timedelta(days=24)).replace(hour=19, minute=0, second=0, microsecond=0)
    first -= timedelta(days=(first.weekday() - 1) % 7)
    workshop = make_workshop(
        bureau, now=now, title="Rakor dan Workshop Kehumasan", is_public=True, starts_at=first,
        ends_at=(first + timedelta(days=2)).replace(hour=15), venue="Hotel Contoh",
        meeting_url="https://rapat.invalid/rahasia",
    )  # fmt: skip
    host = Organization.objects.create(name="Kementerian Tamu", kind=OrganizationKind.MINISTRY)
    team = Speaker.objects.create(name="Tim Grid Story Factory", is_organization=True, organization=host, email=TEAM)
    moderator = Speaker.objects.create(name="Ratna Contoh", position="Pustakawan", email=MODERATOR)
    official = Speaker.objects.create(name="Mahendra Contoh", position="Sekjen", email=OPENER)
    reporter = Speaker.objects.create(name="Teguh Contoh", position="Kapuspen", email=REPORTER)
    WorkshopRoom.objects.create(workshop=workshop, name="Ballroom", capacity=120)
    put(workshop, "Laporan panitia", "19.00", 20, kind="committee_report", speaker=reporter, role="official")
    put(workshop, "Pembukaan", "19.20", 30, kind="opening", speaker=official, role="official")
    for day, clock, minutes, theme in (
        (1, "8.30", 180, "Perencanaan pengelolaan media sosial"),
        (1, "13.00", 90, "Pemetaan dan strategi publikasi"),
        (1, "14.30", 90, "Pemetaan dan strategi publikasi"),
        (2, "8.30", 120, "Mengelola krisis media sosial"),
    ):
        session = put(workshop, theme, clock, minutes, day=day, speaker=team, room="Ballroom")
        SessionRole.objects.create(session=session, speaker=moderator, role="moderator")
    put(workshop, "Istirahat", "11.30", 90, day=1, kind="break")
    return workshop


def add_closing(staff: Person, workshop: Workshop) -> None:
    """A ceremony item, added in place; a wrong time is told and nothing typed is lost."""
    staff.open(f"{agenda(workshop)}?hari=3")
    staff.page.locator("main a:visible", has_text="Sesi").last.click()
    form = staff.page.locator(".in-place-form")
    form.locator("input[name=theme]").fill("Penutupan")
    form.locator("select[name=kind]").select_option("closing")
    starts = form.locator("input[name=starts_at]").input_value()
    assert starts.endswith("T10:30")
    form.locator("input[name=ends_at]").fill(starts.replace("10:30", "10:00"))
    form.locator("button.btn-primary").click()
    form.locator(".form-errors").wait_for()
    staff.axe()
    assert form.locator("input[name=theme]").input_value() == "Penutupan"
    form.locator("input[name=ends_at]").fill(starts.replace("10:30", "11:30"))
    form.locator("button.btn-primary").click()
    staff.page.locator(".notice.success").wait_for()
    assert times_of(workshop)["Penutupan"] == "3 10.30-11.30"


def agenda(workshop: Workshop) -> str:
    return reverse("workshop_agenda", args=[workshop.pk])


def release(staff: Person, workshop: Workshop, n_letters: int, name: str) -> None:
    staff.open(reverse("agenda_release", args=[workshop.pk]))
    staff.sees(f"{n_letters} surat akan dikirim")
    staff.axe()
    staff.page.fill("input[name=name]", name)
    staff.press(f"Rilis dan kirim {n_letters} surat")
    staff.sees(f"“{name}” dirilis.")
    staff.axe()


def drag(staff: Person, what: str, onto: str) -> None:
    page = staff.page
    page.wait_for_selector("body.can-drag")
    handle = page.locator("[data-session]", has_text=what).first.locator(".drag-handle").bounding_box()
    target = page.locator("[data-session]", has_text=onto).first.bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 4, handle["y"] + 6)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, handle["y"] - 12, steps=4)
    page.mouse.move(target["x"] + 30, target["y"] + 5, steps=12)
    page.wait_for_timeout(200)
    with page.expect_navigation():
        page.mouse.up()


def by_keyboard(staff: Person, session: Session, button: str) -> None:
    """Tab reaches the button, Enter presses it, and the focus comes back to it."""
    staff.page.locator(f"#{button}-{session.pk}").focus()
    with staff.page.expect_navigation():
        staff.page.keyboard.press("Enter")
    assert staff.page.evaluate("document.activeElement.id") == f"{button}-{session.pk}"


def change(staff: Person, workshop: Workshop) -> None:
    """The evening changes order by drag and back by keyboard; then the report goes to the third day by form."""
    staff.open(f"{agenda(workshop)}?hari=1")
    staff.axe()
    before = times_of(workshop)
    report = Session.objects.get(theme="Laporan panitia")
    drag(staff, "Pembukaan", "Laporan panitia")
    assert times_of(workshop) == before | {"Pembukaan": "1 19.00-19.30", "Laporan panitia": "1 19.30-19.50"}
    by_keyboard(staff, report, "naik")
    assert times_of(workshop) == before
    staff.open(reverse("session_edit", args=[workshop.pk, report.pk]))
    staff.axe()
    staff.page.select_option("select[name=day]", index=2)
    staff.press("Pindahkan")
    # What followed the report moves up, so the opening is at seven.
    assert times_of(workshop)["Pembukaan"] == "1 19.00-19.30"


def check_old_tab(staff: Person, old: Person, workshop: Workshop) -> None:
    """Another tab still shows the agenda as it was: told, and nothing overwritten."""
    stands = times_of(workshop)
    drag(old, "Pemetaan", "Perencanaan")
    old.sees("diubah orang lain")
    assert times_of(workshop) == stands
    old.axe()


def check_public(visitor: Person, workshop: Workshop) -> None:
    assert visitor.open(reverse("workshop_public", args=[workshop.pk])) == 200
    visitor.sees("Penutupan")
    for hidden in ("rahasia", "@contoh.invalid", "@grid.invalid"):
        visitor.does_not_see(hidden)
    visitor.axe()


def local_hour(moment: datetime) -> str:
    return f"{moment.astimezone(WIB):%H.%M}"


def test_three_days_released_changed_and_released_again(portal: Portal, somebody: Any, workshop: Workshop) -> None:
    staff = somebody("staf@biro.invalid", viewport={"width": 1440, "height": 1100})
    add_closing(staff, workshop)
    assert Session.objects.get(theme__startswith="Perencanaan").credit_hours == 4
    release(staff, workshop, 4, "Edaran pertama")
    first = portal.wait_for(4)
    assert {str(letter["To"].addresses[0].addr_spec) for letter in first} == {TEAM, MODERATOR, OPENER, REPORTER}

    old = somebody("staf@biro.invalid", viewport={"width": 1440, "height": 1100})
    old.open(f"{agenda(workshop)}?hari=2")
    change(staff, workshop)
    check_old_tab(staff, old, workshop)
    phone = somebody("staf@biro.invalid", viewport={"width": 390, "height": 844})
    for path in (agenda(workshop), reverse("agenda_warnings", args=[workshop.pk])):
        phone.open(path)
        phone.axe()
    check_public(somebody(viewport={"width": 390, "height": 844}), workshop)
    assert len(portal.letters()) == 4

    release(staff, workshop, 2, "Edaran kedua")
    told = portal.wait_for(6)[4:]
    assert {str(letter["To"].addresses[0].addr_spec) for letter in told} == {OPENER, REPORTER}
    opening = next(letter for letter in told if OPENER in letter["To"])
    assert "19.00–19.30 WIB" in text_of(opening)
    events = [calendar_of(portal.letters(OPENER)[n]).walk("VEVENT")[0] for n in (0, 1)]
    assert events[0]["UID"] == events[1]["UID"]
    assert events[0]["SEQUENCE"] < events[1]["SEQUENCE"]
    assert local_hour(events[1]["DTSTART"].dt) == "19.00"
    staff.open(f"{reverse('agenda_compare', args=[workshop.pk])}?dari=1&ke=2")
    staff.sees("Dipindahkan")
    staff.axe()
