"""The calendar: exactly what one may see and asked for, on the right days, at a fixed number of statements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import Organization, OrganizationKind
from tests.factories import Bureau, Kanwil, make_invitation, make_unit, make_workshop
from units.models import Level
from workshops.calendar_grids import LANES, Entry, laid_out, month_weeks, year_months
from workshops.models import CoOrganizer, Workshop
from workshops.views.calendar import period_of

pytestmark = pytest.mark.usefixtures("clock_stands")

URL = reverse("calendar")
DAY = datetime(2026, 12, 10, 1, tzinfo=UTC)  # Thursday, 08.00 WIB
HOURS, ONE_DAY = timedelta(hours=8), timedelta(days=1)
TODAY = date(2026, 12, 3)


def entry(pk: int, first: date | None, last: date | None = None, **fields: Any) -> Entry:
    workshop = Workshop(pk=pk, title=f"W{pk}", **{"kind": "workshop", "state": "approved"} | fields)
    return Entry(workshop, "waktu", "tempat", first, last or first)


def lanes(weeks: Any, day: date) -> list[int | None]:
    cell = next(cell for week in weeks for cell in week if cell.day == day)
    return [bar.entry.workshop.pk if bar else None for bar in cell.bars]


# --- days


def test_a_bar_keeps_its_lane_through_a_week() -> None:
    long, short = entry(1, date(2026, 12, 8), date(2026, 12, 11)), entry(2, date(2026, 12, 7), date(2026, 12, 8))
    weeks = month_weeks(date(2026, 12, 1), [long, short, entry(3, date(2026, 12, 9))], today=TODAY)
    assert [lanes(weeks, date(2026, 12, day)) for day in (7, 8, 9, 10, 12)] == [[2], [2, 1], [3, 1], [None, 1], []]


def test_a_bar_begins_and_ends_once_also_over_weeks() -> None:
    weeks = month_weeks(date(2026, 12, 1), [entry(1, date(2026, 12, 12), date(2026, 12, 15))], today=TODAY)
    bars = [(cell.day.day, bar.starts, bar.ends) for week in weeks for cell in week for bar in cell.bars if bar]
    assert bars == [(12, True, False), (13, False, False), (14, False, False), (15, False, True)]


def test_a_full_day_counts_what_it_does_not_show() -> None:
    many = [entry(n, date(2026, 12, 8)) for n in range(LANES + 3)]
    cell = next(c for week in month_weeks(date(2026, 12, 1), many, today=TODAY) for c in week if c.day.day == 8)
    assert (len(cell.bars), cell.n_more) == (LANES, 3)
    (week,) = laid_out([[date(2026, 12, 8)]], many, today=TODAY)
    assert (len(week[0].bars), week[0].n_more) == (LANES + 3, 0)


def test_days_know_weekends_holidays_and_today() -> None:
    weeks = month_weeks(date(2026, 12, 1), [], today=TODAY)
    cells = {cell.day: cell for week in weeks for cell in week}
    assert (weeks[0][0].day, weeks[-1][-1].day) == (date(2026, 11, 30), date(2027, 1, 3))
    assert {day.day for day, cell in cells.items() if cell.is_today} == {3}
    assert {day for day, cell in cells.items() if cell.is_outside} == {
        date(2026, 11, 30),
        *(date(2027, 1, n) for n in (1, 2, 3)),
    }
    holidays = {day.isoformat(): cell.holiday.name for day, cell in cells.items() if cell.holiday}
    assert holidays == {
        "2026-12-24": "Cuti Bersama Hari Raya Natal",
        "2026-12-25": "Hari Raya Natal",
        "2027-01-01": "Tahun Baru Masehi",
    }
    assert cells[date(2026, 12, 5)].is_weekend


def test_a_deadline_stands_on_its_own_day_while_it_matters() -> None:
    deadline = datetime(2026, 12, 7, 18, tzinfo=UTC)  # already the 8th at the place
    open_one = entry(1, date(2026, 12, 10), registration_deadline=deadline, tz="Asia/Jakarta")
    over = entry(2, date(2026, 12, 10), registration_deadline=deadline, tz="Asia/Jakarta", state="cancelled")
    weeks = month_weeks(date(2026, 12, 1), [open_one, over], today=TODAY)
    assert lanes(weeks, date(2026, 12, 8)) == [1]
    assert lanes(weeks, date(2026, 12, 10)) == [1, 2]


def test_a_year_counts_days_and_keeps_fuzzy_dates_in_their_month() -> None:
    entries = [
        entry(1, date(2026, 1, 31), date(2026, 2, 1)),
        entry(2, date(2026, 2, 1), kind="briefing"),
        entry(3, None, fuzzy_month=date(2026, 2, 1)),
    ]
    january, february, *rest = year_months(2026, entries, today=TODAY)
    days = {day.day: (day.n, day.tones) for week in february.weeks for day in week if day and day.n}
    assert days == {date(2026, 2, 1): (2, ("teal", "sky"))}
    assert [e.workshop.pk for e in january.entries] == [1]
    assert ([e.workshop.pk for e in february.entries], [e.workshop.pk for e in february.fuzzy]) == ([2], [3])
    assert not any(month.shown for month in rest)


@pytest.mark.parametrize(
    ("face", "day", "first", "last", "before", "after"),
    [
        ("bulan", "2026-12-10", "2026-11-30", "2027-01-03", "2026-11-01", "2027-01-01"),
        ("bulan", "2026-01-31", "2025-12-29", "2026-02-01", "2025-12-01", "2026-02-01"),
        ("pekan", "2026-12-10", "2026-12-07", "2026-12-13", "2026-12-03", "2026-12-17"),
        ("tahun", "2026-12-10", "2026-01-01", "2026-12-31", "2025-01-01", "2027-01-01"),
        ("daftar", "2026-12-10", "2026-01-01", "2026-12-31", "2025-01-01", "2027-01-01"),
        ("tahun", "1850-01-01", "2000-01-01", "2000-12-31", "1999-01-01", "2001-01-01"),
        ("bulan", "9999-12-31", "2100-11-29", "2101-01-02", "2100-11-01", "2101-01-01"),
    ],
)
def test_a_period_has_its_days_and_neighbours(
    face: str, day: str, first: str, last: str, before: str, after: str
) -> None:
    period = period_of(face, date.fromisoformat(day))
    found = [one.isoformat() for one in (period.first, period.last, period.previous, period.next)]
    assert found == [first, last, before, after]


# --- the page


@pytest.fixture
def december(bureau: Bureau, now: datetime) -> dict[str, Any]:
    """Beside the bureau's workshop: a training with a partner, one at a Kanwil, a fuzzy one, and others elsewhere."""
    region = make_unit("Kantor Wilayah Contoh", parent=bureau.ministry, level=Level.REGIONAL_OFFICE)
    partner = Organization.objects.create(name="Yayasan Mitra", kind=OrganizationKind.FOUNDATION)
    plain = {"starts_at": DAY, "ends_at": DAY + HOURS, "registration_deadline": None, "registration_opens_at": None}
    make_workshop(bureau.unit, now=now, title="Pelatihan", kind="training", partner=partner, **plain)
    make_workshop(region, now=now, title="Bimtek", kind="tech_guidance", state="planned", **plain)
    fuzzy = {"starts_at": None, "ends_at": None, "fuzzy_date": "akhir tahun", "state": "idea"}
    make_workshop(bureau.unit, now=now, title="Belum pasti", fuzzy_month=date(2026, 12, 1), **plain | fuzzy)
    late = plain | {"starts_at": DAY + 60 * ONE_DAY, "ends_at": DAY + 60 * ONE_DAY + HOURS}
    make_workshop(bureau.unit, now=now, title="Februari", **late)
    with_deadline = late | {"registration_deadline": DAY, "registration_opens_at": now}
    asked = make_workshop(bureau.unit, now=now, title="Batas Desember", **with_deadline)
    make_invitation(asked, region, now=now)
    campus = make_unit("Poltekpin", parent=bureau.ministry, level=Level.REGIONAL_OFFICE)
    CoOrganizer.objects.create(workshop=Workshop.objects.get(title="Pelatihan"), unit=campus)
    return {"region": region, "partner": partner, "campus": campus}


