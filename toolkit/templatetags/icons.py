"""`{% icon "house" %}`: a drawing of Bootstrap Icons inside the page; no icon font, so a first page stays light."""

import re
from functools import lru_cache
from typing import Any, cast

from django import template
from django.conf import settings
from django.template.base import Node, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(Exception):
    """No drawing of this name is installed; the page must not go out with a hole in it."""


@lru_cache(maxsize=512)
def drawing(name: str) -> str:
    """What stands inside the <svg> of an icon. Read once a process: the files only change with the package."""
    file = settings.NODE_MODULES / "bootstrap-icons" / "icons" / f"{name}.svg"
    found = BODY.search(file.read_text()) if NAME.fullmatch(name) and file.is_file() else None
    if found is None:
        raise UnknownIcon(name)
    return " ".join(found[1].split())


@lru_cache(maxsize=1024)
def icon(name: str, extra: str = "") -> SafeString:
    """The icon, hidden from screen readers: the words beside it carry the meaning. `extra` adds CSS classes."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" focusable="false">{}</svg>',
        f" {extra}" if extra else "",
        mark_safe(drawing(name)),  # noqa: S308 -- the file of an installed package, no input of a person
    )


_tags = template.Library()
_tags.simple_tag(icon, name="icon")


class FixedIcon(Node):
    """An icon whose name is written in the template, as most are."""

    def __init__(self, drawn: SafeString) -> None:
        self.drawn = drawn

    def render(self, context: Any) -> SafeString:
        return self.drawn


@register.tag("icon")
def icon_tag(parser: Parser, token: Token) -> Node:
    node: Any = _tags.tags["icon"](parser, token)
    if node.target_var or any(arg.is_var or arg.filters for arg in [*node.args, *node.kwargs.values()]):
        return cast(Node, node)
    words = [arg.resolve({}) for arg in node.args]
    return FixedIcon(icon(*words, **{name: arg.resolve({}) for name, arg in node.kwargs.items()}))


@register.simple_tag
@lru_cache(maxsize=256)
def drawing_symbol(name: str) -> SafeString:
    """The icon as a symbol of the page, drawn nowhere itself: `icon_use` shows it, as often as one likes."""
    return format_html(
        '<symbol id="icon-{}" viewBox="0 0 16 16">{}</symbol>',
        name,
        mark_safe(drawing(name)),  # noqa: S308 -- the file of an installed package, no input of a person
    )


@register.simple_tag
@lru_cache(maxsize=256)
def icon_use(name: str) -> SafeString:
    """An icon by reference, for long lists; the page must hold its `drawing_symbol`."""
    return format_html(
        '<svg class="icon" fill="currentColor" aria-hidden="true" focusable="false"><use href="#icon-{}"/></svg>', name
    )
