"""What each speaker does in a workshop, by the agenda as it was last released."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from workshops.models import AgendaLine, AgendaRelease, LineRole, Speaker, Workshop


@dataclass(frozen=True)
class Part:
    """One role in one session."""

    line: AgendaLine
    role: LineRole


@dataclass
class Share:
    """What one speaker has in one workshop, and how it is said to them."""

    workshop: Workshop
    speaker: Speaker

    @property
    def address(self) -> str:
        return self.speaker.email.lower()

    @property
    def zone(self) -> ZoneInfo:
        """Where the speaker reads clocks: the own office, else the place of the workshop."""
        return self.speaker.unit.zone if self.speaker.unit else self.workshop.zone

    @property
    def language(self) -> str:
        organization = self.speaker.organization
        return "en" if organization is not None and organization.country.strip().lower() != "indonesia" else "id"


@dataclass
class Programme(Share):
    """The sessions of one speaker in one workshop, in order of time; `release` is None before the first version."""

    release: AgendaRelease | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        times = {
            (part.line.pk, *(moment.astimezone(UTC).isoformat() for moment in (part.line.starts_at, part.line.ends_at)))
            for part in self.parts
        }
        return hashlib.sha256(repr(sorted(times)).encode()).hexdigest()[:12]

    @property
    def starts_at(self) -> datetime:
        return min(part.line.starts_at for part in self.parts)

    @property
    def ends_at(self) -> datetime:
        return max(part.line.ends_at for part in self.parts)

    @property
    def revision(self) -> int:
        """The draft's revision that the release shows, the first where there is none."""
        return self.release.agenda_rev if self.release else 1

    @property
    def sequence(self) -> int:
        """Rises with each release and each move, and never falls."""
        return self.workshop.topic.schedule_rev + self.revision - 2

    def key(self, letter: str) -> str:
        """One letter of this name for each state of schedule, release and address."""
        workshop, speaker = self.workshop, self.speaker
        address = hashlib.sha256(self.address.encode()).hexdigest()[:8]
        revision = f"r{workshop.topic.schedule_rev}.{self.revision}"
        return f"speaker-{letter}:ws{workshop.pk}:{revision}:sp{speaker.pk}:{address}"


def newest_releases(workshops: Iterable[Workshop]) -> dict[int, AgendaRelease]:
    """By workshop, in one statement."""
    rows = AgendaRelease.objects.newest_of(workshop.pk for workshop in workshops).order_by("pk")
    return {row.workshop_id: row for row in rows}


def programmes(
    workshops: Iterable[Workshop],
    releases: Mapping[int, AgendaRelease],
    speakers: Mapping[int, Speaker] | None = None,
) -> dict[tuple[int, int], Programme]:
    """By workshop and speaker; one statement, or none where the speakers are given (then only theirs)."""
    parts = [
        (workshop, Part(line, role))
        for workshop in workshops
        if workshop.pk in releases
        for line in releases[workshop.pk].lines
        for role in line.roles
        if role.speaker is not None
    ]
    if speakers is None:
        wanted = {part.role.speaker for _workshop, part in parts}
        speakers = Speaker.objects.select_related("unit", "organization").in_bulk(wanted)
    found: dict[tuple[int, int], Programme] = {}
    for workshop, part in parts:
        speaker = speakers.get(part.role.speaker or 0)
        if speaker is not None:
            key = (workshop.pk, speaker.pk)
            found.setdefault(key, Programme(workshop, speaker, releases[workshop.pk])).parts.append(part)
    return found
