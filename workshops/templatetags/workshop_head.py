"""`{% load workshop_head %}{% workshop_head workshop "messages" %}`: the head of a workshop's pages, for apps that
cannot import this one."""

from typing import Any

from django import template

from workshops.models import Workshop
from workshops.views.head import head_context

register = template.Library()


@register.inclusion_tag("workshops/partials/workshop_head.html", takes_context=True)
def workshop_head(context: dict[str, Any], workshop: Workshop, active: str) -> dict[str, Any]:
    return head_context(context["request"], workshop, active)
