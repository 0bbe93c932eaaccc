"""The pages behind the link in a unit's letter: no account, under a minute. GET shows, POST acts.

The link is bound to one invitation and one contact. Whatever is wrong with it (forged, withdrawn, expired, a contact
who left) gets the same answer, so it tells nothing about what exists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from participants.actions import invitations, registrations
from participants.actions.refusals import Refused
from participants.employee_numbers import masked
from participants.forms.invitations import DeclineForm, ReasonForm
from participants.forms.people import RegisterNewForm, ReplaceByNewForm, free_seats
from participants.letters.facts import reasons_of, schedule_facts
from participants.links import mark_of, read_token
from participants.models import Invitation, Participant, Registration
from toolkit.rate_limits import Limit, client_address, is_spent
from units.models import UnitContact
from workshops.models import WorkshopState
from workshops.unit_names import name_units_as_then

GONE, TOO_MANY = 404, 429
# A link names some forty people at most; behind one address a whole Kanwil may sit.
POSTS_BY_LINK = Limit(60, 600)
POSTS_BY_ADDRESS = Limit(600, 600)


@dataclass
class Door:
    """A valid link at work: who came, to which invitation, when; `is_held` when too much came by it lately: the page is
    shown again with what was typed, and nothing is done."""

    request: HttpRequest
    token: str
    invitation: Invitation
    contact: UnitContact
    now: datetime
    is_held: bool = False

    def refuse_if_held(self, form: Form) -> None:
        if self.is_held:
            form.full_clean()
            form.add_error(None, too_many_sentence())

    @property
    def zone(self) -> ZoneInfo:
        return self.invitation.unit.zone

    @property
    def url(self) -> str:
        return reverse("invitation_link", args=[self.token])

    def allocations(self) -> list[Any]:
        rows: Any = self.invitation.allocations.with_taken()
        return list(
            rows.select_related("unit", "invitation__workshop", "invitation__unit").order_by(
                "unit__level", "unit__official_name", "pk"
            )
        )

    def registrations(self) -> Any:
        return (
            Registration.objects.active()
            .filter(allocation__invitation=self.invitation)
            .select_related("participant", "unit")
            .order_by("unit__level", "unit__official_name", "participant__full_name", "pk")
        )

    def context(self) -> dict[str, Any]:
        workshop = self.invitation.workshop
        return {
            "invitation": self.invitation,
            "workshop": workshop,
            "contact": self.contact,
            "token": self.token,
            "zone": self.zone,
            **schedule_facts(workshop, self.zone),
        }


def opened_door(request: HttpRequest, token: str, now: datetime) -> Door | None:
    """What a token opens now; None for every reason why it does not."""
    link = read_token(token)
    if link is None:
        return None
    invitation = (
        Invitation.objects.standing()
        .select_related("unit", "workshop__topic", "workshop__organizer_unit", "workshop__partner")
        .select_related("workshop__host_unit")
        .filter(pk=link.invitation_pk, link_version=link.version)
        .first()
    )
    if invitation is None or now >= invitation.link_lives_until():
        return None
    contact = (
        UnitContact.objects.select_related("unit")
        .filter(pk=link.contact_pk, unit=invitation.unit_id, is_active=True, for_publicity=True)
        .first()
    )
    if contact is None or mark_of(contact.email) != link.mark:
        return None
    name_units_as_then([invitation.workshop], now)
    return Door(request, token, invitation, contact, now)


LinkView = Callable[..., HttpResponse]


def too_many_sentence() -> str:
    return _(
        "Terlalu banyak kiriman dalam waktu singkat. Isian Anda tetap ada; tunggu beberapa menit, lalu kirim lagi."
    )


def is_too_much(request: HttpRequest, token: str, now: datetime) -> bool:
    """Both are counted, whatever the first says."""
    by_address = is_spent(POSTS_BY_ADDRESS, "link_address", client_address(request), now=now)
    return is_spent(POSTS_BY_LINK, "link", token, now=now) or by_address


def behind_link(view: Callable[..., HttpResponse]) -> LinkView:
    """The view gets a Door instead of the request; without one everybody gets the same kind page. What is posted too
    often is answered 429."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        timezone.deactivate()
        now = timezone.now()
        is_held = request.method == "POST" and is_too_much(request, token, now)
        door = opened_door(request, token, now)
        if door is None:
            response = gone(request, is_held=is_held)
        else:
            door.is_held = is_held
            with timezone.override(door.zone):
                response = view(door, **rest)
        if is_held:
            response.status_code = TOO_MANY
            response["Retry-After"] = str(POSTS_BY_LINK.seconds)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def gone(request: HttpRequest, *, is_held: bool) -> HttpResponse:
    page = "429.html" if is_held else "participants/invitation_link_gone.html"
    return render(request, page, status=GONE)


@dataclass(frozen=True)
class Seated:
    """Who is registered, as a link may show it."""

    registration: Registration
    number: str


@behind_link
def invitation_link(door: Door) -> HttpResponse:
    """GET shows the invitation; POST answers it: `answer` is accept or decline."""
    if door.request.method == "POST":
        return _answer(door)
    return _show(door, DeclineForm())


