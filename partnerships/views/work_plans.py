"""Yearly work plans under a memorandum."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.actions import FileIsKnown
from partnerships.actions.activities import place_workshops
from partnerships.actions.endings import TermRefusal
from partnerships.actions.work_plans import begin_work_plan, record_approval, remove_approval, write_lines
from partnerships.documents.work_plans import plan_docx_of, plan_pdf_of
from partnerships.forms.work_plans import ApprovalForm, WorkshopsForm, lines_formset
from partnerships.models import Agreement, ApprovalSide, WorkPlan, WorkPlanApproval
from toolkit.papers.word import CONTENT_TYPE as DOCX
from units.access import Role

RELATED = ("agreement__owner_unit", "memorandum")


def _readable(request: HttpRequest, pk: int) -> WorkPlan:
    return get_object_or_404(WorkPlan.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def _editable(request: HttpRequest, pk: int) -> WorkPlan:
    """A leader only reads: the access table says so."""
    return _readable(request, pk)


@require_POST
def agreement_work_plan_begin(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    memorandum = get_object_or_404(Agreement.objects.decidable_by(by), pk=pk)
    year = request.POST.get("year", "")
    try:
        plan = begin_work_plan(
            memorandum, year=int(year) if year.isdecimal() and len(year) == 4 else 0, by=by, now=timezone.now()
        )
    except TermRefusal as problem:
        messages.error(request, str(problem))
        return redirect("agreement_ending", pk)
    return redirect("work_plan_edit", plan.pk)


@require_safe
def work_plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "partnerships/work_plan_detail.html", _context(request, _readable(request, pk)))


def _context(
    request: HttpRequest, plan: WorkPlan, form: ApprovalForm | None = None, placing: WorkshopsForm | None = None
) -> dict[str, Any]:
    user: Any = request.user
    today = timezone.localdate()
    lines = list(plan.lines.with_done().order_by("position", "pk"))
    workshops = list(plan.workshops())
    approvals = {row.side: row for row in plan.approvals.select_related("file", "recorded_by").order_by("pk")}
    plan.n_approvals = len(approvals)
    missing = [side for side in ApprovalSide if side.value not in approvals]
    may_edit = user.role != Role.LEADER
    return {
        "plan": plan,
        "agreement": plan.agreement,
        "state": plan.state,
        "lines": lines,
        "total": sum(line.budget or 0 for line in lines),
        "cost": sum(line.cost for line in lines),
        "n_done": sum(line.n_done > 0 for line in lines),
        "placing": placing
        or (WorkshopsForm(workshops=workshops, lines=lines) if may_edit and workshops and lines else None),
        "sides": [(side.label, approvals.get(side.value)) for side in ApprovalSide],
        "may_edit": may_edit,
        "may_edit_lines": may_edit and not approvals,
        "form": form or (ApprovalForm(sides=missing, today=today) if may_edit and missing and lines else None),
    }


def work_plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All lines on one page; nothing typed is lost on an error."""
    by: Any = request.user
    plan = _editable(request, pk)
    lines = lines_formset(request.POST or None, list(plan.lines.order_by("position", "pk")))
    if request.method == "POST" and lines.is_valid():
        try:
            write_lines(plan, lines=lines.facts(), by=by, now=timezone.now())
        except TermRefusal as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Rencana kerja disimpan."))
            return redirect("work_plan_edit" if "more" in request.POST else "work_plan_detail", pk)
    context = {"plan": plan, "agreement": plan.agreement, "lines": lines}
    return render(request, "partnerships/work_plan_edit.html", context)


@require_POST
def work_plan_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Which line each workshop carried out."""
    by: Any = request.user
    plan = _editable(request, pk)
    lines = list(plan.lines.order_by("position", "pk"))
    form = WorkshopsForm(request.POST, workshops=list(plan.workshops()), lines=lines)
    if form.is_valid():
        place_workshops(plan, lines=form.chosen(), by=by, now=timezone.now())
        messages.success(request, _("Hubungan kegiatan dengan rencana disimpan."))
        return redirect("work_plan_detail", pk)
    context = _context(request, plan, placing=form)
    return render(request, "partnerships/work_plan_detail.html", context, status=422)


@require_POST
def work_plan_approve(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    plan, today = _editable(request, pk), timezone.localdate()
    form = ApprovalForm(request.POST, request.FILES, sides=list(ApprovalSide), today=today)
    if form.is_valid():
        try:
            record_approval(plan, **form.cleaned_data, by=by, now=timezone.now(), today=today)
        except (TermRefusal, FileIsKnown) as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Persetujuan dicatat."))
            return redirect("work_plan_detail", pk)
    return render(request, "partnerships/work_plan_detail.html", _context(request, plan, form), status=422)


@require_POST
def work_plan_approval_remove(request: HttpRequest, pk: int, approval_pk: int) -> HttpResponse:
    by: Any = request.user
    plan = _editable(request, pk)
    approval: WorkPlanApproval = get_object_or_404(plan.approvals.all(), pk=approval_pk)
    remove_approval(approval, by=by, now=timezone.now())
    messages.success(request, _("Catatan persetujuan dihapus; dokumennya tetap tersimpan pada perjanjian."))
    return redirect("work_plan_detail", pk)


@require_safe
def work_plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _readable(request, pk)
    content = plan_pdf_of(plan, language=(translation.get_language() or "id")[:2])
    return _file(plan, content, "application/pdf", "pdf")


@require_safe
def work_plan_docx(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _readable(request, pk)
    return _file(plan, plan_docx_of(plan), DOCX, "docx")


def _file(plan: WorkPlan, content: bytes, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="rencana-kerja-{plan.year}-{plan.pk}.{ending}"'
    response["Cache-Control"] = "no-store"
    return response
