"""Letters to owners of action items: what was agreed on, that its day comes near, that it is over; and the planner of
which ought to exist. A letter speaks to one owner (`version`) at one address; a reminder of one day besides."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from outbox.models import UNSENT, Message, State
from outbox.registry import Rendered, Wish
from toolkit.local_times import moment_line
from toolkit.working_days import QUIET_AFTER_CONFIRMATION, is_working_day, previous_working_day
from workshops.links import address_mark, item_url
from workshops.models import ActionItem, WorkshopState

ASSIGNED = "workshops.action_item"
REMINDER = "workshops.action_item_reminder"
OVERDUE = "workshops.action_item_overdue"
KINDS = [ASSIGNED, REMINDER, OVERDUE]
REMINDERS = [REMINDER, OVERDUE]

# How long a letter that could not leave, or a day that went by, is still told.
STILL_NEWS = timedelta(days=14)
# A reminder is written down so long before it leaves: seen waiting, and few to withdraw.
PLANNED_AHEAD = timedelta(days=2)
ALIVE = [*UNSENT, State.SENT, State.SENDING, State.UNCERTAIN]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Letter:
    kind: str
    state: str
    to_addr: str
    version: int
    due: str
    created_at: datetime

    def speaks_of(self, item: ActionItem) -> bool:
        is_same_day = self.kind == ASSIGNED or self.due == item.due_on.isoformat()
        return self.state in ALIVE and self.version == item.version and self.to_addr == item.address and is_same_day


def zone_of(item: ActionItem) -> ZoneInfo:
    """Where the owner reads clocks and calendars: the own office, else where people sat together."""
    unit = item.owner.unit if item.owner else None
    return unit.zone if unit else item.meeting.zone


def plan_action_letters(now: datetime) -> Iterator[Wish]:
    """What is missing: two statements, one where nothing is open. Done ones and those long past their day are left."""
    recent = Q(due_on__gte=(now - STILL_NEWS - ONE_DAY).date()) | Q(issued_at__gte=now - STILL_NEWS)
    items = list(
        ActionItem.objects.open()
        .filter(recent)
        .exclude(meeting__workshop__state=WorkshopState.CANCELLED)
        .select_related("owner__unit", "meeting")
        .order_by("pk")
    )
    if not items:
        return
    letters = _letters_of(items)
    for item in items:
        yield from _wishes_for(item, letters[item.pk], now)


def _letters_of(items: Sequence[ActionItem]) -> dict[int, list[_Letter]]:
    found: dict[int, list[_Letter]] = defaultdict(list)
    rows = Message.objects.filter(kind__in=KINDS, ref__in=[item.pk for item in items]).order_by("pk")
    for ref, kind, state, to_addr, context, created_at in rows.values_list(
        "ref", "kind", "state", "to_addr", "context", "created_at"
    ):
        letter = _Letter(kind, state, to_addr, context.get("version", 0), context.get("due", ""), created_at)
        found[ref or 0].append(letter)
    return found


def _wishes_for(item: ActionItem, letters: Sequence[_Letter], now: datetime) -> Iterator[Wish]:
    there = {letter.kind: letter for letter in letters if letter.speaks_of(item)}
    zone = zone_of(item)
    day_ends_at = datetime.combine(item.due_on + ONE_DAY, time(0), tzinfo=zone)
    if ASSIGNED not in there:
        issued_at = item.issued_at or now
        yield _wish(item, ASSIGNED, not_before=now, not_after=max(day_ends_at, issued_at + STILL_NEWS))
        return
    told_at = there[ASSIGNED].created_at
    opens_at = datetime.combine(previous_working_day(item.due_on - ONE_DAY), _hour(), tzinfo=zone)
    is_news = opens_at >= told_at + QUIET_AFTER_CONFIRMATION
    if REMINDER not in there and is_news and opens_at <= now + PLANNED_AHEAD:
        yield _wish(item, REMINDER, not_before=max(opens_at, now), not_after=day_ends_at)
    missed_at = datetime.combine(_next_working_day(item), _hour(), tzinfo=zone)
    if OVERDUE not in there and missed_at >= told_at + QUIET_AFTER_CONFIRMATION and missed_at <= now:
        yield _wish(item, OVERDUE, not_before=now, not_after=missed_at + STILL_NEWS)


def _hour() -> time:
    return time(settings.REMINDER_HOUR)


def _next_working_day(item: ActionItem) -> Any:
    day = item.due_on + ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return day


def _wish(item: ActionItem, kind: str, *, not_before: datetime, not_after: datetime) -> Wish:
    due = item.due_on.isoformat()
    day = "" if kind == ASSIGNED else f"{due}:"
    return Wish(
        kind=kind,
        dedup_key=f"{kind}:{item.pk}.{item.version}.{item.turn}:{day}{address_mark(item.address)}",
        recipient_name=item.owner_name,
        to_addr=item.address,
        not_before=not_before,
        not_after=not_after,
        user_id=item.owner_id,
        ref=item.pk,
        context={"version": item.version, "due": due},
    )


# --- what they say


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of any kind of this file, in one statement; None where the fact is gone."""
    items = ActionItem.objects.select_related(
        "owner__unit", "agenda_item", "meeting__workshop__organizer_unit"
    ).in_bulk([message.ref for message in messages if message.ref is not None])
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            item = items.get(message.ref or 0)
            found[message.pk] = _render(message, item) if item is not None and _is_true(message, item) else None
    return found


def _is_true(message: Message, item: ActionItem) -> bool:
    """Late facts win: done, given to somebody else, moved to another day, the workshop called off."""
    is_open = item.done_at is None and item.issued_at is not None
    is_owners = message.context.get("version") == item.version and message.to_addr == item.address
    is_its_day = message.kind == ASSIGNED or message.context.get("due") == item.due_on.isoformat()
    return is_open and is_owners and is_its_day and item.meeting.workshop.state != WorkshopState.CANCELLED


def _render(message: Message, item: ActionItem) -> Rendered:
    letter = message.kind.removeprefix("workshops.")
    meeting, zone = item.meeting, zone_of(item)
    unit = meeting.workshop.organizer_unit
    context = {
        "item": item,
        "meeting": meeting,
        "workshop": meeting.workshop,
        "unit": unit,
        "meeting_when": moment_line(meeting.starts_at, zone),
        "url": item_url(item),
    }
    subject = render_to_string(f"workshops/letters/{letter}.subject.txt", context)
    return Rendered(
        subject=" ".join(subject.split()),
        text=render_to_string(f"workshops/letters/{letter}.txt", context),
        html=render_to_string(f"workshops/letters/{letter}.html", context),
        reply_to=unit.email,
    )
