"""A sheet in two steps, the same for budgets and standard costs: what each row would do, then the right ones. Where a
required column is missing, a person says which column of the file is meant; the file stays."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from toolkit.xlsx import Column, ColumnsAreMissing, SheetIsRefused, drop_upload, keep_upload, kept_upload
from units.forms.sheets import SheetForm
from workshops.actions.refusals import Refusal

SHOWN = 300
ORDER = {"wrong": 0, "new": 1, "changed": 2, "same": 3}


class ReadSheet(Protocol):
    @property
    def rows(self) -> Sequence[Any]: ...

    @property
    def unknown(self) -> list[str]: ...


@dataclass(frozen=True)
class Import:
    """What differs between the sheets. `read` writes nothing; `apply` writes the ready rows and returns how many were
    new and how many changed; `context` is what the page around needs."""

    title: Any
    layout: str
    columns: Sequence[Column]
    upload_url: str
    preview_url: str
    back_url: str
    template_url: str
    explanation: Any
    read: Callable[[IO[bytes], Sequence[Column]], ReadSheet]
    apply: Callable[[Sequence[Any]], tuple[int, int]]
    context: dict[str, Any]
    kept: dict[str, str] = field(default_factory=dict)  # what the address of the preview carries besides the file


def upload_sheet(request: HttpRequest, sheet: Import) -> HttpResponse:
    """Takes the file; what is in it is shown on the next page, nothing is changed yet."""
    by: Any = request.user
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet.read(form.cleaned_data["file"], sheet.columns)
        except ColumnsAreMissing:
            return _kept(form, sheet, by)
        except SheetIsRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return _kept(form, sheet, by)
    return render(request, "workshops/partials/sheet_import.html", sheet.context | {"sheet": sheet, "form": form})


def _kept(form: SheetForm, sheet: Import, by: Any) -> HttpResponse:
    token = keep_upload(form.cleaned_data["file"], user_id=by.pk, now=timezone.now())
    return redirect(f"{sheet.preview_url}?{urlencode(sheet.kept | {'berkas': token})}")


class ColumnForm(forms.Form):
    """Which column of the file is meant by each one that is missing."""

    def __init__(self, *args: Any, columns: Sequence[Column], found: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in columns:
            self.fields[f"kolom_{column.key}"] = forms.ChoiceField(
                label=str(column.label), choices=[("", _("Tidak ada di berkas")), *((name, name) for name in found)]
            )


def preview_sheet(request: HttpRequest, sheet: Import) -> HttpResponse:
    """GET shows each row's fate, POST applies those that are ready."""
    by: Any = request.user
    token = request.GET.get("berkas", "")
    try:
        with kept_upload(token, user_id=by.pk) as file:
            name = file.name or ""
            read = sheet.read(file, _as_named(sheet.columns, request))
    except ColumnsAreMissing as missing:
        return _ask_columns(request, sheet, missing, token)
    except SheetIsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(sheet.upload_url)
    if request.method == "POST":
        try:
            n_new, n_changed = sheet.apply([row for row in read.rows if row.status in {"new", "changed"}])
        except Refusal as problem:
            messages.error(request, str(problem))
            return redirect(request.get_full_path())
        drop_upload(token, user_id=by.pk)
        facts = {"new": n_new, "changed": n_changed}
        messages.success(request, _("Impor selesai: %(new)d baris baru, %(changed)d diperbarui.") % facts)
        return redirect(sheet.back_url)
    return render(request, "workshops/partials/sheet_preview.html", sheet.context | _preview(sheet, read, name))


def _as_named(columns: Sequence[Column], request: HttpRequest) -> list[Column]:
    """The columns under the names a person said they have in this file."""
    named = {column.key: request.GET.get(f"kolom_{column.key}", "")[:60] for column in columns}
    return [
        replace(column, other_labels=[*column.other_labels, named[column.key]]) if named[column.key] else column
        for column in columns
    ]


def _ask_columns(request: HttpRequest, sheet: Import, missing: ColumnsAreMissing, token: str) -> HttpResponse:
    lacking = [column for column in sheet.columns if column.key in missing.missing]
    context = {
        "sheet": sheet,
        "sentence": str(missing),
        "token": token,
        "found": missing.found,
        "form": ColumnForm(columns=lacking, found=missing.found) if missing.found else None,
        "expected": sheet.columns,
        "said": [
            (name, value)
            for name, value in request.GET.items()
            if name.startswith("kolom_") and name.removeprefix("kolom_") not in missing.missing
        ],
    }
    return render(request, "workshops/partials/sheet_columns.html", sheet.context | context)


def _preview(sheet: Import, read: ReadSheet, name: str) -> dict[str, Any]:
    rows: list[Any] = sorted(read.rows, key=lambda row: (ORDER[row.status], row.number))
    counts = Counter(row.status for row in rows)
    return {
        "sheet": sheet,
        "name": name,
        "rows": rows[:SHOWN],
        "n_rows": len(rows),
        "n_hidden": max(0, len(rows) - SHOWN),
        "n_ready": counts["new"] + counts["changed"],
        "n_new": counts["new"],
        "n_changed": counts["changed"],
        "n_same": counts["same"],
        "n_wrong": counts["wrong"],
        "unknown": read.unknown,
    }
