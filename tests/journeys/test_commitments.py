"""The memorandum with the foundation in a real browser: four commitments, of which two workshops consume two, a third
workshop that its term refuses; and a round of monitoring that a unit answers on a phone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from outbox.models import Message
from outbox.planners import tick
from partnerships.models import Activity, Agreement, AgreementParty, MonitoringAnswer, Organization, OrganizationKind
from tests.factories import make_agreement, make_line, make_realization, make_unit, make_user, make_workshop
from tests.journeys.conftest import Person
from units.access import Role
from units.models import Level, Unit, UnitContact, User
from workshops.models import FundingSource, Workshop, WorkshopState

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def bureau() -> Unit:
    unit = make_unit("Biro Humas, Hukum dan Kerja Sama", level=Level.BUREAU)
    make_user("admin@biro.invalid", role=Role.BUREAU_ADMIN, unit=unit, full_name="Admin Biro")
    return unit


@pytest.fixture
def memorandum(bureau: Unit) -> Agreement:
    today = timezone.localdate()
    partner = Organization.objects.create(
        name="Yayasan Mitra Contoh", short_name="YMC", kind=OrganizationKind.FOUNDATION
    )
    made = make_agreement(
        bureau,
        title="Penguatan kehumasan",
        number="MSP-1",
        signed_on=today - timedelta(days=400),
        effective_from=today - timedelta(days=400),
        effective_until=today + timedelta(days=30),
        scope="Pelatihan dan pertukaran pengalaman.",
    )
    AgreementParty.objects.create(agreement=made, position=1, unit=bureau)
    AgreementParty.objects.create(agreement=made, position=2, organization=partner)
    return made


def promise(person: Person, memorandum: Agreement, what: str, **fields: str) -> None:
    person.open(f"/kerja-sama/{memorandum.pk}/komitmen/baru/")
    page = person.page
    page.select_option("[name=party]", label=fields.pop("party"))
    page.fill("[name=what]", what)
    page.select_option("[name=measure]", fields.pop("measure"))
    if fields.pop("counts", ""):
        page.check("[name=counts_workshops]")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    person.axe()
    person.press("Catat komitmen")
    person.sees("Komitmen tersimpan.")


def running(bureau: Unit, memorandum: Agreement, day: date, title: str) -> Workshop:
    starts = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return make_workshop(
        bureau,
        now=timezone.now(),
        title=title,
        agreement=memorandum,
        state=WorkshopState.RUNNING,
        starts_at=starts,
        ends_at=starts + timedelta(hours=6),
        registration_opens_at=starts - timedelta(days=9),
        registration_deadline=starts - timedelta(days=3),
    )


def test_two_workshops_consume_two_commitments_and_the_third_is_refused(
    bureau: Unit, memorandum: Agreement, somebody: Callable[..., Any]
) -> None:
    today = timezone.localdate()
    admin: Person = somebody("admin@biro.invalid")
    promise(admin, memorandum, "Pelatihan bersama", party="YMC", measure="events", quantity="4", counts="1")
    promise(admin, memorandum, "Dukungan biaya", party="YMC", measure="rupiah", quantity="20.000.000", counts="1")
    ours = bureau.short_name
    promise(admin, memorandum, "Laporan hasil", party=ours, measure="other", quantity="2", unit_of_measure="laporan")
    promise(admin, memorandum, "Panduan bersama", party=ours, measure="other", quantity="1", unit_of_measure="naskah")

    by = User.objects.get(email="admin@biro.invalid")
    for days, title in ((60, "Pelatihan pertama"), (20, "Pelatihan kedua")):
        workshop = running(bureau, memorandum, today - timedelta(days=days), title)
        line = make_line(workshop, description="Konsumsi", funding_source=FundingSource.PARTNER, agreement=memorandum)
        make_realization(line, by=by, now=timezone.now(), amount=5_000_000)
        admin.open(f"/workshop/{workshop.pk}/")
        admin.press("Nyatakan selesai")
        if admin.page.locator("dialog.ask").is_visible():
            admin.page.locator("dialog.ask button:has-text('Nyatakan selesai')").click()
            admin.page.wait_for_load_state()
    assert Activity.objects.count() == 2

    admin.open(f"/kerja-sama/{memorandum.pk}/pelaksanaan/")
    for words in ("2 kegiatan dari 4 kegiatan", "Rp10.000.000 dari Rp20.000.000", "0 laporan dari 2 laporan", "25%"):
        admin.sees(words)
    admin.axe()

    admin.open("/workshop/baru/")
    page = admin.page
    late = today + timedelta(days=31)
    page.fill("[name=title]", "Pelatihan ketiga")
    page.fill("[name=starts_at]", f"{late}T09:00")
    page.fill("[name=ends_at]", f"{late}T15:00")
    admin.pick("agreement", "Penguatan")
    gate = page.locator(".gate")
    expect(gate).to_contain_text("sudah berakhir pada")
    expect(gate).to_contain_text("Pelatihan bersama: sisa 2 kegiatan dari 4 kegiatan")
    admin.axe()
    admin.press("Simpan kegiatan")
    admin.sees("Kegiatan ini tidak dapat dihubungkan dengannya")
    assert page.input_value("[name=title]") == "Pelatihan ketiga"
    assert not Workshop.objects.filter(title="Pelatihan ketiga").exists()


def test_the_form_of_an_approved_workshop_knows_its_days(
    bureau: Unit, memorandum: Agreement, somebody: Callable[..., Any]
) -> None:
    late = running(bureau, memorandum, timezone.localdate() + timedelta(days=60), "Pelatihan jauh")
    Workshop.objects.filter(pk=late.pk).update(agreement=None)
    admin: Person = somebody("admin@biro.invalid")
    heard: list[str] = []
    admin.page.on("console", lambda message: heard.append(message.text))
    admin.open(f"/workshop/{late.pk}/ubah/")
    admin.pick("agreement", "Penguatan")
    expect(admin.page.locator(".gate")).to_contain_text("sudah berakhir pada")
    assert not [text for text in heard if "hx-include" in text]


def test_a_round_is_answered_on_a_phone(bureau: Unit, somebody: Callable[..., Any]) -> None:
    today = timezone.localdate()
    kanwil = make_unit("Kantor Wilayah Contoh", level=Level.REGIONAL_OFFICE)
    rutan = make_unit("Rutan Contoh", parent=kanwil)
    make_user("operator@rutan.invalid", role=Role.UNIT_OPERATOR, unit=rutan, full_name="Operator Rutan")
    UnitContact.objects.create(unit=rutan, name="Narahubung Rutan", email="surat@rutan.invalid", for_cooperation=True)
    for number in (1, 2):
        make_agreement(rutan, title=f"Layanan {number}", number=f"PKS-{number}", effective_until=None)

    admin: Person = somebody("admin@biro.invalid")
    admin.open("/kerja-sama/pemantauan/")
    admin.press("Buka putaran")
    page = admin.page
    page.fill("[name=title]", "Pemantauan semester")
    page.fill("[name=period_from]", str(today - timedelta(days=180)))
    page.fill("[name=period_until]", str(today))
    page.fill("[name=due_on]", str(today + timedelta(days=14)))
    admin.axe()
    admin.press("Lihat siapa yang ditanya")
    admin.axe()
    admin.press("Buka putaran dan kirim 1 surat")
    for _again in range(3):
        tick(timezone.now())
    letters = Message.objects.filter(kind="partnerships.monitoring")
    assert [letter.to_addr for letter in letters] == ["surat@rutan.invalid"]

    operator: Person = somebody("operator@rutan.invalid", **PHONE)
    operator.open("/kerja-sama/pemantauan/")
    operator.press("Isi")
    operator.axe()
    first, second = MonitoringAnswer.objects.order_by("agreement__title")
    phone = operator.page
    phone.select_option(f"[name=a{first.pk}-rating]", "done")
    phone.fill(f"[name=a{first.pk}-what]", "Pemeriksaan rutin")
    phone.select_option(f"[name=a{second.pk}-rating]", "not_yet")
    phone.locator(f"button[name=save][value='{first.pk}']").click()
    phone.wait_for_load_state()
    operator.sees("1 jawaban tersimpan.")
    operator.sees("Tulis kendalanya")
    assert phone.input_value(f"[name=a{second.pk}-rating]") == "not_yet"
    operator.axe()
    phone.fill(f"[name=a{second.pk}-obstacles]", "Anggaran belum ada")
    phone.locator(f"button[name=save][value='{second.pk}']").click()
    phone.wait_for_load_state()
    operator.sees("2 dari 2 perjanjian dijawab")

    admin.open("/kerja-sama/pemantauan/")
    admin.press("Pemantauan semester")
    admin.sees("Semua satuan kerja sudah menjawab.")
    admin.axe()
