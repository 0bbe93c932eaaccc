"""Figures of the whole country for the bureau's home, each from an index and of bounded size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from dashboard.tiles import Region, region_of
from outbox.models import Message, State
from participants.models import Invitation, Registration
from partnerships.models import CampaignItemQuerySet, SubmissionQuerySet, in_force_on
from partnerships.models.conditions import end_to_decide, without_copy
from units.models import Level, Unit, User
from workshops.models import TAUGHT, Mode, Session, SessionRole, Workshop, WorkshopQuerySet

# How far the home looks ahead: the nearest workshops, of which the first few are listed.
LOOKED_AT = 20
LISTED = 5
WEEKS_AHEAD = 6
SOON = timedelta(days=3)
HEAD_OFFICES = {Level.MINISTRY, Level.ECHELON1, Level.BUREAU}
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


@cache
def _workshops() -> WorkshopQuerySet:
    """With seats, silent units and sessions that lack a speaker. Put together once: it is the same for every reader."""
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
            n_invited=_count(standing, "workshop"),
            n_silent=_count(silent, "workshop"),
            deadline=Subquery(silent.order_by("reply_deadline").values("reply_deadline")[:1]),
            n_seats=Coalesce(Subquery(seats.annotate(n=Sum(F("seats_onsite") + F("seats_online"))).values("n")), 0),
            n_mute_sessions=_count(mute, "workshop"),
        )
        .order_by(F("starts_at").asc(nulls_last=True), "calendar_on", "pk")
    )


def nearest_workshops(user: User, now: datetime) -> list[Any]:
    """The nearest workshops one may see, with what `_workshops` counts of them."""
    return list(_workshops().visible_to(user).upcoming(now)[:LOOKED_AT])


# Seats that people hold: of each workshop, how many by allocation (None: given by no invitation) and mode.
Held = dict[int, dict[tuple[int | None, str], int]]


def held_seats(workshops: Iterable[Any]) -> Held:
    """One statement; no row is read but counted."""
    people = Registration.objects.active().filter(workshop__in=[workshop.pk for workshop in workshops]).order_by()
    held: Held = defaultdict(dict)
    for workshop, allocation, mode, n in people.values_list("workshop", "allocation", "mode").annotate(n=Count("pk")):
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
    invited = [workshop for workshop in workshops if workshop.n_invited]
    chosen = [workshop for workshop in invited if str(workshop.pk) == asked]
    national = [workshop for workshop in invited if workshop.organizer_unit.level in HEAD_OFFICES]
    return next(iter(chosen + national + invited), None)


def focus_figures(workshop: Any, held: Held) -> Focus:
    """Three statements: the Kanwil, the invitations with their allocations, the letters of this one workshop."""
    units = Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("official_name", "pk")
    units = units.only("path", "short_name", "iso_codes", "tile_row", "tile_col")
    focus = Focus(workshop, [Region(unit) for unit in units])
    asked: dict[int, Region | None] = {}
    where: dict[int | None, Region | None] = {}
    invitations = Invitation.objects.standing().filter(workshop=workshop)
    for pk, path, seats, response, allocation in invitations.values_list(
        "pk", "unit__path", F("seats_onsite") + F("seats_online"), "response", "allocations"
    ):
        if pk not in asked:
            asked[pk] = region = region_of(path, focus.regions)
            focus.add_invitation(region, seats, response)
        where[allocation] = asked[pk]
    for (allocation, mode), n in held[workshop.pk].items():
        focus.add_people(where.get(allocation), mode, n)
    letters = Message.objects.filter(topic=workshop.topic_id, kind=INVITATION_LETTER).order_by()
    focus.letters = dict(letters.values_list("state").annotate(n=Count("pk")))
    return focus


@dataclass(frozen=True)
class AgreementFigures:
    in_force: int
    ending: int
    next_end: date | None
    without_copy: int = 0
    to_answer: int | None = None
    answer_by: date | None = None
    copies: int | None = None
    copies_late: int | None = None


def agreement_figures(
    agreements: QuerySet[Any],
    today: date,
    days: int,
    *,
    copies: bool,
    asked: CampaignItemQuerySet | None = None,
    waiting: SubmissionQuerySet | None = None,
) -> AgreementFigures:
    """How many agreements are in force or end within `days`, with `copies` how many lack their signed text, how many
    items of `asked` (of re-evaluations) are unanswered until which day, and how many signed copies are `waiting` and
    late; in one statement."""
    ending = end_to_decide(days, today)
    wanted = {
        "in_force": Count("pk", filter=in_force_on(today)),
        "ending": Count("pk", filter=ending),
        "next_end": Min("effective_until", filter=ending),
    }
    if copies:
        wanted["without_copy"] = _once(agreements.filter(without_copy()), Count("pk"))
    if asked is not None:
        unanswered = asked.unanswered()
        wanted["to_answer"] = _once(unanswered, Count("pk"))
        wanted["answer_by"] = _once(unanswered, Min("campaign__due_on"))
    if waiting is not None:
        wanted["copies"] = _once(waiting, Count("pk"))
        wanted["copies_late"] = _once(waiting.overdue(today), Count("pk"))
    return AgreementFigures(**agreements.aggregate(**wanted))


def _once(rows: QuerySet[Any], aggregate: Aggregate) -> Aggregate:
    """A number of other rows within an aggregation: it hangs on no outer row, so the database finds it once."""
    return Max(Subquery(rows.order_by().values(one=Value(1)).annotate(found=aggregate).values("found")))
