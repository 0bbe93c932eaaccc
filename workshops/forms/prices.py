"""Whole rupiah as people write them: 1500000, 1.500.000 or Rp 1.500.000."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WHOLE = re.compile(r"\d{1,3}(?:[.\s]\d{3})+|\d+")
DECIMALS = re.compile(r"\d{1,3}(?:\.\d{3})*,\d{1,2}|\d+[.,]\d{1,2}|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")


def dotted(amount: int) -> str:
    """`1.500.000`."""
    return f"{amount:,}".replace(",", ".")


class PriceField(forms.Field):
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "decimals": _("Tulis rupiah bulat tanpa sen, misalnya 1.500.000 atau 1500000."),
        "invalid": _("Tulis angka rupiah, misalnya 1.500.000 atau 1500000."),
        "range": _("Harga antara Rp1 dan Rp100.000.000 per orang per hari."),
    }

    def __init__(self, *, highest: int, **options: Any) -> None:
        self.highest = highest
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        text = re.sub(r"^rp\.?\s*", "", str(value).strip(), flags=re.IGNORECASE).removesuffix(",-")
        if not WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["decimals" if DECIMALS.fullmatch(text) else "invalid"])
        digits = re.sub(r"\D", "", text)
        # Longer numbers are no price; int() would take its time over a million digits.
        amount = int(digits) if len(digits) <= 15 else self.highest + 1
        if not 0 < amount <= self.highest:
            raise ValidationError(self.error_messages["range"])
        return amount

    def prepare_value(self, value: Any) -> Any:
        return dotted(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True
