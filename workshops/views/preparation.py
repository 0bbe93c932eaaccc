"""What has to be done before and after a workshop, by whom and until when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.actions.checklists import (
    add_item,
    apply_template,
    edit_item,
    finish_item,
    items_of,
    remove_item,
    reopen_item,
    title_key,
)
from workshops.actions.refusals import Refusal
from workshops.forms.checklists import ApplyTemplateForm, ChecklistItemForm
from workshops.models import AT_REST, ChecklistItem, Workshop, due_on, nominal_due
from workshops.preparation import Checklist, checklist_of, rule_text, sees_preparation
from workshops.views.head import head_context


def _editable(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user).select_related("organizer_unit", "host_unit")
    return get_object_or_404(rows, pk=pk)


def _item(request: HttpRequest, pk: int, item_pk: int) -> tuple[Workshop, ChecklistItem]:
    workshop = _editable(request, pk)
    item = get_object_or_404(workshop.checklist.select_related("owner"), pk=item_pk)
    item.workshop = workshop
    return workshop, item


def workshop_preparation(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = Workshop.objects.visible_to(user).select_related("organizer_unit", "host_unit", "person_in_charge")
    workshop = get_object_or_404(rows, pk=pk)
    if not sees_preparation(user, workshop):
        raise Http404
    can_edit = workshop.is_editable_by(user)
    checklist = checklist_of(workshop, timezone.localdate())
    context = head_context(request, workshop, "preparation") | {
        "checklist": checklist,
        "days": _by_day(checklist),
        "rests": workshop.state in AT_REST,
        "apply_form": ApplyTemplateForm(by=user, workshop=workshop) if can_edit else None,
    }
    return render(request, "workshops/workshop_preparation.html", context)


def _by_day(checklist: Checklist) -> list[dict[str, Any]]:
    """The open items under the day they are due, the undated last."""
    days: list[dict[str, Any]] = []
    for line in checklist.open:
        if not days or days[-1]["day"] != line.due:
            days.append({"day": line.due, "lines": []})
        days[-1]["lines"].append(line)
    return days


def checklist_item_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    form = ChecklistItemForm(request.POST or None, by=by, workshop=workshop)
    if request.method == "POST" and form.is_valid():
        try:
            item = add_item(workshop, facts=form.facts(), owner=form.cleaned_data["owner"])
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Butir “%(title)s” ada di daftar.") % {"title": item.title})
            return redirect("workshop_preparation", pk=workshop.pk)
    context = head_context(request, workshop, "preparation") | {"form": form, "item": None}
    return render(request, "workshops/checklist_item_form.html", context)


def checklist_item_edit(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, item = _item(request, pk, item_pk)
    form = ChecklistItemForm(request.POST or None, by=by, workshop=workshop, item=item)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            saved = edit_item(item, facts=form.facts(), owner=cleaned["owner"], version=cleaned["version"])
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Butir “%(title)s” tersimpan.") % {"title": saved.title})
            return redirect("workshop_preparation", pk=workshop.pk)
    context = head_context(request, workshop, "preparation") | {"form": form, "item": item}
    return render(request, "workshops/checklist_item_form.html", context)


def checklist_item_remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    workshop, item = _item(request, pk, item_pk)
    remove_item(item)
    messages.success(request, _("Butir “%(title)s” dihapus dari daftar.") % {"title": item.title})
    return redirect("workshop_preparation", pk=workshop.pk)


def checklist_item_finish(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, item = _item(request, pk, item_pk)
    finish_item(item, by=by, now=timezone.now())
    messages.success(request, _("“%(title)s” ditandai selesai.") % {"title": item.title})
    return redirect("workshop_preparation", pk=workshop.pk)


def checklist_item_reopen(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    workshop, item = _item(request, pk, item_pk)
    reopen_item(item)
    messages.success(request, _("“%(title)s” dibuka lagi.") % {"title": item.title})
    return redirect("workshop_preparation", pk=workshop.pk)


def checklist_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """A look at what a template would add (GET), then the deed (POST)."""
    by: Any = request.user
    workshop = _editable(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    form = ApplyTemplateForm(data if "templat" in data else None, by=by, workshop=workshop)
    template = form.cleaned_data["templat"] if form.is_valid() else None
    if request.method == "POST" and template is not None:
        added = apply_template(workshop, template=template)
        if added:
            n = len(added)
            line = ngettext("%(n)d butir ditambahkan.", "%(n)d butir ditambahkan.", n)
            messages.success(request, line % {"n": n})
        else:
            messages.info(request, _("Semua butir templat ini sudah ada di daftar; tidak ada yang ditambahkan."))
        return redirect("workshop_preparation", pk=workshop.pk)
    preview = _preview(workshop, template) if template else []
    context = head_context(request, workshop, "preparation") | {
        "form": form,
        "template": template,
        "preview": preview,
        "n_new": sum(not row["is_known"] for row in preview),
    }
    return render(request, "workshops/checklist_apply.html", context)


def _preview(workshop: Workshop, template: Any) -> list[dict[str, Any]]:
    known = {title_key(title) for title in workshop.checklist.values_list("title", flat=True)}
    first = workshop.first_day
    rows = []
    for item in items_of(template):
        due = due_on(first, item.days) if first else None
        counted = nominal_due(first, item.days) if first else None
        rows.append(
            {
                "item": item,
                "due": due,
                "moved_from": counted if counted != due else None,
                "rule": rule_text(item.days),
                "is_known": title_key(item.title) in known,
            }
        )
    return rows
