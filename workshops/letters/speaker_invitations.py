"""Letters that ask speakers whether they come: the question with its link, reminders to who has not answered, and that
it was taken back; and the planner of which ought to exist."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from outbox.models import Message
from outbox.registry import Imagined, Rendered, Wish
from toolkit.local_times import moment_line, span_line, three_spans
from toolkit.working_days import ReminderWindow, reminder_windows
from workshops.letters.offers import Offer, offers
from workshops.letters.speakers import AT_REST, NOTICES, TOLD
from workshops.links import address_mark, speaker_link_url
from workshops.models import (
    ASKING_STATES,
    Session,
    SessionRole,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    StateChange,
    Workshop,
    WorkshopState,
)

QUESTION = "workshops.speaker_invitation"
ANSWER_REMINDER = "workshops.speaker_invitation_reminder"
TAKEN_BACK = "workshops.speaker_invitation_withdrawn"
ASKING = [QUESTION, ANSWER_REMINDER]

# Whoever was asked yesterday is not reminded today.
QUIET = timedelta(hours=22)
# How long it is still told to those who missed it that nobody waits for them.
STILL_NEWS = timedelta(days=14)


# --- which letters ought to exist


@dataclass(frozen=True)
class _Asked:
    """An invitation and the address it goes to."""

    invitation: SpeakerInvitation
    address: str
    rev: int

    def wish(self, kind: str, *, now: datetime, not_after: datetime | None, mark: str = "", rule: str = "") -> Wish:
        invitation = self.invitation
        letter = kind.removeprefix("workshops.").replace("_", "-")
        return Wish(
            kind=kind,
            dedup_key=f"{letter}:{invitation.pk}.{invitation.version}:r{self.rev}:{mark}{address_mark(self.address)}",
            recipient_name=invitation.speaker.name,
            to_addr=self.address,
            not_before=now,
            not_after=not_after,
            topic_id=invitation.workshop.topic_id,
            topic_rev=self.rev,
            unit_id=invitation.speaker.unit_id,
            ref=invitation.pk,
            rule=rule,
        )


def plan_speaker_invitations(now: datetime) -> Iterator[Wish]:
    """What is missing, a few statements whatever the number of speakers."""
    yield from _questions(now)
    yield from _reminders(now)
    yield from _taken_back(now)
    yield from _called_off(now)


def forecast_speaker_invitations(imagined: Imagined, now: datetime) -> Iterator[Wish]:
    """What `plan_speaker_invitations` would find at once about this topic."""
    yield from (_called_off if imagined.rests else _questions)(now, imagined)


def _reachable(invitations: QuerySet[SpeakerInvitation], imagined: Imagined | None = None) -> Any:
    rev: Any = F("workshop__topic__schedule_rev")
    if imagined is not None:
        invitations, rev = invitations.filter(workshop__topic=imagined.topic_id), rev + 1
    return invitations.filter(speaker__email__gt="").annotate(addr=Lower("speaker__email"), rev=rev)


def _letters(kinds: Iterable[str], **facts: Any) -> QuerySet[Message]:
    """Letters of these kinds about the outer invitation to its address, since it was asked."""
    return Message.objects.filter(
        kind__in=list(kinds),
        ref=OuterRef("pk"),
        to_addr=OuterRef("addr"),
        created_at__gte=OuterRef("asked_at"),
        **facts,
    )


def _rows(invitations: Any) -> list[Any]:
    return list(invitations.select_related("speaker__unit", "speaker__organization", "workshop").order_by("pk"))


def _answering(answer: str, now: datetime, imagined: Imagined | None = None) -> Any:
    """Those who said this, can still answer and do speak in the workshop."""
    on_agenda = SessionRole.objects.filter(session__workshop=OuterRef("workshop"), speaker=OuterRef("speaker"))
    those = SpeakerInvitation.objects.open_at(now).filter(answer=answer)
    return _reachable(those, imagined).filter(Exists(on_agenda))


def _waiting(now: datetime, imagined: Imagined | None = None) -> Any:
    return _answering(SpeakerAnswer.WAITING, now, imagined)


def _questions(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """To who was not asked yet, and once more where the schedule has moved since, also to who proposed another time
    than the one that was asked."""
    proposing = _answering(SpeakerAnswer.PROPOSED, now, imagined).filter(Exists(_letters([QUESTION], state__in=TOLD)))
    unasked = ~Exists(_letters([QUESTION], topic_rev=OuterRef("rev")))
    for row in [*_rows(_waiting(now, imagined).filter(unasked)), *_rows(proposing.filter(unasked))]:
        yield _Asked(row, row.addr, row.rev).wish(QUESTION, now=now, not_after=row.workshop.starts_at)


def _reminders(now: datetime) -> Iterator[Wish]:
    """Some days before the reply deadline, at the reader's hour of a working day; a new date brings new reminders."""
    told_at = Subquery(_letters([QUESTION]).order_by("-pk").values("created_at")[:1])
    for row in _rows(_waiting(now).filter(reply_deadline__gt=now).annotate(told_at=told_at)):
        for window in _windows(row, now):
            yield _Asked(row, row.addr, row.rev).wish(
                ANSWER_REMINDER,
                now=max(window.not_before, now),
                not_after=window.not_after,
                mark=f"{window.rule}:{row.reply_deadline:%Y%m%d%H%M}:",
                rule=window.rule,
            )


