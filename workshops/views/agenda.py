"""The rundown of a workshop: the draft by day and room, and the pages that change one session."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Prefetch, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django_htmx.http import HttpResponseClientRefresh

from toolkit.local_times import ALL_ZONES, zone_label
from units.models import Level, Unit
from workshops.actions.agenda import add_session, edit_session
from workshops.actions.refusals import Refusal
from workshops.actions.releases import newest_release
from workshops.differences import counted, differences
from workshops.forms.agenda import PlaceForm, RoleFormSet, SessionForm, SplitForm, role_rows
from workshops.models import AudienceSegment, Mode, Session, SessionRole, Workshop, lines_of
from workshops.tracks import day_of
from workshops.versions import version_of_session
from workshops.views.board import Board, Day, chosen_day, chosen_zone, day_chips, days_of
from workshops.views.head import head_context, public_url
from workshops.warnings import AgendaWarning, Code, Draft, Severity, warnings_of

# More rooms side by side than these need the whole width of the page.
FEW_COLUMNS = 2


def load_draft(workshop: Workshop) -> Draft:
    """Three statements; `n_onsite` must be annotated on the workshop (see `workshop_with_quota`)."""
    roles = SessionRole.objects.select_related("speaker").order_by("pk")
    sessions = workshop.sessions.prefetch_related(Prefetch("roles", roles)).order_by("starts_at", "ends_at", "pk")
    return Draft(
        workshop=workshop,
        sessions=list(sessions),
        rooms=list(workshop.rooms.order_by("position", "pk")),
        n_onsite=getattr(workshop, "n_onsite", None) or 0,
    )


def workshop_with_quota(rows: Any, pk: int) -> Workshop:
    """A workshop out of these rows, with how many are expected on site; 404 where it is not among them."""
    quota = (
        AudienceSegment.objects.filter(workshop=OuterRef("pk"), mode=Mode.ONSITE)
        .order_by()
        .values("workshop")
        .annotate(n=Sum("quota"))
        .values("n")
    )
    found: Workshop = get_object_or_404(
        rows.select_related("organizer_unit", "host_unit").annotate(n_onsite=Subquery(quota)), pk=pk
    )
    return found


@gzip_page
def workshop_agenda(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    workshop = workshop_with_quota(Workshop.objects.visible_to(user), pk)
    draft = load_draft(workshop)
    context = head_context(request, workshop, "agenda")
    found = warnings_of(draft, user=user) if context["can_edit"] else []
    zone_name, zone = chosen_zone(request.GET, workshop)
    by_room = request.GET.get("tampilan") == "ruang"
    board = Board(workshop, draft.sessions, draft.rooms, found, zone, by_room=by_room)
    chosen = chosen_day(request.GET, board.days)
    shown = [board.day(day) for day in board.days if chosen in {None, day}]
    release = newest_release(workshop)
    return render(
        request,
        "workshops/workshop_agenda.html",
        context
        | _sums(draft, shown)
        | {
            "days": shown,
            "tray": board.tray,
            "chips": day_chips(board.days, chosen, _suffix(zone_name, workshop, by_room)),
            "view": {"hari": _day_value(board.days, chosen), "tampilan": "ruang" if by_room else "", "zona": zone_name},
            "has_rooms": len({session.room for session in draft.scheduled if session.room}) > 1,
            "is_wide": any(day.n_columns > FEW_COLUMNS for day in shown),
            "zone_name": zone_name,
            "zones": _zones(shown, zone_name),
            "warning_groups": _groups(found),
            "n_clashes": sum(warning.severity == Severity.CLASH for warning in found),
            "n_warnings": len(found),
            "release": release,
            "unreleased": counted(differences(release.lines if release else [], lines_of(draft.sessions))),
            "has_dates": workshop.starts_at is not None,
            "public_url": public_url(workshop),
        },
    )


def _sums(draft: Draft, shown: Iterable[Day]) -> dict[str, Any]:
    return {
        "n_sessions": len(draft.sessions),
        "credit_hours": sum(day.credit_hours for day in shown),
        "credit_hours_total": sum(session.credit_hours for session in draft.scheduled),
        "person_hours": round(sum(day.person_hours for day in shown), 2),
        "person_hours_total": round(sum(session.person_hours for session in draft.scheduled), 2),
    }


def _day_value(days: list[date], chosen: date | None) -> str:
    return str(days.index(chosen) + 1) if chosen else "semua"


def _suffix(zone_name: str, workshop: Workshop, by_room: bool) -> str:
    is_own = chosen_zone({}, workshop)[0] == zone_name
    return ("" if is_own else f"&zona={zone_name}") + ("&tampilan=ruang" if by_room else "")


def _offices_by_zone() -> Counter[str]:
    """How many Kanwil read their clock in WIB, WITA and WIT; no zone here knows a summer time."""
    offices = Unit.objects.filter(level=Level.REGIONAL_OFFICE).valid_on(timezone.localdate())
    return Counter(zone_label(timezone.now(), unit.zone) for unit in offices.only("tz"))


def _zones(shown: list[Day], zone_name: str) -> list[dict[str, Any]]:
    """The hours of the day shown (of the first one where all are), and how many Kanwil read their clock there."""
    day = next((day for day in shown if day.local_times), None)
    if day is None:
        return []
    offices = _offices_by_zone()
    rows = []
    for zone, hours in zip(ALL_ZONES, day.local_times, strict=True):
        label = zone_label(timezone.now(), zone)
        rows.append(
            {
                "zone": label,
                "hours": hours.removesuffix(f" {label}"),
                "n_offices": offices[label],
                "is_shown": label == zone_name,
            }
        )
    return rows


def _groups(found: Iterable[AgendaWarning]) -> list[dict[str, Any]]:
    numbers = Counter(warning.code for warning in found)
    return [
        {"code": code, "label": code.label, "n": numbers[code], "is_clash": AgendaWarning.is_grave(code)}
        for code in Code
        if numbers[code]
    ]


def agenda_warnings(request: HttpRequest, pk: int) -> HttpResponse:
    """Every warning of the draft with both its sides, `?jenis=` one kind, `?sesi=` one session."""
    user: Any = request.user
    workshop = workshop_with_quota(Workshop.objects.editable_by(user), pk)
    found = warnings_of(load_draft(workshop), user=user)
    kind, session = request.GET.get("jenis", ""), request.GET.get("sesi", "")
    shown = [
        warning
        for warning in found
        if kind in {"", warning.code} and session in {"", str(warning.here.session), str(warning.there.session)}
    ]
    chips = [
        {
            "label": group["label"],
            "url": f"?jenis={group['code']}",
            "count": group["n"],
            "active": kind == group["code"],
        }
        for group in _groups(found)
    ]
    everything = {"label": _("Semua"), "url": "?", "count": len(found), "active": not kind and not session}
    context = head_context(request, workshop, "agenda")
    return render(
        request,
        "workshops/agenda_warnings.html",
        context | {"warnings": shown, "chips": [everything, *chips], "n_warnings": len(found)},
    )


def editable(request: HttpRequest, pk: int) -> Workshop:
    """404 unless the person may change this workshop."""
    rows = Workshop.objects.editable_by(request.user).select_related("organizer_unit", "host_unit")
    return get_object_or_404(rows, pk=pk)


def session_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable(request, pk)
    if workshop.starts_at is None:
        messages.error(request, _("Tetapkan tanggal pasti kegiatan ini dahulu, lalu susun rundown."))
        return redirect("workshop_agenda", pk=workshop.pk)
    form = SessionForm(request.POST or None, workshop=workshop, initial=_next_slot(request, workshop))
    roles = RoleFormSet(request.POST or None, prefix="roles", form_kwargs={"by": by})
    if request.method == "POST" and all([form.is_valid(), roles.is_valid()]):
        try:
            session = add_session(workshop, facts=form.facts(), roles=roles.rows(), by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Sesi “%(theme)s” ditambahkan.") % {"theme": session.theme})
            return _done(request, workshop, session)
    return _session_page(request, workshop, form, roles, None)


def _next_slot(request: HttpRequest, workshop: Workshop) -> dict[str, Any]:
    """A new session begins where the last one of the asked day ends, or with the workshop."""
    days = days_of(workshop, [])
    day = chosen_day(request.GET, days) if "hari" in request.GET else None
    there = [s for s in workshop.sessions.scheduled().order_by("-ends_at") if day in {None, day_of(s, workshop.zone)}]
    moment = there[0].ends_at if there else workshop.starts_at
    if moment is None:
        return {}
    clock = moment.astimezone(workshop.zone).replace(tzinfo=None)
    if day is not None and not there:
        clock = clock.replace(year=day.year, month=day.month, day=day.day)
    return {"starts_at": clock}


def _done(request: Any, workshop: Workshop, session: Session) -> HttpResponse:
    """Edited in place the page loads anew where it stands; from a page of its own it leads to the session's day."""
    return HttpResponseClientRefresh() if request.htmx else redirect(session_url(workshop, session))


