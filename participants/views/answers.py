"""What is asked of a region, and its answer: seats of each unit, accepting, declining, passing seats on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from participants.actions import invitations as actions
from participants.actions.refusals import Refused
from participants.actions.registrations import organizes
from participants.forms.invitations import DeclineForm, PassOnForm
from participants.models import Allocation, AllocationQuerySet, Invitation, Registration
from participants.views.personal import Shown, shown_to
from toolkit.local_times import moment_short
from toolkit.paging import page_of
from toolkit.phones import wa_link
from units.models import Unit, UnitContact
from workshops.models import Workshop, WorkshopState
from workshops.unit_names import name_units_as_then
from workshops.views.head import place_text, when_text

Response = Invitation.Response
OVER = [WorkshopState.CANCELLED, WorkshopState.FINISHED, WorkshopState.REPORTED]


@dataclass(frozen=True)
class Status:
    tone: str
    label: str


def status_of(n_taken: int, n_seats: int, invitation: Invitation | None = None) -> Status:
    """Lengkap, sebagian or belum; a unit that declined says why."""
    if invitation is not None and invitation.response == Response.DECLINED:
        return Status("brick", _("Menolak: %(reason)s") % {"reason": invitation.decline_reason})
    if n_seats == 0:
        return Status("grey", _("Tanpa kursi"))
    if n_taken >= n_seats:
        return Status("teal", _("Lengkap"))
    return Status("gold", _("Sebagian")) if n_taken else Status("grey", _("Belum"))


# --- the list of what is asked


def invitation_list(request: HttpRequest) -> HttpResponse:
    """One card for each workshop that asks units of the reader, those that wait for an answer first."""
    user: Any = request.user
    now = timezone.now()
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    shown = request.GET.get("tampil", "")
    rows = _asking_workshops(user)
    if text:
        rows = rows.filter(title__icontains=text)
    over = Q(ends_at__lt=now) | Q(state__in=OVER)
    rows = rows.filter(over).order_by("-calendar_on", "-pk") if shown == "selesai" else rows.exclude(over)
    if shown != "selesai":
        rows = rows.order_by(F("waits_until").asc(nulls_last=True), "calendar_on", "pk")
    page = page_of(rows.select_related("host_unit"), request, per_page=20)
    name_units_as_then(page, now)
    asked = _asked_of(user, page)
    context = {
        "page": page,
        "cards": [_card(workshop, asked[workshop.pk], now) for workshop in page],
        "q": text,
        "shown": shown,
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "participants/invitation_list.html", context)


def _asking_workshops(user: Any) -> QuerySet[Workshop]:
    """Workshops that ask units the person reaches, with the nearest deadline that still waits for an answer."""
    asked = Invitation.objects.visible_to(user).standing()
    waiting = asked.filter(workshop=OuterRef("pk"), response=Response.NONE).order_by()
    return Workshop.objects.filter(pk__in=asked.values("workshop")).annotate(
        waits_until=Subquery(waiting.values("workshop").annotate(n=Min("reply_deadline")).values("n")),
    )


# The facts of an invitation that stands alone; the least of one is its own.
ONLY = ("id", "response", "decline_reason", "reply_deadline")


@dataclass
class Asked:
    """What one workshop asks of the units a person reaches. `only` is the invitation, where there is one."""

    n_asked: int = 0
    n_waiting: int = 0
    only: Invitation | None = None
    n_seats: int = 0
    n_taken: int = 0


def _asked_of(user: Any, workshops: Iterable[Workshop]) -> dict[int, Asked]:
    """By the workshop's pk, in three statements for a whole page."""
    keys = {workshop.pk: workshop for workshop in workshops}
    found = {pk: Asked() for pk in keys}
    asked = Invitation.objects.visible_to(user).standing().filter(workshop__in=keys).order_by()
    answers = asked.values_list("workshop").annotate(
        n_asked=Count("pk"),
        n_waiting=Count("pk", filter=Q(response=Response.NONE)),
        **{f"only_{name}": Min(name) for name in ONLY},
    )
    for pk, n_asked, n_waiting, *facts in answers:
        only = Invitation(workshop=keys[pk], **dict(zip(ONLY, facts, strict=True))) if n_asked == 1 else None
        found[pk] = Asked(n_asked, n_waiting, only)
    seats = Allocation.objects.visible_to(user).filter(invitation__workshop__in=keys, invitation__withdrawn_at=None)
    for pk, n in seats.values_list("invitation__workshop").annotate(n=Sum(F("seats_onsite") + F("seats_online"))):
        found[pk].n_seats = n
    held = Registration.objects.visible_to(user).active().filter(workshop__in=keys, allocation__isnull=False)
    for pk, n in held.values_list("workshop").annotate(n=Count("pk")):
        found[pk].n_taken = n
    return found


