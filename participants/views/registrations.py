"""People into seats: registering, editing, replacing, cancelling."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.actions import registrations as actions
from participants.actions.refusals import Refused
from participants.forms.invitations import ReasonForm
from participants.forms.people import (
    EditRegistrationForm,
    RegisterKnownForm,
    RegisterNewForm,
    ReplaceByKnownForm,
    ReplaceByNewForm,
    free_seats,
)
from participants.models import Allocation, Invitation, Participant, Registration
from participants.views.answers import allocations_under
from participants.views.personal import Shown, shown_to
from participants.views.searching import asked_text, is_number
from workshops.views.head import place_text, when_text

FOUND = 10


@dataclass
class Desk:
    """One visit to the page where people are registered on the seats of an allocation."""

    request: HttpRequest
    user: Any
    invitation: Invitation
    allocation: Any
    now: datetime

    @property
    def people(self) -> Any:
        """People that may be found and picked: those of the own reach."""
        return Participant.objects.visible_to(self.user)

    @property
    def url(self) -> str:
        return f"{reverse('registration_create', args=[self.invitation.pk])}?satker={self.allocation.pk}"

    def new_form(self, data: Any = None, initial: dict[str, Any] | None = None) -> RegisterNewForm:
        return RegisterNewForm(
            data,
            initial=initial or {},
            among=self.people,
            today=timezone.localdate(),
            home=self.allocation.unit,
            workshop=self.invitation.workshop,
            allocation=self.allocation,
        )

    def known_form(self, person: Participant, data: Any = None) -> RegisterKnownForm:
        return RegisterKnownForm(
            data,
            initial={"position": person.position},
            workshop=self.invitation.workshop,
            allocation=self.allocation,
        )


def registration_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a person and give a seat, or type a new one; then the page is ready for the next.

    The seats' unit is `satker` in the address, a known person `orang`; a search comes by POST (it may be a NIP)."""
    user: Any = request.user
    now = timezone.now()
    rows = Invitation.objects.visible_to(user).standing()
    invitation = get_object_or_404(
        rows.select_related("unit", "workshop__topic", "workshop__organizer_unit", "workshop__host_unit"), pk=pk
    )
    options = list(
        allocations_under(invitation, user)
        .with_taken()
        .select_related("unit", "invitation__workshop", "invitation__unit")
    )
    allocation = _asked_allocation(request, options)
    desk = Desk(request, user, allocation.invitation, allocation, now)
    if not _may_register(desk):
        messages.error(request, actions.why_closed(desk.invitation, now))
        return redirect("invitation_detail", pk)
    person = _asked_person(request, desk.people)
    if person is not None:
        return _register_known(desk, options, person)
    return _find_or_type(desk, options)


def _may_register(desk: Desk) -> bool:
    invitation, workshop = desk.invitation, desk.invitation.workshop
    if invitation.registration_is_open(desk.now):
        return True
    running = workshop.is_open and workshop.ends_at is not None and desk.now < workshop.ends_at
    return running and actions.organizes(desk.user, workshop)


def _asked_allocation(request: HttpRequest, options: list[Any]) -> Any:
    """The seats named in the address, else the first with a free seat."""
    key = request.GET.get("satker", "")
    if key:
        chosen = [row for row in options if str(row.pk) == key]
    else:
        chosen = sorted(options, key=lambda row: sum(free_seats(row).values()) == 0)
    if not chosen:
        raise Http404
    return chosen[0]


def _asked_person(request: HttpRequest, people: QuerySet[Participant, Any]) -> Participant | None:
    key = request.GET.get("orang", "")
    if not key:
        return None
    pk = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
    rows: Any = people
    found: Participant = get_object_or_404(rows.select_related("unit"), pk=pk)
    return found


def _register_known(desk: Desk, options: list[Any], person: Participant) -> HttpResponse:
    data = desk.request.POST if desk.request.method == "POST" else None
    form = desk.known_form(person, data)
    if form.is_valid():
        try:
            actions.register(desk.allocation, person=person, by=desk.user, now=desk.now, **form.seat)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _registered(desk, person.full_name)
    extra = {"form": form, "person": person, "seen": shown_to(desk.user, person)}
    return _page(desk, options, extra)


