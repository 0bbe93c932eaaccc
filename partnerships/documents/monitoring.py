"""The report of a monitoring round, as PDF and as DOCX, from the same facts; both with bars by Kanwil."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from docx.shared import Cm
from PIL import Image, ImageDraw, ImageFont

from partnerships.models import MonitoringRound
from partnerships.monitoring_recap import Recap, RecapRow
from toolkit.local_times import day_line
from toolkit.papers import Paper, set_pdf
from toolkit.papers.fonts import fonts_folder

COLOURS = {"teal": "#0f766e", "gold": "#b98a2f", "brick": "#a63a26"}
EMPTY = "#ecebe4"
# Of the chart in the DOCX, in pixels.
ROW, LABEL, BAR, GAP = 44, 520, 1_000, 12


@dataclass(frozen=True)
class Report:
    """All texts in the reader's language."""

    title: str
    subtitle: str
    letterhead: list[str]
    facts: list[tuple[str, str]]
    head: list[str]
    rows: list[list[str]]
    bars: list[dict[str, Any]]
    silent: list[str]
    n_more_silent: int


def report_of(round_: MonitoringRound, recap: Recap, *, silent: list[str], n_silent: int, today: date) -> Report:
    """`silent` are names of units that have not answered all, `n_silent` how many there are; needs `opened_by.unit`."""
    unit, total = round_.opened_by.unit, recap.total
    state = _("ditutup") if round_.closed_at else _("masih berjalan")
    return Report(
        title=_("Laporan pemantauan pelaksanaan kerja sama"),
        subtitle=round_.title,
        letterhead=(unit.letterhead.splitlines() or [unit.official_name]) if unit else [],
        facts=[
            (_("Periode"), f"{day_line(round_.period_from)} – {day_line(round_.period_until)}"),
            (_("Batas jawaban"), day_line(round_.due_on)),
            (_("Keadaan per"), f"{day_line(today)}, {state}"),
            (_("Satuan kerja"), str(total.n_units)),
            (_("Perjanjian"), str(total.n)),
            (_("Dijawab"), f"{total.answered} ({total.percent}%)"),
        ],
        head=[
            _("Kanwil"),
            _("Satker"),
            _("Perjanjian"),
            _("Terlaksana"),
            _("Sebagian"),
            _("Belum"),
            _("Tidak dijawab"),
            _("Dijawab"),
        ],
        rows=[_cells(row) for row in [*recap.rows, total]],
        bars=[
            {"name": row.name, "n": row.n, "parts": [{"tone": tone, "n": n} for tone, n in row.parts]}
            for row in recap.rows
        ],
        silent=silent,
        n_more_silent=n_silent - len(silent),
    )


def _cells(row: RecapRow) -> list[str]:
    numbers = [row.n_units, row.n, row.done, row.partly, row.not_yet, row.unanswered]
    return [row.name, *map(str, numbers), f"{row.percent}%"]


def _words() -> dict[str, str]:
    return {
        "recap": _("Rekap per Kanwil"),
        "chart": _("Pelaksanaan per Kanwil"),
        "silent": _("Belum menjawab"),
        "done": _("Terlaksana"),
        "partly": _("Sebagian"),
        "not_yet": _("Belum"),
        "unanswered": _("Tidak dijawab"),
        "none_silent": _("Semua satuan kerja sudah menjawab."),
        "page": _("Halaman"),
    }


def _more(report: Report) -> list[str]:
    return [_("dan %(n)d satuan kerja lain") % {"n": report.n_more_silent}] if report.n_more_silent else []


def report_pdf(report: Report, *, language: str) -> bytes:
    facts = {**vars(report), "silent": report.silent + _more(report), "words": _words(), "lang": language}
    return set_pdf("partnerships/papers/monitoring.typ", facts)


def report_docx(report: Report) -> bytes:
    words = _words()
    paper = Paper(title=report.title, letterhead=report.letterhead, subtitle=report.subtitle)
    paper.facts(report.facts)
    paper.heading(words["chart"])
    if report.bars:
        paper.document.add_picture(io.BytesIO(_chart(report.bars)), width=Cm(16.5))
    legend = " · ".join([words["done"], words["partly"], words["not_yet"], words["unanswered"]])
    paper.text(_("Warna dari kiri: %(legend)s.") % {"legend": legend})
    paper.heading(words["recap"])
    paper.table(report.head, report.rows, widths=[4.2, 1.6, 2.1, 2.1, 1.8, 1.5, 1.9, 1.7])
    paper.heading(words["silent"])
    if report.silent:
        paper.points(report.silent + _more(report))
    else:
        paper.text(words["none_silent"])
    return paper.content()


def _chart(bars: list[dict[str, Any]]) -> bytes:
    """A PNG of horizontal bars, one a Kanwil, each as long as all of its agreements."""
    font = ImageFont.truetype(str(fonts_folder() / "plus-jakarta-sans-400-normal.ttf"), 24)
    picture = Image.new("RGB", (LABEL + BAR, ROW * len(bars)), "white")
    pen = ImageDraw.Draw(picture)
    for number, bar in enumerate(bars):
        top = number * ROW + GAP // 2
        pen.text((0, top), bar_label(bar["name"], bar["n"], font), fill="#16213a", font=font)
        pen.rectangle((LABEL, top, LABEL + BAR - 1, top + ROW - GAP), fill=EMPTY)
        x = float(LABEL)
        for part in bar["parts"]:
            width = BAR * part["n"] / bar["n"] if bar["n"] else 0
            if part["n"]:
                pen.rectangle((x, top, x + width - 1, top + ROW - GAP), fill=COLOURS[part["tone"]])
            x += width
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def bar_label(name: str, n: int, font: ImageFont.FreeTypeFont) -> str:
    """The name, shortened until its number fits beside it."""
    label = f"{name} ({n})"
    while font.getlength(label) > LABEL - GAP:
        name = name[:-1].rstrip()
        label = f"{name}… ({n})"
    return label
