"""Statements that Django puts together and compiles once in a process, and then runs with other values.

    @prepared()
    def _open_items(user: User, today: date) -> QuerySet[Item]:
        return Item.objects.open_for(user).filter(due_on__lt=today)

    _open_items.rows(user, today)

Kept is the question, never an answer: rows are asked for each time. Whole numbers, texts, dates, moments and tuples of
them among the arguments are the values of the statement; whatever else is given (a role, a flag, None) decides which
statement it is, and so does what is named as `fixed`: a day from which the statement counts other days. A person goes
in whole: `Stands` says which of it are values."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from inspect import signature
from itertools import count
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeGuard, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.http import Http404

from toolkit.kept_plans import planned

P = ParamSpec("P")
Row = TypeVar("Row")
Instance = TypeVar("Instance", bound=Model)


class Stands(Protocol):
    """Something of which a statement needs a few values: `statement_shape` decides which statement it is."""

    def statement_shape(self) -> Hashable: ...

    def statement_values(self) -> tuple[int | str, ...]: ...

    def with_statement_values(self, values: tuple[Any, ...]) -> Self:
        """One of the same shape with these values, and nothing else that could be read of it."""
        ...


def only_known(model: type[Instance], known: Mapping[str, Any]) -> Instance:
    """A stand-in for a row: whoever reads another column of it gets DoesNotExist, as no such row is stored."""
    fields = model._meta.concrete_fields  # noqa: SLF001  Django's own name for it, documented
    columns = [field.attname for field in fields if field.attname in known]
    return model.from_db(None, columns, [known[column] for column in columns])


# Beyond it no database stores a whole number, and SQLite takes none as a value.
LARGEST_KEY = 2**63 - 1
# A day makes a few statements; they are put together again after so many.
MOST_KEPT = 64
UNKNOWN: Any = object()


class NotFixed(TypeError):
    """A statement cannot be kept: it computes with its values, or reads something that is not among them."""


@dataclass(frozen=True)
class Slot:
    """Where in the statement's parameters which of the values goes; `is_prefix`: as the beginning of a LIKE."""

    place: int
    value: int
    is_prefix: bool


