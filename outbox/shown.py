"""How letters are shown to staff: words and colours of states, addresses with their domain hidden, links that lead
nowhere."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outbox.models import Attempt, Message, State
from outbox.registry import UnknownKind, kind_named
from toolkit.local_times import WIB, clock_zone, moment_short
from units.access import Role

TONES: dict[str, str] = {
    State.PENDING: "sky",
    State.RETRY: "gold",
    State.CLAIMED: "sky",
    State.SENDING: "sky",
    State.SENT: "teal",
    State.BOUNCED: "brick",
    State.FAILED: "brick",
    State.UNCERTAIN: "brick",
    State.CANCELLED: "grey",
    State.EXPIRED: "grey",
    State.SUPPRESSED: "brick",
}
PHASES = {
    "render": gettext_lazy("penyusunan surat"),
    "address": gettext_lazy("alamat"),
    "connect": gettext_lazy("sambungan"),
    "mail": gettext_lazy("pengirim"),
    "rcpt": gettext_lazy("penerima"),
    "data": gettext_lazy("izin kirim isi"),
    "body": gettext_lazy("pengiriman isi"),
    "dot": gettext_lazy("tanda terima"),
    "log": gettext_lazy("log server surel"),
    "person": gettext_lazy("keputusan petugas"),
}
OUTCOMES = {
    "not_sent": gettext_lazy("Belum terkirim, dicoba lagi"),
    "send_anyway": gettext_lazy("Dikirim sekali lagi"),
    "as_sent": gettext_lazy("Dianggap terkirim"),
}
_HREF = re.compile(r"""\s(?:href|action|formaction|background|ping)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_ADDRESS_OF_PAGE = re.compile(r"""(https?://[^/\s<>"'\\]+)/[^\s<>"'\\]*""", re.IGNORECASE)
# As a change of a workshop's state writes it.
_STATUS = re.compile(r"Status menjadi (.+)\.")
_FOLD = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True)
class Line:
    """A letter as a row of the list. `at` is in the zone of who gets the letter."""

    message: Message
    title: str
    address: str
    state: str
    tone: str
    at: str
    note: str


@dataclass(frozen=True)
class Attempted:
    """A try in words; what has no word is shown as it stands."""

    attempt: Attempt
    phase: str
    outcome: str
    reply: str


def attempted(attempt: Attempt) -> Attempted:
    outcomes: dict[str, Any] = {**dict(State.choices), **OUTCOMES}
    outcome = str(outcomes.get(attempt.outcome, attempt.outcome))
    return Attempted(attempt, str(PHASES.get(attempt.phase, attempt.phase)), outcome, _with_code(attempt))


def _with_code(attempt: Attempt) -> str:
    """`550 5.1.1 ...`; some servers repeat the code in their words."""
    code, reply = str(attempt.code or ""), attempt.reply
    return reply if re.match(rf"{code}\b", reply) else f"{code} {reply}".strip()


def line_of(message: Message, *, by: Any, now: datetime, names_topic: bool = True) -> Line:
    """Needs `unit` and `topic` of the message; below a workshop's own title its name is left out."""
    return Line(
        message=message,
        title=title_of(message, names_topic=names_topic),
        address=address_of(message, by=by),
        state=str(State(message.state).label),
        tone=TONES[message.state],
        at=_moment_text(message, now),
        note=note_of(message, now=now),
    )


def kind_label(message: Message) -> str:
    try:
        label = str(kind_named(message.kind).label)
    except UnknownKind:
        return message.kind
    return f"{label} {message.rule.upper()}" if message.rule.lower().startswith("h-") else label


def title_of(message: Message, *, names_topic: bool = True) -> str:
    """`Undangan · Workshop Media Sosial (r2)`: the revision only where the schedule has moved."""
    label = kind_label(message)
    if names_topic and message.topic is not None:
        label = f"{label} · {message.topic.label}"
    return f"{label} (r{message.topic_rev})" if message.topic_rev > 1 else label


def address_of(message: Message, *, by: Any) -> str:
    """Whole for letters to units of the own tree; elsewhere the domain stays hidden. Leaders read one letter: lists of
    people show them the domain, and the two must not add up to an address."""
    if by.role == Role.LEADER:
        return f"{message.to_addr[:1]}•••@…"
    own = by.unit.path if by.unit else None
    if own and message.unit is not None and message.unit.path.startswith(own):
        return message.to_addr
    return f"{message.to_addr.partition('@')[0]}@…"


def zone_of(message: Message) -> ZoneInfo:
    return message.unit.zone if message.unit else WIB


def note_of(message: Message, *, now: datetime) -> str:
    """One line that says why the letter stands where it stands."""
    zone = zone_of(message)
    if message.state == State.SENT:
        tries = ngettext("percobaan %(n)d", "percobaan %(n)d", message.attempts) % {"n": message.attempts}
        return f"{message.smtp_reply} · {tries}" if message.smtp_reply else tries
    if message.state == State.RETRY:
        again = _("coba lagi %(time)s") % {"time": clock_zone(message.not_before, zone)}
        return f"{message.last_error} · {again}" if message.last_error else again
    if message.state == State.PENDING:
        return _pending_note(message, now)
    if message.state == State.UNCERTAIN:
        sentence = _("Server surel tidak memberi jawaban yang jelas; surat ini mungkin sudah sampai.")
        return f"{sentence} · {reason_text(message.last_error)}" if message.last_error else sentence
    return reason_text(message.last_error)


def reason_text(stored: str) -> str:
    """A reason that the portal wrote itself in the reader's language; the words of people and servers as they stand."""
    if status := _STATUS.fullmatch(stored):
        return _("Status menjadi %(state)s.") % {"state": _(status[1])}
    return _(stored) if stored else ""


def _pending_note(message: Message, now: datetime) -> str:
    if message.topic is not None and message.topic.is_held:
        return _("pengiriman ditahan")
    if message.not_before > now:
        return _("menunggu waktunya")
    return _("menunggu giliran")


def _moment_text(message: Message, now: datetime) -> str:
    """When it left, or when it may leave; nothing for what never left."""
    if message.sent_at is not None:
        moment = message.sent_at
    elif message.state in {State.PENDING, State.RETRY, State.CLAIMED, State.SENDING}:
        moment = message.not_before
    else:
        return "–"
    zone = zone_of(message)
    is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_zone(moment, zone) if is_today else moment_short(moment, zone)


def inert_text(text: str) -> str:
    """The text with every address of a page cut after its host: who reads a letter of somebody else must not be able
    to use that person's signed link."""
    return _ADDRESS_OF_PAGE.sub(r"\1/…", text)


def inert_html(html: str) -> str:
    """The letter's HTML with links that lead nowhere. What else it may do is taken away by the frame's sandbox."""
    return inert_text(_HREF.sub("", html))


def inert_file(content: bytes, content_type: str) -> bytes:
    """Text files (calendars) without signed links, also one folded over two lines; other files as they are."""
    if not content_type.startswith("text/"):
        return content
    text = content.decode("utf-8", "replace")
    cut = inert_text(_FOLD.sub("", text))
    return content if cut == _FOLD.sub("", text) else cut.encode()
