"""NIP, the number of a civil servant: `YYYYMMDD YYYYMM G NNN` (birth, month of appointment as CPNS, 1 male or 2 female,
serial; Perka BKN 22/2007). It has no check digit, so only its form is an error and the rest deserves a second look."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

LENGTH = 18
SHORTEST_SEARCHED = 6
YOUNGEST, OLDEST = 16, 75
MASKED = "•" * 14
SPREADSHEET_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s.'’-]")


@dataclass(frozen=True)
class CheckedNumber:
    """`number` holds only digits ("" when nothing was typed); with `errors` it must not be kept; a person
    may confirm `warnings`."""

    number: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_employee_number(typed: str, *, status: str, today: date) -> CheckedNumber:
    """What is wrong and what is odd about a NIP; `status` is the employment status (a PPPK number bears a code where a
    PNS number bears the month of appointment)."""
    typed = typed.strip()
    if not typed:
        return CheckedNumber("")
    if SPREADSHEET_NUMBER.fullmatch(typed):
        return CheckedNumber(
            "", (_("NIP rusak oleh lembar kerja (%(typed)s). Ketik ulang 18 digitnya.") % {"typed": typed[:30]},)
        )
    number = SEPARATORS.sub("", typed)
    if not (number.isascii() and number.isdigit()):
        return CheckedNumber("", (_("NIP hanya terdiri atas angka."),))
    if len(number) != LENGTH:
        return CheckedNumber(number, (_("NIP harus 18 digit (tertulis %(n)d).") % {"n": len(number)},))
    born_on = birth_date(number)
    if born_on is None:
        return CheckedNumber(number, (_("Delapan digit pertama NIP bukan tanggal lahir yang ada."),))
    return CheckedNumber(number, (), tuple(_oddities(number, born_on, status, today)))


def searched_number(text: str) -> str:
    """The digits of a NIP, or of its beginning, in what somebody searches for; "" for a name. Six digits or more in any
    writing ("19870412.201012", "NIP 1987...") are a NIP: no name holds so many, and a NIP must not pass for one."""
    digits = "".join(re.findall(r"[0-9]", text))
    only_digits = digits == SEPARATORS.sub("", text)
    return digits if only_digits or len(digits) >= SHORTEST_SEARCHED else ""


def birth_date(number: str) -> date | None:
    try:
        return date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return None


def age_on(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _oddities(number: str, born_on: date, status: str, today: date) -> list[str]:
    found: list[str] = []
    age = age_on(born_on, today)
    if not YOUNGEST <= age <= OLDEST:
        found.append(_("Menurut NIP, usianya %(age)d tahun.") % {"age": age})
    if status == "pppk":
        if not int(number[8:12]) - born_on.year >= YOUNGEST or int(number[8:12]) > today.year:
            found.append(_("Tahun pengangkatan dalam NIP PPPK tidak wajar."))
    else:
        found.extend(_appointment_oddities(number, born_on, today))
    if number[14] not in "12":
        found.append(_("Digit ke-15 NIP bukan 1 (pria) atau 2 (wanita)."))
    if number[15:] == "000":
        found.append(_("Nomor urut NIP 000; barangkali angka terakhirnya hilang di lembar kerja."))
    return found


def _appointment_oddities(number: str, born_on: date, today: date) -> list[str]:
    year, month = int(number[8:12]), int(number[12:14])
    if not 1 <= month <= 12:
        return [
            _("Bulan pengangkatan dalam NIP (%(month)02d) tidak ada. Bila PPPK, ubah statusnya.") % {"month": month}
        ]
    appointed_on = date(year, month, 1) if year else None
    if appointed_on is None or appointed_on > today:
        return [_("Pengangkatan menurut NIP ada di masa depan atau tanpa tahun.")]
    if year - born_on.year < YOUNGEST:
        return [_("Menurut NIP, diangkat sebelum berusia %(age)d tahun.") % {"age": YOUNGEST}]
    return []


def spaced(number: str | None) -> str:
    """`19860926 201505 1 001`, as it stands on letters."""
    if not number:
        return ""
    return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"


def masked(number: str | None) -> str:
    """Only the last four digits, enough to tell two people apart."""
    return f"{MASKED}{number[-4:]}" if number else ""
