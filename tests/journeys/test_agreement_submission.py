"""A signed copy on its way in a real browser: the satker hands it in on a phone, the Kanwil returns it, the satker
corrects it, the Kanwil verifies and covers what is private, the bureau publishes a copy whose words the public finds,
and the mirror shows it with the portal stopped."""

import io
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.mirror import mirror_agreements
from partnerships.models import AgreementFile, FileKind, Publication, Submission
from tests.factories import make_unit, make_user
from tests.journeys.conftest import Person, Portal, text_of
from tests.partnerships.scene import build_scene
from tests.partnerships.submission_rows import SECRET, make_verified, naskah
from tests.partnerships.test_mirror import served
from units.access import Role
from units.models import Level

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
SATKER, KANWIL, BUREAU = "operator@jepara.invalid", "admin@jateng.invalid", "petugas@biro.invalid"


@pytest.fixture
def offices() -> None:
    ministry = make_unit("Kementerian Contoh", level=Level.MINISTRY)
    bureau = make_unit("Biro Humas, Hukum dan Kerja Sama", parent=ministry, level=Level.BUREAU)
    kanwil = make_unit("Kanwil Jawa Tengah", parent=ministry, level=Level.REGIONAL_OFFICE)
    rutan = make_unit("Rutan Kelas IIB Jepara", parent=kanwil)
    make_user(SATKER, role=Role.UNIT_OPERATOR, unit=rutan, full_name="Operator Jepara")
    make_user(KANWIL, role=Role.REGIONAL_ADMIN, unit=kanwil, full_name="Admin Jateng")
    make_user(BUREAU, role=Role.BUREAU_STAFF, unit=bureau, full_name="Petugas Biro", keeps_agreements=True)


def hand_in(person: Person, folder: Path) -> None:
    """With a term that ends before it begins at first: nothing typed and no file is lost."""
    page = person.page
    person.open("/kerja-sama/")
    person.press("Serahkan naskah")
    scan = folder / "naskah pindaian.pdf"
    scan.write_bytes(naskah("Kerja sama klinik").read())
    page.set_input_files("[name=file]", scan)
    page.select_option("[name=agreement_type]", "perjanjian_kerja_sama")
    signed = timezone.localdate() - timedelta(days=3)
    typed = {
        "title": "Layanan klinik keliling",
        "partner": "Klinik Sehat Contoh",
        "number": "W.13-HH.05.05-77",
        "partner_number": "KS/12",
        "signed_on": signed.isoformat(),
        "effective_until": (signed - timedelta(days=1)).isoformat(),
        "our_signatory": "Arum Suryacontoh",
        "our_position": "Kepala Rutan",
        "their_signatory": "Bima Karyateladan",
        "their_position": "Direktur",
    }
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    person.press("Serahkan naskah")
    person.sees("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku")
    person.sees("belum tercatat. Pilih jenisnya")
    person.sees("naskah pindaian.pdf tetap tersimpan")
    assert page.input_value("[name=partner]") == "Klinik Sehat Contoh"
    person.axe()
    page.select_option("[name=partner_kind]", "other")
    page.fill("[name=effective_until]", (signed + timedelta(days=730)).isoformat())
    person.press("Serahkan naskah")
    person.sees("Salinan naskah diserahkan")
    person.sees("naskah pindaian.pdf")
    person.axe()


def draw_a_box(person: Person) -> None:
    """Over the upper third with the mouse; another one by keyboard, taken away again."""
    page = person.page
    person.press("Tutup data di layar")
    sheet = page.locator("[data-redact-page='1']")
    page.locator(".redact-page img").evaluate("async (image) => { await image.decode(); }")
    page.evaluate("window.scrollTo(0, 0)")  # the bar that stays in sight would lie over the upper edge
    frame = sheet.bounding_box()
    assert frame is not None
    left, top = frame["x"], frame["y"]
    page.mouse.move(left + 4, top + 4)
    page.mouse.down()
    page.mouse.move(left + frame["width"] * 0.9, top + frame["height"] * 0.25, steps=6)
    page.mouse.up()
    assert page.inner_text("[data-redact-count]") == "1 kotak"
    page.locator("[data-redact-add='1']").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.inner_text("[data-redact-count]") == "2 kotak"
    page.keyboard.press("Delete")
    assert page.inner_text("[data-redact-count]") == "1 kotak"
    person.axe()
    person.press("Buat salinan untuk publik")
    person.sees("Salinan untuk publik selesai dibuat")


