"""Volumes such as 66 or 4,5: read with a comma or a point, at most two decimals."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = Decimal("9999999.99")

GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?")
PLAIN = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?")


def parse_quantity(text: str) -> Decimal:
    """`4,5` and `4.5` are 4.5, `1.500` is 1500. Raises ValueError with a sentence: for what is no number, has more than
    two decimals, is not above zero, or is too large."""
    text = text.strip()
    if GROUPED.fullmatch(text):
        text = text.replace(".", "")
    elif not PLAIN.fullmatch(text):
        raise ValueError(_("“%(text)s” bukan volume. Tulis misalnya 12 atau 4,5.") % {"text": text[:40]})
    return _within(Decimal(text.replace(",", ".")))


def quantity_of(number: float) -> Decimal:
    """The volume of a cell that holds a number; raises ValueError as `parse_quantity` does."""
    exact = Decimal(f"{number:.15g}")
    if abs(exact) <= MOST and exact != exact.quantize(Decimal("0.01")):
        shown = f"{number:.15g}".replace(".", ",")
        raise ValueError(_("“%(text)s” bukan volume. Tulis misalnya 12 atau 4,5.") % {"text": shown})
    return _within(exact)


def _within(quantity: Decimal) -> Decimal:
    if quantity <= 0:
        raise ValueError(_("Volume harus lebih dari nol."))
    if quantity > MOST:
        raise ValueError(_("Volume paling besar 9.999.999,99."))
    return quantity.quantize(Decimal("0.01"))


def shown_quantity(quantity: Decimal) -> str:
    """`4,5`, `66`: without zeros behind the comma."""
    whole, _dot, part = f"{quantity:.2f}".partition(".")
    part = part.rstrip("0")
    return f"{whole},{part}" if part else whole


class QuantityField(forms.Field):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "amount", "maxlength": 16})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return value if isinstance(value, Decimal) else parse_quantity(str(value))
        except ValueError as problem:
            raise ValidationError(str(problem), code="quantity") from problem

    def prepare_value(self, value: Any) -> Any:
        return shown_quantity(value) if isinstance(value, Decimal) else value
