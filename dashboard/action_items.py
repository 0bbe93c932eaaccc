"""What the reader agreed to do in meetings, on the home page until it is done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from toolkit.prepared import prepared
from units.models import User
from workshops.models import UNDO_FOR, ActionItem

LISTED = 10
SAID = ["text", "due_on", "done_at", "meeting__workshop__title"]


@dataclass(frozen=True)
class OwnItem:
    item: ActionItem
    is_late: bool
    is_done: bool


@dataclass(frozen=True)
class OwnItems:
    """The nearest, and whether there are more than are listed."""

    rows: list[OwnItem]
    has_more: bool


@prepared()
def _shown(user: User, since: datetime) -> QuerySet[ActionItem]:
    return ActionItem.objects.shown_on_home(user, since).only(*SAID)[: LISTED + 1]


def own_items(user: User, *, now: datetime, today: date) -> OwnItems:
    """One statement; none for a leader, who owns none."""
    found = _shown.rows(user, now - UNDO_FOR)
    rows = [OwnItem(item, item.done_at is None and item.due_on < today, item.done_at is not None) for item in found]
    return OwnItems(rows[:LISTED], len(found) > LISTED)
