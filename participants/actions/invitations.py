"""Units are asked, answer, are reminded and pass seats on."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from outbox.actions import plan_letters, wake, withdraw
from outbox.models import Message
from participants.actions.refusals import Refused
from participants.actions.registrations import end_all, keep_answer, locked_invitation, organizes
from participants.letters.names import UNIT_REMINDER
from participants.letters.wishes import asked_again
from participants.models import TAKES_PEOPLE, Allocation, Invitation, InvitationQuerySet, Registration
from toolkit.history import create_by, save_by, update_by
from units.models import Unit, UnitContact, User
from workshops.actions.states import change_state
from workshops.models import Mode, Workshop, WorkshopAudience, WorkshopState

Response = Invitation.Response
QUIET_AFTER_REMINDER = timedelta(hours=1)


class WorkshopTakesNoInvitations(Refused):
    """The state or the date of the workshop does not allow inviting."""


class InvitationIsPast(Refused):
    def __init__(self) -> None:
        super().__init__(_("Undangan ini ditarik atau kegiatannya sudah berakhir; isinya tidak dapat diubah lagi."))


class SeatsDoNotFit(Refused):
    """The number of seats asked for cannot be given."""


class DeadlineDoesNotFit(Refused):
    """The reply deadline lies in the past or after the workshop."""


class AnswerIsClosed(Refused):
    def __init__(self) -> None:
        super().__init__(_("Undangan ini tidak dapat dijawab lagi: batas jawaban sudah lewat atau undangan ditarik."))


class PeopleAreRegistered(Refused):
    def __init__(self, n: int) -> None:
        super().__init__(
            _("Masih ada %(n)d peserta terdaftar. Batalkan dahulu pendaftarannya, lalu nyatakan tidak hadir.")
            % {"n": n}
        )


def deadline_problem(workshop: Workshop, reply_deadline: datetime, *, now: datetime) -> str:
    """Why a reply deadline cannot be, or nothing."""
    if reply_deadline <= now:
        return _("Batas jawaban harus di masa depan.")
    if workshop.starts_at is not None and reply_deadline > workshop.starts_at:
        return _("Batas jawaban harus sebelum workshop dimulai.")
    return ""


def seats_problem(workshop: Workshop, seats_onsite: int, seats_online: int) -> str:
    """Why these seats cannot be offered by a workshop of this mode, or nothing."""
    if seats_onsite + seats_online == 0:
        return _("Isi sedikitnya satu kursi.")
    if seats_onsite and workshop.mode == Mode.ONLINE:
        return _("Workshop ini hanya daring; kursi tatap muka tidak ada.")
    if seats_online and workshop.mode == Mode.ONSITE:
        return _("Workshop ini hanya tatap muka; kursi daring tidak ada.")
    return ""


def count_invited(workshop_pk: int) -> int:
    """Units whose invitation to this workshop stands, for whoever is about to move it."""
    return Invitation.objects.standing().filter(workshop=workshop_pk).count()


@transaction.atomic
def invite_units(
    workshop: Workshop,
    *,
    units: Iterable[Unit],
    seats_onsite: int,
    seats_online: int,
    reply_deadline: datetime,
    by: User,
    now: datetime,
) -> list[Invitation]:
    """Asks these units, each once, with these seats each; returns the invitations made or renewed now.

    A unit that is asked already is left as it is; one whose invitation was withdrawn is asked anew. The first units
    asked open the registration of an approved workshop. Raises WorkshopTakesNoInvitations, SeatsDoNotFit,
    DeadlineDoesNotFit."""
    workshop = Workshop.objects.select_for_update(of=("self",)).select_related("topic").get(pk=workshop.pk)
    refuse_unfit_terms(workshop, seats_onsite, seats_online, reply_deadline, now=now)
    asked = {invitation.unit_id: invitation for invitation in workshop.invitations.select_related("unit")}
    chosen = dict.fromkeys(unit.pk for unit in units)
    new = [
        Invitation(
            workshop_id=workshop.pk,
            unit_id=pk,
            seats_onsite=seats_onsite,
            seats_online=seats_online,
            reply_deadline=reply_deadline,
            invited_at=now,
            invited_by_id=by.pk,
        )
        for pk in chosen
        if pk not in asked
    ]
    renewed = [asked[pk] for pk in chosen if pk in asked and asked[pk].withdrawn_at is not None]
    made = [*_ask(new, by=by, now=now), *renewed]
    for invitation in renewed:
        _renew(
            invitation,
            seats_onsite=seats_onsite,
            seats_online=seats_online,
            reply_deadline=reply_deadline,
            by=by,
            now=now,
        )
    if made:
        _make_visible(workshop, [invitation.unit_id for invitation in made])
        if workshop.state == WorkshopState.APPROVED:
            change_state(workshop, to=WorkshopState.REGISTRATION, by=by, now=now)
        wake()
    return made


def refuse_unfit_terms(
    workshop: Workshop, seats_onsite: int, seats_online: int, reply_deadline: datetime, *, now: datetime
) -> None:
    """Raises WorkshopTakesNoInvitations, SeatsDoNotFit or DeadlineDoesNotFit."""
    if not workshop.is_open or workshop.starts_at is None:
        raise WorkshopTakesNoInvitations(
            _("Undangan hanya dapat dikirim untuk workshop yang sudah disetujui dan belum selesai.")
        )
    if problem := seats_problem(workshop, seats_onsite, seats_online):
        raise SeatsDoNotFit(problem)
    if problem := deadline_problem(workshop, reply_deadline, now=now):
        raise DeadlineDoesNotFit(problem)


def _ask(new: list[Invitation], *, by: User, now: datetime) -> list[Invitation]:
    """Writes new invitations with their history, and gives all their seats to the unit itself."""
    if not new:
        return []
    made = create_by(new, by=by, now=now)
    Allocation.objects.bulk_create(
        [
            Allocation(
                invitation_id=invitation.pk,
                unit_id=invitation.unit_id,
                seats_onsite=invitation.seats_onsite,
                seats_online=invitation.seats_online,
            )
            for invitation in made
        ],
        batch_size=500,
    )
    return made


def _make_visible(workshop: Workshop, unit_ids: Sequence[int]) -> None:
    WorkshopAudience.objects.bulk_create(
        [WorkshopAudience(workshop_id=workshop.pk, unit_id=pk) for pk in unit_ids],
        ignore_conflicts=True,
        batch_size=500,
    )


def _renew(
    invitation: Invitation, *, seats_onsite: int, seats_online: int, reply_deadline: datetime, by: User, now: datetime
) -> None:
    """A withdrawn invitation stands again, unanswered, with links of its own; seats passed on before come back."""
    invitation.seats_onsite, invitation.seats_online = seats_onsite, seats_online
    invitation.reply_deadline = reply_deadline
    invitation.response, invitation.decline_reason = Response.NONE, ""
    invitation.responded_at = invitation.responded_by = invitation.responded_contact = None
    invitation.link_version += 1
    invitation.reminded_at, invitation.n_reminders = None, 0
    invitation.invited_at, invitation.invited_by = now, by
    invitation.withdrawn_at = invitation.deadline_set_at = None
    save_by(invitation, by=by, now=now)
    invitation.allocations.exclude(unit=invitation.unit).update(seats_onsite=0, seats_online=0)
    invitation.allocations.filter(unit=invitation.unit).update(seats_onsite=seats_onsite, seats_online=seats_online)


@transaction.atomic
def accept(
    invitation: Invitation, *, by: User | None = None, contact: UnitContact | None = None, now: datetime
) -> Invitation:
    """The unit takes part. A unit may change its mind until the deadline. Raises AnswerIsClosed."""
    current = _answerable(invitation, by=by, now=now)
    if current.response != Response.ACCEPTED:
        keep_answer(current, Response.ACCEPTED, reason="", by=by, contact=contact, now=now)
    return current


@transaction.atomic
def decline(
    invitation: Invitation, *, reason: str, by: User | None = None, contact: UnitContact | None = None, now: datetime
) -> Invitation:
    """The unit does not take part, and says why. Raises AnswerIsClosed, PeopleAreRegistered."""
    current = _answerable(invitation, by=by, now=now)
    n_registered = Registration.objects.active().filter(allocation__invitation=current).count()
    if n_registered:
        raise PeopleAreRegistered(n_registered)
    if (current.response, current.decline_reason) != (Response.DECLINED, reason):
        keep_answer(current, Response.DECLINED, reason=reason, by=by, contact=contact, now=now)
    return current


def _answerable(invitation: Invitation, *, by: User | None, now: datetime) -> Invitation:
    current = locked_invitation(invitation.pk)
    workshop = current.workshop
    late = (
        current.withdrawn_at is None and workshop.is_open and workshop.ends_at is not None and now < workshop.ends_at
    ) and organizes(by, workshop)
    if not (current.answer_is_open(now) or late):
        raise AnswerIsClosed
    return current


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, now: datetime) -> int:
    """Takes the invitation back: its links die, its people lose their seats, and whoever had been told hears of it.
    Returns how many registrations ended. Withdrawn before: nothing happens. Raises InvitationIsPast."""
    current = locked_invitation(invitation.pk)
    if current.withdrawn_at is not None:
        return 0
    if not current.terms_are_open():
        raise InvitationIsPast
    current.withdrawn_at = now
    current.link_version += 1
    save_by(current, by=by, now=now)
    n_ended = end_all(current, reason=_("Undangan satuan kerja ditarik."), by=by, now=now)
    wake()
    return n_ended


@transaction.atomic
def edit_invitation(
    invitation: Invitation, *, seats_onsite: int, seats_online: int, reply_deadline: datetime, by: User, now: datetime
) -> Invitation:
    """New seats (never fewer than are taken or passed on) and a new deadline; reminders planned for the old one are
    withdrawn. Raises SeatsDoNotFit, DeadlineDoesNotFit, InvitationIsPast."""
    current = locked_invitation(invitation.pk)
    if not current.terms_are_open():
        raise InvitationIsPast
    if problem := seats_problem(current.workshop, seats_onsite, seats_online):
        raise SeatsDoNotFit(problem)
    moved = reply_deadline != current.reply_deadline
    if moved and (problem := deadline_problem(current.workshop, reply_deadline, now=now)):
        raise DeadlineDoesNotFit(problem)
    _give(current, current.unit, seats_onsite, seats_online, passed_on=_passed_on(current, unless=current.unit))
    current.seats_onsite, current.seats_online = seats_onsite, seats_online
    if moved:
        current.reply_deadline, current.deadline_set_at = reply_deadline, now
        pending = Message.objects.filter(kind=UNIT_REMINDER, ref=current.pk)
        withdraw(pending, reason=gettext_noop("Batas jawaban diubah."), now=now)
    save_by(current, by=by, now=now)
    wake()
    return current


def advance_deadlines(workshop: Workshop, by: User, now: datetime) -> None:
    """Units that might answer after the workshop now begins have until registration closes, or until it begins."""
    starts_at, closes_at = workshop.starts_at, workshop.registration_deadline
    if starts_at is None or starts_at <= now:
        return
    late = Invitation.objects.standing().filter(workshop=workshop, reply_deadline__gt=starts_at)
    keys = list(late.order_by("pk").values_list("pk", flat=True))
    if keys:
        last = closes_at if closes_at is not None and closes_at > now else starts_at
        update_by(Invitation, keys, by=by, now=now, reply_deadline=last, deadline_set_at=now)


def _passed_on(invitation: Invitation, *, unless: Unit) -> tuple[int, int]:
    """Seats that units other than the invited one and `unless` hold."""
    rows = invitation.allocations.exclude(unit__in=[invitation.unit, unless]).values_list(
        "seats_onsite", "seats_online"
    )
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def _give(invitation: Invitation, unit: Unit, onsite: int, online: int, *, passed_on: tuple[int, int]) -> Allocation:
    """Writes what stays with a unit after `passed_on`; refuses to go below the seats its people hold."""
    left = onsite - passed_on[0], online - passed_on[1]
    allocation, _made = Allocation.objects.get_or_create(invitation=invitation, unit=unit)
    active = Registration.objects.active().filter(allocation=allocation)
    for mode, total, passed, seats in zip((Mode.ONSITE, Mode.ONLINE), (onsite, online), passed_on, left, strict=True):
        n_held = active.filter(mode=mode).count()
        if seats < n_held:
            facts = {"mode": mode.label.lower(), "unit": unit.short_name, "total": total, "held": n_held}
            if passed:
                sentence = _(
                    "Kursi %(mode)s %(unit)s tidak cukup: dari %(total)d kursi, %(held)d sudah terisi dan "
                    "%(passed)d untuk satuan kerja lain."
                )
                raise SeatsDoNotFit(sentence % (facts | {"passed": passed}))
            sentence = _("Kursi %(mode)s %(unit)s tidak cukup: diminta %(total)d, padahal %(held)d sudah terisi.")
            raise SeatsDoNotFit(sentence % facts)
    allocation.seats_onsite, allocation.seats_online = left
    allocation.save()
    return allocation


@transaction.atomic
def pass_on_seats(
    invitation: Invitation, *, unit: Unit, onsite: int, online: int, by: User, now: datetime
) -> Allocation:
    """Sets how many of the invited unit's seats a unit below it holds, and lets that unit see the workshop. The same
    call again changes nothing. Raises SeatsDoNotFit."""
    current = locked_invitation(invitation.pk)
    if not (current.registration_is_open(now) or current.answer_is_open(now) or organizes(by, current.workshop)):
        raise AnswerIsClosed
    if unit.pk == current.unit_id or not unit.path.startswith(current.unit.path):
        raise SeatsDoNotFit(_("Kursi hanya dapat diteruskan ke satuan kerja di bawah unit yang diundang."))
    others = _passed_on(current, unless=unit)
    _give(
        current,
        current.unit,
        current.seats_onsite,
        current.seats_online,
        passed_on=(others[0] + onsite, others[1] + online),
    )
    allocation = _give(current, unit, onsite, online, passed_on=(0, 0))
    _make_visible(current.workshop, [unit.pk])
    wake()
    return allocation


def to_remind(workshop: Workshop, *, now: datetime) -> list[Invitation]:
    """Exactly the invitations that a reminder sent now would go out for: standing, unanswered, still to be answered,
    and not reminded within the hour (so that a form sent twice reminds once)."""
    return list(remindable(workshop, now=now).select_related("unit").order_by("unit__official_name", "pk"))


def remindable(workshop: Workshop, *, now: datetime) -> InvitationQuerySet:
    return (
        Invitation.objects.unanswered()
        .filter(workshop=workshop, workshop__state__in=TAKES_PEOPLE, reply_deadline__gt=now)
        .filter(Q(reminded_at=None) | Q(reminded_at__lte=now - QUIET_AFTER_REMINDER))
    )


@transaction.atomic
def remind_units(
    workshop: Workshop, *, units: Iterable[Unit] | None = None, by: User, now: datetime
) -> list[Invitation]:
    """Reminds exactly those who have not answered (of `units`, or of all) and returns them."""
    if workshop.state not in TAKES_PEOPLE:
        raise WorkshopTakesNoInvitations(_("Workshop ini sedang tidak menerima jawaban."))
    rows = remindable(workshop, now=now).select_for_update(of=("self",)).select_related("unit").order_by("pk")
    if units is not None:
        rows = rows.filter(unit__in=[unit.pk for unit in units])
    reminded = list(rows)
    for invitation in reminded:
        invitation.reminded_at = now
        invitation.n_reminders += 1
    Invitation.objects.bulk_update(reminded, ["reminded_at", "n_reminders"], batch_size=500)
    plan_letters(asked_again(reminded, workshop=workshop, now=now), now=now)
    wake()
    return reminded
