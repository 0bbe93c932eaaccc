"""Units from a sheet, in two steps: see what each row would do, then apply the right ones."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from toolkit.xlsx import SheetIsRefused, drop_upload, keep_upload, kept_upload, sheet_response
from units.access import EDITS_ALL
from units.actions.sheets import apply_unit_rows
from units.forms.sheets import SheetForm
from units.models import Unit
from units.spreadsheets import COLUMNS, UnitRow, read_units

SHOWN = 300


def unit_import_template(request: HttpRequest) -> FileResponse:
    return sheet_response("templat-satuan-kerja.xlsx", title=_("Satuan kerja"), columns=COLUMNS, n_blank_rows=1_000)


def unit_import(request: HttpRequest) -> HttpResponse:
    """Takes the file; what is in it is shown on the next page, nothing is changed yet."""
    by: Any = request.user
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            read_units(form.cleaned_data["file"], **_rights(by))
        except SheetIsRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            token = keep_upload(form.cleaned_data["file"], user_id=by.pk, now=timezone.now())
            return redirect(f"{reverse('unit_import_preview')}?{urlencode({'berkas': token})}")
    return render(request, "units/unit_import.html", {"form": form, "columns": COLUMNS})


def unit_import_preview(request: HttpRequest) -> HttpResponse:
    """GET shows each row's fate, POST applies those that are ready."""
    by: Any = request.user
    token = request.GET.get("berkas", "")
    try:
        with kept_upload(token, user_id=by.pk) as file:
            name = file.name or ""
            rows = read_units(file, **_rights(by))
    except SheetIsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("unit_import")
    if request.method == "POST":
        return _applied(request, rows, token)
    counts = Counter(row.status for row in rows)
    n_noted = sum(row.status == "same" and bool(row.notes) for row in rows)
    order = {"wrong": 0, "new": 1, "changed": 2, "same": 3}
    shown = sorted(rows, key=lambda row: (order[row.status], not row.notes, row.number))[:SHOWN]
    context = {
        "name": name,
        "rows": shown,
        "n_rows": len(rows),
        "n_hidden": len(rows) - len(shown),
        "n_ready": counts["new"] + counts["changed"],
        "n_new": counts["new"],
        "n_changed": counts["changed"],
        "n_same": counts["same"] - n_noted,
        "n_noted": n_noted,
        "n_wrong": counts["wrong"],
    }
    return render(request, "units/unit_import_preview.html", context)


def _applied(request: HttpRequest, rows: list[UnitRow], token: str) -> HttpResponse:
    by: Any = request.user
    n_new, n_changed = apply_unit_rows(rows, by=by, now=timezone.now())
    drop_upload(token, user_id=by.pk)
    messages.success(
        request,
        _("Impor selesai: %(new)d unit baru, %(changed)d diperbarui.") % {"new": n_new, "changed": n_changed},
    )
    return redirect("unit_list")


def _rights(by: Any) -> dict[str, Any]:
    """A Kanwil imports below itself; the own Kanwil may be the parent and have its facts corrected."""
    if by.role in EDITS_ALL:
        everywhere = set(Unit.objects.values_list("pk", flat=True))
        return {"editable": everywhere, "governed": everywhere, "may_lead": True}
    governed = set(Unit.objects.governed_by(by).values_list("pk", flat=True))
    own = set(Unit.objects.filter(pk=by.unit_id).values_list("pk", flat=True))
    return {"editable": governed | own, "governed": governed, "may_lead": False}
