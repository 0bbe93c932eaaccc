"""Which letters ought to exist now. Every question is one statement that finds only what is missing, so a tick over
workshops where all is told costs a dozen short queries, whatever their size."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2s
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from outbox.models import Message
from outbox.registry import Imagined, Wish
from participants.letters.names import (
    CANCELLED,
    CONFIRMATION,
    INVITATION,
    INVITATION_CANCELLED,
    INVITATION_MOVED,
    MOVED,
    REGISTRATION_CANCELLED,
    REMINDER,
    TOLD_STATES,
    UNIT_REMINDER,
)
from participants.models import TAKES_PEOPLE, Invitation, Registration
from toolkit.working_days import ReminderWindow, reminder_windows
from units.models import UnitContact
from workshops.models import OPEN_STATES, Workshop, WorkshopState

UNIT_REMINDER_DAYS = (3, 1)
AT_REST = [WorkshopState.CANCELLED, WorkshopState.POSTPONED]
# How long a withdrawal or a cancellation is still told to those who missed it.
STILL_NEWS = timedelta(days=14)
# A unit that was asked yesterday is not reminded today.
UNIT_QUIET = timedelta(hours=22)
LONG_AGO = timedelta(days=3650)
# Reminders are written this long before they leave: soon enough to be seen waiting, late enough that a tick looks at
# few workshops and a move withdraws few letters.
PLANNED_AHEAD = timedelta(days=10)


def wishes(now: datetime) -> Iterator[Wish]:
    """All letters to units and people that should exist and do not."""
    yield from _to_units(now)
    yield from _unit_reminders(now)
    yield from _to_people(now)
    yield from _reminders(now)
    yield from _rested_to_units(now)
    yield from _rested_to_people(now)
    yield from _withdrawn_invitations(now)
    yield from _ended_registrations(now)


def forecast(imagined: Imagined, now: datetime) -> Iterator[Wish]:
    """What `wishes` would find at once about this topic."""
    if imagined.rests:
        yield from _rested_to_units(now, imagined)
        yield from _rested_to_people(now, imagined)
    else:
        yield from _to_units(now, imagined)
        yield from _to_people(now, imagined)


def _rev(imagined: Imagined | None) -> Any:
    """The revision letters must speak of: that of the topic, or the next one where that is only imagined."""
    rev = F("workshop__topic__schedule_rev")
    return rev + 1 if imagined else rev


def _of_open(now: datetime, imagined: Imagined | None) -> Q:
    """What is held and not over yet, where it is moved: whenever it was held before."""
    is_open = Q(workshop__state__in=OPEN_STATES)
    return is_open & (Q(workshop__topic=imagined.topic_id) if imagined else Q(workshop__ends_at__gt=now))


def _mark(address: str) -> str:
    """The recipient in a dedup key: a new address is a new recipient, and no address stands in a key."""
    return blake2s(address.encode(), digest_size=6).hexdigest()


def _letter(kinds: Iterable[str], **facts: Any) -> QuerySet[Message]:
    """Letters of these kinds about the outer row to its address `addr`."""
    return Message.objects.filter(kind__in=list(kinds), ref=OuterRef("pk"), to_addr=OuterRef("addr"), **facts)


# --- units -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """An invitation and one of the contacts it goes to."""

    pk: int
    link_version: int
    reply_deadline: datetime
    unit_id: int
    tz: str
    contact_id: int
    contact_name: str
    address: str
    topic_id: int
    rev: int
    starts_at: datetime
    ends_at: datetime | None
    extra: Any

    def wish(self, kind: str, *, now: datetime, not_after: datetime | None, mark: str = "", rule: str = "") -> Wish:
        return Wish(
            kind=kind,
            dedup_key=f"{kind}:{self.pk}.{self.link_version}:r{self.rev}:{mark}{_mark(self.address)}",
            recipient_name=self.contact_name,
            to_addr=self.address,
            not_before=now,
            not_after=not_after,
            topic_id=self.topic_id,
            topic_rev=self.rev,
            unit_id=self.unit_id,
            ref=self.pk,
            rule=rule,
            context={"contact": self.contact_id},
        )


def _with_contacts(invitations: QuerySet[Invitation], imagined: Imagined | None = None) -> QuerySet[Invitation]:
    """Each invitation once for each contact its letters go to; `addr` is the address."""
    return invitations.filter(
        unit__contacts__is_active=True, unit__contacts__for_publicity=True, unit__contacts__email__gt=""
    ).annotate(
        addr=Lower("unit__contacts__email"),
        rev=_rev(imagined),
    )


def _asked(invitations: QuerySet[Invitation], extra: str, most: int | None = None) -> Iterator[_Asked]:
    """One for each address, also where two contacts of a unit share one."""
    rows = invitations.order_by("pk", "unit__contacts__pk").values_list(
        "pk",
        "link_version",
        "reply_deadline",
        "unit_id",
        "unit__tz",
        "unit__contacts__pk",
        "unit__contacts__name",
        "addr",
        "workshop__topic_id",
        "rev",
        "workshop__starts_at",
        "workshop__ends_at",
        extra,
    )
    seen: set[tuple[int, str]] = set()
    for row in list(rows[:most]):
        asked = _Asked(*row)
        if (asked.pk, asked.address) not in seen:
            seen.add((asked.pk, asked.address))
            yield asked


def _to_units(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """The invitation to who was never told; where the schedule moved, one notice to who was."""
    about = [INVITATION, INVITATION_MOVED]
    live = Invitation.objects.standing().filter(_of_open(now, imagined))
    missing = _with_contacts(live, imagined).filter(
        ~Exists(_letter(about, topic_rev=OuterRef("rev"), created_at__gte=OuterRef("invited_at")))
    )
    told = Exists(_letter(about, state__in=TOLD_STATES, created_at__gte=OuterRef("invited_at")))
    # Who may still answer is asked; who was told before hears of the move whatever the answer was.
    still_asked = Q(reply_deadline__gt=now) & ~Q(response=Invitation.Response.DECLINED)
    for asked in _asked(missing.annotate(was_told=told).filter(still_asked | Q(was_told=True)), "was_told"):
        if asked.extra:
            yield asked.wish(INVITATION_MOVED, now=now, not_after=asked.ends_at)
        else:
            yield asked.wish(INVITATION, now=now, not_after=asked.reply_deadline)


def _unit_reminders(now: datetime) -> Iterator[Wish]:
    """H-3 and H-1 before the reply deadline, at the reader's hour of a working day, to who has not answered."""
    told = _letter([INVITATION, INVITATION_MOVED], created_at__gte=OuterRef("invited_at"))
    open_now = Invitation.objects.unanswered().filter(
        workshop__state__in=TAKES_PEOPLE, workshop__ends_at__gt=now, reply_deadline__gt=now
    )
    for days in UNIT_REMINDER_DAYS:
        rule = f"H-{days}"
        made = _letter(
            [UNIT_REMINDER],
            rule=rule,
            created_at__gte=Coalesce(OuterRef("deadline_set_at"), OuterRef("invited_at")),
        ).filter(Q(topic_rev=OuterRef("rev")) | Q(state__in=TOLD_STATES))
        missing = _with_contacts(open_now).filter(~Exists(made))
        told_at = Subquery(told.order_by("-pk").values("created_at")[:1])
        for asked in _asked(missing.annotate(told_at=told_at), "told_at"):
            window = _unit_window(asked, rule, now)
            if window is not None:
                yield asked.wish(
                    UNIT_REMINDER,
                    now=max(window.not_before, now),
                    not_after=window.not_after,
                    mark=f"{rule}:{asked.reply_deadline:%Y%m%d%H%M}:",
                    rule=rule,
                )


