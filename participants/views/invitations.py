"""The organiser's pages: whom to ask, who answered, whom to remind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from participants.actions import invitations as actions
from participants.actions.refusals import Refused
from participants.filters import InvitationFilter
from participants.forms.invitations import EditInvitationForm, InviteForm, suggested_deadline, terms_print
from participants.letters.wishes import contacts_for_letters
from participants.models import Invitation, Registration
from participants.views.regions import region_name, regions_for
from toolkit.local_times import moment_short, relative_days
from toolkit.paging import page_of
from toolkit.xlsx import Column, sheet_response
from units.models import Level, Unit, UnitQuerySet
from workshops.actions.refusals import Refusal
from workshops.forms.fields import wall_clock
from workshops.models import Mode, Workshop
from workshops.views.head import head_context

Response = Invitation.Response
TONES = {Response.NONE: "gold", Response.ACCEPTED: "teal", Response.DECLINED: "brick"}
# Fields of the invitation form that the preview carries along unseen.
NOT_CARRIED = {"csrfmiddlewaretoken", "step", "seen", "leave_out"}


def with_seats(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Adds `n_taken` and `n_free` seats of the whole invitation, also of what was passed on."""
    taken = (
        Registration.objects.active()
        .filter(allocation__invitation=OuterRef("pk"))
        .order_by()
        .values("allocation__invitation")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return invitations.annotate(
        n_taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0),
    ).annotate(n_free=F("seats_onsite") + F("seats_online") - F("n_taken"))


