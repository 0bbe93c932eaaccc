"""Where a day stands in the term of an agreement, and how widely its text may be read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# An agreement that ends within so many days asks for a decision: extend, replace or let go (DOMAIN.md 4).
ENDING_DAYS = 90


class TermState(models.TextChoices):
    """Where a day stands in the term of an agreement."""

    UNDATED = "undated", _("Masa belum diisi")
    UPCOMING = "upcoming", _("Belum berlaku")
    IN_FORCE = "in_force", _("Berlaku")
    ENDING = "ending", _("Akan berakhir")
    EXTENDED = "extended", _("Diperpanjang")
    ENDED = "ended", _("Berakhir")
    TERMINATED = "terminated", _("Dihentikan")
    SUPERSEDED = "superseded", _("Digantikan")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {
            "in_force": "teal",
            "extended": "teal",
            "ending": "gold",
            "upcoming": "sky",
            "undated": "brick",
            "terminated": "brick",
        }.get(self.value, "grey")


class Classification(models.TextChoices):
    PUBLIC = "public", _("Publik")
    LIMITED = "limited", _("Terbatas")
    EXEMPT = "exempt", _("Dikecualikan")


class AgreementLevel(models.TextChoices):
    """Who concludes it."""

    MINISTRY = "ministry", _("Kementerian")
    MAIN_UNIT = "main_unit", _("Unit utama (Eselon I)")
    REGIONAL_OFFICE = "regional_office", _("Kantor Wilayah")
    TECHNICAL_UNIT = "technical_unit", _("Unit Pelaksana Teknis")