def _show(door: Door, decline: DeclineForm) -> HttpResponse:
    invitation, now = door.invitation, door.now
    allocations = door.allocations()
    context = {
        **door.context(),
        "allocations": [(row, row.n_onsite + row.n_online, row.seats_onsite + row.seats_online) for row in allocations],
        "n_free": sum(sum(free_seats(row).values()) for row in allocations),
        "seated": [Seated(row, masked(row.participant.employee_number)) for row in door.registrations()],
        "decline": decline,
        "can_answer": invitation.answer_is_open(now),
        "can_register": invitation.registration_is_open(now),
        "why_closed": registrations.why_closed(invitation, now),
        "can_change": invitation.changes_are_open(now),
        "lives_until": invitation.link_lives_until(),
        "closes_at": invitation.registration_closes_at(),
        "is_accepted": invitation.response == Invitation.Response.ACCEPTED,
        "is_declined": invitation.response == Invitation.Response.DECLINED,
        "is_cancelled": invitation.workshop.state == WorkshopState.CANCELLED,
        "reason": reasons_of([invitation.workshop]).get(invitation.workshop_id, ""),
    }
    return render(door.request, "participants/invitation_link.html", context)


def _answer(door: Door) -> HttpResponse:
    if door.request.POST.get("answer") != "decline":
        if door.is_held:
            messages.error(door.request, too_many_sentence())
            return _show(door, DeclineForm())
        try:
            invitations.accept(door.invitation, contact=door.contact, now=door.now)
        except Refused as refusal:
            messages.error(door.request, str(refusal))
        else:
            messages.success(door.request, _("Terima kasih, kehadiran dicatat. Tugaskan pesertanya di bawah."))
        return redirect(door.url)
    form = DeclineForm(door.request.POST)
    door.refuse_if_held(form)
    if form.is_valid():
        try:
            invitations.decline(door.invitation, reason=form.cleaned_data["reason"], contact=door.contact, now=door.now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(door.request, _("Jawaban Anda dicatat. Terima kasih atas kabarnya."))
            return redirect(door.url)
    return _show(door, form)


@behind_link
def invitation_link_register(door: Door) -> HttpResponse:
    """A person is named; the seat is theirs at once."""
    if not door.invitation.registration_is_open(door.now):
        messages.error(door.request, registrations.why_closed(door.invitation, door.now))
        return redirect(door.url)
    allocations = door.allocations()
    key = door.request.GET.get("satker", "")
    chosen = [row for row in allocations if str(row.pk) == key] if key else allocations[:1]
    allocation: Any = chosen[0] if chosen else get_object_or_404(door.invitation.allocations, pk=0)
    form = RegisterNewForm(
        door.request.POST if door.request.method == "POST" else None,
        among=Participant.objects.none(),
        today=timezone.localdate(),
        home=allocation.unit,
        workshop=door.invitation.workshop,
        allocation=allocation,
    )
    door.refuse_if_held(form)
    if form.is_valid():
        try:
            made = registrations.register(
                allocation, person=form.details, contact=door.contact, now=door.now, **form.seat
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(door.request, _("%(name)s terdaftar.") % {"name": made.participant.full_name})
            return redirect(door.url)
    context = {
        **door.context(),
        "form": form,
        "allocation": allocation,
        "options": allocations,
        "free": free_seats(allocation),
    }
    return render(door.request, "participants/invitation_link_register.html", context)


def _changeable(door: Door, pk: int) -> Registration | None:
    """Who still holds a seat that may change hands; None leaves a sentence that says why not."""
    if not door.invitation.changes_are_open(door.now):
        sentence = _("Workshop sudah dimulai atau tidak berjalan; pendaftaran tidak dapat diubah lagi.")
        messages.error(door.request, sentence)
        return None
    registration: Registration | None = door.registrations().filter(pk=pk).first()
    if registration is None:
        messages.info(door.request, _("Peserta itu sudah diganti atau dibatalkan."))
    return registration


@behind_link
def invitation_link_cancel(door: Door, pk: int) -> HttpResponse:
    """A registered person gives the seat back."""
    registration = _changeable(door, pk)
    if registration is None:
        return redirect(door.url)
    form = ReasonForm(door.request.POST if door.request.method == "POST" else None)
    door.refuse_if_held(form)
    if form.is_valid():
        try:
            registrations.cancel(registration, reason=form.cleaned_data["reason"], contact=door.contact, now=door.now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            name = registration.participant.full_name
            sentence = _("Pendaftaran %(name)s dibatalkan; kursinya kembali kosong.")
            messages.success(door.request, sentence % {"name": name})
            return redirect(door.url)
    context = {**door.context(), "form": form, "registration": registration}
    return render(door.request, "participants/invitation_link_cancel.html", context)


@behind_link
def invitation_link_replace(door: Door, pk: int) -> HttpResponse:
    """A substitute takes over the seat of a registered person."""
    registration = _changeable(door, pk)
    if registration is None:
        return redirect(door.url)
    form = ReplaceByNewForm(
        door.request.POST if door.request.method == "POST" else None,
        among=Participant.objects.none(),
        today=timezone.localdate(),
        home=registration.unit,
    )
    door.refuse_if_held(form)
    if form.is_valid():
        try:
            new = registrations.replace(
                registration, person=form.details, contact=door.contact, now=door.now, **form.seat
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                door.request,
                _("%(new)s menggantikan %(old)s sebagai peserta.")
                % {"new": new.participant.full_name, "old": registration.participant.full_name},
            )
            return redirect(door.url)
    context = {**door.context(), "form": form, "registration": registration}
    return render(door.request, "participants/invitation_link_replace.html", context)
