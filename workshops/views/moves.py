"""Moving a workshop (with a look at what follows first), and its steps from state to state."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions.refusals import Refusal
from workshops.actions.schedule import consequences_of, move_workshop, schedule_of, schedule_text
from workshops.actions.states import STEPS, change_state
from workshops.forms.planning import MoveForm, place_warnings
from workshops.forms.states import StepForm
from workshops.models import Workshop, WorkshopState
from workshops.versions import version_of
from workshops.views.head import head_context


def _editable(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user).select_related(
        "organizer_unit", "host_unit", "topic", "agreement"
    )
    return get_object_or_404(rows, pk=pk)


def workshop_move(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, then the consequences, then the deed; only the last one writes."""
    by: Any = request.user
    workshop = _editable(request, pk)
    form = MoveForm(request.POST or None, workshop=workshop, initial={"version": version_of(workshop)})
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
            version=form.cleaned_data["version"],
            by=by,
            now=timezone.now(),
        )
    except Refusal as problem:
        form.refuse(problem)
        return _move_form(request, workshop, form)
    messages.success(request, _("Jadwal “%(title)s” tersimpan.") % {"title": workshop.title})
    return redirect("workshop_detail", pk=workshop.pk)


def _move_form(request: HttpRequest, workshop: Workshop, form: MoveForm) -> HttpResponse:
    return render(request, "workshops/workshop_move.html", head_context(request, workshop, "") | {"form": form})


def _move_preview(request: HttpRequest, workshop: Workshop, form: MoveForm) -> HttpResponse:
    schedule = form.schedule()
    context = head_context(request, workshop, "") | {
        "form": form,
        "before": schedule_text(schedule_of(workshop)),
        "after": schedule_text(schedule),
        "consequences": consequences_of(workshop, schedule, shift_sessions=form.cleaned_data["shift_sessions"]),
        "is_at_rest": workshop.state in {WorkshopState.POSTPONED, WorkshopState.CANCELLED},
        "warnings": place_warnings(schedule.mode, schedule.venue, schedule.meeting_url, workshop.host_unit),
    }
    return render(request, "workshops/workshop_move_preview.html", context)


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
