"""`{% small_month row.month row.day_url %}`: the days of one month of the year's view, written without a template: a
year has 365 of them."""

from functools import lru_cache

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from toolkit.local_times import weekdays
from workshops.calendar_grids import SmallDay, SmallMonth

register = template.Library()


@register.simple_tag
def small_month(month: SmallMonth, day_url: str) -> SafeString:
    """A table; each day that holds something leads to `day_url` with its two digits."""
    address = conditional_escape(day_url)
    rows = "".join(
        f"<tr>{''.join(_cell(day, address) if day else '<td></td>' for day in week)}</tr>" for week in month.weeks
    )
    table = f'<table class="cal-small">{_head(get_language())}<tbody>{rows}</tbody></table>'
    return mark_safe(table)  # noqa: S308 -- numbers, our own words, and an escaped address and names


@lru_cache(maxsize=4)
def _head(language: str | None) -> SafeString:
    cells = [
        format_html('<th scope="col"><abbr title="{}">{}</abbr></th>', whole, short[:1]) for short, whole in weekdays()
    ]
    return mark_safe(f"<thead><tr>{''.join(cells)}</tr></thead>")  # noqa: S308 -- escaped above


def _cell(day: SmallDay, address: str) -> str:
    shade = f' class="{day.shade}"' if day.shade else ""
    name = format_html(' title="{}"', day.holiday.name) if day.holiday else ""
    number = day.day.day
    if not day.n:
        return f"<td{shade}{name}>{number}</td>"
    words = ngettext("%(n)d kegiatan", "%(n)d kegiatan", day.n) % {"n": day.n}
    dots = "".join(f'<i class="{tone}"></i>' for tone in day.tones)
    return (
        f'<td{shade}{name}><a href="{address}{number:02}">{number}<span class="visually-hidden">: '
        f'{conditional_escape(words)}</span><span class="cal-dots">{dots}</span></a></td>'
    )
