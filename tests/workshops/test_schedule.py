"""Dates and places: what may stand, and what a move brings along."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from outbox.models import State
from outbox.registry import Wish
from tests.factories import Bureau, make_agreement, make_message
from units.models import User
from workshops.actions import schedule as schedules
from workshops.actions.refusals import ChangedMeanwhile
from workshops.actions.schedule import (
    RegistrationWindow,
    Schedule,
    consequences_of,
    move_workshop,
    problems_of,
    schedule_of,
)
from workshops.models import Session, Workshop
from workshops.versions import version_of

START = datetime(2026, 12, 10, 1, tzinfo=UTC)
END = START + timedelta(hours=8)


def exact(**changes: Any) -> Schedule:
    values: dict[str, Any] = {"tz": "Asia/Jakarta", "mode": "onsite", "starts_at": START, "ends_at": END}
    return Schedule(**(values | changes))


def fuzzy(**changes: Any) -> Schedule:
    values = {"starts_at": None, "ends_at": None, "fuzzy_date": "akhir 2026", "fuzzy_month": date(2026, 12, 1)}
    return exact(**(values | changes))


@pytest.mark.parametrize(
    ("schedule", "window", "problems"),
    [
        (exact(), RegistrationWindow(), []),
        (fuzzy(), RegistrationWindow(), []),
        (exact(starts_at=None, ends_at=None), RegistrationWindow(), ["DateIsMissing"]),
        (exact(ends_at=None), RegistrationWindow(), ["DateIsHalf"]),
        (exact(fuzzy_date="akhir 2026"), RegistrationWindow(), ["DateIsBothExactAndFuzzy"]),
        (fuzzy(fuzzy_month=None), RegistrationWindow(), ["FuzzyDateNeedsMonth"]),
        (fuzzy(fuzzy_date=""), RegistrationWindow(), ["FuzzyDateNeedsMonth"]),
        (fuzzy(fuzzy_month=date(1999, 1, 1)), RegistrationWindow(), ["YearIsOutOfRange"]),
        (exact(ends_at=START), RegistrationWindow(), ["EndsBeforeStart"]),
        (exact(ends_at=START - timedelta(hours=1)), RegistrationWindow(), ["EndsBeforeStart"]),
        (exact(ends_at=START + timedelta(days=61)), RegistrationWindow(), ["LastsTooLong"]),
        (exact(starts_at=datetime(1990, 1, 1, tzinfo=UTC)), RegistrationWindow(), ["YearIsOutOfRange", "LastsTooLong"]),
        (exact(), RegistrationWindow(None, START + timedelta(minutes=1)), ["DeadlineAfterStart"]),
        (exact(), RegistrationWindow(None, START), []),
        (exact(), RegistrationWindow(START, START), ["RegistrationOpensTooLate"]),
        (
            exact(ends_at=START),
            RegistrationWindow(END, END),
            ["EndsBeforeStart", "DeadlineAfterStart", "RegistrationOpensTooLate"],
        ),
    ],
)
def test_every_problem_of_a_schedule_is_named(
    schedule: Schedule, window: RegistrationWindow, problems: list[str]
) -> None:
    assert [type(problem).__name__ for problem in problems_of(schedule, window)] == problems


@pytest.mark.parametrize(
    ("schedule", "day"),
    [
        (exact(starts_at=datetime(2026, 12, 9, 18, tzinfo=UTC)), date(2026, 12, 10)),
        (exact(starts_at=datetime(2026, 12, 9, 18, tzinfo=UTC), tz="Asia/Jayapura"), date(2026, 12, 10)),
        (exact(starts_at=datetime(2026, 12, 9, 15, 30, tzinfo=UTC)), date(2026, 12, 9)),
        (exact(starts_at=datetime(2026, 12, 9, 15, 30, tzinfo=UTC), tz="Asia/Jayapura"), date(2026, 12, 10)),
        (fuzzy(fuzzy_month=date(2026, 12, 17)), date(2026, 12, 1)),
    ],
)
def test_workshop_is_filed_under_its_first_day_where_it_is_held(schedule: Schedule, day: date) -> None:
    assert schedule.calendar_on == day


def moved(workshop: Workshop, **changes: Any) -> Schedule:
    return dataclasses.replace(schedule_of(workshop), **changes)


def window_of(workshop: Workshop) -> RegistrationWindow:
    return RegistrationWindow(workshop.registration_opens_at, workshop.registration_deadline)


def move(bureau: Bureau, now: datetime, *, fresh: bool = True, **changes: Any) -> Workshop:
    options = {name: changes.pop(name) for name in ("shift_sessions", "version", "window") if name in changes}
    return move_workshop(
        bureau.workshop,
        schedule=moved(bureau.workshop, **changes),
        by=bureau.staff,
        now=now,
        **{"window": window_of(bureau.workshop)} | options,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": START, "ends_at": END},
        {"tz": "Asia/Makassar"},
        {"venue": "Aula lain"},
        {"venue_address": "Jalan lain"},
        {"mode": "online"},
        {"meeting_url": "https://rapat.invalid/lain"},
        {"meeting_passcode": "lain"},
    ],
)
def test_anything_that_people_were_told_raises_the_revision(
    bureau: Bureau, now: datetime, changes: dict[str, Any]
) -> None:
    workshop = move(bureau, now, **changes, window=RegistrationWindow())
    workshop.topic.refresh_from_db()
    assert workshop.topic.schedule_rev == 2
    assert workshop.changes.count() == 1


def test_same_schedule_or_another_deadline_tells_nobody(bureau: Bureau, now: datetime) -> None:
    deadline = (bureau.workshop.starts_at or now) - timedelta(days=1)
    workshop = move(bureau, now, window=RegistrationWindow(None, deadline))
    workshop.topic.refresh_from_db()
    assert (workshop.topic.schedule_rev, workshop.changes.count()) == (1, 0)
    assert workshop.registration_deadline == deadline


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_workshop_at_rest_moves_in_silence(bureau: Bureau, now: datetime, state: str) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state=state)
    workshop = move(bureau, now, venue="Aula lain")
    workshop.topic.refresh_from_db()
    assert (workshop.topic.schedule_rev, workshop.changes.count()) == (1, 1)


def test_agenda_keeps_its_distance_from_the_start(bureau: Bureau, now: datetime) -> None:
    start, end = bureau.workshop.starts_at or now, bureau.workshop.ends_at or now
    before = bureau.session.starts_at
    day = timedelta(days=1, hours=1)
    move(bureau, now, starts_at=start + day, ends_at=end + day)
    bureau.session.refresh_from_db()
    assert bureau.session.starts_at == before + day
    move_workshop(
        bureau.workshop,
        schedule=moved(bureau.workshop, starts_at=start, ends_at=end),
        window=RegistrationWindow(),
        shift_sessions=False,
        by=bureau.staff,
        now=now,
    )
    bureau.session.refresh_from_db()
    assert bureau.session.starts_at == before + day


def test_agenda_follows_a_date_that_becomes_exact_again(bureau: Bureau, now: datetime) -> None:
    before = bureau.session.starts_at
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        state="postponed", starts_at=None, ends_at=None, fuzzy_date="2027", fuzzy_month="2027-01-01"
    )
    bureau.workshop.refresh_from_db()
    move(
        bureau,
        now,
        starts_at=before + timedelta(days=40, hours=-1),
        ends_at=before + timedelta(days=40, hours=5),
        fuzzy_date="",
        fuzzy_month=None,
        window=RegistrationWindow(),
    )
    bureau.session.refresh_from_db()
    assert bureau.session.starts_at == before + timedelta(days=40)


def test_approved_workshop_cannot_lose_its_date(bureau: Bureau, now: datetime) -> None:
    with pytest.raises(schedules.ExactDateIsNeeded):
        move(bureau, now, starts_at=None, ends_at=None, fuzzy_date="2027", fuzzy_month=date(2027, 1, 1))


def test_stale_move_changes_nothing(bureau: Bureau, now: datetime) -> None:
    seen = version_of(bureau.workshop)
    move(bureau, now, venue="Aula pertama", version=seen)
    with pytest.raises(ChangedMeanwhile):
        move(bureau, now, venue="Aula kedua", version=seen)
    bureau.workshop.refresh_from_db()
    assert bureau.workshop.venue == "Aula pertama"


def test_history_never_shows_link_or_passcode(bureau: Bureau, now: datetime) -> None:
    workshop = move(bureau, now, meeting_url="https://rapat.invalid/rahasia", meeting_passcode="rahasia")
    assert "rahasia" not in workshop.changes.get().schedule


def test_consequences_count_people_not_letters(bureau: Bureau, now: datetime) -> None:
    workshop, elsewhere = bureau.workshop, Workshop.objects.exclude(pk=bureau.workshop.pk)
    assert not elsewhere.exists()
    for to, state, kind in [
        ("a@humas.test", State.SENT, "participants.invitation"),
        ("a@humas.test", State.SENT, "participants.unit_reminder"),
        ("b@humas.test", State.UNCERTAIN, "participants.confirmation"),
        ("c@humas.test", State.SENDING, "participants.confirmation"),
        ("d@humas.test", State.PENDING, "participants.reminder"),
        ("d@humas.test", State.RETRY, "participants.reminder"),
        ("e@humas.test", State.FAILED, "participants.invitation"),
    ]:
        sent_at = now if state == State.SENT else None
        make_message(
            kind=kind, to=to, name=to, now=now, topic=workshop.topic, topic_rev=1, state=state, sent_at=sent_at
        )
    make_message(kind="account.invitation", to="lain@humas.test", name="Lain", now=now, state=State.SENT, sent_at=now)
    later = moved(workshop, starts_at=(workshop.starts_at or now) + timedelta(days=1), ends_at=None)
    later = dataclasses.replace(later, ends_at=(workshop.ends_at or now) + timedelta(days=1))
    leaving = [
        Wish(kind=kind, dedup_key=f"{n}", recipient_name="", to_addr=to, not_before=now)
        for n, (kind, to) in enumerate(
            [
                ("participants.invitation_moved", "a@humas.test"),
                ("participants.moved", "a@humas.test"),
                ("participants.moved", "c@humas.test"),
                ("participants.invitation", "e@humas.test"),
            ]
        )
    ]
    found = consequences_of(workshop, later, shift_sessions=True, leaving=leaving)
    assert (found.is_change, found.n_told, found.n_unsent) == (True, 2, 2)
    assert (found.n_sessions, found.n_sessions_outside) == (1, 0)
    assert consequences_of(workshop, later, shift_sessions=False, leaving=[]).n_sessions_outside == 1
    same = consequences_of(workshop, schedule_of(workshop), shift_sessions=True, leaving=[])
    assert (same.is_change, same.n_told, same.n_unsent) == (False, 0, 0)


def test_consequences_name_an_agreement_that_has_ended(bureau: Bureau, now: datetime) -> None:
    last_day = bureau.workshop.last_day
    assert last_day is not None
    agreement = make_agreement(bureau.unit, title="MSP", number="MSP-1", effective_until=last_day)
    Workshop.objects.filter(pk=bureau.workshop.pk).update(agreement=agreement)
    workshop = Workshop.objects.select_related("agreement").get(pk=bureau.workshop.pk)
    assert consequences_of(workshop, schedule_of(workshop), shift_sessions=True, leaving=[]).agreement_problem == ""
    later = moved(workshop, ends_at=(workshop.ends_at or now) + timedelta(days=1))
    assert "berakhir" in consequences_of(workshop, later, shift_sessions=True, leaving=[]).agreement_problem.lower()


def test_session_lies_within_by_the_day_of_the_place(bureau: Bureau) -> None:
    schedule = exact(starts_at=datetime(2026, 12, 10, 1, tzinfo=UTC), ends_at=datetime(2026, 12, 11, 9, tzinfo=UTC))
    moments = {
        "day before, 23.00 WIB": datetime(2026, 12, 9, 16, tzinfo=UTC),
        "first day, 00.00 WIB": datetime(2026, 12, 9, 17, tzinfo=UTC),
        "last day, 23.00 WIB": datetime(2026, 12, 11, 16, tzinfo=UTC),
        "day after, 00.00 WIB": datetime(2026, 12, 11, 17, tzinfo=UTC),
    }
    inside = {
        name
        for name, moment in moments.items()
        if schedules.lies_within(schedule, Session(starts_at=moment, ends_at=moment + timedelta(hours=1)))
    }
    assert inside == {"first day, 00.00 WIB", "last day, 23.00 WIB"}


def test_history_of_a_schedule_is_told_in_the_readers_language(bureau: Bureau, now: datetime, client: Client) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(venue="Aula · daring", mode="hybrid")
    bureau.workshop.refresh_from_db()
    with translation.override("en"):
        move(bureau, now, venue="Gedung Mei 12.30", mode="online")
    (change,) = bureau.workshop.changes.all()
    before, after = "12 Des 2026, 09.00–17.00 WIB · Aula · daring", "12 Des 2026, 09.00–17.00 WIB · Gedung Mei 12.30"
    stored = f"{before} · hibrida → {after} · daring"
    assert change.schedule == stored
    client.force_login(bureau.staff)
    in_english = f"{before} · hybrid → {after} · online".replace("12 Des 2026, 09.00–17.00", "12 Dec 2026, 09:00–17:00")
    for language, told in (("id", stored), ("en", in_english)):
        User.objects.update(language=language)
        page = client.get(reverse("workshop_detail", args=[bureau.workshop.pk]))
        assert told in page.content.decode()
