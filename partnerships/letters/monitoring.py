"""Letters of monitoring rounds: each unit gets its list once, and is reminded while something is open."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from outbox.models import Message
from outbox.registry import Rendered, Wish
from partnerships.letters.recipients import Reader, readers_of
from partnerships.models import MonitoredUnit, MonitoredUnitQuerySet, MonitoringAnswer, MonitoringRound

START = "partnerships.monitoring"
REMINDER = "partnerships.monitoring_reminder"
KINDS = [START, REMINDER]

# A letter of a round is no news any more so long after its day.
STILL_NEWS = timedelta(days=30)
# So many agreements are named in a letter; the page has them all.
NAMED = 20
# A unit that got its list yesterday is not reminded today.
QUIET = timedelta(hours=22)


def steps_of(round_: MonitoringRound) -> list[date]:
    """The days on which silent units are reminded, before and after the due day."""
    offsets = [-days for days in settings.MONITORING_REMINDER_DAYS] + list(settings.MONITORING_LATE_DAYS)
    return sorted(round_.due_on + timedelta(days=offset) for offset in offsets)


def plan_monitoring_letters(now: datetime) -> Iterator[Wish]:
    """What is missing. One statement where no round is open; of a series of reminders only the nearest is sent."""
    for round_ in MonitoringRound.objects.running().filter(due_on__gte=(now - STILL_NEWS).date()).order_by("pk"):
        yield from _wishes_for(round_, now)


def _wishes_for(round_: MonitoringRound, now: datetime) -> Iterator[Wish]:
    until = datetime.combine(round_.due_on, time(0), tzinfo=UTC) + STILL_NEWS
    asked = MonitoredUnit.objects.filter(round=round_).silent().order_by("pk")
    told = Message.objects.filter(kind=START, ref=OuterRef("pk"))
    yield from _to(asked.exclude(Exists(told)), START, "", not_before=now, not_after=until)
    due = [step for step in steps_of(round_) if step <= now.date()]
    if due:
        step = due[-1].isoformat()
        missing = asked.filter(Exists(told.filter(created_at__lte=now - QUIET)), round__opened_at__date__lt=due[-1])
        reminded = Message.objects.filter(kind=REMINDER, ref=OuterRef("pk"), rule=step)
        yield from _to(missing.exclude(Exists(reminded)), REMINDER, step, not_before=now, not_after=until)


def _to(
    rows: MonitoredUnitQuerySet, kind: str, step: str, *, not_before: datetime, not_after: datetime
) -> Iterator[Wish]:
    found = list(rows)
    if not found:
        return
    readers = readers_of(row.unit_id for row in found)
    for row in found:
        if reader := first_of(readers[row.unit_id]):
            yield Wish(
                kind=kind,
                dedup_key=f"{kind}:{row.pk}:{step}",
                recipient_name=reader.name,
                to_addr=reader.address,
                not_before=not_before,
                not_after=not_after,
                unit_id=row.unit_id,
                user_id=reader.user_id,
                ref=row.pk,
                rule=step,
            )


def first_of(readers: Sequence[Reader]) -> Reader | None:
    """One letter a unit, to whom it named first."""
    return readers[0] if readers else None


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of either kind, in two statements; None where the round is closed or nothing is open any more."""
    rows = MonitoredUnit.objects.select_related("unit", "round__opened_by__unit")
    asked = rows.in_bulk([message.ref for message in messages if message.ref is not None])
    open_rows = MonitoringAnswer.objects.open().filter(monitored__in=list(asked)).select_related("agreement")
    lists: dict[int, list[MonitoringAnswer]] = {}
    for answer in open_rows.order_by("monitored", "pk"):
        lists.setdefault(answer.monitored_id, []).append(answer)
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            row = asked.get(message.ref or 0)
            is_true = row is not None and row.round.closed_at is None and row.pk in lists
            found[message.pk] = _render(message, row, lists[row.pk]) if row is not None and is_true else None
    return found


def _render(message: Message, row: MonitoredUnit, answers: list[MonitoringAnswer]) -> Rendered:
    letter = message.kind.removeprefix("partnerships.")
    office = row.round.opened_by.unit
    context = {
        "round": row.round,
        "unit": row.unit,
        "office": office.official_name if office else "",
        "contact_name": message.recipient_name,
        "agreements": [answer.agreement for answer in answers[:NAMED]],
        "n_open": len(answers),
        "n_more": len(answers[NAMED:]),
        "url": settings.SITE_URL + reverse("monitoring_answer", args=[row.round_id, row.pk]),
    }
    subject = render_to_string(f"partnerships/letters/{letter}.subject.txt", context)
    return Rendered(
        subject=" ".join(subject.split()),
        text=render_to_string(f"partnerships/letters/{letter}.txt", context),
        html=render_to_string(f"partnerships/letters/{letter}.html", context),
        reply_to=office.email if office else "",
    )
