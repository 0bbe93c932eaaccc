"""Speakers are asked, answer, hand in what they were asked for, are reminded, and are released again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from outbox.actions.planning import plan_letters, withdraw
from outbox.doorbell import wake
from outbox.models import Message
from toolkit.presentations import PresentationFacts
from units.models import User
from workshops.actions.agenda import RoleRow, SessionFacts, edit_session
from workshops.actions.refusals import Refusal
from workshops.actions.speakers import keep_photo
from workshops.letters.speaker_invitations import ASKING, reminded_by_hand
from workshops.models import (
    ASKING_STATES,
    Session,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerInvitationQuerySet,
    SpeakerPresentation,
    SpeakerUnavailability,
    Workshop,
)

QUIET_AFTER_REMINDER = timedelta(hours=1)
MOST_PRESENTATIONS = 10


class AskingIsClosed(Refusal):
    sentence = gettext_lazy(
        "Narasumber hanya dapat ditanya untuk kegiatan yang sudah direncanakan, tanggalnya pasti, dan belum dimulai."
    )


class ReplyDeadlineDoesNotFit(Refusal):
    sentence = gettext_lazy("Batas jawaban harus di masa depan dan sebelum kegiatan dimulai.")
    field = "reply_deadline"


class AnswerIsClosed(Refusal):
    sentence = gettext_lazy("Permintaan ini tidak dapat dijawab lagi: kegiatan sudah dimulai, atau permintaan ditarik.")


class TooManyPresentations(Refusal):
    sentence = gettext_lazy("Sudah ada 10 berkas paparan. Hubungi penyelenggara bila masih ada yang perlu diganti.")
    field = "presentation"


class ProposalIsGone(Refusal):
    sentence = gettext_lazy("Usulan waktu ini sudah tidak ada: narasumber mengubah jawabannya, atau sesinya dihapus.")


def refuse_unfit_question(workshop: Workshop, reply_deadline: datetime, *, now: datetime) -> None:
    """Raises AskingIsClosed or ReplyDeadlineDoesNotFit."""
    if workshop.state not in ASKING_STATES or workshop.starts_at is None or workshop.starts_at <= now:
        raise AskingIsClosed
    if not now < reply_deadline <= workshop.starts_at:
        raise ReplyDeadlineDoesNotFit


def to_ask(workshop: Workshop) -> Any:
    """Speakers and moderators of the agenda whom nobody has asked, or whose invitation was taken back."""
    asked = SpeakerInvitation.objects.standing().filter(workshop=workshop).values("speaker")
    named = Speaker.objects.filter(roles__session__workshop=workshop).exclude(pk__in=asked)
    return named.select_related("unit", "organization").distinct().order_by("name", "pk")


@transaction.atomic
def ask_speakers(
    workshop: Workshop, *, speakers: Iterable[Speaker], reply_deadline: datetime, by: User, now: datetime
) -> list[SpeakerInvitation]:
    """Asks these people of the agenda, each once; the invitations made or renewed now. Who is asked already is left as
    it is. Raises AskingIsClosed, ReplyDeadlineDoesNotFit."""
    workshop = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    refuse_unfit_question(workshop, reply_deadline, now=now)
    chosen = set(to_ask(workshop).values_list("pk", flat=True)) & {speaker.pk for speaker in speakers}
    before = {row.speaker_id: row for row in SpeakerInvitation.objects.filter(workshop=workshop, speaker__in=chosen)}
    made = []
    for pk in sorted(chosen):
        invitation = before.get(pk) or SpeakerInvitation(workshop=workshop, speaker_id=pk, version=0)
        invitation.answer, invitation.answered_at, invitation.answered_by = SpeakerAnswer.WAITING, None, None
        invitation.note = invitation.proposed_time = ""
        invitation.proposed_session = invitation.proposed_starts_at = None
        invitation.reply_deadline, invitation.asked_at, invitation.asked_by = reply_deadline, now, by
        invitation.reminded_at, invitation.n_reminders, invitation.withdrawn_at = None, 0, None
        invitation.version += 1
        invitation.save()
        made.append(invitation)
    if made:
        wake()
    return made


def remindable(workshop: Workshop, *, now: datetime) -> SpeakerInvitationQuerySet:
    """Exactly those whom a reminder sent now would go out to: unanswered, still open, with an address, and not
    reminded within the hour (so that a form sent twice reminds once)."""
    return (
        SpeakerInvitation.objects.open_at(now)
        .filter(workshop=workshop, answer=SpeakerAnswer.WAITING, speaker__email__gt="")
        .filter(Q(reminded_at=None) | Q(reminded_at__lte=now - QUIET_AFTER_REMINDER))
    )


@transaction.atomic
def remind_speakers(
    workshop: Workshop, *, invitations: Iterable[SpeakerInvitation], by: User, now: datetime
) -> list[SpeakerInvitation]:
    """Reminds exactly those of `invitations` who have not answered, and returns them."""
    keys = [invitation.pk for invitation in invitations]
    reminded = list(remindable(workshop, now=now).select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    for invitation in reminded:
        invitation.reminded_at = now
        invitation.n_reminders += 1
    SpeakerInvitation.objects.bulk_update(reminded, ["reminded_at", "n_reminders"])
    plan_letters(reminded_by_hand(reminded, now=now), now=now)
    wake()
    return reminded


@transaction.atomic
def withdraw_question(invitation: SpeakerInvitation, *, by: User, now: datetime) -> None:
    """Takes it back: letters that have not left stay here, the link dies, and who had been asked hears of it. What was
    handed in is kept. Withdrawn before: nothing happens."""
    current = _locked(invitation)
    if current.withdrawn_at is not None:
        return
    current.withdrawn_at = now
    current.version += 1
    current.save()
    unsent = Message.objects.filter(kind__in=ASKING, ref=current.pk)
    withdraw(unsent, reason=gettext_noop("Permintaan kepada narasumber ditarik."), now=now)
    wake()


def _locked(invitation: SpeakerInvitation) -> SpeakerInvitation:
    rows = SpeakerInvitation.objects.select_for_update(of=("self",)).select_related("workshop", "speaker")
    return rows.get(pk=invitation.pk)


# --- what a speaker says and hands in


@dataclass(frozen=True, kw_only=True)
class Reply:
    """`session` and `starts_at` belong to a proposal."""

    answer: str
    note: str = ""
    session: Session | None = None
    starts_at: datetime | None = None
    proposed_time: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    printed_title: str
    biography: str


@dataclass(frozen=True)
class Span:
    starts_at: datetime
    ends_at: datetime
    note: str = ""


@dataclass(frozen=True)
class HandedPresentation:
    file: "File[Any]"
    name: str
    facts: PresentationFacts


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """Each part on its own: one that was not fit is None, and the others are kept all the same."""

    reply: Reply | None = None
    profile: Profile | None = None
    photo: bytes | None = None
    presentation: HandedPresentation | None = None
    spans: Sequence[Span] | None = None


@transaction.atomic
def keep_handed_in(
    invitation: SpeakerInvitation, *, parts: HandedIn, by: User | None = None, now: datetime
) -> SpeakerInvitation:
    """Keeps whatever is given; `by` is the staff who writes down what a speaker said, None the speaker. Raises
    AnswerIsClosed, TooManyPresentations."""
    current = _locked(invitation)
    if not current.is_open(now) or current.version != invitation.version:
        raise AnswerIsClosed
    if parts.reply is not None:
        _keep_reply(current, parts.reply, by=by, now=now)
    if parts.profile is not None:
        current.printed_title = parts.profile.printed_title
        Speaker.objects.filter(pk=current.speaker_id).update(biography=parts.profile.biography)
    if parts.reply is not None or parts.profile is not None:
        current.save()
    if parts.photo is not None:
        keep_photo(current.speaker, photo=parts.photo, by=by, now=now)
    if parts.spans is not None:
        _keep_spans(current, parts.spans, now=now)
    if parts.presentation is not None:
        _keep_presentation(current, parts.presentation, now=now)
    return current


def _keep_reply(invitation: SpeakerInvitation, reply: Reply, *, by: User | None, now: datetime) -> None:
    said = (reply.answer, reply.note, reply.session, reply.starts_at, reply.proposed_time)
    stands = (
        invitation.answer,
        invitation.note,
        invitation.proposed_session,
        invitation.proposed_starts_at,
        invitation.proposed_time,
    )
    if said != stands:
        invitation.answer, invitation.note, invitation.proposed_time = reply.answer, reply.note, reply.proposed_time
        invitation.proposed_session, invitation.proposed_starts_at = reply.session, reply.starts_at
        invitation.answered_at, invitation.answered_by = now, by


def _keep_spans(invitation: SpeakerInvitation, spans: Sequence[Span], *, now: datetime) -> None:
    """The spans to come are as given now; those that are over stay as they were."""
    SpeakerUnavailability.objects.filter(speaker=invitation.speaker_id, ends_at__gt=now).delete()
    SpeakerUnavailability.objects.bulk_create(
        [
            SpeakerUnavailability(
                speaker_id=invitation.speaker_id, starts_at=span.starts_at, ends_at=span.ends_at, note=span.note
            )
            for span in dict.fromkeys(spans)
        ]
    )


def _keep_presentation(invitation: SpeakerInvitation, handed: HandedPresentation, *, now: datetime) -> None:
    """The same bytes again are the file that is there."""
    known = SpeakerPresentation.objects.filter(invitation=invitation)
    if known.filter(sha256=handed.facts.sha256).exists():
        return
    if known.count() >= MOST_PRESENTATIONS:
        raise TooManyPresentations
    kept = SpeakerPresentation(
        invitation=invitation,
        original_name=handed.name[-200:],
        content_type=handed.facts.content_type,
        size=handed.facts.size,
        sha256=handed.facts.sha256,
        uploaded_at=now,
    )
    kept.file.save(handed.name, handed.file, save=False)
    kept.save()


# --- a proposal is taken over


def proposed_facts(invitation: SpeakerInvitation) -> SessionFacts:
    """The session as the speaker would have it, as long as now. Raises ProposalIsGone."""
    session, starts_at = invitation.proposed_session, invitation.proposed_starts_at
    if invitation.answer != SpeakerAnswer.PROPOSED or session is None or starts_at is None:
        raise ProposalIsGone
    return SessionFacts(
        kind=session.kind,
        theme=session.theme,
        room=session.room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=session.minutes),
    )


@transaction.atomic
def take_proposal(invitation: SpeakerInvitation, *, by: User, now: datetime) -> Session:
    """Moves the session to the time its speaker proposed, and counts that as an acceptance. Raises ProposalIsGone,
    AnswerIsClosed, and whatever the agenda refuses."""
    current = _locked(invitation)
    if not current.is_open(now):
        raise AnswerIsClosed
    facts, session = proposed_facts(current), current.proposed_session
    if session is None or session.workshop_id != current.workshop_id:
        raise ProposalIsGone
    roles = [
        RoleRow(role.role, role.speaker, role.position_title)
        for role in session.roles.select_related("speaker").order_by("pk")
    ]
    moved = edit_session(session, facts=facts, roles=roles, by=by, now=now)
    _keep_reply(current, Reply(answer=SpeakerAnswer.ACCEPTED, note=current.note), by=by, now=now)
    current.save()
    return moved
