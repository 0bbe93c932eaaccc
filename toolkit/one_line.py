"""Names and titles are one line: control characters would forge headers, calendar lines and rows of a file."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def one_line(value: str) -> None:
    """Refuses line breaks and every other control character (Unicode category Cc, and the two line separators)."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValidationError(_("Tulis dalam satu baris, tanpa ganti baris atau karakter kendali."), code="one_line")
