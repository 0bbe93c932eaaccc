"""Papers: the portal's own face in PDFs, data that stays data, DOCX that opens again."""

import io

import pytest
from docx import Document
from pypdf import PdfReader

from toolkit.papers import Paper, set_pdf
from toolkit.papers.fonts import fonts_folder

FACTS = {"title": "Daftar uji", "rows": ["Šarūnas & #strong[x] <b>", "Ā" * 3], "letterhead": ["Kementerian", "Biro"]}


def pdf_of(template: str) -> PdfReader:
    return PdfReader(io.BytesIO(set_pdf(template, FACTS)))


@pytest.fixture
def template(settings, tmp_path) -> str:
    """A template beside the shared one, in a tree of its own."""
    papers = settings.BASE_DIR / "templates" / "papers"
    (tmp_path / "templates" / "papers").mkdir(parents=True)
    (tmp_path / "templates" / "papers" / "paper.typ").write_text((papers / "paper.typ").read_text())
    (tmp_path / "templates" / "papers" / "test.typ").write_text(
        '#import "/papers/paper.typ": *\n'
        "#show: paper.with(title: facts.title, letterhead: facts.letterhead)\n"
        '#lines-table(columns: (auto, 1fr), head: ("No", "Isi"), ..facts.rows.enumerate().map(((n, it)) => '
        "(str(n + 1), it)).flatten())\n"
        '#place-to-sign(place-and-day: "Jakarta", capacity: "Kepala Biro")\n'
    )
    settings.BASE_DIR = tmp_path
    return "papers/test.typ"


def test_pdf_holds_texts_as_they_are_in_the_portals_face(template):
    page = pdf_of(template).pages[0]
    text = page.extract_text()
    assert "Šarūnas & #strong[x] <b>" in text
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]
        for font in (f.get_object() for f in page["/Resources"]["/Font"].values())
    }
    assert {name.partition("-")[0] for name in fonts} == {"PlusJakartaSans"}


def test_fonts_are_made_once():
    before = {file: file.stat().st_mtime_ns for file in fonts_folder().iterdir()}
    fonts_folder.cache_clear()
    assert {file: file.stat().st_mtime_ns for file in fonts_folder().iterdir()} == before
    assert len(before) == 4


def test_docx_opens_again_with_all_texts():
    paper = Paper(title="Notula", letterhead=["Kementerian", "Biro"], subtitle="Rapat")
    paper.facts([("Tempat", "Aula <x>")])
    paper.heading("Acara")
    paper.points(["satu\x00", "dua"])
    paper.table(["Waktu", "Acara"], [["08.00", "Buka & tutup"]], widths=[3, 10])
    paper.signature(place_and_day="Jakarta, 2 Mei", capacity="Kepala", name="")
    opened = Document(io.BytesIO(paper.content()))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    assert texts[:2] == ["Kementerian", "Biro"]
    assert {"NOTULA", "Rapat", "Acara", "satu", "dua", "Kepala"} <= set(texts)
    assert [[cell.text for cell in row.cells] for row in opened.tables[1].rows] == [
        ["Waktu", "Acara"],
        ["08.00", "Buka & tutup"],
    ]
