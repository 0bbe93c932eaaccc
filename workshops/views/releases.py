"""Versions of a rundown: releasing one, reading the earlier ones, comparing any two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.local_times import day_line
from workshops.actions.refusals import Refusal
from workshops.actions.releases import draft_lines, newest_release, release_agenda, release_to_be
from workshops.differences import counted, differences
from workshops.forms.agenda import ReleaseForm
from workshops.letters.speakers import CANCELLED, CONFIRMATION, MOVED, notices_if_released
from workshops.models import AgendaLine, AgendaRelease, Speaker, Workshop, lines_of
from workshops.views.agenda import load_draft, workshop_with_quota
from workshops.views.head import head_context, public_url
from workshops.warnings import Severity, warnings_of

LETTERS = {CONFIRMATION: "teal", MOVED: "gold", CANCELLED: "brick"}


@dataclass(frozen=True)
class DayOfLines:
    label: str
    lines: list[AgendaLine]

    @property
    def credit_hours(self) -> int:
        return sum(line.credit_hours for line in self.lines)


def days_of_lines(workshop: Workshop, lines: Sequence[AgendaLine]) -> list[DayOfLines]:
    days = sorted({line.day(workshop.zone) for line in lines})
    return [DayOfLines(day_line(day), [line for line in lines if line.day(workshop.zone) == day]) for day in days]


def _visible(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.visible_to(request.user).select_related("organizer_unit", "host_unit", "topic")
    return get_object_or_404(rows, pk=pk)


def agenda_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows first what would be released: the difference, the warnings, and the letters; then releases."""
    by: Any = request.user
    rows = Workshop.objects.editable_by(by).select_related("topic")
    workshop = workshop_with_quota(rows, pk)
    before = newest_release(workshop)
    number = before.number + 1 if before else 1
    first = {"rev": workshop.agenda_rev, "name": _("Versi %(n)s") % {"n": number}}
    posted = request.POST.copy()
    form = ReleaseForm(posted or None, initial=first)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            release = release_agenda(
                workshop, name=facts["name"], note=facts["note"], rev=facts["rev"], by=by, now=timezone.now()
            )
        except Refusal as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
            # What the page shows below is the newest; the next press means that.
            posted["rev"] = str(workshop.agenda_rev)
        else:
            messages.success(request, _("“%(name)s” dirilis.") % {"name": release.name})
            return redirect("agenda_version", pk=workshop.pk, number=release.number)
    return render(request, "workshops/agenda_release.html", _preview(request, workshop, before) | {"form": form})


def _preview(request: HttpRequest, workshop: Workshop, before: AgendaRelease | None) -> dict[str, Any]:
    draft = load_draft(workshop)
    lines = lines_of(draft.sessions)
    changes = differences(before.lines if before else [], lines)
    wishes = notices_if_released(workshop, release_to_be(workshop, lines, before), timezone.now()) if changes else []
    found = warnings_of(draft, user=request.user)
    letters = [
        {"name": wish.recipient_name, "to": wish.to_addr, "tone": LETTERS[wish.kind], "label": _letter_label(wish.kind)}
        for wish in wishes
    ]
    return head_context(request, workshop, "agenda") | {
        "before": before,
        "changes": changes,
        "counted": counted(changes),
        "letters": letters,
        "mute": _without_address(lines, before),
        "warnings": found,
        "n_clashes": sum(warning.severity == Severity.CLASH for warning in found),
        "n_tray": sum(session.starts_at is None for session in draft.sessions),
        "is_open": workshop.is_open,
        "public_url": public_url(workshop),
    }


def _letter_label(kind: str) -> str:
    labels = {CONFIRMATION: _("Undangan"), MOVED: _("Perubahan jadwal"), CANCELLED: _("Pembatalan")}
    return labels[kind]


def _without_address(lines: Sequence[AgendaLine], before: AgendaRelease | None) -> list[str]:
    """Names of those concerned to whom no letter can go."""
    concerned = {
        role.speaker
        for change in differences(before.lines if before else [], lines)
        for line in (change.before, change.after)
        for role in (line.roles if line else ())
        if role.speaker
    }
    mute = Speaker.objects.filter(pk__in=concerned, email="").order_by("name", "pk")
    return list(mute.values_list("name", flat=True))


def agenda_version_list(request: HttpRequest, pk: int) -> HttpResponse:
    workshop = _visible(request, pk)
    releases = list(workshop.agenda_releases.select_related("released_by").order_by("-number"))
    older = [*releases[1:], None]
    rows = [
        {"release": release, "counted": counted(differences(before.lines, release.lines)) if before else []}
        for release, before in zip(releases, older, strict=True)
    ]
    context = head_context(request, workshop, "agenda") | {"rows": rows, "newest": releases[0] if releases else None}
    return render(request, "workshops/agenda_version_list.html", context)


def agenda_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    workshop = _visible(request, pk)
    release = get_object_or_404(workshop.agenda_releases.select_related("released_by"), number=number)
    newest = workshop.agenda_releases.order_by("-number").values_list("number", flat=True)[0]
    lines = release.lines
    context = head_context(request, workshop, "agenda") | {
        "release": release,
        "is_newest": newest == number,
        "days": days_of_lines(workshop, lines),
        "n_sessions": len(lines),
        "credit_hours": sum(line.credit_hours for line in lines),
        "person_hours": round(sum(line.person_hours for line in lines), 2),
        "public_url": public_url(workshop),
    }
    return render(request, "workshops/agenda_version.html", context)


DRAFT = "rancangan"


def agenda_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """`?dari=1&ke=2`, or `ke=rancangan` for those who may see the draft's state; without a choice the last two."""
    workshop = _visible(request, pk)
    releases = {str(one.number): one for one in workshop.agenda_releases.order_by("-number")}
    if not releases:
        raise Http404
    can_edit = workshop.is_editable_by(request.user)
    numbers = list(releases)
    choices = [(number, f"{number}. {release.name}") for number, release in releases.items()]
    last = [*numbers, *numbers[-1:]]
    chosen_to = request.GET.get("ke", DRAFT if can_edit else last[0])
    chosen_from = request.GET.get("dari", last[0] if chosen_to == DRAFT else last[1])
    before = _lines(workshop, releases, chosen_from, can_edit=can_edit)
    after = _lines(workshop, releases, chosen_to, can_edit=can_edit)
    changes = differences(before, after)
    context = head_context(request, workshop, "agenda") | {
        "choices": [*choices, *([(DRAFT, _("Rancangan"))] if can_edit else [])],
        "chosen_from": chosen_from,
        "chosen_to": chosen_to,
        "changes": changes,
        "counted": counted(changes),
    }
    return render(request, "workshops/agenda_compare.html", context)


def _lines(workshop: Workshop, releases: dict[str, AgendaRelease], asked: str, *, can_edit: bool) -> list[AgendaLine]:
    if asked == DRAFT and can_edit:
        return draft_lines(workshop)
    if asked not in releases:
        raise Http404
    return releases[asked].lines
