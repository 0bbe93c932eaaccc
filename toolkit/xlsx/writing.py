"""Sheets that leave: exports and templates."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.xlsx.columns import Column

NUMBERS = {"whole", "rupiah", "quantity"}
LONGEST_CELL = 32_767
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_sheet(
    stream: IO[bytes],
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]] = (),
    n_blank_rows: int = 0,
) -> int:
    """Writes the header and `rows` (values in the order of `columns`) and returns how many rows; memory does not grow
    with them. Text is always a typed string cell, never a formula. `n_blank_rows` prepares empty rows for a template:
    text format, lists to choose from, and a second sheet that says what belongs where."""
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": title})
    formats = {
        "header": book.add_format({"bold": True, "bg_color": "#14284B", "font_color": "#FFFFFF", "num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "lines": book.add_format({"num_format": "@", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "whole": book.add_format({"num_format": "0"}),
        "rupiah": book.add_format({"num_format": "#,##0"}),
        "quantity": book.add_format({"num_format": "0.##"}),
    }
    sheet = book.add_worksheet(_("Data"))
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats.get(column.kind, formats["text"]))
        sheet.write_string(0, place, str(column.label), formats["header"])
    n_rows = 0
    for n_rows, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_cell(sheet, n_rows, place, column, value, formats)
    if n_blank_rows:
        _guide(book, sheet, columns, n_rows + n_blank_rows, formats)
    sheet.autofilter(0, 0, max(n_rows, 1), len(columns) - 1)
    book.close()
    return n_rows


def _write_cell(
    sheet: Worksheet, row: int, place: int, column: Column, value: object, formats: dict[str, Format]
) -> None:
    if value is None or value == "":
        return
    if column.kind in NUMBERS and isinstance(value, int | Decimal):
        sheet.write_number(row, place, value, formats[column.kind])
    elif column.kind == "date" and isinstance(value, date):
        sheet.write_datetime(row, place, value, formats["date"])
    else:
        if column.kind == "choice":
            value = dict(column.choices).get(str(value), value)
        sheet.write_string(row, place, str(value)[:LONGEST_CELL], formats.get(column.kind, formats["text"]))


def _guide(
    book: Workbook, sheet: Worksheet, columns: Sequence[Column], last_row: int, formats: dict[str, Format]
) -> None:
    """The second sheet of a template; its columns from D on hold the choices, each below its label."""
    guide = book.add_worksheet(_("Petunjuk"))
    guide.set_column(0, 0, 28)
    guide.set_column(1, 1, 8)
    guide.set_column(2, 2, 60)
    chosen = [column for column in columns if column.choices]
    head = [_("Kolom"), _("Wajib"), _("Isi"), *(str(column.label) for column in chosen)]
    depth = max([len(columns), *(len(column.choices) for column in chosen)])
    for place, label in enumerate(head):
        guide.write_string(0, place, label, formats["header"])
    for index in range(depth):
        cells = ["", "", ""]
        if index < len(columns):
            column = columns[index]
            cells = [str(column.label), _("ya") if column.required else _("tidak"), str(column.hint)]
        cells += [str(column.choices[index][1]) if index < len(column.choices) else "" for column in chosen]
        for place, text in enumerate(cells):
            guide.write_string(index + 1, place, text, formats["text"])
    for place, column in enumerate(columns):
        if column.choices:
            letter = xl_col_to_name(3 + chosen.index(column))
            source = f"='{_('Petunjuk')}'!${letter}$2:${letter}${len(column.choices) + 1}"
            sheet.data_validation(1, place, last_row, place, {"validate": "list", "source": source})


def sheet_response(
    filename: str,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]] = (),
    n_blank_rows: int = 0,
) -> FileResponse:
    """The sheet as a download, from a temporary file that goes when the answer has left."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_sheet(file, title=title, columns=columns, rows=rows, n_blank_rows=n_blank_rows)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response
