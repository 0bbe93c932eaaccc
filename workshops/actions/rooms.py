"""The rooms of a workshop: their names, sizes and order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy
from simple_history.utils import bulk_update_with_history

from units.models import User
from workshops.actions.agenda import agenda_changed, locked
from workshops.actions.refusals import Refusal
from workshops.models import Session, Workshop, WorkshopRoom


class RoomTwice(Refusal):
    sentence = gettext_lazy("Dua ruang tidak boleh bernama sama.")


@dataclass(frozen=True)
class RoomRow:
    """`pk` of the room that is kept, None for a new one; the order of the rows is the order of the rooms."""

    name: str
    capacity: int | None = None
    pk: int | None = None


def set_rooms(workshop: Workshop, *, rows: Sequence[RoomRow], by: User, now: datetime) -> None:
    """Makes the rooms exactly these. Sessions follow a new name; those of a room that is gone keep its name as text.
    Raises RoomTwice."""
    if len({row.name.casefold() for row in rows}) < len(rows):
        raise RoomTwice
    with transaction.atomic():
        current = locked(workshop)
        present = {room.pk: room for room in current.rooms.order_by("pk")}
        kept = {row.pk: row.name for row in rows if row.pk is not None and row.pk in present}
        current.rooms.exclude(pk__in=kept.keys()).delete()
        _rename(current, {present[pk].name: name for pk, name in kept.items()}, by=by, now=now)
        # Two kept rooms may swap names: step aside first, for the unique constraint looks at each row.
        for pk in kept:
            WorkshopRoom.objects.filter(pk=pk).update(name=f"#{pk}")
        for position, row in enumerate(rows):
            facts = {"name": row.name, "capacity": row.capacity, "position": position}
            if row.pk in present:
                WorkshopRoom.objects.filter(pk=row.pk).update(**facts)
            else:
                WorkshopRoom.objects.create(workshop=current, **facts)
        agenda_changed(current)


def _rename(workshop: Workshop, names: dict[str, str], *, by: User, now: datetime) -> None:
    names = {old: new for old, new in names.items() if old != new}
    sessions = list(workshop.sessions.filter(room__in=names).order_by("pk"))
    for session in sessions:
        session.room = names[session.room]
    if sessions:
        bulk_update_with_history(sessions, Session, ["room"], default_user=by, default_date=now)