def titles(client: Any, **query: Any) -> set[str]:
    answer = client.get(URL, {"tanggal": "2026-12-10", **query})
    assert answer.status_code == 200
    return {entry.workshop.title for entry in answer.context["entries"]}


ALL = {"Workshop Nasional Media Sosial", "Pelatihan", "Bimtek", "Belum pasti", "Batas Desember"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"jenis": "training"}, {"Pelatihan"}),
        ({"status": "planned"}, {"Bimtek"}),
        ({"mitra": "partner"}, {"Pelatihan"}),
        ({"unit": "region"}, {"Bimtek", "Batas Desember"}),
        ({"unit": "campus"}, {"Pelatihan"}),
        ({"warna": "gold"}, {"Bimtek"}),
        ({"q": "latih"}, {"Pelatihan"}),
        (
            {"tampilan": "pekan"},
            {"Workshop Nasional Media Sosial", "Pelatihan", "Bimtek", "Belum pasti", "Batas Desember"},
        ),
        ({"tampilan": "tahun"}, ALL - {"Batas Desember"}),
        ({"tampilan": "tahun", "tanggal": "2027-05-01"}, {"Februari", "Batas Desember"}),
        ({"tampilan": "daftar", "jenis": "training", "status": "planned"}, set()),
        ({"tanggal": "2026-02-31", "tampilan": "abad"}, None),
        ({"tanggal": "\x00", "unit": "9" * 30, "jenis": "pesta", "mitra": "-1", "q": "\x00"}, None),
    ],
)
def test_the_calendar_shows_exactly_what_is_asked(
    as_user: Any, bureau: Bureau, december: dict[str, Any], query: dict[str, str], found: set[str] | None
) -> None:
    query = {name: str(december[value].pk) if value in december else value for name, value in query.items()}
    shown = titles(as_user(bureau.staff), **query)
    if found is not None:
        assert shown == found


