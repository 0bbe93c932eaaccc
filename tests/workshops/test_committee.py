"""The committee of a workshop, its decree and the list as a paper."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from tests.factories import Bureau, Kanwil
from tests.pdf_files import pdf
from tests.presentation_files import pptx
from tests.workshops.forms import rows
from tests.workshops.test_lists import statements
from workshops.models import CommitteeDecree, CommitteeMember, SessionRole, Speaker
from workshops.versions import version_of_committee

CHAIR = {"role": "chair", "name": "Ani Ketua", "position": "Kepala Bagian"}
MEMBER = {"role": "member", "name": "Budi Anggota"}


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


def save(client: Client, bureau: Bureau, *of: dict[str, Any], first: int = 0, **more: Any) -> Any:
    return client.post(reverse("committee_edit", args=[bureau.workshop.pk]), rows("members", first=first, of=of) | more)


def test_the_committee_stands_by_rank_and_takes_name_and_unit_of_an_account(staff: Client, bureau: Bureau) -> None:
    account = {"role": "secretary", "name": "", "user": bureau.staff.pk}
    save(staff, bureau, MEMBER, account, CHAIR, {"role": "member", "name": ""})
    assert [(m.role, m.name, m.unit, m.user, m.place) for m in CommitteeMember.objects.order_by("place")] == [
        ("chair", "Ani Ketua", None, None, 1),
        ("secretary", "Staf Biro", bureau.unit, bureau.staff, 2),
        ("member", "Budi Anggota", None, None, 3),
    ]
    save(staff, bureau, CHAIR | {"DELETE": "on"}, MEMBER, first=2)
    assert [member.name for member in CommitteeMember.objects.all()] == ["Budi Anggota"]


def test_wrong_lines_are_shown_again_and_nothing_is_saved(staff: Client, bureau: Bureau) -> None:
    for wrong, words in (
        ([MEMBER, MEMBER], "dua kali"),
        ([{"role": "member", "name": "", "position": "Staf"}], "Isi nama"),
        ([{"role": "raja", "name": "Budi"}], "raja"),
    ):
        page = save(staff, bureau, *wrong)
        assert words in page.content.decode()
    assert not CommitteeMember.objects.exists()


def test_a_committee_that_changed_meanwhile_is_not_overwritten(staff: Client, bureau: Bureau) -> None:
    seen = version_of_committee(bureau.workshop)
    save(staff, bureau, CHAIR)
    page = save(staff, bureau, MEMBER, version=seen)
    assert "baru saja diubah orang lain" in page.content.decode()
    assert "Budi Anggota" in page.content.decode()
    assert [member.name for member in CommitteeMember.objects.all()] == ["Ani Ketua"]


def decree(**more: Any) -> dict[str, Any]:
    return {"number": "SEK.3-01", "decided_on": "2026-11-02", "subject": "Pembentukan panitia"} | more


def test_the_decree_keeps_its_signed_text_and_what_was_typed_beside_a_wrong_one(
    as_user: Any, bureau: Bureau, jateng: Kanwil
) -> None:
    staff, url = as_user(bureau.staff), reverse("decree_edit", args=[bureau.workshop.pk])
    refused = staff.post(url, decree(file=SimpleUploadedFile("sk.pdf", pptx())))
    assert "bukan PDF" in str(refused.context["form"].errors["file"])
    assert "SEK.3-01" in refused.content.decode()
    assert not CommitteeDecree.objects.filter(workshop=bureau.workshop).exists()
    staff.post(url, decree())
    assert CommitteeDecree.objects.get(workshop=bureau.workshop).file == ""
    assert staff.get(reverse("decree_download", args=[bureau.workshop.pk])).status_code == 404
    staff.post(url, decree(number="SEK.3-02", file=SimpleUploadedFile("SK Panitia.pdf", pdf(pages=2))))
    kept = CommitteeDecree.objects.get(workshop=bureau.workshop)
    assert (kept.number, kept.original_name, kept.n_pages, kept.uploaded_by) == (
        "SEK.3-02",
        "SK Panitia.pdf",
        2,
        bureau.staff,
    )
    download = reverse("decree_download", args=[bureau.workshop.pk])
    assert b"".join(staff.get(download).streaming_content) == pdf(pages=2)
    # The signed text is for the organiser, not for a Kanwil that is asked to the workshop.
    assert as_user(jateng.admin).get(download).status_code == 404
    assert as_user(bureau.leader).get(download).status_code == 200


def test_the_appendix_names_everybody_in_both_papers(staff: Client, bureau: Bureau) -> None:
    save(staff, bureau, CHAIR | {"name": "Ani #strong[Ketua]"}, MEMBER)
    staff.post(reverse("decree_edit", args=[bureau.workshop.pk]), decree(signatory="Hendra", signing_position="Kepala"))
    printed = staff.get(reverse("committee_pdf_download", args=[bureau.workshop.pk]))
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages).split())
    for words in ("SUSUNAN PANITIA", "SEK.3-01", "Ani #strong[Ketua]", "Budi Anggota", "Ketua", "Hendra"):
        assert words in text
    written = staff.get(reverse("committee_word_download", args=[bureau.workshop.pk]))
    table = Document(io.BytesIO(written.content)).tables[-1]
    assert [row.cells[1].text for row in table.rows] == ["Nama", "Ani #strong[Ketua]", "Budi Anggota"]


def test_the_tab_costs_the_same_for_one_and_for_three(staff: Client, bureau: Bureau) -> None:
    url = reverse("workshop_people", args=[bureau.workshop.pk])
    save(staff, bureau, CHAIR)
    assert statements(staff, url) == 9
    save(staff, bureau, CHAIR, MEMBER, MEMBER | {"name": "Cahyo"})
    for n in (1, 2):
        SessionRole.objects.create(session=bureau.session, speaker=Speaker.objects.create(name=f"N {n}"))
    assert statements(staff, url) == 9
