"""When and where a workshop is held: setting it, moving it, and what a move sets going."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import override as language

from outbox.actions.planning import raise_revision
from outbox.doorbell import wake
from outbox.models import UNSENT, Message
from outbox.registry import Imagined, Wish, foretold
from toolkit.history import save_by
from toolkit.local_times import span_short
from units.access import Role
from units.models import User
from workshops.actions.evidence import OVER, file_evidence
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.actions.releases import shift_release
from workshops.letters.speakers import AT_REST
from workshops.models import Mode, Session, SpeakerInvitation, StateChange, Workshop
from workshops.versions import version_of

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = timedelta(days=60)


class DateIsMissing(Refusal):
    sentence = gettext_lazy("Isi tanggal mulai dan selesai, atau perkiraan waktu bila tanggal belum pasti.")
    field = "starts_at"


class DateIsHalf(Refusal):
    sentence = gettext_lazy("Isi tanggal mulai dan tanggal selesai, keduanya.")
    field = "ends_at"


class DateIsBothExactAndFuzzy(Refusal):
    sentence = gettext_lazy("Pilih salah satu: tanggal pasti, atau perkiraan waktu. Kosongkan yang lain.")
    field = "fuzzy_date"


class FuzzyDateNeedsMonth(Refusal):
    sentence = gettext_lazy("Isi perkiraan waktu dan bulannya, keduanya; bulan menentukan urutan di daftar.")
    field = "fuzzy_month"


class EndsBeforeStart(Refusal):
    sentence = gettext_lazy("Waktu selesai harus sesudah waktu mulai.")
    field = "ends_at"


class LastsTooLong(Refusal):
    sentence = gettext_lazy("Satu kegiatan paling lama 60 hari. Periksa tanggal selesai.")
    field = "ends_at"


class YearIsOutOfRange(Refusal):
    sentence = gettext_lazy("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100.")
    field = "starts_at"


class DeadlineAfterStart(Refusal):
    sentence = gettext_lazy("Batas pendaftaran harus sebelum kegiatan mulai.")
    field = "registration_deadline"


class RegistrationOpensTooLate(Refusal):
    sentence = gettext_lazy("Pendaftaran harus dibuka sebelum batas pendaftaran.")
    field = "registration_opens_at"


class ExactDateIsNeeded(Refusal):
    sentence = gettext_lazy(
        "Kegiatan yang sudah disetujui harus bertanggal pasti. Untuk melepas tanggalnya, tunda kegiatan ini dahulu."
    )
    field = "starts_at"


class MoveLeavesTerm(Refusal):
    """The new days lie outside the term of the linked agreement; `problem` says how."""

    field = "cover_reason"

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem

    def __str__(self) -> str:
        sentence = _("%(problem)s Hanya Admin Biro yang dapat tetap memakai jadwal ini, dengan alasan tertulis.")
        return sentence % {"problem": self.problem}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Moments are aware; `tz` is the zone of the place. Exact (`starts_at`, `ends_at`) or fuzzy, never both."""

    tz: str
    mode: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    fuzzy_date: str = ""
    fuzzy_month: date | None = None
    venue: str = ""
    venue_address: str = ""
    meeting_url: str = ""
    meeting_id: str = ""
    meeting_passcode: str = ""

    @property
    def calendar_on(self) -> date:
        """The day under which lists keep it: the first day, or the first of the month it is expected in."""
        if self.starts_at:
            return self.starts_at.astimezone(ZoneInfo(self.tz)).date()
        if self.fuzzy_month is None:
            raise DateIsMissing
        return self.fuzzy_month.replace(day=1)

    @property
    def last_day(self) -> date | None:
        return self.ends_at.astimezone(ZoneInfo(self.tz)).date() if self.ends_at else None


@dataclass(frozen=True)
class RegistrationWindow:
    opens_at: datetime | None = None
    deadline: datetime | None = None


TOLD_FIELDS = [field.name for field in fields(Schedule)]

# Invitations are kept by an app above, which says here what a move changes in them.
_followers: list[Callable[[Workshop, User, datetime], None]] = []


def register_follower(follow: Callable[[Workshop, User, datetime], None]) -> None:
    """The same again changes nothing."""
    if follow not in _followers:
        _followers.append(follow)


def schedule_of(workshop: Workshop) -> Schedule:
    return Schedule(**{name: getattr(workshop, name) for name in TOLD_FIELDS})


def problems_of(schedule: Schedule, window: RegistrationWindow) -> Iterator[Refusal]:
    """Every reason why this schedule cannot stand, so that a form can show them all at once."""
    yield from date_problems(schedule)
    yield from window_problems(schedule, window)


def date_problems(schedule: Schedule) -> Iterator[Refusal]:
    """What is wrong with the dates alone, exact or fuzzy."""
    exact = [schedule.starts_at, schedule.ends_at]
    fuzzy = [schedule.fuzzy_date, schedule.fuzzy_month]
    if any(exact) and any(fuzzy):
        yield DateIsBothExactAndFuzzy()
    elif any(fuzzy):
        if not all(fuzzy):
            yield FuzzyDateNeedsMonth()
        if schedule.fuzzy_month and not FIRST_YEAR <= schedule.fuzzy_month.year <= LAST_YEAR:
            yield YearIsOutOfRange()
    elif not any(exact):
        yield DateIsMissing()
    if schedule.starts_at and schedule.ends_at:
        yield from _span_problems(schedule.starts_at, schedule.ends_at)
    elif any(exact):
        yield DateIsHalf()


