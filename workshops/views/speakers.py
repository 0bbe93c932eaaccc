"""The register of speakers."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.paging import page_of
from workshops.actions.refusals import Refusal
from workshops.actions.speakers import create_speaker, edit_speaker
from workshops.filters import SpeakerFilter
from workshops.forms.speakers import SpeakerForm
from workshops.models import SessionRole, Speaker, Workshop
from workshops.versions import version_of_speaker


def speaker_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = Speaker.objects.visible_to(user).select_related("unit", "organization").order_by("name", "pk")
    filters = SpeakerFilter(request.GET, queryset=rows)
    page = page_of(filters.qs, request)
    keys = [speaker.pk for speaker in page]
    editable = set(Speaker.objects.editable_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    heard = _appearances(user, keys)
    lines = [
        {"speaker": row, "is_editable": row.pk in editable, **heard.get(row.pk, {"n": 0, "last": None})} for row in page
    ]
    context = {"filter": filters, "page": page, "lines": lines, "may_plan": user.plans_workshops}
    return render(request, "workshops/speaker_list.html", context)


def _appearances(user: Any, keys: list[int]) -> dict[int, dict[str, Any]]:
    """In how many workshops each speaks (of those one may see), and the latest day."""
    rows = (
        SessionRole.objects.filter(
            speaker__in=keys, session__workshop__in=Workshop.objects.visible_to(user).values("pk")
        )
        .values("speaker")
        .annotate(n=Count("session__workshop", distinct=True), last=Max("session__starts_at"))
        .order_by("speaker")
    )
    return {row["speaker"]: {"n": row["n"], "last": row["last"]} for row in rows}


def speaker_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = SpeakerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        speaker = create_speaker(facts=form.facts(), by=by, now=timezone.now())
        messages.success(request, _("%(name)s ada di daftar narasumber.") % {"name": speaker.name})
        return redirect("speaker_list")
    return render(request, "workshops/speaker_form.html", {"form": form, "speaker": None})


def speaker_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    speaker = get_object_or_404(Speaker.objects.editable_by(by), pk=pk)
    form = SpeakerForm(request.POST or None, speaker=speaker, initial={"version": version_of_speaker(speaker)})
    if request.method == "POST" and form.is_valid():
        try:
            edit_speaker(speaker, facts=form.facts(), version=form.cleaned_data["version"], by=by, now=timezone.now())
        except Refusal as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Data %(name)s tersimpan.") % {"name": form.cleaned_data["name"]})
            return redirect("speaker_list")
    return render(request, "workshops/speaker_form.html", {"form": form, "speaker": speaker})
