"""Opens an untrusted workbook in a process of its own, with little memory and time, and prints its first sheet as JSON.

Run as a script by toolkit.xlsx.reading with the file's path; imports nothing of the portal. Exit 3 names a reason on
stderr."""

import json
import math
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import NoReturn

import python_calamine

MEMORY = 600 * 1024 * 1024
CPU_SECONDS = 30
CHUNK = 1 << 16
# Characters of all cells: one long text that stands once in the file may be named by each of them.
MAX_TEXT = 20_000_000


def refuse(reason: str) -> NoReturn:
    sys.stderr.write(reason)
    raise SystemExit(3)


def check_markup(path: str, max_unpacked: int) -> None:
    """Unpacks every part once, counting: a header may lie about sizes, and no part may declare entities."""
    unpacked = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            is_markup = member.filename.lower().endswith((".xml", ".rels", ".vml"))
            tail = b""
            with archive.open(member) as part:
                while chunk := part.read(CHUNK):
                    unpacked += len(chunk)
                    if unpacked > max_unpacked:
                        refuse("unpacked")
                    if is_markup and declares_entities(tail + chunk):
                        refuse("entities")
                    tail = chunk[-16:]


def declares_entities(text: bytes) -> bool:
    """Also in UTF-16, where every other byte is NUL."""
    plain = text.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def encoded(value: object) -> object:
    """Strings as they are, everything else as [type, value]."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int | float):
        return ["number", value] if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date | time):
        return ["date", value.isoformat()]
    if isinstance(value, timedelta):
        return ["number", value.total_seconds() / 86_400]
    return str(value)


def first_sheet(path: str) -> python_calamine.CalamineSheet:
    try:
        return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except python_calamine.CalamineError as error:
        # #SPILL! and its kin are younger than the library; the older errors it reads as empty cells.
        if "cell error" in str(error):
            refuse("errors")
        raise


def main(path: str, max_unpacked: int, max_rows: int, max_columns: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    check_markup(path, max_unpacked)
    sheet = first_sheet(path)
    if sheet.total_height > max_rows:
        refuse("rows")
    if sheet.total_width > max_columns:
        refuse("columns")
    rows = sheet.to_python(skip_empty_area=False)
    if sum(len(cell) for row in rows for cell in row if isinstance(cell, str)) > MAX_TEXT:
        refuse("unpacked")
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    json.dump({"rows": [[encoded(cell) for cell in row] for row in rows], "merged": merged}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:5]))
