"""Letters of the tests: one kind for each policy, with facts that need no other app."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from outbox.actions import plan_letters
from outbox.models import Message, State, Topic
from outbox.registry import MAIL, SECURITY, Attachment, LetterKind, Rendered, Wish, register_kind
from units.models import Unit

ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def render(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A letter that shows the revision it was rendered for; `context` orders the odd ones."""
    return {message.pk: _render(message) for message in messages}


def _render(message: Message) -> Rendered | None:
    if message.context.get("gone"):
        return None
    if message.context.get("breaks"):
        raise ValueError("this letter cannot be rendered")
    return Rendered(
        subject=message.context.get("subject", f"Pemberitahuan {message.ref}"),
        text=f"Yth. {message.recipient_name}\n\nRevisi {message.topic_rev}.\n.titik di awal baris\n",
        html=f"<p>Yth. {message.recipient_name}</p><p>Revisi {message.topic_rev}.</p>",
        attachments=(Attachment("undangan.ics", "text/calendar; method=REQUEST; charset=utf-8", ICS.encode()),),
    )


RESEND = LetterKind("test.resend", "Undangan uji", render, "resend", MAIL, 5)
HOLD = LetterKind("test.hold", "Pengingat uji", render, "hold", MAIL, 3)
MOVED = LetterKind("test.moved", "Perubahan uji", render, "resend", MAIL, 7)
ACCOUNT = LetterKind("test.account", "Akun uji", render, "resend", SECURITY, 9, is_sensitive=True)


def register() -> None:
    for kind in (RESEND, HOLD, MOVED, ACCOUNT):
        register_kind(kind)


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the tests of delivery live by the real clock, as the database does


def wish(n: int = 1, **changes: Any) -> Wish:
    facts: dict[str, Any] = {
        "kind": RESEND.name,
        "dedup_key": f"{changes.get('kind', RESEND.name)}:{n}:r{changes.get('topic_rev', 0)}",
        "recipient_name": f"Sri Rahayu Lestari {n}",
        "to_addr": f"peserta{n}@contoh.test",
        "not_before": clock() - timedelta(minutes=1),
        "ref": n,
    }
    return Wish(**facts | changes)


def plan(count: int = 1, **changes: Any) -> list[Message]:
    wishes = [wish(n, **changes) for n in range(1, count + 1)]
    plan_letters(wishes, now=clock())
    return list(Message.objects.filter(dedup_key__in=[each.dedup_key for each in wishes]).order_by("pk"))


def make_topic(label: str = "Workshop uji") -> Topic:
    owner = Unit.objects.get_or_create(path="0001.", defaults={"official_name": "Biro Uji", "short_name": "Biro"})[0]
    return Topic.objects.create(label=label, owner=owner)


def states() -> dict[str, int]:
    """How many letters stand in each state."""
    found: dict[str, int] = {}
    for state in Message.objects.values_list("state", flat=True):
        found[str(State(state).value)] = found.get(state, 0) + 1
    return found
