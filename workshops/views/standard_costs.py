"""Standard costs (SBM) of a fiscal year as a table to edit in place, and the names of accounts."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.xlsx import sheet_response
from units.access import Role
from workshops.actions.refusals import Refusal
from workshops.actions.standard_costs import (
    CostChange,
    CostFacts,
    add_standard_cost,
    apply_standard_costs,
    copy_standard_costs,
    edit_standard_cost,
    remove_standard_cost,
    save_accounts,
)
from workshops.filters import StandardCostFilter
from workshops.forms.standard_costs import AccountFormSet, StandardCostForm, YearForm
from workshops.models import AccountCode, StandardCost
from workshops.models.standard_costs import FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR
from workshops.spreadsheets.standard_costs import COLUMNS, CostRow, read_costs, sheet_rows
from workshops.views.sheet_import import Import, preview_sheet, upload_sheet


def _year(request: HttpRequest) -> int:
    """The fiscal year of the address, else this one."""
    asked = request.GET.get("tahun", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4:
        return min(max(int(asked), FIRST_FISCAL_YEAR), LAST_FISCAL_YEAR)
    return timezone.localdate().year


def _list_url(year: int, anchor: str = "") -> str:
    return f"{reverse('standard_cost_list')}?tahun={year}{anchor}"


def standard_cost_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    year = _year(request)
    filters = StandardCostFilter(request.GET, queryset=StandardCost.objects.of_year(year))
    costs = list(filters.qs)
    filled = set(StandardCost.objects.values_list("fiscal_year", flat=True).order_by())
    years = sorted({*filled, year, year + 1})
    before = max((one for one in filled if one < year), default=year - 1)
    context = {
        "year": year,
        "filter": filters,
        "costs": costs,
        "years": [{"label": str(one), "url": _list_url(one), "active": one == year} for one in years],
        "may_edit": user.role == Role.BUREAU_ADMIN,
        "copy_form": YearForm(initial={"from_year": before}),
        "export_url": f"{reverse('standard_cost_export')}?{_with_year(request, year)}",
        "query": request.GET.get("q", ""),
    }
    return render(request, "workshops/standard_cost_list.html", context)


def _with_year(request: HttpRequest, year: int) -> str:
    query = request.GET.copy()
    query["tahun"] = str(year)
    return query.urlencode()


def standard_cost_export(request: HttpRequest) -> FileResponse:
    """What the table shows under the same search."""
    year = _year(request)
    rows = StandardCostFilter(request.GET, queryset=StandardCost.objects.of_year(year)).qs
    title = _("Standar biaya %(year)s") % {"year": str(year)}
    return sheet_response(f"sbm-{year}.xlsx", title=title, columns=COLUMNS, rows=sheet_rows(rows))


def standard_cost_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    year = _year(request)
    form = StandardCostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cost = add_standard_cost(year, facts=form.facts(), by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("“%(cost)s” ditambahkan.") % {"cost": cost})
            return _done(request, _list_url(year, f"#sbm-{cost.pk}"))
    return _form_page(request, "workshops/standard_cost_create.html", form, year, None)


def standard_cost_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    cost = get_object_or_404(StandardCost.objects.editable_by(by), pk=pk)
    form = StandardCostForm(request.POST or None, cost=cost)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            saved = edit_standard_cost(cost, facts=form.facts(), version=version, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            if getattr(request, "htmx", False):
                context = {"cost": saved, "may_edit": True}
                return render(request, "workshops/partials/standard_cost_row.html", context)
            messages.success(request, _("“%(cost)s” tersimpan.") % {"cost": saved})
            return redirect(_list_url(saved.fiscal_year, f"#sbm-{saved.pk}"))
    return _form_page(request, "workshops/standard_cost_edit.html", form, cost.fiscal_year, cost)


def _done(request: HttpRequest, url: str) -> HttpResponse:
    """After htmx has posted, the whole table is read again: the new row has its place in the order."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _form_page(
    request: HttpRequest, template: str, form: StandardCostForm, year: int, cost: StandardCost | None
) -> HttpResponse:
    """A page of its own, or, asked for by htmx, a row of the table that holds the form."""
    if getattr(request, "htmx", False):
        template = "workshops/partials/standard_cost_form_row.html"
    context = {"form": form, "year": year, "cost": cost, "list_url": _list_url(year)}
    return render(request, template, context)


