"""Two officers at the desk at the same moment, and an answer while its round is closed; only PostgreSQL shows these."""

import threading
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from partnerships.actions import monitoring, records
from partnerships.actions.endings import extend_term
from partnerships.actions.monitoring import AnswerFacts, RoundFacts, answer_agreement, close_round, open_round
from partnerships.actions.records import supersede
from partnerships.admin import bulk
from partnerships.models import Agreement, AgreementLink, MonitoringAnswer, Rating
from tests.factories import make_agreement
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.test_submission_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LIST = "/admin/partnerships/agreement/"


class Meeting(threading.Barrier):
    """Where the two wait for each other, a second at most: who is kept out of the way comes later. `other` is set once
    the other one is through."""

    def __init__(self) -> None:
        super().__init__(2)
        self.other = threading.Event()

    def meet(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self.wait(1)


def confirmed(client: Client, agreement: Agreement, action: str, **typed: str) -> Any:
    return client.post(LIST, {"action": action, "confirmed": "1", "_selected_action": [agreement.pk]} | typed)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both have looked at the rows before either changes them."""
    meeting, look = Meeting(), bulk.split

    def looked(*args: Any) -> Any:
        found = look(*args)
        meeting.meet()
        meeting.other.wait(1)
        return found

    monkeypatch.setattr(bulk, "split", looked)
    return meeting


def test_of_two_terminations_the_first_stands(met: Meeting) -> None:
    bureau, java, _bali = build_scene()
    first, second = browser(bureau.admin), browser(java.officer)
    works = [
        lambda client=client, day=day: confirmed(client, java.agreement, "terminate", day=f"2026-11-{day}", reason=day)
        for client, day in ((first, "10"), (second, "12"))
    ]
    assert at_once(*works) == {"done": 2}
    ended = Agreement.history.filter(id=java.agreement.pk, terminated_on__isnull=False)
    assert ended.values("terminated_on").distinct().count() == 1


def test_a_change_of_many_undoes_nothing_of_others(met: Meeting) -> None:
    bureau, java, _bali = build_scene()
    agreement = make_agreement(java.unit, title="Layanan", number="U-1")
    later, client = date(2030, 1, 1), browser(bureau.admin)
    facts: Any = {"seen_until": agreement.effective_until, "new_until": later, "today": NOW.date(), "now": NOW}

    def extend() -> None:
        met.meet()
        extend_term(agreement, reason="Uji", by=java.admin, **facts)
        met.other.set()

    closed = {"classification": "limited", "reason": "Pasal 17"}
    assert at_once(extend, lambda: confirmed(client, agreement, "classify", **closed)) == {"done": 2}
    agreement.refresh_from_db()
    assert (agreement.effective_until, agreement.classification) == (later, "limited")


def test_an_agreement_is_superseded_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _bureau, java, _bali = build_scene()
    old, *new = (make_agreement(java.unit, title=f"Layanan {n}", number=f"U-{n}") for n in range(3))
    meeting, write = Meeting(), records.update_by

    def written(*args: Any, **facts: Any) -> None:
        meeting.meet()
        write(*args, **facts)

    monkeypatch.setattr(records, "update_by", written)
    works = [
        lambda one=one: supersede([old.pk], successor=one, on=date(2026, 1, 1), by=java.admin, now=NOW) for one in new
    ]
    assert at_once(*works) == {"done": 2}
    assert AgreementLink.objects.filter(earlier=old).count() == 1


def test_nothing_is_answered_in_a_round_after_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    bureau, java, _bali = build_scene()
    period: Any = {"period_from": date(2026, 7, 1), "period_until": date(2026, 12, 31)}
    facts = RoundFacts(title="Semester II", due_on=NOW.date() + timedelta(days=20), **period)
    round_ = open_round(facts=facts, by=bureau.admin, now=NOW)
    answer = MonitoringAnswer.objects.filter(monitored__round=round_, agreement=java.agreement).get()
    meeting, save, order = Meeting(), monitoring.save_by, list[str]()

    def saved(row: Any, **facts: Any) -> None:
        if isinstance(row, MonitoringAnswer):
            meeting.meet()
            order.append("answer")
        save(row, **facts)

    def close() -> None:
        close_round(round_, by=bureau.admin, now=NOW)
        order.append("close")
        meeting.meet()

    monkeypatch.setattr(monitoring, "save_by", saved)
    said = AnswerFacts(rating=Rating.NOT_YET, obstacles="Dana")
    ended = at_once(close, lambda: answer_agreement(answer, facts=said, by=java.operator, now=NOW))
    assert ended in ({"done": 2}, {"done": 1, "RoundIsClosed": 1})
    assert order in (["answer", "close"], ["close"])
