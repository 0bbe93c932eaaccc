"""The page behind the link in a speaker's letter: no account, in the speaker's language. GET shows, POST keeps.

What is wrong with a link that was never ours tells nothing; one that was ours and holds no longer says so, and whom to
ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from toolkit.downloads import stored_file
from workshops.actions.refusals import Refusal
from workshops.actions.speaker_invitations import TooManyPresentations, keep_handed_in
from workshops.forms.speaker_links import BaseSpanFormSet, SpanFormSet, SpeakerAnswerForm, span_rows
from workshops.letters.offers import Offer
from workshops.letters.speaker_invitations import offer_of, offered, place_line
from workshops.links import address_mark, read_speaker_token
from workshops.models import SpeakerInvitation

NOT_FOUND, GONE, TOO_MANY = 404, 410, 429


@dataclass
class SpeakerDoor:
    """A valid link at work: who came, to which question, when."""

    request: HttpRequest
    token: str
    invitation: SpeakerInvitation
    offer: Offer
    now: datetime

    @property
    def is_open(self) -> bool:
        return self.invitation.is_open(self.now) and bool(self.offer.roles)


def behind_speaker_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view gets a SpeakerDoor instead of the request."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        now = timezone.now()
        link = read_speaker_token(token)
        rows = SpeakerInvitation.objects.select_related(
            "speaker__unit",
            "speaker__organization",
            "workshop__topic",
            "workshop__organizer_unit",
            "workshop__host_unit",
        )
        invitation = rows.filter(pk=link.invitation_pk).first() if link and link.invitation_pk < 2**63 else None
        if link is None or invitation is None:
            return _closed(render(request, "workshops/speaker_link_gone.html", {"workshop": None}, status=NOT_FOUND))
        offer = offer_of(invitation.workshop, invitation.speaker)
        with translation.override(_language(request, offer)), timezone.override(offer.zone):
            if _holds(invitation, link.version, link.mark, now):
                response = view(SpeakerDoor(request, token, invitation, offer, now), **rest)
            else:
                context = {"workshop": invitation.workshop, "unit": invitation.workshop.organizer_unit}
                response = render(request, "workshops/speaker_link_gone.html", context, status=GONE)
            response.headers["Content-Language"] = translation.get_language() or "id"
        return _closed(response)

    return answer


def _language(request: HttpRequest, offer: Offer) -> str:
    """The language chosen in this browser, else the speaker's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else offer.language


def _holds(invitation: SpeakerInvitation, version: int, mark: str, now: datetime) -> bool:
    """Until the workshop is over; not once it was taken back, asked anew, or the address is somebody else's."""
    ends_at = invitation.workshop.ends_at
    is_over = ends_at is not None and ends_at <= now
    is_current = invitation.version == version and invitation.withdrawn_at is None
    return is_current and not is_over and address_mark(invitation.speaker.email) == mark


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_store=True)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_speaker_link
def speaker_link(door: SpeakerDoor) -> HttpResponse:
    """GET shows what is asked and what was said; POST keeps every part that is fit and shows the rest again."""
    is_post = door.request.method == "POST"
    invitation, zone = door.invitation, door.offer.zone
    form = SpeakerAnswerForm(
        door.request.POST if is_post else None,
        door.request.FILES if is_post else None,
        offer=door.offer,
        invitation=invitation,
    )
    known = invitation.speaker.unavailabilities.filter(ends_at__gt=door.now).order_by("starts_at", "pk")
    spans = SpanFormSet(
        door.request.POST if is_post else None,
        prefix="spans",
        initial=span_rows(known, zone),
        form_kwargs={"zone": zone},
    )
    if is_post:
        return _keep(door, form, spans)
    return _show(door, form, spans)


def _keep(door: SpeakerDoor, form: SpeakerAnswerForm, spans: BaseSpanFormSet) -> HttpResponse:
    is_whole = all([form.is_valid(), spans.is_valid()])
    if not ratelimit.consume(door.request, action="speaker_link", key=str(door.invitation.pk)):
        form.add_error(None, _("Terlalu banyak kiriman dalam waktu singkat. Tunggu beberapa menit, lalu kirim lagi."))
        return _show(door, form, spans, status=TOO_MANY)
    try:
        keep_handed_in(door.invitation, parts=form.parts(spans), now=door.now)
    except TooManyPresentations as refusal:
        form.add_error(refusal.field, str(refusal))
        keep_handed_in(door.invitation, parts=form.parts(spans), now=door.now)
        is_whole = False
    except Refusal:
        # Taken back, or begun, since the page was opened: the page itself says so.
        return redirect("speaker_link", door.token)
    if is_whole:
        messages.success(door.request, _("Terima kasih, jawaban dan isian Anda tersimpan."))
        return redirect("speaker_link", door.token)
    return _show(door, form, spans, is_partly_kept=True)


def _show(
    door: SpeakerDoor,
    form: SpeakerAnswerForm,
    spans: BaseSpanFormSet,
    *,
    is_partly_kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    invitation, workshop = door.invitation, door.invitation.workshop
    if door.request.method == "POST":
        invitation.refresh_from_db()
    context = {
        "token": door.token,
        "invitation": invitation,
        "speaker": invitation.speaker,
        "workshop": workshop,
        "unit": workshop.organizer_unit,
        "zone": door.offer.zone,
        "sessions": offered(door.offer),
        "place": place_line(workshop),
        "form": form,
        "spans": spans,
        "presentations": invitation.presentations.order_by("-uploaded_at", "-pk"),
        "is_open": door.is_open,
        "is_partly_kept": is_partly_kept,
    }
    return render(door.request, "workshops/speaker_link.html", context, status=status)


@behind_speaker_link
def speaker_link_photo(door: SpeakerDoor) -> HttpResponseBase:
    name = str(door.invitation.speaker.photo.name or "")
    return stored_file(name, filename="foto.jpg", content_type="image/jpeg", is_shown=True)


@behind_speaker_link
def speaker_link_download(door: SpeakerDoor, pk: int) -> HttpResponseBase:
    """A presentation handed in through this very link."""
    if pk >= 2**63:
        raise Http404
    kept = get_object_or_404(door.invitation.presentations.all(), pk=pk)
    return stored_file(str(kept.file.name), filename=kept.original_name, content_type=kept.content_type)