def test_from_the_phone_of_a_satker_to_the_public(
    portal: Portal, offices: None, somebody: Callable[..., Person], tmp_path: Path
) -> None:
    satker = somebody(SATKER, viewport=PHONE)
    hand_in(satker, tmp_path)
    (told,) = portal.wait_for(1, KANWIL)
    assert "menunggu pemeriksaan" in str(told["Subject"])

    kanwil = somebody(KANWIL, viewport={"width": 1440, "height": 900})
    kanwil.open("/")
    kanwil.press("1 salinan naskah menunggu Anda")
    kanwil.axe()
    kanwil.press("Periksa")
    kanwil.sees("KS/12")
    kanwil.page.locator(".page-pictures img").first.evaluate("async (image) => { await image.decode(); }")
    boxes = kanwil.page.locator("[name=points]")
    for n in range(boxes.count() - 1):
        boxes.nth(n).check()
    kanwil.press("Verifikasi naskah")
    kanwil.sees("Masih ada butir yang belum dicentang")
    kanwil.page.fill("[name=reason]", "Cap mitra di halaman terakhir belum ada.")
    kanwil.axe()
    kanwil.press("Kembalikan ke satker")
    (returned,) = portal.wait_for(1, SATKER)
    assert "Cap mitra di halaman terakhir belum ada." in text_of(returned)

    satker.open("/")
    satker.press("Layanan klinik keliling dikembalikan")
    satker.sees("Cap mitra di halaman terakhir belum ada.")
    corrected = tmp_path / "naskah bercap.pdf"
    corrected.write_bytes(naskah("Kerja sama klinik", "dengan cap").read())
    satker.page.set_input_files("[name=file]", corrected)
    satker.press("Serahkan ke pemeriksa")
    satker.sees("Salinan naskah diserahkan")

    kanwil.open("/kerja-sama/antrean/")
    kanwil.press("Periksa")
    for n in range(boxes.count()):
        boxes.nth(n).check()
    kanwil.press("Verifikasi naskah")
    kanwil.sees("Naskah diverifikasi")
    submission = Submission.objects.get(verified_at__isnull=False)
    kanwil.open(f"/kerja-sama/{submission.agreement_id}/publikasi/")
    draw_a_box(kanwil)
    kanwil.axe()

    copy = AgreementFile.objects.get(kind=FileKind.PUBLIC)
    content = copy.file.open().read()
    assert SECRET.encode() not in content
    assert "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages) == ""

    bureau = somebody(BUREAU, viewport={"width": 1440, "height": 900})
    bureau.open("/kerja-sama/antrean/")
    bureau.press("Siapkan publikasi")
    bureau.axe()
    covered = tmp_path / "salinan tertutup.pdf"
    covered.write_bytes(one_page_pdf(["Layanan keliling memakai perahu klinik di kepulauan."]))
    bureau.page.click("summary:has-text('Atau unggah salinan')")
    bureau.page.set_input_files("[name=file]", covered)
    bureau.press("Unggah salinan untuk publik")
    bureau.sees("Salinan untuk publik tersimpan")
    bureau.press("Publikasikan")
    with bureau.page.expect_navigation():
        bureau.page.locator("dialog#ask button[value=yes]").click()
    bureau.sees("Perjanjian dipublikasikan")
    publication = Publication.objects.standing().get()
    assert publication.public_file != copy
    subjects = [str(letter["Subject"]) for letter in portal.wait_for(3, SATKER)]
    assert [subject.partition(":")[0] for subject in subjects] == [
        "Salinan naskah dikembalikan",
        "Salinan naskah diverifikasi",
        "Perjanjian dipublikasikan",
    ]

    public = somebody(viewport=PHONE)
    find_in_public(public, "kepulauan")
    mirror_agreements(tmp_path / "cermin", now=timezone.now(), today=timezone.localdate())
    public.page.context.route(f"{portal.url}/**", lambda route: route.abort())
    with served(tmp_path / "cermin" / "current") as url:
        public.open(f"{url}/index.html")
        public.page.fill("#mirror-q", "klinik")
        public.page.click("#mirror-list >> text=Layanan klinik keliling")
        public.page.wait_for_url(f"**/naskah/{publication.agreement_id}.html")
        public.page.click("summary:has-text('Teks salinan')")
        public.sees("perahu klinik")
        public.axe()


