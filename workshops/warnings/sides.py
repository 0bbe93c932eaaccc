"""How the two sides of a warning are named and where they lead."""

from datetime import date, datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from toolkit.local_times import clocks, day_line, days_line, span_short
from workshops.models import Session, Workshop, WorkshopRoom
from workshops.warnings.kinds import Side


class Sides:
    """For the agenda of one workshop; addresses are built once."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop, self.zone = workshop, workshop.zone
        self.agenda = reverse("workshop_agenda", args=[workshop.pk])
        self.rooms = reverse("workshop_rooms", args=[workshop.pk])
        self.speakers = reverse("speaker_list")
        self._made: dict[int, Side] = {}

    def session(self, session: Session) -> Side:
        if session.pk not in self._made:
            when, url = "", f"{self.agenda}#sesi-{session.pk}"
            if session.starts_at and session.ends_at:
                when = span_short(session.starts_at, session.ends_at, self.zone)
                url = f"{self.agenda}?tanggal={self._day(session.starts_at):%Y-%m-%d}#sesi-{session.pk}"
            self._made[session.pk] = Side(session.theme, when, url, session.pk)
        return self._made[session.pk]

    def edit(self, session: Session) -> Side:
        return Side(_("isi petugasnya"), url=reverse("session_edit", args=[self.workshop.pk, session.pk]))

    def tray(self) -> Side:
        return Side(_("lihat laci sesi"), url=f"{self.agenda}#laci")

    def days(self) -> Side:
        first, last = self.workshop.first_day, self.workshop.last_day
        when = days_line(first, last) if first and last else self.workshop.fuzzy_date
        return Side(self.workshop.title, when, reverse("workshop_detail", args=[self.workshop.pk]))

    def day(self, day: date) -> Side:
        return Side(day_line(day), url=f"{self.agenda}?tanggal={day:%Y-%m-%d}")

    def room(self, room: WorkshopRoom) -> Side:
        return Side(room.name, url=self.rooms)

    def speaker(self, name: str, when: str = "") -> Side:
        return Side(name, when, f"{self.speakers}?q={quote(name)}")

    def elsewhere(self, title: str, workshop: int, starts_at: datetime, ends_at: datetime, *, is_seen: bool) -> Side:
        """Another workshop; who may not see it learns the time, not the name."""
        when = span_short(starts_at, ends_at, self.zone)
        if not is_seen:
            return Side(_("kegiatan lain"), when)
        day = f"{self._day(starts_at):%Y-%m-%d}"
        return Side(title, when, f"{reverse('workshop_agenda', args=[workshop])}?tanggal={day}")

    def clock(self, label: str, starts_at: datetime, ends_at: datetime) -> Side:
        return Side(label, clocks(starts_at, ends_at, self.zone))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
