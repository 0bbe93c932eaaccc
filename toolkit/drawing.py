"""Jinja, for what stands on a page many times: rows of lists, fields of forms, options of selects.

It compiles a template to Python; Django's own templates walk each node of each row, and that was the larger part of a
page's time (docs/decisions). Everything around stays in Django's templates."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms.renderers import Jinja2, TemplatesSetting
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from toolkit.local_times import day_short, moment_short
from toolkit.templatetags.components import badge, seats
from toolkit.templatetags.icons import icon
from toolkit.templatetags.times import relative

WIDGETS = "django/forms/widgets/"
# Drawn in one go; Django's take three templates for each input and for each option.
INPUTS = ("text", "hidden", "number", "email", "url", "date", "datetime", "time", "checkbox", "password", "input")
OWN_WIDGETS = {f"{WIDGETS}select.html": "components/select.jinja"} | {
    f"{WIDGETS}{name}.html": "components/input.jinja" for name in INPUTS
}


@lru_cache(maxsize=128)
def _around(name: str, *, is_uuid: bool) -> tuple[str, str]:
    """What stands before and after the key in an address with one key."""
    nothing = UUID(int=0) if is_uuid else 0
    before, _key, after = reverse(name, args=[nothing]).rpartition(str(nothing))
    return before, after


def address(name: str, key: int | UUID) -> str:
    """The address `name` of the row with this key, for names with one number or UUID: a list asks for fifty of them."""
    before, after = _around(name, is_uuid=isinstance(key, UUID))
    return f"{before}{key}{after}"


def number(value: Any) -> str:
    """As the reader's language writes it; below a thousand all write the same."""
    return str(value) if type(value) is int and -1000 < value < 1000 else str(localize(value))


@cache
def environment() -> Environment:
    """Everything is escaped; a name that the view does not give is an error; numbers are written by `|number`."""
    made = Environment(
        loader=FileSystemLoader(settings.BASE_DIR / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.DEBUG,
    )
    made.globals |= {
        "_": gettext,
        "pgettext": pgettext,
        "badge": badge,
        "icon": icon,
        "seats": seats,
        "address": address,
    }
    made.filters |= {"number": number, "day_short": day_short, "moment_short": moment_short, "relative": relative}
    return made


def drawn(name: str, facts: Mapping[str, Any]) -> SafeString:
    """The template `name` (.jinja, under templates/) with `facts`."""
    return mark_safe(environment().get_template(name).render(facts))  # noqa: S308 -- escaped by Jinja


@cache
def part(name: str) -> Callable[..., SafeString]:
    """The macro `drawn` of a template: for what is drawn many times on a page, without a context for each."""
    macro: Callable[..., SafeString] = environment().get_template(name).module.drawn  # type: ignore[attr-defined]
    return macro


class FormRenderer(TemplatesSetting):
    """Widgets of ours and Django's own by Jinja; all else by Django's templates."""

    @cached_property
    def jinja(self) -> Jinja2:
        return Jinja2()

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name in OWN_WIDGETS:
            # Django's panel takes str() of a widget, and of Jinja's Markup that is a text to be escaped.
            return SafeString(part(OWN_WIDGETS[template_name])(context["widget"]))
        if template_name.endswith(".jinja"):
            return drawn(template_name, context)
        if template_name.startswith(WIDGETS):
            return self.jinja.render(template_name, context, request)
        return super().render(template_name, context, request)
