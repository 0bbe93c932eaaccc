"""Letters before the end of a term, to the owner, its Kanwil and the bureau; and the planner of which ought to exist.

A step (180, 90, 30 days) of one end date is told once: `EndingNotice` is its ledger. What became due on a day stands in
one letter for each address, however many agreements that are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from outbox.models import Message
from outbox.registry import Rendered, Wish
from partnerships.letters.recipients import Reader, bureau_units, readers_of, region_of, region_paths
from partnerships.models import Agreement, EndingNotice
from toolkit.working_days import is_working_day
from units.models import Unit

ENDING = "partnerships.ending"
# How long a letter that could not leave is still worth reading; after that the next step speaks.
STILL_NEWS = timedelta(days=14)
LISTED = 40


def plan_ending_letters(now: datetime) -> Iterator[Wish]:
    """What is missing: three statements where nothing is due. After days without a tick only the nearest step of each
    end is told, on the first working day."""
    today = timezone.localtime(now).date()
    if is_working_day(today):
        _note_due(today)
    open_notices = list(EndingNotice.objects.filter(is_planned=False).order_by("pk"))
    if not open_notices:
        return
    wishes = list(_wishes(open_notices, now))
    known = set(
        Message.objects.filter(dedup_key__in=[wish.dedup_key for wish in wishes]).values_list("dedup_key", flat=True)
    )
    missing = [wish for wish in wishes if wish.dedup_key not in known]
    if missing:
        yield from missing
    else:
        EndingNotice.objects.filter(pk__in=[notice.pk for notice in open_notices]).update(is_planned=True)


def steps() -> list[int]:
    """Days before the end, the nearest first."""
    return sorted(settings.AGREEMENT_ENDING_DAYS)


@transaction.atomic
def _note_due(today: date) -> None:
    """Writes the nearest due step of each end that has none as near; earlier steps that were missed stay untold. Once a
    day: what comes later that day waits for the next, so that an address gets one letter a day."""
    if EndingNotice.objects.filter(told_on=today).exists():
        return
    nearer_to_end = 0
    for days in steps():
        due = Agreement.objects.ends_to_decide(days, today).filter(
            effective_until__gt=today + timedelta(days=nearer_to_end) if nearer_to_end else today - timedelta(days=1)
        )
        told = EndingNotice.objects.filter(agreement=OuterRef("pk"), until=OuterRef("effective_until"), days__lte=days)
        missing = due.undecided().filter(~Exists(told)).order_by("pk").values_list("pk", "effective_until")
        rows = [
            EndingNotice(agreement_id=pk, until=until, days=days, told_on=today)
            for pk, until in missing
            if until is not None
        ]
        EndingNotice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        nearer_to_end = days


@dataclass
class _Post:
    """What one address gets to read on one day."""

    reader: Reader
    day: date
    notices: list[int]


def _wishes(notices: Sequence[EndingNotice], now: datetime) -> Iterator[Wish]:
    posts: dict[tuple[date, str], _Post] = {}
    owners = dict(
        Agreement.objects.filter(pk__in={notice.agreement_id for notice in notices}).values_list("pk", "owner_unit_id")
    )
    places = _places(set(owners.values()))
    bureau = bureau_units()
    readers = readers_of({*bureau, *(unit for units in places.values() for unit in units)})
    for notice in notices:
        for unit in dict.fromkeys([*places[owners[notice.agreement_id]], *bureau]):
            for reader in readers[unit]:
                post = posts.setdefault((notice.told_on, reader.address), _Post(reader, notice.told_on, []))
                if notice.pk not in post.notices:
                    post.notices.append(notice.pk)
    zones = dict(Unit.objects.filter(pk__in={post.reader.unit_id for post in posts.values()}).values_list("pk", "tz"))
    for post in posts.values():
        yield _wish(post, ZoneInfo(zones[post.reader.unit_id]), now)


def _places(owners: Iterable[int]) -> dict[int, list[int]]:
    """By owning unit: itself and its Kanwil."""
    regions = region_paths()
    found = {}
    for pk, path in Unit.objects.filter(pk__in=list(owners)).values_list("pk", "path"):
        region = region_of(path, regions)
        found[pk] = [pk] if region in {None, pk} else [pk, region or pk]
    return found


def _wish(post: _Post, zone: ZoneInfo, now: datetime) -> Wish:
    opens_at = datetime.combine(post.day, time(settings.REMINDER_HOUR), tzinfo=zone)
    return Wish(
        kind=ENDING,
        dedup_key=f"{ENDING}:{post.day.isoformat()}:{post.reader.mark}",
        recipient_name=post.reader.name,
        to_addr=post.reader.address,
        not_before=max(opens_at, now),
        not_after=max(opens_at, now) + STILL_NEWS,
        unit_id=post.reader.unit_id,
        user_id=post.reader.user_id,
        context={"notices": post.notices},
    )


# --- what they say


@dataclass(frozen=True)
class Line:
    """One agreement in a letter."""

    agreement: Agreement
    days: int
    url: str


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch in four statements; None where every agreement of a letter was decided on meanwhile."""
    keys = {key for message in messages for key in message.context.get("notices", [])}
    notices = EndingNotice.objects.filter(pk__in=keys, until=F("agreement__effective_until")).values_list(
        "pk", "agreement_id"
    )
    agreement_of = dict(notices)
    rows = Agreement.objects.filter(pk__in=set(agreement_of.values())).undecided()
    agreements = {row.pk: row for row in rows.with_list_facts()}
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            today = timezone.localtime(message.not_before).date()
            wanted = [agreement_of.get(key) for key in message.context.get("notices", [])]
            told = (_line(agreements[pk], today) for pk in wanted if pk in agreements)
            lines = sorted((line for line in told if line is not None), key=lambda line: (line.days, line.agreement.pk))
            found[message.pk] = _render(message, lines) if lines else None
    return found


def _line(agreement: Agreement, today: date) -> Line | None:
    """None for one that is over, terminated or replaced by that day."""
    until = agreement.effective_until
    is_over = any(day is not None and day <= today for day in (agreement.terminated_on, agreement.superseded_on))
    if until is None or until < today or is_over:
        return None
    url = settings.SITE_URL + reverse("agreement_ending", args=[agreement.pk])
    return Line(agreement, (until - today).days, url)


def _render(message: Message, lines: Sequence[Line]) -> Rendered:
    context: dict[str, Any] = {
        "name": message.recipient_name,
        "first": lines[0],
        "lines": lines[:LISTED],
        "n": len(lines),
        "n_more": max(0, len(lines) - LISTED),
        "url": lines[0].url if len(lines) == 1 else settings.SITE_URL + reverse("agreement_ending_list"),
    }
    return Rendered(
        subject=" ".join(render_to_string("partnerships/letters/ending.subject.txt", context).split()),
        text=render_to_string("partnerships/letters/ending.txt", context),
        html=render_to_string("partnerships/letters/ending.html", context),
    )