def workshop_invitations(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    workshop = _workshop(Workshop.objects.visible_to(user), pk)
    rows = Invitation.objects.visible_to(user).filter(workshop=workshop)
    regions = regions_for(user)
    found = _filtered(request, rows, regions)
    now = timezone.now()
    page = page_of(found.qs.select_related("unit", "workshop"), request)
    # The answers of what the list is about; the units to remind are all of the workshop's.
    counted = Q(pk__in=found.whatever_the_answer(rows).values("pk"))
    counts = rows.aggregate(
        asked=Count("pk", filter=counted & Q(withdrawn_at=None)),
        none=Count("pk", filter=counted & Q(withdrawn_at=None, response=Response.NONE)),
        accepted=Count("pk", filter=counted & Q(withdrawn_at=None, response=Response.ACCEPTED)),
        declined=Count("pk", filter=counted & Q(withdrawn_at=None, response=Response.DECLINED)),
        withdrawn=Count("pk", filter=counted & Q(withdrawn_at__isnull=False)),
        to_remind=Count("pk", filter=Q(pk__in=actions.remindable(workshop, now=now).values("pk"))),
    )
    head = head_context(request, workshop, "invitations")
    context = {
        **head,
        "page": page,
        "rows": [_row(invitation, regions, now) for invitation in page],
        "filter": found,
        "chips": _chips(request, counts),
        "counts": counts,
        "can_invite": head["can_edit"] and workshop.is_open and workshop.starts_at is not None,
        "export_url": f"{reverse('invitation_export', args=[workshop.pk])}?{request.GET.urlencode()}",
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "participants/workshop_invitations.html", context)


def _workshop(rows: QuerySet[Workshop], pk: int) -> Workshop:
    return get_object_or_404(rows.select_related("topic", "organizer_unit", "host_unit"), pk=pk)


def _filtered(request: HttpRequest, rows: QuerySet[Invitation], regions: list[Unit]) -> InvitationFilter:
    return InvitationFilter(request.GET, queryset=with_seats(rows), regions=regions)


@dataclass(frozen=True)
class Row:
    """An invitation as the list shows it."""

    invitation: Invitation
    region: str
    tone: str
    answer: str
    n_taken: int
    deadline: str
    left: str
    is_late: bool
    can_remind: bool
    can_change: bool


def _row(invitation: Any, regions: list[Unit], now: datetime) -> Row:
    zone: Any = timezone.get_current_timezone()
    due = invitation.reply_deadline
    waiting = invitation.response == Response.NONE and invitation.withdrawn_at is None
    is_open = invitation.workshop.is_open
    return Row(
        invitation=invitation,
        region=region_name(invitation.unit, regions),
        tone="grey" if invitation.withdrawn_at else TONES[invitation.response],
        answer=_("Ditarik") if invitation.withdrawn_at else invitation.get_response_display(),
        n_taken=invitation.n_taken,
        deadline=moment_short(due, zone),
        # How long ago the deadline of a workshop of long ago was tells nobody anything.
        left=relative_days(due.astimezone(zone).date(), now.astimezone(zone).date()) if is_open else "",
        is_late=waiting and invitation.reply_deadline <= now,
        can_remind=waiting and invitation.answer_is_open(now),
        can_change=invitation.terms_are_open(),
    )


def _chips(request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    here = request.GET.get("jawaban", "")
    chips = []
    for value, label, count, tone in (
        ("", _("Semua"), counts["asked"], ""),
        ("none", _("Belum menjawab"), counts["none"], "gold"),
        ("accepted", _("Bersedia"), counts["accepted"], "teal"),
        ("declined", _("Menolak"), counts["declined"], "brick"),
        ("withdrawn", _("Ditarik"), counts["withdrawn"], "grey"),
    ):
        query = request.GET.copy()
        query.pop("halaman", None)
        query["jawaban"] = value
        if value and not count and here != value:
            continue
        chips.append(
            {"label": label, "count": count, "tone": tone, "url": f"?{query.urlencode()}", "active": here == value}
        )
    return chips


def invitation_export(request: HttpRequest, pk: int) -> FileResponse:
    """Exactly the rows of the list, all pages."""
    user: Any = request.user
    workshop = _workshop(Workshop.objects.visible_to(user), pk)
    regions = regions_for(user)
    rows = Invitation.objects.visible_to(user).filter(workshop=workshop)
    found = _filtered(request, rows, regions).qs.select_related("unit")
    zone = timezone.get_current_timezone()
    columns = [
        Column("unit", pgettext_lazy("satu", "Satuan kerja"), width=40),
        Column("region", gettext_lazy("Kantor Wilayah"), width=28),
        Column("answer", gettext_lazy("Jawaban")),
        Column("reason", gettext_lazy("Alasan"), width=40),
        Column("answered_at", gettext_lazy("Dijawab pada")),
        Column("seats_onsite", gettext_lazy("Kursi tatap muka"), kind="whole"),
        Column("seats_online", gettext_lazy("Kursi daring"), kind="whole"),
        Column("taken", gettext_lazy("Terisi"), kind="whole"),
        Column("deadline", gettext_lazy("Batas jawaban")),
        Column("reminded", gettext_lazy("Diingatkan"), kind="whole"),
    ]

    def moment(value: datetime | None) -> str:
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M %Z}" if value else ""

    cells = (
        (
            row.unit.official_name,
            region_name(row.unit, regions, also_itself=True),
            _("Ditarik") if row.withdrawn_at else row.get_response_display(),
            row.decline_reason,
            moment(row.responded_at),
            row.seats_onsite,
            row.seats_online,
            row.n_taken,
            moment(row.reply_deadline),
            row.n_reminders,
        )
        for row in found
    )
    name = f"undangan-{slugify(workshop.title)[:60]}.xlsx"
    return sheet_response(name, title=workshop.title, columns=columns, rows=cells)


def invite_units(request: HttpRequest, pk: int) -> HttpResponse:
    """Three steps of one form: choose, look at the list and the count, send."""
    by: Any = request.user
    workshop = _workshop(Workshop.objects.editable_by(by), pk)
    now = timezone.now()
    if not workshop.is_open or workshop.starts_at is None:
        messages.error(
            request, _("Undangan hanya dapat dikirim untuk workshop yang sudah disetujui dan belum selesai.")
        )
        return redirect("workshop_invitations", workshop.pk)
    form = InviteForm(
        request.POST or None,
        by=by,
        workshop=workshop,
        now=now,
        today=timezone.localdate(),
        initial={
            "seats_onsite": 0 if workshop.mode == Mode.ONLINE else 1,
            "seats_online": 0 if workshop.mode == Mode.ONSITE else 1,
            "reply_deadline": suggested_deadline(workshop, now),
        },
    )
    if request.method != "POST" or not form.is_valid() or request.POST.get("step") == "edit":
        context = {**head_context(request, workshop, "invitations"), "form": form}
        return render(request, "participants/invite_units.html", context)
    return _preview_or_send(request, workshop, form, now)


@dataclass(frozen=True)
class Choice:
    """What would leave: the units to ask now, and those that are left as they are."""

    units: list[Unit]
    to_ask: list[Unit]
    n_asked_before: int
    left_out: set[int]

    @property
    def n_without_contact(self) -> int:
        return sum(not getattr(unit, "has_contact", False) for unit in self.to_ask)


def _choice(request: HttpRequest, workshop: Workshop, chosen: UnitQuerySet) -> Choice:
    asked = Invitation.objects.standing().filter(workshop=workshop, unit=OuterRef("pk"))
    contact = contacts_for_letters().filter(unit=OuterRef("pk"))
    rows: list[Any] = list(chosen.annotate(is_asked=Exists(asked), has_contact=Exists(contact)))
    new = [unit for unit in rows if not unit.is_asked]
    left_out = {int(key) for key in request.POST.getlist("leave_out") if key.isdecimal() and len(key) < 19}
    return Choice(
        units=new,
        to_ask=[unit for unit in new if unit.pk not in left_out],
        n_asked_before=len(rows) - len(new),
        left_out=left_out,
    )


def _preview_or_send(request: HttpRequest, workshop: Workshop, form: InviteForm, now: datetime) -> HttpResponse:
    by: Any = request.user
    choice = _choice(request, workshop, form.chosen_units())
    seen = terms_print([unit.pk for unit in choice.to_ask], form)
    if request.POST.get("step") == "confirm":
        if choice.to_ask and request.POST.get("seen") == seen:
            try:
                made = actions.invite_units(workshop, units=choice.to_ask, by=by, now=now, **form.terms)
            except (Refused, Refusal) as refusal:
                messages.error(request, str(refusal))
                return redirect("workshop_invitations", workshop.pk)
            messages.success(request, sent_sentence(len(made)))
            return redirect("workshop_invitations", workshop.pk)
        messages.warning(request, _("Daftar berubah sejak Anda melihatnya. Periksa jumlahnya sekali lagi."))
    context = {
        **head_context(request, workshop, "invitations"),
        "form": form,
        "choice": choice,
        "groups": _groups(choice),
        "seen": seen,
        "carried": [
            (name, value) for name in request.POST if name not in NOT_CARRIED for value in request.POST.getlist(name)
        ],
        "n_seats": len(choice.to_ask) * (form.terms["seats_onsite"] + form.terms["seats_online"]),
        "deadline": form.deadline,
    }
    return render(request, "participants/invite_units_preview.html", context)


def sent_sentence(n: int) -> str:
    if n == 0:
        return _("Semua satuan kerja itu sudah diundang sebelumnya; tidak ada surat baru.")
    return ngettext(
        "%(n)d satuan kerja diundang. Suratnya masuk antrean kirim.",
        "%(n)d satuan kerja diundang. Suratnya masuk antrean kirim.",
        n,
    ) % {"n": n}


@dataclass(frozen=True)
class Group:
    """The units of one region as the list shows them: closed it still tells how many, and what to look at."""

    region: str
    units: list[Unit]
    n_left_out: int
    n_without_contact: int


def _groups(choice: Choice) -> list[Group]:
    return [
        Group(
            region=region,
            units=units,
            n_left_out=sum(unit.pk in choice.left_out for unit in units),
            n_without_contact=sum(not getattr(unit, "has_contact", False) for unit in units),
        )
        for region, units in _by_region(choice.units)
    ]


def _by_region(units: list[Unit]) -> list[tuple[str, list[Unit]]]:
    """Central offices, then each Kanwil by name with its units after it."""
    rows = Unit.objects.filter(level=Level.REGIONAL_OFFICE).only("pk", "path", "short_name")
    regions = list(rows.order_by("official_name", "pk"))
    found: dict[int, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (unit.level, unit.official_name)):
        home = next((n for n, region in enumerate(regions) if unit.path.startswith(region.path)), -1)
        found.setdefault(home, []).append(unit)
    if units and len(found) == len(units):
        # One unit for each Kanwil: headings would only repeat the names.
        return [(_("Semua wilayah"), [unit for n in sorted(found) for unit in found[n]])]
    return [(regions[n].short_name if n >= 0 else _("Unit pusat"), found[n]) for n in sorted(found)]


def remind_units(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows whom a reminder would reach; POST sends it to exactly those."""
    by: Any = request.user
    workshop = _workshop(Workshop.objects.editable_by(by), pk)
    now = timezone.now()
    waiting = actions.to_remind(workshop, now=now)
    only = request.POST.get("unit") or request.GET.get("unit") or ""
    if only:
        waiting = [invitation for invitation in waiting if str(invitation.unit_id) == only]
    if request.method == "POST":
        return _remind(request, workshop, [invitation.unit for invitation in waiting], now)
    reachable = set(
        contacts_for_letters()
        .filter(unit__in=[invitation.unit_id for invitation in waiting])
        .values_list("unit_id", flat=True)
    )
    context = {
        **head_context(request, workshop, "invitations"),
        "rows": [(invitation, invitation.unit_id in reachable) for invitation in waiting],
        "n_reachable": len(reachable),
        "only": only,
        "zone": timezone.get_current_timezone(),
        "group_text": group_text(workshop, waiting),
    }
    return render(request, "participants/remind_units.html", context)


def _remind(request: HttpRequest, workshop: Workshop, units: list[Unit], now: datetime) -> HttpResponse:
    by: Any = request.user
    try:
        reminded = actions.remind_units(workshop, units=units, by=by, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("workshop_invitations", workshop.pk)
    if reminded:
        sentence = ngettext(
            "Pengingat untuk %(n)d satuan kerja masuk antrean kirim.",
            "Pengingat untuk %(n)d satuan kerja masuk antrean kirim.",
            len(reminded),
        )
        messages.success(request, sentence % {"n": len(reminded)})
    else:
        messages.info(request, _("Tidak ada yang perlu diingatkan: semua sudah menjawab atau baru saja diingatkan."))
    return redirect("workshop_invitations", workshop.pk)


def group_text(workshop: Workshop, waiting: list[Invitation]) -> str:
    """What a person may paste into a group of the region: who has not answered, and nothing else."""
    lines = [_("Mohon jawaban undangan %(title)s. Belum menjawab:") % {"title": workshop.title}]
    lines += [f"{n}. {invitation.unit.short_name}" for n, invitation in enumerate(waiting, start=1)]
    return "\n".join(lines)


def invitation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    invitation = _editable(by, pk)
    workshop = invitation.workshop
    if not invitation.terms_are_open():
        return _past(request, invitation)
    now = timezone.now()
    form = EditInvitationForm(
        request.POST or None,
        workshop=workshop,
        now=now,
        initial={
            "seats_onsite": invitation.seats_onsite,
            "seats_online": invitation.seats_online,
            "reply_deadline": wall_clock(invitation.reply_deadline, workshop.zone),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_invitation(invitation, by=by, now=now, **form.terms)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Undangan %(unit)s sudah diubah.") % {"unit": invitation.unit.short_name})
            return redirect("workshop_invitations", workshop.pk)
    context = {**head_context(request, workshop, "invitations"), "form": form, "invitation": invitation}
    return render(request, "participants/invitation_edit.html", context)


def _editable(by: Any, pk: int) -> Invitation:
    rows = Invitation.objects.editable_by(by).standing()
    return get_object_or_404(
        rows.select_related("unit", "workshop__topic", "workshop__organizer_unit", "workshop__host_unit"), pk=pk
    )


def _past(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.info(request, str(actions.InvitationIsPast()))
    return redirect("workshop_invitations", invitation.workshop_id)


def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what would end; POST does it."""
    by: Any = request.user
    invitation = _editable(by, pk)
    if not invitation.terms_are_open():
        return _past(request, invitation)
    if request.method == "POST":
        try:
            n_ended = actions.withdraw_invitation(invitation, by=by, now=timezone.now())
        except Refused:  # the workshop ended between the two
            return _past(request, invitation)
        sentence = ngettext(
            "Undangan %(unit)s ditarik; %(n)d pendaftaran dibatalkan.",
            "Undangan %(unit)s ditarik; %(n)d pendaftaran dibatalkan.",
            n_ended,
        )
        messages.success(request, sentence % {"unit": invitation.unit.short_name, "n": n_ended})
        return redirect("workshop_invitations", invitation.workshop_id)
    n_registered = Registration.objects.active().filter(allocation__invitation=invitation).count()
    context = {
        **head_context(request, invitation.workshop, "invitations"),
        "invitation": invitation,
        "n_registered": n_registered,
    }
    return render(request, "participants/invitation_withdraw.html", context)