def _span_problems(starts_at: datetime, ends_at: datetime) -> Iterator[Refusal]:
    if not FIRST_YEAR <= starts_at.year <= LAST_YEAR:
        yield YearIsOutOfRange()
    if ends_at <= starts_at:
        yield EndsBeforeStart()
    elif ends_at - starts_at > LONGEST:
        yield LastsTooLong()


def window_problems(schedule: Schedule, window: RegistrationWindow) -> Iterator[Refusal]:
    """What is wrong with the time of registration, alone or before the start."""
    if schedule.starts_at and window.deadline and window.deadline > schedule.starts_at:
        yield DeadlineAfterStart()
    if window.opens_at and window.deadline and window.opens_at >= window.deadline:
        yield RegistrationOpensTooLate()


def check(schedule: Schedule, window: RegistrationWindow) -> None:
    """Raises the first of `problems_of`."""
    for problem in problems_of(schedule, window):
        raise problem


def write(workshop: Workshop, schedule: Schedule, window: RegistrationWindow) -> None:
    """Puts the values on the row (unsaved) and keeps `calendar_on` true."""
    for name in TOLD_FIELDS:
        setattr(workshop, name, getattr(schedule, name))
    workshop.registration_opens_at, workshop.registration_deadline = window.opens_at, window.deadline
    workshop.calendar_on = schedule.calendar_on


def move_workshop(
    workshop: Workshop,
    *,
    schedule: Schedule,
    window: RegistrationWindow,
    shift_sessions: bool = True,
    reason: str = "",
    cover_reason: str = "",
    version: str | None = None,
    by: User,
    now: datetime,
) -> Workshop:
    """Changes date, zone, place, mode or link. The first change of any of these raises the topic's revision, so that
    unsent letters of the old schedule are withdrawn and everybody who was told hears of it once.

    With `shift_sessions` the agenda keeps its distance from the start. `version` (what the person had seen) refuses a
    stale change. Where the new days lie outside the term of its agreement a bureau admin says why in `cover_reason`.
    Raises a Refusal."""
    check(schedule, window)
    with transaction.atomic():
        rows = Workshop.objects.select_for_update(of=("self",)).select_related("topic", "agreement")
        current = rows.get(pk=workshop.pk)
        if version is not None and version != version_of(current):
            raise ChangedMeanwhile
        if schedule.starts_at is None and current.is_open:
            raise ExactDateIsNeeded
        before = schedule_of(current)
        cover = cover_of_move(current, schedule, reason=cover_reason, by=by)
        if cover is not None:
            write_cover(current, cover, by=by, now=now)
        write(current, schedule, window)
        save_by(current, by=by, now=now, reason=reason[:100])
        if before != schedule:
            follow_move(current, before, shift_sessions=shift_sessions, reason=reason, by=by, now=now)
            if current.state in OVER:
                file_evidence(current.pk, by=by, now=now)
            wake()
    return current


def cover_of_move(workshop: Workshop, schedule: Schedule, *, reason: str, by: User) -> str | None:
    """Why its agreement carries the workshop on days outside the term: "" where it covers the new days, None where the
    days stay, so that what was said of them stays too. Raises MoveLeavesTerm where no bureau admin gives a reason."""
    before = schedule_of(workshop)
    if (before.calendar_on, before.last_day) == (schedule.calendar_on, schedule.last_day):
        return None
    problem = agreement_problem(workshop, schedule) if schedule.starts_at else ""
    said = reason.strip() if by.role == Role.BUREAU_ADMIN else ""
    if problem and not said:
        raise MoveLeavesTerm(problem)
    return said if problem else ""


def write_cover(workshop: Workshop, reason: str, *, by: User, now: datetime) -> None:
    workshop.cover_reason = reason
    workshop.cover_by, workshop.cover_at = (by, now) if reason else (None, None)


def follow_move(
    workshop: Workshop, before: Schedule, *, shift_sessions: bool, reason: str, by: User, now: datetime
) -> None:
    """What a changed schedule brings along, in the transaction that changed it: agenda, invitations, history, topic
    revision."""
    if shift_sessions:
        shift = shift_between(workshop, before, schedule_of(workshop))
        if shift:
            workshop.sessions.scheduled().update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)
            shift_release(workshop, shift=shift, by=by, now=now)
    if workshop.starts_at is not None and workshop.starts_at > now:
        asked = SpeakerInvitation.objects.standing().filter(workshop=workshop)
        asked.filter(reply_deadline__gt=workshop.starts_at).update(reply_deadline=workshop.starts_at)
    for follow in _followers:
        follow(workshop, by, now)
    note_schedule(workshop, before, reason=reason, by=by, now=now)
    if workshop.state not in AT_REST:
        raise_revision(workshop.topic, reason=gettext_noop("Jadwal atau tempat berubah."), now=now)


