"""Units under the names they bore when a workshop was held: what is over keeps its names when a unit is renamed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from units.models import Unit
from workshops.models import CoOrganizer, Workshop


def name_units_as_then(workshops: Iterable[Workshop], now: datetime, beside: Sequence[CoOrganizer] = ()) -> None:
    """Those that are over show their organiser and host as named on their last day, and so do co-organisers given
    `beside` one workshop. Names what was read with the rows, in one statement; in none where nothing is over."""
    over = [(row, day) for row in workshops if row.ends_at and row.ends_at < now and (day := row.last_day)]
    borne = [(held, name, unit, day) for row, day in over for held, name, unit in _units_of(row, beside)]
    if borne:
        prefetch_related_objects([unit for _held, _name, unit, _day in borne], "names")
    for held, name, unit, day in borne:
        setattr(held, name, unit.as_named_on(day))


def _units_of(workshop: Workshop, beside: Iterable[CoOrganizer]) -> Iterator[tuple[Workshop | CoOrganizer, str, Unit]]:
    if Workshop.organizer_unit.is_cached(workshop):
        yield workshop, "organizer_unit", workshop.organizer_unit
    if Workshop.host_unit.is_cached(workshop) and workshop.host_unit:
        yield workshop, "host_unit", workshop.host_unit
    for row in beside:
        if row.unit:
            yield row, "unit", row.unit
