"""A letter as its reader saw it, or will see it."""

import zlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as EmailPart
from email.policy import default

from django.utils import translation

from outbox.models import Message, State
from outbox.registry import Attachment, Rendered, UnknownKind, kind_named

GONE = [State.CANCELLED, State.EXPIRED]


@dataclass(frozen=True)
class Reading:
    """`is_as_sent`: these are the very bytes that left; else the letter as it would be rendered now."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    is_as_sent: bool

    @property
    def filenames(self) -> tuple[str, ...]:
        return tuple(part.filename for part in self.attachments)


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
    return Reading(rendered.subject, rendered.text, rendered.html, tuple(rendered.attachments), is_as_sent=False)


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
    files = tuple(_file(part) for part in letter.walk() if part.get_content_disposition() == "attachment")
    return Reading(str(letter["Subject"]), texts["plain"], texts["html"], files, is_as_sent=True)


def _file(part: EmailPart) -> Attachment:
    """A calendar leaves as application/ics, so that mail programs show it as a file; to readers it is a calendar."""
    content_type = "text/calendar" if part.get_content_type() == "application/ics" else part.get_content_type()
    content = part.get_payload(decode=True)
    return Attachment(part.get_filename() or "", content_type, content if isinstance(content, bytes) else b"")
