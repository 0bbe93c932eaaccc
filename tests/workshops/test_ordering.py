"""Moving sessions of the draft by buttons and drags: the times of the others follow, and nothing is overwritten."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from tests.factories import Bureau
from tests.workshops.agendas import put, times_of
from workshops.actions.ordering import DOWN, UP, DayIsFull, NothingMoves, Target, move_session, shift_in_order
from workshops.actions.refusals import Refusal
from workshops.models import Session, Workshop

FIRST, SECOND = date(2026, 12, 12), date(2026, 12, 13)


@pytest.fixture
def workshop(bureau: Bureau) -> Workshop:
    """Two days from 09.00; the first has a morning, a lunch and one session behind it."""
    workshop = bureau.workshop
    Workshop.objects.filter(pk=workshop.pk).update(ends_at=workshop.ends_at + timedelta(days=1))
    workshop.refresh_from_db()
    bureau.session.delete()
    put(workshop, "A", "9.00", 60)
    put(workshop, "B", "10.00", 120)
    put(workshop, "Makan", "12.00", 60, kind="break")
    put(workshop, "C", "13.00", 60)
    return workshop


STANDS = {"A": "1 09.00-10.00", "B": "1 10.00-12.00", "Makan": "1 12.00-13.00", "C": "1 13.00-14.00"}


def one(workshop: Workshop, theme: str) -> Session:
    return workshop.sessions.get(theme=theme)


@pytest.mark.parametrize(
    ("theme", "step", "changed"),
    [
        ("A", DOWN, {"B": "1 09.00-11.00", "A": "1 11.00-12.00"}),
        ("B", UP, {"B": "1 09.00-11.00", "A": "1 11.00-12.00"}),
        # Over the lunch, which stays: C comes before it, B does not fit any more and follows it.
        ("C", UP, {"C": "1 10.00-11.00", "B": "1 13.00-15.00"}),
        # The lunch itself moves when it is the one that is moved.
        ("Makan", UP, {"Makan": "1 10.00-11.00", "B": "1 11.00-13.00"}),
    ],
)
def test_step_changes_places_and_the_times_follow(
    workshop: Workshop, bureau: Bureau, now: datetime, theme: str, step: int, changed: dict[str, str]
) -> None:
    shift_in_order(one(workshop, theme), step=step, by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | changed


@pytest.mark.parametrize(("theme", "step"), [("A", UP), ("C", DOWN)])
def test_at_the_ends_nothing_happens_and_it_is_said(
    workshop: Workshop, bureau: Bureau, now: datetime, theme: str, step: int
) -> None:
    with pytest.raises(Refusal, match="paling"):
        shift_in_order(one(workshop, theme), step=step, by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS


@pytest.mark.parametrize(
    ("theme", "target", "changed"),
    [
        # The same hour of the other day is free; those left behind close up.
        ("A", Target(SECOND), {"A": "2 09.00-10.00", "B": "1 09.00-11.00"}),
        ("C", Target(SECOND, is_last=True), {"C": "2 09.00-10.00"}),
        ("B", Target(None), {"B": "laci 120"}),
        ("C", Target(FIRST, before=1), {}),
        ("A", Target(FIRST, is_last=True), {"B": "1 09.00-11.00", "A": "1 14.00-15.00"}),
        # Another room at the same hour: nothing else moves.
        ("B", Target(FIRST, room="Ruang B"), {"B": "1 10.00-12.00 Ruang B"}),
    ],
)
def test_session_goes_to_a_day_a_room_or_the_tray(
    workshop: Workshop, bureau: Bureau, now: datetime, theme: str, target: Target, changed: dict[str, str]
) -> None:
    if target.before:
        target = Target(target.day, before=one(workshop, "B").pk)
        changed = {"C": "1 10.00-11.00", "B": "1 13.00-15.00"}
    move_session(one(workshop, theme), target=target, by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | changed


def test_session_comes_out_of_the_tray_to_the_end_of_the_day(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    waiting = put(workshop, "Menunggu", minutes=45, room="Ruang A")
    move_session(waiting, target=Target(SECOND), by=bureau.staff, now=now)
    second = put(workshop, "Kedua", minutes=30)
    move_session(second, target=Target(SECOND), by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | {"Menunggu": "2 09.00-09.45 Ruang A", "Kedua": "2 09.45-10.15"}
    assert not workshop.sessions.unscheduled().exists()


def test_pinned_session_stays_and_the_others_flow_around_it(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    Session.objects.filter(pk=one(workshop, "B").pk).update(is_pinned=True)
    shift_in_order(one(workshop, "A"), step=DOWN, by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | {"C": "1 09.00-10.00", "A": "1 13.00-14.00"}


def test_rooms_side_by_side_are_ordered_apart_and_a_plenary_is_for_all(
    workshop: Workshop, bureau: Bureau, now: datetime
) -> None:
    put(workshop, "R1", "14.00", 60, room="Ruang 1")
    put(workshop, "R2", "14.00", 30, room="Ruang 2")
    put(workshop, "R2b", "14.30", 30, room="Ruang 2")
    shift_in_order(one(workshop, "R2"), step=DOWN, by=bureau.staff, now=now)
    stands = STANDS | {
        "R1": "1 14.00-15.00 Ruang 1",
        "R2b": "1 14.00-14.30 Ruang 2",
        "R2": "1 14.30-15.00 Ruang 2",
    }
    assert times_of(workshop) == stands
    first = one(workshop, "R1").pk
    move_session(one(workshop, "R2"), target=Target(FIRST, room="Ruang 1", before=first), by=bureau.staff, now=now)
    assert times_of(workshop) == stands | {"R2": "1 14.00-14.30 Ruang 1", "R1": "1 14.30-15.30 Ruang 1"}


def test_drop_before_a_session_of_another_room_means_its_hour(
    workshop: Workshop, bureau: Bureau, now: datetime
) -> None:
    for theme, clock, room in (("R1", "14.00", "Ruang 1"), ("R2", "14.00", "Ruang 2"), ("R1b", "15.00", "Ruang 1")):
        put(workshop, theme, clock, 60, room=room)
    other = one(workshop, "R2").pk
    move_session(one(workshop, "R1b"), target=Target(FIRST, before=other), by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | {
        "R1b": "1 14.00-15.00 Ruang 1",
        "R1": "1 15.00-16.00 Ruang 1",
        "R2": "1 14.00-15.00 Ruang 2",
    }


def test_day_that_would_run_past_midnight_is_refused_whole(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    put(workshop, "Malam", "21.00", 170)
    put(workshop, "Larut", "23.50", 30)
    with pytest.raises(DayIsFull):
        move_session(one(workshop, "B"), target=Target(FIRST, is_last=True), by=bureau.staff, now=now)
    assert times_of(workshop) == STANDS | {"Malam": "1 21.00-23.50", "Larut": "1 23.50-00.20"}


def test_move_that_changes_nothing_says_so(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    with pytest.raises(NothingMoves):
        move_session(one(workshop, "A"), target=Target(FIRST), by=bureau.staff, now=now)


def test_move_is_kept_in_the_history_and_tells_nobody(workshop: Workshop, bureau: Bureau, now: datetime) -> None:
    rev = Workshop.objects.get(pk=workshop.pk).agenda_rev
    shift_in_order(one(workshop, "A"), step=DOWN, rev=rev, by=bureau.staff, now=now)
    rows = Session.history.filter(history_type="~").values_list("theme", "history_user", "history_date")
    assert set(rows) == {("A", bureau.staff.pk, now), ("B", bureau.staff.pk, now)}
    assert Workshop.objects.get(pk=workshop.pk).agenda_rev == rev + 1
    assert not Message.objects.exists()


# --- through the pages


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


def post(staff: Client, workshop: Workshop, theme: str, **data: Any) -> Any:
    url = reverse("session_move", args=[workshop.pk, one(workshop, theme).pk])
    return staff.post(url, data, follow=True)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_drag_from_an_old_tab_overwrites_nothing(staff: Client, workshop: Workshop, bureau: Bureau) -> None:
    seen = staff.get(reverse("workshop_agenda", args=[workshop.pk])).context["workshop"].agenda_rev
    post(staff, workshop, "A", to="down", rev=seen)
    now_stands = times_of(workshop)
    answer = post(staff, workshop, "C", day=FIRST.isoformat(), before=one(workshop, "A").pk, rev=seen)
    assert "diubah orang lain" in said(answer)
    assert times_of(workshop) == now_stands
    assert answer.redirect_chain[0][0] == reverse("workshop_agenda", args=[workshop.pk])
    # The negative control: with the revision as it is now the very same drag goes through.
    post(staff, workshop, "C", day=FIRST.isoformat(), before=one(workshop, "A").pk, rev=seen + 1)
    assert times_of(workshop) != now_stands


def test_button_leads_back_to_itself(staff: Client, workshop: Workshop) -> None:
    answer = post(staff, workshop, "A", to="down", hari="1", zona="WIT")
    url = reverse("workshop_agenda", args=[workshop.pk])
    assert answer.redirect_chain == [(f"{url}?hari=1&zona=WIT#turun-{one(workshop, 'A').pk}", 302)]


@pytest.mark.parametrize(
    "data",
    [
        {"day": "2026-12-20"},
        {"day": "25-12-2026"},
        {"day": ""},
        {"day": "2026-12-12", "room": "x" * 101},
        {"day": "2026-12-12", "room": "a\nb"},
        {"to": "sideways"},
    ],
)
def test_place_that_does_not_exist_moves_nothing(staff: Client, workshop: Workshop, data: dict[str, str]) -> None:
    answer = post(staff, workshop, "A", **data)
    assert said(answer)
    assert times_of(workshop) == STANDS


def test_drag_and_form_of_a_page_mean_the_same(staff: Client, workshop: Workshop) -> None:
    post(staff, workshop, "C", day="laci")
    assert times_of(workshop) == STANDS | {"C": "laci 60"}
    post(staff, workshop, "C", day=FIRST.isoformat(), before="", last="1")
    assert times_of(workshop) == STANDS
    post(staff, workshop, "C", day=SECOND.isoformat(), room="")
    assert times_of(workshop) == STANDS | {"C": "2 13.00-14.00"}
