"""Yearly work plans (RKT) under a memorandum: what is done, when, where, with whose money, and who agreed."""

from datetime import date
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.agreements import Agreement
from partnerships.models.commitments import Activity, ActivitySource, Measure
from partnerships.models.files import AgreementFile
from partnerships.models.sight import within_sight
from toolkit.local_times import day_short
from toolkit.one_line import one_line
from toolkit.rupiah import MAX_RUPIAH
from units.models import User


class PlanState(models.TextChoices):
    """How far a plan has come; always derived, never typed."""

    DRAFTED = "drafted", _("Disusun")
    IN_APPROVAL = "in_approval", _("Dalam persetujuan")
    APPROVED = "approved", _("Disetujui semua pihak")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {"drafted": "grey", "in_approval": "gold", "approved": "teal"}[self.value]


class ApprovalSide(models.TextChoices):
    """Who must agree: the bureau, the partner, the province where the work happens, and the inter-ministry team
    (DOMAIN.md 4)."""

    BUREAU = "bureau", _("Biro")
    PARTNER = "partner", _("Mitra")
    PROVINCE = "province", _("Pemerintah provinsi")
    TPOA = "tpoa", _("Tim Perizinan Ormas Asing (TPOA)")


class Responsible(models.TextChoices):
    OURS = "ours", _("Pihak kita")
    PARTNER = "partner", _("Mitra")
    BOTH = "both", _("Bersama")


class WorkPlanQuerySet(models.QuerySet["WorkPlan"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def with_state_facts(self) -> Self:
        """Annotates `n_approvals`, which `state` reads."""
        return self.annotate(n_approvals=Count("approvals", distinct=True))


class WorkPlan(models.Model):
    """The plan of one year: an agreement of its own that implements the memorandum."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="work_plan")
    memorandum = models.ForeignKey(Agreement, models.RESTRICT, related_name="work_plans")
    year = models.PositiveSmallIntegerField(_("Tahun"), validators=[MinValueValidator(2000), MaxValueValidator(2099)])

    n_approvals: int  # by `with_state_facts`

    objects = WorkPlanQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rencana kerja tahunan")
        verbose_name_plural = _("rencana kerja tahunan")
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "year"], name="partnerships_workplan_one_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.memorandum_id} {self.year}"

    @property
    def state(self) -> PlanState:
        """Of `with_state_facts`."""
        if self.n_approvals == len(ApprovalSide):
            return PlanState.APPROVED
        return PlanState.IN_APPROVAL if self.n_approvals else PlanState.DRAFTED

    def workshops(self) -> "models.QuerySet[Activity]":
        """The portal's workshops of its year that were held under the plan or its memorandum."""
        return Activity.objects.filter(
            agreement__in=[self.agreement_id, self.memorandum_id],
            source=ActivitySource.WORKSHOP,
            n_events=1,
            held_on__year=self.year,
        ).order_by("held_on", "pk")


class WorkPlanLineQuerySet(models.QuerySet["WorkPlanLine"]):
    def of_agreement(self, agreement: Agreement) -> Self:
        """Of the plan that the agreement is, or of those under it; the newest year first."""
        rows = self.filter(Q(plan__agreement=agreement) | Q(plan__memorandum=agreement))
        return rows.order_by("-plan__year", "position", "pk")

    def with_done(self) -> Self:
        """Annotates what the activities linked to a line say: `n_done`, `last_on`, and `cost`, the rupiah of workshops
        and of reports for commitments in rupiah."""
        reported = Sum("activities__amount", filter=Q(activities__commitment__measure=Measure.RUPIAH))
        return self.annotate(
            n_done=Count("activities"),
            last_on=Max("activities__held_on"),
            cost=Coalesce(Sum("activities__rupiah"), 0) + Coalesce(reported, 0),
        )


class WorkPlanLine(models.Model):
    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    activity = models.CharField(_("Kegiatan"), max_length=300, validators=[one_line])
    quarter = models.PositiveSmallIntegerField(
        _("Triwulan"), choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV")], default=1
    )
    place = models.CharField(_("Tempat"), max_length=150, blank=True, validators=[one_line])
    budget = models.BigIntegerField(_("Anggaran"), null=True, blank=True, validators=[MaxValueValidator(MAX_RUPIAH)])
    responsible = models.CharField(_("Penanggung jawab"), max_length=10, choices=Responsible, default=Responsible.BOTH)

    n_done: int  # by `with_done`
    last_on: date | None
    cost: int

    objects = WorkPlanLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("baris rencana kerja")
        verbose_name_plural = _("baris rencana kerja")
        constraints = [
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0, budget__lte=MAX_RUPIAH),
                name="partnerships_workplanline_budget_is_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="partnerships_workplanline_quarter_of_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.activity

    @property
    def done(self) -> str:
        """Of `with_done`: how often and when last."""
        if self.last_on is None:
            return gettext("Belum")
        words = ngettext("%(n)d kegiatan, terakhir %(day)s", "%(n)d kegiatan, terakhir %(day)s", self.n_done)
        return words % {"n": self.n_done, "day": day_short(self.last_on)}


class WorkPlanApproval(models.Model):
    """One side's agreement to the lines as they stand; the document is filed with the plan's agreement."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="approvals")
    side = models.CharField(_("Pihak yang menyetujui"), max_length=10, choices=ApprovalSide)
    approver = models.CharField(
        _("Nama dan jabatan"), max_length=200, validators=[one_line], help_text=_("Seperti tertulis pada dokumennya.")
    )
    approved_on = models.DateField(_("Tanggal persetujuan"))
    file = models.ForeignKey(AgreementFile, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = models.Manager["WorkPlanApproval"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("persetujuan rencana kerja")
        verbose_name_plural = _("persetujuan rencana kerja")
        constraints = [
            models.UniqueConstraint(fields=["plan", "side"], name="partnerships_workplanapproval_once_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.side}"