def _unit_window(asked: _Asked, rule: str, now: datetime) -> ReminderWindow | None:
    windows = reminder_windows(
        asked.reply_deadline,
        days=UNIT_REMINDER_DAYS,
        hour=settings.REMINDER_HOUR,
        zone=ZoneInfo(asked.tz),
        told_at=(asked.extra or now) + UNIT_QUIET,
        now=now,
    )
    return next((window for window in windows if window.rule == rule), None)


def asked_again(invitations: Iterable[Invitation], *, workshop: Workshop, now: datetime) -> Iterator[Wish]:
    """The reminder that a person sends by hand to exactly these; the invitations carry their new `n_reminders`."""
    counts = {invitation.pk: invitation.n_reminders for invitation in invitations}
    chosen = _with_contacts(Invitation.objects.filter(workshop=workshop, pk__in=list(counts)))
    for asked in _asked(chosen, "n_reminders"):
        n = counts[asked.pk]
        yield asked.wish(UNIT_REMINDER, now=now, not_after=asked.reply_deadline, mark=f"n{n}:", rule=f"n-{n}")


def _rested_to_units(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """A cancelled or postponed workshop: one notice to every contact who had been told, to nobody else."""
    resting = Invitation.objects.standing().filter(_resting(now, imagined))
    told = Exists(
        _letter([INVITATION, INVITATION_MOVED], state__in=TOLD_STATES, created_at__gte=OuterRef("invited_at"))
    )
    missing = _with_contacts(resting, imagined).filter(
        told, ~Exists(_letter([INVITATION_CANCELLED], topic_rev=OuterRef("rev")))
    )
    for asked in _asked(missing, "response", imagined.most if imagined else None):
        yield asked.wish(INVITATION_CANCELLED, now=now, not_after=_end_of_news(asked.ends_at, now))


def _withdrawn_invitations(now: datetime) -> Iterator[Wish]:
    withdrawn = Invitation.objects.filter(withdrawn_at__gt=now - STILL_NEWS).filter(
        Q(workshop__ends_at=None) | Q(workshop__ends_at__gt=now)
    )
    told = Exists(
        _letter([INVITATION, INVITATION_MOVED], state__in=TOLD_STATES, created_at__gte=OuterRef("invited_at"))
    )
    made = _letter([INVITATION_CANCELLED], created_at__gte=OuterRef("withdrawn_at")).filter(
        Q(topic_rev=OuterRef("rev")) | Q(state__in=TOLD_STATES)
    )
    for asked in _asked(_with_contacts(withdrawn).filter(told, ~Exists(made)), "response"):
        yield asked.wish(INVITATION_CANCELLED, now=now, not_after=_end_of_news(asked.ends_at, now), mark="w:")


def _resting(now: datetime, imagined: Imagined | None = None) -> Q:
    rests = Q(workshop__topic=imagined.topic_id) if imagined else Q(workshop__state__in=AT_REST)
    return rests & (Q(workshop__ends_at=None) | Q(workshop__ends_at__gt=now))


def _end_of_news(ends_at: datetime | None, now: datetime) -> datetime:
    return ends_at if ends_at is not None else now + STILL_NEWS


# --- people ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Person:
    """A registration and whom it is about."""

    pk: int
    name: str
    address: str
    unit_id: int | None
    tz: str | None
    topic_id: int
    rev: int
    starts_at: datetime
    ends_at: datetime | None
    workshop_tz: str
    extra: Any

    def wish(
        self, kind: str, *, not_before: datetime, not_after: datetime | None, rule: str = "", mark: str = ""
    ) -> Wish:
        return Wish(
            kind=kind,
            dedup_key=f"{kind}:{self.pk}:r{self.rev}:{mark}{_mark(self.address)}",
            recipient_name=self.name,
            to_addr=self.address,
            not_before=not_before,
            not_after=not_after,
            topic_id=self.topic_id,
            topic_rev=self.rev,
            unit_id=self.unit_id,
            ref=self.pk,
            rule=rule,
        )


def _with_address(registrations: QuerySet[Registration], imagined: Imagined | None = None) -> QuerySet[Registration]:
    return registrations.filter(participant__email__gt="").annotate(
        addr=Lower("participant__email"), rev=_rev(imagined)
    )


def _people(registrations: QuerySet[Registration], extra: str, most: int | None = None) -> list[_Person]:
    rows = registrations.order_by("pk").values_list(
        "pk",
        "participant__full_name",
        "addr",
        "unit_id",
        "unit__tz",
        "workshop__topic_id",
        "rev",
        "workshop__starts_at",
        "workshop__ends_at",
        "workshop__tz",
        extra,
    )
    return [_Person(*row) for row in rows[:most]]


def _to_people(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """The confirmation to who was never told; where the schedule moved, one notice to who was."""
    about = [CONFIRMATION, MOVED]
    live = Registration.objects.active().filter(_of_open(now, imagined))
    missing = _with_address(live, imagined).filter(~Exists(_letter(about, topic_rev=OuterRef("rev"))))
    for person in _people(missing.annotate(was_told=Exists(_letter(about, state__in=TOLD_STATES))), "was_told"):
        yield person.wish(MOVED if person.extra else CONFIRMATION, not_before=now, not_after=person.ends_at)


def _reminders(now: datetime) -> Iterator[Wish]:
    """H-7, H-3, H-1 as the settings say, to who knows of the seat; each reader's own hour."""
    windows = _window_reader(now)
    zones = [ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")]
    coming: Any = list(
        Workshop.objects.filter(state__in=OPEN_STATES, starts_at__gt=now).values_list("pk", "starts_at").order_by("pk")
    )
    for days in sorted(set(settings.REMINDER_DAYS), reverse=True):
        rule = f"H-{days}"
        open_in = [
            pk
            for pk, starts_at in coming
            if any(_is_near(windows(starts_at, zone, now - LONG_AGO, rule), now) for zone in zones)
        ]
        if open_in:
            yield from _reminders_of(rule, open_in, windows, now)


def _is_near(window: ReminderWindow | None, now: datetime) -> bool:
    return window is not None and window.not_before <= now + PLANNED_AHEAD


def _reminders_of(rule: str, workshop_ids: list[int], windows: "_WindowReader", now: datetime) -> Iterator[Wish]:
    told = _letter([CONFIRMATION, MOVED], topic_rev=OuterRef("rev"))
    missing = (
        _with_address(Registration.objects.active().filter(workshop__in=workshop_ids))
        .filter(~Exists(_letter([REMINDER], rule=rule, topic_rev=OuterRef("rev"))))
        .annotate(told_at=Subquery(told.order_by("-pk").values("created_at")[:1]))
    )
    for person in _people(missing, "told_at"):
        window = windows(person.starts_at, ZoneInfo(person.tz or person.workshop_tz), person.extra or now, rule)
        if window is not None:
            yield person.wish(
                REMINDER,
                not_before=max(window.not_before, now),
                not_after=window.not_after,
                rule=rule,
                mark=f"{rule}:",
            )


_WindowReader = Callable[[datetime, ZoneInfo, datetime, str], ReminderWindow | None]


def _window_reader(now: datetime) -> _WindowReader:
    """Windows are worked out once for each start, zone and moment of telling: ten thousand people share a few."""

    @cache
    def all_windows(starts_at: datetime, zone: ZoneInfo, told_at: datetime) -> dict[str, ReminderWindow]:
        found = reminder_windows(
            starts_at, days=settings.REMINDER_DAYS, hour=settings.REMINDER_HOUR, zone=zone, told_at=told_at, now=now
        )
        return {window.rule: window for window in found}

    return lambda starts_at, zone, told_at, rule: all_windows(starts_at, zone, told_at).get(rule)


def _rested_to_people(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """A cancelled or postponed workshop: one notice to everybody who had been told, to nobody else."""
    told = Exists(_letter([CONFIRMATION, MOVED], state__in=TOLD_STATES))
    missing = _with_address(Registration.objects.active().filter(_resting(now, imagined)), imagined).filter(
        told, ~Exists(_letter([CANCELLED], topic_rev=OuterRef("rev")))
    )
    for person in _people(missing, "state", imagined.most if imagined else None):
        yield person.wish(CANCELLED, not_before=now, not_after=_end_of_news(person.ends_at, now))


def _ended_registrations(now: datetime) -> Iterator[Wish]:
    """Who lost the seat and had been told that it was there."""
    ended = Registration.objects.exclude(state=Registration.State.REGISTERED).filter(
        Q(workshop__ends_at=None) | Q(workshop__ends_at__gt=now), ended_at__gt=now - STILL_NEWS
    )
    told = Exists(_letter([CONFIRMATION, MOVED], state__in=TOLD_STATES))
    made = _letter([REGISTRATION_CANCELLED]).filter(Q(topic_rev=OuterRef("rev")) | Q(state__in=TOLD_STATES))
    for person in _people(_with_address(ended).filter(told, ~Exists(made)), "state"):
        yield person.wish(REGISTRATION_CANCELLED, not_before=now, not_after=_end_of_news(person.ends_at, now))


def contacts_for_letters() -> QuerySet[UnitContact]:
    """The contacts that letters of this app go to."""
    return UnitContact.objects.for_letters().filter(for_publicity=True)
