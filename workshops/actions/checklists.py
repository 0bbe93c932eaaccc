"""What changes on checklists: the items of a workshop, and the templates they come from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.models import ChecklistItem, ChecklistTemplate, ChecklistTemplateItem, Workshop, keeper_for
from workshops.versions import version_of_checklist_item, version_of_checklist_template


class ItemTwice(Refusal):
    sentence = _("Butir dengan nama ini sudah ada di daftar kegiatan.")
    field = "title"


class TemplateNameTaken(Refusal):
    sentence = _("Templat dengan nama ini sudah ada.")
    field = "name"


class TemplateItemTwice(Refusal):
    sentence = _("Butir yang sama tercantum dua kali.")


class TemplateIsEmpty(Refusal):
    sentence = _("Isi paling sedikit satu butir.")


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """`days` from the first day of the workshop, negative before it; `closes_by` the name of a fact or empty."""

    title: str
    days: int
    owner_role: str = ""
    closes_by: str = ""


def title_key(title: str) -> str:
    return " ".join(title.split()).casefold()


def add_item(workshop: Workshop, *, facts: ItemFacts, owner: User | None = None) -> ChecklistItem:
    """Raises ItemTwice."""
    with transaction.atomic():
        present = _locked_titles(workshop)
        if title_key(facts.title) in present:
            raise ItemTwice
        return ChecklistItem.objects.create(workshop=workshop, owner=owner, **asdict(facts))


def edit_item(
    item: ChecklistItem, *, facts: ItemFacts, owner: User | None, version: str | None = None
) -> ChecklistItem:
    """Raises ItemTwice, or ChangedMeanwhile when `version` is not what stands in the database."""
    with transaction.atomic():
        others = _locked_titles(item.workshop, without=item.pk)
        current = ChecklistItem.objects.get(pk=item.pk)
        if version is not None and version != version_of_checklist_item(current):
            raise ChangedMeanwhile
        if title_key(facts.title) in others:
            raise ItemTwice
        for name, value in asdict(facts).items():
            setattr(current, name, value)
        current.owner = owner
        current.save()
    return current


def remove_item(item: ChecklistItem) -> None:
    """Removing it twice is harmless."""
    ChecklistItem.objects.filter(pk=item.pk).delete()


def finish_item(item: ChecklistItem, *, by: User, now: datetime) -> None:
    """By hand. The first one who says so stays named."""
    ChecklistItem.objects.filter(pk=item.pk, done_at=None).update(done_at=now, done_by=by)


def reopen_item(item: ChecklistItem) -> None:
    """Takes back what was done by hand; what the data closed stays closed as long as the data says so."""
    ChecklistItem.objects.filter(pk=item.pk).update(done_at=None, done_by=None)


def add_items(workshop: Workshop, *, items: Sequence[ItemFacts]) -> list[ChecklistItem]:
    """Those that are not there yet, by their title; again adds nothing."""
    with transaction.atomic():
        present = _locked_titles(workshop)
        new = []
        for facts in items:
            key = title_key(facts.title)
            if key not in present:
                present.add(key)
                new.append(ChecklistItem(workshop=workshop, **asdict(facts)))
        return ChecklistItem.objects.bulk_create(new)


def apply_template(workshop: Workshop, *, template: ChecklistTemplate) -> list[ChecklistItem]:
    """Adds the items of a template; applying it twice adds nothing twice."""
    return add_items(workshop, items=items_of(template))


def items_of(template: ChecklistTemplate) -> list[ItemFacts]:
    rows = template.items.order_by("days", "pk").values("title", "days", "owner_role", "closes_by")
    return [ItemFacts(**row) for row in rows]


def _locked_titles(workshop: Workshop, without: int | None = None) -> set[str]:
    """Keys of the titles on the list; two people who add at the same time follow one another."""
    Workshop.objects.select_for_update(of=("self",)).only("pk").get(pk=workshop.pk)
    rows = ChecklistItem.objects.filter(workshop=workshop).exclude(pk__in=[without] if without else [])
    return {title_key(title) for title in rows.values_list("title", flat=True)}


@dataclass(frozen=True, kw_only=True)
class TemplateFacts:
    name: str
    kind: str
    is_active: bool = True


def create_checklist_template(
    *, facts: TemplateFacts, items: Sequence[ItemFacts], by: User, now: datetime
) -> ChecklistTemplate:
    """A Kanwil admin's is kept by the own unit, the bureau's is the country's. Raises a Refusal."""
    _check(items)
    try:
        with transaction.atomic():
            template = ChecklistTemplate.objects.create(
                **asdict(facts), keeper=keeper_for(by), created_at=now, created_by=by
            )
            _write(template, items)
    except IntegrityError as taken:
        raise TemplateNameTaken from taken
    return template


def edit_checklist_template(
    template: ChecklistTemplate, *, facts: TemplateFacts, items: Sequence[ItemFacts], version: str | None = None
) -> ChecklistTemplate:
    """Makes the items exactly these. Checklists of workshops stay as they are. Raises a Refusal."""
    _check(items)
    try:
        with transaction.atomic():
            current = ChecklistTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
            if version is not None and version != version_of_checklist_template(current):
                raise ChangedMeanwhile
            for name, value in asdict(facts).items():
                setattr(current, name, value)
            current.save()
            current.items.all().delete()
            _write(current, items)
    except IntegrityError as taken:
        raise TemplateNameTaken from taken
    return current


def remove_checklist_template(template: ChecklistTemplate) -> None:
    """Checklists made from it stay. Removing it twice is harmless."""
    ChecklistTemplate.objects.filter(pk=template.pk).delete()


def _check(items: Sequence[ItemFacts]) -> None:
    if not items:
        raise TemplateIsEmpty
    if len({title_key(item.title) for item in items}) < len(items):
        raise TemplateItemTwice


def _write(template: ChecklistTemplate, items: Sequence[ItemFacts]) -> None:
    ChecklistTemplateItem.objects.bulk_create(
        ChecklistTemplateItem(template=template, **asdict(item)) for item in items
    )
