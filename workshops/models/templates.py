"""Workshops to begin from: the plan of one that was good, without its dates and its people's answers."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.models import Unit, User
from workshops.models.checklists import ChecklistTemplate
from workshops.models.keeping import KeptQuerySet
from workshops.models.workshops import Workshop, WorkshopKind


class WorkshopTemplate(models.Model):
    """`plan` is what `blueprints.Blueprint` reads and writes. `keeper` None: the country's."""

    name = models.CharField(_("Nama templat"), max_length=120, validators=[one_line])
    kind = models.CharField(_("Jenis kegiatan"), max_length=30, choices=WorkshopKind)
    keeper = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    checklist_template = models.ForeignKey(
        ChecklistTemplate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Templat persiapan"),
    )
    plan = models.JSONField(encoder=DjangoJSONEncoder, editable=False)
    source = models.ForeignKey(Workshop, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = KeptQuerySet["WorkshopTemplate"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["keeper", "name"],
                condition=Q(keeper__isnull=False),
                name="workshops_workshoptemplate_name_once",
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(keeper=None), name="workshops_workshoptemplate_national_name_once"
            ),
        ]

    get_kind_display = label_of("kind", WorkshopKind)

    def __str__(self) -> str:
        return self.name
