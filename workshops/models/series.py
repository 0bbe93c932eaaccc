"""Workshops that come again and again: what they share, and the rule by which their days were found."""

from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.recurring_days import Rule
from units.access import SEES_ALL, Role, reach
from units.models import Unit, User
from workshops.models.workshops import BUREAU_LEVELS


class RuleKind(models.TextChoices):
    WEEKDAY_OF_MONTH = Rule.WEEKDAY_OF_MONTH, _("Tiap bulan, pada hari tertentu (misalnya Senin ketiga)")
    DAY_OF_MONTH = Rule.DAY_OF_MONTH, _("Tiap bulan, pada tanggal tertentu")
    WEEKLY = Rule.WEEKLY, _("Tiap pekan")


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; those of the own tree for a Kanwil admin; else none."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        return self.filter(reach(user, "organizer_unit")) if user.role == Role.REGIONAL_ADMIN else self.none()

    def editable_by(self, user: Any) -> Self:
        """As workshops of the same organiser are."""
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        rows = self.visible_to(user)
        if getattr(user, "role", None) == Role.BUREAU_STAFF:
            return rows.filter(organizer_unit__level__in=BUREAU_LEVELS)
        return rows


class Series(models.Model):
    """`shared` is what its members were last given together, by name of the field; a member that holds another value
    was changed by itself."""

    title = models.CharField(_("Nama rangkaian"), max_length=180, validators=[one_line])
    organizer_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="workshop_series", verbose_name=_("Penyelenggara")
    )
    rule = models.CharField(_("Jadwal"), max_length=20, choices=RuleKind)
    weekday = models.PositiveSmallIntegerField(null=True)
    nth = models.SmallIntegerField(null=True)
    day = models.PositiveSmallIntegerField(null=True)
    shared = models.JSONField(encoder=DjangoJSONEncoder, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rule=Rule.DAY_OF_MONTH, day__gte=1, day__lte=31)
                | Q(rule=Rule.WEEKLY, weekday__gte=0, weekday__lte=6)
                | Q(rule=Rule.WEEKDAY_OF_MONTH, weekday__gte=0, weekday__lte=6, nth__in=[1, 2, 3, 4, -1]),
                name="workshops_series_rule_is_whole",
            ),
        ]

    get_rule_display = label_of("rule", RuleKind)

    def __str__(self) -> str:
        return self.title
