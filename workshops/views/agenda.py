"""The rundown of a workshop: by day, with who speaks, and the pages that change a session."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.local_times import day_line
from workshops.actions.agenda import add_session, edit_session, remove_session
from workshops.actions.refusals import Refusal
from workshops.forms.agenda import RoleFormSet, SessionForm, role_rows
from workshops.models import TAUGHT, Session, SessionKind, SessionRole, Workshop, WorkshopState
from workshops.versions import version_of_session
from workshops.views.head import head_context
from workshops.views.workshops import local_times

KIND_TONES = {
    SessionKind.CHECK_IN: "plum",
    SessionKind.PRE_TEST: "plum",
    SessionKind.POST_TEST: "plum",
    SessionKind.OPENING: "gold",
    SessionKind.CLOSING: "gold",
    SessionKind.REMARKS: "gold",
    SessionKind.COMMITTEE_REPORT: "gold",
    SessionKind.MATERIAL: "sky",
    SessionKind.DISCUSSION: "sky",
    SessionKind.PANEL: "sky",
}
ROLE_ICONS = {
    SessionRole.Role.SPEAKER: "mic",
    SessionRole.Role.MODERATOR: "chat-left-text",
    SessionRole.Role.HOST_MC: "megaphone",
    SessionRole.Role.OFFICIAL: "person",
}


@dataclass(frozen=True)
class Clash:
    """Somebody is asked to be in two places at once."""

    speaker: str
    other: Session
    is_visible: bool


def workshop_agenda(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = Workshop.objects.visible_to(user).select_related("organizer_unit", "host_unit")
    workshop = get_object_or_404(rows, pk=pk)
    roles = SessionRole.objects.select_related("speaker__unit", "speaker__organization").order_by("pk")
    sessions = list(workshop.sessions.prefetch_related(Prefetch("roles", roles)).order_by("starts_at", "ends_at", "pk"))
    can_edit = workshop.is_editable_by(user)
    clashes = _clashes(user, workshop, sessions) if can_edit else {}
    days = _days(workshop, sessions)
    chosen = _chosen_day(request, days)
    shown = [session for session in sessions if chosen is None or _day_of(workshop, session) == chosen]
    context = head_context(request, workshop, "agenda") | {
        "sessions": [_line(session, clashes.get(session.pk, []), can_edit) for session in shown],
        "days": _day_chips(request, days, chosen),
        "n_sessions": len(sessions),
        "credit_hours": sum(session.credit_hours for session in shown),
        "credit_hours_total": sum(session.credit_hours for session in sessions),
        "person_hours_total": round(sum(session.person_hours for session in sessions), 2),
        "n_clashes": len({(session, clash.speaker) for session, found in clashes.items() for clash in found}),
        "local_times": local_times(workshop),
        "has_dates": workshop.starts_at is not None,
    }
    return render(request, "workshops/workshop_agenda.html", context)


def _day_of(workshop: Workshop, session: Session) -> date:
    return session.starts_at.astimezone(workshop.zone).date()


def _days(workshop: Workshop, sessions: Sequence[Session]) -> list[date]:
    return sorted({_day_of(workshop, session) for session in sessions})


def _chosen_day(request: HttpRequest, days: list[date]) -> date | None:
    """`?hari=2` is the second day with sessions, `?hari=semua` or a single day shows all of them."""
    asked = request.GET.get("hari", "1")
    if len(days) < 2 or asked == "semua":
        return None
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else 1
    return days[min(max(number, 1), len(days)) - 1]


def _day_chips(request: HttpRequest, days: list[date], chosen: date | None) -> list[dict[str, Any]]:
    if len(days) < 2:
        return []
    chips = [
        {
            "label": _("Hari %(n)s · %(day)s") % {"n": number, "day": day_line(day)},
            "url": f"?hari={number}",
            "active": day == chosen,
        }
        for number, day in enumerate(days, start=1)
    ]
    return [*chips, {"label": _("Semua hari"), "url": "?hari=semua", "active": chosen is None}]


def _line(session: Session, clashes: list[Clash], can_edit: bool) -> dict[str, Any]:
    roles = [
        {
            "icon": ROLE_ICONS[SessionRole.Role(role.role)],
            "role": role.get_role_display(),
            "name": str(role),
            "position": role.position_title,
            "is_open": role.speaker is None,
            "lacks_email": can_edit and role.speaker is not None and not role.speaker.email,
            "speaker": role.speaker,
        }
        for role in session.roles.all()
    ]
    return {
        "session": session,
        "tone": KIND_TONES.get(SessionKind(session.kind), "grey"),
        "is_taught": session.kind in TAUGHT,
        "roles": roles,
        "clashes": clashes,
    }


def _clashes(user: Any, workshop: Workshop, sessions: Sequence[Session]) -> dict[int, list[Clash]]:
    """By session: its speakers who are asked elsewhere at the same time. Warned about, never forbidden; the name of
    another workshop is shown to those who may see it."""
    people = {role.speaker_id for session in sessions for role in session.roles.all() if role.speaker_id}
    if not people:
        return {}
    first, last = min(s.starts_at for s in sessions), max(s.ends_at for s in sessions)
    others = (
        SessionRole.objects.filter(speaker__in=people, session__starts_at__lt=last, session__ends_at__gt=first)
        .exclude(session__workshop__state__in=[WorkshopState.CANCELLED, WorkshopState.POSTPONED])
        .select_related("session__workshop", "speaker")
        .order_by("session__starts_at", "pk")
    )
    by_person = defaultdict(list)
    for role in others:
        by_person[role.speaker_id].append(role)
    elsewhere = {role.session.workshop_id for rows in by_person.values() for role in rows} - {workshop.pk}
    seen = {workshop.pk}
    if elsewhere:
        seen |= set(Workshop.objects.visible_to(user).filter(pk__in=elsewhere).values_list("pk", flat=True))
    found: dict[int, list[Clash]] = {}
    for session in sessions:
        for person in {role.speaker_id for role in session.roles.all() if role.speaker_id}:
            for other in by_person[person]:
                if _overlap(session, other.session):
                    clash = Clash(str(other), other.session, other.session.workshop_id in seen)
                    found.setdefault(session.pk, []).append(clash)
    return found


def _overlap(one: Session, other: Session) -> bool:
    return one.pk != other.pk and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _editable(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user).select_related("organizer_unit", "host_unit")
    return get_object_or_404(rows, pk=pk)


def session_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    if workshop.starts_at is None:
        messages.error(request, _("Tetapkan tanggal pasti kegiatan ini dahulu, lalu susun rundown."))
        return redirect("workshop_agenda", pk=workshop.pk)
    form = SessionForm(request.POST or None, workshop=workshop, initial=_next_slot(workshop))
    roles = RoleFormSet(request.POST or None, prefix="roles", form_kwargs={"by": by})
    if request.method == "POST" and all([form.is_valid(), roles.is_valid()]):
        try:
            session = add_session(workshop, facts=form.facts(), roles=roles.rows(), by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Sesi “%(theme)s” ditambahkan.") % {"theme": session.theme})
            return redirect(_day_url(workshop, session))
    return _session_page(request, workshop, form, roles, None)


def _next_slot(workshop: Workshop) -> dict[str, Any]:
    """A new session begins where the last one ends, or with the workshop."""
    last = workshop.sessions.order_by("-ends_at").first()
    moment = last.ends_at if last else workshop.starts_at
    return {"starts_at": moment.astimezone(workshop.zone).replace(tzinfo=None)} if moment else {}


def _day_url(workshop: Workshop, session: Session) -> str:
    days = _days(workshop, list(workshop.sessions.all()))
    return f"{reverse('workshop_agenda', args=[workshop.pk])}?hari={days.index(_day_of(workshop, session)) + 1}"


def session_edit(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    session = get_object_or_404(workshop.sessions.all(), pk=session_pk)
    form = SessionForm(
        request.POST or None, workshop=workshop, session=session, initial={"version": version_of_session(session)}
    )
    roles = RoleFormSet(request.POST or None, prefix="roles", form_kwargs={"by": by}, initial=role_rows(session))
    if request.method == "POST" and all([form.is_valid(), roles.is_valid()]):
        try:
            saved = edit_session(
                session,
                facts=form.facts(),
                roles=roles.rows(),
                version=form.cleaned_data["version"],
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Sesi “%(theme)s” tersimpan.") % {"theme": saved.theme})
            return redirect(_day_url(workshop, saved))
    return _session_page(request, workshop, form, roles, session)


def _session_page(
    request: HttpRequest, workshop: Workshop, form: Any, roles: Any, session: Session | None
) -> HttpResponse:
    context = head_context(request, workshop, "agenda") | {"form": form, "roles": roles, "session": session}
    return render(request, "workshops/session_form.html", context)


def session_remove(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    session = get_object_or_404(workshop.sessions.all(), pk=session_pk)
    remove_session(session, by=by, now=timezone.now())
    messages.success(request, _("Sesi “%(theme)s” dihapus dari rundown.") % {"theme": session.theme})
    return redirect("workshop_agenda", pk=workshop.pk)
