"""Telephone numbers as people in Indonesia write them (0812-..., 62..., +62..., 8...), kept as E.164."""

import phonenumbers
from django.utils.translation import gettext as _

# ITU-T E.164: a plus and at most 15 digits.
LONGEST_E164 = 16


def e164(text: str) -> str:
    """`0812-0000-123` becomes `+628120000123`; an empty text stays empty.

    Raises ValueError with a sentence for people when it is no possible number."""
    text = text.strip()
    if not text:
        return ""
    compact = "".join(character for character in text if character.isdigit())
    candidate = f"+{compact}" if text.startswith("+") or compact.startswith("62") else text
    try:
        number = phonenumbers.parse(candidate, "ID")
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if len(plain) <= LONGEST_E164:
            return plain
    raise ValueError(_("Nomor telepon tidak dikenali. Contoh: 0811-0000-123 atau +62 811-0000-123."))


def shown(number: str) -> str:
    """`+628110000123` as `+62 811-0000-123`; what is no number comes back as it was."""
    try:
        parsed = phonenumbers.parse(number, "ID")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def wa_link(number: str) -> str:
    """The address that opens a WhatsApp conversation: digits only, no plus and no leading zero."""
    digits = "".join(character for character in number if character.isdigit())
    return f"https://wa.me/{digits}" if digits else ""
