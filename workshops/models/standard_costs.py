"""What a cost is called and what it may be: names of accounts (MAK), and the standard costs (SBM) of a fiscal year."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.rupiah import MAX_RUPIAH
from units.access import Role
from workshops.models.agenda import HonorariumGrade

FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR = 2000, 2100
SIX_DIGITS = RegexValidator(r"^[0-9]{6}\Z", _("Kode akun (MAK) terdiri atas 6 angka, misalnya 524114."))
IS_FISCAL_YEAR = [MinValueValidator(FIRST_FISCAL_YEAR), MaxValueValidator(LAST_FISCAL_YEAR)]


class AccountCode(models.Model):
    """The name of an account. A budget line may use an account that has no name here."""

    code = models.CharField(_("Kode akun (MAK)"), max_length=6, unique=True, validators=[SIX_DIGITS])
    name = models.CharField(_("Nama akun"), max_length=150, validators=[one_line])

    objects = models.Manager["AccountCode"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("akun")
        verbose_name_plural = _("akun")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CostKind(models.TextChoices):
    HONORARIUM = "honorarium", _("Honorarium narasumber")
    MODERATOR = "moderator", _("Honorarium moderator")
    HOST_MC = "host_mc", _("Honorarium pembawa acara")
    PACKAGE = "package", _("Paket meeting")
    MEALS = "meals", _("Konsumsi")
    TRANSPORT = "transport", _("Transportasi")
    LODGING = "lodging", _("Penginapan")
    DAILY = "daily", _("Uang harian")
    OTHER = "other", _("Lainnya")


class StandardCostQuerySet(models.QuerySet["StandardCost"]):
    def editable_by(self, user: Any) -> Self:
        """They hold for the whole ministry: a bureau admin keeps them, nobody else."""
        is_keeper = getattr(user, "is_authenticated", False) and user.is_active and user.role == Role.BUREAU_ADMIN
        return self if is_keeper else self.none()

    def of_year(self, fiscal_year: int) -> Self:
        """As numbered."""
        return self.filter(fiscal_year=fiscal_year).order_by("code", "pk")


class StandardCost(models.Model):
    """A row of the standard costs: what one unit of it may cost at most in this fiscal year."""

    fiscal_year = models.PositiveSmallIntegerField(_("Tahun anggaran"), validators=IS_FISCAL_YEAR)
    code = models.CharField(_("Kode"), max_length=20, validators=[one_line])
    kind = models.CharField(_("Jenis biaya"), max_length=20, choices=CostKind, default=CostKind.OTHER)
    description = models.CharField(_("Uraian"), max_length=200, validators=[one_line])
    grade = models.CharField(
        _("Golongan honorarium"),
        max_length=20,
        choices=HonorariumGrade,
        blank=True,
        default="",
        help_text=_("Untuk honorarium narasumber: tarif golongan mana."),
    )
    province = models.CharField(
        _("Provinsi"), max_length=60, blank=True, validators=[one_line], help_text=_("Kosong berarti semua provinsi.")
    )
    unit = models.CharField(_("Satuan"), max_length=20, validators=[one_line])
    cap = models.BigIntegerField(_("Batas harga (Rp)"))
    basis = models.CharField(
        _("Dasar"), max_length=100, blank=True, validators=[one_line], help_text=_("Peraturan yang menetapkannya.")
    )

    objects = StandardCostQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("standar biaya")
        verbose_name_plural = _("standar biaya")
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "code"], name="workshops_standardcost_code_once_a_year"),
            models.CheckConstraint(
                condition=Q(cap__gte=0, cap__lte=MAX_RUPIAH), name="workshops_standardcost_cap_is_an_amount"
            ),
        ]

    get_kind_display = label_of("kind", CostKind)
    get_grade_display = label_of("grade", HonorariumGrade)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"