def find_in_public(public: Person, word: str) -> None:
    """A word of the text, which the worker reads out of the copy in its own time."""
    end = time.monotonic() + 30
    public.open(f"/publik/kerja-sama/?q={word}")
    while not (found := public.page.locator(".public-snippet mark")).count() and time.monotonic() < end:
        time.sleep(0.5)
        public.page.reload()
    assert found.first.inner_text() == word
    public.axe()
    public.page.click("text=Layanan klinik keliling")
    public.sees("Bima Karyateladan")
    public.does_not_see(SECRET)


def test_boxes_are_drawn_and_sized_by_finger(somebody: Callable[..., Person]) -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_verified(jawa)
    person = somebody(jawa.admin.email, viewport=PHONE, has_touch=True, is_mobile=True)
    person.open(f"/kerja-sama/{submission.agreement_id}/publikasi/")
    person.press("Tutup data di layar")
    page = person.page
    page.locator(".redact-page img").evaluate("async (image) => { await image.decode(); }")
    fingers = page.context.new_cdp_session(page)

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        """In the window, with one finger."""
        fingers.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]}
        )
        for n in range(1, 7):
            x, y = (a + (b - a) * n / 6 for a, b in zip(start, end, strict=True))
            fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def boxes() -> list[dict[str, float]]:
        found: list[dict[str, float]] = json.loads(page.input_value("[name=boxes]"))
        return found

    sheet = page.locator("[data-redact-page='1']")
    sheet.evaluate("sheet => sheet.closest('li').scrollIntoView()")
    frame = sheet.bounding_box()
    assert frame is not None
    middle = frame["x"] + frame["width"] * 0.3
    drag((middle, frame["y"] + frame["height"] * 0.3), (middle, frame["y"] + frame["height"] * 0.6))
    assert boxes() == [], "without the button a finger scrolls"

    page.locator("[data-redact-draw='1']").tap()
    sheet.evaluate("sheet => sheet.closest('li').scrollIntoView()")
    page.wait_for_timeout(500)  # until the page stands still
    frame = sheet.bounding_box()
    assert frame is not None
    left, top, width, height = (frame[name] for name in ("x", "y", "width", "height"))
    start, end = (left + width * 0.3, top + height * 0.3), (left + width * 0.5, top + height * 0.6)
    drag(start, end)
    (drawn,) = boxes()
    assert drawn["width"] == pytest.approx(0.2, abs=0.02)
    assert drawn["height"] == pytest.approx(0.3, abs=0.02)

    drag(end, (end[0] + width * 0.2, end[1] - height * 0.1))
    (sized,) = boxes()
    assert (sized["x"], sized["y"]) == (drawn["x"], drawn["y"])
    assert sized["width"] == pytest.approx(0.4, abs=0.02)
    assert sized["height"] == pytest.approx(0.2, abs=0.02)
    if folder := os.environ.get("JOURNEY_SHOTS"):
        page.screenshot(path=f"{folder}/redact.png")

    drag((left + width * 0.4, top + height * 0.35), (left + width * 0.3, top + height * 0.35))
    (moved,) = boxes()
    assert moved["x"] == pytest.approx(0.2, abs=0.02)
    assert moved["width"] == sized["width"]
    person.axe()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
