"""Venues that a workshop considers, and the choice of one with a look at what follows first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions.candidates import (
    CLOSED,
    RoomPlan,
    add_candidate,
    choose_venue,
    edit_candidate,
    remove_candidate,
    room_plan,
    schedule_at,
)
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import consequences_of, letters_of_move
from workshops.forms.venues import CandidateAddForm, CandidateEditForm, ChoiceForm
from workshops.models import Venue, VenueCandidate, Workshop, WorkshopState
from workshops.versions import version_of
from workshops.views.head import head_context

RELATED = ("organizer_unit", "host_unit", "topic", "agreement")


def _editable(request: HttpRequest, pk: int) -> Workshop:
    return get_object_or_404(Workshop.objects.editable_by(request.user).select_related(*RELATED), pk=pk)


def _candidate(workshop: Workshop, pk: int) -> VenueCandidate:
    return get_object_or_404(workshop.venue_candidates.select_related("venue", "workshop"), pk=pk)


def candidate_create(request: HttpRequest, pk: int) -> HttpResponse:
    workshop = _editable(request, pk)
    there = workshop.venue_candidates.values("venue")
    venues = Venue.objects.visible_to(request.user).exclude(pk__in=there).order_by("name", "pk")
    form = CandidateAddForm(request.POST or None, venues=venues)
    if request.method == "POST" and form.is_valid():
        found = add_candidate(workshop, **form.cleaned_data, now=timezone.now())
        messages.success(request, _("%(name)s ikut dipertimbangkan.") % {"name": found.venue.name})
        return redirect("workshop_meetings", pk=workshop.pk)
    context = head_context(request, workshop, "meetings") | {"form": form, "candidate": None}
    return render(request, "workshops/candidate_form.html", context)


def candidate_edit(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    candidate = _candidate(workshop, candidate_pk)
    form = CandidateEditForm(request.POST or None, candidate=candidate)
    if request.method == "POST" and form.is_valid():
        facts = {"verdict": candidate.verdict, "reason": candidate.reason} | form.cleaned_data
        try:
            edit_candidate(candidate, **facts, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Catatan tentang %(name)s tersimpan.") % {"name": candidate.venue.name})
            return redirect("workshop_meetings", pk=workshop.pk)
    context = head_context(request, workshop, "meetings") | {"form": form, "candidate": candidate}
    return render(request, "workshops/candidate_form.html", context)


def candidate_remove(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    workshop = _editable(request, pk)
    candidate = _candidate(workshop, candidate_pk)
    try:
        remove_candidate(candidate)
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(name)s dikeluarkan dari perbandingan.") % {"name": candidate.venue.name})
    return redirect("workshop_meetings", pk=workshop.pk)


def candidate_choose(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    """GET shows what the choice sets going: place, rooms, and who hears of it; POST chooses."""
    by: Any = request.user
    workshop = _editable(request, pk)
    candidate = _candidate(workshop, candidate_pk)
    form = ChoiceForm(request.POST or None, initial={"version": version_of(workshop)})
    if request.method == "POST" and form.is_valid():
        try:
            plan = choose_venue(candidate, **form.cleaned_data, by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            return _chosen(request, workshop, candidate, plan)
    schedule = schedule_at(workshop, candidate.venue)
    leaving = letters_of_move(workshop, schedule, timezone.now())
    context = head_context(request, workshop, "meetings") | {
        "form": form,
        "candidate": candidate,
        "before": ", ".join(part for part in (workshop.venue, workshop.venue_address) if part),
        "after": ", ".join(part for part in (schedule.venue, schedule.venue_address) if part),
        "plan": room_plan(workshop, candidate.venue),
        "consequences": consequences_of(workshop, schedule, shift_sessions=False, leaving=leaving),
        "is_at_rest": workshop.state == WorkshopState.POSTPONED,
        "is_closed": workshop.state in CLOSED,
    }
    return render(request, "workshops/candidate_choose.html", context)


def _chosen(request: HttpRequest, workshop: Workshop, candidate: VenueCandidate, plan: RoomPlan) -> HttpResponse:
    messages.success(request, _("Tempat kegiatan sekarang %(name)s.") % {"name": candidate.venue.name})
    if plan.untouched:
        sentence = _("Ruang berikut dipakai sesi dan tidak diubah: %(names)s.")
        messages.warning(request, sentence % {"names": ", ".join(plan.untouched)})
    return redirect("workshop_meetings", pk=workshop.pk)
