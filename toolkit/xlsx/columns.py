"""What a sheet is made of: columns, rows as read, and what may be wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
Value = str | int | date | Decimal | None


class SheetIsRefused(Exception):
    """A file that cannot be read at all; its text is a sentence for people."""


class ColumnsAreMissing(SheetIsRefused):
    """The file is a workbook, but the header lacks required columns: `missing` by key, and `found` as they stand in the
    file and are not known, so that a person can say which is which."""

    def __init__(self, sentence: str, *, missing: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(sentence)
        self.missing, self.found = list(missing), list(found)


@dataclass(frozen=True)
class Column:
    """A column: `text` is one line, `lines` may be several; `digits` (NIP) and `phone` are text that Excel likes to
    ruin; `rupiah` and `quantity` are numbers with rules of their own (toolkit.rupiah, toolkit.quantities); `choice`
    shows labels and yields values."""

    key: str
    label: Text
    kind: Literal["text", "lines", "digits", "phone", "whole", "rupiah", "quantity", "date", "choice"] = "text"
    required: bool = False
    choices: Sequence[tuple[str, Text]] = ()
    width: int = 18
    other_labels: Sequence[str] = ()
    max_length: int | None = None
    hint: Text = ""
    blanks: Sequence[str] = ()  # what people write where they mean an empty cell: "-", "sampai diakhiri"


@dataclass(frozen=True)
class Problem:
    column: str
    sentence: str


@dataclass
class SheetRow:
    """A row as read: `number` is the one Excel shows; a value with a problem is None. `written` is each cell as text,
    by the key of its column or, where nobody asked for the column, by its label; `filled` are the columns whose value
    comes from a merged cell above."""

    number: int
    values: dict[str, Value]
    problems: list[Problem] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Table:
    """A sheet as read: its rows, and the columns that nobody asked for, as they are called in the file."""

    rows: list[SheetRow]
    unknown: list[str]
