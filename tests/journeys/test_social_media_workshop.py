"""Seed S0, from the plan to the reminder that arrived: the bureau's main job, in real browsers, with real letters."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from outbox.models import Message
from participants.actions.invitations import accept
from participants.models import Invitation, Registration
from partnerships.models import Agreement, AgreementParty, KindCode, Organization, OrganizationKind
from tests.factories import make_user
from tests.journeys.conftest import Person, Portal, calendar_of, text_of
from toolkit.local_times import clock, day_line
from units.access import Role
from units.actions.loading import load_offices
from units.models import Level, Unit, UnitContact, User
from workshops.models import Workshop

pytestmark = [pytest.mark.journey, pytest.mark.no_cover, pytest.mark.django_db(transaction=True)]

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
TITLE = "Workshop Media Sosial bersama Yayasan Contoh"
NIP_ONE, NIP_TWO, NIP_THREE = "198609262015051001", "199105302015032002", "198801012011011004"


def address_of(kanwil: Unit) -> str:
    return f"humas.{kanwil.pk}@kanwil.invalid"


@pytest.fixture
def offices() -> dict[str, Unit]:
    """The 33 Kanwil with a contact each, the UPT below, and the accounts and the agreement of the story."""
    load_offices(Path(settings.BASE_DIR) / "data", now=timezone.now())
    kanwil = list(Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("pk"))
    assert len(kanwil) == 33
    UnitContact.objects.bulk_create(
        UnitContact(unit=unit, name=f"Narahubung {unit.short_name}", email=address_of(unit)) for unit in kanwil
    )
    bureau = Unit.objects.get(level=Level.BUREAU)
    found = {"biro": bureau, "jateng": named("Jawa Tengah"), "maluku": named("Maluku"), "pabar": named("Papua Barat")}
    make_user("staf@biro.invalid", role=Role.BUREAU_STAFF, unit=bureau, full_name="Staf Biro")
    make_user("admin@biro.invalid", role=Role.BUREAU_ADMIN, unit=bureau, full_name="Admin Biro")
    make_user("admin@jateng.invalid", role=Role.REGIONAL_ADMIN, unit=found["jateng"], full_name="Admin Jateng")
    make_user("admin@maluku.invalid", role=Role.REGIONAL_ADMIN, unit=found["maluku"], full_name="Admin Maluku")
    partner = Organization.objects.create(name="Yayasan Contoh", kind=OrganizationKind.FOUNDATION, country="Jerman")
    today = timezone.localdate()
    agreement = Agreement.objects.create(
        agreement_type_id=KindCode.MUTUAL_UNDERSTANDING,
        title="Program kerja sama tahunan",
        number="HH-12.HM.05.04",
        is_foreign=True,
        owner_unit=bureau,
        signed_on=today - timedelta(days=300),
        effective_from=today - timedelta(days=300),
        effective_until=today + timedelta(days=24),
    )
    AgreementParty.objects.create(agreement=agreement, position=1, unit=bureau)
    AgreementParty.objects.create(agreement=agreement, position=2, organization=partner)
    return found


def named(name: str) -> Unit:
    return Unit.objects.get(level=Level.REGIONAL_OFFICE, short_name__endswith=f" {name}")


def local(day: datetime, hour: int) -> str:
    return f"{day:%Y-%m-%d}T{hour:02}:00"


def plan(staff: Person, day: datetime) -> Workshop:
    staff.open("/workshop/")
    staff.axe()
    staff.press("Workshop baru")
    page = staff.page
    page.fill("input[name=title]", TITLE)
    page.fill("textarea[name=aims]", "Meningkatkan kemampuan pengelolaan media sosial.")
    page.fill("input[name=starts_at]", local(day, 8))
    page.fill("input[name=ends_at]", local(day, 16))
    page.select_option("select[name=mode]", "hybrid")
    page.fill("input[name=venue]", "Aula Biro, Jakarta")
    page.fill("input[name=meeting_url]", "https://rapat.invalid/j/123")
    page.fill("input[name=meeting_id]", "123 456")
    page.fill("input[name=meeting_passcode]", "rahasia")
    staff.pick("partner", "Yayasan Contoh")
    staff.pick("agreement", "Program kerja sama tahunan")
    staff.axe()
    staff.press("Simpan kegiatan")
    workshop = Workshop.objects.get(title=TITLE)
    staff.page.wait_for_url(f"**/workshop/{workshop.pk}/")
    staff.does_not_see("Tidak mencakup tanggal kegiatan")
    for zone in ("08.00–16.00 WIB", "09.00–17.00 WITA", "10.00–18.00 WIT"):
        assert zone in re.sub(r"\s+", " ", page.inner_text("main")).replace("– ", "–"), zone
    staff.axe()
    return workshop


def approve(admin: Person, workshop: Workshop) -> None:
    admin.open(f"/workshop/{workshop.pk}/")
    admin.press("Setujui")
    if admin.page.url.endswith("/status/"):
        admin.press("Setujui")
    workshop.refresh_from_db()
    assert workshop.state == "approved"


def invite_all(staff: Person, workshop: Workshop, deadline: datetime) -> None:
    staff.open(f"/workshop/{workshop.pk}/undangan/")
    staff.axe()
    staff.press("Undang satuan kerja")
    page = staff.page
    page.check("input[name=levels][value=regional_office]")
    page.fill("input[name=seats_onsite]", "2")
    page.fill("input[name=seats_online]", "3")
    page.fill("input[name=reply_deadline]", local(deadline, 16))
    staff.axe()
    staff.press("Lihat daftar dan jumlahnya")
    assert Invitation.objects.count() == 0
    staff.sees("33")
    staff.axe()
    staff.press("Kirim ke 33 satuan kerja")
    page.wait_for_url("**/undangan/")
    assert Invitation.objects.count() == 33


def type_person(person: Person, name: str, number: str, address: str, mode: str) -> None:
    page = person.page
    page.fill("input[name=full_name]", name)
    page.fill("input[name=employee_number]", number)
    page.select_option("select[name=employment_status]", "pns")
    page.fill("input[name=position]", "Pranata Humas Ahli Muda")
    page.fill("input[name=email]", address)
    page.check(f"input[name=mode][value={mode}]")


def register_in_the_region(kanwil: Person, invitation: Invitation) -> None:
    """One for the Kanwil itself; seats passed on to Rutan Jepara, and one for it."""
    assert TITLE in kanwil.page.inner_text("main")
    kanwil.axe()
    kanwil.open(f"/undangan/{invitation.pk}/")
    kanwil.axe()
    kanwil.press("Daftarkan")
    kanwil.axe()
    kanwil.press("Catat orang baru")
    type_person(kanwil, "Peserta Contoh A", "1986092620150510", "a@peserta.invalid", "onsite")
    kanwil.press("Simpan dan daftarkan")
    assert Registration.objects.count() == 0
    kanwil.sees("18 digit")
    assert kanwil.page.input_value("input[name=full_name]") == "Peserta Contoh A"
    kanwil.axe()
    kanwil.page.fill("input[name=employee_number]", NIP_ONE)
    kanwil.press("Simpan dan daftarkan")
    assert Registration.objects.filter(participant__employee_number=NIP_ONE).count() == 1
    kanwil.open(f"/undangan/{invitation.pk}/")
    kanwil.press("Teruskan kursi")
    kanwil.pick("unit", "Jepara")
    kanwil.page.fill("input[name=seats_online]", "1")
    kanwil.press("Simpan pembagian kursi")
    kanwil.open(f"/undangan/{invitation.pk}/")
    kanwil.page.locator("tr", has_text="Jepara").locator("a", has_text="Daftarkan").click()
    kanwil.press("Catat orang baru")
    type_person(kanwil, "Peserta Contoh B", NIP_TWO, "b@peserta.invalid", "online")
    kanwil.press("Simpan dan daftarkan")
    seated = Registration.objects.get(participant__employee_number=NIP_TWO)
    assert "Jepara" in str(seated.unit)


def register_by_link(visitor: Person, letter: EmailMessage) -> None:
    """Without an account, by the link in the letter to the Kanwil."""
    link = re.search(r"http://\S+/u/\S+?/(?=\s)", text_of(letter) + "\n")
    assert link is not None, text_of(letter)
    before = Registration.objects.count()
    assert visitor.open(link[0]) == 200
    visitor.axe()
    assert Registration.objects.count() == before
    visitor.does_not_see(NIP_ONE)
    visitor.press("Tugaskan peserta")
    visitor.axe()
    type_person(visitor, "Peserta Contoh C", NIP_THREE, "c@peserta.invalid", "online")
    visitor.press("Daftarkan peserta ini")
    visitor.sees("Peserta Contoh C")
    assert Registration.objects.filter(participant__employee_number=NIP_THREE).count() == 1


def move_one_day(staff: Person, workshop: Workshop, day: datetime) -> None:
    staff.open(f"/workshop/{workshop.pk}/")
    staff.press("Ubah jadwal")
    staff.page.fill("input[name=starts_at]", local(day, 8))
    staff.page.fill("input[name=ends_at]", local(day, 16))
    staff.press("Lihat akibatnya")
    staff.sees("Hanya Admin Biro yang dapat tetap memakai jadwal ini")
    Agreement.objects.update(effective_until=day.date())
    staff.press("Lihat akibatnya")
    staff.sees("36")
    staff.axe()
    workshop.topic.refresh_from_db()
    assert workshop.topic.schedule_rev == 1
    staff.press("Ubah jadwal dan kabari 36 alamat")
    workshop.topic.refresh_from_db()
    assert workshop.topic.schedule_rev == 2


def check_invitations(letters: list[EmailMessage], offices: dict[str, Unit], day: datetime) -> None:
    assert sorted(str(letter["To"].addresses[0].addr_spec) for letter in letters) == sorted(
        address_of(unit) for unit in Unit.objects.filter(level=Level.REGIONAL_OFFICE)
    )
    maluku = next(letter for letter in letters if address_of(offices["maluku"]) in letter["To"])
    start = day.replace(hour=8, tzinfo=WIB)
    assert f"{clock(start, WIT)}–18.00 WIT" in text_of(maluku)
    assert day_line(day.date()) in text_of(maluku)


def check_confirmation(portal: Portal, address: str) -> None:
    (letter,) = portal.wait_for(1, address)
    calendar = calendar_of(letter)
    assert calendar["METHOD"] == "REQUEST"
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 0


def check_moved(portal: Portal, letters_before: int, day: datetime, uid_of: dict[str, str]) -> None:
    """36 notices, one for each address told before; every calendar entry keeps its UID and raises SEQUENCE."""
    letters = portal.wait_for(letters_before + 36)[letters_before:]
    assert len({str(letter["To"]) for letter in letters}) == 36
    for letter in letters:
        assert day_line(day.date()) in text_of(letter)
    for address, uid in uid_of.items():
        letter = portal.letters(address)[-1]
        event = calendar_of(letter).walk("VEVENT")[0]
        assert (str(event["UID"]), event["SEQUENCE"]) == (uid, 1)
        assert event["DTSTART"].dt.astimezone(UTC) == day.replace(hour=8, tzinfo=WIB).astimezone(UTC)


def check_foreign(maluku: Person, invitation: Invitation, workshop: Workshop) -> None:
    """Another region's admin gets 404 for Jateng's rows, and none of its names anywhere."""
    assert maluku.open(f"/undangan/{invitation.pk}/") == 404
    maluku.axe()
    seats = Registration.objects.values_list("pk", flat=True)
    for path in [f"/pendaftaran/{pk}/{verb}/" for pk in seats for verb in ("ubah", "ganti", "batal")]:
        assert maluku.open(path) == 404
    for path in ("/", "/undangan/", "/peserta/", f"/workshop/{workshop.pk}/", "/pesan/"):
        assert maluku.open(path) == 200
        maluku.does_not_see("Peserta Contoh")
        maluku.does_not_see(NIP_ONE)
        maluku.does_not_see(address_of(invitation.unit))


def test_from_the_plan_to_the_reminder(portal: Portal, somebody: Any, offices: dict[str, Unit]) -> None:
    today = timezone.now().astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day, moved_to, deadline = (today + timedelta(days=n) for n in (24, 25, 12))

    staff = somebody("staf@biro.invalid")
    staff.axe()
    workshop = plan(staff, day)
    approve(somebody("admin@biro.invalid"), workshop)
    invite_all(staff, workshop, deadline)

    invitations = portal.wait_for(33)
    check_invitations(invitations, offices, day)

    invitation = Invitation.objects.get(unit=offices["jateng"])
    register_in_the_region(somebody("admin@jateng.invalid"), invitation)
    to_jateng = next(letter for letter in invitations if address_of(offices["jateng"]) in letter["To"])
    register_by_link(somebody(viewport={"width": 390, "height": 844}), to_jateng)
    for name in "abc":
        check_confirmation(portal, f"{name}@peserta.invalid")
    assert Message.objects.filter(kind="participants.confirmation").count() == 3

    uid_of = {
        f"{name}@peserta.invalid": str(
            calendar_of(portal.letters(f"{name}@peserta.invalid")[0]).walk("VEVENT")[0]["UID"]
        )
        for name in "abc"
    }
    move_one_day(staff, workshop, moved_to)
    check_moved(portal, 36, moved_to, uid_of)

    admin = User.objects.get(email="admin@biro.invalid")
    for other in Invitation.objects.unanswered().exclude(unit=offices["pabar"]):
        accept(other, by=admin, now=timezone.now())
    staff.open(f"/workshop/{workshop.pk}/undangan/")
    staff.press("Ingatkan 1 yang belum menjawab")
    staff.axe()
    staff.press("Kirim pengingat ke 1 satuan kerja")
    reminder = portal.wait_for(73)[-1]
    assert address_of(offices["pabar"]) in reminder["To"]

    staff.open(f"/pesan/?workshop={workshop.pk}")
    staff.sees("Terkirim")
    staff.axe()
    check_foreign(somebody("admin@maluku.invalid"), invitation, workshop)
    assert not Message.objects.filter(state__in=["failed", "uncertain", "retry"]).exists()
