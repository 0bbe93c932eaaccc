"""`{{ amount|rupiah }}` is Rp1.500.000, `{{ amount|dotted }}` 1.500.000 for a column whose head says Rp."""

from django import template

from toolkit import rupiah as amounts

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    return "" if amount is None else amounts.rupiah(amount)


@register.filter
def dotted(amount: int | None) -> str:
    return "" if amount is None else amounts.dotted(amount)


@register.filter
def in_words(amount: int | None) -> str:
    return "" if amount is None else amounts.in_words(amount)
