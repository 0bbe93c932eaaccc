"""The rooms of a workshop."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions.rooms import set_rooms
from workshops.forms.rooms import RoomFormSet, room_rows
from workshops.views.agenda import editable
from workshops.views.head import head_context


def workshop_rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, sizes and order; renaming one renames it in its sessions."""
    by: Any = request.user
    workshop = editable(request, pk)
    rooms = RoomFormSet(request.POST or None, prefix="rooms", initial=room_rows(workshop))
    if request.method == "POST" and rooms.is_valid():
        set_rooms(workshop, rows=rooms.rows(), by=by, now=timezone.now())
        messages.success(request, _("Daftar ruang tersimpan."))
        return redirect("workshop_agenda", pk=workshop.pk)
    named = {room.name for room in workshop.rooms.all()}
    loose = workshop.sessions.exclude(room__in=named).exclude(room="").order_by("room").values_list("room", flat=True)
    context = head_context(request, workshop, "agenda") | {"rooms": rooms, "loose": list(loose.distinct())}
    return render(request, "workshops/workshop_rooms.html", context)