def session_url(workshop: Workshop, session: Session, anchor: str = "sesi") -> str:
    """The day of a session on the agenda's page, at the session itself."""
    days = days_of(workshop, workshop.sessions.scheduled())
    day = day_of(session, workshop.zone)
    number = days.index(day) + 1 if day in days else 1
    return f"{reverse('workshop_agenda', args=[workshop.pk])}?hari={number}#{anchor}-{session.pk}"


def session_edit(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = editable(request, pk)
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
            return _done(request, workshop, saved)
    return _session_page(request, workshop, form, roles, session)


def _session_page(request: Any, workshop: Workshop, form: Any, roles: Any, session: Session | None) -> HttpResponse:
    """The whole page, or for htmx the form alone, to stand in the place of the row."""
    context: dict[str, Any] = {"form": form, "roles": roles, "session": session, "workshop": workshop}
    if session is not None:
        days = days_of(workshop, workshop.sessions.scheduled())
        context |= {
            "rev": workshop.agenda_rev,
            "place_form": PlaceForm(workshop=workshop, session=session, days=days),
            "split_form": SplitForm(initial={"minutes": session.minutes // 2 // 5 * 5 or 1}),
        }
    if request.htmx:
        return render(request, "workshops/partials/session_in_place.html", context)
    return render(request, "workshops/session_form.html", head_context(request, workshop, "agenda") | context)
