"""Invented people. Names are put together from lists in a fixed order, numbers are well-formed and belong to nobody."""

from collections.abc import Iterator
from datetime import date
from itertools import count

from participants.actions.people import Details
from participants.models import EmploymentStatus
from units.models import Unit

MEN = [
    "Adi", "Bagas", "Cahyo", "Danang", "Eko", "Fajar", "Galih", "Hendra", "Irfan", "Joko", "Krisna", "Lukman",
    "Mahendra", "Nanang", "Oki", "Pandu", "Rizal", "Satria", "Teguh", "Wahyu", "Yoga", "Zainal",
]  # fmt: skip
WOMEN = [
    "Anjani", "Bunga", "Citra", "Dewi", "Endah", "Fitri", "Gita", "Hana", "Intan", "Jelita", "Kartika", "Laras",
    "Maya", "Nurul", "Oktavia", "Putri", "Ratna", "Sekar", "Tiara", "Utami", "Wulan", "Yuni", "Zahra",
]  # fmt: skip
FAMILY = [
    "Contohnegara", "Misalkan", "Andaiputra", "Purnacontoh", "Rekawijaya", "Umpamasari", "Karangadinata",
    "Wiracontoh", "Sampelningrat", "Modelasih", "Cipta Rekaan", "Tirucahya", "Bayanguna", "Lambangsari",
    "Sketsawan", "Rancangjati", "Konsepnegara",
]  # fmt: skip
TITLES = ["", ", S.H.", ", S.I.Kom.", ", S.Sos.", ", A.Md.", ", S.H., M.H.", ", S.Kom."]
POSITIONS = [
    "Pranata Humas Ahli Muda",
    "Pranata Humas Ahli Pertama",
    "Analis Humas",
    "Pengelola Data dan Informasi",
    "Pengadministrasi Umum",
    "Kepala Subbagian Humas, RB, dan TI",
    "Pranata Komputer Ahli Pertama",
]
GRADES = ["II/c", "III/a", "III/b", "III/c", "III/d"]
FIRST_MARCH = 3


def employee_number(serial: int, *, is_woman: bool) -> str:
    """Eighteen digits with a real birth date, an appointment at 24, and the serial, which makes it unlike any other."""
    born = date(1972 + serial % 26, 1 + serial * 5 % 12, 1 + serial * 7 % 28)
    return f"{born:%Y%m%d}{born.year + 24}{FIRST_MARCH:02}{2 if is_woman else 1}{1 + serial % 998:03}"


def address_of(name: str) -> str:
    """`bagas.misalkan@pegawai.invalid`."""
    words = "".join(character if character.isalpha() else " " for character in name.split(",")[0].lower()).split()
    return f"{'.'.join(words)}@pegawai.invalid"


class People:
    """Gives one invented person after another; each run gives the same ones in the same order."""

    def __init__(self) -> None:
        self._serial = count(1)
        self._names = self._all_names()

    def _all_names(self) -> Iterator[tuple[str, bool]]:
        for turn in count():
            for place in range(len(FAMILY)):
                is_woman = (place + turn) % 2 == 1
                given = (WOMEN if is_woman else MEN)[(turn + place * 3) % (len(WOMEN) if is_woman else len(MEN))]
                family = FAMILY[place]
                yield (
                    (f"{given} {family}" if turn < len(MEN) else f"{given} {FAMILY[turn % len(FAMILY)]} {family}"),
                    is_woman,
                )

    def name(self) -> str:
        return next(self._names)[0]

    def employee(self, unit: Unit) -> Details:
        """Somebody who works at the unit."""
        serial = next(self._serial)
        name, is_woman = next(self._names)
        return Details(
            full_name=name + TITLES[serial % len(TITLES)],
            employment_status=EmploymentStatus.PNS,
            employee_number=employee_number(serial, is_woman=is_woman),
            unit=unit,
            position=POSITIONS[serial % len(POSITIONS)],
            grade=GRADES[serial % len(GRADES)],
            email=address_of(name),
            phone=f"+628110000{serial % 1_000:03}",
        )
