"""The table of steps, read from outside: every state to every state, by every role."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from tests.factories import Bureau, Kanwil, make_message, make_workshop
from workshops.actions import states
from workshops.actions.refusals import Refusal
from workshops.actions.states import change_state, may_approve, steps_for
from workshops.models import Workshop, WorkshopState

# What the house allows, written down apart from the code: from -> to -> what the step asks for.
ALLOWED = {
    "idea": {"planned": "", "cancelled": "reason"},
    "planned": {"approved": "approver date", "postponed": "reason", "cancelled": "reason"},
    "approved": {"registration": "date", "postponed": "reason", "cancelled": "reason"},
    "registration": {"running": "start", "approved": "reason", "postponed": "reason", "cancelled": "reason"},
    "running": {"finished": "start", "cancelled": "reason"},
    "finished": {"reported": "", "running": "reason"},
    "reported": {"finished": "reason"},
    "postponed": {"planned": "", "approved": "approver date", "cancelled": "reason"},
    "cancelled": {"planned": "reason"},
}
EVERY_PAIR = list(product(WorkshopState.values, WorkshopState.values))


def in_state(bureau: Bureau, state: str, now: datetime, **fields: Any) -> Workshop:
    return make_workshop(bureau.unit, now=now, state=state, **fields)


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_table_allows_exactly_what_the_house_allows(bureau: Bureau, now: datetime, before: str, after: str) -> None:
    workshop = in_state(bureau, before, now)
    on_first_day = workshop.starts_at or now
    if after in ALLOWED[before]:
        moved = change_state(workshop, to=after, reason="Sebab uji", by=bureau.admin, now=on_first_day)
        assert moved.state == after
        assert [(c.before, c.after, c.reason, c.by) for c in workshop.changes.all()] == [
            (before, after, "Sebab uji", bureau.admin)
        ]
    else:
        with pytest.raises(states.StepIsNotAllowed):
            change_state(workshop, to=after, reason="Sebab uji", by=bureau.admin, now=on_first_day)
        workshop.refresh_from_db()
        assert (workshop.state, workshop.changes.count()) == (before, 0)


@pytest.mark.parametrize(("before", "after"), [(b, a) for b in ALLOWED for a in ALLOWED[b]])
def test_step_asks_for_what_the_house_asks(bureau: Bureau, now: datetime, before: str, after: str) -> None:
    asks = ALLOWED[before][after]
    workshop = in_state(bureau, before, now)
    start = workshop.starts_at or now
    if "reason" in asks:
        with pytest.raises(states.ReasonIsMissing):
            change_state(workshop, to=after, reason="   ", by=bureau.admin, now=start)
    else:
        change_state(workshop, to=after, by=bureau.admin, now=start)
        Workshop.objects.filter(pk=workshop.pk).update(state=before)
    if "approver" in asks:
        with pytest.raises(states.ApproverIsNeeded):
            change_state(workshop, to=after, by=bureau.staff, now=now)
    else:
        change_state(workshop, to=after, reason="Sebab uji", by=bureau.staff, now=start)
        Workshop.objects.filter(pk=workshop.pk).update(state=before)
    if "start" in asks:
        with pytest.raises(states.HasNotStarted):
            change_state(workshop, to=after, reason="Sebab uji", by=bureau.admin, now=start - timedelta(days=1))


@pytest.mark.parametrize("before", ["planned", "postponed"])
def test_approval_asks_for_an_exact_date_to_come(bureau: Bureau, now: datetime, before: str) -> None:
    fuzzy = in_state(
        bureau, before, now, starts_at=None, ends_at=None, fuzzy_date="akhir 2027", fuzzy_month="2027-12-01"
    )
    with pytest.raises(states.DateIsNotExact):
        change_state(fuzzy, to="approved", by=bureau.admin, now=now)
    past = in_state(bureau, before, now)
    with pytest.raises(states.DateIsPast):
        change_state(past, to="approved", by=bureau.admin, now=now + timedelta(days=30))


def test_approver_is_a_bureau_admin_or_the_kanwil_of_its_own(bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    people = {
        "bureau_admin": bureau.admin,
        "bureau_staff": bureau.staff,
        "leader": bureau.leader,
        "jateng": jateng.admin,
        "maluku": maluku.admin,
        "operator": jateng.operator,
    }
    approvers = {
        title: {name for name, person in people.items() if may_approve(person, workshop)}
        for title, workshop in {"national": bureau.workshop, "jateng": jateng.workshop}.items()
    }
    assert approvers == {"national": {"bureau_admin"}, "jateng": {"bureau_admin", "jateng"}}


def test_buttons_are_those_one_may_press(bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime) -> None:
    planned = in_state(bureau, "planned", now)
    shown = {
        name: [str(step.to) for step in steps_for(planned, person, now=now)]
        for name, person in {
            "admin": bureau.admin,
            "staff": bureau.staff,
            "leader": bureau.leader,
            "jateng": jateng.admin,
        }.items()
    }
    assert shown == {
        "admin": ["approved", "postponed", "cancelled"],
        "staff": ["postponed", "cancelled"],
        "leader": [],
        "jateng": [],
    }


def test_button_that_waits_for_the_first_day_appears_on_it(bureau: Bureau, now: datetime) -> None:
    start = bureau.workshop.starts_at or now
    local_midnight = start.astimezone(bureau.workshop.zone).replace(hour=0, minute=0)
    shown = [
        "running" in [step.to for step in steps_for(bureau.workshop, bureau.admin, now=moment)]
        for moment in (local_midnight - timedelta(minutes=1), local_midnight)
    ]
    assert shown == [False, True]


@pytest.mark.parametrize(
    ("before", "after", "raises"),
    [
        ("approved", "registration", False),
        ("registration", "postponed", True),
        ("registration", "cancelled", True),
        ("postponed", "cancelled", True),
        ("postponed", "approved", True),
        ("cancelled", "planned", True),
        ("planned", "approved", False),
    ],
)
def test_revision_rises_when_a_workshop_goes_to_rest_or_comes_back(
    bureau: Bureau, now: datetime, before: str, after: str, raises: bool
) -> None:
    workshop = in_state(bureau, before, now)
    waiting = make_message(
        kind="participants.confirmation",
        to="peserta@humas.test",
        name="Peserta",
        now=now,
        topic=workshop.topic,
        topic_rev=1,
    )
    change_state(workshop, to=after, reason="Sebab uji", by=bureau.admin, now=now)
    workshop.topic.refresh_from_db()
    waiting.refresh_from_db()
    assert workshop.topic.schedule_rev == (2 if raises else 1)
    assert waiting.state == ("cancelled" if raises else "pending")


def test_unknown_state_and_overlong_reason_are_no_accident(bureau: Bureau, now: datetime) -> None:
    with pytest.raises(Refusal):
        change_state(bureau.workshop, to="apa saja", by=bureau.admin, now=now)
    change_state(bureau.workshop, to="cancelled", reason="x" * 5000, by=bureau.admin, now=now)
    assert len(bureau.workshop.changes.get().reason) == 300
