"""What dead workers and passing time leave behind; safe at any moment, from any number of processes at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.expressions import Exists, OuterRef

from outbox.actions.planning import withdraw
from outbox.delivery.claims import LEASE, waiting_state
from outbox.delivery.steps import OUTDATED
from outbox.models import CLAIMABLE, UNSENT, Message, State, Topic
from outbox.registry import kinds

QUIET = timedelta(minutes=15)


@dataclass(frozen=True)
class Reaped:
    freed: int
    doubtful: int
    expired: int
    outdated: int
    repeated: int


def reap(now: datetime) -> Reaped:
    """Dead claims go back (nothing was sent), dead sendings become uncertain, what is out of time expires, letters of
    an old revision are withdrawn, and uncertain ones that may be repeated go out once more after a quiet time."""
    return Reaped(
        freed=_free_dead_claims(now),
        doubtful=_doubt_dead_sendings(now),
        outdated=_withdraw_outdated(now),
        expired=_expire(now),
        repeated=_repeat_uncertain(now),
    )


def _is_dead(now: datetime) -> Q:
    """The lease is over; or it ends later than any lease given now could, because the database's clock was put back.
    Should its worker still live, the claim token keeps what it does right."""
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE)


def _free_dead_claims(now: datetime) -> int:
    dead = Message.objects.filter(_is_dead(now), state=State.CLAIMED)
    return dead.update(state=waiting_state(), claim_token=None, lease_until=None)


def _doubt_dead_sendings(now: datetime) -> int:
    """The claim token stays: should the slow worker still get its answer, that is proof and settles the doubt."""
    dead = Message.objects.filter(_is_dead(now), state=State.SENDING)
    return dead.update(
        state=State.UNCERTAIN,
        attempts=F("attempts") + 1,
        doubts=F("doubts") + 1,
        in_doubt_at=now,
        settled_at=None,
        settled_by=None,
        last_error="lease",
        lease_until=None,
    )


def _withdraw_outdated(now: datetime) -> int:
    """Asked of the few topics that ever moved: asked of the letters it would read each waiting one, each minute."""
    old = Message.objects.filter(topic=OuterRef("pk"), topic_rev__lt=OuterRef("schedule_rev"), state__in=UNSENT)
    moved = Topic.objects.filter(Exists(old), schedule_rev__gt=1)
    n = 0
    for pk, rev in moved.order_by("pk").values_list("pk", "schedule_rev"):
        outdated = Message.objects.filter(topic=pk, topic_rev__lt=rev, state__in=UNSENT)
        n += withdraw(outdated, reason=OUTDATED, now=now)
    return n


def _expire(now: datetime) -> int:
    over = Message.objects.filter(state__in=CLAIMABLE, not_after__lte=now)
    doubtful = over.filter(in_doubt_at__isnull=False)
    n = doubtful.update(state=State.UNCERTAIN, claim_token=None, lease_until=None, settled_at=now)
    return n + over.filter(in_doubt_at=None).update(state=State.EXPIRED, claim_token=None, lease_until=None)


def _repeat_uncertain(now: datetime) -> int:
    """Once, with the same bytes and Message-ID, and only while the letter still says what is true."""
    current = Exists(Topic.objects.filter(pk=OuterRef("topic_id"), schedule_rev=OuterRef("topic_rev")))
    repeatable = [kind.name for kind in kinds() if kind.when_uncertain == "resend"]
    uncertain = Message.objects.filter(
        Q(topic=None) | current,
        Q(not_after=None) | Q(not_after__gt=now),
        state=State.UNCERTAIN,
        kind__in=repeatable,
        doubts=1,
        in_doubt_at__lte=now - QUIET,
        settled_at=None,
    )
    return uncertain.update(state=State.RETRY, not_before=now, claim_token=None, lease_until=None)