def _windows(row: Any, now: datetime) -> list[ReminderWindow]:
    return reminder_windows(
        row.reply_deadline,
        days=settings.SPEAKER_REMINDER_DAYS,
        hour=settings.REMINDER_HOUR,
        zone=Offer(row.workshop, row.speaker).zone,
        told_at=(row.told_at or now) + QUIET,
        now=now,
    )


def reminded_by_hand(invitations: Iterable[SpeakerInvitation], *, now: datetime) -> Iterator[Wish]:
    """The reminder that a person sends to exactly these; the invitations carry their new `n_reminders`."""
    counts = {invitation.pk: invitation.n_reminders for invitation in invitations}
    for row in _rows(_reachable(SpeakerInvitation.objects.filter(pk__in=list(counts)))):
        n = counts[row.pk]
        yield _Asked(row, row.addr, row.rev).wish(
            ANSWER_REMINDER, now=now, not_after=row.workshop.starts_at, mark=f"n{n}:", rule=f"n-{n}"
        )


def _not_over(now: datetime) -> Q:
    return Q(workshop__ends_at=None) | Q(workshop__ends_at__gt=now)


def _taken_back(now: datetime) -> Iterator[Wish]:
    """A withdrawn invitation: one notice to who had been asked, to nobody else."""
    withdrawn = SpeakerInvitation.objects.filter(_not_over(now), withdrawn_at__gt=now - STILL_NEWS)
    told = Exists(_letters(ASKING, state__in=TOLD))
    made = Exists(_letters([TAKEN_BACK]).filter(created_at__gte=OuterRef("withdrawn_at")))
    for row in _rows(_reachable(withdrawn).filter(told, ~made)):
        yield _Asked(row, row.addr, row.rev).wish(TAKEN_BACK, now=now, not_after=row.workshop.ends_at)


def _called_off(now: datetime, imagined: Imagined | None = None) -> Iterator[Wish]:
    """A workshop that was cancelled or put off: to who was asked and hears of it by no other letter."""
    rests = Q() if imagined else Q(workshop__state__in=AT_REST)
    resting = SpeakerInvitation.objects.standing().filter(_not_over(now), rests)
    elsewhere = Message.objects.filter(
        kind__in=NOTICES, ref=OuterRef("speaker"), topic=OuterRef("workshop__topic"), state__in=TOLD
    )
    told = Exists(_letters(ASKING, state__in=TOLD))
    made = Exists(_letters([TAKEN_BACK], topic_rev=OuterRef("rev")))
    concerned = _reachable(resting.exclude(answer=SpeakerAnswer.DECLINED), imagined)
    concerned = concerned.filter(told, ~made, ~Exists(elsewhere))
    for row in _rows(concerned):
        yield _Asked(row, row.addr, row.rev).wish(TAKEN_BACK, now=now, not_after=row.workshop.ends_at)


# --- what they say


