"""What has to be done for a workshop, by when and by whom: templates for each kind, and the items of one workshop."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.working_days import previous_working_day
from units.models import Unit, User
from workshops.models.keeping import KeptQuerySet
from workshops.models.workshops import Workshop, WorkshopKind, WorkshopState

# How far from the start an item may lie: a year before (venues, budgets), half a year after (reports, accounts).
EARLIEST, LATEST = -366, 183
# While a workshop stands still nothing of it is late.
AT_REST = [WorkshopState.POSTPONED, WorkshopState.CANCELLED]


def nominal_due(first_day: date, days: int) -> date:
    """Calendar days from the first day of the workshop."""
    return first_day + timedelta(days=days)


def due_on(first_day: date, days: int) -> date:
    """The day itself, or the working day before where offices are closed."""
    return previous_working_day(nominal_due(first_day, days))


class ChecklistTemplate(models.Model):
    """The usual items of one kind of workshop. `keeper` None: the country's."""

    name = models.CharField(_("Nama templat"), max_length=120, validators=[one_line])
    kind = models.CharField(_("Jenis kegiatan"), max_length=30, choices=WorkshopKind)
    keeper = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(
        _("Dipakai"), default=True, help_text=_("Templat yang tidak dipakai tidak ditawarkan lagi; datanya tetap.")
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = KeptQuerySet["ChecklistTemplate"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["keeper", "name"],
                condition=Q(keeper__isnull=False),
                name="workshops_checklisttemplate_name_once",
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(keeper=None), name="workshops_checklisttemplate_national_name_once"
            ),
        ]

    get_kind_display = label_of("kind", WorkshopKind)

    def __str__(self) -> str:
        return self.name


class ChecklistTemplateItem(models.Model):
    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="items")
    title = models.CharField(_("Butir"), max_length=200, validators=[one_line])
    days = models.SmallIntegerField(_("Hari dari mulai"), help_text=_("Negatif berarti sebelum hari mulai."))
    owner_role = models.CharField(_("Penanggung jawab"), max_length=60, blank=True, validators=[one_line])
    closes_by = models.CharField(_("Selesai dengan sendirinya bila"), max_length=40, blank=True)

    objects = models.Manager["ChecklistTemplateItem"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "title"], name="workshops_checklisttemplateitem_once"),
            models.CheckConstraint(
                condition=Q(days__gte=EARLIEST, days__lte=LATEST), name="workshops_checklisttemplateitem_days"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ChecklistItemQuerySet(models.QuerySet["ChecklistItem"]):
    def open_for(self, user: Any) -> Self:
        """Not done by hand, of workshops that go on, and this person's: named as owner, or in charge of the workshop.
        Whether the data has closed one is for the facts to say."""
        return (
            self.filter(Q(owner=user) | Q(workshop__person_in_charge=user), done_at=None)
            .filter(workshop__starts_at__isnull=False)
            .exclude(workshop__state__in=[*AT_REST, WorkshopState.REPORTED])
        )


class ChecklistItem(models.Model):
    """One thing to do. Its day follows the start of the workshop. `done_at` is set by hand only: what the data closes
    (`closes_by`, the name of a fact) is found out anew each time."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="checklist")
    title = models.CharField(_("Butir"), max_length=200, validators=[one_line])
    days = models.SmallIntegerField(_("Hari dari mulai"))
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Ditugaskan kepada")
    )
    owner_role = models.CharField(_("Peran"), max_length=60, blank=True, validators=[one_line])
    closes_by = models.CharField(_("Selesai dengan sendirinya bila"), max_length=40, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "title"], name="workshops_checklistitem_once"),
            models.CheckConstraint(
                condition=Q(days__gte=EARLIEST, days__lte=LATEST), name="workshops_checklistitem_days"
            ),
        ]

    def __str__(self) -> str:
        return self.title