def test_fuzzy_dates_and_warnings_stand_apart(as_user: Any, bureau: Bureau, december: dict[str, Any]) -> None:
    Workshop.objects.filter(title="Pelatihan").update(
        starts_at=datetime(2026, 12, 24, 1, tzinfo=UTC), ends_at=datetime(2026, 12, 24, 9, tzinfo=UTC)
    )
    answer = as_user(bureau.staff).get(URL, {"tanggal": "2026-12-10"})
    assert [entry.workshop.title for entry in answer.context["fuzzy"]] == ["Belum pasti"]
    assert answer.context["n_warnings"] == 1
    page = answer.content.decode()
    assert "jatuh pada" in page
    assert page.count("Cuti Bersama Hari Raya Natal") == 2


def test_each_sees_what_visible_to_says_and_may_move_what_is_the_own(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil
) -> None:
    day = jateng.workshop.first_day
    for user, seen, moves in [
        (jateng.admin, {bureau.workshop.title, jateng.workshop.title}, {jateng.workshop.title}),
        (jateng.operator, {bureau.workshop.title, jateng.workshop.title}, set()),
        (bureau.leader, {bureau.workshop.title, jateng.workshop.title, maluku.workshop.title}, set()),
        (bureau.staff, {bureau.workshop.title, jateng.workshop.title, maluku.workshop.title}, {bureau.workshop.title}),
    ]:
        answer = as_user(user).get(URL, {"tanggal": str(day)})
        entries = answer.context["entries"]
        assert {one.workshop.title for one in entries} == seen
        assert {one.workshop.title for one in entries if one.version} == moves
        assert (maluku.canary in answer.content.decode()) is (maluku.workshop.title in seen)


def statements(client: Any, query: dict[str, str]) -> int:
    client.get(URL, query)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL, query).status_code == 200
    return len(captured)


def test_a_calendar_costs_the_same_for_one_and_for_many(as_user: Any, bureau: Bureau, now: datetime) -> None:
    client = as_user(bureau.staff)
    day = str(bureau.workshop.first_day)
    faces = {face: {"tampilan": face, "tanggal": day} for face in ("tahun", "bulan", "pekan", "daftar")}
    make_workshop(bureau.unit, now=now, title="Sehari", host_unit=bureau.unit)
    few = {face: statements(client, query) for face, query in faces.items()}
    narrowed = faces["tahun"] | {"unit": str(bureau.unit.pk), "jenis": "workshop"}
    few["disaring"] = statements(client, narrowed)
    for n in range(3):
        make_workshop(bureau.unit, now=now, title=f"Workshop {n}", host_unit=bureau.unit)
    many = {face: statements(client, query) for face, query in faces.items()}
    many["disaring"] = statements(client, narrowed)
    assert few == many == {"tahun": 8, "bulan": 8, "pekan": 8, "daftar": 8, "disaring": 10}


def test_a_page_is_packed_for_slow_lines(as_user: Any, bureau: Bureau) -> None:
    answer = as_user(bureau.staff).get(URL, headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_export_holds_what_the_period_holds(as_user: Any, bureau: Bureau, december: dict[str, Any]) -> None:
    from_year = {"tampilan": "tahun", "tanggal": "2026-12-10", "jenis": "training"}
    answer = as_user(bureau.staff).get(reverse("calendar_export"), from_year)
    assert b"".join(answer.streaming_content)[:4] == b"PK\x03\x04"
