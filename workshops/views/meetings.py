"""The tab of places and meetings of a workshop; planning meetings with their minutes."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from outbox.models import Message
from outbox.shown import TONES
from toolkit.papers.word import CONTENT_TYPE as DOCX
from units.access import Role, within
from units.models import User
from workshops.actions.meetings import (
    addressees_of,
    cancel_meeting,
    create_meeting,
    edit_meeting,
    hold_meeting,
    issue_minutes,
)
from workshops.actions.refusals import Refusal
from workshops.comparison import compared, need_of
from workshops.documents.minutes import minutes_docx_of, minutes_pdf_of
from workshops.forms.meetings import CancelForm, MeetingPage
from workshops.letters.action_items import ASSIGNED
from workshops.models import ActionItem, MeetingState, PlanningMeeting, Workshop
from workshops.versions import version_of_meeting
from workshops.views.head import head_context

RELATED = ("organizer_unit", "host_unit", "partner")
SUGGESTED = 40


def _readable(request: HttpRequest, pk: int) -> Workshop:
    return get_object_or_404(Workshop.objects.planned_by(request.user).select_related(*RELATED), pk=pk)


def _editable(request: HttpRequest, pk: int) -> Workshop:
    return get_object_or_404(Workshop.objects.editable_by(request.user).select_related(*RELATED), pk=pk)


def workshop_meetings(request: HttpRequest, pk: int) -> HttpResponse:
    """Candidates for the place side by side, and the planning meetings."""
    workshop = _readable(request, pk)
    need = need_of(workshop)
    actions = Count("action_items", distinct=True)
    meetings = workshop.meetings.annotate(
        n_items=Count("items", distinct=True),
        n_actions=actions,
        n_open=Count("action_items", filter=Q(action_items__done_at=None), distinct=True),
    )
    context = head_context(request, workshop, "meetings") | {
        "need": need,
        "candidates": compared(workshop, need),
        "meetings": list(meetings.order_by("-starts_at", "-pk")),
    }
    return render(request, "workshops/workshop_meetings.html", context)


def meeting_detail(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    workshop = _readable(request, pk)
    meeting = get_object_or_404(workshop.meetings.select_related("minutes_issued_by"), pk=meeting_pk)
    actions = list(meeting.action_items.select_related("owner", "agenda_item", "done_by").order_by("sequence", "pk"))
    letters = _letters_of(actions)
    now, today = timezone.now(), timezone.localdate()
    lines = [
        {
            "item": item,
            "letter": letters.get(item.pk),
            "is_late": item.done_at is None and item.due_on < today,
            "number": item.agenda_item.position if item.agenda_item else None,
        }
        for item in actions
    ]
    context = head_context(request, workshop, "meetings") | {
        "meeting": meeting,
        "attendees": list(meeting.attendees.order_by("sequence", "pk")),
        "items": list(meeting.items.order_by("position", "pk")),
        "actions": lines,
        "n_unissued": sum(item.issued_at is None and item.done_at is None for item in actions),
        "has_begun": meeting.starts_at <= now,
    }
    return render(request, "workshops/meeting_detail.html", context)


def _letters_of(actions: list[ActionItem]) -> dict[int, dict[str, str]]:
    """By action item: where the letter that told the present owner of it stands."""
    versions = {item.pk: item.version for item in actions}
    found: dict[int, dict[str, str]] = {}
    for letter in Message.objects.filter(kind=ASSIGNED, ref__in=list(versions)).order_by("pk"):
        if letter.ref in versions and letter.context.get("version") == versions[letter.ref]:
            found[letter.ref] = {"tone": TONES[letter.state], "label": letter.get_state_display()}
    return found


def meeting_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    page = MeetingPage(request.POST or None, workshop=workshop, meeting=None, version="", by=by)
    if request.method == "POST" and page.is_valid():
        try:
            meeting = create_meeting(
                workshop,
                facts=page.form.facts(),
                record=page.record(),
                form_token=page.form.cleaned_data["form_token"],
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            page.form.refuse(problem)
        else:
            return _saved(request, meeting)
    return _form(request, workshop, None, page)


def meeting_edit(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    rows = workshop.meetings.exclude(state=MeetingState.CANCELLED)
    meeting = get_object_or_404(rows, pk=meeting_pk)
    version = version_of_meeting(meeting)
    page = MeetingPage(request.POST or None, workshop=workshop, meeting=meeting, version=version, by=by)
    if request.method == "POST" and page.is_valid():
        try:
            saved = edit_meeting(
                meeting,
                facts=page.form.facts(),
                record=page.record(),
                version=page.form.cleaned_data["version"],
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            page.form.refuse(problem)
        else:
            return _saved(request, saved)
    return _form(request, workshop, meeting, page)


def _form(request: HttpRequest, workshop: Workshop, meeting: PlanningMeeting | None, page: MeetingPage) -> HttpResponse:
    context = head_context(request, workshop, "meetings") | {
        "meeting": meeting,
        "form": page.form,
        "attendees": page.attendees,
        "items": page.items,
        "actions": page.actions,
        "known_owners": _known_owners(workshop),
    }
    return render(request, "workshops/meeting_form.html", context)


def _known_owners(workshop: Workshop) -> list[User]:
    """Accounts of the organiser's own tree, to be suggested while an address is typed."""
    people = User.objects.filter(within("unit", workshop.organizer_unit.path), is_active=True)
    return list(people.exclude(role=Role.LEADER).order_by("full_name", "pk")[:SUGGESTED])


