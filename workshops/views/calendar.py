"""The calendar: a year, a month, a week, or a list of what one may see; drawn here, so it works without a script."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page

from toolkit.local_times import days_short, month_line, month_name, weekdays
from toolkit.xlsx.writing import sheet_response
from workshops.calendar_grids import (
    OVER,
    Entry,
    fuzzy_of,
    laid_out,
    month_weeks,
    weeks_of,
    year_months,
)
from workshops.clashes import Clash, HolidayHit, clashes_among, holidays_hit
from workshops.filters import TONES, CalendarFilter
from workshops.models import Workshop
from workshops.unit_names import name_units_as_then
from workshops.versions import schedule_version_of
from workshops.views.head import place_text, when_text
from workshops.views.workshops import SHEET, sheet_rows

YEAR, MONTH, WEEK, LIST = "tahun", "bulan", "pekan", "daftar"
FACES = {
    YEAR: gettext_lazy("Tahun"),
    MONTH: gettext_lazy("Bulan"),
    WEEK: gettext_lazy("Pekan"),
    LIST: gettext_lazy("Daftar"),
}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
# Warnings shown at once; the rest unfolds.
FEW = 6


@dataclass(frozen=True)
class Period:
    """What a face of the calendar shows: its days (a month with the days around it), and its neighbours."""

    face: str
    day: date
    first: date
    last: date
    title: str
    previous: date
    next: date


def period_of(face: str, day: date) -> Period:
    day = min(max(day, FIRST_DAY), LAST_DAY)
    if face == WEEK:
        monday = day - timedelta(days=day.weekday())
        sunday, week = monday + timedelta(days=6), timedelta(days=7)
        return Period(face, day, monday, sunday, days_short(monday, sunday), day - week, day + week)
    if face == MONTH:
        weeks, month = weeks_of(day), day.replace(day=1)
        before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)
        return Period(face, day, weeks[0][0], weeks[-1][-1], month_line(day), before, after)
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return Period(face, day, first, last, str(day.year), date(day.year - 1, 1, 1), last + timedelta(days=1))


@dataclass(frozen=True)
class Asked:
    """What the address asks: the period and the filters."""

    request: HttpRequest
    period: Period
    filters: CalendarFilter

    @property
    def is_narrowed(self) -> bool:
        return any(self.request.GET.get(name) for name in self.filters.filters)

    def rows(self) -> list[Workshop]:
        return _rows(self.filters.qs, self.period)

    def url(self, **changes: str) -> str:
        """This page with another face, day or filter; an empty value takes one away."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{reverse('calendar')}?{query.urlencode()}"

    def url_of_day(self, day: date, face: str = "") -> str:
        return self.url(tanggal=day.isoformat(), tampilan=face or self.period.face)


def _rows(rows: Any, period: Period) -> list[Workshop]:
    # A year and a list show no deadlines, so they leave out what has nothing else in them.
    choose = rows.held_within if period.face in {YEAR, LIST} else rows.touching
    wanted = choose(period.first, period.last).select_related("organizer_unit", "host_unit")
    return list(wanted.defer("aims", "theme").order_by("starts_at", "title", "pk"))


def _asked(request: HttpRequest) -> Asked:
    face = request.GET.get("tampilan", "")
    day = _day(request.GET.get("tanggal", "")) or timezone.localdate()
    rows = Workshop.objects.visible_to(request.user)
    filters = CalendarFilter(request.GET, queryset=rows, request=request)
    return Asked(request, period_of(face if face in FACES else MONTH, day), filters)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


# A year shows few of the texts of its workshops: they are only written where they are read.
_when, _place = lazy(when_text, str), lazy(place_text, str)


def _entry(workshop: Workshop, user: Any, face: str) -> Entry:
    can_move = face != YEAR and workshop.state not in OVER and workshop.is_editable_by(user)
    return Entry(
        workshop=workshop,
        when=_when(workshop),
        place=_place(workshop),
        first=workshop.first_day,
        last=workshop.last_day,
        version=schedule_version_of(workshop) if can_move else "",
    )


@gzip_page
def calendar(request: HttpRequest) -> HttpResponse:
    asked, user = _asked(request), request.user
    rows, period = asked.rows(), asked.period
    name_units_as_then(rows, timezone.now())
    entries = [_entry(workshop, user, period.face) for workshop in rows]
    context = {
        "period": period,
        "entries": entries,
        "n_held": sum(1 for entry in entries if _is_held_in(entry, period)),
        "fuzzy": fuzzy_of(entries),
        "filter": asked.filters,
        "is_narrowed": asked.is_narrowed,
        "may_plan": getattr(user, "plans_workshops", False),
        "may_move": any(entry.version for entry in entries),
        "here": request.get_full_path(),
        **_links(asked),
        **_warnings(asked, rows),
        **FACE_CONTEXTS[period.face](asked, entries),
    }
    return render(request, "workshops/calendar.html", context)


