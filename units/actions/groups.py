"""Named sets of units."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from toolkit.history import save_by
from units.models import Unit, UnitGroup, User


@transaction.atomic
def save_group(group: UnitGroup, *, members: Iterable[Unit], by: User | None, now: datetime) -> UnitGroup:
    """A new or changed group with exactly these members."""
    save_by(group, by=by, now=now)
    group.members.set(members)
    return group


def remove_group(group: UnitGroup) -> None:
    """The set is forgotten; its units and what they were invited to stay."""
    group.delete()
