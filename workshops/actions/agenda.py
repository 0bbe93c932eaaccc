"""The draft of the rundown: sessions and who does what in them. Nobody is told of a change here; see releases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from toolkit.history import save_by
from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.schedule import lies_within, schedule_of
from workshops.actions.speakers import SpeakerFacts, create_speaker
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


class SessionHasHalfATime(Refusal):
    sentence = gettext_lazy("Isi waktu mulai dan waktu selesai, keduanya; atau kosongkan keduanya dan isi lamanya.")
    field = "ends_at"


class SessionNeedsLength(Refusal):
    sentence = gettext_lazy("Sesi tanpa jam perlu lamanya: antara 1 dan 720 menit.")
    field = "duration"


class SessionIsOutsideWorkshop(Refusal):
    sentence = gettext_lazy("Sesi harus mulai pada hari-hari kegiatan.")
    field = "starts_at"


class RoleTwice(Refusal):
    sentence = gettext_lazy("Orang yang sama tercantum dua kali dengan peran yang sama.")


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """With `starts_at` and `ends_at`, or with `duration` (minutes) for one that has no time yet."""

    kind: str
    theme: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    duration: int | None = None
    is_pinned: bool = False
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
    if facts.starts_at is None and facts.ends_at is None:
        is_long_enough = facts.duration is not None and 0 < facts.duration <= LONGEST_SESSION / timedelta(minutes=1)
        return [] if is_long_enough else [SessionNeedsLength()]
    if facts.starts_at is None or facts.ends_at is None:
        return [SessionHasHalfATime()]
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
        current = locked(workshop)
        facts = _consistent(facts)
        _check(current, facts, roles)
        roles = _registered(roles, by=by, now=now)
        session = current.sessions.filter(**vars(facts)).first()
        if session is None:
            session = Session(workshop=current, **vars(facts))
            save_by(session, by=by, now=now)
        write_roles(session, roles)
        agenda_changed(current)
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
        workshop, facts = locked(session.workshop), _consistent(facts)
        current = Session.objects.get(pk=session.pk)
        if version is not None and version != version_of_session(current):
            raise ChangedMeanwhile
        _check(workshop, facts, roles)
        roles = _registered(roles, by=by, now=now)
        for name, value in vars(facts).items():
            setattr(current, name, value)
        save_by(current, by=by, now=now)
        write_roles(current, roles)
        agenda_changed(workshop)
    return current


def remove_session(session: Session, *, by: User, now: datetime) -> None:
    """Its history stays. Removing it twice is harmless."""
    with transaction.atomic():
        workshop = locked(session.workshop)
        current = Session.objects.filter(pk=session.pk).first()
        if current is None:
            return
        delete_session(current, by=by, now=now)
        agenda_changed(workshop)


def locked(workshop: Workshop) -> Workshop:
    """The row of the workshop, held until the transaction ends: two people change its agenda one after the other."""
    return Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)


def agenda_changed(workshop: Workshop) -> None:
    """Whoever still looks at the agenda as it was before is told so when they change it."""
    Workshop.objects.filter(pk=workshop.pk).update(agenda_rev=F("agenda_rev") + 1)


def delete_session(session: Session, *, by: User, now: datetime) -> None:
    """Its history stays, with who did it."""
    vars(session).update(_history_user=by, _history_date=now)
    session.delete()


def _consistent(facts: SessionFacts) -> SessionFacts:
    """A length beside times says nothing and is dropped, and so is a pin on a session without a time."""
    if facts.starts_at is not None and facts.ends_at is not None:
        return replace(facts, duration=None)
    return replace(facts, is_pinned=False)


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


def write_roles(session: Session, roles: Sequence[RoleRow]) -> None:
    """A speaker's position is kept as of the event: as typed, else as the register says today."""
    session.roles.all().delete()
    written: dict[tuple[str, int], SessionRole] = {}
    for place, row in enumerate(roles, start=1):
        speaker = row.speaker if isinstance(row.speaker, Speaker) else None
        title = row.position_title or (speaker.position if speaker else "")
        role = SessionRole(session=session, role=row.role, speaker=speaker, position_title=title)
        written[row.role, speaker.pk if speaker else -place] = role
    SessionRole.objects.bulk_create(written.values())
