"""A budget as a sheet: what is exported can be changed in Excel and imported again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Agreement
from toolkit.xlsx import Column, Problem, SheetRow, read_table
from workshops.budget_lines import FACTS, LineFacts, facts_of, faults_of
from workshops.budget_sheet import BudgetSheet
from workshops.models import BudgetLine, FundingSource, StandardCost

COLUMNS = [
    Column(
        "account_code", gettext_lazy("Kode akun (MAK)"), required=True, width=16, max_length=6, other_labels=["MAK"]
    ),
    Column("description", gettext_lazy("Uraian"), required=True, width=48, max_length=300),
    Column("volume1", gettext_lazy("Volume 1"), "quantity", required=True, width=10, other_labels=["Volume"]),
    Column("unit1", gettext_lazy("Satuan 1"), required=True, width=12, max_length=20, other_labels=["Satuan"]),
    Column("volume2", gettext_lazy("Volume 2"), "quantity", width=10),
    Column("unit2", gettext_lazy("Satuan 2"), width=12, max_length=20),
    Column("volume3", gettext_lazy("Volume 3"), "quantity", width=10),
    Column("unit3", gettext_lazy("Satuan 3"), width=12, max_length=20),
    Column(
        "unit_price",
        gettext_lazy("Harga satuan (Rp)"),
        "rupiah",
        required=True,
        other_labels=["Harga satuan", "Harga"],
        hint=gettext_lazy("Rupiah bulat, tanpa desimal."),
    ),
    Column(
        "funding_source",
        gettext_lazy("Sumber dana"),
        "choice",
        choices=FundingSource.choices,
        hint=gettext_lazy("Kosong berarti DIPA."),
    ),
    Column(
        "agreement",
        gettext_lazy("Nomor perjanjian"),
        width=26,
        max_length=100,
        hint=gettext_lazy("Wajib bila sumber dananya mitra."),
    ),
    Column("consent", gettext_lazy("Persetujuan mitra"), width=24, max_length=200),
    Column("standard_cost", gettext_lazy("Kode SBM"), width=14, max_length=20),
    Column(
        "line",
        gettext_lazy("Kode baris"),
        width=12,
        max_length=20,
        hint=gettext_lazy("Diisi oleh portal saat ekspor. Kosongkan untuk baris baru."),
    ),
]
# Beside what can be read back, an export shows what follows from it.
SHOWN = [
    *COLUMNS,
    Column("account_name", gettext_lazy("Nama akun"), width=32),
    Column("planned", gettext_lazy("Jumlah (Rp)"), "rupiah"),
    Column("realized", gettext_lazy("Realisasi (Rp)"), "rupiah"),
    Column("remaining", gettext_lazy("Sisa (Rp)"), "rupiah"),
    Column("warnings", gettext_lazy("Peringatan"), width=60),
]
LABELS = {column.key: column.label for column in COLUMNS}


def sheet_rows(sheet: BudgetSheet) -> Iterator[list[Any]]:
    """Rows in the order of SHOWN, as on the page."""
    for group in sheet.groups:
        for row in group.lines:
            facts: dict[str, Any] = {name: getattr(row.line, name) for name in FACTS}
            facts |= {
                "agreement": row.line.agreement.number if row.line.agreement else "",
                "standard_cost": row.line.standard_cost.code if row.line.standard_cost else "",
                "line": str(row.line.pk),
                "account_name": group.name,
                "planned": row.line.planned,
                "realized": row.realized,
                "remaining": row.line.planned - row.realized,
                "warnings": " ".join(warning.sentence for warning in row.warnings),
            }
            yield [facts[column.key] for column in SHOWN]


@dataclass
class LineRow:
    """A row of the preview: `new`, `changed`, `same` (left out) or `wrong`."""

    number: int
    name: str
    status: str = "wrong"
    facts: LineFacts | None = None
    line: BudgetLine | None = None
    problems: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What rows may point at: the lines of this budget, agreements by number, standard costs of the year by code."""

    lines: Sequence[BudgetLine]
    agreements: Sequence[Agreement]
    costs: Sequence[StandardCost]


@dataclass(frozen=True)
class ReadLines:
    rows: list[LineRow]
    unknown: list[str]


