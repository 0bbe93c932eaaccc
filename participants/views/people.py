"""The people known to the portal: list, record with history, corrections, and the reveal of whole numbers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from participants.actions.people import update_person
from participants.actions.refusals import Refused
from participants.employee_numbers import spaced
from participants.filters import ParticipantFilter
from participants.forms.people import PersonForm
from participants.models import Participant, Registration
from participants.views.personal import Shown, in_own_region, note_read, shown_to
from participants.views.regions import region_name, regions_for
from participants.views.searching import search_redirect
from toolkit.paging import page_of
from toolkit.phones import shown
from toolkit.xlsx import Column, sheet_response
from units.access import EDITS_ALL, Role
from units.login import lately_signed_in_for_file
from units.models import Unit
from workshops.views.head import when_text


@dataclass(frozen=True)
class Row:
    person: Any
    seen: Shown
    region: str


def participant_list(request: HttpRequest) -> HttpResponse:
    """GET shows the list; POST only searches: filters and a name become part of the address, a NIP does not."""
    user: Any = request.user
    if request.method == "POST":
        return search_redirect(request, Participant.objects.visible_to(user), filters=ParticipantFilter)
    regions = regions_for(user)
    found = ParticipantFilter(request.GET, queryset=_with_counts(user), regions=regions)
    page = page_of(found.qs.select_related("unit"), request)
    context = {
        "page": page,
        "rows": [Row(person, shown_to(user, person), region_name(person.unit, regions)) for person in page],
        "filter": found,
        "by_number": "orang" in request.GET,
        "may_export": user.role != Role.LEADER,
        "export_action": f"{reverse('participant_export')}?{request.GET.urlencode()}",
    }
    return render(request, "participants/participant_list.html", context)


def _with_counts(user: Any) -> Any:
    """Adds `n_workshops` that a person is or was registered for."""
    held = (
        Registration.objects.active()
        .filter(participant=OuterRef("pk"))
        .order_by()
        .values("participant")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Participant.objects.visible_to(user).annotate(
        n_workshops=Coalesce(Subquery(held, output_field=IntegerField()), 0)
    )


@lately_signed_in_for_file("participant_list")
def participant_export(request: HttpRequest) -> FileResponse:
    """Exactly the rows of the list, all pages, with whole numbers; who exported how many is written down."""
    user: Any = request.user
    regions = regions_for(user)
    found = ParticipantFilter(request.GET, queryset=_with_counts(user), regions=regions)
    people = list(found.qs.select_related("unit"))
    note_read(by=user, what="participant_export", n_people=len(people), now=timezone.now())
    columns = [
        Column("name", gettext_lazy("Nama"), width=32),
        Column("number", gettext_lazy("NIP"), kind="digits", width=22),
        Column("status", gettext_lazy("Status kepegawaian")),
        Column("grade", gettext_lazy("Golongan"), width=10),
        Column("position", gettext_lazy("Jabatan"), width=32),
        Column("unit", pgettext_lazy("satu", "Satuan kerja"), width=36),
        Column("region", gettext_lazy("Kantor Wilayah"), width=28),
        Column("email", gettext_lazy("Surel"), width=28),
        Column("phone", gettext_lazy("WhatsApp/HP"), kind="phone", width=20),
        Column("n", gettext_lazy("Jumlah workshop"), kind="whole"),
    ]
    cells = (
        (
            person.full_name,
            spaced(person.employee_number).replace(" ", ""),
            person.get_employment_status_display(),
            person.grade,
            person.position,
            person.unit.official_name if person.unit else person.institution,
            region_name(person.unit, regions, also_itself=True),
            person.email,
            shown(person.phone) if person.phone else "",
            person.n_workshops,
        )
        for person in people
    )
    return sheet_response("peserta.xlsx", title=str(_("Peserta")), columns=columns, rows=cells)


def participant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _record(request, _visible(request.user, pk), revealed=False)


def _visible(user: Any, pk: int) -> Participant:
    return get_object_or_404(Participant.objects.visible_to(user).select_related("unit"), pk=pk)


def _record(request: HttpRequest, person: Participant, *, revealed: bool) -> HttpResponse:
    user: Any = request.user
    seats = (
        Registration.objects.visible_to(user)
        .filter(participant=person)
        .select_related("workshop", "unit", "segment", "replaced_by__participant")
        .order_by("-workshop__calendar_on", "-pk")
    )
    page = page_of(seats, request)
    context = {
        "person": person,
        "seen": shown_to(user, person, revealed=revealed),
        "revealed": revealed,
        "page": page,
        "seats": [(seat, when_text(seat.workshop)) for seat in page],
        "may_edit": user.role != Role.LEADER,
        "may_reveal": user.role in EDITS_ALL and not revealed,
    }
    return render(request, "participants/participant_detail.html", context)


def participant_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows whole NIP and phone once, and writes down who looked."""
    person = _visible(request.user, pk)
    note_read(by=request.user, what="participant_reveal", n_people=1, now=timezone.now(), participant=person)
    return _record(request, person, revealed=True)


def participant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects a record. The bureau corrects without reading: whole numbers stay hidden from it here."""
    user: Any = request.user
    person = get_object_or_404(Participant.objects.editable_by(user).select_related("unit"), pk=pk)
    is_bureau = user.role in EDITS_ALL
    form = PersonForm(
        request.POST or None,
        person=person,
        among=Participant.objects.visible_to(user),
        today=timezone.localdate(),
        movable=Unit.objects.all() if is_bureau else Unit.objects.editable_by(user),
        scope="all" if is_bureau else "own",
        hides=not in_own_region(user, person),
    )
    if request.method == "POST" and form.is_valid():
        try:
            update_person(person, form.details, by=user, now=timezone.now())
        except Refused as refusal:
            form.add_error("employee_number", str(refusal))
        else:
            messages.success(request, _("Data %(name)s sudah disimpan.") % {"name": form.details.full_name})
            return redirect("participant_detail", person.pk)
    return render(request, "participants/participant_edit.html", {"form": form, "person": person})
