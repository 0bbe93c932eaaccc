"""The parties of an agreement and whom to ask on each side."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from partnerships.models.organizations import Organization
from toolkit.one_line import one_line
from units.models import Unit


class SigningCapacity(models.TextChoices):
    DEFINITIVE = "definitive", _("Pejabat definitif")
    ON_BEHALF = "on_behalf", _("a.n.")
    ACTING = "acting", _("Plt.")
    DAILY_ACTING = "daily_acting", _("Plh.")


class AgreementParty(models.Model):
    """A party: one of our units or an external organisation, with its own number, signatory and date."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField(_("Urutan pihak"), default=1)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("Instansi luar")
    )
    party_number = models.CharField(_("Nomor pihak"), max_length=100, blank=True, validators=[one_line])
    signatory_name = models.CharField(_("Penanda tangan"), max_length=150, blank=True, validators=[one_line])
    signatory_position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    signing_capacity = models.CharField(
        _("Bertindak sebagai"), max_length=20, choices=SigningCapacity, default=SigningCapacity.DEFINITIVE
    )
    signed_on = models.DateField(_("Tanggal tanda tangan"), null=True, blank=True)
    rights = models.TextField(_("Hak"), blank=True)
    duties = models.TextField(_("Kewajiban"), blank=True)

    objects = models.Manager["AgreementParty"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pihak")
        verbose_name_plural = _("pihak")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, organization=None) | Q(unit=None, organization__isnull=False),
                name="partnerships_agreementparty_unit_or_organization",
            ),
            models.UniqueConstraint(fields=["agreement", "position"], name="partnerships_agreementparty_position_once"),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.organization)

    @property
    def lacks_signatory(self) -> bool:
        return not self.signatory_name


class FocalPoint(models.Model):
    """Whom to ask about an agreement on the side of one party."""

    party = models.ForeignKey(AgreementParty, models.CASCADE, related_name="focal_points", verbose_name=_("Pihak"))
    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    job_title = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    email = models.EmailField(_("Surel"), blank=True)
    whatsapp = models.CharField("WhatsApp", max_length=20, blank=True)

    objects = models.Manager["FocalPoint"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("narahubung")
        verbose_name_plural = _("narahubung")

    def __str__(self) -> str:
        return self.name
