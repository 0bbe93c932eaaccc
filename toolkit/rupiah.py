"""Whole rupiah: read as people write them, shown with dots, said in words. No amount has decimals."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from num2words import num2words

# Ten trillion: far above any yearly budget here, and far below what the database can hold, also summed.
MAX_RUPIAH = 10**13

AMOUNT = re.compile(r"(?:rp\.?|idr)?\s*(?P<number>[0-9][0-9.,  ]*?)(?:,-+)?", re.IGNORECASE)
DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
# A single comma with three digits is a decimal comma to Indonesian readers; only two or more can be nothing but groups.
COMMAED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")


def parse_rupiah(text: str) -> int:
    """`1.500.000`, `Rp 1.500.000,-` and `1500000` are 1500000.

    Raises ValueError with a sentence for people: for decimals (also `,00`), for what is no amount, below zero, or
    above MAX_RUPIAH."""
    text = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
    if text.startswith(("-", "−", "(")):
        raise ValueError(_("Tulis jumlah tanpa tanda minus: “%(text)s” kurang dari nol.") % {"text": text[:40]})
    found = AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(_("“%(text)s” bukan jumlah rupiah. Contoh: 1.500.000.") % {"text": text[:40]})
    number = found["number"].strip()
    if not (number.isdecimal() or any(form.fullmatch(number) for form in (DOTTED, SPACED, COMMAED))):
        raise ValueError(_decimals(text))
    # Digits beyond the limit are cut before they are counted: Python itself refuses to read thousands of them.
    return _within(int(re.sub(r"[., ]", "", number).lstrip("0")[:20] or 0))


def whole_rupiah(amount: float) -> int:
    """The amount of a cell that holds a number; raises ValueError with the sentences of `parse_rupiah`."""
    if amount < 0:
        raise ValueError(_("Tulis jumlah tanpa tanda minus: “%(text)s” kurang dari nol.") % {"text": f"{amount:.15g}"})
    if amount != int(amount):
        raise ValueError(_decimals(f"{amount:.15g}".replace(".", ",")))
    return _within(int(amount))


def _decimals(text: str) -> str:
    return _("Rupiah ditulis bulat, tanpa desimal: “%(text)s” tidak diterima. Contoh: 1.500.000.") % {"text": text[:40]}


def _within(amount: int) -> int:
    if amount > MAX_RUPIAH:
        raise ValueError(_("Jumlah paling besar %(most)s.") % {"most": rupiah(MAX_RUPIAH)})
    return amount


def dotted(amount: int) -> str:
    """`1.500.000`, in every language: it stands beside Indonesian documents."""
    return f"{amount:,}".replace(",", ".").replace("-", "−")


def rupiah(amount: int) -> str:
    """`Rp1.500.000`, written together as the spelling rules want it."""
    return f"{'−' if amount < 0 else ''}Rp{dotted(abs(amount))}"


def in_words(amount: int) -> str:
    """`Satu juta lima ratus ribu rupiah`, in the reader's language."""
    words = str(num2words(amount, lang="id" if (get_language() or "id").startswith("id") else "en"))
    return f"{words[0].upper()}{words[1:]} rupiah"


class RupiahField(forms.Field):
    """An amount of whole rupiah; what was typed stays in the field when it is refused."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "amount", "maxlength": 40})

    def __init__(self, *, least: int = 0, most: int = MAX_RUPIAH, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            amount = value if isinstance(value, int) else parse_rupiah(str(value))
        except ValueError as problem:
            raise ValidationError(str(problem), code="rupiah") from problem
        if amount < self.least:
            raise ValidationError(_("Isi paling sedikit %(least)s.") % {"least": rupiah(self.least)}, code="least")
        if amount > self.most:
            raise ValidationError(_("Jumlah paling besar %(most)s.") % {"most": rupiah(self.most)}, code="most")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return dotted(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True
