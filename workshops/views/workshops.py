"""Workshops: the list, one workshop, a new one, its facts."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox.models import Message
from toolkit.local_times import ALL_ZONES, clocks, days_line, zone_label
from toolkit.paging import page_of
from toolkit.prepared import prepared
from toolkit.xlsx.columns import Column
from toolkit.xlsx.writing import sheet_response
from units.access import SEES_ALL, Role
from units.models import User
from workshops.actions.planning import DRAFTS, create_workshop, edit_workshop
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import agreement_problem, schedule_of
from workshops.actions.states import may_approve, steps_for
from workshops.clashes import LIVE, clashes_with, holidays_hit
from workshops.filters import WorkshopFilter
from workshops.forms.planning import SegmentFormSet, WorkshopForm, place_warnings, segment_rows
from workshops.letters.speakers import AT_REST
from workshops.models import Workshop, WorkshopAudience, WorkshopState
from workshops.preparation import sees_preparation
from workshops.unit_names import name_units_as_then
from workshops.versions import version_of
from workshops.views.head import head_context, place_text, public_url, when_text
from workshops.views.series import series_context

CHUNK = 500
SORTS = {
    "terbaru": ["-calendar_on", "-pk"],
    "terlama": ["calendar_on", "pk"],
    "judul": ["title", "pk"],
    "status": ["state", "-calendar_on", "-pk"],
}
SHEET = [
    Column("title", gettext_lazy("Judul"), width=44),
    Column("kind", gettext_lazy("Jenis"), width=20),
    Column("state", gettext_lazy("Status"), width=14),
    Column("mode", gettext_lazy("Bentuk"), width=14),
    Column("first_day", gettext_lazy("Hari pertama"), kind="date", width=14),
    Column("when", gettext_lazy("Waktu"), width=34),
    Column("place", gettext_lazy("Tempat"), width=30),
    Column("organizer", gettext_lazy("Penyelenggara"), width=30),
    Column("partner", gettext_lazy("Mitra"), width=30),
]


# What a line of the list and of its sheet says.
LISTED = [
    *("title", "kind", "mode", "state", "starts_at", "ends_at", "fuzzy_date", "calendar_on", "tz", "venue"),
    *("organizer_unit__short_name", "organizer_unit__official_name", "host_unit__short_name"),
    *("partner__name", "partner__short_name"),
]


def _listed(request: HttpRequest) -> WorkshopFilter:
    rows = Workshop.objects.visible_to(request.user).select_related("organizer_unit", "host_unit", "partner")
    return WorkshopFilter(request.GET, queryset=rows.only(*LISTED), request=request)


def _sorted(filters: WorkshopFilter, request: HttpRequest) -> QuerySet[Workshop]:
    rows: QuerySet[Workshop] = filters.qs
    return rows.order_by(*SORTS.get(request.GET.get("urut", ""), SORTS["terbaru"]))


def _sort_urls(request: HttpRequest) -> dict[str, Any]:
    """Links of the table's head: the same question in another order."""
    chosen = request.GET.get("urut", "")
    urls = {}
    for name in SORTS:
        query = request.GET.copy()
        query.pop("halaman", None)
        query["urut"] = name
        urls[name] = f"?{query.urlencode()}"
    return {"urls": urls, "chosen": chosen if chosen in SORTS else "terbaru"}


def workshop_list(request: HttpRequest) -> HttpResponse:
    filters = _listed(request)
    query = request.GET.copy()
    query.pop("halaman", None)
    page = page_of(_sorted(filters, request), request)
    name_units_as_then(page, timezone.now())
    rows = [{"workshop": row, "when": when_text(row), "place": place_text(row)} for row in page]
    return render(
        request,
        "workshops/workshop_list.html",
        {
            "filter": filters,
            "page": page,
            "rows": rows,
            "sort": _sort_urls(request),
            "may_plan": getattr(request.user, "plans_workshops", False),
            "export_url": f"{reverse('workshop_export')}?{query.urlencode()}",
        },
    )


