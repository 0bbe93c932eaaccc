"""One letter: its facts and tries, and how it looks, or looked."""

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, cast
from uuid import UUID

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from outbox.actions.decisions import FINAL
from outbox.forms import WithdrawForm
from outbox.models import NEEDS_ACTION, UNSENT, Message, State
from outbox.reading import Reading, read_letter
from outbox.shown import address_of, attempted, inert_file, inert_html, inert_text, line_of, zone_of
from units.access import EDITS_ALL

logger = logging.getLogger(__name__)
P = ParamSpec("P")
NOTHING = ["'none'"]
# The page's own policy is taken back word by word: the letter may bring its styles and small pictures, nothing else.
FRAME_POLICY = {
    "default-src": NOTHING,
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "form-action": NOTHING,
    "base-uri": NOTHING,
    "frame-ancestors": ["'self'"],
    "sandbox": True,
    **dict.fromkeys(["script-src", "font-src", "connect-src", "frame-src", "manifest-src"]),
}
FILE_POLICY = {"default-src": NOTHING, "sandbox": True}


def with_policy(policy: dict[str, Any]) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """django-csp's decorator, for views with arguments of any kind."""
    return cast("Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]", csp_replace(policy))


def message_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return letter_page(request, letter_for(request, public_id))


@xframe_options_sameorigin
@with_policy(FRAME_POLICY)
def message_body(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The letter alone, for the frame of its page: a sandbox without scripts, links that lead nowhere."""
    reading = reading_of(letter_for(request, public_id))
    if reading is None:
        raise Http404
    return HttpResponse(inert_html(reading.html))


@with_policy(FILE_POLICY)
def message_attachment(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """A file of the letter, numbered from 1; signed links in a calendar are cut."""
    reading = reading_of(letter_for(request, public_id))
    if reading is None or not 1 <= number <= len(reading.attachments):
        raise Http404
    part = reading.attachments[number - 1]
    content_type = part.content_type if part.content_type.startswith("text/") else "application/octet-stream"
    response = HttpResponse(inert_file(part.content, part.content_type), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{part.filename}"'
    return response


def letter_for(request: HttpRequest, public_id: UUID) -> Message:
    letters = Message.objects.visible_to(request.user)
    related = letters.select_related("unit", "topic__workshop", "topic__owner", "channel", "settled_by")
    return get_object_or_404(related, public_id=public_id)


def letter_page(
    request: HttpRequest, message: Message, *, withdraw_form: WithdrawForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a letter; after a refused withdrawal with what was typed."""
    user: Any = request.user
    may_decide = Message.objects.editable_by(user).filter(pk=message.pk).exists()
    reading = reading_of(message)
    context = {
        "letter": message,
        "line": line_of(message, by=user, now=timezone.now()),
        "address": message.to_addr if user.role in EDITS_ALL else address_of(message, by=user),
        "zone": zone_of(message),
        "workshop": getattr(message.topic, "workshop", None),
        "reading": reading,
        "text": inert_text(reading.text) if reading else "",
        "tries": [attempted(attempt) for attempt in message.tries.order_by("started_at", "pk")],
        "withdraw_form": withdraw_form or WithdrawForm(),
        "may_withdraw": may_decide and message.state in UNSENT,
        "may_resend": may_decide and message.state in FINAL and not message.is_sensitive,
        "may_decide_fate": may_decide and message.state == State.UNCERTAIN and message.settled_at is None,
        "may_put_aside": may_decide and message.state in NEEDS_ACTION and message.settled_at is None,
        "may_unblock": user.role in EDITS_ALL and message.state == State.SUPPRESSED and message.settled_at is None,
    }
    return render(request, "outbox/message_detail.html", context, status=status)


def reading_of(message: Message) -> Reading | None:
    """A letter that cannot be rendered any more shows its facts all the same."""
    try:
        return read_letter(message)
    except Exception:
        logger.exception("Letter %s (%s) cannot be shown.", message.pk, message.kind)
        return None
