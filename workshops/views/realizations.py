"""What was paid for a line, with its documents."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.kept_files import keep_file, kept_file
from toolkit.xlsx import SheetIsRefused, drop_upload
from workshops.actions.realizations import Proof, edit_realization, record_realization, remove_realization
from workshops.actions.refusals import Refusal
from workshops.forms.budgets import RealizationForm
from workshops.models import BudgetLine, BudgetRealization, Workshop
from workshops.views.budgets import editable_workshop, line_of, readable_workshop
from workshops.views.head import head_context


def budget_line_realizations(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """The payments of one line; with POST a new one."""
    workshop = readable_workshop(request, pk)
    line = line_of(workshop, line_pk)
    form = RealizationForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        editable_workshop(request, pk)
        if _saved(request, form, line, None):
            messages.success(request, _("Realisasi dicatat."))
            return redirect("budget_line_realizations", pk=workshop.pk, line_pk=line.pk)
    return _page(request, workshop, line, form, None)


def realization_edit(request: HttpRequest, pk: int, realization_pk: int) -> HttpResponse:
    workshop = editable_workshop(request, pk)
    realization = _realization_of(workshop, realization_pk)
    form = RealizationForm(request.POST or None, request.FILES or None, realization=realization)
    if request.method == "POST" and _saved(request, form, realization.line, realization):
        messages.success(request, _("Realisasi tersimpan."))
        return redirect("budget_line_realizations", pk=workshop.pk, line_pk=realization.line_id)
    return _page(request, workshop, realization.line, form, realization)


def realization_remove(request: HttpRequest, pk: int, realization_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable_workshop(request, pk)
    realization = _realization_of(workshop, realization_pk)
    remove_realization(realization, by=by, now=timezone.now())
    messages.success(request, _("Realisasi %(number)s dihapus.") % {"number": realization.document_number})
    return redirect("budget_line_realizations", pk=workshop.pk, line_pk=realization.line_id)


def realization_file(request: HttpRequest, pk: int, realization_pk: int) -> FileResponse:
    """The document byte for byte, as a download that no browser runs anything of."""
    realization = _realization_of(readable_workshop(request, pk), realization_pk)
    if not realization.file:
        raise Http404
    try:
        file = default_storage.open(str(realization.file.name), "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(
        file, as_attachment=True, filename=realization.original_name, content_type="application/pdf"
    )
    response["Content-Length"] = str(realization.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _realization_of(workshop: Workshop, realization_pk: int) -> BudgetRealization:
    rows = BudgetRealization.objects.filter(line__budget__workshop=workshop)
    found = rows.select_related("line__agreement", "line__standard_cost", "line__budget__workshop")
    return get_object_or_404(found, pk=realization_pk)


def _saved(request: HttpRequest, form: RealizationForm, line: BudgetLine, old: BudgetRealization | None) -> bool:
    """Writes a right form. A good file of a wrong form is kept for the next try: no browser sends it by itself."""
    by: Any = request.user
    if not form.is_valid():
        keep_file(form, user_id=by.pk, now=timezone.now(), suffix=".pdf")
        return False
    try:
        file, token = kept_file(form, user_id=by.pk)
        proof = Proof(file, form.pdf) if file else None
        facts, now = form.facts(), timezone.now()
        if old is None:
            record_realization(
                line, facts=facts, proof=proof, form_token=form.cleaned_data["form_token"], by=by, now=now
            )
        else:
            edit_realization(old, facts=facts, proof=proof, version=form.cleaned_data["version"], by=by, now=now)
    except Refusal as problem:
        form.refuse(problem)
        keep_file(form, user_id=by.pk, now=timezone.now(), suffix=".pdf")
        return False
    except SheetIsRefused:
        form.add_error("file", _("Berkas yang tadi dipilih sudah tidak tersimpan. Pilih berkasnya sekali lagi."))
        return False
    if token:
        drop_upload(token, user_id=by.pk)
    return True


def _page(
    request: HttpRequest,
    workshop: Workshop,
    line: BudgetLine,
    form: RealizationForm,
    realization: BudgetRealization | None,
) -> HttpResponse:
    paid = list(line.realizations.select_related("recorded_by").order_by("paid_on", "pk"))
    total = sum(one.amount for one in paid)
    context = head_context(request, workshop, "budget") | {
        "line": line,
        "form": form,
        "realization": realization,
        "paid": paid,
        "total": total,
        "remaining": line.planned - total,
    }
    return render(request, "workshops/budget_line_realizations.html", context)
