"""Moments as people in three time zones read them. Moments are aware datetimes (UTC in the database); every function
takes the reader's zone and answers a string in the active language: `Kamis, 24 September 2020 · 10.00 WIT`."""

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dates, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
ALL_ZONES = (WIB, WITA, WIT)
_SPAN_END = re.compile(r"\d\d\.\d\d [A-Z]{3,4}$")
_SHORT_MONTH = re.compile(r"(?<=\d )[A-Z][a-z]{2}\b")
_CLOCK = re.compile(r"\b(\d\d)\.(\d\d)\b")


@lru_cache(maxsize=8)
def _names(language: str) -> tuple[dict[int, str], dict[int, str], dict[int, str], str]:
    """Weekdays, months, short months and the mark between hours and minutes; formatted once for each language."""
    with translation.override(language):
        return (
            {n: str(name).capitalize() for n, name in dates.WEEKDAYS.items()},
            {n: str(name).capitalize() for n, name in dates.MONTHS.items()},
            {n: str(name).capitalize() for n, name in dates.MONTHS_3.items()},
            "." if language.startswith("id") else ":",
        )


def _now_names() -> tuple[dict[int, str], dict[int, str], dict[int, str], str]:
    return _names(translation.get_language() or "id")


def zone_label(moment: datetime, zone: ZoneInfo) -> str:
    """WIB, WITA or WIT."""
    return moment.astimezone(zone).strftime("%Z")


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`09.00` (`09:00` in English)."""
    local = moment.astimezone(zone)
    return f"{local.hour:02}{_now_names()[3]}{local.minute:02}"


def clock_zone(moment: datetime, zone: ZoneInfo) -> str:
    """`09.00 WIB`."""
    return f"{clock(moment, zone)} {zone_label(moment, zone)}"


def day_line(day: date) -> str:
    """`Kamis, 24 September 2020`."""
    weekdays, months, _short, _mark = _now_names()
    return f"{weekdays[day.weekday()]}, {day.day} {months[day.month]} {day.year}"


def day_short(day: date) -> str:
    """`24 Sep 2020`."""
    return f"{day.day} {_now_names()[2][day.month]} {day.year}"


def month_line(day: date) -> str:
    """`September 2020`."""
    return f"{_now_names()[1][day.month]} {day.year}"


def month_name(month: int) -> str:
    """`September`."""
    return _now_names()[1][month]


def weekdays() -> list[tuple[str, str]]:
    """From Monday on, short and whole: [(`Sen`, `Senin`), ...]."""
    return [(name[:3], name) for _n, name in sorted(_now_names()[0].items())]


def day_chip(day: date) -> str:
    """`Kam 24 Sep`, where the year is known and the place is small."""
    weekdays, _months, short, _mark = _now_names()
    return f"{weekdays[day.weekday()][:3]} {day.day} {short[day.month]}"


def moment_line(moment: datetime, zone: ZoneInfo) -> str:
    """`Kamis, 24 September 2020 · 10.00 WIT`."""
    return f"{day_line(moment.astimezone(zone).date())} · {clock_zone(moment, zone)}"


def moment_short(moment: datetime, zone: ZoneInfo) -> str:
    """`Kam, 24 Sep 2020 10.00 WIT`, for tables."""
    day = moment.astimezone(zone).date()
    return f"{_now_names()[0][day.weekday()][:3]}, {day_short(day)} {clock_zone(moment, zone)}"


def days_line(first: date, last: date) -> str:
    """`Kamis, 24 September 2020`, `Kamis–Jumat, 24–25 September 2020` or
    `Rabu, 30 September – Jumat, 2 Oktober 2020`."""
    if first == last:
        return day_line(first)
    weekdays, months, _short, _mark = _now_names()
    if (first.year, first.month) == (last.year, last.month):
        days = f"{weekdays[first.weekday()]}–{weekdays[last.weekday()]}"
        return f"{days}, {first.day}–{last.day} {months[last.month]} {last.year}"
    start = f"{weekdays[first.weekday()]}, {first.day} {months[first.month]}"
    start += f" {first.year}" if first.year != last.year else ""
    return f"{start} – {day_line(last)}"


def days_short(first: date, last: date) -> str:
    """`24–25 Sep 2020`."""
    if first == last:
        return day_short(first)
    short = _now_names()[2]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {short[last.month]} {last.year}"
    start = f"{first.day} {short[first.month]}" + (f" {first.year}" if first.year != last.year else "")
    return f"{start} – {last.day} {short[last.month]} {last.year}"


def clocks(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`08.00–16.00 WIB`, the hours of the first day's start and the last day's end."""
    return f"{clock(starts_at, zone)}–{clock_zone(ends_at, zone)}"


