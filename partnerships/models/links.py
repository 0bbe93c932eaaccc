"""How agreements hang together, and how their term was lengthened."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.agreements import Agreement
from toolkit.one_line import one_line
from units.models import User


class LinkKind(models.TextChoices):
    """What the later agreement is to the earlier one."""

    IMPLEMENTS = "implements", _("Melaksanakan")
    AMENDS = "amends", _("Mengubah (adendum)")
    EXTENDS = "extends", _("Memperpanjang")
    RENEWS = "renews", _("Memperbarui")
    SUCCEEDS = "succeeds", _("Menggantikan")

    @property
    def seen_from_earlier(self) -> str:
        """The same link in the words of the earlier agreement's page."""
        return str(
            {
                "implements": _("Dilaksanakan oleh"),
                "amends": _("Diubah oleh"),
                "extends": _("Diperpanjang oleh"),
                "renews": _("Diperbarui oleh"),
                "succeeds": _("Digantikan oleh"),
            }[self.value]
        )


# A later agreement in one of these relations takes over where the earlier one ends.
TAKES_OVER = [LinkKind.EXTENDS, LinkKind.RENEWS, LinkKind.SUCCEEDS]


class AgreementLink(models.Model):
    """PKS under a memorandum, RKT under an MSP, an amendment, an extension, a renewal, a successor."""

    later = models.ForeignKey(
        Agreement, models.CASCADE, related_name="links_to_earlier", verbose_name=_("Perjanjian ini")
    )
    earlier = models.ForeignKey(
        Agreement, models.PROTECT, related_name="links_to_later", verbose_name=_("Perjanjian sebelumnya atau induk")
    )
    kind = models.CharField(_("Hubungan"), max_length=20, choices=LinkKind)

    objects = models.Manager["AgreementLink"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("hubungan perjanjian")
        verbose_name_plural = _("hubungan perjanjian")
        constraints = [
            models.UniqueConstraint(fields=["later", "earlier", "kind"], name="partnerships_agreementlink_once"),
            models.CheckConstraint(condition=~Q(later=F("earlier")), name="partnerships_agreementlink_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.earlier_id}"


class TermExtension(models.Model):
    """One lengthening of a term, with its reason; the row is written once and stays."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="extensions")
    previous_until = models.DateField(_("Berakhir sebelumnya"))
    new_until = models.DateField(_("Berakhir sesudahnya"))
    reason = models.TextField(_("Alasan"))
    extended_at = models.DateTimeField(editable=False)
    extended_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = models.Manager["TermExtension"]()

    class Meta:
        verbose_name = _("perpanjangan")
        verbose_name_plural = _("perpanjangan")
        constraints = [
            models.CheckConstraint(
                condition=Q(new_until__gt=F("previous_until")), name="partnerships_termextension_later_than_before"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.previous_until} -> {self.new_until}"


class RegulationReference(models.Model):
    """A regulation that the text names: `Permenkumham 65 Tahun 2016`."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="regulations")
    title = models.CharField(_("Peraturan"), max_length=300, validators=[one_line])
    url = models.URLField(_("Alamat naskah peraturan"), blank=True)

    objects = models.Manager["RegulationReference"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("peraturan yang dirujuk")
        verbose_name_plural = _("peraturan yang dirujuk")

    def __str__(self) -> str:
        return self.title
