"""Spreadsheets in and out. One list of columns serves the template, the export and the import, so that what the portal
writes it also reads back."""

from toolkit.xlsx.columns import Column, ColumnsAreMissing, Problem, SheetIsRefused, SheetRow, Table
from toolkit.xlsx.kept import drop_upload, keep_upload, kept_name, kept_upload
from toolkit.xlsx.reading import read_rows, read_table
from toolkit.xlsx.writing import sheet_response, write_sheet

__all__ = [
    "Column",
    "ColumnsAreMissing",
    "Problem",
    "SheetIsRefused",
    "SheetRow",
    "Table",
    "drop_upload",
    "keep_upload",
    "kept_name",
    "kept_upload",
    "read_rows",
    "read_table",
    "sheet_response",
    "write_sheet",
]
