"""What a partner pays."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from toolkit.one_line import one_line
from toolkit.rupiah import MAX_RUPIAH


class FundingTerm(models.Model):
    """What a partner pays under an agreement: which costs, up to how much, and whether it must be asked first. Several
    terms of one agreement stand beside each other; a cost that none of them names is not paid by the partner."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="funding_terms")
    cost = models.CharField(
        _("Biaya yang ditanggung"),
        max_length=150,
        validators=[one_line],
        help_text=_("Misalnya: konsumsi dan sewa tempat."),
    )
    account_prefix = models.CharField(
        _("Awalan kode akun"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{1,6}$", _("Tulis 1 sampai 6 angka, misalnya 521 atau 522151."))],
        help_text=_("521 mencakup semua akun 521xxx; kosong berarti semua akun."),
    )
    ceiling = models.BigIntegerField(
        _("Batas jumlah"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_RUPIAH)],
        help_text=_("Untuk seluruh kegiatan di bawah perjanjian ini; kosong berarti tanpa batas."),
    )
    currency = models.CharField(
        _("Mata uang"),
        max_length=3,
        default="IDR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Tulis kode tiga huruf, misalnya IDR, EUR, atau USD."))],
    )
    needs_consent = models.BooleanField(_("Perlu persetujuan tertulis mitra"), default=False)
    note = models.CharField(_("Catatan"), max_length=300, blank=True, validators=[one_line])

    objects = models.Manager["FundingTerm"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("ketentuan pendanaan")
        verbose_name_plural = _("ketentuan pendanaan")
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gte=0, ceiling__lte=MAX_RUPIAH),
                name="partnerships_fundingterm_ceiling_is_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.cost

    def covers(self, account_code: str) -> bool:
        return account_code.startswith(self.account_prefix)