def _ends_at_an_earlier_hour(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return start.date() != end.date() and end.time() <= start.time()


def span_line(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`Kamis, 24 September 2020 · 10.00–18.00 WIT`; `Selasa, 28 Juni 2022 · 19.00 – Kamis, 30 Juni 2022 · 12.00 WIB`
    where the hours of the first and the last day would read as one stretch backwards."""
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    if _ends_at_an_earlier_hour(starts_at, ends_at, zone):
        return f"{day_line(first)} · {clock(starts_at, zone)} – {moment_line(ends_at, zone)}"
    return f"{days_line(first, last)} · {clocks(starts_at, ends_at, zone)}"


def span_short(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`24–25 Sep 2020, 08.00–16.00 WIB`, or `28 Jun 2022, 19.00 – 30 Jun 2022, 12.00 WIB`."""
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    if _ends_at_an_earlier_hour(starts_at, ends_at, zone):
        return f"{day_short(first)}, {clock(starts_at, zone)} – {day_short(last)}, {clock_zone(ends_at, zone)}"
    return f"{days_short(first, last)}, {clocks(starts_at, ends_at, zone)}"


def retold_span(span: str) -> str:
    """What `span_short` once said in Indonesian, in the active language; any other text as it stands."""
    if not _SPAN_END.search(span):
        return span
    short, mark = _now_names()[2:]
    months = {name: short[n] for n, name in _names("id")[2].items()}
    retold = _SHORT_MONTH.sub(lambda found: months.get(found[0], found[0]), span)
    return _CLOCK.sub(rf"\1{mark}\2", retold)


def _ordered(moment: datetime, first: ZoneInfo | None) -> list[ZoneInfo]:
    if first is None:
        return list(ALL_ZONES)
    own = zone_label(moment, first)
    return sorted(ALL_ZONES, key=lambda zone: zone_label(moment, zone) != own)


def three_zones(moment: datetime, first: ZoneInfo | None = None) -> str:
    """`09.00 WIB / 10.00 WITA / 11.00 WIT`; the zone `first` leads where one is given."""
    return " / ".join(clock_zone(moment, zone) for zone in _ordered(moment, first))


def three_spans(starts_at: datetime, ends_at: datetime, first: ZoneInfo | None = None) -> list[str]:
    """The hours in the three zones: [`10.00–18.00 WIT`, `08.00–16.00 WIB`, `09.00–17.00 WITA`]."""
    return [clocks(starts_at, ends_at, zone) for zone in _ordered(starts_at, first)]


def relative_days(day: date, today: date) -> str:
    """`3 hari lagi`, `hari ini`, `kemarin`, `2.383 hari lalu`; never shown without the date beside it."""
    n = (day - today).days
    if n == 0:
        return _("hari ini")
    if n == 1:
        return _("besok")
    if n == -1:
        return _("kemarin")
    if n > 0:
        return ngettext("%(n)s hari lagi", "%(n)s hari lagi", n) % {"n": number_format(n)}
    return ngettext("%(n)s hari lalu", "%(n)s hari lalu", -n) % {"n": number_format(-n)}
