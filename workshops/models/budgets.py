"""The budget (RAB) of a workshop: its lines with plan, and what was really paid."""

import secrets
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models import Agreement
from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.quantities import shown_quantity
from toolkit.rupiah import MAX_RUPIAH
from units.models import User
from workshops.models.standard_costs import IS_FISCAL_YEAR, SIX_DIGITS, StandardCost
from workshops.models.workshops import Workshop


class Budget(models.Model):
    workshop = models.OneToOneField(Workshop, models.CASCADE, related_name="budget")
    fiscal_year = models.PositiveSmallIntegerField(_("Tahun anggaran"), validators=IS_FISCAL_YEAR)
    dipa_number = models.CharField(_("Nomor DIPA"), max_length=60, blank=True, validators=[one_line])
    activity_code = models.CharField(
        _("Kode program s.d. komponen"),
        max_length=80,
        blank=True,
        validators=[one_line],
        help_text=_("Bagian MAK di depan akun, misalnya 013.01.WA.1577.EBA.956.051.A."),
    )
    ceiling = models.BigIntegerField(_("Pagu (Rp)"), null=True, blank=True)
    officer_name = models.CharField(_("Pejabat Pembuat Komitmen"), max_length=150, blank=True, validators=[one_line])
    officer_number = models.CharField(_("NIP pejabat"), max_length=30, blank=True, validators=[one_line])

    objects = models.Manager["Budget"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("anggaran")
        verbose_name_plural = _("anggaran")
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gte=0, ceiling__lte=MAX_RUPIAH),
                name="workshops_budget_ceiling_is_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} {self.fiscal_year}"


class FundingSource(models.TextChoices):
    DIPA = "dipa", _("DIPA")
    PARTNER = "partner", _("Mitra")


# Three of the greatest volumes times the greatest price have 41 digits; with fewer the product would be rounded twice.
EVERY_DIGIT = 50


def plan_total(volumes: Iterable[Decimal | None], unit_price: int) -> int:
    """All volumes that are given times the price, rounded once at the end: half a rupiah goes up."""
    with localcontext(prec=EVERY_DIGIT):
        total = Decimal(unit_price)
        for volume in volumes:
            if volume is not None:
                total *= volume
        return int(total.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def in_order(self) -> Self:
        """As on the form: by account, then as arranged."""
        return self.order_by("account_code", "position", "pk")


class BudgetLine(models.Model):
    """`planned` is always `plan_total` of the volumes and the price; the actions write it, so that sums over many
    workshops are one query. `source_key` names the fact a line was made from, so that making it again updates it."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(default=0, editable=False)
    account_code = models.CharField(_("Kode akun (MAK)"), max_length=6, validators=[SIX_DIGITS])
    description = models.CharField(_("Uraian"), max_length=300, validators=[one_line])
    volume1 = models.DecimalField(_("Volume 1"), max_digits=9, decimal_places=2)
    unit1 = models.CharField(_("Satuan 1"), max_length=20, validators=[one_line])
    volume2 = models.DecimalField(_("Volume 2"), max_digits=9, decimal_places=2, null=True, blank=True)
    unit2 = models.CharField(_("Satuan 2"), max_length=20, blank=True, validators=[one_line])
    volume3 = models.DecimalField(_("Volume 3"), max_digits=9, decimal_places=2, null=True, blank=True)
    unit3 = models.CharField(_("Satuan 3"), max_length=20, blank=True, validators=[one_line])
    unit_price = models.BigIntegerField(_("Harga satuan (Rp)"))
    planned = models.BigIntegerField(_("Jumlah (Rp)"), editable=False)
    funding_source = models.CharField(
        _("Sumber dana"), max_length=10, choices=FundingSource, default=FundingSource.DIPA
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_lines",
        verbose_name=_("Perjanjian mitra"),
    )
    consent = models.CharField(
        _("Persetujuan mitra"),
        max_length=200,
        blank=True,
        validators=[one_line],
        help_text=_("Nomor dan tanggal surat persetujuan, bila perjanjian memintanya."),
    )
    standard_cost = models.ForeignKey(
        StandardCost,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="budget_lines",
        verbose_name=_("Standar biaya (SBM)"),
    )
    source_key = models.CharField(max_length=60, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = BudgetLineQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("baris anggaran")
        verbose_name_plural = _("baris anggaran")
        indexes = [models.Index(fields=["budget", "account_code", "position"], name="workshops_budgetline_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(funding_source="dipa", agreement=None)
                | Q(funding_source="partner", agreement__isnull=False),
                name="workshops_budgetline_partner_has_agreement",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, unit_price__lte=MAX_RUPIAH, planned__gte=0, planned__lte=MAX_RUPIAH),
                name="workshops_budgetline_amounts_in_bounds",
            ),
            models.CheckConstraint(
                condition=(Q(volume2=None, unit2="") | (Q(volume2__isnull=False) & ~Q(unit2="")))
                & (Q(volume3=None, unit3="") | (Q(volume3__isnull=False) & ~Q(unit3=""))),
                name="workshops_budgetline_volume_has_unit",
            ),
            models.UniqueConstraint(
                fields=["budget", "source_key"],
                condition=~Q(source_key=""),
                name="workshops_budgetline_source_once",
            ),
        ]

    get_funding_source_display = label_of("funding_source", FundingSource)

    def __str__(self) -> str:
        return self.description

    @property
    def volumes(self) -> list[tuple[Decimal, str]]:
        """Those that are given, each with its unit."""
        pairs = [(self.volume1, self.unit1), (self.volume2, self.unit2), (self.volume3, self.unit3)]
        return [(volume, unit) for volume, unit in pairs if volume is not None]

    @property
    def volumes_line(self) -> str:
        """`2 orang × 4,5 OJ`."""
        return " × ".join(f"{shown_quantity(volume)} {unit}" for volume, unit in self.volumes)


def realization_path(realization: "BudgetRealization", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"realizations/{secrets.token_hex(16)}.pdf"


class BudgetRealization(models.Model):
    """A payment for a line, with the document that proves it."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="realizations")
    amount = models.BigIntegerField(_("Jumlah dibayar (Rp)"))
    paid_on = models.DateField(_("Tanggal"))
    document_number = models.CharField(
        _("Nomor bukti"),
        max_length=100,
        validators=[one_line],
        help_text=_("Kuitansi, SPM, SP2D, atau bukti lain."),
    )
    note = models.CharField(_("Keterangan"), max_length=300, blank=True, validators=[one_line])
    file = models.FileField(_("Berkas bukti (PDF)"), upload_to=realization_path, blank=True)
    original_name = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = models.Manager["BudgetRealization"]()
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("realisasi")
        verbose_name_plural = _("realisasi")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=MAX_RUPIAH), name="workshops_budgetrealization_amount_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.document_number
