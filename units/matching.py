"""Finding units by the names people write."""

from collections.abc import Iterable
from difflib import get_close_matches

from units.models import Unit, UnitAlias, name_key


class UnitMatcher:
    """All units by every spelling of theirs, read in two statements; for imports, where each row names a unit."""

    def __init__(self, units: Iterable[Unit] | None = None) -> None:
        """Among `units`, or all there are."""
        self._units: dict[int, Unit] = {}
        self._by_key: dict[str, set[int]] = {}
        for unit in Unit.objects.order_by("pk") if units is None else units:
            self.add(unit)
        for unit_id, key in UnitAlias.objects.values_list("unit_id", "key"):
            if unit_id in self._units:
                self._by_key.setdefault(key, set()).add(unit_id)

    def __len__(self) -> int:
        return len(self._units)

    def add(self, unit: Unit) -> None:
        self._units[unit.pk] = unit
        for name in (unit.official_name, unit.short_name):
            self._by_key.setdefault(name_key(name), set()).add(unit.pk)

    def all(self, name: str) -> list[Unit]:
        """The units that bear this name in some spelling; open ones hide closed ones, as a successor often keeps the
        name."""
        found = [self._units[pk] for pk in sorted(self._by_key.get(name_key(name), ()))]
        return [unit for unit in found if unit.valid_until is None] or found

    def knows(self, unit: Unit, name: str) -> bool:
        """Whether this is already a spelling of the unit."""
        return unit.pk in self._by_key.get(name_key(name), ())

    def parent_of(self, unit: Unit) -> Unit | None:
        return self._units.get(unit.parent_id) if unit.parent_id else None

    def similar(self, name: str, n: int = 3) -> list[Unit]:
        """At most `n` units whose name is written much like this one, the nearest first."""
        near = get_close_matches(name_key(name), self._by_key, n=n, cutoff=0.7)
        found = dict.fromkeys(pk for key in near for pk in sorted(self._by_key[key]))
        return [self._units[pk] for pk in found][:n]

    def one(self, name: str) -> Unit | None:
        """The only unit of this name; None when there is none or more than one."""
        found = self.all(name)
        return found[0] if len(found) == 1 else None
