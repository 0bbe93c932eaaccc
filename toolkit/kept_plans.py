"""What PostgreSQL keeps of a kept statement: its plan, for as long as the connection lives.

Reading and planning a statement of a home takes PostgreSQL as long as answering it. From its second run in a connection
such a statement is prepared there; after five more PostgreSQL itself decides whether one plan does for all values.
SQLite plans in microseconds and has none of this."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import AsIs

NAMES = count(1)


class Kept(Protocol):
    """A statement with some of its parameters left open."""

    @property
    def sql(self) -> str: ...

    def arguments(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """What the values put into the open places, in the order of the places."""
        ...

    def filled(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """All parameters, with these in the open places."""
        ...


@dataclass
class Plans:
    """Of one connection of the driver; a new one knows none. A statement that only ran has an empty name."""

    raw: Any
    names: WeakKeyDictionary[Any, str] = field(default_factory=WeakKeyDictionary)

    def is_worth_it(self, statement: Any) -> bool:
        return statement in self.names


@contextmanager
def planned(connection: BaseDatabaseWrapper, statement: Kept, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Text and parameters to run; the plan counts as kept when they ran."""
    plans, arguments = plans_of(connection), statement.arguments(values)
    if plans is None or not plans.is_worth_it(statement):
        yield statement.sql, statement.filled(arguments)
        if plans is not None:
            plans.names[statement] = ""
        return
    name, before = plans.names.get(statement), ""
    if not name:
        name = f"kept_{next(NAMES)}"
        before = f"{preparing(connection, name, statement, arguments)}; "
    yield f"{before}EXECUTE {name} {bracketed(['%s'] * len(arguments))}", arguments
    plans.names[statement] = name


def plans_of(connection: BaseDatabaseWrapper) -> Plans | None:
    """None where the database keeps no plans."""
    if connection.vendor != "postgresql":
        return None
    # A line that broke meanwhile is replaced now, not between the question for a plan and its use.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    kept: Plans | None = vars(connection).get("kept_plans")
    if kept is None or kept.raw is not connection.connection:
        kept = Plans(connection.connection)
        vars(connection)["kept_plans"] = kept
    return kept


def preparing(connection: BaseDatabaseWrapper, name: str, statement: Kept, arguments: Sequence[Any]) -> str:
    """PREPARE, with whatever else the parameters hold written out, ready to stand before values."""
    places = [AsIs(f"${number}") for number, _argument in enumerate(arguments, start=1)]
    with connection.cursor() as cursor:
        body: bytes = cursor.mogrify(statement.sql, statement.filled(places))
    return f"PREPARE {name} {bracketed([*map(kind_of, arguments)])} AS {body.decode()}".replace("%", "%%")


def bracketed(parts: Sequence[str]) -> str:
    return f"({', '.join(parts)})" if parts else ""


def kind_of(value: Any) -> str:
    """As the driver would write the value: a text is of the type that its place asks for."""
    if isinstance(value, int):
        return "int8"
    if isinstance(value, datetime):
        return "timestamptz"
    return "date" if isinstance(value, date) else "unknown"
