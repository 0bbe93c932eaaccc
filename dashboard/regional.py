"""What is asked of a region or of one unit, for the homes of those who answer."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from participants.models import OVER, Allocation, Invitation, Registration
from toolkit.prepared import prepared
from units.access import reach
from units.models import User
from workshops.models import Workshop

MOST_ALLOCATIONS = 600
LISTED = 5
# What a card of the home says of seats, invitation, workshop and units.
SAID = [
    *("seats_onsite", "seats_online", "invitation", "unit"),
    *(f"invitation__{name}" for name in ("response", "reply_deadline", "withdrawn_at", "workshop")),
    *(f"invitation__workshop__{name}" for name in ("title", "mode", "state", "tz", "venue", "starts_at", "ends_at")),
    *(f"invitation__workshop__{name}" for name in ("fuzzy_date", "registration_opens_at", "registration_deadline")),
]


# What a line of the home says of an own workshop.
SAID_OF_OWN = [
    *(
        "title",
        "kind",
        "state",
        "starts_at",
        "ends_at",
        "fuzzy_date",
        "fuzzy_month",
        "calendar_on",
        "host_unit__short_name",
    )
]


@dataclass
class Asked:
    """One workshop with everything it asks of the reader's units: seats given, seats taken, answers owed. All `rows`
    are there before the first question."""

    workshop: Workshop
    now: datetime
    rows: list[Any] = field(default_factory=list)

    @cached_property
    def invitations(self) -> list[Invitation]:
        """Each once: those that can still be answered first, then those that take people, by deadline."""
        found = {row.invitation_id: row.invitation for row in self.rows}
        return sorted(found.values(), key=self._urgency)

    def _urgency(self, one: Invitation) -> tuple[int, datetime, int]:
        if self._owes_answer(one):
            return 0, one.reply_deadline, one.pk
        if one.registration_is_open(self.now):
            return 1, one.registration_closes_at(), one.pk
        return 2, self._last_call(one), one.pk

    def _last_call(self, one: Invitation) -> datetime:
        """Until when something could be done, once nothing can."""
        return one.registration_closes_at() if one.response == Invitation.Response.ACCEPTED else one.reply_deadline

    def _owes_answer(self, one: Invitation) -> bool:
        return one.response == Invitation.Response.NONE and one.answer_is_open(self.now)

    @cached_property
    def first(self) -> Invitation:
        return self.invitations[0]

    @cached_property
    def standing_rows(self) -> list[Any]:
        return [row for row in self.rows if row.invitation.response != Invitation.Response.DECLINED]

    @cached_property
    def seats(self) -> int:
        return sum(row.seats_onsite + row.seats_online for row in self.standing_rows)

    @cached_property
    def taken(self) -> int:
        return sum(row.n_taken for row in self.standing_rows)

    @cached_property
    def n_units(self) -> int:
        return len({row.unit_id for row in self.rows})

    @cached_property
    def n_silent(self) -> int:
        return sum(1 for one in self.invitations if one.response == Invitation.Response.NONE)

    @cached_property
    def n_declined(self) -> int:
        return sum(1 for one in self.invitations if one.response == Invitation.Response.DECLINED)

    @cached_property
    def is_declined(self) -> bool:
        return self.n_declined == len(self.invitations)

    @cached_property
    def is_full(self) -> bool:
        return not self.is_declined and not self.n_silent and self.taken >= self.seats

    @cached_property
    def deadline(self) -> datetime:
        """The next moment by which something can be done: an answer, else the naming of people; else the last."""
        return self._urgency(self._due)[1]

    @cached_property
    def _due(self) -> Invitation:
        return self.first if self._urgency(self.first)[0] < 2 else max(self.invitations, key=self._last_call)

    @cached_property
    def is_for_answer(self) -> bool:
        """Whether the deadline is one of answering; else it is one of naming people."""
        urgency = self._urgency(self._due)[0]
        return urgency == 0 or (urgency == 2 and self._due.response != Invitation.Response.ACCEPTED)

    @cached_property
    def is_past(self) -> bool:
        return self.deadline <= self.now

    @cached_property
    def needs_hand(self) -> bool:
        return not self.is_full and not self.is_declined and self._urgency(self.first)[0] < 2

    @cached_property
    def can_register(self) -> bool:
        """Whether people may be named now for a seat that is left."""
        return self.taken < self.seats and any(one.registration_is_open(self.now) for one in self.invitations)

    @cached_property
    def can_answer(self) -> bool:
        return self._owes_answer(self.first)

    @cached_property
    def units_line(self) -> str:
        """`5 satuan kerja · 2 belum menjawab`, or the one unit's own standing."""
        if self.n_units == 1:
            return ""
        parts = [ngettext("%(n)d satuan kerja", "%(n)d satuan kerja", self.n_units) % {"n": self.n_units}]
        if self.n_silent:
            parts.append(ngettext("%(n)d belum menjawab", "%(n)d belum menjawab", self.n_silent) % {"n": self.n_silent})
        if self.n_declined:
            parts.append(ngettext("%(n)d menolak", "%(n)d menolak", self.n_declined) % {"n": self.n_declined})
        return " · ".join(parts)


@prepared()
def _seats(user: User, now: datetime) -> QuerySet[Allocation]:
    """Given to units the reader answers for in coming workshops, with `n_taken`, the people who hold them."""
    held = Registration.objects.active().filter(allocation=OuterRef("pk")).order_by().values("allocation")
    return (
        Allocation.objects.select_related("invitation__workshop")
        .only(*SAID)
        .annotate(unit_name=F("unit__short_name"), host_name=F("invitation__workshop__host_unit__short_name"))
        .annotate(n_taken=Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0))
        .filter(reach(user, "unit"), invitation__withdrawn_at=None)
        .filter(Q(invitation__workshop__ends_at__gte=now) | Q(invitation__workshop__ends_at=None))
        .order_by(F("invitation__workshop__starts_at").asc(nulls_last=True), "invitation__reply_deadline", "pk")
    )[:MOST_ALLOCATIONS]


def asked_of(user: User, now: datetime) -> list[Asked]:
    """Coming workshops that gave seats to units the reader answers for: what waits first, then by deadline.

    One statement; the seats of a whole region over all coming workshops are a few hundred rows. Those called off are
    passed over here: asked for both, PostgreSQL expects a handful of workshops and reads the seats of all regions."""
    found: dict[int, Asked] = {}
    for row in _seats.rows(user, now):
        workshop = row.invitation.workshop
        if workshop.state in OVER:
            continue
        found.setdefault(workshop.pk, Asked(workshop, now)).rows.append(row)
    return sorted(found.values(), key=lambda asked: (not asked.needs_hand, asked.deadline, asked.workshop.pk))


@prepared(fixed=["today"])
def _own_workshops(user: User, now: datetime, today: date) -> QuerySet[Workshop]:
    held = Workshop.objects.filter(reach(user, "organizer_unit") | reach(user, "host_unit")).upcoming(now, today)
    order = (F("starts_at").asc(nulls_last=True), "calendar_on", "pk")
    return held.select_related("host_unit").only(*SAID_OF_OWN).order_by(*order)[:LISTED]


def own_workshops(user: User, now: datetime, today: date) -> list[Workshop]:
    """The nearest workshops that the reader's units hold or host."""
    return _own_workshops.rows(user, now, today)
