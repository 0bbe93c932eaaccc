"""Letters to speakers: that they are on the agenda, reminders, changes; and the planner of which ought to exist.

A speaker is told a *mark*: the topic's revision and a fingerprint of the own sessions in the agenda as it was last
released. While the mark of the last letter that reached them equals the one of the release, there is nothing to say;
what the draft says meanwhile tells nobody anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from outbox.models import UNSENT, Message, State
from outbox.registry import Attachment, Imagined, Rendered, Wish
from toolkit.calendar_files import CalendarEntry, calendar_file
from toolkit.local_times import day_line, span_line, three_spans
from toolkit.working_days import reminder_windows
from workshops.letters.programmes import Programme, newest_releases, programmes
from workshops.models import (
    OPEN_STATES,
    AgendaRelease,
    Mode,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
    WorkshopState,
)

CONFIRMATION = "workshops.speaker_confirmation"
MOVED = "workshops.speaker_moved"
CANCELLED = "workshops.speaker_cancelled"
REMINDER = "workshops.speaker_reminder"
NOTICES = [CONFIRMATION, MOVED, CANCELLED]

# While a workshop stands in one of these, nobody waits for it: a change of schedule is told when it comes back.
AT_REST = [WorkshopState.POSTPONED, WorkshopState.CANCELLED]
# Letters that reached somebody, or may have.
TOLD = [State.SENT, State.SENDING, State.UNCERTAIN]
UNDEAD = [*UNSENT, *TOLD]
# Why a speaker gets the letter `speaker_cancelled`: no longer on the agenda, or the whole workshop is off.
RELEASED, OFF = "released", "off"


# --- which letters ought to exist


@dataclass(frozen=True)
class _Told:
    """A letter of this app in the outbox."""

    kind: str
    rule: str
    state: str
    rev: int
    programme: str
    why: str
    to_addr: str
    at: datetime

    def says(self, programme: Programme) -> bool:
        """Whether it tells the schedule as it stands."""
        is_on = self.kind != CANCELLED
        return is_on and (self.rev, self.programme) == (programme.workshop.topic.schedule_rev, programme.fingerprint)


def forecast_speaker_letters(imagined: Imagined, now: datetime) -> Iterator[Wish]:
    """What `plan_speaker_letters` would find at once about this topic."""
    of_topic = Workshop.objects.filter(topic=imagined.topic_id)
    if imagined.rests:
        of_topic = of_topic.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    else:
        of_topic = of_topic.filter(state__in=OPEN_STATES)
    workshops = list(of_topic.select_related("topic", "organizer_unit", "host_unit"))
    for workshop in workshops:
        workshop.topic.schedule_rev += 1
        workshop.state = WorkshopState.CANCELLED if imagined.rests else workshop.state
    if workshops:
        yield from _missing(workshops, newest_releases(workshops), now)


def plan_speaker_letters(now: datetime) -> Iterator[Wish]:
    """What is missing, for workshops that are not over: five statements, whatever their number."""
    workshops = list(
        Workshop.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), state__in=[*OPEN_STATES, *AT_REST])
        .select_related("topic", "organizer_unit", "host_unit")
        .order_by("pk")
    )
    if not workshops:
        return
    yield from _missing(workshops, newest_releases(workshops), now)


def notices_if_released(workshop: Workshop, release: AgendaRelease, now: datetime) -> list[Wish]:
    """The notices that this version (not saved yet) would send; needs `topic`. Writes nothing."""
    if workshop.state not in [*OPEN_STATES, *AT_REST] or (workshop.ends_at is not None and workshop.ends_at <= now):
        return []
    return [wish for wish in _missing([workshop], {workshop.pk: release}, now) if wish.kind in NOTICES]


def _missing(workshops: Sequence[Workshop], releases: Mapping[int, AgendaRelease], now: datetime) -> Iterator[Wish]:
    letters = _letters_of(workshops)
    standing = {
        key: programme
        for key, programme in programmes([one for one in workshops if one.is_open], releases).items()
        if programme.speaker.email
    }
    unsure = _unsure(workshops)
    for (workshop_pk, speaker_pk), programme in standing.items():
        if (workshop_pk, speaker_pk) not in unsure:
            yield from _wishes_for(programme, letters.get((programme.workshop.topic_id, speaker_pk), []), now)
    yield from _farewells(workshops, releases, letters, standing.keys(), now)


def _unsure(workshops: Iterable[Workshop]) -> set[tuple[int, int]]:
    """Workshop and speaker of those who were asked and have not said yes: no letter tells them to come. Whoever was
    never asked through the portal was asked by other ways."""
    asked = SpeakerInvitation.objects.standing().filter(workshop__in=[workshop.pk for workshop in workshops])
    return set(asked.exclude(answer=SpeakerAnswer.ACCEPTED).values_list("workshop", "speaker"))


def _letters_of(workshops: Iterable[Workshop]) -> dict[tuple[int, int], list[_Told]]:
    """By topic and speaker, oldest first."""
    found: dict[tuple[int, int], list[_Told]] = defaultdict(list)
    rows = Message.objects.filter(
        topic__in=[workshop.topic_id for workshop in workshops], kind__in=[*NOTICES, REMINDER]
    )
    for row in rows.order_by("pk").values(
        "topic_id", "ref", "kind", "rule", "state", "topic_rev", "context", "to_addr", "sent_at", "not_before"
    ):
        found[row["topic_id"] or 0, row["ref"] or 0].append(
            _Told(
                kind=row["kind"],
                rule=row["rule"],
                state=row["state"],
                rev=row["topic_rev"],
                programme=row["context"].get("programme", ""),
                why=row["context"].get("why", ""),
                to_addr=row["to_addr"],
                at=row["sent_at"] or row["not_before"],
            )
        )
    return found


def _wishes_for(programme: Programme, letters: list[_Told], now: datetime) -> Iterator[Wish]:
    notices = [letter for letter in letters if letter.kind != REMINDER]
    told = [letter for letter in notices if letter.state in TOLD]
    if programme.ends_at <= now:
        return
    if told and told[-1].says(programme):
        yield from _reminders(programme, letters, told[-1].at, now)
    elif notices and notices[-1].says(programme) and notices[-1].to_addr == programme.address:
        if notices[-1].state in UNSENT:
            yield from _reminders(programme, letters, notices[-1].at, now)
    else:
        kind, name = (MOVED, "moved") if told else (CONFIRMATION, "confirmation")
        yield _wish(programme, kind, programme.key(name), not_before=now, not_after=programme.ends_at)


def _reminders(programme: Programme, letters: list[_Told], told_at: datetime, now: datetime) -> Iterator[Wish]:
    there = {
        letter.rule
        for letter in letters
        if letter.kind == REMINDER and letter.says(programme) and letter.state in UNDEAD
    }
    for window in reminder_windows(
        programme.starts_at,
        days=settings.REMINDER_DAYS,
        hour=settings.REMINDER_HOUR,
        zone=programme.zone,
        told_at=told_at,
        now=now,
    ):
        if window.rule not in there:
            key = programme.key(f"reminder-{window.rule.lower()}")
            yield _wish(
                programme,
                REMINDER,
                key,
                not_before=window.not_before,
                not_after=window.not_after,
                rule=window.rule,
            )


def _farewells(
    workshops: Sequence[Workshop], releases: Mapping[int, AgendaRelease], letters: Any, standing: Any, now: datetime
) -> Iterator[Wish]:
    """One notice to each who was told and is not asked any more."""
    by_topic = {workshop.topic_id: workshop for workshop in workshops}
    gone: list[tuple[Workshop, int, str]] = []
    for (topic_id, speaker_pk), rows in letters.items():
        workshop = by_topic[topic_id]
        if (workshop.pk, speaker_pk) in standing:
            continue
        notices = [row for row in rows if row.kind != REMINDER]
        why = OFF if workshop.state in AT_REST else RELEASED
        # Without any version nothing says that somebody is off the agenda.
        if (why == OFF or workshop.pk in releases) and _owes_farewell(notices, workshop, why):
            gone.append((workshop, speaker_pk, why))
    speakers = (
        Speaker.objects.select_related("unit", "organization").in_bulk([pk for _w, pk, _why in gone]) if gone else {}
    )
    for workshop, speaker_pk, why in gone:
        speaker = speakers.get(speaker_pk)
        if speaker is not None and speaker.email:
            programme = Programme(workshop, speaker, releases.get(workshop.pk))
            yield _wish(
                programme,
                CANCELLED,
                programme.key(f"cancelled-{why}"),
                not_before=now,
                not_after=workshop.ends_at,
                why=why,
            )


def _owes_farewell(notices: list[_Told], workshop: Workshop, why: str) -> bool:
    told = [notice for notice in notices if notice.state in TOLD]
    if not told:
        return False
    last = told[-1]
    if last.kind == CANCELLED and (last.why == RELEASED or last.rev == workshop.topic.schedule_rev):
        return False
    waiting = notices[-1]
    return not (waiting.kind == CANCELLED and waiting.rev == workshop.topic.schedule_rev and waiting.why == why)


def _wish(
    programme: Programme,
    kind: str,
    key: str,
    *,
    not_before: datetime,
    not_after: datetime | None,
    rule: str = "",
    why: str = "",
) -> Wish:
    speaker, workshop = programme.speaker, programme.workshop
    return Wish(
        kind=kind,
        dedup_key=key,
        recipient_name=speaker.name,
        to_addr=programme.address,
        not_before=not_before,
        not_after=not_after,
        topic_id=workshop.topic_id,
        topic_rev=workshop.topic.schedule_rev,
        unit_id=speaker.unit_id,
        ref=speaker.pk,
        rule=rule,
        context={"programme": programme.fingerprint if programme.parts else "", **({"why": why} if why else {})},
    )


# --- what they say


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of any kind of this file, in four statements; None where the fact is gone."""
    topics = {message.topic_id for message in messages}
    speakers = {message.ref for message in messages}
    workshops = {
        workshop.topic_id: workshop
        for workshop in Workshop.objects.filter(topic__in=topics).select_related("topic", "organizer_unit", "host_unit")
    }
    people = Speaker.objects.select_related("unit", "organization").in_bulk([pk for pk in speakers if pk is not None])
    releases = newest_releases(workshops.values())
    standing = programmes(workshops.values(), releases, people)
    unsure = _unsure(workshops.values())
    found: dict[int, Rendered | None] = {}
    for message in messages:
        workshop = workshops.get(message.topic_id) if message.topic_id else None
        speaker = people.get(message.ref) if message.ref else None
        if workshop is None or speaker is None:
            found[message.pk] = None
            continue
        programme = standing.get((workshop.pk, speaker.pk)) or Programme(workshop, speaker, releases.get(workshop.pk))
        is_coming = (workshop.pk, speaker.pk) not in unsure
        is_true = _still_true(message, programme, is_coming=is_coming)
        found[message.pk] = _render(message, programme) if is_true else None
    return found


