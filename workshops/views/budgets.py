"""The budget of a workshop: the page, its head, its lines, what the agenda owes, and who changed what."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.actions.budgets import (
    DOWN,
    UP,
    add_line,
    duplicate_line,
    edit_line,
    fiscal_year_of,
    move_line,
    remove_line,
    save_budget,
)
from workshops.actions.honoraria import bring_honoraria
from workshops.actions.refusals import Refusal
from workshops.budget_changes import changes_of_budget
from workshops.budget_sheet import read_budget
from workshops.forms.budgets import BudgetForm, LineForm
from workshops.honorarium_plan import honorarium_plans
from workshops.models import AccountCode, Budget, BudgetLine, Workshop
from workshops.views.head import head_context


def readable_workshop(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.planned_by(request.user)
    return get_object_or_404(rows.select_related("organizer_unit", "host_unit", "person_in_charge"), pk=pk)


def editable_workshop(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user)
    return get_object_or_404(rows.select_related("organizer_unit", "host_unit", "agreement"), pk=pk)


def line_of(workshop: Workshop, line_pk: int) -> BudgetLine:
    rows = BudgetLine.objects.filter(budget__workshop=workshop)
    found = rows.select_related("agreement", "standard_cost", "budget__workshop")
    return get_object_or_404(found, pk=line_pk)


def workshop_budget(request: HttpRequest, pk: int) -> HttpResponse:
    workshop = readable_workshop(request, pk)
    sheet = read_budget(workshop)
    context = head_context(request, workshop, "budget") | {
        "sheet": sheet,
        "fiscal_year": sheet.budget.fiscal_year if sheet.budget else fiscal_year_of(workshop),
    }
    return render(request, "workshops/workshop_budget.html", context)


def budget_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    budget = Budget.objects.filter(workshop=workshop).first()
    form = BudgetForm(request.POST or None, workshop=workshop, budget=budget)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            save_budget(workshop, facts=form.facts(), version=version, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Data anggaran tersimpan."))
            return redirect("workshop_budget", pk=workshop.pk)
    context = head_context(request, workshop, "budget") | {"form": form}
    return render(request, "workshops/budget_edit.html", context)


def _line_form(request: HttpRequest, workshop: Workshop, line: BudgetLine | None) -> LineForm:
    by: Any = request.user
    budget = Budget.objects.filter(workshop=workshop).first()
    initial = {"account_code": request.GET.get("akun", "")[:6]} if line is None else {}
    return LineForm(
        request.POST or None,
        workshop=workshop,
        fiscal_year=budget.fiscal_year if budget else fiscal_year_of(workshop),
        by=by,
        line=line,
        initial=initial,
    )


def _line_page(
    request: HttpRequest, workshop: Workshop, form: LineForm, line: BudgetLine | None, template: str
) -> HttpResponse:
    accounts = AccountCode.objects.order_by("code")
    context = head_context(request, workshop, "budget") | {"form": form, "line": line, "accounts": accounts}
    return render(request, template, context)


def budget_line_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    form = _line_form(request, workshop, None)
    if request.method == "POST" and form.is_valid():
        try:
            token = form.cleaned_data["form_token"]
            line = add_line(workshop, facts=form.facts(), form_token=token, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Baris “%(line)s” ditambahkan.") % {"line": line.description})
            return redirect("workshop_budget", pk=workshop.pk)
    return _line_page(request, workshop, form, None, "workshops/budget_line_create.html")


def budget_line_edit(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    line = line_of(workshop, line_pk)
    form = _line_form(request, workshop, line)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            edit_line(line, facts=form.facts(), version=version, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Baris “%(line)s” tersimpan.") % {"line": form.cleaned_data["description"]})
            return redirect("workshop_budget", pk=workshop.pk)
    return _line_page(request, workshop, form, line, "workshops/budget_line_edit.html")


def budget_line_duplicate(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    copy = duplicate_line(line_of(workshop, line_pk), by=by, now=timezone.now())
    messages.success(request, _("Baris “%(line)s” disalin.") % {"line": copy.description})
    return redirect("workshop_budget", pk=workshop.pk)


def budget_line_move(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """`ke` is "up"; everything else means down."""
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    to = UP if request.POST.get("ke") == UP else DOWN
    move_line(line_of(workshop, line_pk), to=to, by=by, now=timezone.now())
    return redirect("workshop_budget", pk=workshop.pk)


def budget_line_remove(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    line = line_of(workshop, line_pk)
    try:
        remove_line(line, by=by, now=timezone.now())
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Baris “%(line)s” dihapus dari anggaran.") % {"line": line.description})
    return redirect("workshop_budget", pk=workshop.pk)


def budget_honoraria(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what the agenda owes and what bringing it in would change, POST brings in what is ticked."""
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    if request.method == "POST":
        n_new, n_changed = bring_honoraria(workshop, keys=request.POST.getlist("baris"), by=by, now=timezone.now())
        facts = {"new": n_new, "changed": n_changed}
        messages.success(request, _("Honorarium: %(new)d baris baru, %(changed)d diperbarui.") % facts)
        return redirect("workshop_budget", pk=workshop.pk)
    budget = Budget.objects.filter(workshop=workshop).first()
    plans = honorarium_plans(workshop, fiscal_year=budget.fiscal_year if budget else fiscal_year_of(workshop))
    context = head_context(request, workshop, "budget") | {"plans": plans, "n_ready": len(plans.ready)}
    return render(request, "workshops/budget_honoraria.html", context)


def budget_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what in the head, the lines and the payments, the newest first."""
    workshop = readable_workshop(request, pk)
    changes = changes_of_budget(workshop)
    shown = changes[:200]
    hidden = len(changes) - len(shown)
    more = ngettext("%(n)d perubahan lebih lama.", "%(n)d perubahan lebih lama.", hidden) % {"n": hidden}
    context = head_context(request, workshop, "budget") | {"changes": shown, "more": more if hidden else ""}
    return render(request, "workshops/budget_history.html", context)
