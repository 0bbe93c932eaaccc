"""Who may sign what."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.kinds import AgreementKind
from partnerships.models.terms import AgreementLevel
from toolkit.one_line import one_line


class SigningAuthority(models.Model):
    """A position that may sign a kind of agreement on our side (Permenkumham 65/2016); editable by the bureau. A kind
    without any line is not checked; one with lines only for other levels may not be signed at this one."""

    kind = models.ForeignKey(
        AgreementKind, models.CASCADE, related_name="signing_authorities", verbose_name=_("Jenis perjanjian")
    )
    level = models.CharField(
        _("Tingkat"), max_length=20, choices=AgreementLevel, blank=True, help_text=_("Kosong berarti semua tingkat.")
    )
    position_words = models.CharField(
        _("Jabatan"),
        max_length=100,
        validators=[one_line],
        help_text=_("Kata yang ada dalam jabatan penanda tangan, misalnya: Kepala Kantor Wilayah."),
    )
    basis = models.CharField(_("Dasar"), max_length=200, blank=True, validators=[one_line])

    objects = models.Manager["SigningAuthority"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("kewenangan menandatangani")
        verbose_name_plural = _("kewenangan menandatangani")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "level", "position_words"], name="partnerships_signingauthority_once"
            ),
        ]

    def __str__(self) -> str:
        return self.position_words


def may_sign(position: str, *, level: str, lines: Iterable[SigningAuthority]) -> bool:
    """Whether one of the kind's lines, for this level or for all, names the position; no line forbids nothing."""
    every = list(lines)
    words = " ".join(position.casefold().split())
    fitting = [line for line in every if not line.level or not level or line.level == level]
    return not every or any(line.position_words.casefold() in words for line in fitting)
