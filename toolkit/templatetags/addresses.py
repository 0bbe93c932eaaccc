"""`{% url "home" %}` of a place without keys is found once in a process; every page asks for a dozen of them. A builtin
of our templates (humas_portal/settings.py), in place of Django's tag."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as every_url

register = template.Library()


class FixedUrl(URLNode):
    """The address of a name that is written in the template, of no namespace, without arguments."""

    known: str | None = None

    def render(self, context: Any) -> str:
        if self.known is None:
            drawn = super().render(context)
            self.known = context[self.asvar] if self.asvar else drawn
        if self.asvar:
            context[self.asvar] = self.known
            return ""
        return self.known


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    node: Any = every_url(parser, token)
    name = node.view_name
    is_fixed = not (name.is_var or name.filters or node.args or node.kwargs or ":" in str(name.var))
    return FixedUrl(node.view_name, [], {}, node.asvar) if is_fixed else node