def _saved(request: HttpRequest, meeting: PlanningMeeting) -> HttpResponse:
    messages.success(request, _("“%(title)s” tersimpan.") % {"title": meeting.title})
    late = meeting.action_items.filter(done_at=None, due_on__lt=timezone.localdate()).order_by("sequence", "pk")
    if texts := list(late.values_list("text", flat=True)):
        messages.warning(request, _("Tenggat sudah lewat: %(texts)s.") % {"texts": "; ".join(texts)})
    name = "meeting_edit" if "more" in request.POST else "meeting_detail"
    return redirect(name, pk=meeting.workshop_id, meeting_pk=meeting.pk)


def meeting_hold(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    meeting = get_object_or_404(_editable(request, pk).meetings.all(), pk=meeting_pk)
    try:
        hold_meeting(meeting, now=timezone.now())
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(title)s” ditandai terlaksana.") % {"title": meeting.title})
    return redirect("meeting_detail", pk=pk, meeting_pk=meeting.pk)


def meeting_cancel(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    workshop = _editable(request, pk)
    meeting = get_object_or_404(workshop.meetings.all(), pk=meeting_pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_meeting(meeting, reason=form.cleaned_data["reason"])
        except Refusal as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("“%(title)s” dibatalkan.") % {"title": meeting.title})
            return redirect("meeting_detail", pk=workshop.pk, meeting_pk=meeting.pk)
    context = head_context(request, workshop, "meetings") | {"meeting": meeting, "form": form}
    return render(request, "workshops/meeting_cancel.html", context)


def minutes_issue(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    """GET shows who will get which letters; POST issues the minutes and lets them leave."""
    by: Any = request.user
    workshop = _editable(request, pk)
    meeting = get_object_or_404(workshop.meetings.all(), pk=meeting_pk)
    if request.method == "POST":
        try:
            n = issue_minutes(meeting, by=by, now=timezone.now())
        except Refusal as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Notula terbit; %(n)d surat tindak lanjut dijadwalkan.") % {"n": n})
        return redirect("meeting_detail", pk=workshop.pk, meeting_pk=meeting.pk)
    people = addressees_of(meeting)
    context = head_context(request, workshop, "meetings") | {
        "meeting": meeting,
        "people": people,
        "n_letters": sum(len(one.texts) for one in people),
        "n_undecided": meeting.items.filter(decision="").count(),
        "can_issue": meeting.state == MeetingState.HELD and meeting.items.exists(),
    }
    return render(request, "workshops/minutes_issue.html", context)


def minutes_pdf(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    meeting = _with_minutes(request, pk, meeting_pk)
    content = minutes_pdf_of(meeting, language=(translation.get_language() or "id")[:2])
    return _file(meeting, content, "application/pdf", "pdf")


def minutes_docx(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    meeting = _with_minutes(request, pk, meeting_pk)
    return _file(meeting, minutes_docx_of(meeting), DOCX, "docx")


def _with_minutes(request: HttpRequest, pk: int, meeting_pk: int) -> PlanningMeeting:
    workshop = _readable(request, pk)
    meeting: PlanningMeeting = get_object_or_404(workshop.meetings.all(), pk=meeting_pk)
    meeting.workshop = workshop
    return meeting


def _file(meeting: PlanningMeeting, content: bytes, content_type: str, ending: str) -> HttpResponse:
    day = meeting.starts_at.astimezone(meeting.zone).date()
    response = HttpResponse(content, content_type=content_type)
    name = f"notula-{day:%Y-%m-%d}-{slugify(meeting.title)[:60] or meeting.pk}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
