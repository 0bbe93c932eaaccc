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


def region_name(unit: Unit | None, regions: list[Unit]) -> str:
    """The Kanwil above a unit, of those given; empty for the Kanwil itself and for central offices."""
    if unit is None:
        return ""
    return next(
        (region.short_name for region in regions if region.pk != unit.pk and unit.path.startswith(region.path)), ""
    )
