"""Small parts that stand in every row of a list or field of a form, written without a template each: `{% badge %}`,
`{% seats %}`, the control of a field, its attributes, and the options of a `<select>`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField
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


@register.simple_tag
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes of a widget, each after a space; False is left out, True stands without a value."""
    written = [
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    ]
    return mark_safe("".join(written))  # noqa: S308 -- every part is escaped above


@register.simple_tag
def control(field: BoundField, css_class: str) -> SafeString:
    """The field's widget in Bootstrap's classes, beside those of its own."""
    own = field.field.widget.attrs.get("class", "")
    classes = [own, css_class, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(name for name in classes if name)})
