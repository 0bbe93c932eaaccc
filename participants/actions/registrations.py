"""People into seats: register, replace, cancel, edit. Seats are counted under a lock on the invitation's row."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from outbox.actions import wake, withdraw
from outbox.models import Message
from participants.actions.people import Details, person_for
from participants.actions.refusals import Refused
from participants.letters.names import TO_PEOPLE, TO_UNITS, UNIT_REMINDER
from participants.models import TAKES_PEOPLE, Allocation, Invitation, Participant, Registration
from toolkit.history import save_by
from units.access import EDITS_ALL
from units.models import Unit, UnitContact, User
from workshops.models import AudienceSegment, Mode, Workshop

State = Registration.State


class RegistrationIsClosed(Refused):
    """The workshop, the invitation or the calendar does not allow it any more, or not yet."""


class NoSeatLeft(Refused):
    def __init__(self, mode: str) -> None:
        super().__init__(
            _("Kursi %(mode)s satuan kerja ini sudah terisi semua. Pendaftaran tidak disimpan.")
            % {"mode": Mode(mode).label.lower()}
        )


class SegmentIsFull(Refused):
    def __init__(self, segment: AudienceSegment) -> None:
        super().__init__(_("Kuota segmen “%(segment)s” sudah terisi.") % {"segment": segment.name})


class AlreadyRegistered(Refused):
    def __init__(self, person: Participant) -> None:
        super().__init__(_("%(name)s sudah terdaftar pada workshop ini.") % {"name": person.full_name})


class AlreadyEnded(Refused):
    """The registration was cancelled or replaced before."""

    def __init__(self) -> None:
        super().__init__(_("Pendaftaran ini sudah dibatalkan atau diganti."))


def organizes(by: User | None, workshop: Workshop) -> bool:
    """Whether a person may go on after the deadlines: those who may edit the workshop."""
    return by is not None and Workshop.objects.editable_by(by).filter(pk=workshop.pk).exists()


def locked_invitation(pk: int) -> Invitation:
    """The invitation's row, held until the transaction ends: whoever counts seats waits here."""
    return Invitation.objects.select_for_update(of=("self",)).select_related("workshop__topic", "unit").get(pk=pk)


def register(
    allocation: Allocation,
    *,
    person: Participant | Details,
    mode: str,
    now: datetime,
    by: User | None = None,
    contact: UnitContact | None = None,
    position: str = "",
    represents: str = "",
    segment: AudienceSegment | None = None,
    form_token: uuid.UUID | None = None,
) -> Registration:
    """A seat for a person, the invitation counting as accepted. The same `form_token` again returns the first
    registration. Raises RegistrationIsClosed, NoSeatLeft, SegmentIsFull, AlreadyRegistered, NumberBelongsToAnother."""
    with transaction.atomic():
        invitation = locked_invitation(allocation.invitation_id)
        earlier = _made_by(form_token)
        if earlier is not None:
            return earlier
        if not (invitation.registration_is_open(now) or _may_still(by, invitation, now)):
            raise RegistrationIsClosed(why_closed(invitation, now))
        allocation = Allocation.objects.select_related("unit").get(pk=allocation.pk)
        registration = _seat(
            allocation,
            invitation,
            person=person,
            mode=mode,
            by=by,
            contact=contact,
            now=now,
            position=position,
            represents=represents,
            segment=segment,
            form_token=form_token,
        )
        _count_as_accepted(invitation, by=by, contact=contact, now=now)
        wake()
    return registration


def _made_by(form_token: uuid.UUID | None) -> Registration | None:
    if form_token is None:
        return None
    return Registration.objects.select_related("participant").filter(form_token=form_token).first()


def _may_still(by: User | None, invitation: Invitation, now: datetime) -> bool:
    """The organiser registers and changes until the workshop is over."""
    workshop = invitation.workshop
    if (
        invitation.withdrawn_at is not None
        or not workshop.is_open
        or workshop.ends_at is None
        or now >= workshop.ends_at
    ):
        return False
    return organizes(by, workshop)


