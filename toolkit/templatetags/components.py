"""Small parts that stand in every row of a list, written without a template each: `{% badge %}` and `{% seats %}`."""

from functools import lru_cache

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.browsers import browser_name
from toolkit.templatetags.icons import icon

register = template.Library()
register.filter(browser_name)


@register.simple_tag
def badge(*, tone: str, label: object, icon_name: str = "") -> SafeString:
    """A state in words and colour; tone: teal, gold, brick, sky, plum or grey."""
    return _badge(tone, str(label), icon_name)


@lru_cache(maxsize=1024)
def _badge(tone: str, label: str, icon_name: str) -> SafeString:
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge-tone {}">{}{}</span>', tone, drawn, label)


@register.simple_tag
def seats(*, taken: int, total: int, label: str = "") -> SafeString:
    """A bar with `3/5` beside it."""
    return format_html(
        '<span class="seats"><progress class="bar {}" max="{}" value="{}" aria-label="{}"></progress>'
        '<b class="figure">{}/{}</b></span>',
        "teal" if taken >= total else "gold",
        str(total or 1),
        str(taken),
        label or _("Kursi terisi"),
        localize(taken),
        localize(total),
    )
