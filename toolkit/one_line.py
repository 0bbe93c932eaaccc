"""Names and titles are one line: control characters would forge headers, calendar lines and rows of a file.

Characters of the private use area mark the slots of letters, and those that turn the reading direction make a name
look like another; no name needs either."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFUSED = {"Cc", "Co", "Cs", "Zl", "Zp"}
# What XML 1.0 cannot hold at all.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(value: str) -> None:
    """Refuses line breaks and every other control character (Unicode category Cc, and the two line separators),
    characters of the private use area, and those that turn the reading direction."""
    if any(unicodedata.category(character) in REFUSED or character in TURNING for character in value):
        raise ValidationError(_("Tulis dalam satu baris, tanpa ganti baris atau karakter kendali."), code="one_line")


def plain(text: object) -> str:
    """A text of any number of lines without what XML cannot hold; a line break of Word is one of these."""
    return CONTROLS.sub("", str(text))