def standard_cost_remove(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    cost = get_object_or_404(StandardCost.objects.editable_by(by), pk=pk)
    remove_standard_cost(cost, by=by, now=timezone.now())
    messages.success(request, _("“%(cost)s” dihapus dari standar biaya.") % {"cost": cost})
    return redirect(_list_url(cost.fiscal_year))


def standard_cost_copy(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    year = _year(request)
    form = YearForm(request.POST)
    if not form.is_valid() or form.cleaned_data["from_year"] == year:
        messages.error(request, _("Pilih tahun lain yang sudah punya standar biaya."))
        return redirect(_list_url(year))
    n = copy_standard_costs(from_year=form.cleaned_data["from_year"], to_year=year, by=by, now=timezone.now())
    facts = {"n": n, "year": str(form.cleaned_data["from_year"])}
    sentence = ngettext("%(n)d baris disalin dari tahun %(year)s.", "%(n)d baris disalin dari tahun %(year)s.", n)
    messages.success(request, sentence % facts)
    return redirect(_list_url(year))


def standard_cost_import_template(request: HttpRequest) -> FileResponse:
    return sheet_response("templat-sbm.xlsx", title=_("Standar biaya"), columns=COLUMNS, n_blank_rows=1_000)


def standard_cost_import(request: HttpRequest) -> HttpResponse:
    return upload_sheet(request, _import(request))


def standard_cost_import_preview(request: HttpRequest) -> HttpResponse:
    return preview_sheet(request, _import(request))


def _import(request: HttpRequest) -> Import:
    by: Any = request.user
    year = _year(request)

    def apply(rows: Sequence[CostRow]) -> tuple[int, int]:
        changes = [CostChange(CostFacts(**row.facts), row.cost) for row in rows]
        return apply_standard_costs(year, changes=changes, by=by, now=timezone.now())

    return Import(
        title=_("Impor standar biaya %(year)s") % {"year": str(year)},
        layout="base.html",
        columns=COLUMNS,
        upload_url=f"{reverse('standard_cost_import')}?tahun={year}",
        preview_url=reverse("standard_cost_import_preview"),
        back_url=_list_url(year),
        template_url=reverse("standard_cost_import_template"),
        explanation=_(
            "Baris dengan kode yang sudah ada diperbarui, kode baru ditambahkan, dan baris yang sudah sama dilewati. "
            "Tidak ada baris yang dihapus."
        ),
        read=lambda file, columns: read_costs(file, known=StandardCost.objects.of_year(year), columns=columns),
        apply=apply,
        context={},
        kept={"tahun": str(year)},
    )


def account_code_list(request: HttpRequest) -> HttpResponse:
    """The names of accounts, all in one form; a bureau admin changes them."""
    by: Any = request.user
    may_edit = by.role == Role.BUREAU_ADMIN
    accounts = AccountCode.objects.order_by("code")
    formset = AccountFormSet(request.POST or None, queryset=accounts, prefix="akun") if may_edit else None
    if formset is not None and request.method == "POST" and formset.is_valid():
        changed = formset.save(commit=False)
        save_accounts(changed=changed, removed=formset.deleted_objects, by=by, now=timezone.now())
        messages.success(request, _("Daftar akun tersimpan."))
        return redirect("account_code_list")
    context = {"formset": formset, "accounts": accounts, "may_edit": may_edit}
    return render(request, "workshops/account_code_list.html", context)
