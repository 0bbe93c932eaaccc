"""Letters before the end of a term, through the real tick: each step once, nothing twice, nothing for the decided."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.models import Message, State
from outbox.planners import tick
from outbox.registry import kind_named
from partnerships.actions.endings import (
    SuccessorFacts,
    extend_term,
    let_end,
    renew_agreement,
    terminate_agreement,
    withdraw_decision,
)
from partnerships.letters import endings as letters
from partnerships.models import Agreement, EndingNotice
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import build_scene
from units.models import UnitContact

pytestmark = pytest.mark.django_db

# 09.00 in Jakarta, Monday.
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
END = date(2026, 12, 31)


@pytest.fixture
def scene(settings: Any) -> tuple[Bureau, Kanwil, Kanwil]:
    """Nothing ends but what a test makes; one reader for each of owner, Kanwil and bureau."""
    settings.AGREEMENT_ENDING_DAYS, settings.REMINDER_HOUR = [180, 90, 30], 9
    bureau, java, bali = build_scene()
    Agreement.objects.update(effective_until=None)
    UnitContact.objects.filter(unit=java.child).update(for_cooperation=True)
    UnitContact.objects.create(unit=bureau.unit, name="Biro", email="kerjasama@biro.test", for_cooperation=True)
    return bureau, java, bali


OWNER, KANWIL, BUREAU = "upt.kenarijawa@humas.test", "petugas.kenarijawa@humas.test", "kerjasama@biro.test"


def sent() -> list[Message]:
    return list(Message.objects.filter(kind=letters.ENDING).order_by("pk"))


def told(address: str) -> list[tuple[str, list[int]]]:
    """By day: the steps that stood in each letter to an address."""
    found = []
    for message in sent():
        if message.to_addr == address:
            notices = EndingNotice.objects.filter(pk__in=message.context["notices"]).order_by("pk")
            found.append((message.dedup_key.split(":")[1], [notice.days for notice in notices]))
    return found


def days(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def text_of(message: Message) -> Any:
    return kind_named(letters.ENDING).render([message])[message.pk]


def test_a_year_of_ticks_tells_each_reader_each_step_once(scene: Any) -> None:
    _bureau, java, _bali = scene
    make_agreement(java.child, title="Layanan", number="A-1", effective_until=END)
    around = {END - timedelta(days=step + n) for step in (180, 90, 30, 0) for n in range(-4, 4)}
    for now in days(START, datetime(2027, 1, 10, 2, 0, tzinfo=UTC)):
        if now.date() in around or now.weekday() == 0:
            tick(now)
    # 4 July 2026 is a Saturday, so the first letter leaves on Monday.
    assert told(OWNER) == [("2026-07-06", [180]), ("2026-10-02", [90]), ("2026-12-01", [30])]
    assert told(KANWIL) == told(BUREAU) == told(OWNER)
    assert len(sent()) == 9


def test_after_downtime_only_the_nearest_step_is_told_and_once(scene: Any) -> None:
    _bureau, java, _bali = scene
    make_agreement(java.child, title="Layanan", number="A-1", effective_until=END)
    due = datetime(2026, 10, 2, 2, 0, tzinfo=UTC)
    tick(due - timedelta(days=1))
    first = len(sent())
    # two days without a tick over the day of the step, then the same tick five times and an hour later
    for _n in range(5):
        tick(due + timedelta(days=3))
    tick(due + timedelta(days=3, hours=1))
    assert told(OWNER) == [("2026-10-01", [180]), ("2026-10-05", [90])]
    assert len(sent()) == first + 3
    # half a year of downtime: 180 and 90 of another agreement were missed, only 30 is told
    make_agreement(java.child, title="Lain", number="A-2", effective_until=date(2027, 6, 30))
    tick(datetime(2027, 6, 10, 2, 0, tzinfo=UTC))
    assert told(OWNER)[-1] == ("2027-06-10", [30])


def test_without_the_ledger_the_letters_would_come_every_day(scene: Any, monkeypatch: Any) -> None:
    """The negative control: what keeps a step from being told again is its row."""
    _bureau, java, _bali = scene
    make_agreement(java.child, title="Layanan", number="A-1", effective_until=END)
    for now in days(datetime(2026, 10, 5, 2, 0, tzinfo=UTC), datetime(2026, 10, 8, 2, 0, tzinfo=UTC)):
        tick(now)
        EndingNotice.objects.all().delete()
    assert len({message.dedup_key for message in sent() if message.to_addr == OWNER}) == 4


def test_a_crash_between_ledger_and_letter_loses_nothing(scene: Any) -> None:
    _bureau, java, _bali = scene
    make_agreement(java.child, title="Layanan", number="A-1", effective_until=END)
    now = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
    planned = letters.plan_ending_letters(now)
    assert next(planned).kind == letters.ENDING
    planned.close()
    assert EndingNotice.objects.get().is_planned is False
    assert not sent()
    tick(now + timedelta(days=1))
    assert [day for day, _steps in told(OWNER)] == ["2026-10-05"]
    tick(now + timedelta(days=1, minutes=1))
    assert EndingNotice.objects.get().is_planned is True
    assert len(sent()) == 3


def test_a_changed_end_is_told_anew_once_and_the_old_one_never_again(scene: Any) -> None:
    _bureau, java, _bali = scene
    agreement = make_agreement(java.child, title="Layanan", number="A-1", effective_until=END)
    tick(datetime(2026, 12, 7, 2, 0, tzinfo=UTC))
    for n, until in enumerate((END + timedelta(days=2), END), start=8):
        Agreement.objects.filter(pk=agreement.pk).update(effective_until=until)
        tick(datetime(2026, 12, n, 2, 0, tzinfo=UTC))
        tick(datetime(2026, 12, n, 3, 0, tzinfo=UTC))
    assert told(OWNER) == [("2026-12-07", [30]), ("2026-12-08", [30])]


def test_sixty_ends_of_one_day_are_one_letter_for_each_reader(scene: Any) -> None:
    _bureau, java, _bali = scene
    for number in range(60):
        make_agreement(java.child, title=f"Layanan {number:02}", number=f"A-{number}", effective_until=END)
    now = datetime(2026, 12, 7, 2, 0, tzinfo=UTC)
    with CaptureQueriesContext(connection) as many:
        list(letters.plan_ending_letters(now))
    EndingNotice.objects.all().delete()
    Agreement.objects.exclude(number="A-1").filter(number__startswith="A-").delete()
    with CaptureQueriesContext(connection) as one:
        list(letters.plan_ending_letters(now))
    assert len(many) == len(one)
    EndingNotice.objects.all().delete()
    for number in range(2, 61):
        make_agreement(java.child, title=f"Layanan {number:02}", number=f"A-{number}", effective_until=END)
    tick(now)
    assert sorted(message.to_addr for message in sent()) == sorted([OWNER, KANWIL, BUREAU])
    letter = text_of(sent()[0])
    assert letter.subject == "60 perjanjian akan berakhir"
    assert "dan 20 lainnya" in letter.text
    assert "dan 20 lainnya" in letter.html


def test_what_is_decided_ends_the_letters(scene: Any) -> None:
    bureau, java, _bali = scene
    now, by = datetime(2026, 12, 7, 2, 0, tzinfo=UTC), bureau.admin
    today = now.date()
    rows = [
        make_agreement(java.child, title=title, number=title, effective_until=END)
        for title in ("biasa", "diperpanjang", "diperbarui", "dibiarkan", "dihentikan", "digantikan")
    ]
    common: dict[str, Any] = {"seen_until": END, "reason": "Alasan", "by": by, "now": now, "today": today}
    extend_term(rows[1], new_until=date(2028, 12, 31), **common)
    facts = SuccessorFacts(rows[2].agreement_type, "Baru", date(2027, 1, 1), date(2028, 12, 31))
    renew_agreement(rows[2], facts=facts, **common)
    decision = let_end(rows[3], **common)
    terminate_agreement(rows[4], on=today, **common)
    Agreement.objects.filter(pk=rows[5].pk).update(superseded_on=today)
    plan = make_agreement(java.child, title="rencana setahun", number="RKT", effective_until=END)
    Agreement.objects.filter(pk=plan.pk).update(agreement_type="rencana_kerja_tahunan")
    tick(now)
    assert [notice.agreement.title for notice in EndingNotice.objects.all()] == ["biasa"]
    letter = text_of(sent()[0])
    assert letter.subject == "Berakhir 24 hari lagi: biasa"
    assert "Kamis, 31 Desember 2026" in letter.text
    withdraw_decision(decision, by=by, now=now, today=today)
    tick(now + timedelta(days=1))
    assert {notice.agreement.title for notice in EndingNotice.objects.all()} == {"biasa", "dibiarkan"}


def test_a_decision_made_before_a_letter_leaves_takes_its_line_or_the_letter_back(scene: Any) -> None:
    bureau, java, _bali = scene
    first, second = (
        make_agreement(java.child, title=title, number=title, effective_until=END) for title in ("Satu", "Dua")
    )
    now = datetime(2026, 12, 7, 0, 30, tzinfo=UTC)
    tick(now)
    common: dict[str, Any] = {"seen_until": END, "reason": "Selesai", "by": bureau.admin, "now": now}
    let_end(first, today=now.date(), **common)
    letter = text_of(sent()[0])
    assert "Dua" in letter.text
    assert "Satu" not in letter.text
    let_end(second, today=now.date(), **common)
    assert text_of(sent()[0]) is None
    assert sent()[0].state == State.PENDING
    assert sent()[0].not_before == datetime(2026, 12, 7, 2, 0, tzinfo=UTC)


def test_where_a_unit_has_no_contact_for_cooperation_all_its_contacts_read(scene: Any) -> None:
    _bureau, _java, bali = scene
    make_agreement(bali.child, title="Layanan", number="B-1", effective_until=END)
    tick(datetime(2026, 12, 7, 2, 0, tzinfo=UTC))
    assert sorted(message.to_addr for message in sent()) == [
        BUREAU,
        "petugas.kenaribali@humas.test",
        "upt.kenaribali@humas.test",
    ]
