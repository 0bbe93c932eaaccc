"""The tile map: each Kanwil at its own place of a small grid that resembles the country."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from units.models import Unit

# How people shorten the provinces, by ISO 3166-2; a Kanwil without a code here shows its own short name.
SHORT_NAMES = {
    "ID-AC": "Aceh",
    "ID-SU": "Sumut",
    "ID-SB": "Sumbar",
    "ID-RI": "Riau",
    "ID-JA": "Jambi",
    "ID-SS": "Sumsel",
    "ID-BB": "Babel",
    "ID-BE": "Bengkulu",
    "ID-LA": "Lampung",
    "ID-JK": "DKI",
    "ID-JB": "Jabar",
    "ID-BT": "Banten",
    "ID-JT": "Jateng",
    "ID-YO": "DIY",
    "ID-JI": "Jatim",
    "ID-KB": "Kalbar",
    "ID-KT": "Kalteng",
    "ID-KI": "Kaltim",
    "ID-KS": "Kalsel",
    "ID-BA": "Bali",
    "ID-NB": "NTB",
    "ID-NT": "NTT",
    "ID-SN": "Sulsel",
    "ID-ST": "Sulteng",
    "ID-SA": "Sulut",
    "ID-GO": "Gorontalo",
    "ID-SG": "Sultra",
    "ID-MA": "Maluku",
    "ID-MU": "Malut",
    "ID-PA": "Papua",
    "ID-PB": "Pabar",
    "ID-KR": "Kepri",
    "ID-SR": "Sulbar",
}

STATES = {
    "unasked": _("tidak diundang"),
    "declined": _("menolak"),
    "full": _("penuh"),
    "most": _("sebagian besar"),
    "some": _("sebagian"),
    "none": _("belum ada peserta"),
}


@dataclass
class Region:
    """A Kanwil with all below it, in one workshop: units asked, answers, seats and people. It is counted first and read
    then: `tone` is worked out once."""

    unit: Unit
    n_invited: int = 0
    n_answered: int = 0
    n_declined: int = 0
    seats: int = 0
    taken: int = 0

    @property
    def name(self) -> str:
        return SHORT_NAMES.get(self.unit.iso_codes.split(";")[0], self.unit.short_name)

    @cached_property
    def tone(self) -> str:
        """How its tile is coloured; `state` says the same in words."""
        if not self.n_invited:
            return "unasked"
        if self.n_declined == self.n_invited:
            return "declined"
        if self.seats and self.taken >= self.seats:
            return "full"
        if not self.taken:
            return "none"
        return "most" if self.taken * 3 >= self.seats * 2 else "some"

    @cached_property
    def state(self) -> str:
        return str(STATES[self.tone])

    @property
    def seats_line(self) -> str:
        """`3/4`; a dash where nobody is asked."""
        return f"{self.taken}/{self.seats}" if self.n_invited else "–"

    @property
    def has_tile(self) -> bool:
        return self.unit.tile_row is not None


def region_of(path: str, regions: Iterable[Region]) -> Region | None:
    """The region in whose tree a unit stands; None for head offices."""
    return next((region for region in regions if path.startswith(region.unit.path)), None)
