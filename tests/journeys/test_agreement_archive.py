"""An old list with faults comes in, the right rows are recorded and the wrong ones corrected; then everything leaves as
one archive, made by a worker while the page shows how far it is, and put back it is the same."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from partnerships.archive import verify_archive
from partnerships.models import Agreement
from tests.factories import PASSWORD, make_agreement, make_unit, make_user
from tests.journeys.conftest import Person, Portal
from tests.partnerships.test_old_lists import line, workbook
from units.access import Role
from units.models import Level, Unit

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office() -> Unit:
    bureau = make_unit("Biro Humas, Hukum dan Kerja Sama", level=Level.BUREAU)
    make_user("admin@biro.invalid", role=Role.BUREAU_ADMIN, unit=bureau, full_name="Admin Biro")
    unit = make_unit("Kanwil Jawa Tengah", level=Level.REGIONAL_OFFICE)
    make_agreement(unit, title="Sudah lama tercatat", number="W.13-1")
    return unit


def hand_in(person: Person, sheet: Path) -> None:
    person.press("Impor")
    person.page.set_input_files("input[type=file]", sheet)
    person.axe()
    person.press("Baca dan tunjukkan pratinjau")


def test_an_old_list_comes_in_and_everything_leaves(
    office: Unit, portal: Portal, somebody: Callable[..., Person], tmp_path: Path
) -> None:
    person = somebody("admin@biro.invalid")
    page, owner = person.page, office.official_name
    sheet = tmp_path / "daftar-lama.xlsx"
    sheet.write_bytes(
        workbook(
            line("W.13-1", "Sudah lama tercatat", owner=owner),
            line("W.13-2", "Layanan kesehatan", owner=owner, partner="RSUD Contoh"),
            line("W.13-3", "Publikasi layanan", owner=owner, partner="Radio Contoh", last="sampai diakhiri"),
            line("W.13-4", "Pelatihan", owner=owner, last="01/01/2020"),
            line("W.13-5", "Bantuan hukum", owner="Kanwil Jawa Tenga"),
        )
    )
    person.open("/admin/partnerships/agreement/")
    person.axe()
    hand_in(person, sheet)
    for words in ("Baris baru", "Dilewati", "Tanggal akhir tidak boleh sebelum", "Barangkali yang dimaksud"):
        person.sees(words)
    person.axe()
    person.press("Catat 2 baris yang benar")
    person.sees("2 perjanjian dan 2 mitra baru dicatat.")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Unduh 2 baris yang salah").click()
    assert fetched.value.suggested_filename == "baris-salah.xlsx"
    # corrected, the same sheet comes in once more: only the two are new
    sheet.write_bytes(
        workbook(
            line("W.13-2", "Layanan kesehatan", owner=owner, partner="RSUD Contoh"),
            line("W.13-4", "Pelatihan", owner=owner, last="01/01/2025"),
            line("W.13-5", "Bantuan hukum", owner=owner),
        )
    )
    person.open("/admin/partnerships/agreement/")
    hand_in(person, sheet)
    person.press("Catat 2 baris yang benar")
    assert Agreement.objects.count() == 5

    person.press("Ekspor semua")
    page.fill("input[name=password]", PASSWORD)  # what weighs most asks who is there
    person.press("Konfirmasi")
    person.axe()
    person.press("Buat arsip sekarang")
    person.axe()
    expect(page.locator(".badge-tone", has_text="Selesai")).to_be_visible(timeout=90_000)
    person.axe()
    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile("Unduh hasil")).click()
    archive = tmp_path / "arsip.zip"
    fetched.value.save_as(archive)
    tables = {part.table: part.rows for part in verify_archive(archive).tables}
    assert (tables["agreement"], tables["organization"]) == (5, 2)
    person.open("/pekerjaan/")
    person.axe()
