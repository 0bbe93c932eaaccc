"""What the other apps tell the outbox about: kinds of letters, planners and finders.

A kind says how a whole claimed batch is rendered and what happens when nobody can tell whether a letter arrived. A
planner says which letters ought to exist at a moment; a finder, which letters speak of what somebody looks for. All are
registered in `AppConfig.ready()` of the app that owns the facts, so the outbox never imports an app above it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from django.db.models import Q
    from django.utils.functional import _StrPromise

    from outbox.models import Message

MAIL = "mail"
SECURITY = "security"


@dataclass(frozen=True)
class Attachment:
    """A file in a letter. `content_type` "text/calendar; method=REQUEST; charset=utf-8" makes it a calendar part that
    mail programs offer to accept, besides the file."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Rendered:
    """A letter as its reader will see it."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""


@dataclass(frozen=True)
class LetterKind:
    """`render` gets a whole claimed batch of this kind and answers by the message's pk; None means that the fact behind
    the letter is gone, so it is withdrawn. It may be called again for one letter, must not write, and should cost a
    fixed number of queries.

    `when_uncertain`: "resend" sends the same letter once more after a quiet quarter of an hour when no proof of
    acceptance came; "hold" asks a person. `is_sensitive` letters are never stored."""

    name: str
    label: "str | _StrPromise"
    render: "Callable[[Sequence[Message]], dict[int, Rendered | None]]"
    when_uncertain: Literal["resend", "hold"]
    channel: str
    priority: int
    is_sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A letter that ought to exist. `dedup_key` is `kind:object:revision:recipient`; the same key is one letter for
    ever. `topic_rev` is the topic's revision that the letter speaks of, and must be given with a topic."""

    kind: str
    dedup_key: str
    recipient_name: str
    to_addr: str
    not_before: datetime
    not_after: datetime | None = None
    topic_id: int | None = None
    topic_rev: int = 0
    unit_id: int | None = None
    user_id: int | None = None
    ref: int | None = None
    rule: str = ""
    context: dict[str, Any] = field(default_factory=dict)


class UnknownKind(LookupError):
    """A letter of a kind that no app has registered."""


@dataclass(frozen=True)
class Imagined:
    """A topic whose revision is one higher: what it is about was moved to days ahead or, where it `rests`, called off
    or put off. `most` bounds the letters that are looked for of each sort."""

    topic_id: int
    rests: bool = False
    most: int | None = None


# The letters that would be planned at once after what is imagined.
Forecast = Callable[[Imagined, datetime], Iterable[Wish]]

# Letters about something whose name holds a text, among the letters that a person may read.
Finder = Callable[[str, Any], "Q"]

_kinds: dict[str, LetterKind] = {}
_planners: list[Callable[[datetime], Iterable[Wish]]] = []
_forecasts: list[Forecast] = []
_finders: list[Finder] = []


def register_kind(kind: LetterKind) -> None:
    """The same kind again replaces the first."""
    _kinds[kind.name] = kind


def register_planner(planner: Callable[[datetime], Iterable[Wish]]) -> None:
    """The same planner again changes nothing."""
    if planner not in _planners:
        _planners.append(planner)


def register_forecast(forecast: Forecast) -> None:
    """The same forecast again changes nothing."""
    if forecast not in _forecasts:
        _forecasts.append(forecast)


def register_finder(finder: Finder) -> None:
    """The same finder again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def finders() -> list[Finder]:
    return list(_finders)


def foretold(imagined: Imagined, now: datetime) -> list[Wish]:
    """The letters about it that would be planned at once. Writes nothing."""
    return [wish for forecast in _forecasts for wish in forecast(imagined, now)]


def kind_named(name: str) -> LetterKind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> list[LetterKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def planners() -> list[Callable[[datetime], Iterable[Wish]]]:
    return list(_planners)
