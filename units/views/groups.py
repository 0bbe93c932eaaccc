"""Named sets of units."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.paging import page_of
from units.access import EDITS_ALL, Role
from units.actions import groups
from units.forms.contacts import GroupForm
from units.models import Unit, UnitGroup


def group_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = UnitGroup.objects.visible_to(user).select_related("owner").annotate(n_members=Count("members"))
    if text:
        rows = rows.filter(name__icontains=text)
    page = page_of(rows.order_by("name", "pk"), request)
    context = {"page": page, "q": text, "may_create": user.role in EDITS_ALL | {Role.REGIONAL_ADMIN}}
    return render(request, "units/group_list.html", context)


def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    group = get_object_or_404(UnitGroup.objects.visible_to(user).select_related("owner"), pk=pk)
    members = Unit.objects.filter(unit_groups=group).select_related("parent").order_by("official_name", "pk")
    context = {
        "group": group,
        "page": page_of(members, request),
        "may_edit": UnitGroup.objects.editable_by(user).filter(pk=group.pk).exists(),
    }
    return render(request, "units/group_detail.html", context)


def group_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = GroupForm(request.POST or None, by=by, initial={"owner": by.unit})
    if request.method == "POST" and form.is_valid():
        group = groups.save_group(form.instance, members=form.cleaned_data["members"], by=by, now=timezone.now())
        messages.success(request, _("Kelompok %(name)s sudah dibuat.") % {"name": group.name})
        return redirect("group_detail", group.pk)
    return render(request, "units/group_create.html", {"form": form})


def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    group = get_object_or_404(UnitGroup.objects.editable_by(by), pk=pk)
    name = group.name
    members = list(group.members.order_by("official_name", "pk"))
    form = GroupForm(request.POST or None, instance=group, by=by, initial={"members": members})
    if request.method == "POST" and form.is_valid():
        groups.save_group(form.instance, members=form.cleaned_data["members"], by=by, now=timezone.now())
        messages.success(request, _("Kelompok %(name)s sudah disimpan.") % {"name": group.name})
        return redirect("group_detail", group.pk)
    return render(request, "units/group_edit.html", {"form": form, "group": group, "name": name})


def group_remove(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    group = get_object_or_404(UnitGroup.objects.editable_by(by), pk=pk)
    name = group.name
    groups.remove_group(group)
    messages.success(request, _("Kelompok %(name)s sudah dihapus; unit anggotanya tetap ada.") % {"name": name})
    return redirect("group_list")
