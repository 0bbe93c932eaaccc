"""Many hands at once on checklists, copies and series; only PostgreSQL shows these races."""

import threading
import uuid
from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, models

from tests.factories import Bureau
from tests.workshops.preparation_rows import make_checklist_template
from tests.workshops.test_races import HANDS, at_once
from toolkit.recurring_days import Recurrence, Rule
from workshops.actions import checklists
from workshops.actions.blueprints import Days, Take, blueprint_of, create_from_blueprint
from workshops.actions.checklists import apply_template
from workshops.actions.series import SeriesFacts, Shared, create_series
from workshops.models import Series, Workshop, WorkshopRoom

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_template_applied_by_many_adds_nothing_twice(bureau: Bureau, now: datetime) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    assert at_once(lambda: apply_template(bureau.workshop, template=template)) == [None] * HANDS
    assert bureau.workshop.checklist.count() == 3


def test_without_the_lock_somebody_would_be_turned_away(
    bureau: Bureau, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    together = threading.Barrier(HANDS, timeout=10)
    read = checklists._locked_titles

    def read_together(*args: Any, **kwargs: Any) -> set[str]:
        titles = read(*args, **kwargs)
        together.wait()
        return titles

    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(checklists, "_locked_titles", read_together)
    outcomes = at_once(lambda: apply_template(bureau.workshop, template=template))
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == HANDS - 1


def test_a_copy_and_a_series_posted_many_times_are_one(bureau: Bureau, now: datetime) -> None:
    WorkshopRoom.objects.create(workshop=bureau.workshop, name="A")
    blueprint, token = blueprint_of(bureau.workshop, with_checklist=True), uuid.uuid4()
    days = Days(first=date(2027, 3, 10), last=date(2027, 3, 10), starts=time(8), ends=time(16))
    facts = SeriesFacts(
        organizer_unit=bureau.unit,
        kind="briefing",
        tz="Asia/Jakarta",
        recurrence=Recurrence(Rule.WEEKLY, weekday=0),
        first=date(2027, 1, 1),
        n_members=2,
        starts=time(9),
        ends=time(11),
    )

    def both() -> None:
        create_from_blueprint(
            blueprint,
            title="Salinan",
            organizer_unit=bureau.unit,
            days=days,
            take=Take(),
            form_token=token,
            by=bureau.admin,
            now=now,
        )
        create_series(facts=facts, shared=Shared(title="R", mode="online"), form_token=token, by=bureau.admin, now=now)

    assert at_once(both) == [None] * HANDS
    made = Workshop.objects.get(title="Salinan")
    assert (made.rooms.count(), made.sessions.count()) == (1, 1)
    assert Series.objects.get().members.count() == 2
