"""The register of venues."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.paging import page_of
from toolkit.xlsx.columns import Column
from toolkit.xlsx.writing import sheet_response
from workshops.actions.refusals import Refusal
from workshops.actions.venues import create_venue, edit_venue, note_use, remove_use
from workshops.filters import VenueFilter
from workshops.forms.venues import (
    ContactFormSet,
    PackageFormSet,
    RoomFormSet,
    VenueForm,
    VenueUseForm,
    offer_of,
    offer_rows,
)
from workshops.models import Venue, VenueCandidate, VenueUse, Workshop
from workshops.versions import version_of_venue

# Whatever the direction, venues without a price come last.
SORTS: dict[str, list[Any]] = {
    "nama": ["name", "pk"],
    "kota": ["city", "name", "pk"],
    "kapasitas": ["-n_capacity", "name", "pk"],
    "fullboard": [F("price_fullboard").asc(nulls_last=True), "name", "pk"],
    "fullday": [F("price_fullday").asc(nulls_last=True), "name", "pk"],
    "halfday": [F("price_halfday").asc(nulls_last=True), "name", "pk"],
}
SHEET = [
    Column("name", gettext_lazy("Nama tempat"), width=34),
    Column("city", gettext_lazy("Kota/kabupaten"), width=20),
    Column("address", gettext_lazy("Alamat"), width=44),
    Column("capacity", gettext_lazy("Daya tampung"), kind="whole", width=14),
    Column("fullboard", gettext_lazy("Fullboard (Rp)"), kind="whole", width=16),
    Column("fullday", gettext_lazy("Fullday (Rp)"), kind="whole", width=16),
    Column("halfday", gettext_lazy("Halfday (Rp)"), kind="whole", width=16),
    Column("contacts", gettext_lazy("Narahubung"), kind="lines", width=40),
]


def _listed(request: HttpRequest) -> VenueFilter:
    rows = Venue.objects.visible_to(request.user).with_capacity().with_prices()
    return VenueFilter(request.GET, queryset=rows, request=request)


def _sorted(filters: VenueFilter, request: HttpRequest) -> QuerySet[Venue]:
    rows: QuerySet[Venue] = filters.qs
    return rows.order_by(*SORTS.get(request.GET.get("urut", ""), SORTS["nama"]))


def _sorting(request: HttpRequest) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("halaman", None)
    urls = {}
    for name in SORTS:
        query["urut"] = name
        urls[name] = f"?{query.urlencode()}"
    chosen = request.GET.get("urut", "")
    return {"urls": urls, "chosen": chosen if chosen in SORTS else "nama"}


def venue_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    filters = _listed(request)
    page = page_of(_sorted(filters, request), request)
    query = request.GET.copy()
    query.pop("halaman", None)
    context = {
        "filter": filters,
        "page": page,
        "sort": _sorting(request),
        "may_plan": user.plans_workshops,
        "export_url": f"{reverse('venue_export')}?{query.urlencode()}",
    }
    return render(request, "workshops/venue_list.html", context)


def venue_export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all pages of it."""
    rows = _sorted(_listed(request), request)
    return sheet_response("tempat.xlsx", title=_("Tempat"), columns=SHEET, rows=_sheet_rows(rows))


def _sheet_rows(rows: QuerySet[Any]) -> Iterator[list[object]]:
    for row in rows.prefetch_related("contacts").iterator(chunk_size=500):
        contacts = [" · ".join(filter(None, (c.name, c.position, c.phone, c.email))) for c in row.contacts.all()]
        prices = [row.price_fullboard, row.price_fullday, row.price_halfday]
        yield [row.name, row.city, row.address, row.n_capacity or None, *prices, "\n".join(contacts)]


