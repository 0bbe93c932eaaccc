"""What waits, what went, what failed: the list of letters, of everything or of one workshop, and its export."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.filters import STANDINGS, MessageFilter
from outbox.models import Channel, Message, MessageQuerySet, Topic
from outbox.registry import MAIL
from outbox.shown import line_of
from outbox.spreadsheets import COLUMNS, sheet_rows
from outbox.tally import Pace, Tally, pace_of, pulse, tally_of
from toolkit.paging import page_of
from toolkit.xlsx import sheet_response
from units.access import SEES_ALL

CHIP_TONES = {"tindakan": "brick"}
COUNTED = 5_000
NARROWING = ("q", "jenis", "unit")


@dataclass(frozen=True)
class Chip:
    """A state to look at; the address keeps everything else that was asked."""

    label: str
    url: str
    active: bool
    count: int | None
    tone: str


def message_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    workshop = subject_named(request.GET.get("workshop", ""), user)
    letters = letters_about(workshop, user)
    filters = MessageFilter(request.GET, queryset=for_list(letters), user=user)
    page = page_of(filters.qs, request, at_most=COUNTED)
    tally = tally_of(letters, now=now) if workshop else None
    context = {
        "filter": filters,
        "page": page,
        "lines": [line_of(message, by=user, now=now, names_topic=workshop is None) for message in page],
        "query": request.GET.urlencode(),
        "chips": chips_of(request, tally),
        "workshop": workshop,
        "unit": filters.form.cleaned_data.get("unit") if filters.form.is_valid() else None,
        "tally": tally,
        "pace": _pace(tally, now),
        "may_hold": workshop is not None and workshop.topic.is_editable_by(user),
        "pulse": pulse(now) if workshop is None and user.role in SEES_ALL else None,
    }
    return render(request, "outbox/message_list.html", context)


def message_export(request: HttpRequest) -> FileResponse:
    """What the list shows with the same filters, whole."""
    user: Any = request.user
    letters = letters_about(subject_named(request.GET.get("workshop", ""), user), user)
    messages = MessageFilter(request.GET, queryset=for_list(letters), user=user).qs.iterator(chunk_size=2_000)
    rows = sheet_rows(messages, by=user, now=timezone.now())
    return sheet_response("pesan.xlsx", title=_("Undangan & Pesan"), columns=COLUMNS, rows=rows)


def letters_about(workshop: Any, user: Any) -> MessageQuerySet:
    letters = Message.objects.visible_to(user)
    return letters.filter(topic=workshop.topic) if workshop else letters


def for_list(letters: MessageQuerySet) -> MessageQuerySet:
    """With what a row shows, without the letter itself."""
    return letters.select_related("unit", "topic").defer("rendered", "context")


def subject_named(asked: str, user: Any) -> Any:
    """The workshop that `?workshop=` names, with its topic; 404 unless the person may open it.

    The outbox knows no workshop: what a topic stands for says itself, through its relation, who may see it."""
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    relation: Any = Topic.workshop
    workshops = relation.related.related_model.objects.visible_to(user)
    return get_object_or_404(workshops.select_related("topic__owner", "organizer_unit", "host_unit"), pk=int(asked))


def chips_of(request: HttpRequest, tally: Tally | None) -> list[Chip]:
    asked = request.GET.get("keadaan", "")
    # The tally is of the whole workshop, so it says nothing of a search.
    counts = _counts(None if any(map(request.GET.get, NARROWING)) else tally)
    return [
        Chip(str(label), _with_standing(request, value), asked == value, counts.get(value), CHIP_TONES.get(value, ""))
        for value, label in [("", _("Semua")), *STANDINGS]
    ]


def _counts(tally: Tally | None) -> dict[str, int]:
    if tally is None:
        return {}
    return {
        "": tally.all,
        "tindakan": tally.needs_action,
        "menunggu": tally.open,
        "terkirim": tally.sent,
        "ditarik": tally.withdrawn,
    }


def _with_standing(request: HttpRequest, value: str) -> str:
    query = request.GET.copy()
    query.pop("halaman", None)
    query.pop("keadaan", None)
    if value:
        query["keadaan"] = value
    return f"?{query.urlencode()}"


def _pace(tally: Tally | None, now: datetime) -> Pace | None:
    channel = Channel.objects.filter(name=MAIL).first() if tally and tally.open else None
    return pace_of(channel, n_due=tally.due, now=now) if channel and tally else None
