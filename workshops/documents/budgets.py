"""The budget (RAB) as a paper, in the usual form with the sum in words."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from toolkit.local_times import day_line
from toolkit.papers import set_pdf
from toolkit.rupiah import dotted, in_words, rupiah
from units.models import Unit
from workshops.budget_sheet import BudgetSheet, SheetLine, Total
from workshops.models import Budget, Workshop


def budget_paper(workshop: Workshop, sheet: BudgetSheet, *, when: str, place: str, today: date) -> bytes:
    """PDF, landscape. The workshop comes with its organiser; `when` and `place` are as on its pages. Raises LookupError
    without a budget."""
    if sheet.budget is None:
        raise LookupError("There is no budget to print.")
    return set_pdf("workshops/papers/budget.typ", _facts(workshop, sheet, sheet.budget, when, place, today))


def _facts(
    workshop: Workshop, sheet: BudgetSheet, budget: Budget, when: str, place: str, today: date
) -> dict[str, object]:
    organizer = workshop.organizer_unit
    total = sheet.total
    return {
        "lang": (get_language() or "id")[:2],
        "title": _("Rincian Anggaran Biaya"),
        "page_word": _("Halaman"),
        "letterhead": letterhead_of(organizer),
        "subtitle": workshop.title,
        "pairs": _pairs(workshop, budget, when, place),
        "head": [
            _("No."),
            _("Uraian"),
            _("Volume"),
            _("Harga satuan (Rp)"),
            _("Jumlah (Rp)"),
            _("Sumber dana"),
            _("Realisasi (Rp)"),
        ],
        "groups": [
            {
                "name": f"{group.code}  {group.name}".strip(),
                "planned": dotted(group.total.planned),
                "realized": dotted(group.total.realized),
                "lines": [_line(row) for row in group.lines],
            }
            for group in sheet.groups
        ],
        "total": {"name": _("Jumlah seluruhnya"), "planned": dotted(total.planned), "realized": dotted(total.realized)},
        "words": {"label": _("Terbilang"), "text": in_words(total.planned)},
        "sources": {
            "title": _("Menurut sumber dana"),
            "head": [_("Sumber dana"), _("Rencana (Rp)"), _("Realisasi (Rp)"), _("Sisa (Rp)")],
            "rows": [_sum(row) for row in sheet.by_source],
        },
        "signers": [
            {
                "place_and_day": "",
                "capacity": _("Penanggung jawab kegiatan"),
                "name": workshop.person_in_charge.full_name if workshop.person_in_charge else "",
                "number": "",
            },
            {
                "place_and_day": ", ".join(part for part in (organizer.city, day_line(today)) if part),
                "capacity": _("Pejabat Pembuat Komitmen"),
                "name": budget.officer_name,
                "number": _("NIP %(number)s") % {"number": budget.officer_number} if budget.officer_number else "",
            },
        ],
    }


def letterhead_of(unit: Unit) -> list[str]:
    """The units above, then the unit itself."""
    chain = [unit]
    while chain[0].parent is not None:
        chain.insert(0, chain[0].parent)
    return [one.official_name.upper() for one in chain]


def _pairs(workshop: Workshop, budget: Budget, when: str, place: str) -> list[tuple[str, str]]:
    pairs = [
        (_("Kegiatan"), workshop.title),
        (_("Waktu"), when),
        (_("Tempat"), place),
        (_("Tahun anggaran"), str(budget.fiscal_year)),
        (_("Nomor DIPA"), budget.dipa_number),
        (_("Kode kegiatan"), budget.activity_code),
        (_("Pagu"), rupiah(budget.ceiling) if budget.ceiling is not None else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def _line(row: SheetLine) -> list[str]:
    line = row.line
    return [
        str(row.number),
        line.description,
        line.volumes_line,
        dotted(line.unit_price),
        dotted(line.planned),
        row.source,
        dotted(row.realized) if row.realized else "–",
    ]


def _sum(row: Total) -> list[str]:
    return [row.name, dotted(row.planned), dotted(row.realized), dotted(row.remaining)]
