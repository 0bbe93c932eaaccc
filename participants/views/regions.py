"""Kantor Wilayah as the headings that national lists are read by."""

from typing import Any

from units.access import SEES_ALL
from units.models import Level, Unit


def regions_for(user: Any) -> list[Unit]:
    """The Kanwil a list can be narrowed to: all for who sees the whole country, none for who sees one region."""
    if user.role not in SEES_ALL:
        return []
    rows = Unit.objects.filter(level=Level.REGIONAL_OFFICE).only("pk", "path", "short_name", "official_name")
    return list(rows.order_by("official_name", "pk"))


def region_name(unit: Unit | None, regions: list[Unit], *, also_itself: bool = False) -> str:
    """The Kanwil above a unit, of those given; empty for central offices, and for a Kanwil itself unless sheets, which
    are filtered by that column, ask for it."""
    if unit is None:
        return ""
    above = (region for region in regions if unit.path.startswith(region.path))
    return next((region.short_name for region in above if also_itself or region.pk != unit.pk), "")
