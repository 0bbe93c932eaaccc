"""Small parts that stand in every row of a list, written without a template each: `{% badge %}`, `{% seats %}`, and
the options of a `<select>`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from toolkit.templatetags.icons import icon

register = template.Library()


@register.simple_tag
def badge(*, tone: str, label: object, icon_name: str = "") -> SafeString:
    """A state in words and colour; tone: teal, gold, brick, sky, plum or grey."""
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


@register.simple_tag
def options(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The `<option>`s of a select widget's `optgroups`."""
    written = []
    for name, choices, _index in groups:
        lines = "".join(
            f'<option value="{conditional_escape(str(choice["value"]))}"{" selected" if choice["selected"] else ""}>'
            f"{conditional_escape(choice['label'])}</option>"
            for choice in choices
        )
        written.append(f'<optgroup label="{conditional_escape(name)}">{lines}</optgroup>' if name else lines)
    return mark_safe("".join(written))  # noqa: S308 -- every part is escaped above
