"""Who reads letters about the agreements of a unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2s

from units.access import Role
from units.models import Level, Unit, UnitContact, User

OFFICER_ROLES = [Role.BUREAU_ADMIN, Role.BUREAU_STAFF, Role.REGIONAL_ADMIN, Role.UNIT_OPERATOR]


@dataclass(frozen=True)
class Reader:
    """A person at an address, with the unit as whose reader that is."""

    unit_id: int
    name: str
    address: str
    user_id: int | None = None

    @property
    def mark(self) -> str:
        """The address in a key: a short print, so that no address stands in one."""
        return blake2s(self.address.encode(), digest_size=6).hexdigest()


def readers_of(units: Iterable[int]) -> dict[int, list[Reader]]:
    """By unit, each address once: contacts for cooperation and agreement officers; where a unit has none, all its
    contacts, so that nobody is left out. Two statements."""
    keys = set(units)
    found: dict[int, dict[str, Reader]] = {key: {} for key in keys}
    others: dict[int, dict[str, Reader]] = {key: {} for key in keys}
    contacts = UnitContact.objects.for_letters().filter(unit__in=keys).order_by("pk")
    for unit_id, name, email, is_chosen in contacts.values_list("unit_id", "name", "email", "for_cooperation"):
        reader = Reader(unit_id, name, email.strip().lower())
        (found if is_chosen else others)[unit_id].setdefault(reader.address, reader)
    officers = User.objects.filter(unit__in=keys, is_active=True, keeps_agreements=True, role__in=OFFICER_ROLES)
    for pk, unit_id, name, email in officers.order_by("pk").values_list("pk", "unit_id", "full_name", "email"):
        reader = Reader(unit_id or 0, name, email.strip().lower(), pk)
        found[reader.unit_id].setdefault(reader.address, reader)
    return {key: list((found[key] or others[key]).values()) for key in keys}


def bureau_units() -> list[int]:
    return list(Unit.objects.filter(level=Level.BUREAU).order_by("pk").values_list("pk", flat=True))


def region_paths() -> dict[str, int]:
    """Key of each Kanwil by its path in the tree."""
    return dict(Unit.objects.filter(level=Level.REGIONAL_OFFICE).values_list("path", "pk"))


def region_of(path: str, regions: dict[str, int]) -> int | None:
    """The Kanwil at or above a path; None for central units."""
    parts = path.rstrip("/").split("/")
    ways = ("/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1))
    return next((regions[way] for way in ways if way in regions), None)
