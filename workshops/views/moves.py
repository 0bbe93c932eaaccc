"""Moving a workshop (with a look at what follows first), and its steps from state to state."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from outbox.registry import Imagined, foretold
from workshops.actions.consequences import surroundings_of
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import consequences_of, letters_of_move, move_workshop, schedule_of, schedule_text
from workshops.actions.states import STEPS, change_state
from workshops.forms.dragging import DragForm, dragged
from workshops.forms.planning import MoveForm, place_warnings
from workshops.forms.states import StepForm
from workshops.models import Workshop, WorkshopState
from workshops.versions import schedule_version_of, version_of
from workshops.views.head import head_context

# A mailing may have gone to thousands; so many are counted to show them.
MOST_COUNTED = 500


def _editable(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user).select_related(
        "organizer_unit", "host_unit", "topic", "agreement"
    )
    return get_object_or_404(rows, pk=pk)


def workshop_move(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, then the consequences, then the deed; only the last one writes. A calendar asks with the new days in
    the address and gets the consequences at once."""
    by: Any = request.user
    workshop = _editable(request, pk)
    if request.method != "POST" and "mulai" in request.GET:
        return _asked_by_calendar(request, workshop)
    form = MoveForm(request.POST or None, workshop=workshop, by=by, initial={"version": version_of(workshop)})
    if request.method != "POST" or not form.is_valid() or request.POST.get("step") == "edit":
        return _move_form(request, workshop, form)
    if request.POST.get("step") != "confirm":
        return _move_preview(request, workshop, form)
    try:
        move_workshop(
            workshop,
            schedule=form.schedule(),
            window=form.window(),
            shift_sessions=form.cleaned_data["shift_sessions"],
            reason=form.cleaned_data["reason"],
            cover_reason=form.cleaned_data.get("cover_reason", ""),
            version=form.cleaned_data["version"],
            by=by,
            now=timezone.now(),
        )
    except Refusal as problem:
        form.refuse(problem)
        return _move_form(request, workshop, form)
    messages.success(request, _("Jadwal “%(title)s” tersimpan.") % {"title": workshop.title})
    return redirect(_way_back(request) or reverse("workshop_detail", args=[workshop.pk]))


def _way_back(request: HttpRequest) -> str:
    """The calendar that a move was asked from, as it was narrowed; nowhere else."""
    url = request.POST.get("kembali") or request.GET.get("kembali", "")
    is_calendar = url.partition("?")[0] == reverse("calendar")
    return url if is_calendar and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def _asked_by_calendar(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    by: Any = request.user
    drag = DragForm(request.GET)
    if not drag.is_valid():
        form = MoveForm(workshop=workshop, by=by, initial={"version": version_of(workshop)})
        return _move_form(request, workshop, form)
    asked = drag.cleaned_data
    if asked["versi"] and asked["versi"] != schedule_version_of(workshop):
        context = {"now_stands": schedule_text(schedule_of(workshop)), "way_back": _way_back(request)}
        return _shown(request, workshop, "workshops/workshop_move_stale.html", "stale", context)
    form = dragged(workshop, asked["mulai"], asked["selesai"], version=version_of(workshop), by=by)
    return _move_preview(request, workshop, form) if form.is_valid() else _move_form(request, workshop, form)


def _shown(
    request: HttpRequest, workshop: Workshop, template: str, partial: str, context: dict[str, Any]
) -> HttpResponse:
    """A page of the workshop; for the dialog of the calendar only the part that matters."""
    narrow: Any = request
    if narrow.htmx:
        return render(request, f"workshops/partials/move_{partial}.html", context | {"workshop": workshop})
    return render(request, template, head_context(request, workshop, "") | context)


def _move_form(request: HttpRequest, workshop: Workshop, form: MoveForm) -> HttpResponse:
    context = head_context(request, workshop, "") | {"form": form, "way_back": _way_back(request)}
    return render(request, "workshops/workshop_move.html", context)


def _move_preview(request: HttpRequest, workshop: Workshop, form: MoveForm) -> HttpResponse:
    by: Any = request.user
    schedule, window = form.schedule(), form.window()
    shift_sessions = form.cleaned_data["shift_sessions"]
    leaving = letters_of_move(workshop, schedule, timezone.now())
    is_new_deadline = window.deadline != workshop.registration_deadline
    context: dict[str, Any] = {
        "form": form,
        "way_back": _way_back(request),
        "new_deadline": window.deadline if is_new_deadline else None,
        "around": surroundings_of(workshop, schedule, shift_sessions=shift_sessions, leaving=leaving, by=by),
        "before": schedule_text(schedule_of(workshop)),
        "after": schedule_text(schedule),
        "consequences": consequences_of(workshop, schedule, shift_sessions=shift_sessions, leaving=leaving),
        "is_at_rest": workshop.state in {WorkshopState.POSTPONED, WorkshopState.CANCELLED},
        "warnings": place_warnings(schedule.mode, schedule.venue, schedule.meeting_url, workshop.host_unit),
    }
    return _shown(request, workshop, "workshops/workshop_move_preview.html", "consequences", context)


def workshop_state(request: HttpRequest, pk: int) -> HttpResponse:
    """One step; a refused one comes back on a page of its own with what was typed."""
    by: Any = request.user
    workshop = _editable(request, pk)
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            moved = change_state(
                workshop,
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            sentence = _("Status “%(title)s” sekarang: %(state)s.")
            messages.success(request, sentence % {"title": moved.title, "state": moved.get_state_display()})
            return redirect("workshop_detail", pk=moved.pk)
    step = next((step for step in STEPS[workshop.state] if step.to == request.POST.get("to")), None)
    context = head_context(request, workshop, "summary") | {"form": form, "step": step}
    return render(request, "workshops/workshop_state.html", context)


@require_safe
def workshop_told(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of the workshop's page: how many addresses a cancellation would be told to, exact where they are few."""
    workshop = _editable(request, pk)
    wishes = foretold(Imagined(workshop.topic_id, rests=True, most=MOST_COUNTED + 1), timezone.now())
    n = len({wish.to_addr for wish in wishes})
    line = ngettext(
        "%(n)d alamat mendapat satu surat pemberitahuan.", "%(n)d alamat mendapat satu surat pemberitahuan.", n
    )
    if len(wishes) > MOST_COUNTED:
        n, line = min(n, MOST_COUNTED), _("Lebih dari %(n)d alamat mendapat satu surat pemberitahuan.")
    return HttpResponse(line % {"n": n}, content_type="text/plain; charset=utf-8")
