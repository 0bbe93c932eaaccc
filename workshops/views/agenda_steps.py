"""Buttons and drags of the rundown: each one step, then the page as it stands now."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions.agenda import remove_session
from workshops.actions.ordering import DOWN, UP, Target, move_session, shift_in_order
from workshops.actions.refusals import Refusal
from workshops.actions.reshaping import combine_sessions, duplicate_session, split_session
from workshops.forms.agenda import PlaceForm, SplitForm
from workshops.models import Session, Workshop
from workshops.views.agenda import editable, session_url


def _found(request: HttpRequest, pk: int, session_pk: int) -> tuple[Workshop, Session]:
    workshop = editable(request, pk)
    return workshop, get_object_or_404(workshop.sessions.all(), pk=session_pk)


def _rev(request: HttpRequest) -> int | None:
    """The revision of the agenda that the page was drawn with; a page that says none is refused nothing."""
    given = request.POST.get("rev", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _step(request: HttpRequest, workshop: Workshop, step: Callable[[], tuple[str, str]]) -> HttpResponse:
    """Runs it; it answers (what to say, where to go). A refusal is said on the agenda as it stands now."""
    try:
        sentence, url = step()
    except Refusal as problem:
        messages.error(request, str(problem))
        return redirect(_back(request, workshop))
    messages.success(request, sentence)
    return redirect(url)


def _back(request: HttpRequest, workshop: Workshop) -> str:
    """The same days in the same way as the page that asked."""
    view = QueryDict(mutable=True)
    for name in ("hari", "tampilan", "zona"):
        if value := request.POST.get(name, "")[:10]:
            view[name] = value
    return f"{reverse('workshop_agenda', args=[workshop.pk])}{'?' if view else ''}{view.urlencode()}"


def session_move(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    """`to=up` and `to=down` change places with the neighbour; `day`, `room`, `before`, `last` say where else."""
    by: Any = request.user
    workshop, session = _found(request, pk, session_pk)
    turn = {"up": UP, "down": DOWN}.get(request.POST.get("to", ""))

    def step() -> tuple[str, str]:
        rev, now = _rev(request), timezone.now()
        if turn is not None:
            moved = shift_in_order(session, step=turn, rev=rev, by=by, now=now)
            anchor = "naik" if turn == UP else "turun"
            return _("“%(theme)s” dipindahkan; jam menyesuaikan.") % {"theme": moved.theme}, (
                f"{_back(request, workshop)}#{anchor}-{moved.pk}"
            )
        moved = move_session(session, target=_target(request, workshop, session), rev=rev, by=by, now=now)
        if moved.starts_at is None:
            return _("“%(theme)s” ditaruh di laci sesi belum terjadwal.") % {"theme": moved.theme}, (
                f"{_back(request, workshop)}#laci"
            )
        url = f"{_back(request, workshop)}#sesi-{moved.pk}" if "last" in request.POST else session_url(workshop, moved)
        return _("“%(theme)s” dipindahkan; jam menyesuaikan.") % {"theme": moved.theme}, url

    return _step(request, workshop, step)


class _NoSuchPlace(Refusal):
    """A day or room that the page did not offer."""


def _target(request: HttpRequest, workshop: Workshop, session: Session) -> Target:
    """A room is named by its field; without the field the session keeps its own."""
    day, room = request.POST.get("day", ""), request.POST.get("room")
    before, is_last = request.POST.get("before", ""), request.POST.get("last") == "1"
    if day == PlaceForm.TRAY:
        return Target(None)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise _NoSuchPlace from None
    if room is not None and (len(room) > 100 or not room.isprintable()):
        raise _NoSuchPlace
    return Target(
        wanted,
        room=None if room == session.room and not (before or is_last) else room,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        is_last=is_last,
    )


def session_duplicate(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, session = _found(request, pk, session_pk)

    def step() -> tuple[str, str]:
        copy = duplicate_session(session, rev=_rev(request), by=by, now=timezone.now())
        sentence = _("Salinan “%(theme)s” ada di laci sesi belum terjadwal; tetapkan hari dan ruangnya.")
        return sentence % {"theme": copy.theme}, f"{_back(request, workshop)}#laci"

    return _step(request, workshop, step)


def session_combine(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, session = _found(request, pk, session_pk)

    def step() -> tuple[str, str]:
        joined = combine_sessions(session, rev=_rev(request), by=by, now=timezone.now())
        return _("Digabung menjadi “%(theme)s”.") % {"theme": joined.theme}, session_url(workshop, joined)

    return _step(request, workshop, step)


def session_split(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, session = _found(request, pk, session_pk)
    form = SplitForm(request.POST)

    def step() -> tuple[str, str]:
        minutes = form.cleaned_data["minutes"] if form.is_valid() else 0
        first, second = split_session(session, minutes=minutes, rev=_rev(request), by=by, now=timezone.now())
        sentence = _("“%(theme)s” dipecah: %(first)s dan %(second)s menit.")
        numbers = {"theme": first.theme, "first": first.minutes, "second": second.minutes}
        return sentence % numbers, session_url(workshop, first)

    return _step(request, workshop, step)


def session_remove(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop, session = _found(request, pk, session_pk)
    remove_session(session, by=by, now=timezone.now())
    messages.success(request, _("Sesi “%(theme)s” dihapus dari rundown.") % {"theme": session.theme})
    return redirect(_back(request, workshop))
