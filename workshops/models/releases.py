"""Released versions of an agenda: what was told, word for word, whatever the draft becomes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.one_line import one_line
from units.models import User
from workshops.models.agenda import Session, SessionKind, SessionRole, credit_hours, person_hours
from workshops.models.workshops import Workshop

SHAPE = 1


@dataclass(frozen=True)
class LineRole:
    """Who does what in a line; `speaker` is the key of the register, None for "akan dikonfirmasi"."""

    role: str
    speaker: int | None
    name: str
    position: str

    def get_role_display(self) -> str:
        return str(SessionRole.Role(self.role).label)

    @property
    def shown_name(self) -> str:
        return self.name if self.speaker else _("Akan dikonfirmasi")


@dataclass(frozen=True)
class AgendaLine:
    """A session as it stands in one version of the agenda; `pk` is the session's key, the same in every version."""

    pk: int
    kind: str
    theme: str
    starts_at: datetime
    ends_at: datetime
    room: str
    roles: tuple[LineRole, ...] = ()

    def get_kind_display(self) -> str:
        return str(SessionKind(self.kind).label)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def credit_hours(self) -> int:
        return credit_hours(self.kind, self.minutes)

    @property
    def person_hours(self) -> float:
        return person_hours(self.kind, self.minutes)

    @property
    def is_break(self) -> bool:
        return self.kind == SessionKind.BREAK

    def day(self, zone: ZoneInfo) -> date:
        return self.starts_at.astimezone(zone).date()


def lines_of(sessions: Iterable[Session]) -> list[AgendaLine]:
    """The draft as lines, in order of time; needs `roles__speaker`. Sessions in the tray are no part of it."""
    lines = [
        AgendaLine(
            pk=session.pk,
            kind=session.kind,
            theme=session.theme,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            room=session.room,
            roles=tuple(
                LineRole(role.role, role.speaker_id, str(role.speaker or ""), role.position_title)
                for role in sorted(session.roles.all(), key=lambda role: role.pk)
            ),
        )
        for session in sessions
        if session.starts_at is not None and session.ends_at is not None
    ]
    return in_order(lines)


def in_order(lines: Iterable[AgendaLine]) -> list[AgendaLine]:
    return sorted(lines, key=lambda line: (line.starts_at, line.ends_at, line.pk))


def snapshot_of(lines: Sequence[AgendaLine]) -> dict[str, Any]:
    """`{"shape": 1, "sessions": [{"pk", "kind", "theme", "starts_at", "ends_at", "room", "roles": [{"role", "speaker",
    "name", "position"}]}]}`; moments in ISO 8601 with their offset. `AgendaRelease.lines` reads it back."""
    sessions = [
        asdict(line) | {"starts_at": line.starts_at.isoformat(), "ends_at": line.ends_at.isoformat()} for line in lines
    ]
    return {"shape": SHAPE, "sessions": sessions}


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"A released agenda holds no moment such as {text!r}.")
    return moment


class AgendaReleaseQuerySet(models.QuerySet["AgendaRelease"]):
    def newest_of(self, workshops: Iterable[int]) -> Self:
        """The version that counts, one for each of these workshops that was ever released."""
        later = AgendaRelease.objects.filter(workshop=OuterRef("workshop")).order_by("-number")
        return self.filter(workshop__in=workshops, pk=Subquery(later.values("pk")[:1]))


class AgendaRelease(models.Model):
    """One version of an agenda as it was told; rows are only added. `agenda_rev` is the draft's revision it shows."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="agenda_releases")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(gettext_lazy("Nama versi"), max_length=80, validators=[one_line])
    note = models.CharField(gettext_lazy("Catatan"), max_length=300, blank=True, validators=[one_line])
    snapshot = models.JSONField()
    agenda_rev = models.PositiveIntegerField()
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = AgendaReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "number"], name="workshops_agendarelease_number_once"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="workshops_agendarelease_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[AgendaLine]:
        """Raises KeyError where the snapshot is of another shape."""
        return [
            AgendaLine(
                pk=row["pk"],
                kind=row["kind"],
                theme=row["theme"],
                starts_at=_moment(row["starts_at"]),
                ends_at=_moment(row["ends_at"]),
                room=row["room"],
                roles=tuple(LineRole(**role) for role in row["roles"]),
            )
            for row in self.snapshot["sessions"]
        ]
