"""Making one session of the draft into two, two into one, or the same once more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from toolkit.history import save_by
from units.models import User
from workshops.actions.agenda import (
    LONGEST_SESSION,
    RoleRow,
    SessionIsTooLong,
    agenda_changed,
    delete_session,
    locked,
    write_roles,
)
from workshops.actions.ordering import HasNoTime
from workshops.actions.refusals import Refusal
from workshops.actions.releases import AgendaChangedMeanwhile
from workshops.models import Session, SessionKind, Workshop
from workshops.tracks import day_of, neighbour, span_of

LONGEST_THEME = 300


class NothingToJoin(Refusal):
    sentence = gettext_lazy("Tidak ada sesi sesudahnya pada hari dan jalur ini yang dapat digabung.")


class BreakCannotJoin(Refusal):
    sentence = gettext_lazy("Jeda tidak digabung dengan sesi. Pindahkan jedanya dahulu.")


class JoinedThemeIsTooLong(Refusal):
    sentence = gettext_lazy("Judul keduanya bersama lebih dari 300 huruf. Pendekkan salah satunya dahulu.")


class BadCut(Refusal):
    sentence = gettext_lazy("Bagian pertama harus lebih dari 0 menit dan lebih pendek daripada sesinya.")
    field = "minutes"


def duplicate_session(session: Session, *, rev: int | None = None, by: User, now: datetime) -> Session:
    """A copy with the same people, in the tray: wherever it stood at once, its people would be in two places."""
    with transaction.atomic():
        workshop, current = _held(session, rev)
        copy = Session(
            workshop=workshop,
            kind=current.kind,
            theme=current.theme,
            room=current.room,
            duration=current.minutes,
        )
        save_by(copy, by=by, now=now)
        write_roles(copy, _rows_of([current]))
        agenda_changed(workshop)
    return copy


def split_session(
    session: Session, *, minutes: int, rev: int | None = None, by: User, now: datetime
) -> tuple[Session, Session]:
    """The first part keeps `minutes`, the second gets the rest, with the same theme, room and people: so a theme runs
    over two sessions. Raises a Refusal."""
    with transaction.atomic():
        workshop, current = _held(session, rev)
        if not 0 < minutes < current.minutes:
            raise BadCut
        second = Session(workshop=workshop, kind=current.kind, theme=current.theme, room=current.room)
        if current.starts_at is None or current.ends_at is None:
            second.duration, current.duration = current.minutes - minutes, minutes
        else:
            cut = current.starts_at + timedelta(minutes=minutes)
            second.starts_at, second.ends_at, current.ends_at = cut, current.ends_at, cut
            second.is_pinned = current.is_pinned
        save_by(current, by=by, now=now)
        save_by(second, by=by, now=now)
        write_roles(second, _rows_of([current]))
        agenda_changed(workshop)
    return current, second


def combine_sessions(session: Session, *, rev: int | None = None, by: User, now: datetime) -> Session:
    """Joins a session with the one behind it in its track: from the start of the first to the end of the second, with
    both themes and everybody of both. Raises a Refusal."""
    with transaction.atomic():
        workshop, current = _held(session, rev)
        if current.starts_at is None:
            raise HasNoTime
        day = day_of(current, workshop.zone)
        there = [one for one in workshop.sessions.scheduled().order_by("pk") if day_of(one, workshop.zone) == day]
        second = neighbour(there, current, step=1)
        if second is None:
            raise NothingToJoin
        _check_join(current, second)
        theme = "; ".join(dict.fromkeys([current.theme, second.theme]))
        if len(theme) > LONGEST_THEME:
            raise JoinedThemeIsTooLong
        roles = _rows_of([current, second])
        current.theme, current.ends_at = theme, max(span_of(current)[1], span_of(second)[1])
        delete_session(second, by=by, now=now)
        save_by(current, by=by, now=now)
        write_roles(current, roles)
        agenda_changed(workshop)
    return current


def _check_join(first: Session, second: Session) -> None:
    if SessionKind.BREAK in {first.kind, second.kind} and first.kind != second.kind:
        raise BreakCannotJoin
    if span_of(second)[1] - span_of(first)[0] > LONGEST_SESSION:
        raise SessionIsTooLong


def _held(session: Session, rev: int | None) -> tuple[Workshop, Session]:
    workshop = locked(session.workshop)
    current = workshop.sessions.filter(pk=session.pk).first()
    if current is None or (rev is not None and rev != workshop.agenda_rev):
        raise AgendaChangedMeanwhile
    return workshop, current


def _rows_of(sessions: Iterable[Session]) -> list[RoleRow]:
    """Everybody of these sessions, each once in each role."""
    rows: dict[tuple[str, int | str], RoleRow] = {}
    for session in sessions:
        for role in session.roles.select_related("speaker").order_by("pk"):
            key = (role.role, role.speaker_id or role.position_title)
            rows.setdefault(key, RoleRow(role.role, role.speaker, role.position_title))
    return list(rows.values())
