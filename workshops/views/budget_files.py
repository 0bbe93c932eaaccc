"""The budget as a sheet, in and out, and as a paper."""

import io
from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Agreement
from toolkit.xlsx import sheet_response
from workshops.actions.budgets import LineChange, apply_lines, fiscal_year_of
from workshops.budget_sheet import read_budget
from workshops.documents.budgets import budget_paper
from workshops.models import Budget, StandardCost, Workshop
from workshops.spreadsheets.budgets import COLUMNS, SHOWN, Known, LineRow, read_lines, sheet_rows
from workshops.views.budgets import editable_workshop, readable_workshop
from workshops.views.head import head_context, place_text, when_text
from workshops.views.sheet_import import Import, preview_sheet, upload_sheet


def budget_export(request: HttpRequest, pk: int) -> FileResponse:
    """Exactly the lines of the page."""
    workshop = readable_workshop(request, pk)
    rows = sheet_rows(read_budget(workshop))
    return sheet_response(f"anggaran-{workshop.pk}.xlsx", title=workshop.title, columns=SHOWN, rows=rows)


def budget_pdf(request: HttpRequest, pk: int) -> FileResponse:
    workshop = readable_workshop(request, pk)
    sheet = read_budget(workshop)
    if sheet.budget is None:
        raise Http404
    made = budget_paper(
        workshop, sheet, when=when_text(workshop), place=place_text(workshop), today=timezone.localdate()
    )
    name = f"anggaran-{workshop.pk}.pdf"
    response = FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "no-store"
    return response


def budget_import_template(request: HttpRequest, pk: int) -> FileResponse:
    editable_workshop(request, pk)
    return sheet_response("templat-anggaran.xlsx", title=_("Anggaran"), columns=COLUMNS, n_blank_rows=500)


def budget_import(request: HttpRequest, pk: int) -> HttpResponse:
    return upload_sheet(request, _import(request, editable_workshop(request, pk)))


def budget_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    return preview_sheet(request, _import(request, editable_workshop(request, pk)))


def _import(request: HttpRequest, workshop: Workshop) -> Import:
    by: Any = request.user

    def apply(rows: Sequence[LineRow]) -> tuple[int, int]:
        changes = [LineChange(row.facts, row.line) for row in rows if row.facts is not None]
        return apply_lines(workshop, changes=changes, by=by, now=timezone.now())

    return Import(
        title=_("Impor baris anggaran"),
        layout="workshops/workshop_page.html",
        columns=COLUMNS,
        upload_url=reverse("budget_import", args=[workshop.pk]),
        preview_url=reverse("budget_import_preview", args=[workshop.pk]),
        back_url=reverse("workshop_budget", args=[workshop.pk]),
        template_url=reverse("budget_import_template", args=[workshop.pk]),
        explanation=_(
            "Hasil ekspor dapat diubah di Excel dan diimpor kembali: baris dengan kode baris diperbarui, baris tanpa "
            "kode ditambahkan, dan baris yang sudah sama dilewati. Tidak ada baris yang dihapus."
        ),
        read=lambda file, columns: read_lines(file, known=_known(request, workshop), columns=columns),
        apply=apply,
        context=head_context(request, workshop, "budget"),
    )


def _known(request: HttpRequest, workshop: Workshop) -> Known:
    budget = Budget.objects.filter(workshop=workshop).first()
    year = budget.fiscal_year if budget else fiscal_year_of(workshop)
    lines = list(budget.lines.in_order().select_related("agreement", "standard_cost")) if budget else []
    linked = [agreement for agreement in [workshop.agreement, *(line.agreement for line in lines)] if agreement]
    visible = Agreement.objects.visible_to(request.user).exclude(number="").only("number", "title")
    seen = {agreement.pk: agreement for agreement in [*visible, *linked]}
    return Known(lines, list(seen.values()), list(StandardCost.objects.of_year(year)))
