"""Sheets that come in. They are untrusted: each is checked as an archive, then opened in a process of its own."""

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from toolkit.one_line import one_line
from toolkit.quantities import parse_quantity, quantity_of
from toolkit.rupiah import parse_rupiah, whole_rupiah
from toolkit.written_days import written_day
from toolkit.xlsx.columns import Column, ColumnsAreMissing, Problem, SheetIsRefused, SheetRow, Table, Value

Amount = TypeVar("Amount", int, Decimal)

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 100
MAX_MEMBERS = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_SECONDS = 30
HEADER_WITHIN = 10


def read_rows(file: IO[bytes], *, columns: Sequence[Column]) -> list[SheetRow]:
    """The rows below the header (found in the first ten rows, columns in any order, unknown columns ignored); empty
    rows are left out. Raises SheetIsRefused for what is no workbook, is too large or lacks a required column."""
    return read_table(file, columns=columns).rows


def read_table(file: IO[bytes], *, columns: Sequence[Column], fills_merged: bool = False) -> Table:
    """As `read_rows`, with the unknown columns by name; raises ColumnsAreMissing where a required one is not there.
    With `fills_merged` a cell merged over several rows stands in each of them."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        _copy_limited(file, copy)
        _check_archive(copy.name)
        grid, merged = _grid(copy.name)
    at, places, unknown = _header(grid, columns)
    labels = _labels(grid[at], places)
    filled = _fill_down(grid, merged, at) if fills_merged else set()
    rows = []
    for number, cells in enumerate(grid[at + 1 :], start=at + 2):
        if any(cell not in (None, "") for place, cell in enumerate(cells) if (number - 1, place) not in filled):
            row = _row(number, cells, places)
            row.written = {name: _as_written(cells[place]) for place, name in labels.items() if place < len(cells)}
            row.filled = [str(column.label) for place, column in places if (number - 1, place) in filled]
            rows.append(row)
    return Table(rows, unknown)


def _labels(cells: list[Any], places: Sequence[tuple[int, Column]]) -> dict[int, str]:
    """The key of each known column and the label of each other one, by place."""
    known = {place: column.key for place, column in places}
    others = {place: label for place, cell in enumerate(cells) if place not in known for label in _texts([cell])}
    return known | others


def _fill_down(grid: list[list[Any]], merged: Sequence[Sequence[int]], at: int) -> set[tuple[int, int]]:
    """Copies merged cells below the header into the rows they span; returns the places that were filled. In a workbook
    no two of them overlap: more steps than there are cells would be a file made to keep us busy."""
    filled = set()
    n_steps = 0
    for top, left, bottom, _right in merged:
        rows = range(top + 1, min(bottom + 1, len(grid)))
        n_steps += len(rows)
        if n_steps > len(grid) * MAX_COLUMNS:
            raise SheetIsRefused(
                _("Isi berkas terlalu besar setelah dibuka. Hapus lembar dan format yang tidak dipakai.")
            )
        for row in rows:
            if top > at and left < len(grid[row]):
                grid[row][left] = grid[top][left]
                filled.add((row, left))
    return filled


def _as_written(cell: Any) -> str:
    """A cell as text that can be typed again: a day as 2021-03-12, a number without a needless point."""
    kind, raw = cell if isinstance(cell, list) else ("text", cell or "")
    if kind == "date":
        return str(raw).removesuffix("T00:00:00")
    return f"{raw:.15g}" if kind == "number" else str(raw).strip()


def _copy_limited(file: IO[bytes], copy: IO[bytes]) -> None:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SheetIsRefused(_("Berkas lebih besar dari 5 MB. Bagi menjadi beberapa berkas."))
    copy.write(content)
    copy.flush()


def _check_archive(path: str) -> None:
    """What the table of contents alone tells: a workbook, not a bomb, no macros, no links to other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SheetIsRefused(_("Berkas ini bukan lembar kerja Excel (.xlsx).")) from error
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise SheetIsRefused(_("Berkas ini bukan lembar kerja Excel (.xlsx)."))
    unpacked = sum(member.file_size for member in members)
    packed = max(1, Path(path).stat().st_size)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise SheetIsRefused(_("Isi berkas terlalu besar setelah dibuka. Hapus lembar dan format yang tidak dipakai."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise SheetIsRefused(
            _("Berkas berisi tautan ke berkas lain. Salin nilainya saja ke templat, lalu unggah lagi.")
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetIsRefused(_("Berkas berisi makro. Simpan sebagai .xlsx biasa, lalu unggah lagi."))


def _grid(path: str) -> tuple[list[list[Any]], list[list[int]]]:
    """The cells, and which of them are merged: first row and column, last row and column, counted from 0."""
    child = Path(__file__).with_name("child.py")
    limits = [str(number) for number in (MAX_UNPACKED, MAX_ROWS + HEADER_WITHIN, MAX_COLUMNS)]
    try:
        # The arguments are our own: this interpreter, our script, a temporary file and four numbers.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(child), path, *limits], capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SheetIsRefused(_("Berkas terlalu lama dibaca. Bagi menjadi beberapa berkas.")) from error
    if done.returncode == 0:
        sheet = json.loads(done.stdout)
        return sheet["rows"], sheet["merged"]
    reason = done.stderr.decode(errors="replace") if done.returncode == 3 else ""
    raise SheetIsRefused(
        {
            "rows": _("Lembar pertama berisi lebih dari 20.000 baris. Bagi menjadi beberapa berkas."),
            "columns": _("Lembar pertama berisi lebih dari 60 kolom. Hapus kolom yang tidak dipakai."),
            "unpacked": _("Isi berkas terlalu besar setelah dibuka. Hapus lembar dan format yang tidak dipakai."),
            "errors": _(
                "Sebuah sel berisi galat Excel seperti #SPILL atau #CALC. Perbaiki rumusnya, atau salin nilainya saja "
                "ke templat, lalu unggah lagi."
            ),
            "entities": _(
                "Berkas berisi definisi yang tidak diterima. Salin nilainya saja ke templat, lalu unggah lagi."
            ),
        }.get(
            reason,
            _("Berkas tidak dapat dibaca sebagai lembar kerja Excel. Simpan ulang sebagai .xlsx, lalu unggah lagi."),
        )
    )


def _plain(text: object) -> str:
    """A label as compared: without case, marks and doubled spaces."""
    return " ".join(re.sub(r"[^\w ]", " ", str(text)).casefold().split())


def _header(grid: list[list[Any]], columns: Sequence[Column]) -> tuple[int, list[tuple[int, Column]], list[str]]:
    best: list[tuple[int, Column]] = []
    at = 0
    for index, cells in enumerate(grid[:HEADER_WITHIN]):
        places = list(_places(cells, columns))
        if len(places) > len(best):
            best, at = places, index
    known = {place for place, _column in best}
    unknown = _texts(cell for place, cell in enumerate(grid[at] if grid else []) if place not in known)
    found = {column.key for _place, column in best}
    missing = [column for column in columns if column.required and column.key not in found]
    if missing or not best:
        missing = missing or list(columns[:3])
        raise ColumnsAreMissing(
            _missing_sentence(missing, unknown), missing=[column.key for column in missing], found=unknown
        )
    return at, best, unknown


def _missing_sentence(missing: Sequence[Column], unknown: Sequence[str]) -> str:
    sentence = _("Kolom berikut tidak ditemukan: %(columns)s. Pakai templat, baris judulnya jangan diubah.") % {
        "columns": ", ".join(str(column.label) for column in missing)
    }
    if unknown:
        sentence += " " + _("Kolom yang tidak dikenal di berkas Anda: %(columns)s.") % {
            "columns": ", ".join(f"“{label}”" for label in unknown[:12])
        }
    return sentence


def _texts(cells: Iterable[Any]) -> list[str]:
    """The labels among the cells of a header row, short enough to be shown."""
    texts = [" ".join(cell.split())[:60] for cell in cells if isinstance(cell, str)]
    return [text for text in texts if text]


def _places(cells: list[Any], columns: Sequence[Column]) -> Iterator[tuple[int, Column]]:
    labels = {_plain(cell): place for place, cell in reversed(list(enumerate(cells))) if isinstance(cell, str)}
    for column in columns:
        for label in (column.label, column.key, *column.other_labels):
            if _plain(label) in labels:
                yield labels[_plain(label)], column
                break


def _row(number: int, cells: list[Any], places: list[tuple[int, Column]]) -> SheetRow:
    row = SheetRow(number, {})
    for place, column in places:
        try:
            value = _value(column, cells[place] if place < len(cells) else None)
        except ValidationError as error:
            row.values[column.key] = None
            row.problems.append(Problem(str(column.label), " ".join(error.messages)))
        else:
            row.values[column.key] = value
            if column.required and value in (None, ""):
                row.problems.append(Problem(str(column.label), _("Wajib diisi.")))
    return row


def _value(column: Column, cell: Any) -> Value:
    kind, raw = cell if isinstance(cell, list) else ("text", (cell or "").strip())
    if raw == "" or (kind == "text" and column.blanks and _plain(raw) in {_plain(blank) for blank in column.blanks}):
        return "" if column.kind in {"text", "lines", "digits", "phone", "choice"} else None
    return READERS.get(column.kind, _text)(column, kind, raw)


def _text(column: Column, kind: str, raw: Any) -> str:
    text = f"{raw:.15g}" if kind == "number" else str(raw)
    if column.kind == "lines":
        text = text.replace("\r\n", "\n").replace("_x000D_", "")
        for line in text.split("\n"):
            one_line(line)
    else:
        text = " ".join(text.split()) if kind == "text" else text
        one_line(text)
    if column.max_length and len(text) > column.max_length:
        raise ValidationError(
            _("Paling banyak %(n)d karakter (tertulis %(m)d).") % {"n": column.max_length, "m": len(text)}
        )
    return text


def _digits(column: Column, kind: str, raw: Any) -> str:
    if kind == "number":
        raise ValidationError(
            _("Tersimpan sebagai angka, sehingga Excel membulatkan digitnya. Ubah sel menjadi Teks, lalu ketik ulang.")
        )
    return re.sub(r"[\s.]", "", _text(column, kind, raw))


def _phone(column: Column, kind: str, raw: Any) -> str:
    """Excel keeps a number below 15 digits whole, so a telephone number saved as a number is still right."""
    if kind == "number" and (raw != int(raw) or abs(raw) >= 10**15):
        raise ValidationError(_("Tersimpan sebagai angka yang rusak. Ubah sel menjadi Teks, lalu ketik ulang."))
    return str(int(raw)) if kind == "number" else _text(column, kind, raw)


def _whole(column: Column, kind: str, raw: Any) -> int:
    if kind == "text" and re.fullmatch(r"[0-9]{1,9}", raw):
        return int(raw)
    if kind == "number" and 0 <= raw < 10**9 and raw == int(raw):
        return int(raw)
    raise ValidationError(_("Tulis bilangan bulat."))


def _rupiah(column: Column, kind: str, raw: Any) -> int:
    return _told(whole_rupiah, parse_rupiah, kind, raw)


def _quantity(column: Column, kind: str, raw: Any) -> Decimal:
    return _told(quantity_of, parse_quantity, kind, raw)


def _told(of_number: Callable[[float], Amount], of_text: Callable[[str], Amount], kind: str, raw: Any) -> Amount:
    try:
        return of_number(raw) if kind == "number" else of_text(str(raw))
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem


def _date(column: Column, kind: str, raw: Any) -> date:
    return written_day(str(raw))


def _choice(column: Column, kind: str, raw: Any) -> str:
    for value, label in column.choices:
        if _plain(raw) in {_plain(value), _plain(label)}:
            return value
    raise ValidationError(
        _("“%(value)s” tidak ada dalam pilihan: %(choices)s.")
        % {"value": str(raw)[:40], "choices": ", ".join(str(label) for _value, label in column.choices[:12])}
    )


READERS: dict[str, Callable[[Column, str, Any], Value]] = {
    "digits": _digits,
    "phone": _phone,
    "whole": _whole,
    "rupiah": _rupiah,
    "quantity": _quantity,
    "date": _date,
    "choice": _choice,
}
