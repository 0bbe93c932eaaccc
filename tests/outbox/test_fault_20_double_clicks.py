"""Fault 20: the same click twice, or ten times at once, is one letter."""

import os
import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.db.models import F

from outbox import actions
from outbox.actions import decisions
from outbox.models import Attempt, Message, State
from tests.outbox.conftest import drain
from tests.outbox.letters import HOLD, clock, plan, states, wish
from tests.smtp_sink import Rule, Sink
from units.models import User

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 10
CLICKS = int(os.environ.get("OUTBOX_CLICKS", "5"))


def at_once(click: Callable[[], object]) -> None:
    barrier = threading.Barrier(TIMES)

    def one() -> None:
        barrier.wait(10)
        click()
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_send_again_ten_times_at_once_is_one_letter(sink: Sink, admin: User) -> None:
    letters = plan(CLICKS)
    drain()
    for letter in letters:
        at_once(lambda letter=letter: actions.resend(letter, by=admin, now=clock()))
    drain()
    assert len(sink.accepted()) == 2 * CLICKS


def test_send_anyway_ten_times_at_once_is_one_letter(sink: Sink, admin: User) -> None:
    sink.rules = [Rule("dot", "drop", times=1)]
    (letter,) = plan(kind=HOLD.name)
    drain()
    at_once(lambda: actions.send_anyway(letter, by=admin, now=clock()))
    Message.objects.update(not_before=F("not_before"))
    drain()
    assert len(sink.accepted()) == 1
    assert Attempt.objects.filter(phase="person").count() == 1


def test_the_same_plan_ten_times_at_once_is_one_letter_each() -> None:
    at_once(lambda: actions.plan_letters([wish(n) for n in range(20)], now=clock()))
    assert Message.objects.count() == 20


def test_two_people_decide_differently_and_the_first_counts(sink: Sink, admin: User) -> None:
    sink.rules = [Rule("dot", "drop", times=1)]
    (letter,) = plan(kind=HOLD.name)
    drain()
    assert actions.treat_as_sent(letter, by=admin, now=clock())
    assert not actions.send_anyway(letter, by=admin, now=clock())
    assert states() == {"sent": 1}


def test_control_a_decision_that_does_not_look_at_the_state_is_taken_each_time(
    sink: Sink, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_uncertain", lambda message: Message.objects.filter(pk=message.pk))
    sink.rules = [Rule("dot", "drop", times=1)]
    (letter,) = plan(kind=HOLD.name)
    drain()
    for _ in range(2):
        actions.send_anyway(letter, by=admin, now=clock())
        drain()
    assert len(sink.accepted()) == 2
    assert Message.objects.get().state == State.SENT
