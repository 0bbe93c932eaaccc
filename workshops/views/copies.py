"""A new workshop from an earlier one or from a template, and keeping one as a template."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.paging import page_of
from workshops.actions.blueprints import Blueprint, Source, blueprint_of, create_from_blueprint, n_speakers
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import agreement_problem, schedule_of
from workshops.actions.templates import extra_items_of, plan_of, remove_workshop_template, save_as_template
from workshops.forms.copies import CopyForm, SaveTemplateForm
from workshops.models import Workshop, WorkshopTemplate
from workshops.preparation import rule_text, sees_preparation
from workshops.unit_names import name_units_as_then
from workshops.views.head import head_context, place_text, when_text


def workshop_clone_choose(request: HttpRequest) -> HttpResponse:
    """Which earlier workshop to copy: the newest first, found by words of title or theme."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = Workshop.objects.visible_to(request.user).select_related("organizer_unit", "host_unit")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(theme__icontains=text))
    page = page_of(rows.order_by("-calendar_on", "-pk"), request, per_page=20)
    name_units_as_then(page, timezone.now())
    lines = [{"workshop": row, "when": when_text(row), "place": place_text(row)} for row in page]
    return render(request, "workshops/workshop_clone_choose.html", {"q": text, "page": page, "rows": lines})


def workshop_clone(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = Workshop.objects.visible_to(user).select_related("organizer_unit", "host_unit")
    workshop = get_object_or_404(rows, pk=pk)
    blueprint = blueprint_of(workshop, with_checklist=sees_preparation(user, workshop))
    form = CopyForm(
        request.POST or None,
        by=user,
        blueprint=blueprint,
        organizer=workshop.organizer_unit_id,
        title=workshop.title,
        n_items=len(blueprint.checklist),
    )
    made = _made(request, form, blueprint, Source(workshop=workshop))
    if made is not None:
        return made
    context = head_context(request, workshop, "") | {"form": form, "n_speakers": n_speakers(blueprint)}
    return render(request, "workshops/workshop_clone.html", context)


def _made(request: HttpRequest, form: CopyForm, blueprint: Blueprint, source: Source) -> HttpResponse | None:
    """The new workshop's page, or None when the form is to be shown (again)."""
    by: Any = request.user
    if request.method != "POST" or not form.is_valid():
        return None
    cleaned = form.cleaned_data
    try:
        workshop = create_from_blueprint(
            blueprint,
            title=cleaned["title"],
            organizer_unit=cleaned["organizer_unit"],
            days=form.days(),
            take=form.take_parts(),
            source=source,
            state=cleaned["state"],
            form_token=cleaned["form_token"],
            by=by,
            now=timezone.now(),
        )
    except Refusal as problem:
        form.refuse(problem)
        return None
    messages.success(request, _("Kegiatan “%(title)s” tersimpan.") % {"title": workshop.title})
    if problem_text := agreement_problem(workshop, schedule_of(workshop)):
        messages.warning(request, problem_text)
    return redirect("workshop_detail", pk=workshop.pk)


def plan_template_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = WorkshopTemplate.objects.visible_to(user).select_related("keeper", "checklist_template")
    page = page_of(rows.order_by("kind", "name", "pk"), request)
    lines = [{"template": row, "plan": plan_of(row)} for row in page]
    context = {"page": page, "rows": lines, "may_plan": user.plans_workshops}
    return render(request, "workshops/plan_template_list.html", context)


def plan_template_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = WorkshopTemplate.objects.visible_to(user).select_related("keeper", "checklist_template")
    template = get_object_or_404(rows, pk=pk)
    plan = plan_of(template)
    context = {
        "template": template,
        "plan": plan,
        "sessions": sorted(plan.sessions, key=lambda row: (row.day, row.starts)),
        "items": [(item, rule_text(item.days)) for item in [*plan.checklist, *extra_items_of(template)]],
        "may_plan": user.plans_workshops,
        "may_edit": WorkshopTemplate.objects.editable_by(user).filter(pk=template.pk).exists(),
    }
    return render(request, "workshops/plan_template_detail.html", context)


def plan_template_use(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = WorkshopTemplate.objects.visible_to(user).select_related("checklist_template")
    template = get_object_or_404(rows, pk=pk)
    plan, extra = plan_of(template), extra_items_of(template)
    form = CopyForm(
        request.POST or None,
        by=user,
        blueprint=plan,
        organizer=user.unit_id,
        title=template.name,
        n_items=len(plan.checklist) + len(extra),
    )
    made = _made(request, form, plan, Source(extra_items=extra))
    if made is not None:
        return made
    context = {"template": template, "form": form, "n_speakers": n_speakers(plan)}
    return render(request, "workshops/plan_template_use.html", context)


def workshop_template_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps this workshop as a template."""
    by: Any = request.user
    rows = Workshop.objects.editable_by(by).select_related("organizer_unit", "host_unit")
    workshop = get_object_or_404(rows, pk=pk)
    form = SaveTemplateForm(request.POST or None, by=by, initial={"name": workshop.title[:120]})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            template = save_as_template(workshop, **cleaned, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Templat “%(name)s” tersimpan.") % {"name": template.name})
            return redirect("plan_template_detail", pk=template.pk)
    context = head_context(request, workshop, "") | {"form": form}
    return render(request, "workshops/workshop_template_form.html", context)


def plan_template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(WorkshopTemplate.objects.editable_by(request.user), pk=pk)
    remove_workshop_template(template)
    messages.success(
        request, _("Templat “%(name)s” dihapus; kegiatan yang dibuat darinya tetap.") % {"name": template.name}
    )
    return redirect("plan_template_list")
