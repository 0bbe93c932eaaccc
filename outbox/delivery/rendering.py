"""From claimed rows to bytes: a whole batch at once by its kinds, with the newest facts; a letter whose first copy may
have arrived goes out with the very same bytes."""

import hashlib
import logging
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from outbox.delivery.mime import BadLetter, letter_bytes
from outbox.models import Message
from outbox.registry import LetterKind, Rendered, kind_named

logger = logging.getLogger(__name__)
PACKING = 1  # zlib level: the cheapest already makes a letter a third of its size


@dataclass(frozen=True)
class Sheet:
    """A letter ready to go. `packed` is what is kept of it: None for a sensitive one."""

    content: bytes
    packed: bytes | None
    sha256: str


@dataclass(frozen=True)
class Gone:
    """The fact behind the letter is gone."""


@dataclass(frozen=True)
class Broken:
    """The letter could not be made."""

    reason: str


Made = Sheet | Gone | Broken


def make(messages: Sequence[Message], *, now: datetime) -> dict[int, Made]:
    """Every letter of the batch, by pk."""
    made: dict[int, Made] = {}
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        if message.rendered is not None:
            made[message.pk] = _kept(message)
        else:
            by_kind[message.kind].append(message)
    for name, group in by_kind.items():
        rendered = _render(kind_named(name), group)
        made |= {message.pk: _sheet(message, rendered.get(message.pk), now) for message in group}
    return made


def _kept(message: Message) -> Made:
    packed = bytes(message.rendered or b"")
    try:
        return Sheet(zlib.decompress(packed), packed, message.rendered_sha256)
    except zlib.error as error:
        logger.exception("The kept text of letter %s cannot be read.", message.pk)
        return Broken(f"kept text: {error}")


def _render(kind: LetterKind, messages: list[Message]) -> dict[int, Rendered | Broken | None]:
    """One bad letter must not hold up the others of its batch: when the batch fails, each is tried alone."""
    try:
        with translation.override(None, deactivate=True):
            return dict(kind.render(messages))
    except Exception as error:
        if len(messages) == 1:
            logger.exception("Letter %s (%s) could not be rendered.", messages[0].pk, kind.name)
            return {messages[0].pk: Broken(f"{type(error).__name__} in {kind.name}")}
    one_by_one: dict[int, Rendered | Broken | None] = {}
    for message in messages:
        one_by_one |= _render(kind, [message])
    return one_by_one


def _sheet(message: Message, rendered: Rendered | Broken | None, now: datetime) -> Made:
    if rendered is None:
        return Gone()
    if isinstance(rendered, Broken):
        return rendered
    try:
        content = letter_bytes(message, rendered, now=now)
    except BadLetter as error:
        return Broken(f"BadLetter: {error}")
    packed = None if message.is_sensitive else zlib.compress(content, PACKING)
    return Sheet(content, packed, hashlib.sha256(content).hexdigest())
