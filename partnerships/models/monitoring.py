"""Periodic monitoring: a round, the units that are asked, and what each says of each of its agreements."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.agreements import Agreement
from partnerships.models.commitments import Evidence
from partnerships.models.kinds import AgreementKind
from partnerships.models.sight import within_sight
from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import SEES_ALL, Role
from units.models import Unit, User


class MonitoringRoundQuerySet(models.QuerySet["MonitoringRound"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for others the rounds in which a unit they reach is asked."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        asked = MonitoredUnit.objects.visible_to(user).values("round")
        return self.filter(pk__in=asked)

    def running(self) -> Self:
        return self.filter(closed_at=None)


class MonitoringRound(models.Model):
    """One round. Once open, its list of units and agreements stays as it was; closed, its answers do too."""

    title = models.CharField(_("Nama putaran"), max_length=150, validators=[one_line])
    period_from = models.DateField(_("Periode mulai"))
    period_until = models.DateField(_("Periode sampai"))
    due_on = models.DateField(_("Batas jawaban"))
    message = models.TextField(_("Pesan dalam surat"), blank=True, max_length=1000)
    kinds = models.ManyToManyField(AgreementKind, blank=True, related_name="+", verbose_name=_("Jenis perjanjian"))
    opened_at = models.DateTimeField(editable=False)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = MonitoringRoundQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("putaran pemantauan")
        verbose_name_plural = _("putaran pemantauan")
        constraints = [
            models.CheckConstraint(
                condition=Q(period_until__gte=F("period_from")), name="partnerships_monitoringround_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="partnerships_monitoringround_closed_by",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, today: date) -> bool:
        return self.closed_at is None and self.due_on < today


class MonitoredUnitQuerySet(models.QuerySet["MonitoredUnit"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "unit"))

    def answerable_by(self, user: Any) -> Self:
        """The own unit, or those of the own tree; leaders only look on."""
        return self.none() if getattr(user, "role", None) == Role.LEADER else self.visible_to(user)

    def with_counts(self) -> Self:
        return self.annotate(n_agreements=Count("answers"), n_answered=Count("answers", filter=~Q(answers__rating="")))

    def silent(self) -> Self:
        """Those with an agreement of which nothing is said yet."""
        return self.filter(models.Exists(MonitoringAnswer.objects.open().filter(monitored=models.OuterRef("pk"))))


class MonitoredUnit(models.Model):
    """A unit that is asked in a round. `region` is the Kanwil above it on the day of opening, or the unit itself."""

    round = models.ForeignKey(MonitoringRound, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    n_agreements: int  # these two by `with_counts`
    n_answered: int

    objects = MonitoredUnitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="partnerships_monitoredunit_once")]
        indexes = [models.Index(fields=["round", "region"], name="partnerships_monitored_region")]

    def __str__(self) -> str:
        return str(self.unit)


class Rating(models.TextChoices):
    DONE = "done", _("Terlaksana")
    PARTLY = "partly", _("Sebagian")
    NOT_YET = "not_yet", _("Belum")


RATING_TONES = {Rating.DONE: "teal", Rating.PARTLY: "gold", Rating.NOT_YET: "brick"}


class MonitoringAnswerQuerySet(models.QuerySet["MonitoringAnswer"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "monitored__unit"))

    def open(self) -> Self:
        return self.filter(rating="")

    def counted(self) -> dict[str, int]:
        """How many there are and of each rating, in one statement."""
        return self.aggregate(**RATING_COUNTS)


def _rated(rating: str) -> Count:
    return Count("pk", filter=Q(rating=rating))


RATING_COUNTS = {
    "n": Count("pk"),
    "done": _rated(Rating.DONE),
    "partly": _rated(Rating.PARTLY),
    "not_yet": _rated(Rating.NOT_YET),
    "unanswered": _rated(""),
}


class MonitoringAnswer(Evidence):
    """One agreement of one unit in a round; an empty rating has not been answered."""

    monitored = models.ForeignKey(MonitoredUnit, models.CASCADE, related_name="answers")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="monitoring_answers")
    rating = models.CharField(_("Pelaksanaan"), max_length=10, choices=Rating, blank=True)
    what = models.TextField(_("Yang dilaksanakan"), blank=True, max_length=2000)
    obstacles = models.TextField(_("Kendala"), blank=True, max_length=2000)
    recommendation = models.TextField(_("Rekomendasi"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=0, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = MonitoringAnswerQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("jawaban pemantauan")
        verbose_name_plural = _("jawaban pemantauan")
        constraints = [
            models.UniqueConstraint(fields=["monitored", "agreement"], name="partnerships_monitoringanswer_once"),
            models.CheckConstraint(
                condition=Q(rating="", answered_at=None) | (~Q(rating="") & Q(answered_at__isnull=False)),
                name="partnerships_monitoringanswer_answered_at",
            ),
        ]

    get_rating_display = label_of("rating", Rating)

    def __str__(self) -> str:
        return f"{self.monitored_id} {self.agreement_id}"
