"""The standard costs of a year as a sheet: what is exported can be imported again, also into another year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.xlsx import Column, Problem, SheetRow, read_table
from workshops.models import CostKind, HonorariumGrade, StandardCost

COLUMNS = [
    Column("code", gettext_lazy("Kode"), required=True, width=12, max_length=20),
    Column("kind", gettext_lazy("Jenis biaya"), "choice", required=True, choices=CostKind.choices, width=26),
    Column("description", gettext_lazy("Uraian"), required=True, width=52, max_length=200),
    Column("grade", gettext_lazy("Golongan honorarium"), "choice", choices=HonorariumGrade.choices, width=26),
    Column("province", gettext_lazy("Provinsi"), width=22, max_length=60),
    Column("unit", gettext_lazy("Satuan"), required=True, width=12, max_length=20),
    Column(
        "cap",
        gettext_lazy("Batas harga (Rp)"),
        "rupiah",
        required=True,
        hint=gettext_lazy("Rupiah bulat, tanpa desimal."),
    ),
    Column("basis", gettext_lazy("Dasar"), width=30, max_length=100),
]
FACTS = [column.key for column in COLUMNS]
LABELS = {column.key: column.label for column in COLUMNS}


def sheet_rows(costs: Iterable[StandardCost]) -> Iterator[list[Any]]:
    """Rows in the order of COLUMNS."""
    for cost in costs:
        yield [getattr(cost, name) for name in FACTS]


@dataclass
class CostRow:
    """A row of the preview: `new`, `changed`, `same` (left out) or `wrong`."""

    number: int
    name: str
    status: str = "wrong"
    facts: dict[str, Any] = field(default_factory=dict)
    cost: StandardCost | None = None
    problems: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReadCosts:
    rows: list[CostRow]
    unknown: list[str]


def read_costs(file: IO[bytes], *, known: Iterable[StandardCost], columns: Sequence[Column] = COLUMNS) -> ReadCosts:
    """What each row of the sheet would do to the year whose rows are `known`; writes nothing."""
    table = read_table(file, columns=columns)
    by_code = {cost.code.casefold(): cost for cost in known}
    seen: dict[str, int] = {}
    return ReadCosts([_row(sheet_row, by_code, seen) for sheet_row in table.rows], table.unknown)


def _row(sheet_row: SheetRow, by_code: dict[str, StandardCost], seen: dict[str, int]) -> CostRow:
    code = sheet_row.text("code")
    name = f"{code} {sheet_row.text('description')}".strip()
    row = CostRow(sheet_row.number, name, problems=list(sheet_row.problems))
    row.facts = {key: sheet_row.values.get(key) if key == "cap" else sheet_row.text(key) for key in FACTS}
    key = code.casefold()
    if key and key in seen:
        sentence = _("Kode ini sudah ada di baris %(n)d.") % {"n": seen[key]}
        row.problems.append(Problem(str(LABELS["code"]), sentence))
    seen.setdefault(key, row.number)
    if row.problems:
        return row
    row.cost = by_code.get(key)
    if row.cost is None:
        row.status = "new"
    else:
        row.changes = [str(LABELS[name]) for name in FACTS if getattr(row.cost, name) != row.facts[name]]
        row.status = "changed" if row.changes else "same"
    return row