def render_speaker_invitations(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of any kind of this file, in three statements; None where the fact is gone."""
    invitations = SpeakerInvitation.objects.select_related(
        "speaker__unit",
        "speaker__organization",
        "workshop__topic",
        "workshop__organizer_unit",
        "workshop__host_unit",
    ).in_bulk([message.ref for message in messages if message.ref is not None])
    workshops = {invitation.workshop_id for invitation in invitations.values()}
    people = {invitation.speaker_id for invitation in invitations.values()}
    standing = offers(Q(session__workshop__in=workshops, speaker__in=people)) if invitations else {}
    reasons = _reasons(invitations.values())
    found: dict[int, Rendered | None] = {}
    for message in messages:
        invitation = invitations.get(message.ref or 0)
        found[message.pk] = None
        if invitation is not None:
            workshop, speaker = invitation.workshop, invitation.speaker
            offer = standing.get((workshop.pk, speaker.pk)) or Offer(workshop, speaker)
            if _still_true(message, invitation, offer):
                found[message.pk] = _render(message, invitation, offer, reasons.get(workshop.pk, ""))
    return found


def _reasons(invitations: Iterable[SpeakerInvitation]) -> dict[int, str]:
    """Why workshops were called off or put off; no statement when none was."""
    resting = {invitation.workshop_id for invitation in invitations if invitation.workshop.state in AT_REST}
    if not resting:
        return {}
    changes = StateChange.objects.filter(workshop__in=resting, after__in=AT_REST).order_by("at", "pk")
    return dict(changes.values_list("workshop_id", "reason"))


def _still_true(message: Message, invitation: SpeakerInvitation, offer: Offer) -> bool:
    """Late facts win: an address that changed, an answer that came, a question that was taken back."""
    if offer.address != message.to_addr:
        return False
    if message.kind == TAKEN_BACK:
        return invitation.withdrawn_at is not None or invitation.workshop.state in AT_REST
    is_waiting = invitation.answer == SpeakerAnswer.WAITING
    # Asked anew after the proposal: the schedule moved.
    is_moved = (
        message.kind == QUESTION
        and invitation.answer == SpeakerAnswer.PROPOSED
        and invitation.answered_at is not None
        and message.created_at > invitation.answered_at
    )
    return (
        (is_waiting or is_moved)
        and invitation.withdrawn_at is None
        and invitation.workshop.state in ASKING_STATES
        and bool(offer.roles)
    )


def _render(message: Message, invitation: SpeakerInvitation, offer: Offer, reason: str) -> Rendered:
    letter = message.kind.removeprefix("workshops.")
    with translation.override(offer.language):
        context = _context(message, invitation, offer, reason)
        subject = render_to_string(f"workshops/letters/{letter}.subject.txt", context)
        return Rendered(
            subject=" ".join(subject.split()),
            text=render_to_string(f"workshops/letters/{letter}.txt", context),
            html=render_to_string(f"workshops/letters/{letter}.html", context),
            reply_to=offer.workshop.organizer_unit.email,
        )


def _context(message: Message, invitation: SpeakerInvitation, offer: Offer, reason: str) -> dict[str, Any]:
    workshop, speaker = invitation.workshop, invitation.speaker
    return {
        "workshop": workshop,
        "speaker": speaker,
        "sessions": offered(offer),
        "unit": workshop.organizer_unit,
        "place": place_line(workshop),
        # The room of a meeting is for those who said that they come.
        "is_online": False,
        "deadline": moment_line(invitation.reply_deadline, offer.zone),
        "url": speaker_link_url(invitation.pk, invitation.version, message.to_addr),
        "is_withdrawn": invitation.withdrawn_at is not None,
        "is_postponed": workshop.state == WorkshopState.POSTPONED,
        "reason": reason,
    }


def place_line(workshop: Workshop) -> str:
    return ", ".join(part for part in (workshop.venue, workshop.venue_address) if part)


def hours_line(session: Session, zone: ZoneInfo) -> str:
    """A session may still wait for its place in the agenda."""
    if session.starts_at is None or session.ends_at is None:
        return _("Waktu belum ditetapkan")
    return span_line(session.starts_at, session.ends_at, zone)


def _hours_elsewhere(session: Session, zone: ZoneInfo) -> str:
    if session.starts_at is None or session.ends_at is None:
        return ""
    return " / ".join(three_spans(session.starts_at, session.ends_at, zone)[1:])


def offered(offer: Offer) -> list[dict[str, Any]]:
    """What a speaker is asked for: each session with its hours where the speaker reads clocks, then elsewhere."""
    return [
        {
            "pk": role.session_id,
            "role": role.get_role_display(),
            "theme": role.session.theme,
            "room": role.session.room,
            "when": hours_line(role.session, offer.zone),
            "elsewhere": _hours_elsewhere(role.session, offer.zone),
        }
        for role in offer.roles
    ]


def offer_of(workshop: Workshop, speaker: Speaker) -> Offer:
    """What this speaker does in this workshop; without roles where the agenda does not name them."""
    found = offers(Q(session__workshop=workshop, speaker=speaker))
    return found.get((workshop.pk, speaker.pk)) or Offer(workshop, speaker)
