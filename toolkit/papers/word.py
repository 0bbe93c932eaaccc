"""DOCX in the bureau's form: letterhead, title, facts, tables, signature. Text is only ever text."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor

from toolkit.one_line import plain

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK = RGBColor(0x16, 0x21, 0x3A)


class Paper:
    """A document that grows from top to bottom; `content()` are its bytes."""

    def __init__(
        self, *, title: str, letterhead: Sequence[str] = (), subtitle: str = "", landscape: bool = False
    ) -> None:
        self.document: Any = Document()
        self._set_page(landscape)
        self.document.core_properties.title = plain(title)
        self.document.core_properties.author = ""
        for number, line in enumerate(letterhead):
            self._centred(line, bold=number == len(letterhead) - 1, size=11)
        if letterhead:
            self._rule()
        self._centred(title.upper(), bold=True, size=13)
        if subtitle:
            self._centred(subtitle, bold=False, size=11)

    def _set_page(self, landscape: bool) -> None:
        section = self.document.sections[0]
        width, height = Cm(21), Cm(29.7)
        section.page_width, section.page_height = (height, width) if landscape else (width, height)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(10), INK
        style.paragraph_format.space_after = Pt(4)

    def _centred(self, text: str, *, bold: bool, size: int) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(plain(text))
        run.bold, run.font.size = bold, Pt(size)

    def _rule(self) -> None:
        paragraph = self.document.add_paragraph()
        borders = OxmlElement("w:pBdr")
        bottom = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "1"), ("color", "16213A")):
            bottom.set(qn(f"w:{name}"), value)
        borders.append(bottom)
        paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001  the library has no word for a border

    def heading(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(plain(text))
        run.bold, run.font.size = True, Pt(11)

    def text(self, text: str) -> None:
        self.document.add_paragraph(plain(text))

    def points(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.document.add_paragraph(plain(line), style="List Bullet")

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Pairs of label and value, without lines."""
        pairs = list(rows)
        table = self.document.add_table(rows=0, cols=2)
        for label, value in pairs:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Cm(4.5), Cm(12)
            cells[0].text, cells[1].text = plain(label), f": {plain(value)}"

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[float]) -> None:
        """`widths` are in cm, one a column; the head is repeated on each page."""
        table = self.document.add_table(rows=1, cols=len(head))
        table.style = "Table Grid"
        for cell, label in zip(table.rows[0].cells, head, strict=True):
            cell.text = ""
            run = cell.paragraphs[0].add_run(plain(label))
            run.bold = True
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001  nor for a repeated head
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = plain(value)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)

    def signature(self, *, place_and_day: str, capacity: str, name: str, number: str = "") -> None:
        """At the lower right; an empty name leaves dots to write on."""
        for text in (place_and_day, capacity, "", "", "", name or "." * 40, number):
            paragraph = self.document.add_paragraph(plain(text))
            paragraph.paragraph_format.left_indent = Cm(9.5)
            paragraph.paragraph_format.space_after = Pt(0)

    def content(self) -> bytes:
        made = io.BytesIO()
        self.document.save(made)
        return made.getvalue()