@dataclass(frozen=True, eq=False)
class Statement:
    rows: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    slots: Sequence[Slot]

    def arguments(self, values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_param(values[slot.value], is_prefix=slot.is_prefix) for slot in self.slots)

    def filled(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        params = list(self.params)
        for slot, argument in zip(self.slots, arguments, strict=True):
            params[slot.place] = argument
        return tuple(params)

    def run(self, values: Sequence[Any]) -> list[Any]:
        compiler = copy(self.compiler)
        # A connection belongs to one thread.
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        rows: Any = self.rows.all()
        rows.query.get_compiler = lambda *_args, **_options: compiler
        with planned(compiler.connection, self, values) as asked:
            compiler.as_sql = lambda *_args, **_options: asked
            return list(rows)


class Prepared(Generic[P, Row]):
    def __init__(self, build: Callable[P, QuerySet[Any, Row]], fixed: Sequence[str] = ()) -> None:
        self.__doc__ = build.__doc__
        self.build: Callable[..., QuerySet[Any, Row]] = build
        self.names = tuple(signature(build).parameters)
        self.fixed = frozenset(fixed)
        self.kept: dict[Hashable, Statement | None] = {}

    def rows(self, *args: P.args, **named: P.kwargs) -> list[Row]:
        """All arguments by their place; `named` is for the type checker, which knows places only beside names."""
        if named:
            raise TypeError("A prepared statement takes its arguments by their place.")
        statement, values = self.kept_for(*args)
        if statement is None or any(isinstance(value, int) and abs(value) > LARGEST_KEY for value in values):
            return []
        found: list[Row] = statement.run(values)
        return found

    def kept_for(self, *args: Any) -> tuple[Statement | None, list[Any]]:
        """The statement of this shape and the values it takes; None where no row can fit."""
        given = dict(zip(self.names, args, strict=True))
        shape = tuple(value if name in self.fixed else _shape(value) for name, value in given.items())
        statement = self.kept.get(shape, UNKNOWN)
        if statement is UNKNOWN:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            statement = self.kept[shape] = self._statement(given)
        return statement, self._values(given)

    def row_or_404(self, *args: P.args, **named: P.kwargs) -> Row:
        rows = self.rows(*args, **named)
        if not rows:
            raise Http404
        return rows[0]

    def _values(self, given: Mapping[str, Any]) -> list[Any]:
        return [part for name, value in given.items() if name not in self.fixed for part in _parts(value)]

    def _statement(self, given: Mapping[str, Any]) -> Statement | None:
        """Compiled with two sets of values that never occur, to see where each of them went; None where the database
        need not be asked, because no row can fit."""
        try:
            (rows, compiler, sql, params), marks = self._compiled(given, 0)
            (_rows, _compiler, other_sql, other_params), other_marks = self._compiled(given, 1)
        except EmptyResultSet:
            return None
        if sql != other_sql:
            raise NotFixed(f"{self.build.__qualname__} is another statement for each value")
        slots = []
        for place, (param, other) in enumerate(zip(params, other_params, strict=True)):
            slot = _slot(place, param, marks)
            if slot != _slot(place, other, other_marks) or (slot is None and param != other):
                raise NotFixed(f"{self.build.__qualname__} computes with a value, or reads the clock: {param!r}")
            if slot is not None:
                slots.append(slot)
        return Statement(rows, compiler, sql, params, slots)

    def _compiled(self, given: Mapping[str, Any], sample: int) -> tuple[tuple[Any, ...], list[Any]]:
        numbers = count(1)
        marked = {
            name: value if name in self.fixed else _marked(value, numbers, sample) for name, value in given.items()
        }
        rows = self.build(**marked)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return (rows, compiler, sql, tuple(params)), self._values(marked)


def prepared(*, fixed: Sequence[str] = ()) -> Callable[[Callable[P, QuerySet[Any, Row]]], Prepared[P, Row]]:
    return lambda build: Prepared(build, fixed)


def _stands(value: Any) -> TypeGuard[Stands]:
    return hasattr(value, "statement_shape")


def _is_value(value: Any) -> bool:
    return isinstance(value, int | str | date) and not isinstance(value, bool | Enum)


def _shape(value: Any) -> Hashable:
    if isinstance(value, tuple):
        return tuple(map(_shape, value))
    if _stands(value):
        return type(value), value.statement_shape()
    if _is_value(value):
        return cast(Hashable, type(value))
    return cast(Hashable, value)


def _parts(value: Any) -> tuple[Any, ...]:
    if isinstance(value, tuple):
        return tuple(part for one in value for part in _parts(one))
    if _stands(value):
        return value.statement_values()
    return (value,) if _is_value(value) else ()


def _marked(value: Any, numbers: Iterator[int], sample: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_marked(one, numbers, sample) for one in value)
    if _stands(value):
        return value.with_statement_values(tuple(_mark(one, next(numbers), sample) for one in value.statement_values()))
    return _mark(value, next(numbers), sample) if _is_value(value) else value


def _mark(value: Any, number: int, sample: int) -> Any:
    """A value of the same kind that no row holds and no other argument has."""
    if isinstance(value, datetime):
        return datetime(1801 + sample, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    if isinstance(value, date):
        return date(1801 + sample, 1, 1) + timedelta(days=number)
    if isinstance(value, int):
        return 2_000_000_000 + 1_000 * sample + number
    return f"mark-{sample}-{number}"


def _param(value: Any, *, is_prefix: bool = False) -> Any:
    """As the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return f"{connection.ops.prep_for_like_query(value)}%" if is_prefix else value


def _slot(place: int, param: Any, marks: Sequence[Any]) -> Slot | None:
    for number, mark in enumerate(marks):
        for is_prefix in (False, True) if isinstance(mark, str) else (False,):
            expected = _param(mark, is_prefix=is_prefix)
            if type(param) is type(expected) and param == expected:
                return Slot(place, number, is_prefix)
    return None
