"""What counts for a commitment, and how often: as a table, and with the workshops themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from partnerships.actions.activities import ActivityFacts, HeldWorkshop, Share, record_workshop, report_activity
from partnerships.actions.commitments import (
    CommitmentFacts,
    CommitmentIsUsed,
    WorkshopsAreCountedElsewhere,
    keep_commitment,
    remove_commitment,
)
from partnerships.models import Activity, Agreement, AgreementParty, Commitment, Measure, Recurrence, half_of
from tests.factories import Bureau, build_bureau, make_agreement

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Bureau:
    return build_bureau(NOW)


def promise(agreement: Agreement, by: Any, **facts: Any) -> Commitment:
    party = AgreementParty.objects.filter(agreement=agreement).first() or AgreementParty.objects.create(
        agreement=agreement, position=1, unit=agreement.owner_unit
    )
    return keep_commitment(
        agreement, facts=CommitmentFacts(**{"party": party, "what": "Pelatihan", "quantity": 4} | facts), by=by, now=NOW
    )


def held(bureau: Bureau, agreement: Agreement, day: date, *, pk: int = 1, people: int = 30, rupiah: int = 0) -> None:
    workshop = HeldWorkshop(pk=pk, title=f"Workshop {pk}", first_day=day, unit=bureau.unit, n_people=people)
    record_workshop(workshop, shares={agreement.pk: Share(True, rupiah)}, by=bureau.admin, now=NOW)


# measure, recurrence, days of workshops (30 people and Rp 5 million each), used, percent
COUNTED: list[tuple[str, str, list[date], int, float]] = [
    (Measure.EVENTS, Recurrence.ONCE, [], 0, 0),
    (Measure.EVENTS, Recurrence.ONCE, [date(2026, 2, 1), date(2026, 11, 20)], 2, 50),
    (Measure.EVENTS, Recurrence.ONCE, [date(2026, month, 1) for month in range(1, 7)], 6, 100),
    (Measure.PEOPLE, Recurrence.ONCE, [date(2026, 2, 1)], 30, 100),
    (Measure.RUPIAH, Recurrence.ONCE, [date(2026, 2, 1)], 5_000_000, 100),
    (Measure.EVENTS, Recurrence.YEARLY, [date(2026, 1, 1), date(2026, 12, 31)], 2, 50),
    (Measure.EVENTS, Recurrence.YEARLY, [date(2027, 1, 1)], 0, 0),
    (Measure.EVENTS, Recurrence.SEMESTER, [date(2026, 6, 30), date(2026, 7, 1)], 1, 25),
]


@pytest.mark.parametrize(("measure", "recurrence", "days", "used", "percent"), COUNTED)
def test_workshops_count_by_themselves(
    bureau: Bureau, measure: str, recurrence: str, days: list[date], used: int, percent: float
) -> None:
    agreement = bureau.agreement
    promise(agreement, bureau.admin, measure=measure, recurrence=recurrence, counts_workshops=True)
    for pk, day in enumerate(days):
        held(bureau, agreement, day, pk=pk, rupiah=5_000_000)
    commitment = Commitment.objects.with_percent(TODAY).get()
    assert (commitment.used, commitment.percent) == (used, percent)
    assert Agreement.objects.with_progress(TODAY).get(pk=agreement.pk).progress == percent


def test_a_commitment_that_takes_no_workshops_counts_none(bureau: Bureau) -> None:
    promise(bureau.agreement, bureau.admin)
    held(bureau, bureau.agreement, date(2026, 2, 1))
    assert Commitment.objects.with_used(TODAY).get().used == 0


def test_a_workshop_of_another_agreement_counts_here_for_nothing(bureau: Bureau) -> None:
    other = make_agreement(bureau.unit, title="Lain", number="L-1")
    promise(bureau.agreement, bureau.admin, counts_workshops=True)
    held(bureau, other, date(2026, 2, 1))
    assert Commitment.objects.with_used(TODAY).get().used == 0


def test_what_recurs_is_counted_in_the_last_period_of_a_term_that_is_over(bureau: Bureau) -> None:
    Agreement.objects.filter(pk=bureau.agreement.pk).update(effective_until=date(2026, 5, 31))
    promise(bureau.agreement, bureau.admin, recurrence=Recurrence.SEMESTER, counts_workshops=True)
    held(bureau, bureau.agreement, date(2026, 5, 1))
    assert Commitment.objects.with_used(TODAY).get().used == 1


def test_a_report_counts_by_its_amount_for_the_commitment_it_names(bureau: Bureau) -> None:
    first = promise(bureau.agreement, bureau.admin, measure=Measure.OTHER, unit_of_measure="naskah")
    second = promise(bureau.agreement, bureau.admin, counts_workshops=True)
    facts = ActivityFacts(title="Naskah bersama", held_on=date(2026, 3, 1), commitment=first, amount=3)
    report_activity(bureau.agreement, facts=facts, unit=bureau.unit, by=bureau.staff, now=NOW)
    used = {row.pk: row.used for row in Commitment.objects.with_used(TODAY)}
    assert used == {first.pk: 3, second.pk: 0}
    agreement = Agreement.objects.with_progress(TODAY).get(pk=bureau.agreement.pk)
    assert (agreement.progress, agreement.progress_label) == (37.5, "37%")


def test_one_workshop_is_filed_once_and_follows_the_facts(bureau: Bureau) -> None:
    for _again in range(3):
        held(bureau, bureau.agreement, date(2026, 2, 1))
    row = Activity.objects.get()
    assert row.history.count() == 1, "again changes nothing, not even the history"
    held(bureau, bureau.agreement, date(2026, 8, 1), people=44)
    row = Activity.objects.get()
    assert (row.n_events, row.n_people, row.held_on, row.half_year) == (
        1,
        44,
        date(2026, 8, 1),
        half_of(date(2026, 8, 1)),
    )
    assert row.history.count() == 2
    other = make_agreement(bureau.unit, title="Lain", number="L-1")
    held(bureau, other, date(2026, 8, 1))
    assert Activity.objects.get().agreement_id == other.pk


def test_the_database_files_a_workshop_once_for_an_agreement(bureau: Bureau) -> None:
    held(bureau, bureau.agreement, date(2026, 2, 1))
    twice = Activity.objects.get()
    twice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_two_commitments_of_one_measure_never_count_the_same_workshop(bureau: Bureau) -> None:
    first = promise(bureau.agreement, bureau.admin, counts_workshops=True)
    with pytest.raises(WorkshopsAreCountedElsewhere):
        promise(bureau.agreement, bureau.admin, counts_workshops=True)
    promise(bureau.agreement, bureau.admin, measure=Measure.PEOPLE, counts_workshops=True)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_a_commitment_in_use_stays(bureau: Bureau) -> None:
    commitment = promise(bureau.agreement, bureau.admin)
    facts = ActivityFacts(title="Pelatihan", held_on=date(2026, 3, 1), commitment=commitment, amount=1)
    report_activity(bureau.agreement, facts=facts, unit=bureau.unit, by=bureau.admin, now=NOW)
    with pytest.raises(CommitmentIsUsed):
        remove_commitment(commitment, by=bureau.admin, now=NOW)
    Activity.objects.all().delete()
    remove_commitment(commitment, by=bureau.admin, now=NOW)
    remove_commitment(commitment, by=bureau.admin, now=NOW)
    assert not Commitment.objects.exists()


# signed, until, activities, never implemented, asleep
SLEEP: list[tuple[date | None, date | None, int, bool, bool]] = [
    (date(2026, 5, 21), date(2028, 1, 1), 0, True, True),
    (date(2026, 5, 22), date(2028, 1, 1), 0, True, False),
    (date(2026, 1, 1), date(2028, 1, 1), 1, False, False),
    (date(2026, 1, 1), date(2026, 11, 20), 0, True, False),
    (None, date(2028, 1, 1), 0, False, False),
    (date(2026, 1, 1), None, 0, True, True),
]


@pytest.mark.parametrize(("signed_on", "until", "n", "never", "asleep"), SLEEP)
def test_an_agreement_sleeps_when_nothing_happened_six_months_after_signing(
    bureau: Bureau, signed_on: date | None, until: date | None, n: int, never: bool, asleep: bool
) -> None:
    Agreement.objects.filter(pk=bureau.agreement.pk).update(signed_on=signed_on, effective_until=until)
    for pk in range(n):
        held(bureau, bureau.agreement, date(2026, 2, 1), pk=pk)
    assert Agreement.objects.never_implemented().exists() is never
    assert Agreement.objects.asleep(TODAY).exists() is asleep
    row = Agreement.objects.with_progress(TODAY).get()
    assert (row.is_asleep, row.n_activities) == (asleep, n)
    assert row.progress_label == ("1 kegiatan" if n else "tidur" if asleep else "—")


def test_the_half_of_a_year_begins_in_july() -> None:
    assert half_of(date(2026, 6, 30)) + 1 == half_of(date(2026, 7, 1)) == half_of(date(2026, 6, 30) + timedelta(days=1))
