"""The kinds of warnings: each has a code, a severity, and names two sides with a way there."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Severity(models.TextChoices):
    CLASH = "clash", gettext_lazy("Bentrok")
    NOTICE = "notice", gettext_lazy("Perlu diperhatikan")


class Code(models.TextChoices):
    SPEAKER_TWICE = "speaker_twice", gettext_lazy("Petugas di dua tempat")
    SPEAKER_AWAY = "speaker_away", gettext_lazy("Petugas berhalangan")
    ROOM_TWICE = "room_twice", gettext_lazy("Dua sesi di satu ruang")
    ROOM_TAKEN = "room_taken", gettext_lazy("Ruang dipakai kegiatan lain")
    OUTSIDE_DAYS = "outside_days", gettext_lazy("Di luar hari kegiatan")
    ROOM_TOO_SMALL = "room_too_small", gettext_lazy("Ruang terlalu kecil")
    NOT_CONFIRMED = "not_confirmed", gettext_lazy("Narasumber belum memastikan")
    NO_SPEAKER = "no_speaker", gettext_lazy("Belum ada narasumber")
    UNSCHEDULED = "unscheduled", gettext_lazy("Sesi belum terjadwal")
    GAP = "gap", gettext_lazy("Waktu tanpa acara")
    NO_BREAK = "no_break", gettext_lazy("Terlalu lama tanpa jeda")
    HOLIDAY = "holiday", gettext_lazy("Hari libur")
    FRIDAY_PRAYER = "friday_prayer", gettext_lazy("Waktu salat Jumat")


CLASHES = [Code.SPEAKER_TWICE, Code.SPEAKER_AWAY, Code.ROOM_TWICE, Code.ROOM_TAKEN, Code.OUTSIDE_DAYS]

# What stands before the other side, where the first side is known from the place.
WORDS = {
    Code.SPEAKER_TWICE: gettext_lazy("Bentrok: %(what)s juga mengisi"),
    Code.SPEAKER_AWAY: gettext_lazy("%(what)s berhalangan:"),
    Code.ROOM_TWICE: gettext_lazy("%(what)s dipakai bersamaan dengan"),
    Code.ROOM_TAKEN: gettext_lazy("%(what)s sudah dipakai"),
    Code.OUTSIDE_DAYS: gettext_lazy("Di luar hari"),
    Code.ROOM_TOO_SMALL: gettext_lazy("Kurang tempat: %(what)s di"),
    Code.NOT_CONFIRMED: gettext_lazy("%(what)s:"),
    Code.NO_SPEAKER: gettext_lazy("Belum ada narasumber;"),
    Code.UNSCHEDULED: gettext_lazy("Belum terjadwal (%(what)s);"),
    Code.GAP: gettext_lazy("%(what)s tanpa acara sampai"),
    Code.NO_BREAK: gettext_lazy("%(what)s materi tanpa jeda sampai"),
    Code.HOLIDAY: gettext_lazy("Hari libur:"),
    Code.FRIDAY_PRAYER: gettext_lazy("Bertepatan dengan"),
}


@dataclass(frozen=True)
class Side:
    """One of the two things that do not go together; `session` is its key where it is a session of this agenda."""

    label: str
    when: str = ""
    url: str = ""
    session: int | None = None


@dataclass(frozen=True)
class AgendaWarning:
    """`here` is always of this agenda. `what` is the person, room or amount it is about."""

    code: Code
    here: Side
    there: Side
    what: str = ""

    @staticmethod
    def is_grave(code: Code) -> bool:
        return code in CLASHES

    @property
    def severity(self) -> Severity:
        return Severity.CLASH if self.is_grave(self.code) else Severity.NOTICE

    @property
    def words(self) -> str:
        return str(WORDS[self.code]) % {"what": self.what}

    @property
    def key(self) -> tuple[str, str, int | None, int | None, str]:
        """The same for the same warning in every language."""
        return self.code, self.what, self.here.session, self.there.session, self.there.label

    def seen_from(self, session: int) -> "AgendaWarning":
        """The same, with the other session of this agenda as `here`."""
        if self.there.session == session:
            return AgendaWarning(self.code, self.there, self.here, self.what)
        return self


def minutes_text(minutes: int) -> str:
    """`45 menit`, `3 jam`, `3 jam 15 menit`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s menit", "%(n)s menit", rest) % {"n": rest}
    if not rest:
        return _("%(n)s jam") % {"n": hours}
    return _("%(h)s jam %(n)s menit") % {"h": hours, "n": rest}
