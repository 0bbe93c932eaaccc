"""The office tree as rows of a page: only what stands open is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from toolkit.prepared import prepared
from units.models import Level, Unit, UnitContact, UnitQuerySet

LEVEL_ORDER = {level: place for place, level in enumerate(Level.values)}
MOST_OPEN = 40


@dataclass(frozen=True)
class Branch:
    """A row: the unit with `n_below` and `n_contacts`, how deep it stands, whether its children are shown, and the
    keys that would be open after a click on it, as the page's address says them."""

    unit: Unit
    depth: int
    is_open: bool
    next_query: str


@prepared()
def _regional_offices() -> QuerySet[Unit]:
    said = ("path", "short_name", "official_name", "iso_codes", "tile_row", "tile_col")
    return Unit.objects.filter(level=Level.REGIONAL_OFFICE).only(*said).order_by("official_name", "pk")


def regional_offices() -> list[Unit]:
    """All Kanwil by name, with path, names and place on the tile map; one statement."""
    return _regional_offices.rows()


def with_counts(units: UnitQuerySet, today: date) -> UnitQuerySet:
    """`n_below` open units directly below, `n_contacts` whom letters reach."""
    below = Unit.objects.open_on(today).filter(parent=OuterRef("pk")).order_by()
    contacts = UnitContact.objects.for_letters().filter(unit=OuterRef("pk")).order_by()
    return units.annotate(
        n_below=Coalesce(Subquery(_number(below, "parent")), 0),
        n_contacts=Coalesce(Subquery(_number(contacts, "unit")), 0),
    )


def _number(rows: QuerySet[Any], by: str) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = rows.values(by).annotate(n=Count("pk")).values("n")
    return counted


def open_branches(opened: Iterable[int], today: date) -> list[Branch]:
    """Roots, what stands directly below them, and below each of `opened` units; in one statement."""
    keys = list(dict.fromkeys(opened))[:MOST_OPEN]
    shown = Unit.objects.open_on(today).filter(Q(parent=None) | Q(parent__parent=None) | Q(parent__in=keys))
    below: dict[int | None, list[Unit]] = {}
    for unit in with_counts(shown, today).order_by("official_name", "pk"):
        below.setdefault(unit.parent_id, []).append(unit)
    return list(_walk(None, 0, below, keys))


def _walk(parent: int | None, depth: int, below: dict[int | None, list[Unit]], keys: list[int]) -> Iterator[Branch]:
    for unit in sorted(below.get(parent, []), key=lambda unit: LEVEL_ORDER.get(unit.level, 0)):
        is_open = depth == 0 or unit.pk in keys
        next_open = [key for key in keys if key != unit.pk] if is_open else [*keys, unit.pk]
        yield Branch(unit, depth, is_open, "&".join(f"buka={key}" for key in next_open) or "buka=")
        if is_open:
            yield from _walk(unit.pk, depth + 1, below, keys)
