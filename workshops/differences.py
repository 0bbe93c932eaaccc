"""What differs between two versions of an agenda, session by session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.models import AgendaLine, LineRole


class Difference(models.TextChoices):
    NEW = "new", _("Baru")
    CANCELLED = "cancelled", _("Dibatalkan")
    MOVED = "moved", _("Dipindahkan")
    ROOM = "room", _("Ganti ruang")
    PEOPLE = "people", _("Ganti petugas")
    TEXT = "text", _("Ganti judul")


TONES = {
    Difference.NEW: "teal",
    Difference.CANCELLED: "brick",
    Difference.MOVED: "gold",
    Difference.ROOM: "gold",
    Difference.PEOPLE: "plum",
    Difference.TEXT: "grey",
}


@dataclass(frozen=True)
class Change:
    """A session that differs, with everything that differs about it; `before` is None for a new one, `after` for one
    that is gone."""

    kinds: tuple[Difference, ...]
    before: AgendaLine | None
    after: AgendaLine | None

    @property
    def line(self) -> AgendaLine:
        line = self.after or self.before
        if line is None:
            raise ValueError("A change is about a session.")
        return line

    @property
    def badges(self) -> list[tuple[str, str]]:
        """(tone, words)."""
        return [(TONES[kind], str(kind.label)) for kind in self.kinds]

    @property
    def joined(self) -> list[LineRole]:
        return _without(self.after, self.before)

    @property
    def left(self) -> list[LineRole]:
        return _without(self.before, self.after)


def differences(before: Iterable[AgendaLine], after: Iterable[AgendaLine]) -> list[Change]:
    """In order of time. Sessions are known by their key: a moved one is not one that went and another that came."""
    old, new = {line.pk: line for line in before}, {line.pk: line for line in after}
    changes = [Change((Difference.NEW,), None, line) for pk, line in new.items() if pk not in old]
    changes += [Change((Difference.CANCELLED,), line, None) for pk, line in old.items() if pk not in new]
    for pk in old.keys() & new.keys():
        kinds = tuple(_kinds(old[pk], new[pk]))
        if kinds:
            changes.append(Change(kinds, old[pk], new[pk]))
    return sorted(changes, key=lambda change: (change.line.starts_at, change.line.pk))


def _kinds(old: AgendaLine, new: AgendaLine) -> Iterable[Difference]:
    if (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at):
        yield Difference.MOVED
    if old.room != new.room:
        yield Difference.ROOM
    if _people(old) != _people(new):
        yield Difference.PEOPLE
    if (old.theme, old.kind) != (new.theme, new.kind):
        yield Difference.TEXT


def _people(line: AgendaLine) -> list[tuple[str, int, str]]:
    return sorted((role.role, role.speaker or 0, role.position) for role in line.roles)


def _without(one: AgendaLine | None, other: AgendaLine | None) -> list[LineRole]:
    there = {(role.role, role.speaker) for role in (other.roles if other else ())}
    return [role for role in (one.roles if one else ()) if (role.role, role.speaker) not in there]


def counted(changes: Sequence[Change]) -> list[tuple[Difference, int]]:
    """How many sessions are concerned by each kind of difference, in the order of the kinds."""
    found = [(kind, sum(kind in change.kinds for change in changes)) for kind in Difference]
    return [(kind, n) for kind, n in found if n]
