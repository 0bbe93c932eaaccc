"""The log of the relay settles doubts: what it shows as queued was sent; what it only names, or leaves out, stays."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from outbox.delivery import evidence
from outbox.delivery.evidence import settle_by_log
from outbox.models import Attempt, Message, State
from outbox.planners import tick
from tests.outbox.conftest import drain
from tests.outbox.lab import verdict
from tests.outbox.letters import HOLD, RESEND, clock, plan, states
from tests.smtp_sink import Rule, Sink

pytestmark = pytest.mark.django_db


def named(queue_id: str, message_id: str) -> str:
    return f"Nov 26 09:00:01 relay postfix/cleanup[812]: {queue_id}: message-id=<{message_id}>\n"


def queued(queue_id: str) -> str:
    return f"Nov 26 09:00:01 relay postfix/qmgr[90]: {queue_id}: from=<b@x.test>, size=4711, nrcpt=1 (queue active)\n"


@pytest.fixture
def log(tmp_path: Path, settings: Any) -> Path:
    settings.MAIL_LOG_FILE = tmp_path / "mail.log"
    settings.MAIL_LOG_FILE.write_text("Nov 26 08:59:59 relay postfix/smtpd[4]: connect from localhost[127.0.0.1]\n")
    return tmp_path / "mail.log"


@pytest.fixture
def doubtful(sink: Sink) -> Callable[..., list[Message]]:
    """Letters that the sink took and never answered for: they are in doubt, and arrived."""

    def make(n: int, **changes: Any) -> list[Message]:
        sink.rules = [Rule("dot", "accept then drop", times=n)]
        letters = plan(n, **changes)
        drain()
        assert states() == {"uncertain": n}
        return letters

    return make


def test_a_letter_that_the_log_shows_as_queued_is_sent_with_the_line_as_proof(
    log: Path, doubtful: Callable[..., list[Message]]
) -> None:
    proven, named_only, absent = doubtful(3, kind=HOLD.name)
    with log.open("a") as lines:
        lines.write(named("4F1A", proven.message_id) + named("4F1B", named_only.message_id) + queued("4F1A"))
    now = clock()
    tick(now)
    rows = {row.pk: row for row in Message.objects.all()}
    assert {pk: row.state for pk, row in rows.items()} == {
        proven.pk: State.SENT,
        named_only.pk: State.UNCERTAIN,
        absent.pk: State.UNCERTAIN,
    }
    row = rows[proven.pk]
    assert (row.smtp_reply, row.in_doubt_at, row.last_error) == (queued("4F1A").strip(), None, "")
    assert row.sent_at is not None
    assert now - row.sent_at < timedelta(minutes=1)
    assert list(Attempt.objects.filter(phase="log").values_list("message", "outcome", "reply")) == [
        (proven.pk, "sent", queued("4F1A").strip())
    ]
    tick(clock())
    assert Attempt.objects.filter(phase="log").count() == 1


def drained_after_the_quiet_time(sink: Sink) -> int:
    """How many copies came twice once the quiet time is over and the letters in doubt are repeated."""
    Message.objects.filter(state=State.UNCERTAIN).update(in_doubt_at=clock() - timedelta(minutes=16))
    tick(clock())
    drain()
    return verdict(sink).duplicated


def test_with_the_log_no_letter_that_arrived_is_repeated(
    log: Path, sink: Sink, doubtful: Callable[..., list[Message]]
) -> None:
    letters = doubtful(3, kind=RESEND.name)
    log.write_text("".join(named(f"4F{n}", row.message_id) + queued(f"4F{n}") for n, row in enumerate(letters)))
    assert drained_after_the_quiet_time(sink) == 0
    assert states() == {"sent": 3}


def test_without_the_log_each_of_them_comes_twice(
    log: Path, sink: Sink, doubtful: Callable[..., list[Message]], settings: Any
) -> None:
    """The negative control."""
    letters = doubtful(3, kind=RESEND.name)
    log.write_text("".join(named(f"4F{n}", row.message_id) + queued(f"4F{n}") for n, row in enumerate(letters)))
    settings.MAIL_LOG_FILE = None
    assert drained_after_the_quiet_time(sink) == 3


def test_the_log_that_was_rotated_last_is_read_too(log: Path, doubtful: Callable[..., list[Message]]) -> None:
    first, second = doubtful(2, kind=HOLD.name)
    log.with_name("mail.log.1").write_text(
        named("4F1A", first.message_id) + queued("4F1A") + named("4F1B", second.message_id)
    )
    log.write_text(queued("4F1B"))
    assert settle_by_log(clock()) == 2
    assert states() == {"sent": 2}


def test_a_queue_number_used_again_proves_only_the_letter_that_bears_it_then(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_text(
        queued("4F1A")
        + named("4F1A", "a@portal.test")
        + named("4F1A", "b@portal.test")
        + queued("4F1A")
        + queued("4F1A")
    )
    assert set(evidence.find_proofs(log, {"a@portal.test", "b@portal.test"})) == {"b@portal.test"}


def test_a_log_that_cannot_be_read_leaves_the_doubt(
    log: Path, doubtful: Callable[..., list[Message]], caplog: pytest.LogCaptureFixture
) -> None:
    doubtful(1, kind=HOLD.name)
    log.unlink()
    assert settle_by_log(clock()) == 0
    assert states() == {"uncertain": 1}
    assert "MAIL_LOG_FILE cannot be read" in caplog.text


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "mail.log"
    log.write_text(
        named("1", "old@portal.test") + queued("1") + "x" * 500 + "\n" + named("2", "new@portal.test") + queued("2")
    )
    monkeypatch.setattr(evidence, "TAIL_BYTES", 400)
    assert set(evidence.find_proofs(log, {"old@portal.test", "new@portal.test"})) == {"new@portal.test"}