def note_schedule(workshop: Workshop, before: Schedule, *, reason: str, by: User, now: datetime) -> None:
    """Writes the change into the history that readers of the workshop see (never a link or passcode)."""
    with language("id"):
        text = " → ".join(dict.fromkeys([schedule_text(before), schedule_text(schedule_of(workshop))]))
    StateChange.objects.create(
        workshop=workshop,
        before=workshop.state,
        after=workshop.state,
        reason=reason,
        schedule=text[:200],
        by=by,
        at=now,
    )


def schedule_text(schedule: Schedule) -> str:
    """`24–25 Sep 2020, 08.00–16.00 WIB · Jakarta`."""
    when = schedule.fuzzy_date
    if schedule.starts_at and schedule.ends_at:
        when = span_short(schedule.starts_at, schedule.ends_at, ZoneInfo(schedule.tz))
    mode = "" if schedule.mode == Mode.ONSITE else str(Mode(schedule.mode).label).lower()
    return " · ".join(part for part in (when, schedule.venue, mode) if part)


def shift_between(workshop: Workshop, before: Schedule, after: Schedule) -> timedelta:
    """How far the agenda moves along: as far as the start did; where there was no exact start, by whole days so that
    the first session falls on the new first day."""
    if after.starts_at is None:
        return timedelta(0)
    if before.starts_at is not None:
        return after.starts_at - before.starts_at
    first = workshop.sessions.aggregate(first=Min("starts_at"))["first"]
    if first is None:
        return timedelta(0)
    zone = ZoneInfo(after.tz)
    return timedelta(days=(after.starts_at.astimezone(zone).date() - first.astimezone(zone).date()).days)


@dataclass(frozen=True)
class Consequences:
    """What a move will set going: `n_told` addresses that had a letter get another at once, `n_unsent` letters of the
    old schedule are withdrawn, `n_sessions` are on the agenda and `n_sessions_outside` of them would lie outside the
    new days."""

    is_change: bool
    n_told: int
    n_told_units: int
    n_unsent: int
    n_sessions: int
    n_sessions_outside: int
    agreement_problem: str


def letters_of_move(workshop: Workshop, schedule: Schedule, now: datetime) -> list[Wish]:
    """What the planners would write at once after this move; nothing of what stays, rests or would be over. Reads
    only."""
    if schedule == schedule_of(workshop) or workshop.state in AT_REST:
        return []
    if schedule.ends_at is not None and schedule.ends_at <= now:
        return []
    return foretold(Imagined(workshop.topic_id), now)


def consequences_of(
    workshop: Workshop, schedule: Schedule, *, shift_sessions: bool, leaving: Sequence[Wish]
) -> Consequences:
    """Reads only. `leaving` are the `letters_of_move`; who was told is known by the address."""
    letters = Message.objects.filter(topic_id=workshop.topic_id)
    told = set(letters.told().order_by().values_list("to_addr", flat=True).distinct()) if leaving else set()
    notices = [wish for wish in leaving if wish.to_addr in told]
    is_change, is_told = schedule != schedule_of(workshop), workshop.state not in AT_REST
    sessions = list(workshop.sessions.scheduled().order_by("starts_at", "pk"))
    shift = shift_between(workshop, schedule_of(workshop), schedule) if shift_sessions else timedelta(0)
    matters = is_change and is_told
    return Consequences(
        is_change=is_change,
        n_told=len({wish.to_addr for wish in notices}),
        n_told_units=len({wish.unit_id for wish in notices} - {None}),
        n_unsent=letters.filter(state__in=UNSENT).count() if matters else 0,
        n_sessions=len(sessions),
        n_sessions_outside=sum(not lies_within(schedule, session, shift) for session in sessions),
        agreement_problem=agreement_problem(workshop, schedule),
    )


def lies_within(schedule: Schedule, session: Session, shift: timedelta = timedelta(0)) -> bool:
    """Whether a session, moved by `shift`, begins and ends on days of the workshop (a night session may end after)."""
    if schedule.starts_at is None or schedule.ends_at is None or session.starts_at is None:
        return False
    zone = ZoneInfo(schedule.tz)
    day = (session.starts_at + shift).astimezone(zone).date()
    return schedule.starts_at.astimezone(zone).date() <= day <= schedule.ends_at.astimezone(zone).date()


def agreement_problem(workshop: Workshop, schedule: Schedule) -> str:
    """Why the linked agreement does not carry the workshop on these dates, or on no day of the month it is expected in;
    empty when it does or there is none."""
    if workshop.agreement is None:
        return ""
    if schedule.starts_at is None or schedule.ends_at is None:
        return workshop.agreement.month_problem(schedule.fuzzy_month) if schedule.fuzzy_month else ""
    zone = ZoneInfo(schedule.tz)
    first, last = (moment.astimezone(zone).date() for moment in (schedule.starts_at, schedule.ends_at))
    return workshop.agreement.in_force_problem(first, last)