def _still_true(message: Message, programme: Programme, *, is_coming: bool) -> bool:
    """Late facts win: no letter says that somebody speaks who does not, or that a workshop is off that is on."""
    if message.kind == CANCELLED:
        is_off = programme.workshop.state in AT_REST
        return is_off if message.context.get("why") == OFF else not programme.parts
    return is_coming and programme.workshop.is_open and bool(programme.parts)


def _render(message: Message, programme: Programme) -> Rendered:
    letter = message.kind.removeprefix("workshops.")
    with translation.override(programme.language):
        context = _context(message, programme)
        subject = render_to_string(f"workshops/letters/{letter}.subject.txt", context)
        return Rendered(
            subject=" ".join(subject.split()),
            text=render_to_string(f"workshops/letters/{letter}.txt", context),
            html=render_to_string(f"workshops/letters/{letter}.html", context),
            attachments=_attachments(message, programme),
            reply_to=programme.workshop.organizer_unit.email,
        )


def _context(message: Message, programme: Programme) -> dict[str, Any]:
    workshop, zone = programme.workshop, programme.zone
    sessions = [
        {
            "role": part.role.get_role_display(),
            "theme": part.line.theme,
            "room": part.line.room,
            "when": span_line(part.line.starts_at, part.line.ends_at, zone),
            "elsewhere": " / ".join(three_spans(part.line.starts_at, part.line.ends_at, zone)[1:]),
        }
        for part in programme.parts
    ]
    is_held = workshop.starts_at is not None and workshop.ends_at is not None
    return {
        "message": message,
        "workshop": workshop,
        "speaker": programme.speaker,
        "sessions": sessions,
        "unit": workshop.organizer_unit,
        "place": ", ".join(part for part in (workshop.venue, workshop.venue_address) if part),
        "is_online": workshop.mode != Mode.ONSITE,
        "is_postponed": workshop.state == WorkshopState.POSTPONED,
        "is_released": message.context.get("why") == RELEASED,
        "when": span_line(workshop.starts_at, workshop.ends_at, zone) if is_held else workshop.fuzzy_date,  # type: ignore[arg-type]
        "day": day_line(programme.starts_at.astimezone(zone).date()) if programme.parts else "",
    }


