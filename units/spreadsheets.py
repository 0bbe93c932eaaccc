"""Units as a sheet: what is exported can be imported again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.xlsx import Column, Problem, SheetRow, read_rows
from units.matching import UnitMatcher
from units.models import Level, Unit, UnitKind, Zone, name_key
from units.places import place_problem

COLUMNS = [
    Column("official_name", gettext_lazy("Nama resmi"), required=True, width=44, max_length=200, other_labels=["Nama"]),
    Column("short_name", gettext_lazy("Nama singkat"), width=32, max_length=100),
    Column(
        "parent",
        gettext_lazy("Induk"),
        width=30,
        max_length=200,
        other_labels=["Kanwil"],
        hint=gettext_lazy("Nama unit induk, misalnya Kanwil Jawa Tengah. Wajib untuk unit baru."),
    ),
    Column("level", gettext_lazy("Tingkat"), "choice", choices=Level.choices, width=24),
    Column("kind", gettext_lazy("Jenis"), "choice", choices=UnitKind.choices, width=20),
    Column("unit_class", gettext_lazy("Kelas"), max_length=30),
    Column("province", gettext_lazy("Provinsi lokasi"), width=24, max_length=60),
    Column("city", gettext_lazy("Kota/kabupaten"), width=24, max_length=60),
    Column("tz", gettext_lazy("Zona waktu"), "choice", choices=Zone.choices, width=18),
    Column("letter_prefix", gettext_lazy("Awalan nomor surat"), max_length=20),
    Column("address", gettext_lazy("Alamat"), width=40, max_length=250),
    Column("phone", gettext_lazy("Telepon kantor"), "phone", max_length=40),
    Column("email", gettext_lazy("Surel kantor"), width=30, max_length=254),
    Column("website", gettext_lazy("Situs"), width=30, max_length=200),
    Column("valid_from", gettext_lazy("Berlaku sejak"), "date", width=14),
    Column(
        "other_names",
        gettext_lazy("Nama lain"),
        "lines",
        width=40,
        hint=gettext_lazy("Ejaan lain, satu per baris di dalam sel."),
    ),
]
# Facts a row may change on a unit that exists, beside its short name; the rest has pages of its own.
CHANGEABLE = [
    "kind",
    "unit_class",
    "province",
    "city",
    "tz",
    "letter_prefix",
    "address",
    "phone",
    "email",
    "website",
    "valid_from",
]
IS_WEBSITE = URLValidator(schemes=["http", "https"])
LABELS = {column.key: column.label for column in COLUMNS}


def sheet_rows(units: Iterable[Unit]) -> Iterator[list[Any]]:
    """Rows in the order of COLUMNS; `units` come with parent and aliases."""
    for unit in units:
        facts: dict[str, Any] = {column.key: getattr(unit, column.key, "") for column in COLUMNS}
        facts["parent"] = unit.parent.short_name if unit.parent else ""
        facts["other_names"] = "\n".join(sorted(alias.name for alias in unit.aliases.all()))
        yield [facts[column.key] for column in COLUMNS]


@dataclass
class UnitRow:
    """A row of the preview: `new`, `changed`, `same` (left out) or `wrong`."""

    number: int
    name: str
    status: str
    unit: Unit | None = None
    parent: Unit | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return self.status in {"new", "changed"}


def read_units(file: IO[bytes], *, editable: set[int], governed: set[int], may_lead: bool) -> list[UnitRow]:
    """What each row of the sheet would do; writes nothing.

    `editable` are the units the person may change, by key (the parents of new ones must be among them),
    `governed` those whose name is theirs to change; `may_lead` says whether units above a Kanwil may be made."""
    matcher = UnitMatcher()
    seen: dict[str, int] = {}
    rows = []
    for sheet_row in read_rows(file, columns=COLUMNS):
        row = _unit_row(sheet_row, matcher, editable, governed, may_lead)
        key = name_key(row.name)
        if key and key in seen:
            row.problems.append(_problem("official_name", _("Nama ini sudah ada di baris %(n)d.") % {"n": seen[key]}))
        seen.setdefault(key, row.number)
        if row.problems:
            row.status = "wrong"
        rows.append(row)
    return rows


def _problem(key: str, sentence: str) -> Problem:
    return Problem(str(LABELS[key]), sentence)


def _unit_row(
    sheet_row: SheetRow, matcher: UnitMatcher, editable: set[int], governed: set[int], may_lead: bool
) -> UnitRow:
    row = UnitRow(sheet_row.number, sheet_row.text("official_name"), "wrong", problems=list(sheet_row.problems))
    row.facts = {key: sheet_row.values[key] for key in CHANGEABLE if sheet_row.values.get(key) not in (None, "")}
    row.aliases = [line.strip() for line in sheet_row.text("other_names").split("\n") if line.strip()]
    _check_addresses(row)
    if not row.name:
        return row
    matches = matcher.all(row.name)
    if len(matches) > 1:
        names = ", ".join(unit.official_name for unit in matches[:3])
        row.problems.append(_problem("official_name", _("Cocok dengan beberapa unit: %(names)s.") % {"names": names}))
    elif matches:
        _known(row, matches[0], matcher, editable, may_lead)
        if not row.problems:
            _check_own_pages(row, sheet_row, matches[0], matcher, governed)
    else:
        _new(row, sheet_row, matcher, editable, may_lead)
    return row


def _check_addresses(row: UnitRow) -> None:
    if email := row.facts.get("email"):
        try:
            validate_email(email)
        except ValidationError:
            row.problems.append(_problem("email", _("Tulis alamat surel yang lengkap, misalnya rutan@contoh.invalid.")))
    if website := row.facts.get("website"):
        try:
            IS_WEBSITE(website)
        except ValidationError:
            row.problems.append(_problem("website", _("Alamat situs diawali https://.")))


def _known(row: UnitRow, unit: Unit, matcher: UnitMatcher, editable: set[int], may_lead: bool) -> None:
    row.unit = unit
    if unit.pk not in editable:
        row.problems.append(_problem("official_name", _("Unit ini di luar wewenang Anda.")))
        return
    row.facts = {key: value for key, value in row.facts.items() if getattr(unit, key) != value}
    _check_beginning(row, unit, may_lead)
    row.changes = [str(LABELS[key]) for key in row.facts]
    row.aliases = [alias for alias in row.aliases if not matcher.knows(unit, alias)]
    if row.aliases:
        row.changes.append(str(LABELS["other_names"]))
    row.status = "changed" if row.changes else "same"


def _check_own_pages(row: UnitRow, sheet_row: SheetRow, unit: Unit, matcher: UnitMatcher, governed: set[int]) -> None:
    """A short name is changed as its page does; what differs and is not changed here is told."""
    short_name = sheet_row.text("short_name")
    if short_name and short_name != unit.short_name:
        if unit.pk in governed:
            row.facts["short_name"] = short_name
            row.changes.insert(0, str(LABELS["short_name"]))
            row.status = "changed"
        else:
            row.notes.append(_("Nama singkat berbeda: hanya biro yang dapat menggantinya."))
    if row.name != unit.official_name:
        row.notes.append(_("Nama resmi berbeda: gunakan Ganti nama."))
    parent_name = sheet_row.text("parent")
    parent = matcher.parent_of(unit)
    if parent_name and not (parent and matcher.knows(parent, parent_name)):
        row.notes.append(_("Induk berbeda: gunakan Pindahkan."))
    level = sheet_row.text("level")
    if level and level != unit.level:
        row.notes.append(_("Tingkat berbeda: gunakan Ubah data."))


def _check_beginning(row: UnitRow, unit: Unit, may_lead: bool) -> None:
    """As on the page of a unit, its first day belongs to the bureau; it never lies behind the last one."""
    first = row.facts.get("valid_from")
    if first is None:
        return
    if not may_lead:
        row.problems.append(_problem("valid_from", _("Hanya biro yang dapat mengubah tanggal ini.")))
    elif unit.valid_until is not None and first > unit.valid_until:
        row.problems.append(_problem("valid_from", _("Unit ini sudah ditutup sebelum tanggal itu.")))


def _new(row: UnitRow, sheet_row: SheetRow, matcher: UnitMatcher, editable: set[int], may_lead: bool) -> None:
    level = sheet_row.text("level") or Level.TECHNICAL_UNIT.value
    row.facts |= {"short_name": sheet_row.text("short_name") or row.name[:100], "level": level}
    row.status = "new"
    if level != Level.TECHNICAL_UNIT and not may_lead:
        row.problems.append(_problem("level", _("Anda dapat menambah Unit Pelaksana Teknis saja.")))
    parent_name = sheet_row.text("parent")
    parents = [unit for unit in matcher.all(parent_name) if unit.pk in editable] if parent_name else []
    if len(parents) == 1:
        row.parent = parents[0]
        if problem := place_problem(level, row.parent):
            row.problems.append(_problem("parent", problem))
        row.facts = {"tz": parents[0].tz, "province": parents[0].province} | row.facts
    elif parent_name:
        sentence = _("Induk “%(name)s” tidak dikenal atau di luar wewenang Anda. Unit baru diimpor setelah induknya.")
        row.problems.append(_problem("parent", sentence % {"name": parent_name}))
    elif level not in {Level.MINISTRY, Level.ECHELON1}:
        row.problems.append(_problem("parent", _("Wajib diisi untuk unit baru.")))
