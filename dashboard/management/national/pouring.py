"""Very many rows into a table, from a generator, in memory that does not grow: COPY on PostgreSQL, else executemany."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

CHUNK = 1 << 16
ROWS_AT_ONCE = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def next_key(model: type[models.Model]) -> int:
    """The first free key."""
    highest: int = model._default_manager.aggregate(highest=Max("pk"))["highest"] or 0  # noqa: SLF001 -- public in Django
    return highest + 1


def pour(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts `rows`, tuples in the order of `names` (column attributes, "topic_id"), with their keys given."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- public in Django
    fields = [by_name[name] for name in names]
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _Stream(rows))
            return
        places = ", ".join(["%s"] * len(fields))
        source = iter(rows)
        while some := list(islice(source, ROWS_AT_ONCE)):
            prepared = [
                [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                for row in some
            ]
            # Names of our own tables and columns only; the values go as parameters.
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", prepared)  # noqa: S608


def settle_keys(*tables: type[models.Model]) -> None:
    """Lets new rows begin after the keys that were given, and tells PostgreSQL how the tables look now."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def vacuum() -> None:
    """What autovacuum has done on a server that lives: without it every count reads the rows beside the index. Never
    inside a transaction, where PostgreSQL refuses it."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


class _Stream:
    """Rows as the text that COPY reads, made while it reads."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._lines = _lines(rows)
        self._rest = ""

    def read(self, size: int = CHUNK) -> str:
        parts, length = [self._rest], len(self._rest)
        while length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join(["\\N" if value is None else str(value).translate(_ESCAPES) for value in row]) + "\n"
