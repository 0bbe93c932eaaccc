"""Fault 13: the schedule moves while letters leave. Nothing of an old revision goes out beyond what was already on its
way, and in the end everybody knows the last revision, told once."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef

from outbox import registry
from outbox.actions import raise_revision
from outbox.models import UNSENT, Message, State, Topic
from outbox.planners import tick
from outbox.registry import Wish
from tests.outbox.lab import Orders, crew, settle
from tests.outbox.letters import MOVED, RESEND, clock, make_topic, wish
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = int(os.environ.get("OUTBOX_PEOPLE", "60"))
MOVES = int(os.environ.get("OUTBOX_MOVES", "5"))


class Gathering:
    """People of a topic: the first letter, or the notice of a change to whoever may have an older letter in hand."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic

    def planner(self, now: datetime) -> Iterable[Wish]:
        topic = Topic.objects.get(pk=self.topic.pk)
        rev = topic.schedule_rev
        letters = Message.objects.filter(topic=topic)
        served = set(letters.filter(topic_rev=rev).values_list("ref", flat=True))
        told = set(letters.filter(topic_rev__lt=rev).told().values_list("ref", flat=True))
        for n in range(PEOPLE):
            if n not in served:
                kind = MOVED if n in told else RESEND
                key = f"{kind.name}:t{topic.pk}:r{rev}:{n}"
                yield wish(n, kind=kind.name, dedup_key=key, topic_id=topic.pk, topic_rev=rev)


def move(topic: Topic) -> set[str]:
    """One move; the letters of older revisions that were on their way or gone when it was committed."""
    with transaction.atomic():
        raise_revision(topic, reason="dipindah", now=clock())
    gone = Message.objects.filter(topic=topic, topic_rev__lt=topic.schedule_rev).exclude(
        state__in=[*UNSENT, State.CANCELLED]
    )
    return set(gone.values_list("message_id", flat=True))


def moves_while_draining(sink: Sink, monkeypatch: pytest.MonkeyPatch, guard_off: str = "") -> tuple[int, Counter[str]]:
    """How many letters of an old revision left although they were not under way when it ended; and how often each
    person was told the last revision."""
    topic = make_topic()
    monkeypatch.setattr(registry, "_planners", [Gathering(topic).planner])
    tick(clock())
    under_way: dict[int, set[str]] = {}
    with crew(2, Orders(dawdle_at="rcpt", dawdle_seconds=0.004, lease_seconds=60, guard_off=guard_off)) as workers:
        for _ in range(MOVES):
            time.sleep(random.uniform(0.1, 0.4))
            allowed = move(topic)
            under_way[topic.schedule_rev] = allowed
            tick(clock())
        settle(workers, sink, seconds=60)
    revisions = dict(Message.objects.values_list("message_id", "topic_rev"))
    people = dict(Message.objects.values_list("message_id", "to_addr"))
    accepted = [line["message_id"] for line in sink.accepted()]
    stale = sum(1 for key in accepted if any(revisions[key] < rev and key not in ok for rev, ok in under_way.items()))
    return stale, Counter(people[key] for key in accepted if revisions[key] == topic.schedule_rev)


def test_nothing_stale_leaves_and_everybody_hears_the_last_revision_once(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, told = moves_while_draining(sink, monkeypatch)
    assert stale == 0
    assert len(told) == PEOPLE
    assert set(told.values()) == {1}
    first_twice = Message.objects.filter(
        Exists(Message.objects.filter(ref=OuterRef("ref"), topic_rev__lt=OuterRef("topic_rev"), state=State.SENT)),
        kind=RESEND.name,
        state=State.SENT,
    )
    assert not first_twice.exists()  # who had been told got the notice of the change, not a first letter


def test_control_without_the_fence_stale_letters_leave(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    stale, _told = moves_while_draining(sink, monkeypatch, guard_off="fence")
    assert stale > 0


def test_nobody_who_was_told_nothing_gets_a_notice(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = make_topic()
    monkeypatch.setattr(registry, "_planners", [Gathering(topic).planner])
    tick(clock())
    move(topic)
    tick(clock())
    assert Message.objects.filter(state=State.CANCELLED).count() == PEOPLE
    assert set(Message.objects.filter(state=State.PENDING).values_list("kind", flat=True)) == {RESEND.name}
