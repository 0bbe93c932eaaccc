"""Re-evaluation: after a ministry or a unit was renamed or split, each of its agreements is looked at once more."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.agreements import Agreement
from partnerships.models.endings import EndingDecision
from partnerships.models.kinds import AgreementKind
from partnerships.models.sight import within_sight
from toolkit.one_line import one_line
from units.access import EDITS_ALL, SEES_ALL, Role, within
from units.models import Unit, User


class CampaignAnswer(models.TextChoices):
    KEEP = "keep", _("Tetap berlaku")
    ADDENDUM = "addendum", _("Perlu adendum")
    END = "end", _("Diakhiri")
    SUPERSEDED = "superseded", _("Digantikan")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {"keep": "teal", "addendum": "gold", "end": "brick", "superseded": "sky"}[self.value]


# What a person answers of a row; the fourth comes with choosing the new agreement.
PLAIN_ANSWERS = [CampaignAnswer.KEEP, CampaignAnswer.ADDENDUM, CampaignAnswer.END]


# Answers that are a promise until somebody carries them out.
CARRIED_OUT_LATER = [CampaignAnswer.ADDENDUM, CampaignAnswer.END]
CARRIED_OUT = (
    Q(answer__in=[CampaignAnswer.KEEP, CampaignAnswer.SUPERSEDED])
    | Q(answer=CampaignAnswer.ADDENDUM, amendment__isnull=False)
    | Q(answer=CampaignAnswer.END, decision__isnull=False, decision__withdrawn_at=None)
)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for others those that were begun and ask about agreements of theirs."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        asked = CampaignItem.objects.visible_to(user).filter(campaign=models.OuterRef("pk"))
        return self.filter(models.Exists(asked), started_at__isnull=False)

    def editable_by(self, user: Any) -> Self:
        """A bureau admin begins, ends and removes campaigns."""
        is_admin = getattr(user, "is_authenticated", False) and user.is_active and user.role == Role.BUREAU_ADMIN
        return self if is_admin else self.none()

    def running(self) -> Self:
        return self.filter(started_at__isnull=False, closed_at=None)


class Campaign(models.Model):
    """Draft until it is begun: then the agreements it asks about are fixed as its items."""

    title = models.CharField(_("Nama evaluasi"), max_length=150, validators=[one_line])
    reason = models.TextField(
        _("Sebab dan petunjuk"), help_text=_("Tampil di halaman jawaban dan dalam surat kepada satuan kerja.")
    )
    units = models.ManyToManyField(
        Unit, related_name="+", verbose_name=_("Satuan kerja"), help_text=_("Semua unit di bawahnya ikut.")
    )
    kinds = models.ManyToManyField(
        AgreementKind,
        blank=True,
        related_name="+",
        verbose_name=_("Jenis perjanjian"),
        help_text=_("Kosong berarti semua jenis."),
    )
    due_on = models.DateField(_("Batas jawaban"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CampaignQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evaluasi ulang")
        verbose_name_plural = _("evaluasi ulang")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(started_at__isnull=False),
                name="partnerships_campaign_begun_before_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.closed_at is None

    @property
    def state_label(self) -> str:
        if self.started_at is None:
            return str(_("Draf"))
        return str(_("Ditutup")) if self.closed_at is not None else str(_("Berjalan"))

    @property
    def tone(self) -> str:
        return "grey" if not self.is_running else "teal"

    def is_late(self, today: date) -> bool:
        return self.is_running and self.due_on < today


class CampaignBatch(models.Model):
    """Many answers given at once, so that they can be taken back at once."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="batches")
    answer = models.CharField(max_length=20, choices=CampaignAnswer)
    successor = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="+")
    takes_effect_on = models.DateField(_("Digantikan pada"), null=True, blank=True)
    n_items = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager["CampaignBatch"]()

    class Meta:
        verbose_name = _("jawaban massal")
        verbose_name_plural = _("jawaban massal")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.answer} {self.n_items}"


class CampaignItemQuerySet(models.QuerySet["CampaignItem"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def answerable_by(self, user: Any) -> Self:
        """Of running campaigns: all for the bureau, else those of the own tree or unit; a leader answers nothing."""
        rows = self.filter(campaign__started_at__isnull=False, campaign__closed_at=None)
        if getattr(user, "role", None) in EDITS_ALL:
            return rows.visible_to(user)
        return rows.none() if getattr(user, "role", None) == Role.LEADER else rows.visible_to(user)

    def unanswered(self) -> Self:
        return self.filter(answer="")

    def carried_out(self) -> Self:
        """Answered, and done: to keep is done by saying so, an addendum when its draft stands, an end when it is
        decided. A removed draft or a withdrawn decision opens the row again."""
        return self.filter(CARRIED_OUT)

    def to_carry_out(self) -> Self:
        return self.filter(answer__in=CARRIED_OUT_LATER).exclude(CARRIED_OUT)

    def under(self, unit: Unit) -> Self:
        """Items whose agreement belongs to the unit or to one below it."""
        return self.filter(within("agreement__owner_unit", unit.path))


class CampaignItem(models.Model):
    """One agreement in one campaign; `region` is the Kanwil of its owner when the campaign began, None for central."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="campaign_items")
    region = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(_("Jawaban"), max_length=20, choices=CampaignAnswer, blank=True)
    note = models.CharField(_("Catatan"), max_length=300, blank=True, validators=[one_line])
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(
        CampaignBatch, models.SET_NULL, null=True, blank=True, related_name="items", db_index=False
    )
    amendment = models.ForeignKey(Agreement, models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(EndingDecision, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CampaignItemQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("butir evaluasi ulang")
        verbose_name_plural = _("butir evaluasi ulang")
        indexes = [
            models.Index(fields=["campaign", "region", "answer"], name="partnerships_item_progress"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="partnerships_item_batch"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "agreement"], name="partnerships_campaignitem_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="partnerships_campaignitem_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.agreement_id} {self.answer}"

    @property
    def waits_for_hand(self) -> bool:
        """Answered, and not carried out yet; the twin of `to_carry_out`. Needs `decision`."""
        if self.answer == CampaignAnswer.ADDENDUM:
            return self.amendment_id is None
        is_decided = self.decision is not None and self.decision.withdrawn_at is None
        return self.answer == CampaignAnswer.END and not is_decided

    @property
    def tone(self) -> str:
        return CampaignAnswer(self.answer).tone if self.answer else ""
