"""What a planner may type about things to do: one item, a template with its items, which template to use."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from units.models import User
from workshops.actions.checklists import ItemFacts, TemplateFacts, title_key
from workshops.actions.refusals import Refusal
from workshops.facts import fact_named, facts
from workshops.forms.fields import fields_like
from workshops.forms.planning import planners_for
from workshops.models import (
    EARLIEST,
    LATEST,
    ChecklistItem,
    ChecklistTemplate,
    ChecklistTemplateItem,
    Workshop,
    WorkshopKind,
)
from workshops.versions import version_of_checklist_item, version_of_checklist_template

BEFORE, AFTER = "before", "after"
SIDES = [(BEFORE, _("sebelum mulai")), (AFTER, _("sesudah mulai"))]
OUT_OF_RANGE = _("Paling jauh 366 hari sebelum dan 183 hari sesudah hari mulai.")


def closing_choices(kept: str = "") -> list[tuple[str, Any]]:
    """By hand, or by one of the facts known here; `kept` is one that an item has but no app tells any more."""
    known: list[tuple[str, Any]] = [("", _("Ditandai sendiri")), *((fact.name, fact.label) for fact in facts())]
    if kept and fact_named(kept) is None:
        known.append((kept, kept))
    return known


class DaysForm(forms.Form):
    """A title, a day before or after the start, a role, and what closes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(ChecklistTemplateItem, "title", "owner_role"))
        self.fields["n_days"] = forms.IntegerField(
            label=_("Jarak (hari)"),
            min_value=0,
            max_value=-EARLIEST,
            help_text=_("Hari kalender; 0 berarti hari mulai."),
            error_messages={"min_value": OUT_OF_RANGE, "max_value": OUT_OF_RANGE},
        )
        self.fields["side"] = forms.ChoiceField(label=_("Kapan"), choices=SIDES, initial=BEFORE)
        self.fields["closes_by"] = forms.ChoiceField(
            label=_("Selesai bila"), required=False, choices=closing_choices(str(self.initial.get("closes_by") or ""))
        )
        self.fields["owner_role"].label = _("Peran")
        self.fields["owner_role"].help_text = _("Misalnya: bendahara, seksi acara.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("side") == AFTER and (cleaned.get("n_days") or 0) > LATEST:
            self.add_error("n_days", OUT_OF_RANGE)
        return cleaned

    def facts(self) -> ItemFacts:
        cleaned = self.cleaned_data
        return ItemFacts(
            title=" ".join(cleaned["title"].split()),
            days=cleaned["n_days"] if cleaned["side"] == AFTER else -cleaned["n_days"],
            owner_role=cleaned["owner_role"],
            closes_by=cleaned["closes_by"],
        )

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))


def days_initial(days: int) -> dict[str, Any]:
    return {"n_days": abs(days), "side": AFTER if days > 0 else BEFORE}


class ChecklistItemForm(DaysForm):
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, by: User, workshop: Workshop, item: ChecklistItem | None = None, **kwargs: Any
    ) -> None:
        if item is not None:
            known = {name: getattr(item, name) for name in ("title", "owner_role", "closes_by")}
            known |= days_initial(item.days) | {"owner": item.owner_id, "version": version_of_checklist_item(item)}
            kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        kept = item.owner_id if item else None
        self.fields["owner"] = forms.ModelChoiceField(
            planners_for(by, kept=kept),
            required=False,
            label=_("Ditugaskan kepada"),
            empty_label=_("Belum ditugaskan"),
            help_text=_("Kosong berarti tanggungan penanggung jawab kegiatan."),
        )
        self.order_fields(["title", "n_days", "side", "owner", "owner_role", "closes_by", "version"])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "title",
            Row(Column("n_days", css_class="col-md-4"), Column("side", css_class="col-md-8")),
            Row(Column("owner", css_class="col-md-6"), Column("owner_role", css_class="col-md-6")),
            "closes_by",
            "version",
        )
        return helper


class ChecklistTemplateForm(forms.Form):
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, template: ChecklistTemplate | None = None, **kwargs: Any) -> None:
        if template is not None:
            known = {name: getattr(template, name) for name in ("name", "kind", "is_active")}
            kwargs["initial"] = known | {"version": version_of_checklist_template(template)}
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(ChecklistTemplate, "name", "kind", "is_active"))
        if template is None:
            del self.fields["is_active"]
        self.order_fields(["name", "kind", "is_active", "version"])

    def facts(self) -> TemplateFacts:
        cleaned = self.cleaned_data
        return TemplateFacts(name=cleaned["name"], kind=cleaned["kind"], is_active=cleaned.get("is_active", True))

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Row(Column("name", css_class="col-md-7"), Column("kind", css_class="col-md-5")))
        helper.layout.extend([name for name in ("is_active", "version") if name in self.fields])
        return helper


class TemplateItemForm(DaysForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "n_days", "side"):
            self.fields[name].required = False
        self.fields["n_days"].help_text = ""
        self.fields["owner_role"].help_text = ""
        self.order_fields(["title", "n_days", "side", "owner_role", "closes_by"])

    def clean(self) -> dict[str, Any]:
        """A row is empty or has a title and a day."""
        cleaned = super().clean()
        if self.is_empty and (cleaned.get("n_days") is not None or cleaned.get("owner_role")):
            self.add_error("title", _("Isi nama butir, atau kosongkan seluruh baris."))
        if not self.is_empty and cleaned.get("n_days") is None and "n_days" not in self.errors:
            self.add_error("n_days", _("Isi jaraknya dari hari mulai; 0 berarti hari mulai."))
        cleaned["side"] = cleaned.get("side") or BEFORE
        return cleaned

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("title")


class BaseTemplateItemFormSet(forms.BaseFormSet[TemplateItemForm]):
    def items(self) -> list[ItemFacts]:
        """The rows that are filled in and not struck out."""
        return [
            form.facts()
            for form in self.forms
            if form.cleaned_data and not form.is_empty and form not in self.deleted_forms
        ]

    def clean(self) -> None:
        if any(self.errors):
            return
        titles = [title_key(item.title) for item in self.items()]
        if not titles:
            raise forms.ValidationError(_("Isi paling sedikit satu butir."))
        if len(set(titles)) < len(titles):
            raise forms.ValidationError(_("Butir yang sama tercantum dua kali."))


TemplateItemFormSet: type[BaseTemplateItemFormSet] = forms.formset_factory(  # type: ignore[assignment]
    TemplateItemForm,
    formset=BaseTemplateItemFormSet,
    extra=4,
    max_num=60,
    validate_max=True,
    absolute_max=80,
    can_delete=True,
    can_delete_extra=False,
)


def item_rows(template: ChecklistTemplate | None) -> list[dict[str, Any]]:
    """What the formset begins with."""
    if template is None:
        return []
    return [
        {"title": row.title, "owner_role": row.owner_role, "closes_by": row.closes_by, **days_initial(row.days)}
        for row in template.items.order_by("days", "pk")
    ]


class ApplyTemplateForm(forms.Form):
    """Which template to add to a checklist: those in use that the person may see, of this kind first."""

    def __init__(self, *args: Any, by: User, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ChecklistTemplate.objects.visible_to(by).filter(is_active=True)
        self.fields["templat"] = forms.ModelChoiceField(
            rows.order_by("kind", "name", "pk"), label=_("Templat persiapan"), empty_label=None
        )
        labels = dict(WorkshopKind.choices)
        options = sorted(rows, key=lambda row: (row.kind != workshop.kind, row.name.casefold(), row.pk))
        self.fields["templat"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.name} ({labels[row.kind]})") for row in options
        ]
        self.has_choices = bool(options)
