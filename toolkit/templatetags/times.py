"""`{% load times %}`: local_times as filters. The argument is the reader's zone (`reader_zone` of the context) or a
unit's or workshop's `.zone`."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from toolkit import local_times

register = template.Library()


def _register(function: Callable[[datetime, ZoneInfo], str]) -> None:
    def shown(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
        return function(moment, zone or local_times.WIB) if moment else ""

    register.filter(function.__name__, shown)


for _function in (
    local_times.clock,
    local_times.clock_zone,
    local_times.moment_line,
    local_times.moment_short,
    local_times.three_zones,
    local_times.zone_label,
):
    _register(_function)


@register.filter
def day_line(day: date | None) -> str:
    return local_times.day_line(day) if day else ""


@register.filter
def day_short(day: date | None) -> str:
    return local_times.day_short(day) if day else ""


@register.filter
def local_day(moment: datetime | None, zone: ZoneInfo | None = None) -> date | None:
    return moment.astimezone(zone or local_times.WIB).date() if moment else None


@register.filter
def relative(day: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """`3 hari lagi` for a date, or for a moment as a day in the reader's zone."""
    if day is None:
        return ""
    zone = zone or local_times.WIB
    if isinstance(day, datetime):
        day = day.astimezone(zone).date()
    return local_times.relative_days(day, timezone.localdate(timezone=zone))


@register.simple_tag
def span_line(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return local_times.span_line(starts_at, ends_at, zone)


@register.simple_tag
def span_short(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return local_times.span_short(starts_at, ends_at, zone)


@register.simple_tag
def three_spans(starts_at: datetime, ends_at: datetime, zone: ZoneInfo | None = None) -> list[str]:
    return local_times.three_spans(starts_at, ends_at, zone)