def read_lines(file: IO[bytes], *, known: Known, columns: Sequence[Column] = COLUMNS) -> ReadLines:
    """What each row of the sheet would do; writes nothing. Columns that the portal only shows are no news."""
    table = read_table(file, columns=columns)
    reader = _Reader(known)
    shown = {str(column.label).casefold() for column in SHOWN}
    unknown = [label for label in table.unknown if label.casefold() not in shown]
    return ReadLines([reader.row(sheet_row) for sheet_row in table.rows], unknown)


class _Reader:
    def __init__(self, known: Known) -> None:
        self.lines = {str(line.pk): line for line in known.lines}
        self.free = [facts_of(line) for line in known.lines]
        self.agreements: dict[str, list[Agreement]] = {}
        for agreement in known.agreements:
            self.agreements.setdefault(agreement.number.casefold(), []).append(agreement)
        self.costs = {cost.code.casefold(): cost for cost in known.costs}
        self.seen: dict[str, int] = {}

    def row(self, sheet_row: SheetRow) -> LineRow:
        row = LineRow(sheet_row.number, sheet_row.text("description"), problems=list(sheet_row.problems))
        values = self._values(sheet_row, row)
        row.line = self._line(sheet_row, row)
        if not row.problems:
            row.facts = LineFacts(**values)
            row.problems += [_problem(fault.field, fault.sentence) for fault in faults_of(row.facts)]
        if not row.problems:
            self._settle(row)
        return row

    def _values(self, sheet_row: SheetRow, row: LineRow) -> dict[str, Any]:
        values: dict[str, Any] = {name: sheet_row.values.get(name) for name in FACTS}
        for name in ("unit2", "unit3", "consent"):
            values[name] = values[name] or ""
        values["funding_source"] = values["funding_source"] or FundingSource.DIPA.value
        values["agreement"] = self._agreement(sheet_row.text("agreement"), row)
        values["standard_cost"] = self._cost(sheet_row.text("standard_cost"), row)
        code = sheet_row.text("account_code")
        if code and not (len(code) == 6 and code.isascii() and code.isdecimal()):
            row.problems.append(_problem("account_code", _("Kode akun (MAK) terdiri atas 6 angka, misalnya 524114.")))
        return values

    def _agreement(self, number: str, row: LineRow) -> Agreement | None:
        if not number:
            return None
        found = self.agreements.get(number.casefold(), [])
        if len(found) == 1:
            return found[0]
        sentence = _("Perjanjian nomor “%(number)s” tidak ditemukan dalam daftar Anda.")
        if found:
            sentence = _("Nomor “%(number)s” dipakai beberapa perjanjian. Pilih perjanjiannya di halaman baris.")
        row.problems.append(_problem("agreement", sentence % {"number": number}))
        return None

    def _cost(self, code: str, row: LineRow) -> StandardCost | None:
        if not code:
            return None
        cost = self.costs.get(code.casefold())
        if cost is None:
            sentence = _("Kode SBM “%(code)s” tidak ada di standar biaya tahun anggaran ini.")
            row.problems.append(_problem("standard_cost", sentence % {"code": code}))
        return cost

    def _line(self, sheet_row: SheetRow, row: LineRow) -> BudgetLine | None:
        key = sheet_row.text("line")
        if not key:
            return None
        if key in self.seen:
            row.problems.append(_problem("line", _("Kode baris ini sudah ada di baris %(n)d.") % {"n": self.seen[key]}))
        self.seen.setdefault(key, row.number)
        line = self.lines.get(key)
        if line is None:
            row.problems.append(
                _problem("line", _("Baris ini tidak ada di anggaran ini. Kosongkan kodenya untuk menambah baris baru."))
            )
        return line

    def _settle(self, row: LineRow) -> None:
        """A row without a code that says exactly what a line of the budget says is that line, once: the same file again
        adds nothing."""
        if row.facts is None:
            return
        if row.line is not None:
            before = facts_of(row.line)
            row.changes = [str(LABELS[name]) for name in FACTS if getattr(before, name) != getattr(row.facts, name)]
            row.status = "changed" if row.changes else "same"
        elif row.facts in self.free:
            self.free.remove(row.facts)
            row.status = "same"
        else:
            row.status = "new"


def _problem(key: str, sentence: str) -> Problem:
    return Problem(str(LABELS[key]), sentence)
