"""`{{ amount|rupiah }}`: whole rupiah as Indonesia writes them."""

from django import template

from workshops.forms.prices import dotted

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    """`Rp1.500.000`; a dash where nothing is known."""
    return "–" if amount is None else f"Rp{dotted(amount)}"