def _attachments(message: Message, programme: Programme) -> tuple[Attachment, ...]:
    entry = calendar_entry(message, programme)
    if entry is None:
        return ()
    name = "pembatalan.ics" if entry.is_cancelled else "jadwal.ics"
    return (Attachment(name, entry.content_type, calendar_file(entry)),)


def calendar_entry(message: Message, programme: Programme) -> CalendarEntry | None:
    """From the speaker's first to the last session; taking out needs the times again, of the workshop where the speaker
    has no session any more. None when there is no time to name."""
    workshop = programme.workshop
    starts_at = programme.starts_at if programme.parts else workshop.starts_at
    ends_at = programme.ends_at if programme.parts else workshop.ends_at
    if starts_at is None or ends_at is None:
        return None
    host = urlsplit(settings.SITE_URL).hostname
    return CalendarEntry(
        uid=f"speaker-{workshop.pk}-{programme.speaker.pk}@{host}",
        sequence=programme.sequence,
        summary=workshop.title,
        starts_at=starts_at,
        ends_at=ends_at,
        tz=workshop.tz,
        stamp=message.created_at,
        organizer_name=workshop.organizer_unit.short_name,
        organizer_email=settings.DEFAULT_FROM_EMAIL,
        attendee_name=programme.speaker.name,
        attendee_email=message.to_addr,
        location=", ".join(part for part in (workshop.venue, workshop.venue_address) if part),
        description="\n".join(f"{part.role.get_role_display()}: {part.line.theme}" for part in programme.parts),
        is_cancelled=message.kind == CANCELLED,
    )
