"""A letter as its reader saw it, or will see it."""

import zlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils import translation

from outbox.models import Message, State
from outbox.registry import Rendered, UnknownKind, kind_named

GONE = [State.CANCELLED, State.EXPIRED]


@dataclass(frozen=True)
class Reading:
    """`is_as_sent`: these are the very bytes that left; else the letter as it would be rendered now."""

    subject: str
    text: str
    html: str
    filenames: tuple[str, ...]
    is_as_sent: bool


def read_letter(message: Message) -> Reading | None:
    """None when there is nothing to show: a sensitive letter is never kept, and one that was withdrawn before it left
    has no text of its own."""
    if message.is_sensitive:
        return None
    if message.rendered is not None:
        return _parse(zlib.decompress(bytes(message.rendered)))
    if message.state in GONE:
        return None
    rendered = _render(message)
    if rendered is None:
        return None
    names = tuple(part.filename for part in rendered.attachments)
    return Reading(rendered.subject, rendered.text, rendered.html, names, is_as_sent=False)


def _render(message: Message) -> Rendered | None:
    try:
        kind = kind_named(message.kind)
    except UnknownKind:
        return None
    with translation.override(None, deactivate=True):
        return dict(kind.render([message])).get(message.pk)


def _parse(content: bytes) -> Reading:
    letter = message_from_bytes(content, _class=EmailMessage, policy=default)
    bodies = {kind: letter.get_body((kind,)) for kind in ("plain", "html")}
    texts = {kind: str(part.get_content()).replace("\r\n", "\n") if part else "" for kind, part in bodies.items()}
    names = tuple(part.get_filename() or "" for part in letter.walk() if part.get_content_disposition() == "attachment")
    return Reading(str(letter["Subject"]), texts["plain"], texts["html"], names, is_as_sent=True)
