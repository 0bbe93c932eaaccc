"""What is decided about the end of a term, and of which ends the owners were told."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.agreements import Agreement
from partnerships.models.sight import within_sight
from units.models import User


class EndingChoice(models.TextChoices):
    EXTEND = "extend", _("Diperpanjang")
    RENEW = "renew", _("Diperbarui")
    LET_END = "let_end", _("Dibiarkan berakhir")
    TERMINATE = "terminate", _("Dihentikan")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {"extend": "teal", "renew": "teal", "let_end": "grey", "terminate": "brick"}[self.value]


class EndingDecisionQuerySet(models.QuerySet["EndingDecision"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)


class EndingDecision(models.Model):
    """What becomes of one term: `for_until` is the end that was decided on, None for a term without one. A changed end
    is a new question; at most one standing decision answers each."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="ending_decisions")
    for_until = models.DateField(_("Akhir yang diputuskan"), null=True, blank=True)
    choice = models.CharField(_("Keputusan"), max_length=20, choices=EndingChoice)
    reason = models.TextField(_("Alasan"))
    takes_effect_on = models.DateField(_("Berlaku pada"), null=True, blank=True)
    successor = models.ForeignKey(
        Agreement, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Perjanjian baru")
    )
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EndingDecisionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("keputusan masa")
        verbose_name_plural = _("keputusan masa")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "for_until"],
                condition=Q(withdrawn_at=None, for_until__isnull=False),
                name="partnerships_endingdecision_one_standing",
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(withdrawn_at=None, for_until=None),
                name="partnerships_endingdecision_one_without_end",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="partnerships_endingdecision_has_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="partnerships_endingdecision_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.choice}"


class EndingNotice(models.Model):
    """One row for each step of each end: on that day the letters of "ends within `days`" were due and planned. The row
    keeps a step from being told twice; another end date is another row."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="ending_notices")
    until = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_on = models.DateField()
    is_planned = models.BooleanField(default=False)

    objects = models.Manager["EndingNotice"]()

    class Meta:
        verbose_name = _("pemberitahuan akhir masa")
        verbose_name_plural = _("pemberitahuan akhir masa")
        indexes = [
            models.Index(fields=["told_on"], name="partnerships_notice_told"),
            models.Index(fields=["id"], condition=Q(is_planned=False), name="partnerships_notice_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "until", "days"], name="partnerships_endingnotice_once_a_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.until} -{self.days}"
