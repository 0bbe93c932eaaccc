"""The agenda on paper, as calendar file and as the page for everybody: the released version, and nothing that is
nobody's business."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from icalendar import Calendar
from pypdf import PdfReader

from tests.factories import Bureau, Kanwil
from tests.workshops.agendas import put
from workshops.actions.releases import release_agenda
from workshops.models import AgendaRelease, Speaker, Workshop

DRAFTED = "Hanya di rancangan"


@pytest.fixture
def workshop(bureau: Bureau, now: datetime) -> Workshop:
    """Version 2 is released; the draft has one session more."""
    workshop = bureau.workshop
    team = Speaker.objects.create(name="Tim Contoh #let <b>", is_organization=True)
    put(workshop, "Istirahat", "11.00", kind="break")
    put(workshop, "Materi 180 menit", "12.00", 180, speaker=team, room="Ruang B")
    release_agenda(workshop, name="Edaran kedua", by=bureau.staff, now=now)
    put(workshop, DRAFTED, "15.00")
    return workshop


def pdf_text(answer: Any) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def docx_text(answer: Any) -> str:
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).split())


@pytest.mark.parametrize(("name", "text_of"), [("agenda_pdf_download", pdf_text), ("agenda_docx_download", docx_text)])
def test_paper_is_the_released_version_and_a_draft_says_so(
    as_user: Any, bureau: Bureau, jateng: Kanwil, workshop: Workshop, name: str, text_of: Any
) -> None:
    url = reverse(name, args=[workshop.pk])
    reader: Client = as_user(jateng.operator)
    text = text_of(reader.get(url))
    for words in (
        "SUSUNAN ACARA",
        workshop.title,
        bureau.unit.official_name,
        "Edaran kedua",
        "Sabtu, 12 Desember 2026",
        "12.00–15.00",
        "Materi · 4 JP",
        "Narasumber: Tim Contoh #let <b>, Praktisi",
        "Ruang B",
        "09.00–15.00 WIB / 10.00–16.00 WITA / 11.00–17.00 WIT",
        "6 JP",
    ):
        assert words in text, words
    assert DRAFTED not in text
    assert "RANCANGAN" not in text
    assert DRAFTED not in text_of(reader.get(url, {"versi": "1"}))
    for wrong in ("rancangan", "9", "x", "-1"):
        assert reader.get(url, {"versi": wrong}).status_code == 404
    draft = text_of(as_user(bureau.staff).get(url, {"versi": "rancangan"}))
    assert DRAFTED in draft
    assert "RANCANGAN" in draft


def test_paper_before_any_release_is_for_those_who_write_it(
    as_user: Any, bureau: Bureau, jateng: Kanwil, workshop: Workshop
) -> None:
    AgendaRelease.objects.all().delete()
    url = reverse("agenda_docx_download", args=[workshop.pk])
    assert as_user(jateng.operator).get(url).status_code == 404
    answer = as_user(bureau.staff).get(url)
    assert "RANCANGAN" in docx_text(answer)
    assert answer.headers["Content-Disposition"].endswith('-rancangan.docx"')


# --- for everybody


def opened(client: Client, workshop: Workshop, name: str = "workshop_public") -> Any:
    return client.get(reverse(name, args=[workshop.pk]))


def test_public_page_shows_the_released_agenda_and_no_personal_data(
    client: Client, bureau: Bureau, workshop: Workshop
) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(
        is_public=True,
        meeting_url="https://rapat.invalid/rahasia",
        meeting_passcode="sandi-rahasia",
        venue="Aula Contoh",
    )
    Speaker.objects.update(whatsapp="+62 811-0000-123")
    body = opened(client, workshop).content.decode()
    for words in (
        "Materi 180 menit",
        "Edaran kedua",
        "Aula Contoh",
        "Praktisi",
        "09.00–17.00 WIB",
        "10.00–18.00 WITA",
        "11.00–19.00 WIT",
        reverse("workshop_public_calendar", args=[workshop.pk]),
    ):
        assert words in body, words
    for secret in (DRAFTED, "rahasia", "@humas.test", "+62 811"):
        assert secret not in body, secret


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"is_public": False}, 404),
        ({"state": "planned"}, 404),
        ({"state": "cancelled"}, 404),
        ({"state": "approved"}, 200),
        ({"state": "reported"}, 200),
    ],
)
def test_public_page_is_there_for_public_and_approved_workshops_only(
    client: Client, workshop: Workshop, facts: dict[str, Any], status: int
) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(**({"is_public": True} | facts))
    for name in ("workshop_public", "workshop_public_calendar"):
        assert opened(client, workshop, name).status_code == status


def test_public_page_before_any_release_says_so(client: Client, workshop: Workshop) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(is_public=True)
    AgendaRelease.objects.all().delete()
    body = opened(client, workshop).content.decode()
    assert "Susunan acara menyusul" in body
    assert DRAFTED not in body
    assert opened(client, workshop, "workshop_public_calendar").status_code == 404


def test_calendar_file_has_each_released_session_once_and_rises_with_the_version(
    client: Client, bureau: Bureau, workshop: Workshop, now: datetime
) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(is_public=True)

    def events() -> dict[str, tuple[str, int]]:
        calendar = Calendar.from_ical(opened(client, workshop, "workshop_public_calendar").content)
        assert calendar["METHOD"] == "PUBLISH"
        return {str(one["summary"]): (str(one["uid"]), int(one["sequence"])) for one in calendar.walk("VEVENT")}

    before = events()
    assert {summary.partition(" (")[0] for summary in before} == {
        "Menulis untuk media sosial",
        "Istirahat",
        "Materi 180 menit",
    }
    release_agenda(workshop, name="Ketiga", by=bureau.staff, now=now)
    after = events()
    assert {summary: after[summary][0] for summary in before} == {summary: uid for summary, (uid, _n) in before.items()}
    assert {n for _uid, n in before.values()} == {1}
    assert {n for _uid, n in after.values()} == {2}


def test_button_to_the_public_page_stands_where_there_is_one(as_user: Any, bureau: Bureau, workshop: Workshop) -> None:
    staff: Client = as_user(bureau.staff)
    public = reverse("workshop_public", args=[workshop.pk])
    pages = [reverse(name, args=[workshop.pk]) for name in ("workshop_agenda", "workshop_detail")]
    assert not any(public in staff.get(page).content.decode() for page in pages)
    Workshop.objects.filter(pk=workshop.pk).update(is_public=True)
    assert all(public in staff.get(page).content.decode() for page in pages)
