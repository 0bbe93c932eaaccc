"""Many hands at once; only PostgreSQL shows these races (SQLite lets one writer in at a time)."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models

from tests.factories import Bureau
from workshops.actions import states
from workshops.actions.planning import Facts, create_workshop
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import Schedule
from workshops.actions.states import change_state
from workshops.models import StateChange, Workshop

HANDS = 8
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(work: Callable[[], Any]) -> list[BaseException | None]:
    """The work in eight threads that start together; what each raised."""
    start, outcomes = threading.Barrier(HANDS), list[BaseException | None]()

    def run() -> None:
        start.wait()
        try:
            work()
            outcomes.append(None)
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def cancel_at_once(bureau: Bureau, now: datetime) -> tuple[int, int, int]:
    """Successes, lines of history, and the topic's revision after eight people cancelled at the same moment."""
    outcomes = at_once(lambda: change_state(bureau.workshop, to="cancelled", reason="Uji", by=bureau.admin, now=now))
    assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes), outcomes
    bureau.workshop.topic.refresh_from_db()
    history = StateChange.objects.filter(workshop=bureau.workshop).count()
    return outcomes.count(None), history, bureau.workshop.topic.schedule_rev


def test_one_of_many_cancellations_counts(bureau: Bureau, now: datetime) -> None:
    assert cancel_at_once(bureau, now) == (1, 1, 2)


def test_without_the_lock_people_would_hear_of_it_again(
    bureau: Bureau, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(HANDS, timeout=10)
    check = states._check

    def check_together(*args: Any) -> None:
        together.wait()
        check(*args)

    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(states, "_check", check_together)
    successes, history, revision = cancel_at_once(bureau, now)
    assert (successes, history, revision) == (HANDS, HANDS, HANDS + 1)


def create_at_once(bureau: Bureau, now: datetime, token: uuid.UUID | None) -> int:
    start = now + timedelta(days=30)
    facts = Facts(title="Sekali saja", kind="training", organizer_unit=bureau.unit)
    schedule = Schedule(tz="Asia/Jakarta", mode="onsite", starts_at=start, ends_at=start + timedelta(hours=3))
    outcomes = at_once(
        lambda: create_workshop(facts=facts, schedule=schedule, form_token=token, by=bureau.staff, now=now)
    )
    assert outcomes == [None] * HANDS
    return Workshop.objects.filter(title="Sekali saja").count()


def test_one_form_sent_many_times_makes_one_workshop(bureau: Bureau, now: datetime) -> None:
    assert create_at_once(bureau, now, uuid.uuid4()) == 1


def test_without_the_token_it_would_make_many(bureau: Bureau, now: datetime) -> None:
    assert create_at_once(bureau, now, None) == HANDS
