"""Templates of workshops: saved from one that was good, used for the next, taken away."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from units.models import User
from workshops.actions.blueprints import Blueprint, blueprint_of, without_people
from workshops.actions.checklists import ItemFacts, TemplateNameTaken, items_of
from workshops.models import ChecklistTemplate, Workshop, WorkshopTemplate, keeper_for


class WorkshopTemplateNameTaken(TemplateNameTaken):
    sentence = _("Templat workshop dengan nama ini sudah ada. Pilih nama lain, atau hapus yang lama dahulu.")


def save_as_template(
    workshop: Workshop,
    *,
    name: str,
    with_speakers: bool = True,
    checklist_template: ChecklistTemplate | None = None,
    by: User,
    now: datetime,
) -> WorkshopTemplate:
    """Keeps the plan of a workshop; later changes of the workshop do not reach it. With a `checklist_template` its
    items, as they are on the day of use, stand for the workshop's own. Raises WorkshopTemplateNameTaken."""
    plan = blueprint_of(workshop, with_checklist=checklist_template is None)
    if not with_speakers:
        plan = without_people(plan)
    # A template is for later years: whoever was in charge of this one workshop is not part of it.
    plan = replace(plan, person_in_charge=None)
    try:
        with transaction.atomic():
            return WorkshopTemplate.objects.create(
                name=name,
                kind=workshop.kind,
                keeper=keeper_for(by),
                checklist_template=checklist_template,
                plan=plan.as_json(),
                source=workshop,
                created_at=now,
                created_by=by,
            )
    except IntegrityError as taken:
        raise WorkshopTemplateNameTaken from taken


def remove_workshop_template(template: WorkshopTemplate) -> None:
    """Workshops made from it stay. Removing it twice is harmless."""
    WorkshopTemplate.objects.filter(pk=template.pk).delete()


def plan_of(template: WorkshopTemplate) -> Blueprint:
    return Blueprint.from_json(template.plan)


def extra_items_of(template: WorkshopTemplate) -> list[ItemFacts]:
    """The items that its checklist template has today."""
    return items_of(template.checklist_template) if template.checklist_template else []
