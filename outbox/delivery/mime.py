"""A letter's bytes. Built by hand, because the standard library's message objects cost more than all else together;
each header is made so that no name, subject or address can begin another one."""

import base64
import binascii
import hashlib
import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from outbox.actions.planning import printable
from outbox.models import Message
from outbox.registry import Attachment, Rendered

VERP_DAYS = 14
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; *[A-Za-z-]+=[A-Za-z0-9_.-]+)*")
_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}")


class BadLetter(ValueError):
    """What the kind rendered, or the address, cannot stand in a letter."""


def letter_bytes(message: Message, rendered: Rendered, *, now: datetime) -> bytes:
    """The whole letter with CRLF line ends: text and HTML as alternatives, a calendar part beside them and again as a
    file (mail programs differ in which one they look for), other files after them."""
    mark = f"=_{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}"
    lines = [
        f"From: {_mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL))}",
        f"To: {_mailbox(message.recipient_name, message.to_addr)}",
        *([f"Reply-To: {_mailbox(*parseaddr(rendered.reply_to))}"] if rendered.reply_to else []),
        f"Subject: {_phrase(rendered.subject, 'Subject')}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{message.message_id}>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join(lines).encode("ascii") + b"\r\n"
    alternatives = [_text("plain", rendered.text), _text("html", rendered.html)]
    alternatives += [_calendar(part) for part in rendered.attachments if _is_calendar(part)]
    body = _multipart("alternative", f"{mark}a", alternatives)
    if rendered.attachments:
        body = _multipart("mixed", f"{mark}m", [body, *(_file(part) for part in rendered.attachments)])
    return head + body


def envelope_sender(message: Message, *, now: datetime) -> str:
    """The address that bounces go to: the sender's, or with MAIL_BOUNCE_DOMAIN one that names this letter."""
    domain = settings.MAIL_BOUNCE_DOMAIN
    if not domain:
        return address_of(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    until = int(now.timestamp()) // 86_400 + VERP_DAYS
    stem = f"{message.public_id.hex}.{until}"
    return f"b.{stem}.{verp_signature(stem)}@{domain}"


def verp_signature(stem: str) -> str:
    return salted_hmac("outbox.verp", stem, algorithm="sha256").hexdigest()[:16]


def address_of(text: str) -> str:
    """The address as it may stand in a command or header; raises BadLetter."""
    if not _ADDRESS.fullmatch(text):
        raise BadLetter("address")
    return text


def _mailbox(name: str, address: str) -> str:
    address = address_of(address)
    name = printable(name)
    if not name:
        return address
    return (
        f"{_display_name(name)}\r\n <{address}>"
        if len(name) + len(address) > 60
        else f"{_display_name(name)} <{address}>"
    )


def _display_name(name: str) -> str:
    if name.isascii():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    return _encoded(name, len("Reply-To: "))


def _phrase(text: str, header: str) -> str:
    text = printable(text)
    if text.isascii() and len(header) + 2 + len(text) <= 76 and "=?" not in text:
        return text
    return _encoded(text, len(header) + 2)


@lru_cache(maxsize=512)
def _encoded(text: str, indent: int) -> str:
    return Header(text, "utf-8", maxlinelen=75 - indent if indent < 20 else 75).encode(linesep="\r\n")


def _multipart(kind: str, mark: str, parts: list[bytes]) -> bytes:
    edge = b"--" + mark.encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{mark}"\r\n\r\n'.encode()
    return head + b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    content = "\r\n".join(text.splitlines()).encode() + b"\r\n"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + binascii.b2a_qp(content, istext=True)


def _is_calendar(part: Attachment) -> bool:
    return part.content_type.startswith("text/calendar")


def _calendar(part: Attachment) -> bytes:
    return f"Content-Type: {_content_type(part.content_type)}\r\n".encode() + _base64(part.content)


def _file(part: Attachment) -> bytes:
    if not _FILENAME.fullmatch(part.filename):
        raise BadLetter("file name")
    content_type = "application/ics" if _is_calendar(part) else _content_type(part.content_type)
    head = f'Content-Type: {content_type};\r\n name="{part.filename}"\r\n'
    disposition = f'Content-Disposition: attachment;\r\n filename="{part.filename}"\r\n'
    return (head + disposition).encode() + _base64(part.content)


def _content_type(text: str) -> str:
    if not _CONTENT_TYPE.fullmatch(text):
        raise BadLetter("content type")
    return text


def _base64(content: bytes) -> bytes:
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")
