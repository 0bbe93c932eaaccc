"""`{% load texts %}`: all of Django's i18n tags, of which a fixed `{% translate "text" %}` is looked up once for each
language. A list says the same words in each of its rows, and asking the catalogues for each of them cost a page
more than its queries. Our templates load this and not `i18n`."""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class FixedText(Node):
    def __init__(self, node: Node) -> None:
        self.node = node
        self.texts: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        language = get_language()
        if language not in self.texts:
            self.texts[language] = self.node.render(context)
        return self.texts[language]


def is_fixed(node: Any) -> bool:
    """A plain text: no variable, no filter, no context, nothing kept under a name."""
    expression: FilterExpression = node.filter_expression
    return not (
        expression.filters
        or node.asvar
        or node.noop
        or node.message_context
        or (expression.is_var and expression.var.lookups)
    )


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    node = i18n.do_translate(parser, token)
    return FixedText(node) if is_fixed(node) else node
