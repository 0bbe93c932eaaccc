"""What speaks against a date: the same units, speakers or partner near it, and holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Organization, OrganizationKind
from tests.factories import Bureau, Kanwil, make_unit, make_workshop
from workshops.clashes import absent_speakers, clashes_among, clashes_with, holidays_hit
from workshops.models import (
    Session,
    SessionRole,
    Speaker,
    SpeakerUnavailability,
    Workshop,
    WorkshopAudience,
    WorkshopState,
)

DAY = datetime(2026, 12, 10, 1, tzinfo=UTC)  # Thursday, 08.00 WIB
HOURS, ONE_DAY = timedelta(hours=8), timedelta(days=1)


@dataclass
class Pair:
    one: Workshop
    other: Workshop

    def clashes(self, user: Any) -> list[tuple[date, tuple[str, ...]]]:
        found = clashes_among(Workshop.objects.order_by("pk").filter(pk__in=[self.one.pk, self.other.pk]), user=user)
        return [(clash.on, clash.reasons) for clash in found]


@pytest.fixture
def pair(bureau: Bureau, now: datetime) -> Pair:
    """Two on one day with nothing in common, in two rooms."""
    return Pair(
        make_workshop(bureau.unit, now=now, title="Satu", starts_at=DAY, ends_at=DAY + HOURS, venue="Aula"),
        make_workshop(bureau.unit, now=now, title="Dua", starts_at=DAY, ends_at=DAY + HOURS, venue="Balai"),
    )


def ask(workshop: Workshop, *units: Any) -> None:
    WorkshopAudience.objects.bulk_create(WorkshopAudience(workshop=workshop, unit=unit) for unit in units)


def speak(speaker: Speaker, workshop: Workshop) -> None:
    starts_at = workshop.starts_at or DAY
    session = Session.objects.create(
        workshop=workshop, theme="Materi", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    SessionRole.objects.create(session=session, speaker=speaker)


def shift(workshop: Workshop, by: timedelta) -> None:
    workshop.sessions.all().delete()
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=DAY + by, ends_at=DAY + by + HOURS)
    workshop.refresh_from_db()


def test_a_day_with_nothing_in_common_is_no_clash(bureau: Bureau, pair: Pair) -> None:
    ask(pair.one, make_unit("Rutan A"))
    ask(pair.other, make_unit("Rutan B"))
    assert pair.clashes(bureau.staff) == []


def test_units_asked_to_both_are_counted(bureau: Bureau, pair: Pair) -> None:
    shared = [make_unit("Rutan A"), make_unit("Rutan B")]
    ask(pair.one, *shared, make_unit("Rutan C"))
    ask(pair.other, *shared)
    assert pair.clashes(bureau.staff) == [(date(2026, 12, 10), ("2 satuan kerja yang sama diundang",))]
    shift(pair.other, ONE_DAY)
    assert pair.clashes(bureau.staff) == []


@pytest.mark.parametrize(
    ("state", "clashes"),
    [(state, state in {"idea", "planned", "approved", "registration", "running"}) for state in WorkshopState],
)
def test_what_is_over_or_called_off_clashes_with_nothing(
    bureau: Bureau, pair: Pair, state: WorkshopState, clashes: bool
) -> None:
    unit = make_unit("Rutan A")
    ask(pair.one, unit)
    ask(pair.other, unit)
    Workshop.objects.filter(pk=pair.other.pk).update(state=state)
    assert bool(pair.clashes(bureau.staff)) is clashes
    assert bool(clashes_with(pair.one, DAY.date(), DAY.date(), user=bureau.staff)) is clashes


def test_same_partner_on_one_day_is_named(bureau: Bureau, pair: Pair) -> None:
    partner = Organization.objects.create(name="Yayasan", kind=OrganizationKind.FOUNDATION)
    Workshop.objects.filter(pk__in=[pair.one.pk, pair.other.pk]).update(partner=partner)
    assert pair.clashes(bureau.staff) == [(date(2026, 12, 10), ("mitra yang sama",))]


@pytest.mark.parametrize(
    ("by", "online", "reason"),
    [
        (timedelta(0), False, "narasumber pada hari yang sama: Sri"),
        (ONE_DAY, False, "narasumber pada hari berikutnya di tempat lain: Sri"),
        (ONE_DAY, True, ""),
        (2 * ONE_DAY, False, ""),
    ],
)
def test_a_speaker_cannot_be_in_two_places(
    bureau: Bureau, pair: Pair, by: timedelta, online: bool, reason: str
) -> None:
    speaker = Speaker.objects.create(name="Sri", unit=bureau.unit)
    shift(pair.other, by)
    speak(speaker, pair.one)
    speak(speaker, pair.other)
    speak(Speaker.objects.create(name="Sri", unit=bureau.unit), pair.one)
    if online:
        Workshop.objects.filter(pk=pair.other.pk).update(mode="online")
    assert [reasons for _on, reasons in pair.clashes(bureau.staff)] == ([(reason,)] if reason else [])


def test_a_team_that_speaks_may_send_different_people(bureau: Bureau, pair: Pair) -> None:
    team = Speaker.objects.create(name="Tim", unit=bureau.unit, is_organization=True)
    speak(team, pair.one)
    speak(team, pair.other)
    assert pair.clashes(bureau.staff) == []


def test_a_proposed_day_is_judged_with_the_agenda_moved_along(bureau: Bureau, pair: Pair) -> None:
    speaker = Speaker.objects.create(name="Sri", unit=bureau.unit)
    shift(pair.other, 7 * ONE_DAY)
    speak(speaker, pair.one)
    speak(speaker, pair.other)
    there = (DAY + 7 * ONE_DAY).date()
    assert clashes_with(pair.one, DAY.date(), DAY.date(), user=bureau.staff) == []
    (clash,) = clashes_with(pair.one, there, there, user=bureau.staff, shift=7 * ONE_DAY)
    assert (clash.on, clash.other.title) == (there, "Dua")
    assert clash.reasons == ("narasumber pada hari yang sama: Sri",)


def test_no_workshop_is_named_that_the_reader_may_not_see(bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    """Both Kanwil hold theirs on one day with a shared speaker, and ask a shared unit: only the bureau is told."""
    speaker = Speaker.objects.create(name="Sri", unit=bureau.unit)
    for kanwil in (jateng, maluku):
        speak(speaker, kanwil.workshop)
    day = jateng.workshop.first_day
    assert day is not None
    seen = {clash.other.pk for clash in clashes_with(jateng.workshop, day, day, user=bureau.staff)}
    assert maluku.workshop.pk in seen
    own = clashes_with(jateng.workshop, day, day, user=jateng.admin)
    assert {clash.other.pk for clash in own} == {bureau.workshop.pk}
    # Of the units asked to the national workshop and to its own, its own UPT alone.
    assert own[0].reasons[0] == "1 satuan kerja yang sama diundang"


@pytest.mark.parametrize("n", [1, 3])
def test_warnings_cost_two_statements_whatever_the_number(bureau: Bureau, now: datetime, pair: Pair, n: int) -> None:
    unit, speaker = make_unit("Rutan A"), Speaker.objects.create(name="Sri", unit=bureau.unit)
    more = [
        make_workshop(bureau.unit, now=now, title=f"Lagi {k}", starts_at=DAY, ends_at=DAY + HOURS) for k in range(n)
    ]
    for workshop in (pair.one, *more):
        ask(workshop, unit)
        speak(speaker, workshop)
    workshops = list(Workshop.objects.filter(pk__in=[pair.one.pk, *(one.pk for one in more)]).order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        assert len(clashes_among(workshops, user=bureau.staff)) == n * (n + 1) // 2
    assert len(captured) == 2
    with CaptureQueriesContext(connection) as captured:
        assert len(clashes_with(pair.one, DAY.date(), DAY.date(), user=bureau.staff)) == n
    assert len(captured) == 2


def test_holidays_are_named_for_workshops_still_to_be_held(bureau: Bureau, pair: Pair) -> None:
    eve = datetime(2026, 12, 24, 1, tzinfo=UTC)
    for workshop, state in ((pair.one, "planned"), (pair.other, "cancelled")):
        workshop.starts_at, workshop.ends_at, workshop.state = eve, eve + ONE_DAY, state
    hits = list(holidays_hit([pair.one, pair.other, bureau.workshop]))
    assert [(hit.workshop.title, hit.holiday.name) for hit in hits] == [
        ("Satu", "Cuti Bersama Hari Raya Natal"),
        ("Satu", "Hari Raya Natal"),
    ]


def test_speakers_who_cannot_come_are_named_once(bureau: Bureau) -> None:
    workshop, start = bureau.workshop, bureau.session.starts_at
    other = Speaker.objects.create(name="Bukan dari sini", unit=bureau.unit)
    for speaker, begin in ((bureau.speaker, start), (bureau.speaker, start + timedelta(hours=1)), (other, start)):
        SpeakerUnavailability.objects.create(speaker=speaker, starts_at=begin, ends_at=begin + timedelta(hours=2))
    assert absent_speakers(workshop, start, start + HOURS) == ["Narasumber Pusat"]
    assert absent_speakers(workshop, start + timedelta(days=1), start + timedelta(days=2)) == []
