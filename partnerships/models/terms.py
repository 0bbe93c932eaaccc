"""Where a day stands in the term of an agreement, and how widely its text may be read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# Days before the end on which owner, Kanwil and bureau are asked for a decision, the farthest first (DOMAIN.md 4).
ENDING_STEPS: tuple[int, ...] = tuple(settings.AGREEMENT_ENDING_DAYS)
# The first letter announces, from the second on it presses: that is when lists and badges say "akan berakhir".
ENDING_DAYS = ENDING_STEPS[1] if len(ENDING_STEPS) > 1 else ENDING_STEPS[0]


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
