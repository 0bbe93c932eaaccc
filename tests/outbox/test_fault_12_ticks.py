"""Fault 12: the tick runs twice, five times at once, or not for three days: the same rows, one reminder a person."""

import os
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connections

from outbox import registry
from outbox.models import Heartbeat, Message
from outbox.planners import DOWNTIME, TICK, tick
from outbox.registry import Wish
from tests.outbox.conftest import drain
from tests.outbox.letters import HOLD, clock, states, wish
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40
TICKS = int(os.environ.get("OUTBOX_TICKS", "4"))
DAYS = (7, 3, 1)


class Course:
    """A course that begins at a moment, and people who should be reminded seven, three and one day before, by the
    nearest reminder only."""

    def __init__(self, starts_at: datetime) -> None:
        self.starts_at = starts_at

    def planner(self, now: datetime) -> Iterable[Wish]:
        due = [days for days in DAYS if self.starts_at - timedelta(days=days) <= now]
        if not due or now >= self.starts_at:
            return []
        days = min(due)
        return [
            wish(
                n,
                kind=HOLD.name,
                dedup_key=f"reminder-{days}:course:r1:{n}",
                not_before=self.starts_at - timedelta(days=days),
                not_after=self.starts_at - timedelta(days=days - 1) - timedelta(minutes=30),
            )
            for n in range(PEOPLE)
        ]


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Course:
    course = Course(clock() + timedelta(hours=60))
    monkeypatch.setattr(registry, "_planners", [course.planner])
    return course


def at_once(times: int, now: datetime) -> None:
    barrier = threading.Barrier(times)

    def one() -> None:
        barrier.wait(10)
        tick(now)
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("times", [2, 5])
def test_many_ticks_at_once_plan_each_letter_once(course: Course, times: int) -> None:
    for _ in range(TICKS):
        at_once(times, clock())
    assert Message.objects.count() == PEOPLE
    assert Message.objects.values("dedup_key").distinct().count() == PEOPLE


def test_after_three_days_of_silence_each_person_gets_the_nearest_reminder(course: Course, sink: Sink) -> None:
    tick(clock())  # H-3 is due, the machinery stops before it goes out
    now = course.starts_at - timedelta(hours=20)
    ticked = tick(now)
    assert ticked.reaped.expired == PEOPLE  # H-3 is out of time
    tick(now)
    assert Message.objects.count() == 2 * PEOPLE
    Message.objects.filter(state="pending").update(not_before=clock() - timedelta(minutes=1))
    drain()
    assert states() == {"expired": PEOPLE, "sent": PEOPLE}
    told = [line["to"][0] for line in sink.accepted()]
    assert len(told) == len(set(told)) == PEOPLE
    assert "expired" in Heartbeat.objects.get(name=DOWNTIME).note


def test_after_the_start_nobody_is_reminded(course: Course, sink: Sink) -> None:
    tick(clock())
    tick(course.starts_at + timedelta(minutes=1))
    drain()
    assert (states(), sink.accepted()) == ({"expired": PEOPLE}, [])


def test_a_broken_planner_does_not_silence_the_others(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: datetime) -> Iterable[Wish]:
        raise ValueError("broken")

    monkeypatch.setattr(registry, "_planners", [broken, course.planner])
    assert tick(clock()).planned == PEOPLE
    assert Heartbeat.objects.get(name="tests.broken").note == "failed: ValueError"
    assert Heartbeat.objects.filter(name=TICK).exists()


def test_control_a_key_that_counts_ticks_plans_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key that says what the letter is about, each tick makes new letters."""

    def careless(now: datetime) -> Iterable[Wish]:
        return [wish(n, dedup_key=f"reminder:{now.isoformat()}:{n}") for n in range(PEOPLE)]

    monkeypatch.setattr(registry, "_planners", [careless])
    for _ in range(3):
        tick(clock())
    assert Message.objects.count() == 3 * PEOPLE
