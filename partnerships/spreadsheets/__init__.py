"""Sheets of agreements, a file for each noun."""

from partnerships.spreadsheets.agreements import COLUMNS, agreement_rows, write_agreements

__all__ = ["COLUMNS", "agreement_rows", "write_agreements"]
