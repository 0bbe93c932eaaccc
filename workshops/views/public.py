"""The page of a workshop for everybody, and its calendar file: the released agenda, no personal data beyond names and
positions, no way into the meeting."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify

from toolkit.local_times import days_line
from workshops.actions.releases import newest_release
from workshops.documents.agenda import agenda_calendar, hours_of
from workshops.models import Workshop
from workshops.unit_names import name_units_as_then
from workshops.views.head import place_text
from workshops.views.releases import days_of_lines


@login_not_required
def workshop_public(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Workshop.objects.published().select_related("organizer_unit", "host_unit", "partner")
    workshop = get_object_or_404(rows, pk=pk)
    name_units_as_then([workshop], timezone.now())
    release = newest_release(workshop)
    first, last = workshop.first_day, workshop.last_day
    context = {
        "workshop": workshop,
        "release": release,
        "agenda": days_of_lines(workshop, release.lines) if release else [],
        "when": days_line(first, last) if first and last else "",
        "hours": hours_of(workshop),
        "place": place_text(workshop),
    }
    return render(request, "workshops/workshop_public.html", context)


@login_not_required
def workshop_public_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    workshop = get_object_or_404(Workshop.objects.published(), pk=pk)
    release = newest_release(workshop)
    if release is None:
        raise Http404
    name = f"{slugify(workshop.title)[:60] or 'kegiatan'}.ics"
    return HttpResponse(
        agenda_calendar(workshop, release),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
