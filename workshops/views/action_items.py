"""Action items: the page of an owner with an account, and the one behind the link of an owner without."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from workshops.actions.action_items import finish_action_item, reopen_action_item
from workshops.actions.refusals import Refusal
from workshops.links import address_mark, read_item_token
from workshops.models import ActionItem, PlanningMeeting, Workshop

GONE = 404


def action_item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rows = ActionItem.objects.visible_to(user).select_related("owner", "agenda_item", "meeting__workshop", "done_by")
    item = get_object_or_404(rows, pk=pk)
    meeting = item.meeting
    context = {
        "item": item,
        "meeting": meeting,
        "is_late": item.done_at is None and item.due_on < timezone.localdate(),
        "may_finish": ActionItem.objects.editable_by(user).filter(pk=item.pk).exists(),
        "may_reopen": _may_reopen(user, item, timezone.now()),
        "sees_meeting": _sees(user, meeting),
        "sees_workshop": Workshop.objects.visible_to(user).filter(pk=meeting.workshop_id).exists(),
    }
    return render(request, "workshops/action_item_detail.html", context)


def _sees(user: Any, meeting: PlanningMeeting) -> bool:
    return PlanningMeeting.objects.visible_to(user).filter(pk=meeting.pk).exists()


def _keeps(user: Any, item: ActionItem) -> bool:
    return PlanningMeeting.objects.editable_by(user).filter(pk=item.meeting_id).exists()


def _may_reopen(user: Any, item: ActionItem, now: datetime) -> bool:
    if item.done_at is None:
        return False
    return _keeps(user, item) or (item.owner_id == user.pk and item.may_be_taken_back(now))


def action_item_finish(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    item = get_object_or_404(ActionItem.objects.editable_by(by), pk=pk)
    finish_action_item(item, by=by, now=timezone.now())
    messages.success(request, _("“%(text)s” ditandai selesai.") % {"text": item.text})
    return _back(request, item)


def action_item_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    item = get_object_or_404(ActionItem.objects.editable_by(by), pk=pk)
    try:
        reopen_action_item(item, may_always=_keeps(by, item), now=timezone.now())
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(text)s” dibuka kembali.") % {"text": item.text})
    return _back(request, item)


def _back(request: HttpRequest, item: ActionItem) -> HttpResponse:
    """To the meeting where the button stood there, else home, where the own ones stand."""
    if request.POST.get("from") == "meeting" and _sees(request.user, item.meeting):
        return redirect("meeting_detail", pk=item.meeting.workshop_id, meeting_pk=item.meeting_id)
    return redirect("home")


def action_item_link(request: HttpRequest, item_token: str) -> HttpResponse:
    """No account needed: GET shows, POST finishes or, for a quarter of an hour, takes it back. Whatever is wrong with
    the link (forged, another owner by now, issued no more) gets the same answer."""
    timezone.deactivate()
    now = timezone.now()
    item = _opened(item_token)
    if item is None:
        response = render(request, "workshops/action_item_link_gone.html", status=GONE)
    elif request.method == "POST":
        response = _act(request, item, item_token, now)
    else:
        context = {
            "item": item,
            "meeting": item.meeting,
            "workshop": item.meeting.workshop,
            "zone": item.meeting.zone,
            "may_reopen": item.done_by_id is None and item.may_be_taken_back(now),
            "is_late": item.due_on < now.astimezone(item.meeting.zone).date(),
        }
        response = render(request, "workshops/action_item_link.html", context)
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _opened(token: str) -> ActionItem | None:
    link = read_item_token(token)
    if link is None:
        return None
    item = (
        ActionItem.objects.filter(pk=link.item_pk, version=link.version, issued_at__isnull=False)
        .select_related("owner", "agenda_item", "meeting__workshop__organizer_unit")
        .first()
    )
    return item if item is not None and address_mark(item.address) == link.mark else None


def _act(request: HttpRequest, item: ActionItem, token: str, now: datetime) -> HttpResponse:
    """Only what a button of the page says; a bare POST, as some mail scanners send, does nothing."""
    deed = request.POST.get("deed")
    if deed == "finish":
        finish_action_item(item, by=None, now=now)
    elif deed == "reopen" and item.done_by_id is None and item.may_be_taken_back(now):
        reopen_action_item(item, may_always=False, now=now)
    return redirect("action_item_link", item_token=token)
