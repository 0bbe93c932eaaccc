"""Pages of a list: the count once, then the page's keys through the index, then only those rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page: `rows`, `number` from 1, `n_pages`, `total`; `first` and `last` count rows, for "1–50 dari 7.177".

    `is_cut`: there are more rows than were counted."""

    rows: Sequence[Row]
    number: int
    n_pages: int
    total: int
    first: int
    last: int
    query: str
    is_cut: bool = False

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.n_pages else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to show, None for a gap: 1 … 4 5 6 … 144."""
        near = {1, self.n_pages, *range(self.number - 1, self.number + 2)}
        shown: list[int | None] = []
        for n in sorted(n for n in near if 1 <= n <= self.n_pages):
            if shown and shown[-1] is not None and n > shown[-1] + 1:
                shown.append(None)
            shown.append(n)
        return shown


def in_their_order(rows: QuerySet[Any], told: Rows) -> Rows:
    """Of `told`, which holds all that a list tells, those that `rows` (sliced) names by key, in the same order."""
    named = told.filter(pk__in=rows.values("pk")).order_by(*rows.query.order_by)
    return named if rows.query.standard_ordering else named.reverse()


def _slice(rows: QuerySet[Row], start: int, stop: int, shown: Callable[[Any], QuerySet[Row]] | None) -> list[Row]:
    """Rows before the page are passed over by their keys alone, without what is joined to them or counted of them; and
    where something is counted of each, PostgreSQL hears that it is of a page, and reads no table whole for it."""
    if shown is not None:
        return list(shown(rows[start:stop]))
    by_keys = start or rows.query.annotations
    return list(rows.filter(pk__in=rows.values("pk")[start:stop]) if by_keys else rows[:stop])


def page_of(
    rows: QuerySet[Row],
    request: HttpRequest,
    *,
    per_page: int = 50,
    at_most: int | None = None,
    total: int | None = None,
    shown: Callable[[Any], QuerySet[Row]] | None = None,
) -> Page[Row]:
    """The page that `?halaman=` names, in two statements: a count and the rows; in one, where the `total` is known.

    `at_most` is for lists that nobody reads to the end: rows are counted and shown up to it, so that half a million of
    them cost no more than that. `shown` asks all that the list tells of the page's rows, which it gets sliced.

    `rows` must be ordered with `pk` last. A page in the second half is read from the end, so the last page costs as
    much as the first. A number outside or no number at all gives the nearest page there is."""
    if total is not None:
        counted = total
    else:
        counted = rows.count() if at_most is None else rows.order_by().values("pk")[: at_most + 1].count()
    is_cut = at_most is not None and counted > at_most
    total = min(counted, at_most) if at_most is not None else counted
    n_pages = max(1, -(-total // per_page))
    asked = request.GET.get("halaman", "1")
    number = min(max(1, int(asked)), n_pages) if asked.isdecimal() and len(asked) < 8 else 1
    start, stop = (number - 1) * per_page, min(number * per_page, total)
    if start > total // 2 and not is_cut:
        found = list(reversed(_slice(rows.reverse(), total - stop, total - start, shown)))
    else:
        found = _slice(rows, start, stop, shown)
    query = request.GET.copy()
    query.pop("halaman", None)
    return Page(found, number, n_pages, total, start + 1 if total else 0, stop, query.urlencode(), is_cut)
