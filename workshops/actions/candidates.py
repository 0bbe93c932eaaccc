"""Which venues a workshop considers, and the choice of one, which fills its place and its rooms."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.schedule import RegistrationWindow, Schedule, move_workshop, schedule_of
from workshops.models import Venue, VenueCandidate, Verdict, Workshop, WorkshopRoom, WorkshopState
from workshops.versions import version_of

CLOSED = [WorkshopState.FINISHED, WorkshopState.REPORTED, WorkshopState.CANCELLED]


class WorkshopIsClosed(Refusal):
    sentence = _("Kegiatan ini sudah selesai atau dibatalkan; tempatnya tidak dipilih lagi.")


class ChosenStays(Refusal):
    sentence = _("Tempat ini sedang dipakai kegiatan. Pilih tempat lain dahulu, lalu keluarkan yang ini.")


class PassedNeedsReason(Refusal):
    sentence = _("Tulis alasan mengapa tempat ini tidak dipilih.")
    field = "reason"


class ChoiceNeedsReason(Refusal):
    sentence = _("Tulis alasan mengapa tempat ini yang dipilih.")
    field = "reason"


def add_candidate(
    workshop: Workshop, *, venue: Venue, distance: str = "", note: str = "", now: datetime
) -> VenueCandidate:
    """The same venue again returns the first row as it stands."""
    found, _made = VenueCandidate.objects.get_or_create(
        workshop=workshop, venue=venue, defaults={"distance": distance, "note": note, "added_at": now}
    )
    return found


def edit_candidate(
    candidate: VenueCandidate, *, distance: str, note: str, verdict: str, reason: str, by: User, now: datetime
) -> VenueCandidate:
    """`verdict` is considered or passed; choosing is `choose_venue`. The place that is in force stays chosen; only its
    distance and note change. Raises a Refusal."""
    with transaction.atomic():
        current = VenueCandidate.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=candidate.pk)
        current.distance, current.note = distance, note
        if not current.is_in_force:
            _judge(current, verdict, reason, by=by, now=now)
        current.save()
    return current


def _judge(candidate: VenueCandidate, verdict: str, reason: str, *, by: User | None, now: datetime) -> None:
    if verdict == Verdict.PASSED and not reason:
        raise PassedNeedsReason
    is_open = verdict == Verdict.CONSIDERED
    candidate.verdict = Verdict.CONSIDERED if is_open else Verdict.PASSED
    candidate.reason, candidate.chosen_as = reason, ""
    candidate.decided_at, candidate.decided_by = (None, None) if is_open else (now, by)


def remove_candidate(candidate: VenueCandidate) -> None:
    """Raises ChosenStays."""
    with transaction.atomic():
        current = VenueCandidate.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=candidate.pk)
        if current.is_in_force:
            raise ChosenStays
        current.delete()


@dataclass(frozen=True)
class RoomPlan:
    """What a choice does to the rooms of the workshop, by name. `untouched` stay as they are because sessions are in
    them, whichever venue they came from."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)


def schedule_at(workshop: Workshop, venue: Venue) -> Schedule:
    """The workshop's schedule with this place in it."""
    return replace(schedule_of(workshop), venue=str(venue.name), venue_address=str(venue.address))


def room_plan(workshop: Workshop, venue: Venue) -> RoomPlan:
    """Reads only. Rooms that came with the venue chosen before go when no session is in them; rooms that people wrote
    down themselves stay."""
    return _plan_rooms(workshop, venue)[0]


def _plan_rooms(workshop: Workshop, venue: Venue) -> tuple[RoomPlan, dict[str, int | None]]:
    """The plan, and the capacity by room of the venue."""
    new = {room.name: room.capacity for room in venue.rooms.order_by("position", "pk")}
    wanted = {name.casefold() for name in new}
    present = {room.name.casefold(): room for room in workshop.rooms.order_by("position", "pk")}
    used = {name.casefold() for name in workshop.sessions.exclude(room="").values_list("room", flat=True)}
    plan = RoomPlan()
    for name, capacity in new.items():
        here = present.get(name.casefold())
        if here is None:
            plan.added.append(name)
        elif here.name.casefold() in used:
            plan.untouched.append(here.name)
        elif here.capacity != capacity:
            plan.changed.append(here.name)
    former = _rooms_of_former(workshop, venue)
    for key, room in present.items():
        if key in former and key not in wanted:
            (plan.untouched if key in used else plan.removed).append(room.name)
    return plan, new


def _rooms_of_former(workshop: Workshop, venue: Venue) -> set[str]:
    chosen = workshop.venue_candidates.filter(verdict=Verdict.CHOSEN).exclude(venue=venue)
    names = chosen.exclude(venue__rooms=None).values_list("venue__rooms__name", flat=True)
    return {name.casefold() for name in names}


def choose_venue(
    candidate: VenueCandidate, *, reason: str, version: str | None = None, by: User, now: datetime
) -> RoomPlan:
    """The workshop's place and rooms become those of the venue, with the history and the notices of any move of the
    place (`move_workshop`). The same choice again changes nothing. `version` (what the person had seen of the workshop)
    refuses a stale choice. Raises a Refusal."""
    if not reason:
        raise ChoiceNeedsReason
    with transaction.atomic():
        workshop = (
            Workshop.objects.select_for_update(of=("self",)).select_related("topic").get(pk=candidate.workshop_id)
        )
        if version is not None and version != version_of(workshop):
            raise ChangedMeanwhile
        if workshop.state in CLOSED:
            raise WorkshopIsClosed
        current = VenueCandidate.objects.select_related("venue").get(pk=candidate.pk)
        plan, capacities = _plan_rooms(workshop, current.venue)
        window = RegistrationWindow(workshop.registration_opens_at, workshop.registration_deadline)
        schedule = schedule_at(workshop, current.venue)
        move_workshop(workshop, schedule=schedule, window=window, shift_sessions=False, reason=reason, by=by, now=now)
        _write_rooms(workshop, plan, capacities)
        # Only one may be chosen: the former one goes back among those considered, with what was said of it.
        others = workshop.venue_candidates.filter(verdict=Verdict.CHOSEN).exclude(pk=current.pk)
        others.update(verdict=Verdict.CONSIDERED, chosen_as="", decided_at=None, decided_by=None)
        current.verdict, current.reason, current.chosen_as = Verdict.CHOSEN, reason, schedule.venue
        current.decided_at, current.decided_by = now, by
        current.save()
    return plan


def _write_rooms(workshop: Workshop, plan: RoomPlan, capacities: dict[str, int | None]) -> None:
    by_key = {name.casefold(): capacity for name, capacity in capacities.items()}
    workshop.rooms.filter(name__in=plan.removed).delete()
    for room in workshop.rooms.filter(name__in=plan.changed):
        WorkshopRoom.objects.filter(pk=room.pk).update(capacity=by_key[room.name.casefold()])
    first = workshop.rooms.count()
    WorkshopRoom.objects.bulk_create(
        WorkshopRoom(workshop=workshop, name=name, capacity=by_key[name.casefold()], position=first + n)
        for n, name in enumerate(plan.added)
    )