@dataclass(frozen=True)
class Card:
    """A workshop that asks: until when, how far, and where to go on."""

    workshop: Any
    asked: Asked
    when: str
    place: str
    url: str
    status: Status
    waits_until: datetime | None
    is_late: bool
    register_by: datetime | None
    register_url: str
    decline_url: str


def _card(workshop: Any, asked: Asked, now: datetime) -> Card:
    only = asked.only
    url = reverse("invitation_detail", args=[only.pk]) if only else reverse("workshop_invitations", args=[workshop.pk])
    stands = only is not None and only.response != Response.DECLINED
    takes = only is not None and stands and only.registration_is_open(now) and asked.n_taken < asked.n_seats
    if asked.n_waiting:
        label = ngettext("%(n)d belum menjawab", "%(n)d belum menjawab", asked.n_waiting) % {"n": asked.n_waiting}
        status = Status("gold", _("Belum dijawab") if only else label)
    else:
        status = status_of(asked.n_taken, asked.n_seats, only)
    return Card(
        workshop=workshop,
        asked=asked,
        when=when_text(workshop),
        place=place_text(workshop),
        url=url,
        status=status,
        waits_until=workshop.waits_until,
        is_late=workshop.waits_until is not None and workshop.waits_until <= now,
        register_by=only.registration_closes_at() if only and takes and not asked.n_waiting else None,
        register_url=reverse("registration_create", args=[only.pk]) if only and takes else "",
        decline_url=f"{url}#tidak-hadir" if only and asked.n_waiting and only.answer_is_open(now) else "",
    )


# --- one invitation with the units below it


@dataclass(frozen=True)
class UnitRow:
    """The seats of one unit, and whom to remind there."""

    allocation: Any
    n_taken: int
    n_seats: int
    status: Status
    wa_url: str
    text: str
    can_register: bool
    can_pass: bool


@dataclass(frozen=True)
class PersonRow:
    registration: Registration
    seen: Shown
    can_change: bool


def invitation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _found(request.user, pk), DeclineForm())