def workshop_export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all pages of it."""
    return sheet_response(
        "workshop.xlsx",
        title=_("Workshop"),
        columns=SHEET,
        rows=sheet_rows(_sorted(_listed(request), request)),
    )


def sheet_rows(rows: QuerySet[Workshop]) -> Iterator[list[object]]:
    found, now = rows.iterator(chunk_size=CHUNK), timezone.now()
    while chunk := list(islice(found, CHUNK)):
        name_units_as_then(chunk, now)
        for row in chunk:
            yield [
                row.title,
                row.get_kind_display(),
                row.get_state_display(),
                row.get_mode_display(),
                row.first_day,
                when_text(row),
                place_text(row),
                row.organizer_unit.official_name,
                row.partner.name if row.partner else "",
            ]


def workshop_detail(request: HttpRequest, pk: int) -> HttpResponse:
    workshop = get_object_or_404(
        Workshop.objects.visible_to(request.user).select_related(
            "organizer_unit",
            "host_unit",
            "organizer_organization",
            "partner",
            "person_in_charge",
            "series",
            "agreement__owner_unit",
            "cover_by",
        ),
        pk=pk,
    )
    user: Any = request.user
    can_edit = workshop.is_editable_by(user)
    sessions = list(workshop.sessions.scheduled().order_by("starts_at", "pk"))
    co_organizers = list(workshop.co_organizers.select_related("unit", "organization").order_by("pk"))
    name_units_as_then([workshop], timezone.now(), beside=co_organizers)
    context = head_context(request, workshop, "summary") | {
        "local_times": local_times(workshop),
        "days": days_line(workshop.first_day, workshop.last_day) if workshop.first_day and workshop.last_day else "",
        "n_sessions": len(sessions),
        "credit_hours": sum(session.credit_hours for session in sessions),
        "person_hours": round(sum(session.person_hours for session in sessions), 2),
        "segments": list(workshop.segments.order_by("name", "mode", "pk")),
        "co_organizers": co_organizers,
        "changes": list(workshop.changes.select_related("by").order_by("-at", "-pk")[:20]),
        "sees_agreement": _sees_agreement(user, workshop),
        "agreement_problem": agreement_problem(workshop, schedule_of(workshop)),
        "sees_link": can_edit or WorkshopAudience.objects.asked_through(user).filter(workshop=workshop).exists(),
        "steps": steps_for(workshop, user, now=timezone.now()),
        "awaits_approver": workshop.state == WorkshopState.PLANNED and can_edit and not may_approve(user, workshop),
        "is_draft": workshop.state in DRAFTS,
        "public_url": public_url(workshop),
    }
    if can_edit:
        context["was_told"] = any(step.to in AT_REST for step in context["steps"]) and (
            Message.objects.filter(topic=workshop.topic_id).told().exists()
        )
        context["warnings"] = place_warnings(workshop.mode, workshop.venue, workshop.meeting_url, workshop.host_unit)
        context |= _date_warnings(workshop, user)
    context |= series_context(user, workshop)
    if workshop.cloned_from_id:
        context["cloned_from"] = Workshop.objects.visible_to(user).filter(pk=workshop.cloned_from_id).first()
    if sees_preparation(user, workshop):
        context["shows_documents"] = True
        context["documents"] = list(workshop.documents.select_related("uploaded_by").order_by("uploaded_at", "pk"))
    return render(request, "workshops/workshop_detail.html", context)


def _date_warnings(workshop: Workshop, user: Any) -> dict[str, Any]:
    """What a planner should know of the days of a workshop that is still to be held."""
    first, last = workshop.first_day, workshop.last_day
    if workshop.state not in LIVE or first is None or last is None:
        return {}
    return {"holiday_hits": list(holidays_hit([workshop])), "clashes": clashes_with(workshop, first, last, user=user)}


def _sees_agreement(user: Any, workshop: Workshop) -> bool:
    """As `Agreement.visible_to` says, of this one row and without a query."""
    if workshop.agreement is None:
        return False
    if user.role in SEES_ALL:
        return True
    if user.unit_id is None:
        return False
    if user.role == Role.REGIONAL_ADMIN:
        return bool(workshop.agreement.owner_unit.path.startswith(user.unit.path))
    return bool(workshop.agreement.owner_unit_id == user.unit_id)


def local_times(workshop: Workshop) -> list[dict[str, str]]:
    """The hours in the three zones."""
    if workshop.starts_at is None or workshop.ends_at is None:
        return []
    rows = []
    for zone in ALL_ZONES:
        label = zone_label(workshop.starts_at, zone)
        hours = clocks(workshop.starts_at, workshop.ends_at, zone).removesuffix(f" {label}")
        rows.append({"zone": label, "hours": hours})
    return rows


def workshop_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = WorkshopForm(request.POST or None, by=by)
    segments = SegmentFormSet(request.POST or None, prefix="segments")
    if request.method == "POST" and all([form.is_valid(), segments.is_valid()]):
        try:
            workshop = create_workshop(
                facts=form.facts(),
                schedule=form.schedule(),
                window=form.window(),
                beside=form.beside(segments),
                state=form.cleaned_data["state"],
                form_token=form.cleaned_data["form_token"],
                cover_reason=form.cleaned_data.get("cover_reason", ""),
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            return _saved(request, workshop, form, _("Kegiatan “%(title)s” tersimpan."))
    context = {"form": form, "segments": segments, "workshop": None}
    return render(request, "workshops/workshop_form.html", context)


@prepared()
def _edited(by: User, pk: int) -> QuerySet[Workshop]:
    rows = Workshop.objects.editable_by(by).select_related("organizer_unit__parent", "host_unit__parent", "topic")
    return rows.prefetch_related("segments", "co_organizers").filter(pk=pk)


def workshop_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _edited.row_or_404(by, pk)
    form = WorkshopForm(request.POST or None, by=by, workshop=workshop, initial={"version": version_of(workshop)})
    segments = SegmentFormSet(request.POST or None, prefix="segments", initial=segment_rows(workshop))
    if request.method == "POST" and all([form.is_valid(), segments.is_valid()]):
        try:
            saved = edit_workshop(
                workshop,
                facts=form.facts(),
                beside=form.beside(segments),
                window=form.window(),
                schedule=form.schedule() if form.has_schedule else None,
                version=form.cleaned_data["version"],
                cover_reason=form.cleaned_data.get("cover_reason"),
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            return _saved(request, saved, form, _("Perubahan pada “%(title)s” tersimpan."))
    context = head_context(request, workshop, "") | {"form": form, "segments": segments}
    return render(request, "workshops/workshop_form.html", context)


def _saved(request: HttpRequest, workshop: Workshop, form: WorkshopForm, sentence: str) -> HttpResponse:
    messages.success(request, sentence % {"title": workshop.title})
    return redirect("workshop_detail", pk=workshop.pk)
