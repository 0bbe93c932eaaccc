"""Changing units: new, facts, name, end, place."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from units.access import EDITS_ALL
from units.actions import offices
from units.forms.offices import CloseForm, MoveForm, NewOfficeForm, OfficeForm, RenameForm
from units.models import Unit


def _taken(form: Any, change: Callable[[], Unit]) -> Unit | None:
    """The changed unit; a refusal of the action becomes an error of the form."""
    try:
        return change()
    except ValidationError as error:
        form.add_error(None, error)
        return None


def unit_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    asked = request.GET.get("induk", "")
    parents = Unit.objects.editable_by(by).filter(valid_until=None)
    parent = parents.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    initial = {"parent": parent, "tz": parent.tz, "province": parent.province} if parent else {}
    if not parent and by.role not in EDITS_ALL:
        initial = {"parent": by.unit}
    form = NewOfficeForm(request.POST or None, by=by, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = {"parent": None} | form.facts()
        unit = _taken(form, lambda: offices.create_unit(**facts, by=by, now=timezone.now()))
        if unit:
            messages.success(request, _("%(unit)s sudah ditambahkan.") % {"unit": unit.short_name})
            return redirect("unit_detail", unit.pk)
    return render(request, "units/unit_create.html", {"form": form})


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.editable_by(by), pk=pk)
    name = unit.short_name
    form = OfficeForm(request.POST or None, instance=unit, by=by)
    if request.method == "POST" and form.is_valid():
        offices.edit_unit(form.instance, by=by, now=timezone.now())
        if "other_names" in form.cleaned_data:
            offices.set_aliases(unit, names=form.cleaned_data["other_names"])
        messages.success(request, _("Data %(unit)s sudah disimpan.") % {"unit": name})
        return redirect("unit_detail", unit.pk)
    return render(request, "units/unit_edit.html", {"form": form, "unit": unit, "name": name})


def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.governed_by(by), pk=pk)
    today = timezone.localdate()
    initial = {"official_name": unit.official_name, "short_name": unit.short_name, "from_day": today}
    form = RenameForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        names = form.cleaned_data
        renamed = _taken(form, lambda: offices.rename_unit(unit, **names, by=by, now=timezone.now(), today=today))
        if renamed:
            messages.success(request, _("Nama sudah diganti menjadi %(unit)s.") % {"unit": renamed.official_name})
            return redirect("unit_detail", unit.pk)
    return render(request, "units/unit_rename.html", {"form": form, "unit": unit})


def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a unit, with or without one that takes its place."""
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.governed_by(by).filter(valid_until=None), pk=pk)
    form = CloseForm(request.POST or None, unit=unit, by=by, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        successor, moves = facts["successor"], facts["moves_accounts"]
        ends: dict[str, Any] = {"last_day": facts["last_day"], "by": by, "now": timezone.now()}
        if successor:
            closed = _taken(form, lambda: offices.replace_unit(unit, successor=successor, moves_accounts=moves, **ends))
        else:
            closed = _taken(form, lambda: offices.close_unit(unit, **ends))
        if closed:
            messages.success(
                request, _("%(unit)s sudah ditutup. Riwayatnya tetap tersimpan.") % {"unit": unit.short_name}
            )
            return redirect("unit_detail", unit.pk)
    context = {
        "form": form,
        "unit": unit,
        "n_below": unit.children.filter(valid_until=None).count(),
        "n_contacts": unit.contacts.filter(is_active=True).count(),
        "n_accounts": unit.users.filter(is_active=True).count(),
    }
    return render(request, "units/unit_close.html", context)


def unit_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.governed_by(by).exclude(valid_until=None), pk=pk)
    offices.reopen_unit(unit, by=by, now=timezone.now())
    messages.success(request, _("%(unit)s dibuka kembali.") % {"unit": unit.short_name})
    return redirect("unit_detail", unit.pk)


def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.governed_by(by).select_related("parent"), pk=pk)
    n_below = Unit.objects.under(unit).count() - 1
    form = MoveForm(request.POST or None, unit=unit, by=by)
    if request.method == "POST" and form.is_valid():
        parent = form.cleaned_data["parent"]
        moved = _taken(form, lambda: offices.move_unit(unit, parent=parent, by=by, now=timezone.now()))
        if moved:
            sentence = ngettext(
                "%(unit)s dan %(n)d unit di bawahnya dipindahkan ke %(parent)s.",
                "%(unit)s dan %(n)d unit di bawahnya dipindahkan ke %(parent)s.",
                n_below,
            )
            messages.success(request, sentence % {"unit": unit.short_name, "n": n_below, "parent": parent.short_name})
            return redirect("unit_detail", unit.pk)
    return render(request, "units/unit_move.html", {"form": form, "unit": unit, "n_below": n_below})
