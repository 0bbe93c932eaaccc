"""The tick: what ought to exist is planned, what died is put right. Running it twice, five times or after a week of
downtime changes nothing that one run would not have done."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from outbox.actions.planning import plan_letters
from outbox.delivery.evidence import settle_by_log
from outbox.delivery.reaper import Reaped, reap
from outbox.models import CLAIMABLE, Heartbeat, Message
from outbox.registry import Wish, planners

logger = logging.getLogger(__name__)
TICK, DOWNTIME = "outbox.tick", "outbox.downtime"
GAP = timedelta(minutes=5)


@dataclass(frozen=True)
class Ticked:
    planned: int
    reaped: Reaped


def tick(now: datetime) -> Ticked:
    """Ask each planner, settle doubts by the relay's log, reap (which repeats what is still in doubt), and leave a
    heartbeat. `now` is the database's."""
    since = Heartbeat.objects.filter(name=TICK).values_list("at", flat=True).first()
    planned = sum(_run(planner, now) for planner in planners())
    settle_by_log(now)
    reaped = reap(now)
    _beat(TICK, now, "")
    if since is not None and now - since > GAP:
        _note_downtime(since, now, reaped)
    return Ticked(planned, reaped)


def _run(planner: Callable[[datetime], Iterable[Wish]], now: datetime) -> int:
    """One broken planner must not silence the others; its fault stands in its heartbeat and in the log."""
    name = f"{planner.__module__.split('.')[0]}.{planner.__name__}"[:40]
    try:
        planned = plan_letters(planner(now), now=now)
    except Exception as error:
        logger.exception("The planner %s failed.", name)
        _beat(name, now, f"failed: {type(error).__name__}")
        return 0
    if planned or Heartbeat.objects.filter(name=name).exclude(note="").exists():
        _beat(name, now, "")
    return planned


def _note_downtime(since: datetime, now: datetime, reaped: Reaped) -> None:
    due = Message.objects.filter(state__in=CLAIMABLE, not_before__lte=now).count()
    note = f"{since:%Y-%m-%d %H:%M} - {now:%Y-%m-%d %H:%M} UTC: {due} due, {reaped.expired} expired"
    _beat(DOWNTIME, now, note)
    logger.warning("The outbox stood still, %s.", note)


def _beat(name: str, now: datetime, note: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "note": note[:300]})