def _found(user: Any, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(user).select_related(
        "unit", "workshop__topic", "workshop__organizer_unit", "workshop__host_unit", "workshop__partner"
    )
    return get_object_or_404(rows, pk=pk)


def allocations_under(invitation: Invitation, user: Any) -> AllocationQuerySet:
    """Seats in the same workshop of the invited unit and the units below it, as far as the person reaches."""
    return (
        Allocation.objects.visible_to(user)
        .filter(
            invitation__workshop=invitation.workshop,
            invitation__withdrawn_at=None,
            unit__path__startswith=invitation.unit.path,
        )
        .order_by("unit__level", "unit__official_name", "pk")
    )


def _detail(request: HttpRequest, invitation: Invitation, decline: DeclineForm) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    workshop = invitation.workshop
    name_units_as_then([workshop], now)
    organizer = workshop.is_editable_by(user)
    late_too = organizer and workshop.is_open and workshop.ends_at is not None and now < workshop.ends_at
    may_answer = Invitation.objects.answerable_by(user).filter(pk=invitation.pk).exists()
    rows = list(allocations_under(invitation, user).with_taken().select_related("unit", "invitation__unit"))
    is_doer = user.role != "leader"
    can_register = is_doer and (invitation.registration_is_open(now) or late_too)
    can_pass = can_register and may_answer and invitation.n_seats > 0 and invitation.response != Response.DECLINED
    unit_rows = _unit_rows(rows, workshop, can_register=can_register, can_pass=can_pass)
    people = (
        Registration.objects.visible_to(user)
        .filter(allocation__in=[row.pk for row in rows])
        .select_related("participant__unit", "unit", "replaced_by__participant")
        .order_by(
            F("ended_at").asc(nulls_first=True), "unit__level", "unit__official_name", "participant__full_name", "pk"
        )
    )
    page = page_of(people, request)
    can_change = is_doer and (invitation.changes_are_open(now) or late_too)
    active = Registration.State.REGISTERED
    n_taken = sum(row.n_taken for row in unit_rows)
    context = {
        "invitation": invitation,
        "workshop": workshop,
        "rows": unit_rows,
        "n_seats": sum(row.n_seats for row in unit_rows),
        "n_taken": n_taken,
        "n_ended": page.total - n_taken,
        "page": page,
        "people": [PersonRow(one, shown_to(user, one.participant), can_change and one.state == active) for one in page],
        "when": when_text(workshop),
        "place": place_text(workshop),
        "can_answer": may_answer and (invitation.answer_is_open(now) or late_too),
        "can_register": any(row.can_register for row in unit_rows),
        "register_by": invitation.registration_closes_at() if invitation.registration_is_open(now) else None,
        "can_pass": can_pass,
        "decline": decline,
        "is_late": invitation.response == Response.NONE and invitation.reply_deadline <= now,
        "group_text": _group_text(workshop, invitation, unit_rows),
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "participants/invitation_detail.html", context)


def _unit_rows(rows: Iterable[Any], workshop: Workshop, *, can_register: bool, can_pass: bool) -> list[UnitRow]:
    rows = list(rows)
    numbers = _numbers_of([row.unit_id for row in rows])
    found = []
    for row in rows:
        n_seats, n_taken = row.seats_onsite + row.seats_online, row.n_onsite + row.n_online
        own = row.invitation if row.invitation.unit_id == row.unit_id else None
        stands = row.invitation.response != Response.DECLINED
        text = _reminder_text(workshop, row, n_seats - n_taken)
        found.append(
            UnitRow(
                allocation=row,
                n_taken=n_taken,
                n_seats=n_seats,
                status=status_of(n_taken, n_seats, own),
                wa_url=f"{wa_link(numbers[row.unit_id])}?text={quote(text)}" if row.unit_id in numbers else "",
                text=text,
                can_register=can_register and stands and n_taken < n_seats,
                can_pass=can_pass and own is None,
            )
        )
    return found


def _numbers_of(unit_ids: list[int]) -> dict[int, str]:
    """The WhatsApp number of each unit's first publicity contact that has one."""
    contacts = UnitContact.objects.filter(unit__in=unit_ids, is_active=True, for_publicity=True).exclude(whatsapp="")
    return dict(contacts.order_by("-pk").values_list("unit_id", "whatsapp"))


def _reminder_text(workshop: Workshop, allocation: Any, n_free: int) -> str:
    """What a person sends by hand; it names no participant."""
    unit: Unit = allocation.unit
    return _(
        "Yth. %(unit)s, mohon mendaftarkan peserta %(title)s. Kursi yang masih kosong: %(free)d. %(deadlines)s. %(url)s"
    ) % {
        "unit": unit.short_name,
        "title": workshop.title,
        "free": max(n_free, 0),
        "deadlines": ". ".join(_deadline_lines(allocation.invitation, unit)),
        "url": settings.SITE_URL + reverse("invitation_detail", args=[allocation.invitation_id]),
    }


def _deadline_lines(invitation: Invitation, unit: Unit) -> list[str]:
    """Until when to answer, where that is still owed and comes first; until when to name people."""
    lines = [
        _("Batas mendaftarkan: %(deadline)s")
        % {"deadline": moment_short(invitation.registration_closes_at(), unit.zone)}
    ]
    answer_by = invitation.answer_due_first()
    if answer_by is not None:
        lines.insert(0, _("Batas menjawab: %(deadline)s") % {"deadline": moment_short(answer_by, unit.zone)})
    return lines


def _group_text(workshop: Workshop, invitation: Invitation, rows: list[UnitRow]) -> str:
    """For a group of the region: who still has empty seats."""
    open_rows = [row for row in rows if row.can_register]
    if not open_rows:
        return ""
    lines = [_("%(title)s: kursi yang belum terisi") % {"title": workshop.title}]
    lines += [
        f"{n}. {row.allocation.unit.short_name}: {row.n_seats - row.n_taken}" for n, row in enumerate(open_rows, 1)
    ]
    return "\n".join([*lines, *_deadline_lines(invitation, invitation.unit)])


def invitation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `answer`: accept, or decline with a reason; a mistake shows the page again with what was typed."""
    user: Any = request.user
    visible = _found(user, pk)
    invitation = get_object_or_404(Invitation.objects.answerable_by(user), pk=visible.pk)
    now = timezone.now()
    if request.POST.get("answer") != "decline":
        try:
            actions.accept(invitation, by=user, now=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Kehadiran dicatat. Daftarkan pesertanya di bawah."))
        return redirect("invitation_detail", pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _detail(request, visible, form)
    try:
        actions.decline(invitation, reason=form.cleaned_data["reason"], by=user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _detail(request, visible, form)
    messages.success(request, _("Jawaban tidak hadir dicatat beserta alasannya."))
    return redirect("invitation_detail", pk)


def allocation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Passing seats of the invited unit on to a unit below it, or taking them back."""
    user: Any = request.user
    visible = _found(user, pk)
    invitation = get_object_or_404(
        Invitation.objects.answerable_by(user).standing().select_related("unit", "workshop"), pk=visible.pk
    )
    now = timezone.now()
    below = Unit.objects.under(invitation.unit).exclude(pk=invitation.unit_id).open_on(timezone.localdate())
    unit = _asked_unit(request, below)
    given = invitation.allocations.filter(unit=unit).first() if unit else None
    form = PassOnForm(
        request.POST or None,
        below=below,
        unit=unit,
        free=_free_of(invitation, given),
        initial={
            "seats_onsite": given.seats_onsite if given else 0,
            "seats_online": given.seats_online if given else 0,
        },
    )
    if request.method == "POST" and form.is_valid():
        target: Any = unit or form.cleaned_data["unit"]
        try:
            actions.pass_on_seats(
                invitation,
                unit=target,
                onsite=form.cleaned_data["seats_onsite"],
                online=form.cleaned_data["seats_online"],
                by=user,
                now=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kursi %(unit)s sudah diatur.") % {"unit": target.short_name})
            return redirect("invitation_detail", pk)
    context = {
        "form": form,
        "invitation": invitation,
        "workshop": visible.workshop,
        "unit": unit,
        "late": not (invitation.registration_is_open(now) or organizes(user, visible.workshop)),
    }
    return render(request, "participants/allocation_edit.html", context)


def _asked_unit(request: HttpRequest, below: QuerySet[Unit]) -> Unit | None:
    key = request.GET.get("satker", "")
    if not key:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return get_object_or_404(below, pk=0)
    return get_object_or_404(below, pk=int(key))


def _free_of(invitation: Invitation, given: Allocation | None) -> tuple[int, int]:
    """Seats that the invited unit can still give away, with those the unit at hand holds already."""
    own: Any = invitation.allocations.filter(unit=invitation.unit_id).with_taken().first()
    onsite = own.seats_onsite - own.n_onsite if own else 0
    online = own.seats_online - own.n_online if own else 0
    if given is not None:
        onsite, online = onsite + given.seats_onsite, online + given.seats_online
    return max(onsite, 0), max(online, 0)
