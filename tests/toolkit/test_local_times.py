from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.formats import date_format

from toolkit import local_times

START = datetime(2020, 9, 24, 1, 0, tzinfo=UTC)
END = datetime(2020, 9, 24, 9, 0, tzinfo=UTC)


def test_moment_line_names_weekday_and_zone():
    assert local_times.moment_line(START, local_times.WIT) == "Kamis, 24 September 2020 · 10.00 WIT"


def test_moment_line_in_english():
    with translation.override("en"):
        assert local_times.moment_line(START, local_times.WIB) == "Thursday, 24 September 2020 · 08:00 WIB"


def test_three_zones_leads_with_the_readers():
    assert local_times.three_zones(START) == "08.00 WIB / 09.00 WITA / 10.00 WIT"
    assert local_times.three_zones(START, local_times.WIT) == "10.00 WIT / 08.00 WIB / 09.00 WITA"
    assert local_times.three_zones(START, ZoneInfo("Asia/Pontianak")) == "08.00 WIB / 09.00 WITA / 10.00 WIT"


def test_a_late_evening_is_the_next_day_in_the_east():
    late = datetime(2020, 9, 24, 16, 30, tzinfo=UTC)
    assert local_times.moment_line(late, local_times.WIB).startswith("Kamis, 24")
    assert local_times.moment_line(late, local_times.WIT).startswith("Jumat, 25")


@pytest.mark.parametrize(
    ("first", "last", "line"),
    [
        (date(2020, 9, 24), date(2020, 9, 24), "Kamis, 24 September 2020"),
        (date(2020, 9, 24), date(2020, 9, 25), "Kamis–Jumat, 24–25 September 2020"),
        (date(2020, 9, 30), date(2020, 10, 2), "Rabu, 30 September – Jumat, 2 Oktober 2020"),
        (date(2020, 12, 31), date(2021, 1, 1), "Kamis, 31 Desember 2020 – Jumat, 1 Januari 2021"),
    ],
)
def test_days_line(first, last, line):
    assert local_times.days_line(first, last) == line


def test_span_short_and_three_spans():
    assert local_times.span_short(START, END, local_times.WIB) == "24 Sep 2020, 08.00–16.00 WIB"
    assert local_times.three_spans(START, END, local_times.WIT) == [
        "10.00–18.00 WIT",
        "08.00–16.00 WIB",
        "09.00–17.00 WITA",
    ]


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "hari ini"),
        (1, "besok"),
        (3, "3 hari lagi"),
        (1200, "1.200 hari lagi"),
        (-1, "kemarin"),
        (-5, "5 hari lalu"),
        (-2383, "2.383 hari lalu"),
    ],
)
def test_relative_days(n, words):
    today = date(2020, 9, 24)
    assert local_times.relative_days(date.fromordinal(today.toordinal() + n), today) == words


def test_an_evening_opening_does_not_read_backwards():
    evening, noon = datetime(2022, 6, 28, 12, 0, tzinfo=UTC), datetime(2022, 6, 30, 5, 0, tzinfo=UTC)
    assert local_times.span_short(evening, noon, local_times.WIB) == "28 Jun 2022, 19.00 – 30 Jun 2022, 12.00 WIB"
    assert (
        local_times.span_line(evening, noon, local_times.WIB)
        == "Selasa, 28 Juni 2022 · 19.00 – Kamis, 30 Juni 2022 · 12.00 WIB"
    )


def test_a_span_kept_in_indonesian_is_told_in_english_and_nothing_else_is_touched():
    for kept, told in (
        ("30 Sep – 2 Okt 2020, 08.00–16.00 WIB", "30 Sep – 2 Oct 2020, 08:00–16:00 WIB"),
        ("28 Mei 2022, 19.00 – 30 Agu 2022, 12.00 WIT", "28 May 2022, 19:00 – 30 Aug 2022, 12:00 WIT"),
        ("Pekan ke-3 Mei 2027", "Pekan ke-3 Mei 2027"),
        ("", ""),
    ):
        assert local_times.retold_span(kept) == kept
        with translation.override("en"):
            assert local_times.retold_span(kept) == told


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("id", "22 Sep 2026", "22 Sep 2026, 09.05"), ("en", "22 Sep 2026", "22 Sep 2026, 09:05")],
)
def test_pages_of_django_write_days_as_the_portal_does(language: str, day: str, moment: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 9, 22)) == day == local_times.day_short(date(2026, 9, 22))
        assert date_format(datetime(2026, 9, 22, 9, 5, tzinfo=UTC), "DATETIME_FORMAT") == moment