def _find_or_type(desk: Desk, options: list[Any]) -> HttpResponse:
    step = desk.request.POST.get("step", "") if desk.request.method == "POST" else ""
    if step == "save":
        form = desk.new_form(desk.request.POST)
        if form.is_valid():
            try:
                made = actions.register(desk.allocation, person=form.details, by=desk.user, now=desk.now, **form.seat)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return _registered(desk, made.participant.full_name)
        return _page(desk, options, {"form": form})
    text = asked_text(desk.request)
    if step == "new":
        initial = {"employee_number": text} if is_number(text) else {"full_name": text}
        return _page(desk, options, {"form": desk.new_form(initial=initial), "q": text})
    return _page(desk, options, {"q": text, "results": find_people(desk, text) if text else None})


@dataclass(frozen=True)
class Found:
    person: Any
    seen: Shown
    is_registered: bool


def find_people(desk: Desk, text: str) -> list[Found]:
    """People of the own reach by NIP or name; those of the seats' unit first."""
    rows = list(
        desk.people.matching(text, by=desk.user).select_related("unit").order_by("full_name", "pk")[: FOUND * 5]
    )
    rows.sort(key=lambda person: person.unit_id != desk.allocation.unit_id)
    rows = rows[:FOUND]
    taken = set(
        Registration.objects.active()
        .filter(workshop=desk.invitation.workshop, participant__in=rows)
        .values_list("participant_id", flat=True)
    )
    return [Found(person, shown_to(desk.user, person), person.pk in taken) for person in rows]


def _registered(desk: Desk, name: str) -> HttpResponse:
    rows: Any = Allocation.objects.filter(pk=desk.allocation.pk).with_taken()
    left = sum(free_seats(rows.get()).values())
    messages.success(
        desk.request,
        _("%(name)s terdaftar untuk %(unit)s. Sisa kursi satuan kerja ini: %(n)d.")
        % {"name": name, "unit": desk.allocation.unit.short_name, "n": left},
    )
    return redirect(desk.url)


def _page(desk: Desk, options: list[Any], extra: dict[str, Any]) -> HttpResponse:
    workshop = desk.invitation.workshop
    held = (
        Registration.objects.active()
        .filter(allocation=desk.allocation)
        .select_related("participant")
        .order_by("-registered_at", "-pk")[:50]
    )
    context = {
        "invitation": desk.invitation,
        "workshop": workshop,
        "allocation": desk.allocation,
        "options": [(row, sum(free_seats(row).values())) for row in options],
        "free": free_seats(desk.allocation),
        "n_free": sum(free_seats(desk.allocation).values()),
        "held": held,
        "when": when_text(workshop),
        "place": place_text(workshop),
        "here": desk.url,
        "form": None,
        "person": None,
        "q": "",
        "results": None,
        "closes_at": desk.invitation.registration_closes_at(),
        "answer_by": desk.invitation.answer_due_first(),
        "zone": timezone.get_current_timezone(),
        **extra,
    }
    return render(desk.request, "participants/registration_create.html", context)


def participant_search(request: HttpRequest) -> HttpResponse:
    """The results beside the search box of the page above, for htmx."""
    user: Any = request.user
    key = request.POST.get("satker", "")
    pk = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
    rows: Any = Allocation.objects.fillable_by(user).select_related("unit", "invitation__workshop", "invitation__unit")
    allocation = get_object_or_404(rows, pk=pk, invitation__withdrawn_at=None)
    desk = Desk(request, user, allocation.invitation, allocation, timezone.now())
    text = asked_text(request)
    replaced = request.POST.get("menggantikan", "")
    here = desk.url
    if replaced.isascii() and replaced.isdecimal() and len(replaced) < 19:
        here = f"{reverse('registration_replace', args=[int(replaced)])}?"
    context = {"results": find_people(desk, text) if text else None, "q": text, "here": here}
    return render(request, "participants/partials/found_people.html", context)