def _is_held_in(entry: Entry, period: Period) -> bool:
    return bool(entry.first and entry.last and entry.first <= period.last and entry.last >= period.first)


def _links(asked: Asked) -> dict[str, Any]:
    """Everything one can turn to from here; filters stay."""
    today, tone = timezone.localdate(), asked.request.GET.get("warna", "")
    period = asked.period
    return {
        "faces": [
            {"label": label, "url": asked.url(tampilan=face), "active": face == period.face}
            for face, label in FACES.items()
        ],
        "previous_url": asked.url_of_day(period.previous) if period.previous >= FIRST_DAY else "",
        "next_url": asked.url_of_day(period.next) if period.next <= LAST_DAY else "",
        "today_url": asked.url_of_day(today),
        "tones": [
            {"tone": name, "label": label, "url": asked.url(warna="" if name == tone else name), "active": name == tone}
            for name, label in TONES
        ],
        "clear_url": f"{reverse('calendar')}?tampilan={period.face}&tanggal={period.day.isoformat()}",
        "weekdays": weekdays(),
    }


def _warnings(asked: Asked, rows: list[Workshop]) -> dict[str, Any]:
    """Of what is shown: holidays hit, and clashes with whatever else the reader may see at that time. Days that are
    over can no longer be changed."""
    today = timezone.localdate()
    period, shown = asked.period, {row.pk for row in rows}
    beside = rows
    if asked.is_narrowed:
        beside = _rows(Workshop.objects.visible_to(asked.request.user), period)
    clashes = clashes_among(beside, user=asked.request.user)
    found: list[tuple[date, Clash | HolidayHit]] = [(hit.holiday.day, hit) for hit in holidays_hit(rows)]
    found += [(clash.on, clash) for clash in clashes if {clash.workshop.pk, clash.other.pk} & shown]
    lines = [
        {"on": day, "clash": line if isinstance(line, Clash) else None, "hit": line}
        for day, line in sorted(found, key=lambda pair: pair[0])
        if max(period.first, today) <= day <= period.last
    ]
    return {"warnings": lines[:FEW], "more_warnings": lines[FEW:], "n_warnings": len(lines)}


def _year(asked: Asked, entries: list[Entry]) -> dict[str, Any]:
    months = year_months(asked.period.day.year, entries, today=timezone.localdate())
    return {
        "months": [
            {
                "month": month,
                "url": asked.url_of_day(month.first, MONTH),
                # Days are linked by their week; the last number is added in the template.
                "day_url": f"{asked.url(tampilan=WEEK, tanggal='')}&tanggal={month.first:%Y-%m-}",
            }
            for month in months
        ]
    }


def _month(asked: Asked, entries: list[Entry]) -> dict[str, Any]:
    return _grid(asked, month_weeks(asked.period.day, entries, today=timezone.localdate()))


def _week(asked: Asked, entries: list[Entry]) -> dict[str, Any]:
    week = [asked.period.first + timedelta(days=n) for n in range(7)]
    return _grid(asked, laid_out([week], entries, today=timezone.localdate()))


def _grid(asked: Asked, weeks: Any) -> dict[str, Any]:
    return {
        "weeks": weeks,
        "day_url": f"{asked.url(tampilan=WEEK, tanggal='')}&tanggal=",
        "is_week": asked.period.face == WEEK,
    }


def _list(asked: Asked, entries: list[Entry]) -> dict[str, Any]:
    """By months; what has only a month stands at its end."""
    months: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.first is None, entry.first or date.max)):
        day = entry.first or entry.workshop.fuzzy_month
        if day and (day.year == asked.period.day.year or _is_held_in(entry, asked.period)):
            # What goes on from the year before stands in January.
            months.setdefault(max(day, asked.period.first).month, []).append(entry)
    groups = [(month_name(number), months[number]) for number in sorted(months)]
    export = reverse("calendar_export")
    return {"groups": groups, "export_url": f"{export}?{asked.request.GET.urlencode()}"}


FACE_CONTEXTS = {YEAR: _year, MONTH: _month, WEEK: _week, LIST: _list}


def calendar_export(request: HttpRequest) -> FileResponse:
    """What the calendar shows of the period in the address, as the list shows it."""
    asked = _asked(request)
    held = asked.filters.qs.held_within(asked.period.first, asked.period.last)
    rows = held.select_related("organizer_unit", "host_unit", "partner").order_by("calendar_on", "title", "pk")
    return sheet_response("kalender.xlsx", title=_("Kalender"), columns=SHEET, rows=sheet_rows(rows))
