"""Two deciders at once, two that begin a campaign, two ticks; only PostgreSQL shows these races."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models

from outbox.actions.planning import plan_letters
from outbox.models import Message
from partnerships.actions import endings as actions
from partnerships.actions.campaigns import CampaignFacts, CampaignRefusal, start_campaign, write_campaign
from partnerships.actions.endings import TermRefusal, extend_term, terminate_agreement
from partnerships.letters import endings as letters
from partnerships.models import Agreement, EndingDecision, EndingNotice
from tests.factories import make_agreement, make_unit, make_user
from units.access import Role
from units.models import Level, UnitContact, User

HANDS = 6
NOW = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)
TODAY = date(2026, 12, 7)
END = date(2026, 12, 31)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agreement() -> Agreement:
    kanwil = make_unit("Kanwil Uji", level=Level.REGIONAL_OFFICE)
    make_user("admin@uji.test", role=Role.BUREAU_ADMIN, unit=kanwil)
    UnitContact.objects.create(unit=kanwil, name="Uji", email="uji@uji.test", for_cooperation=True)
    return make_agreement(kanwil, title="Uji", number="U-1", effective_until=END)


def at_once(works: list[Callable[[], Any]]) -> list[BaseException | None]:
    """Each work in a thread of its own, all starting together; what each raised."""
    start, outcomes = threading.Barrier(len(works)), list[BaseException | None]()

    def run(work: Callable[[], Any]) -> None:
        start.wait()
        try:
            work()
            outcomes.append(None)
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def deciders(agreement: Agreement) -> list[Callable[[], Any]]:
    facts: dict[str, Any] = {
        "seen_until": END,
        "reason": "Uji",
        "by": User.objects.get(),
        "now": NOW,
        "today": TODAY,
    }
    return [
        lambda: extend_term(agreement, new_until=END + timedelta(days=365), **facts),
        lambda: terminate_agreement(agreement, on=TODAY + timedelta(days=1), **facts),
    ] * (HANDS // 2)


def test_one_of_many_deciders_counts(agreement: Agreement) -> None:
    outcomes = at_once(deciders(agreement))
    assert all(outcome is None or isinstance(outcome, TermRefusal) for outcome in outcomes), outcomes
    assert outcomes.count(None) == 1
    assert EndingDecision.objects.count() == 1
    agreement.refresh_from_db()
    is_extended = agreement.extensions.exists()
    assert (agreement.terminated_on is None) == is_extended
    assert agreement.effective_until == (END + timedelta(days=365) if is_extended else END)


def test_without_lock_and_constraint_both_would_count(agreement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the row is not locked, and the question is asked by all before anybody answers."""
    together = threading.Barrier(HANDS, timeout=20)

    def nobody_yet(agreement: Agreement) -> None:
        together.wait()

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX partnerships_endingdecision_one_standing")
    try:
        monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **options: self)
        monkeypatch.setattr(actions, "standing_decision", nobody_yet)
        outcomes = at_once(deciders(agreement))
        assert outcomes.count(None) == HANDS
        assert EndingDecision.objects.count() == HANDS
    finally:
        EndingDecision.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX partnerships_endingdecision_one_standing ON partnerships_endingdecision"
                " (agreement_id, for_until) WHERE for_until IS NOT NULL AND withdrawn_at IS NULL"
            )


def test_a_campaign_begun_by_many_asks_each_agreement_once(agreement: Agreement) -> None:
    admin = User.objects.get()
    facts = CampaignFacts("Uji", "Uji", date(2027, 1, 7), (agreement.owner_unit,), ())
    campaign = write_campaign(None, facts=facts, by=admin, now=NOW)
    outcomes = at_once([lambda: start_campaign(campaign, by=admin, now=NOW, today=TODAY)] * HANDS)
    assert outcomes.count(None) == 1
    assert all(outcome is None or isinstance(outcome, CampaignRefusal) for outcome in outcomes), outcomes
    assert campaign.items.count() == 1


def test_ticks_at_once_plan_each_letter_once(agreement: Agreement) -> None:
    outcomes = at_once([lambda: plan_letters(letters.plan_ending_letters(NOW), now=NOW)] * HANDS)
    assert outcomes == [None] * HANDS
    assert EndingNotice.objects.count() == 1
    assert [message.to_addr for message in Message.objects.filter(kind=letters.ENDING)] == ["uji@uji.test"]
