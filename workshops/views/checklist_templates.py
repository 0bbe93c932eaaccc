"""Templates of checklists: the country's for everybody who plans, a Kanwil's for itself."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.paging import page_of
from workshops.actions.checklists import (
    create_checklist_template,
    edit_checklist_template,
    remove_checklist_template,
)
from workshops.actions.refusals import Refusal
from workshops.facts import fact_named
from workshops.forms.checklists import ChecklistTemplateForm, TemplateItemFormSet, item_rows
from workshops.models import ChecklistTemplate
from workshops.preparation import rule_text


def checklist_template_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = ChecklistTemplate.objects.visible_to(user).select_related("keeper").annotate(n_items=Count("items"))
    context = {"page": page_of(rows.order_by("kind", "name", "pk"), request), "may_plan": user.plans_workshops}
    return render(request, "workshops/checklist_template_list.html", context)


def checklist_template_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = ChecklistTemplate.objects.visible_to(user).select_related("keeper")
    template = get_object_or_404(rows, pk=pk)
    lines = [
        {"item": item, "rule": rule_text(item.days), "fact": fact_named(item.closes_by)}
        for item in template.items.order_by("days", "pk")
    ]
    may_edit = ChecklistTemplate.objects.editable_by(user).filter(pk=template.pk).exists()
    context = {"template": template, "lines": lines, "may_edit": may_edit}
    return render(request, "workshops/checklist_template_detail.html", context)


def checklist_template_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = ChecklistTemplateForm(request.POST or None)
    items = TemplateItemFormSet(request.POST or None, prefix="items")
    if request.method == "POST" and all([form.is_valid(), items.is_valid()]):
        try:
            template = create_checklist_template(facts=form.facts(), items=items.items(), by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Templat “%(name)s” tersimpan.") % {"name": template.name})
            return redirect("checklist_template_detail", pk=template.pk)
    context = {"form": form, "items": items, "template": None}
    return render(request, "workshops/checklist_template_form.html", context)


def checklist_template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(ChecklistTemplate.objects.editable_by(request.user), pk=pk)
    form = ChecklistTemplateForm(request.POST or None, template=template)
    items = TemplateItemFormSet(request.POST or None, prefix="items", initial=item_rows(template))
    if request.method == "POST" and all([form.is_valid(), items.is_valid()]):
        try:
            edit_checklist_template(
                template, facts=form.facts(), items=items.items(), version=form.cleaned_data["version"]
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Templat “%(name)s” tersimpan.") % {"name": form.cleaned_data["name"]})
            return redirect("checklist_template_detail", pk=template.pk)
    context = {"form": form, "items": items, "template": template}
    return render(request, "workshops/checklist_template_form.html", context)


def checklist_template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(ChecklistTemplate.objects.editable_by(request.user), pk=pk)
    remove_checklist_template(template)
    messages.success(request, _("Templat “%(name)s” dihapus; daftar kegiatan tetap.") % {"name": template.name})
    return redirect("checklist_template_list")
