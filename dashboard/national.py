"""Figures of the whole country for the bureau's home, each from an index and of bounded size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

from dashboard.tiles import Region, region_of
from outbox.models import NEEDS_ACTION, Message, State
from participants.models import Invitation, Registration
from partnerships.models import ENDING_DAYS, Agreement, CampaignItem, Submission, in_force_on
from partnerships.models.agreements import undecided_end
from partnerships.models.conditions import last_days, to_decide, without_copy
from partnerships.models.submissions import overdue
from toolkit.prepared import prepared
from units.access import EDITS_ALL, Role
from units.models import HEAD_OFFICES, User
from units.tree import regional_offices
from workshops.models import TAUGHT, Mode, Session, SessionRole, Workshop

# How far the home looks ahead: the nearest workshops, of which the first few are listed.
LOOKED_AT = 20
LISTED = 5
WEEKS_AHEAD = 6
SOON = timedelta(days=3)
# What the home says of a workshop.
SAID = [
    *("title", "kind", "state", "mode", "starts_at", "ends_at", "fuzzy_date", "fuzzy_month", "tz", "venue", "topic"),
    *("organizer_unit__short_name", "organizer_unit__level", "host_unit__short_name"),
]
INVITATION_LETTER = "participants.invitation"


def _count(rows: QuerySet[Any], group: str) -> Coalesce:
    """How many `rows` belong to the outer row, as a number of its own statement part."""
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@prepared(fixed=["today"])
def _nearest_workshops(user: User, now: datetime, today: date) -> QuerySet[Workshop]:
    """With seats, silent units and sessions that lack a speaker."""
    here = OuterRef("pk")
    standing = Invitation.objects.standing().filter(workshop=here)
    silent = Invitation.objects.unanswered().filter(workshop=here)
    seats = standing.exclude(response=Invitation.Response.DECLINED).order_by().values("workshop")
    spoken = SessionRole.objects.filter(session=OuterRef("pk"), role=SessionRole.Role.SPEAKER, speaker__isnull=False)
    mute = Session.objects.filter(~Exists(spoken), workshop=here, kind__in=TAUGHT)
    return (
        Workshop.objects.select_related("organizer_unit", "host_unit", "series")
        .only(*SAID, "series__title")
        .annotate(
            has_invitations=Exists(standing),
            n_silent=_count(silent, "workshop"),
            deadline=Subquery(silent.order_by("reply_deadline").values("reply_deadline")[:1]),
            n_seats=Coalesce(Subquery(seats.annotate(n=Sum(F("seats_onsite") + F("seats_online"))).values("n")), 0),
            n_mute_sessions=_count(mute, "workshop"),
        )
        .visible_to(user)
        .upcoming(now, today)
        .order_by(F("starts_at").asc(nulls_last=True), "calendar_on", "pk")[:LOOKED_AT]
    )


def nearest_workshops(user: User, now: datetime, today: date) -> list[Any]:
    """The nearest workshops one may see, with what `_nearest_workshops` counts of them."""
    return _nearest_workshops.rows(user, now, today)


# Seats that people hold: of each workshop, how many by allocation (None: given by no invitation) and mode.
Held = dict[int, dict[tuple[int | None, str], int]]


@prepared()
def _held_seats(workshops: tuple[int, ...]) -> QuerySet[Registration, tuple[int, int | None, str, int]]:
    people = Registration.objects.active().filter(workshop__in=workshops).order_by()
    return people.values_list("workshop", "allocation", "mode").annotate(n=Count("pk"))


def held_seats(workshops: Iterable[Any]) -> Held:
    """One statement; no row is read but counted."""
    held: Held = defaultdict(dict)
    for workshop, allocation, mode, n in _held_seats.rows(tuple({workshop.pk for workshop in workshops})):
        held[workshop][allocation, mode] = n
    return held


def is_pressing(workshop: Any, now: datetime) -> bool:
    """Whether units that keep silent have little time left, or none."""
    return workshop.deadline is not None and workshop.deadline <= now + SOON


@dataclass
class Focus:
    """One workshop as the whole country answers it."""

    workshop: Any
    regions: list[Region]
    n_onsite: int = 0
    n_online: int = 0
    seats: int = 0
    letters: dict[str, int] = field(default_factory=dict)

    def add_invitation(self, region: Region | None, seats: int, response: str) -> None:
        declined = response == Invitation.Response.DECLINED
        given = 0 if declined else seats
        self.seats += given
        if region is not None:
            region.n_invited += 1
            region.n_answered += response != Invitation.Response.NONE
            region.n_declined += declined
            region.seats += given

    def add_people(self, region: Region | None, mode: str, n: int) -> None:
        if mode == Mode.ONSITE:
            self.n_onsite += n
        else:
            self.n_online += n
        if region is not None:
            region.taken += n

    @property
    def n_registered(self) -> int:
        return self.n_onsite + self.n_online

    @property
    def asked_regions(self) -> list[Region]:
        return [region for region in self.regions if region.n_invited]

    @property
    def n_present_regions(self) -> int:
        return sum(1 for region in self.asked_regions if region.taken)

    @property
    def n_answered_regions(self) -> int:
        return sum(1 for region in self.asked_regions if region.n_answered)

    @property
    def silent_regions(self) -> list[Region]:
        return [region for region in self.asked_regions if not region.n_answered]

    @property
    def tiles(self) -> list[Region]:
        """In reading order, so that a keyboard and a narrow screen go through them as a reader would."""
        placed = [region for region in self.regions if region.has_tile]
        return sorted(placed, key=lambda region: (region.unit.tile_row, region.unit.tile_col))

    @property
    def n_letters(self) -> int:
        return sum(self.letters.values())

    @property
    def n_letters_sent(self) -> int:
        return self.letters.get(State.SENT, 0)

    @property
    def n_letters_failed(self) -> int:
        return sum(self.letters.get(state, 0) for state in (State.FAILED, State.BOUNCED, State.SUPPRESSED))

    @property
    def n_letters_open(self) -> int:
        waiting = (State.PENDING, State.RETRY, State.CLAIMED, State.SENDING, State.UNCERTAIN)
        return sum(self.letters.get(state, 0) for state in waiting)


def focus_among(workshops: list[Any], asked: str) -> Any | None:
    """The workshop the reader chose, else the nearest that a head office invites to, else any with invitations."""
    invited = [workshop for workshop in workshops if workshop.has_invitations]
    chosen = [workshop for workshop in invited if str(workshop.pk) == asked]
    national = [workshop for workshop in invited if workshop.organizer_unit.level in HEAD_OFFICES]
    return next(iter(chosen + national + invited), None)


@prepared()
def _invited(workshop_pk: int) -> QuerySet[Invitation, tuple[int, str, int, str, int | None]]:
    """A row for each allocation of an invitation, one for an invitation that has none."""
    seats = F("seats_onsite") + F("seats_online")
    rows = Invitation.objects.standing().filter(workshop=workshop_pk)
    return rows.values_list("pk", "unit__path", seats, "response", "allocations")


@prepared()
def _letters_by_state(topic_pk: int) -> QuerySet[Message, tuple[str, int]]:
    """Of each invitation and address the last letter, and none that was seen to. What somebody sent anyway or knows to
    have arrived is settled too, and counts by what became of it."""
    seen_to = Q(state__in=NEEDS_ACTION, settled_at__isnull=False)
    letters = Message.objects.filter(topic=topic_pk, kind=INVITATION_LETTER)
    later = letters.filter(ref=OuterRef("ref"), to_addr=OuterRef("to_addr"), pk__gt=OuterRef("pk"))
    letters = letters.exclude(seen_to).filter(~Exists(later)).order_by()
    return letters.values_list("state").annotate(n=Count("pk"))


def focus_figures(workshop: Any, held: Held) -> Focus:
    """Three statements: the Kanwil, the invitations with their allocations, the letters of this one workshop."""
    focus = Focus(workshop, [Region(unit) for unit in regional_offices()])
    asked: dict[int, Region | None] = {}
    where: dict[int | None, Region | None] = {}
    for pk, path, seats, response, allocation in _invited.rows(workshop.pk):
        if pk not in asked:
            asked[pk] = region = region_of(path, focus.regions)
            focus.add_invitation(region, seats, response)
        where[allocation] = asked[pk]
    for (allocation, mode), n in held[workshop.pk].items():
        focus.add_people(where.get(allocation), mode, n)
    if workshop.topic_id:
        focus.letters = dict(_letters_by_state.rows(workshop.topic_id))
    return focus


@dataclass(frozen=True)
class AgreementFigures:
    in_force: int = 0
    ending: int = 0
    next_end: date | None = None
    without_copy: int = 0
    to_answer: int | None = None
    answer_by: date | None = None
    copies: int | None = None
    copies_late: int | None = None


@prepared(fixed=["today"])
def _agreement_figures(user: User, today: date) -> QuerySet[User, tuple[Any, ...]]:
    mine = Agreement.objects.visible_to(user)
    ending = last_days(ENDING_DAYS, today) & to_decide() & undecided_end()
    standing = _figures(
        mine.filter(in_force_on(today)),
        in_force=Count("pk"),
        ending=Count("pk", filter=ending),
        next_end=Min("effective_until", filter=ending),
    )
    asked = [standing]
    if user.is_staff or user.role in EDITS_ALL:
        asked.append(_figures(mine.filter(without_copy()), without_copy=Count("pk")))
    if user.role != Role.LEADER:
        unanswered = CampaignItem.objects.answerable_by(user).unanswered()
        asked.append(_figures(unanswered, to_answer=Count("pk"), answer_by=Min("campaign__due_on")))
    if user.role in {*EDITS_ALL, Role.REGIONAL_ADMIN}:
        late = Count("pk", filter=overdue(today))
        asked.append(_figures(Submission.objects.waiting_for(user), copies=Count("pk"), copies_late=late))
    return User.objects.filter(pk=user.pk).values_list(*asked)


def agreement_figures(user: User, today: date) -> AgreementFigures:
    """How many agreements are in force or end within ENDING_DAYS; of whoever keeps some, how many lack their signed
    text; how many answers in re-evaluations one owes until which day; and for those who check signed copies how many
    wait for it and are late. One statement."""
    found: dict[str, Any] = {}
    for row in _agreement_figures.rows(user, today):
        for figures in row:
            found |= figures or {}
    days = {name: date.fromisoformat(found[name]) for name in ("next_end", "answer_by") if found.get(name)}
    return AgreementFigures(**(found | days))


def _figures(rows: QuerySet[Any], **figures: Aggregate) -> Subquery:
    """Figures of all rows together, as one value; the database finds them in one pass."""
    counted = rows.order_by().values(one=Value(1)).annotate(found=JSONObject(**figures)).values("found")
    return Subquery(counted, output_field=JSONField())
