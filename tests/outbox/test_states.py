"""Every move of a letter: what each answer of a server, each clock and each decision makes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from outbox import actions
from outbox.actions import LetterCannotGo
from outbox.delivery import claims, rates, steps
from outbox.delivery.reaper import reap
from outbox.models import Attempt, Channel, Message, State, SuppressedAddress
from outbox.registry import kind_named
from tests.outbox.conftest import drain
from tests.outbox.letters import ACCOUNT, HOLD, clock, make_topic, plan, states, wish
from tests.smtp_sink import Rule, Sink
from units.models import User

pytestmark = pytest.mark.django_db


def test_one_letter_from_wish_to_proof(sink: Sink) -> None:
    (letter,) = plan()
    assert letter.state == State.PENDING
    assert drain().sent == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.last_code) == ("sent", 1, 250)
    assert letter.sent_at is not None
    assert letter.claim_token is None
    assert letter.rendered is not None
    assert [(line["message_id"], line["to"]) for line in sink.accepted()] == [(letter.message_id, [letter.to_addr])]
    assert [(a.n, a.phase, a.outcome, a.code) for a in letter.tries.all()] == [(1, "dot", "sent", 250)]


def test_the_same_wish_twice_is_one_letter() -> None:
    assert actions.plan_letters([wish(1), wish(1), wish(2)], now=clock()) == 2
    assert actions.plan_letters([wish(1), wish(2)], now=clock()) == 0
    assert Message.objects.count() == 2


def test_a_wish_whose_window_is_over_is_dropped() -> None:
    late = wish(1, not_after=clock() - timedelta(seconds=1))
    assert actions.plan_letters([late], now=clock()) == 0


@pytest.mark.parametrize("address", ["", "bukan surel", "a@b", "é@contoh.test", "x@contoh.test\r\nBcc: y@contoh.test"])
def test_an_address_that_cannot_be_written_to_is_a_failed_letter(address: str, sink: Sink) -> None:
    (letter,) = plan(to_addr=address)
    assert letter.state == State.FAILED
    assert letter.last_error
    drain()
    assert sink.accepted() == []


def test_a_topic_without_a_revision_is_refused() -> None:
    with pytest.raises(ValueError, match="revision"):
        plan(topic_id=make_topic().pk)


def test_a_letter_for_later_waits(sink: Sink) -> None:
    plan(not_before=clock() + timedelta(hours=1))
    assert drain().sent == 0
    assert states() == {"pending": 1}


def test_urgent_kinds_first_then_the_soonest_deadline(sink: Sink) -> None:
    plan_later = plan(1, kind=HOLD.name, not_after=clock() + timedelta(days=9))
    plan_soon = plan(1, kind=HOLD.name, dedup_key="soon", not_after=clock() + timedelta(days=1))
    plan_never = plan(1, kind=HOLD.name, dedup_key="never")
    account = plan(1, kind=ACCOUNT.name)
    first = plan(1)
    drain()
    in_order = [*account, *first, *plan_soon, *plan_later, *plan_never]
    assert [line["message_id"] for line in sink.accepted()] == [letter.message_id for letter in in_order]


def test_nothing_leaves_after_its_time(sink: Sink) -> None:
    (letter,) = plan(not_after=clock() + timedelta(minutes=1))
    Message.objects.update(not_before=F("not_before") - timedelta(hours=2), not_after=clock() - timedelta(seconds=1))
    drain()
    letter.refresh_from_db()
    assert (letter.state, sink.accepted()) == ("expired", [])


def test_the_reaper_expires_and_the_downtime_ends_without_late_letters() -> None:
    plan(3, not_after=clock() + timedelta(minutes=1))
    assert reap(clock() + timedelta(minutes=2)).expired == 3
    assert states() == {"expired": 3}


def test_a_letter_whose_fact_is_gone_is_withdrawn(sink: Sink) -> None:
    plan(context={"gone": True})
    drain()
    assert (states(), sink.accepted()) == ({"cancelled": 1}, [])


def test_one_broken_letter_does_not_hold_up_its_batch(sink: Sink) -> None:
    plan(1, context={"breaks": True}, dedup_key="broken")
    plan(5)
    assert drain().sent == 5
    assert states() == {"retry": 1, "sent": 5}
    assert Attempt.objects.get(phase="render").reply == "ValueError in test.resend"


def test_a_blocked_address_gets_nothing_until_it_is_put_right(sink: Sink) -> None:
    plan(2)
    assert actions.suppress("PESERTA1@contoh.test", reason="550", now=clock()) == 1
    plan(1, dedup_key="later")
    drain()
    assert states() == {"sent": 1, "suppressed": 2}
    assert actions.unsuppress("peserta1@contoh.test", now=clock()) == 2
    drain()
    assert states() == {"sent": 3}


def test_a_hard_bounce_at_rcpt_blocks_the_address(sink: Sink) -> None:
    sink.rules = [Rule("rcpt", "550 5.1.1 no such user", to="peserta1@")]
    plan(2)
    drain()
    assert states() == {"failed": 1, "sent": 1}
    assert list(SuppressedAddress.objects.values_list("address", flat=True)) == ["peserta1@contoh.test"]


def test_a_held_topic_waits_and_is_released(sink: Sink, admin: User) -> None:
    topic = make_topic()
    plan(2, topic_id=topic.pk, topic_rev=1)
    plan(1)
    actions.hold_topic(topic, by=admin, now=clock())
    drain()
    assert states() == {"pending": 2, "sent": 1}
    actions.release_topic(topic, by=admin, now=clock())
    drain()
    assert states() == {"sent": 3}


def test_a_held_channel_waits(sink: Sink) -> None:
    plan()
    Channel.objects.update(is_held=True)
    assert drain().sent == 0
    assert states() == {"pending": 1}


def test_dead_claims_go_back_and_dead_sendings_become_uncertain() -> None:
    plan(2)
    batch = claims.claim("mail", worker="gone")
    first, _second = batch.messages
    assert steps.fence(first, content=b"", sha256="", now=batch.clock.now())
    later = clock() + claims.LEASE + timedelta(seconds=5)
    reaped = reap(later)
    assert (reaped.freed, reaped.doubtful) == (1, 1)
    assert states() == {"pending": 1, "uncertain": 1}
    assert reap(later).doubtful == 0


def test_an_uncertain_letter_goes_once_more_with_the_same_bytes_after_a_quiet_time(sink: Sink) -> None:
    sink.rules = [Rule("dot", "accept then drop", times=1)]
    (letter,) = plan()
    drain()
    first_copy = sink.letter(letter.message_id)
    assert states() == {"uncertain": 1}
    assert reap(clock() + timedelta(minutes=14)).repeated == 0
    assert reap(clock() + timedelta(minutes=16)).repeated == 1
    Message.objects.update(not_before=clock() - timedelta(seconds=1))
    drain()
    assert states() == {"sent": 1}
    assert [line["message_id"] for line in sink.accepted()] == [letter.message_id] * 2
    assert sink.letter(letter.message_id) == first_copy


def test_a_second_doubt_waits_for_a_person(sink: Sink) -> None:
    sink.rules = [Rule("dot", "drop", times=2)]
    plan()
    drain()
    reap(clock() + timedelta(minutes=16))
    Message.objects.update(not_before=clock() - timedelta(seconds=1))
    drain()
    assert states() == {"uncertain": 1}
    assert reap(clock() + timedelta(hours=9)).repeated == 0


def test_a_reminder_in_doubt_is_held_for_a_person(sink: Sink, admin: User) -> None:
    sink.rules = [Rule("dot", "drop", times=1)]
    letter, other = plan(2, kind=HOLD.name)
    Message.objects.filter(pk=other.pk).update(state=State.UNCERTAIN, in_doubt_at=clock(), doubts=1)
    drain()
    assert reap(clock() + timedelta(hours=9)).repeated == 0
    assert Message.objects.needs_action().count() == 2
    assert actions.send_anyway(letter, by=admin, now=clock())
    assert actions.treat_as_sent(other, by=admin, now=clock())
    assert not actions.treat_as_sent(other, by=admin, now=clock())
    drain()
    assert states() == {"sent": 2}
    assert Message.objects.needs_action().count() == 0
    assert set(Attempt.objects.filter(phase="person").values_list("outcome", flat=True)) == {"send_anyway", "as_sent"}


def test_withdrawing_keeps_the_doubt(sink: Sink, admin: User) -> None:
    topic = make_topic()
    sink.rules = [Rule("dot", "drop", times=1)]
    doubtful, _plain = plan(2, kind=HOLD.name, topic_id=topic.pk, topic_rev=1)
    drain()
    Message.objects.filter(state=State.SENT).update(state=State.PENDING)
    actions.send_anyway(doubtful, by=admin, now=clock())
    assert actions.raise_revision(topic, reason="dipindah", now=clock()) == 1
    assert topic.schedule_rev == 2
    assert states() == {"uncertain": 1, "cancelled": 1}
    assert Message.objects.told().get().pk == doubtful.pk
    assert Message.objects.needs_action().count() == 0


def test_send_again_twice_in_a_minute_is_one_letter(sink: Sink, admin: User) -> None:
    (letter,) = plan()
    drain()
    first = actions.resend(letter, by=admin, now=clock())
    again = actions.resend(letter, by=admin, now=clock())
    assert first.pk == again.pk
    assert first.message_id != letter.message_id
    drain()
    third = actions.resend(letter, by=admin, now=clock() + timedelta(minutes=2))
    assert third.dedup_key == f"resend:{letter.public_id}:2"


def test_what_cannot_be_sent_again_says_why(sink: Sink, admin: User) -> None:
    topic = make_topic()
    (old,) = plan(topic_id=topic.pk, topic_rev=1)
    (account,) = plan(kind=ACCOUNT.name)
    drain()
    actions.raise_revision(topic, reason="dipindah", now=clock())
    for letter in (old, account, plan(dedup_key="waits")[0]):
        letter.refresh_from_db()
        with pytest.raises(LetterCannotGo):
            actions.resend(letter, by=admin, now=clock())


def test_a_sensitive_letter_leaves_no_body_behind(sink: Sink) -> None:
    (letter,) = plan(kind=ACCOUNT.name, context={"subject": "rahasia"})
    drain()
    letter.refresh_from_db()
    assert (letter.state, letter.rendered, letter.context) == ("sent", None, {})


def test_tries_are_spaced_and_end(sink: Sink) -> None:
    sink.rules = [Rule("rcpt", "450 4.2.1 later")]
    (letter,) = plan()
    waits = []
    for _ in range(letter.max_attempts):
        drain()
        letter.refresh_from_db()
        if letter.state == State.RETRY:
            waits.append(letter.not_before - clock())
            Message.objects.update(not_before=clock() - timedelta(seconds=1))
    assert letter.state == State.FAILED
    assert letter.attempts == 8
    assert letter.last_code == 450
    for wait, minutes in zip(waits, (1, 5, 15, 60, 180, 360, 360), strict=True):
        assert minutes * 0.79 <= wait.total_seconds() / 60 <= minutes * 1.21


def test_a_try_that_would_come_too_late_expires_the_letter(sink: Sink) -> None:
    sink.rules = [Rule("mail", "450 later")]
    plan(not_after=clock() + timedelta(seconds=30))
    drain()
    assert states() == {"expired": 1}


def test_a_line_that_is_down_costs_no_tries_and_pauses_longer_each_time(settings: Any) -> None:
    settings.EMAIL = {"transport": "smtp", "host": "127.0.0.1", "port": 9, "security": "none", "user": ""}
    plan(30)
    lengths = []
    for _ in range(7):
        drain()
        lengths.append((Channel.objects.get(name="mail").paused_until - clock()).total_seconds())
        Channel.objects.update(paused_until=None)
    assert states() == {"pending": 30}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    assert [round(length / 30) * 30 for length in lengths] == [30, 60, 120, 240, 480, 600, 600]


def test_a_relay_that_asks_for_patience_gets_half_the_rate() -> None:
    channel = Channel.objects.get_or_create(name="mail")[0]
    channel.per_minute, now = 600, clock()
    channel.save()
    assert rates.take(channel, 20, now).letters == 10
    channel.refresh_from_db()
    rates.slow_down(channel, "421", now)
    channel.refresh_from_db()
    assert rates.take(channel, 20, now + timedelta(seconds=60)).letters == 5


def test_the_rate_and_the_day_are_kept(sink: Sink) -> None:
    channel = Channel.objects.get_or_create(name="mail")[0]
    Channel.objects.filter(pk=channel.pk).update(per_minute=60, per_day=3)
    plan(6)
    tally = drain(seconds=5)
    assert tally.sent == 3
    assert tally.ask_again_at is not None
    assert tally.ask_again_at - clock() < timedelta(days=1)
    accepted = sorted(line["at"] for line in sink.accepted())
    assert accepted[-1] - accepted[0] >= 1.75  # a letter a second
    assert states() == {"pending": 3, "sent": 3}
    assert kind_named("test.resend").channel == "mail"
