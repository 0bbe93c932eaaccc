"""Planning meetings: writing them down, holding, calling off, and issuing their minutes."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from outbox.doorbell import wake
from units.access import Role, reach
from units.models import User
from workshops.actions.action_items import withdraw_letters
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.letters.action_items import REMINDERS
from workshops.models import (
    ActionItem,
    AgendaItem,
    AttendeeRole,
    MeetingAttendee,
    MeetingState,
    PlanningMeeting,
    Workshop,
)
from workshops.versions import version_of_meeting

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_MEETING = timedelta(days=3)


class MeetingEndsBeforeStart(Refusal):
    sentence = _("Waktu selesai harus sesudah waktu mulai.")
    field = "ends_at"


class MeetingIsTooLong(Refusal):
    sentence = _("Satu rapat paling lama 3 hari. Periksa tanggal selesai.")
    field = "ends_at"


class AttendeeTwice(Refusal):
    sentence = _("Orang yang sama tercantum dua kali.")


class TwoChairs(Refusal):
    sentence = _("Pimpinan rapat hanya satu orang.")


class OwnerNeedsName(Refusal):
    sentence = _("Isi nama penanggung jawab; alamat ini bukan milik akun portal yang Anda jangkau.")


class MeetingIsCancelled(Refusal):
    sentence = _("Rapat ini sudah dibatalkan.")


class MeetingHasNotBegun(Refusal):
    sentence = _("Rapat ini belum mulai. Periksa tanggal dan jamnya dahulu.")


class HeldMeetingStays(Refusal):
    sentence = _("Rapat yang sudah terlaksana tidak dapat dibatalkan.")


class CancelNeedsReason(Refusal):
    sentence = _("Tulis alasan pembatalan.")
    field = "reason"


class MinutesNeedHeldMeeting(Refusal):
    sentence = _("Notula terbit setelah rapat ditandai terlaksana.")


class MinutesNeedItems(Refusal):
    sentence = _("Notula memerlukan sedikitnya satu mata acara.")


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """Moments are aware; `tz` is the zone in which people sat together."""

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    tz: str
    place: str = ""
    meeting_url: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class AttendeeRow:
    side: str
    name: str
    position: str = ""
    affiliation: str = ""
    role: str = AttendeeRole.ATTENDEE
    is_present: bool = True


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """`pk` of the topic that is kept, None for a new one."""

    kind: str
    title: str
    notes: str = ""
    decision: str = ""
    pk: int | None = None


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """`item_number` counts the topics of the meeting from 1; None belongs to none. `owner_name` may be empty where the
    address is that of an account."""

    text: str
    owner_email: str
    due_on: date
    owner_name: str = ""
    note: str = ""
    item_number: int | None = None
    pk: int | None = None


@dataclass(frozen=True)
class Record:
    """What was written of a meeting, beside when and where."""

    attendees: Sequence[AttendeeRow] = field(default_factory=tuple)
    items: Sequence[ItemRow] = field(default_factory=tuple)
    actions: Sequence[ActionRow] = field(default_factory=tuple)


def accounts_for(addresses: Iterable[str], *, by: User) -> dict[str, User]:
    """Accounts by lower-cased address, of people whom `by` reaches and who may change something."""
    wanted = {address.strip().lower() for address in addresses if address}
    if not wanted:
        return {}
    rows = User.objects.filter(reach(by, "unit"), is_active=True).exclude(role=Role.LEADER)
    found = rows.annotate(address=Lower("email")).filter(address__in=wanted).order_by("pk")
    return {user.email.lower(): user for user in found}


def meeting_problems(facts: MeetingFacts) -> list[Refusal]:
    if facts.ends_at is None:
        return []
    if facts.ends_at <= facts.starts_at:
        return [MeetingEndsBeforeStart()]
    return [MeetingIsTooLong()] if facts.ends_at - facts.starts_at > LONGEST_MEETING else []


def attendee_problems(rows: Sequence[AttendeeRow]) -> list[Refusal]:
    names = [(row.name.casefold(), row.affiliation.casefold()) for row in rows]
    problems: list[Refusal] = [AttendeeTwice()] if len(set(names)) < len(names) else []
    if sum(row.role == AttendeeRole.CHAIR for row in rows) > 1:
        problems.append(TwoChairs())
    return problems


def _check(facts: MeetingFacts, record: Record, accounts: Mapping[str, User]) -> None:
    for problem in [*meeting_problems(facts), *attendee_problems(record.attendees)]:
        raise problem
    for row in record.actions:
        if not row.owner_name and row.owner_email.lower() not in accounts:
            raise OwnerNeedsName


def create_meeting(
    workshop: Workshop,
    *,
    facts: MeetingFacts,
    record: Record,
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> PlanningMeeting:
    """The same `form_token` again returns the first one. Raises a Refusal."""
    accounts = accounts_for((row.owner_email for row in record.actions), by=by)
    _check(facts, record, accounts)
    try:
        with transaction.atomic():
            meeting = PlanningMeeting.objects.create(
                workshop=workshop, form_token=form_token, created_at=now, created_by=by, **vars(facts)
            )
            _write_record(meeting, record, accounts, now=now)
            return meeting
    except IntegrityError:
        first = workshop.meetings.filter(form_token=form_token, created_by=by).first() if form_token else None
        if first is None:
            raise
        return first


def edit_meeting(
    meeting: PlanningMeeting,
    *,
    facts: MeetingFacts,
    record: Record,
    version: str | None = None,
    by: User,
    now: datetime,
) -> PlanningMeeting:
    """A new owner of an action item that was issued gets a letter of the own; what waits for the old one is withdrawn.
    `version` (what the person had seen) refuses a stale edit. Raises a Refusal."""
    accounts = accounts_for((row.owner_email for row in record.actions), by=by)
    with transaction.atomic():
        current = _locked(meeting)
        if version is not None and version != version_of_meeting(current):
            raise ChangedMeanwhile
        if current.state == MeetingState.CANCELLED:
            raise MeetingIsCancelled
        _check(facts, record, accounts)
        for name, value in vars(facts).items():
            setattr(current, name, value)
        current.save()
        _write_record(current, record, accounts, now=now)
        wake()
    return current


def _locked(meeting: PlanningMeeting) -> PlanningMeeting:
    return PlanningMeeting.objects.select_for_update().get(pk=meeting.pk)


def _write_record(meeting: PlanningMeeting, record: Record, accounts: Mapping[str, User], *, now: datetime) -> None:
    meeting.attendees.all().delete()
    MeetingAttendee.objects.bulk_create(
        MeetingAttendee(meeting=meeting, sequence=n, **vars(row)) for n, row in enumerate(record.attendees)
    )
    items = _write_items(meeting, record.items)
    _write_actions(meeting, record.actions, items, accounts, now=now)


def _write_items(meeting: PlanningMeeting, rows: Sequence[ItemRow]) -> list[AgendaItem]:
    present = {item.pk: item for item in meeting.items.all()}
    items = []
    for position, row in enumerate(rows, start=1):
        item = present.pop(row.pk, None) if row.pk else None
        item = item or AgendaItem(meeting=meeting)
        item.position, item.kind, item.title = position, row.kind, row.title
        item.notes, item.decision = row.notes, row.decision
        item.save()
        items.append(item)
    AgendaItem.objects.filter(pk__in=present).delete()
    return items


def _write_actions(
    meeting: PlanningMeeting,
    rows: Sequence[ActionRow],
    items: Sequence[AgendaItem],
    accounts: Mapping[str, User],
    *,
    now: datetime,
) -> None:
    present = {item.pk: item for item in meeting.action_items.select_related("owner")}
    for sequence, row in enumerate(rows):
        action = present.pop(row.pk, None) if row.pk else None
        action = action or ActionItem(meeting=meeting)
        action.sequence, action.text, action.note = sequence, row.text, row.note
        number = row.item_number or 0
        action.agenda_item = items[number - 1] if 0 < number <= len(items) else None
        _hand_over(action, row, accounts, now=now)
        action.save()
    for gone in present.values():
        withdraw_letters(gone, now=now)
        gone.delete()


def _hand_over(action: ActionItem, row: ActionRow, accounts: Mapping[str, User], *, now: datetime) -> None:
    """Owner and day; who is no longer the owner hears nothing more, who is it now hears once."""
    owner = accounts.get(row.owner_email.lower())
    before = (action.address, action.due_on) if action.pk else None
    if owner is None and before is not None and before[0] == row.owner_email.lower():
        # The account stays linked although who edits now does not reach it.
        owner = action.owner
    action.owner, action.owner_email = owner, row.owner_email.lower()
    action.owner_name = row.owner_name or (owner.full_name if owner else "")
    action.due_on = row.due_on
    if before is None:
        return
    if before[0] != action.address:
        withdraw_letters(action, now=now)
        action.version += 1
    elif before[1] != action.due_on:
        withdraw_letters(action, kinds=REMINDERS, now=now)
        action.turn += 1


def hold_meeting(meeting: PlanningMeeting, *, now: datetime) -> PlanningMeeting:
    """Marks it as held; again changes nothing. Raises a Refusal."""
    with transaction.atomic():
        current = _locked(meeting)
        if current.state == MeetingState.CANCELLED:
            raise MeetingIsCancelled
        if current.starts_at > now:
            raise MeetingHasNotBegun
        current.state = MeetingState.HELD
        current.save(update_fields=["state"])
    return current


def cancel_meeting(meeting: PlanningMeeting, *, reason: str) -> PlanningMeeting:
    """Calls off a meeting that was not held; again changes nothing. Raises a Refusal."""
    if not reason:
        raise CancelNeedsReason
    with transaction.atomic():
        current = _locked(meeting)
        if current.state == MeetingState.HELD:
            raise HeldMeetingStays
        if current.state == MeetingState.CANCELLED:
            return current
        current.state, current.cancel_reason = MeetingState.CANCELLED, reason
        current.save(update_fields=["state", "cancel_reason"])
    return current


@dataclass(frozen=True)
class Addressee:
    """Who gets how many letters when the minutes are issued."""

    name: str
    address: str
    has_account: bool
    texts: list[str]


def addressees_of(meeting: PlanningMeeting) -> list[Addressee]:
    """Reads only: owners of action items that were not issued yet and are not done, in the order of the items."""
    found: dict[str, Addressee] = {}
    for item in unissued(meeting).select_related("owner").order_by("sequence", "pk"):
        one = found.setdefault(item.address, Addressee(item.owner_name, item.address, item.has_account, []))
        one.texts.append(item.text)
    return list(found.values())


def unissued(meeting: PlanningMeeting) -> Any:
    return meeting.action_items.filter(issued_at=None, done_at=None)


def issue_minutes(meeting: PlanningMeeting, *, by: User, now: datetime) -> int:
    """The minutes are out, and each action item that was not issued before reaches its owner by letter; the number of
    these. Issuing again sends only what is new. Raises a Refusal."""
    with transaction.atomic():
        current = _locked(meeting)
        if current.state != MeetingState.HELD:
            raise MinutesNeedHeldMeeting
        if not current.items.exists():
            raise MinutesNeedItems
        current.minutes_issued_at, current.minutes_issued_by = now, by
        current.save(update_fields=["minutes_issued_at", "minutes_issued_by"])
        n: int = unissued(current).update(issued_at=now)
        wake()
    return n
