"""The end of a term decided by clicking, and a re-evaluation of the 652 agreements of one Kanwil, in a real browser."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from outbox.models import Message
from outbox.planners import tick
from partnerships.letters.campaigns import START
from partnerships.models import Agreement, AgreementLink, Campaign, KindCode
from tests.factories import make_agreement, make_unit, make_user
from tests.journeys.conftest import Person
from units.access import Role
from units.models import Level, Unit, UnitContact

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

N = 652


@pytest.fixture
def region() -> Unit:
    # a journey before this one empties also the tables that migrations filled
    ministry = make_unit("Kementerian Contoh", level=Level.MINISTRY)
    bureau = make_unit("Biro Humas", parent=ministry, level=Level.BUREAU)
    kanwil = make_unit("Kanwil Jawa Tengah", parent=ministry, level=Level.REGIONAL_OFFICE)
    make_user("admin@biro.invalid", role=Role.BUREAU_ADMIN, unit=bureau, full_name="Admin Biro")
    make_user("admin@kanwil.invalid", role=Role.REGIONAL_ADMIN, unit=kanwil, full_name="Admin Kanwil")
    return kanwil


def test_a_renewal_is_begun_by_clicking(region: Unit, somebody: Callable[..., Any]) -> None:
    today = timezone.localdate()
    until = today + timedelta(days=41)
    old = make_agreement(
        region, title="Layanan kesehatan", number="PKS-41", effective_from=date(2024, 1, 2), effective_until=until
    )
    admin: Person = somebody("admin@kanwil.invalid")
    admin.open("/kerja-sama/")
    admin.press("Akan berakhir")
    admin.sees("41 hari")
    admin.axe()
    admin.press("Layanan kesehatan")
    admin.sees("Akan berakhir 41 hari lagi")
    page = admin.page
    page.click("details:has-text('Perbarui') summary")
    assert page.input_value("[name=renew-effective_from]") == (until + timedelta(days=1)).isoformat()
    page.fill("[name=renew-effective_from]", until.isoformat())
    page.fill("[name=renew-reason]", "Nama kementerian berubah")
    admin.press("Buat draf perjanjian baru")
    admin.sees("agar masanya tidak tumpang tindih")
    assert page.input_value("[name=renew-reason]") == "Nama kementerian berubah"
    admin.axe()
    page.fill("[name=renew-effective_from]", (until + timedelta(days=1)).isoformat())
    admin.press("Buat draf perjanjian baru")
    admin.sees("Diperbarui oleh")
    new = AgreementLink.objects.get(earlier=old, kind="renews").later
    page.click(f"a[href='/kerja-sama/{new.pk}/masa/']")
    page.wait_for_load_state()
    admin.sees("Belum berlaku")
    admin.sees("PKS-41 Layanan kesehatan")
    admin.axe()


@pytest.fixture
def many(region: Unit) -> Unit:
    """652 agreements in 40 UPT, a contact in each."""
    offices = [make_unit(f"Rutan {n:02}", parent=region) for n in range(40)]
    for n, office in enumerate(offices):
        UnitContact.objects.create(
            unit=office, name=f"Narahubung {n}", email=f"upt{n}@kanwil.invalid", for_cooperation=True
        )
    Agreement.objects.bulk_create(
        Agreement(
            agreement_type_id=KindCode.COOPERATION,
            title=f"Layanan {n:03}",
            number=f"W.13-{n:03}",
            owner_unit=offices[n % 40],
            effective_from=date(2025, 1, 2),
            effective_until=date(2099, 12, 31),
        )
        for n in range(N)
    )
    return region


def test_652_agreements_of_one_kanwil_are_re_evaluated(many: Unit, somebody: Callable[..., Any]) -> None:
    new = make_agreement(
        many, title="Payung baru", number="PAYUNG-1", effective_from=timezone.localdate() + timedelta(days=1)
    )
    admin: Person = somebody("admin@biro.invalid")
    admin.open("/kerja-sama/evaluasi-ulang/baru/")
    page = admin.page
    page.fill("[name=title]", "Perubahan nama kementerian")
    page.fill("[name=reason]", "Nama kementerian berubah.")
    admin.pick("units", "Kanwil Jawa Tengah")
    page.fill("[name=due_on]", (timezone.localdate() + timedelta(days=30)).isoformat())
    admin.press("Simpan dan lihat jumlahnya")
    admin.sees("652 perjanjian dari 40 satuan kerja")
    admin.axe()
    admin.press("Mulai dan surati 40 satuan kerja")
    page.click("#ask button[value=yes]")
    expect(page.locator("main")).to_contain_text("Evaluasi dimulai atas 652 perjanjian")
    campaign = Campaign.objects.get()
    tick(timezone.now())
    assert Message.objects.filter(kind=START).count() == 40

    kanwil: Person = somebody("admin@kanwil.invalid")
    kanwil.open(f"/kerja-sama/evaluasi-ulang/{campaign.pk}/")
    kanwil.press("Jawab")
    page = kanwil.page
    # by the keyboard alone: Space ticks the first answer of the first row, the arrows choose another
    page.locator("input[type=radio][name^=answer-]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    kanwil.axe()
    kanwil.press("Simpan jawaban halaman ini")
    kanwil.sees("1 jawaban disimpan.")
    assert campaign.items.get(answer="addendum").answered_by is not None

    page.fill("form.filters [name=q]", "Layanan 00")
    kanwil.press("Saring")
    page.click("summary:has-text('Jawab banyak sekaligus')")
    page.select_option("#bulk [name=answer]", "superseded")
    page.fill("#bulk [name=successor_q]", "payung")
    kanwil.press("Lihat dahulu")
    page.select_option("[name=successor]", str(new.pk))
    kanwil.press("Lihat lagi")
    kanwil.axe()
    kanwil.press("Jawab 9 perjanjian")
    kanwil.sees("9 perjanjian dijawab: Digantikan.")
    assert Agreement.objects.filter(superseded_on__isnull=False).count() == 9

    kanwil.open(f"/kerja-sama/evaluasi-ulang/{campaign.pk}/butir/?jawaban=belum")
    page.click("summary:has-text('Jawab banyak sekaligus')")
    kanwil.press("Lihat dahulu")
    kanwil.sees("642 perjanjian dijawab")
    kanwil.press("Jawab 642 perjanjian")
    kanwil.sees("652 / 652")
    kanwil.axe()
    page.locator("li:has-text('Digantikan') button:has-text('Tarik')").click()
    page.click("#ask button[value=yes]")
    expect(page.locator("main")).to_contain_text("9 jawaban ditarik.")
    kanwil.sees("643 / 652")
    assert not Agreement.objects.filter(superseded_on__isnull=False).exists()

    admin.open(f"/kerja-sama/evaluasi-ulang/{campaign.pk}/")
    admin.sees("643 / 652")
    with admin.page.expect_download() as recap:
        admin.press("Rekap XLSX")
    assert recap.value.suggested_filename.endswith(".xlsx")