def why_closed(invitation: Invitation, now: datetime) -> str:
    workshop = invitation.workshop
    if invitation.withdrawn_at is not None:
        return _("Undangan ini sudah ditarik.")
    if workshop.state not in TAKES_PEOPLE:
        return _("Workshop ini sedang tidak menerima pendaftaran.")
    if workshop.registration_opens_at is not None and now < workshop.registration_opens_at:
        return _("Pendaftaran belum dibuka.")
    if invitation.response != Invitation.Response.ACCEPTED and now >= invitation.reply_deadline:
        return _("Batas jawaban sudah lewat. Hubungi penyelenggara bila satuan kerja Anda masih ingin ikut.")
    return _("Batas pendaftaran sudah lewat. Hubungi penyelenggara bila masih ada perubahan.")


def _seat(
    allocation: Allocation,
    invitation: Invitation,
    *,
    person: Participant | Details,
    mode: str,
    by: User | None,
    contact: UnitContact | None,
    now: datetime,
    position: str,
    represents: str,
    segment: AudienceSegment | None,
    form_token: uuid.UUID | None,
) -> Registration:
    refuse_if_full(allocation, mode=mode, segment=segment)
    if isinstance(person, Details):
        everywhere = by is not None and by.role in EDITS_ALL
        person = person_for(person, home=_home(by, contact), everywhere=everywhere, now=now)
    registration = Registration(
        workshop=invitation.workshop,
        participant=person,
        unit=allocation.unit,
        allocation=allocation,
        segment=segment,
        mode=mode,
        position=position or person.position,
        represents=represents,
        registered_at=now,
        registered_by=by,
        registered_contact=contact,
        form_token=form_token,
    )
    if Registration.objects.active().filter(workshop=invitation.workshop, participant=person).exists():
        raise AlreadyRegistered(person)
    try:
        with transaction.atomic():
            save_by(registration, by=by, now=now, reason=_by_link(contact))
    except IntegrityError as error:
        raise AlreadyRegistered(person) from error
    return registration


def _home(by: User | None, contact: UnitContact | None) -> Unit | None:
    if by is not None:
        return by.unit
    return contact.unit if contact is not None else None


def refuse_if_full(allocation: Allocation, *, mode: str, segment: AudienceSegment | None) -> None:
    """Only right while the invitation's row is held. The segment's row is held too: it fills from many invitations.
    An empty mode or segment is not looked at."""
    active = Registration.objects.active()
    if mode and active.filter(allocation=allocation, mode=mode).count() >= allocation.seats(mode):
        raise NoSeatLeft(mode)
    if segment is not None:
        segment = AudienceSegment.objects.select_for_update().get(pk=segment.pk)
        if active.filter(segment=segment).count() >= segment.quota:
            raise SegmentIsFull(segment)


def _count_as_accepted(invitation: Invitation, *, by: User | None, contact: UnitContact | None, now: datetime) -> None:
    if invitation.response == Invitation.Response.ACCEPTED:
        return
    keep_answer(invitation, Invitation.Response.ACCEPTED, reason="", by=by, contact=contact, now=now)


def keep_answer(
    invitation: Invitation,
    response: Invitation.Response,
    *,
    reason: str,
    by: User | None,
    contact: UnitContact | None,
    now: datetime,
) -> None:
    """Writes the unit's answer; reminders that still wait for it are withdrawn."""
    invitation.response = response
    invitation.decline_reason = reason
    invitation.responded_at = now
    invitation.responded_by = by
    invitation.responded_contact = contact
    save_by(invitation, by=by, now=now, reason=_by_link(contact))
    pending = Message.objects.filter(kind=UNIT_REMINDER, ref=invitation.pk)
    withdraw(pending, reason=gettext_noop("Satuan kerja sudah menjawab."), now=now)


def _changeable(registration: Registration, *, by: User | None, now: datetime) -> tuple[Registration, Invitation]:
    """The registration re-read under its invitation's lock, when it may still be changed."""
    allocation_id = registration.allocation_id
    if allocation_id is None:
        raise RegistrationIsClosed(_("Pendaftaran ini tidak berasal dari undangan."))
    invitation_pk = Allocation.objects.values_list("invitation_id", flat=True).get(pk=allocation_id)
    invitation = locked_invitation(invitation_pk)
    current = Registration.objects.select_related("participant", "allocation__unit", "unit").get(pk=registration.pk)
    current.workshop = invitation.workshop
    if not (invitation.changes_are_open(now) or _may_still(by, invitation, now)):
        raise RegistrationIsClosed(
            _("Workshop sudah dimulai atau tidak berjalan; pendaftaran tidak dapat diubah lagi.")
        )
    return current, invitation