def venue_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    venue = get_object_or_404(Venue.objects.visible_to(user).select_related("keeper").with_capacity(), pk=pk)
    context = {
        "venue": venue,
        "rooms": list(venue.rooms.order_by("position", "pk")),
        "packages": list(venue.packages.order_by("-fiscal_year", "kind", "pk")),
        "contacts": list(venue.contacts.order_by("pk")),
        "uses": list(venue.uses.select_related("noted_by").order_by("-used_on", "-pk")),
        "held": list(_held_at(venue, user)),
        "is_editable": Venue.objects.editable_by(user).filter(pk=venue.pk).exists(),
    }
    return render(request, "workshops/venue_detail.html", context)


def _held_at(venue: Venue, user: Any) -> QuerySet[Workshop]:
    """Workshops that were held there, of those one may see; `is_noted` where somebody wrote how it was."""
    there = VenueCandidate.objects.held_there().filter(venue=venue)
    noted = Exists(VenueUse.objects.filter(venue=venue, workshop=OuterRef("pk")))
    held = Workshop.objects.visible_to(user).filter(pk__in=there.values("workshop")).annotate(is_noted=noted)
    return held.order_by("-calendar_on", "-pk")


def _page(request: HttpRequest, venue: Venue | None) -> tuple[VenueForm, dict[str, Any]]:
    data = request.POST or None
    version = version_of_venue(venue) if venue else ""
    form = VenueForm(data, venue=venue, initial={"version": version})
    first = offer_rows(venue)
    rows = {
        "rooms": RoomFormSet(data, prefix="rooms", initial=first["rooms"]),
        "packages": PackageFormSet(data, prefix="packages", initial=first["packages"]),
        "contacts": ContactFormSet(data, prefix="contacts", initial=first["contacts"]),
    }
    for row in rows["packages"].extra_forms:
        row.initial.setdefault("fiscal_year", timezone.localdate().year)
    return form, rows


def venue_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form, rows = _page(request, None)
    if request.method == "POST" and form.is_whole(**rows):
        token = form.cleaned_data["form_token"]
        venue = create_venue(facts=form.facts(), offer=offer_of(**rows), form_token=token, by=by)
        messages.success(request, _("%(name)s ada di daftar tempat.") % {"name": venue.name})
        return redirect("venue_detail", pk=venue.pk)
    return render(request, "workshops/venue_form.html", {"form": form, "venue": None, **rows})


def venue_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    venue = get_object_or_404(Venue.objects.editable_by(by), pk=pk)
    form, rows = _page(request, venue)
    if request.method == "POST" and form.is_whole(**rows):
        try:
            saved = edit_venue(venue, facts=form.facts(), offer=offer_of(**rows), version=form.cleaned_data["version"])
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Data %(name)s tersimpan.") % {"name": saved.name})
            return redirect("venue_detail", pk=saved.pk)
    return render(request, "workshops/venue_form.html", {"form": form, "venue": venue, **rows})


def venue_use_create(request: HttpRequest, pk: int) -> HttpResponse:
    """How it was there. `?kegiatan=` names a workshop that was held there; its title and day then stand in the form."""
    by: Any = request.user
    venue = get_object_or_404(Venue.objects.editable_by(by), pk=pk)
    asked = request.GET.get("kegiatan", "")
    held = _held_at(venue, by).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    initial = {"event": held.title, "used_on": held.first_day} if held else {}
    form = VenueUseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        note_use(venue, **form.cleaned_data, workshop=held, by=by, now=timezone.now())
        messages.success(request, _("Catatan pemakaian %(name)s tersimpan.") % {"name": venue.name})
        return redirect("venue_detail", pk=venue.pk)
    return render(request, "workshops/venue_use_create.html", {"form": form, "venue": venue})


def venue_use_remove(request: HttpRequest, pk: int, use_pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue.objects.editable_by(request.user), pk=pk)
    remove_use(get_object_or_404(venue.uses.all(), pk=use_pk))
    messages.success(request, _("Catatan pemakaian dihapus."))
    return redirect("venue_detail", pk=venue.pk)
