"""Somebody without an account finds a word of a published text, reads the page and takes the copy; with the portal out
of sight the mirror shows the same from a plain web server."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from partnerships.mirror import mirror_agreements
from partnerships.models import Publication
from tests.partnerships.scene import build_scene
from tests.partnerships.test_mirror import served
from tests.partnerships.test_public import SECRET, open_one

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_public_finds_reads_and_keeps(width: int, somebody: Callable[..., Any], tmp_path: Path) -> None:
    bureau, java, _bali = build_scene()
    Publication.objects.all().delete()
    agreement = open_one(java, bureau.admin)
    person = somebody(viewport={"width": width, "height": 900}, java_script_enabled=True)
    page = person.page
    person.open("/publik/kerja-sama/")
    person.axe()
    page.fill("#public-q", "terumbu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=terumbu")
    assert page.inner_text(".public-snippet mark") == "terumbu"
    person.axe()
    page.click(f"text={agreement.title}")
    page.wait_for_url(f"**/publik/kerja-sama/{agreement.pk}/")
    person.sees("Penanda Tangan Mitra")
    person.does_not_see(SECRET)
    person.axe()
    with page.expect_download() as download:
        page.click("text=Unduh salinan (PDF)")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    person.open("/publik/kerja-sama/data/")
    person.axe()
    sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sticks_out <= 0
    now = timezone.now() + timedelta(minutes=1)
    mirror_agreements(tmp_path / "cermin", now=now, today=timezone.localdate())
    with served(tmp_path / "cermin" / "current") as url:
        person.open(f"{url}/index.html")
        person.axe()
        page.fill("#mirror-q", "kesehatan")
        page.click(f"#mirror-list >> text={agreement.title}")
        page.wait_for_url(f"**/naskah/{agreement.pk}.html")
        page.click("summary:has-text('Teks salinan')")
        person.sees("terumbu karang")
        person.axe()


def test_all_of_it_works_without_a_script(somebody: Callable[..., Any]) -> None:
    bureau, java, _bali = build_scene()
    agreement = open_one(java, bureau.admin)
    person = somebody(java_script_enabled=False)
    person.open("/publik/kerja-sama/?q=terumbu+karang")
    person.page.click(f"text={agreement.title}")
    person.sees("Direktur Utama")