@transaction.atomic
def replace(
    registration: Registration,
    *,
    person: Participant | Details,
    reason: str,
    now: datetime,
    by: User | None = None,
    contact: UnitContact | None = None,
    position: str = "",
    represents: str = "",
    form_token: uuid.UUID | None = None,
) -> Registration:
    """Another person takes over the seat; returns the new registration. The first learns of it if told before.

    The same `form_token` again returns the first replacement. Raises as `register` does, and AlreadyEnded."""
    old, invitation = _changeable(registration, by=by, now=now)
    earlier = _made_by(form_token)
    if earlier is not None:
        return earlier
    if old.state != State.REGISTERED or old.allocation is None:
        raise AlreadyEnded
    _end(old, State.REPLACED, reason=reason, by=by, now=now)
    new = _seat(
        old.allocation,
        invitation,
        person=person,
        mode=old.mode,
        by=by,
        contact=contact,
        now=now,
        position=position,
        represents=represents,
        segment=old.segment,
        form_token=form_token,
    )
    old.replaced_by = new
    save_by(old, by=by, now=now, reason=_by_link(contact))
    wake()
    return new


@transaction.atomic
def cancel(
    registration: Registration,
    *,
    reason: str,
    now: datetime,
    by: User | None = None,
    contact: UnitContact | None = None,
) -> Registration:
    """Frees the seat. A registration that already ended stays as it is."""
    current, _invitation = _changeable(registration, by=by, now=now)
    if current.state == State.REGISTERED:
        _end(current, State.CANCELLED, reason=reason, by=by, contact=contact, now=now)
        wake()
    return current


def _by_link(contact: UnitContact | None) -> str:
    """What the history says where no account did it."""
    return f"link, contact {contact.pk}" if contact is not None else ""


def _end(
    registration: Registration,
    state: Registration.State,
    *,
    reason: str,
    by: User | None,
    contact: UnitContact | None = None,
    now: datetime,
) -> None:
    registration.state = state
    registration.ended_at = max(now, registration.registered_at)
    registration.end_reason = reason
    save_by(registration, by=by, now=now, reason=_by_link(contact))
    pending = Message.objects.filter(kind__in=TO_PEOPLE, ref=registration.pk)
    withdraw(pending, reason=gettext_noop("Pendaftaran sudah dibatalkan atau diganti."), now=now)


def end_all(invitation: Invitation, *, reason: str, by: User, now: datetime) -> int:
    """Ends every registration on an invitation's seats; the caller holds its row. Returns how many."""
    active = list(Registration.objects.active().filter(allocation__invitation=invitation).order_by("pk"))
    for registration in active:
        _end(registration, State.CANCELLED, reason=reason, by=by, now=now)
    pending = Message.objects.filter(kind__in=TO_UNITS, ref=invitation.pk)
    withdraw(pending, reason=gettext_noop("Undangan ditarik."), now=now)
    return len(active)


@transaction.atomic
def edit(
    registration: Registration,
    *,
    mode: str,
    position: str,
    represents: str,
    segment: AudienceSegment | None,
    by: User | None = None,
    now: datetime,
) -> Registration:
    """Raises NoSeatLeft or SegmentIsFull when the other mode or segment has no room."""
    current, _invitation = _changeable(registration, by=by, now=now)
    if current.state != State.REGISTERED or current.allocation is None:
        raise AlreadyEnded
    moves_mode, moves_segment = mode != current.mode, segment is not None and segment.pk != current.segment_id
    if moves_mode or moves_segment:
        refuse_if_full(current.allocation, mode=mode if moves_mode else "", segment=segment if moves_segment else None)
    current.mode, current.position, current.represents, current.segment = mode, position, represents, segment
    save_by(current, by=by, now=now)
    wake()
    return current


def count_people(workshop_pk: int) -> int:
    """People whose seat in this workshop stands: those it trained, once it is over."""
    return Registration.objects.active().filter(workshop=workshop_pk).count()


def seats_sentence(n_onsite: int, n_online: int) -> str:
    """`2 kursi tatap muka, 3 kursi daring`."""
    parts = []
    if n_onsite:
        parts.append(ngettext("%(n)d kursi tatap muka", "%(n)d kursi tatap muka", n_onsite) % {"n": n_onsite})
    if n_online:
        parts.append(ngettext("%(n)d kursi daring", "%(n)d kursi daring", n_online) % {"n": n_online})
    return ", ".join(parts) or _("tanpa kursi")