# --- changing


def _changeable(user: Any, pk: int) -> Registration:
    rows = Registration.objects.editable_by(user).active()
    return get_object_or_404(
        rows.select_related(
            "participant__unit", "unit", "workshop", "allocation__invitation__unit", "allocation__unit"
        ),
        pk=pk,
        allocation__isnull=False,
    )


def registration_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    registration = _changeable(user, pk)
    form = EditRegistrationForm(
        request.POST or None, registration=registration, allocation=_counted(registration.allocation_id)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(registration, by=user, now=timezone.now(), **form.facts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Pendaftaran %(name)s sudah diubah.") % {"name": registration.participant.full_name}
            )
            return redirect("invitation_detail", _invitation_pk(registration))
    return render(request, "participants/registration_edit.html", _of(registration, form))


def _counted(pk: Any) -> Any:
    return Allocation.objects.with_taken().select_related("unit", "invitation__workshop", "invitation__unit").get(pk=pk)


def _invitation_pk(registration: Registration) -> int:
    return registration.allocation.invitation_id if registration.allocation else 0


def _of(registration: Registration, form: Any) -> dict[str, Any]:
    return {
        "form": form,
        "registration": registration,
        "workshop": registration.workshop,
        "invitation_pk": _invitation_pk(registration),
        "when": when_text(registration.workshop),
    }


def registration_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    registration = _changeable(user, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(registration, reason=form.cleaned_data["reason"], by=user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            name = registration.participant.full_name
            messages.success(request, _("Pendaftaran %(name)s dibatalkan; kursinya kembali kosong.") % {"name": name})
            return redirect("invitation_detail", _invitation_pk(registration))
    return render(request, "participants/registration_cancel.html", _of(registration, form))


def registration_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person takes over the seat: found as when registering, or typed."""
    user: Any = request.user
    registration = _replaceable(request, user, pk)
    if registration is None:
        messages.info(request, _("Pendaftaran ini sudah diganti atau dibatalkan."))
        return redirect("invitation_list")
    allocation = _counted(registration.allocation_id)
    desk = Desk(request, user, allocation.invitation, allocation, timezone.now())
    person = _asked_person(request, desk.people)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    form = _replacement_form(desk, person, step)
    if form is not None and form.is_bound and form.is_valid():
        substitute = person if person is not None else form.details
        try:
            new = actions.replace(registration, person=substitute, by=user, now=desk.now, **form.seat)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(new)s menggantikan %(old)s sebagai peserta.")
                % {"new": new.participant.full_name, "old": registration.participant.full_name},
            )
            return redirect("invitation_detail", desk.invitation.pk)
    text = asked_text(request) if step in {"search", "new"} else ""
    context = {
        **_of(registration, form),
        "allocation": allocation,
        "person": person,
        "seen": shown_to(user, person) if person is not None else None,
        "here": f"{request.path}?",
        "q": text,
        "results": find_people(desk, text) if step == "search" and text else None,
    }
    return render(request, "participants/registration_replace.html", context)


def _replaceable(request: HttpRequest, user: Any, pk: int) -> Registration | None:
    """None when the form was sent before: the seat has its new person already."""
    if request.method == "POST":
        ended = Registration.objects.editable_by(user).exclude(state=Registration.State.REGISTERED)
        if ended.filter(pk=pk).exists():
            return None
    return _changeable(user, pk)


def _replacement_form(desk: Desk, person: Participant | None, step: str) -> Any:
    """The form for the person at hand; None while nobody is picked yet."""
    data = desk.request.POST
    if person is not None:
        return ReplaceByKnownForm(data if step == "save" else None, initial={"position": person.position})
    if step not in {"new", "save"}:
        return None
    text = asked_text(desk.request)
    initial = {"employee_number": text} if is_number(text) else {"full_name": text}
    return ReplaceByNewForm(
        data if step == "save" else None,
        initial=initial if step == "new" else {},
        among=desk.people,
        today=timezone.localdate(),
        home=desk.allocation.unit,
    )
