"""Kinds of agreements, of their files, and words of their scope: the lists that the bureau edits."""

from enum import StrEnum

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from toolkit.one_line import one_line


class KindCode(StrEnum):
    """Kinds in use (DOMAIN.md 4) that come with the portal; the bureau may add others."""

    MEMORANDUM = "nota_kesepahaman"
    COOPERATION = "perjanjian_kerja_sama"
    MUTUAL_UNDERSTANDING = "memorandum_saling_pengertian"
    YEARLY_PLAN = "rencana_kerja_tahunan"
    IMPLEMENTATION_LETTER = "implementation_letter"
    INDIVIDUAL_ARRANGEMENT = "individual_arrangement"
    LETTER_OF_INTENT = "letter_of_intent"
    AMENDMENT = "adendum"
    OTHER = "lainnya"


class AgreementKind(models.Model):
    code = models.CharField(
        _("Kode"),
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Huruf kecil, angka, dan garis bawah."))],
    )
    name = models.CharField(_("Nama"), max_length=100, unique=True, validators=[one_line])
    name_en = models.CharField(_("Nama dalam bahasa Inggris"), max_length=100, blank=True, validators=[one_line])
    short_name = models.CharField(_("Singkatan"), max_length=20, blank=True, validators=[one_line])
    position = models.PositiveSmallIntegerField(_("Urutan"), default=100)
    is_active = models.BooleanField(
        _("Dipakai"), default=True, help_text=_("Jenis yang tidak dipakai lagi tetap tertulis pada perjanjian lama.")
    )

    objects = models.Manager["AgreementKind"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("jenis perjanjian")
        verbose_name_plural = _("jenis perjanjian")

    def __str__(self) -> str:
        """The name in the reader's language where there is one."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def short(self) -> str:
        """`PKS`, `MoU` ...; the whole name where there is no abbreviation."""
        return self.short_name or str(self)


class ScopeTag(models.Model):
    """A field of cooperation: pelatihan, publikasi, layanan kesehatan ..."""

    name = models.CharField(_("Bidang"), max_length=60, unique=True, validators=[one_line])
    is_active = models.BooleanField(_("Dipakai"), default=True)

    objects = models.Manager["ScopeTag"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("bidang kerja sama")
        verbose_name_plural = _("bidang kerja sama")

    def __str__(self) -> str:
        return self.name
