"""Kantor Wilayah as the headings that national lists are read by."""

from typing import Any

from units.access import SEES_ALL
from units.models import Unit
from units.tree import regional_offices


def regions_for(user: Any) -> list[Unit]:
    """The Kanwil a list can be narrowed to: all for who sees the whole country, none for who sees one region."""
    return regional_offices() if user.role in SEES_ALL else []


def region_name(unit: Unit | None, regions: list[Unit], *, also_itself: bool = False) -> str:
    """The Kanwil above a unit, of those given; empty for central offices, and for a Kanwil itself unless sheets, which
    are filtered by that column, ask for it."""
    return region_above(unit.path if unit else None, regions, also_itself=also_itself)


def region_above(path: str | None, regions: list[Unit], *, also_itself: bool = False) -> str:
    if not path:
        return ""
    above = (region for region in regions if path.startswith(region.path))
    return next((region.short_name for region in above if also_itself or region.path != path), "")
