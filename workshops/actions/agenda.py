"""The rundown: sessions and who does what in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox.actions.planning import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from toolkit.history import save_by
from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.schedule import lies_within, schedule_of
from workshops.actions.speakers import SpeakerFacts, create_speaker
from workshops.letters.speakers import CANCELLED, NOTICES, REMINDER, programmes
from workshops.models import Session, SessionRole, Speaker, Workshop
from workshops.versions import version_of_session

LONGEST_SESSION = timedelta(hours=12)


class AgendaNeedsDates(Refusal):
    sentence = gettext_lazy("Tetapkan tanggal pasti kegiatan ini dahulu, lalu susun rundown.")


class SessionEndsBeforeStart(Refusal):
    sentence = gettext_lazy("Waktu selesai harus sesudah waktu mulai.")
    field = "ends_at"


class SessionIsTooLong(Refusal):
    sentence = gettext_lazy("Satu sesi paling lama 12 jam. Pecah menjadi beberapa sesi, atau periksa tanggalnya.")
    field = "ends_at"


class SessionIsOutsideWorkshop(Refusal):
    sentence = gettext_lazy("Sesi harus mulai pada hari-hari kegiatan.")
    field = "starts_at"


class RoleTwice(Refusal):
    sentence = gettext_lazy("Orang yang sama tercantum dua kali dengan peran yang sama.")


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    kind: str
    theme: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""


@dataclass(frozen=True)
class RoleRow:
    """`speaker` None means "akan dikonfirmasi"; facts of one who is not in the register yet put them there."""

    role: str
    speaker: Speaker | SpeakerFacts | None
    position_title: str = ""


def session_problems(workshop: Workshop, facts: SessionFacts) -> list[Refusal]:
    """Every reason why this session cannot stand."""
    if workshop.starts_at is None:
        return [AgendaNeedsDates()]
    problems: list[Refusal] = []
    if facts.ends_at <= facts.starts_at:
        problems.append(SessionEndsBeforeStart())
    elif facts.ends_at - facts.starts_at > LONGEST_SESSION:
        problems.append(SessionIsTooLong())
    if not lies_within(schedule_of(workshop), Session(starts_at=facts.starts_at, ends_at=facts.ends_at)):
        problems.append(SessionIsOutsideWorkshop())
    return problems


def add_session(
    workshop: Workshop, *, facts: SessionFacts, roles: Sequence[RoleRow] = (), by: User, now: datetime
) -> Session:
    """A new session with its roles. The very same session posted twice (time, theme, room) is one. Raises a Refusal."""
    with transaction.atomic():
        current = _locked(workshop)
        _check(current, facts, roles)
        roles = _registered(roles, by=by, now=now)
        session = current.sessions.filter(**vars(facts)).first()
        if session is None:
            session = Session(workshop=current, **vars(facts))
            save_by(session, by=by, now=now)
        _write_roles(session, roles)
        _agenda_changed(current, _speakers_of(roles), now=now)
    return session


def edit_session(
    session: Session,
    *,
    facts: SessionFacts,
    roles: Sequence[RoleRow],
    version: str | None = None,
    by: User,
    now: datetime,
) -> Session:
    """Raises a Refusal; ChangedMeanwhile when `version` is not what stands in the database."""
    with transaction.atomic():
        workshop = _locked(session.workshop)
        current = Session.objects.get(pk=session.pk)
        if version is not None and version != version_of_session(current):
            raise ChangedMeanwhile
        _check(workshop, facts, roles)
        roles = _registered(roles, by=by, now=now)
        concerned = _speakers_of(current.roles.all()) | _speakers_of(roles)
        for name, value in vars(facts).items():
            setattr(current, name, value)
        save_by(current, by=by, now=now)
        _write_roles(current, roles)
        _agenda_changed(workshop, concerned, now=now)
    return current


def remove_session(session: Session, *, by: User, now: datetime) -> None:
    """Its history stays. Removing it twice is harmless."""
    with transaction.atomic():
        workshop = _locked(session.workshop)
        current = Session.objects.filter(pk=session.pk).first()
        if current is None:
            return
        concerned = _speakers_of(current.roles.all())
        vars(current).update(_history_user=by, _history_date=now)
        current.delete()
        _agenda_changed(workshop, concerned, now=now)


def set_roles(session: Session, *, roles: Sequence[RoleRow], by: User, now: datetime) -> None:
    """Makes the roles of a session exactly these. Raises RoleTwice."""
    with transaction.atomic():
        workshop = _locked(session.workshop)
        _check_roles(roles)
        roles = _registered(roles, by=by, now=now)
        concerned = _speakers_of(session.roles.all()) | _speakers_of(roles)
        _write_roles(session, roles)
        _agenda_changed(workshop, concerned, now=now)


def _locked(workshop: Workshop) -> Workshop:
    return Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)


def _check(workshop: Workshop, facts: SessionFacts, roles: Sequence[RoleRow]) -> None:
    for problem in session_problems(workshop, facts):
        raise problem
    _check_roles(roles)


def _check_roles(roles: Sequence[RoleRow]) -> None:
    named = [(row.role, row.speaker) for row in roles if row.speaker is not None]
    if len(set(named)) < len(named):
        raise RoleTwice


def _registered(roles: Sequence[RoleRow], *, by: User, now: datetime) -> list[RoleRow]:
    """The same roles with every speaker in the register."""
    return [
        replace(row, speaker=create_speaker(facts=row.speaker, by=by, now=now))
        if isinstance(row.speaker, SpeakerFacts)
        else row
        for row in roles
    ]


def _write_roles(session: Session, roles: Sequence[RoleRow]) -> None:
    """A speaker's position is kept as of the event: as typed, else as the register says today."""
    session.roles.all().delete()
    written: dict[tuple[str, int], SessionRole] = {}
    for place, row in enumerate(roles, start=1):
        speaker = row.speaker if isinstance(row.speaker, Speaker) else None
        title = row.position_title or (speaker.position if speaker else "")
        role = SessionRole(session=session, role=row.role, speaker=speaker, position_title=title)
        written[row.role, speaker.pk if speaker else -place] = role
    SessionRole.objects.bulk_create(written.values())


def _speakers_of(roles: Iterable[SessionRole | RoleRow]) -> set[int]:
    return {row.speaker.pk for row in roles if isinstance(row.speaker, Speaker)}


def _agenda_changed(workshop: Workshop, concerned: set[int], *, now: datetime) -> None:
    """The planner compares what each speaker was told with the agenda as it stands. Letters that have not left and
    would tell other times are withdrawn here; the planner makes them anew."""
    Workshop.objects.filter(pk=workshop.pk).update(agenda_rev=F("agenda_rev") + 1)
    standing = programmes(Q(session__workshop=workshop, speaker__in=concerned))
    letters = Message.objects.filter(topic_id=workshop.topic_id, kind__in=[*NOTICES, REMINDER]).exclude(kind=CANCELLED)
    for speaker in concerned:
        programme = standing.get((workshop.pk, speaker))
        outdated = letters.filter(ref=speaker)
        if programme is not None:
            outdated = outdated.exclude(context__programme=programme.fingerprint)
        withdraw(outdated, reason=_("Rundown berubah sebelum terkirim."), now=now)
    wake()
