"""The agenda as a paper: susunan acara as PDF and DOCX, and as calendar file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from toolkit.local_times import clock, clocks, day_line, span_line, three_spans
from toolkit.papers import Paper, set_pdf
from workshops.models import AgendaLine, AgendaRelease, Workshop

WIDTHS = (2.8, 6.6, 4.6, 2.6)


@dataclass(frozen=True)
class AgendaPaper:
    """What stands on the paper; `release` None is the draft, which the paper says of itself."""

    workshop: Workshop
    lines: Sequence[AgendaLine]
    release: AgendaRelease | None
    today: date

    @property
    def title(self) -> str:
        return _("Susunan Acara")

    @property
    def letterhead(self) -> list[str]:
        unit = self.workshop.organizer_unit
        return [unit.parent.official_name, unit.official_name] if unit.parent else [unit.official_name]

    @property
    def version(self) -> str:
        if self.release is None:
            return _("RANCANGAN, belum dirilis")
        return f"{self.release.name} · {day_line(self.release.released_at.astimezone(self.workshop.zone).date())}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        workshop = self.workshop
        rows = [(_("Kegiatan"), workshop.title), (_("Tema"), workshop.theme)]
        if workshop.starts_at and workshop.ends_at:
            rows.append((_("Waktu"), span_line(workshop.starts_at, workshop.ends_at, workshop.zone)))
        place = ", ".join(part for part in (workshop.venue, workshop.venue_address) if part)
        rows += [(_("Tempat"), place), (_("Versi"), self.version)]
        return [(label, value) for label, value in rows if value]

    @property
    def head(self) -> list[str]:
        return [_("Waktu"), _("Acara"), _("Petugas"), _("Ruang")]

    @property
    def days(self) -> list[dict[str, Any]]:
        zone = self.workshop.zone
        made = []
        for day, group in groupby(self.lines, key=lambda line: line.day(zone)):
            lines = list(group)
            hours = three_spans(min(one.starts_at for one in lines), max(one.ends_at for one in lines), zone)
            taught = sum(line.credit_hours for line in lines)
            made.append(
                {
                    "label": day_line(day),
                    "hours": " / ".join(hours),
                    "taught": _("%(n)s JP") % {"n": taught} if taught else "",
                    "rows": [self._row(line) for line in lines],
                }
            )
        return made

    def _row(self, line: AgendaLine) -> dict[str, Any]:
        zone = self.workshop.zone
        taught = f" · {line.credit_hours} JP" if line.credit_hours else ""
        people = [
            f"{role.get_role_display()}: {role.shown_name}" + (f", {role.position}" if role.position else "")
            for role in line.roles
        ]
        return {
            "hours": f"{clock(line.starts_at, zone)}–{clock(line.ends_at, zone)}",
            "theme": line.theme,
            "kind": f"{line.get_kind_display()}{taught}",
            "people": people,
            "room": line.room,
            "is_break": line.is_break,
        }

    @property
    def sums(self) -> str:
        lessons = sum(line.credit_hours for line in self.lines)
        hours = round(sum(line.person_hours for line in self.lines), 2)
        return _("Jumlah: %(jp)s JP (1 JP = 45 menit), %(oj)s OJ.") % {"jp": lessons, "oj": f"{hours:g}"}

    def signature(self) -> dict[str, str]:
        """Whoever is in charge signs; the place stands open."""
        official = self.workshop.person_in_charge
        return {
            "place_and_day": f"{'.' * 16}, {day_line(self.today).partition(', ')[2]}",
            "capacity": _("Penanggung jawab kegiatan"),
            "name": official.full_name if official else "",
        }


def agenda_pdf(paper: AgendaPaper) -> bytes:
    facts = {
        "title": paper.title,
        "subtitle": paper.workshop.title,
        "letterhead": paper.letterhead,
        "pairs": paper.pairs,
        "head": paper.head,
        "days": paper.days,
        "sums": paper.sums,
        "signature": paper.signature(),
        "mark": _("RANCANGAN") if paper.release is None else "",
        "page_word": _("Halaman"),
    }
    return set_pdf("workshops/papers/agenda.typ", facts)


def agenda_docx(paper: AgendaPaper) -> bytes:
    document = Paper(title=paper.title, letterhead=paper.letterhead, subtitle=paper.workshop.title)
    if paper.release is None:
        document.heading(_("RANCANGAN"))
    document.facts(paper.pairs)
    for day in paper.days:
        document.heading(f"{day['label']}{' · ' if day['taught'] else ''}{day['taught']}")
        document.text(day["hours"])
        rows = [
            (row["hours"], f"{row['theme']}\n{row['kind']}", "\n".join(row["people"]), row["room"])
            for row in day["rows"]
        ]
        document.table(paper.head, rows, widths=WIDTHS)
    document.text(paper.sums)
    document.signature(**paper.signature())
    return document.content()


def agenda_calendar(workshop: Workshop, release: AgendaRelease) -> bytes:
    """Every session of a released version as an event of its own; the same UID for life, and a SEQUENCE that rises
    with each version. No link to the meeting and no addresses: the file is for everybody."""
    host = urlsplit(settings.SITE_URL).hostname
    calendar = Calendar()
    calendar.add("prodid", "-//Portal Humas//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", workshop.title)
    for line in release.lines:
        event = Event()
        event.add("uid", f"session-{line.pk}@{host}")
        event.add("sequence", release.number - 1)
        event.add("dtstamp", release.released_at)
        event.add("dtstart", line.starts_at)
        event.add("dtend", line.ends_at)
        event.add("summary", f"{line.theme} ({workshop.title})")
        event.add("location", ", ".join(part for part in (line.room, workshop.venue, workshop.venue_address) if part))
        event.add("description", "\n".join(f"{role.get_role_display()}: {role.shown_name}" for role in line.roles))
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def hours_of(workshop: Workshop) -> list[str]:
    """The workshop's hours in the three zones, its own first; empty while it has no exact date."""
    if workshop.starts_at is None or workshop.ends_at is None:
        return []
    return [
        clocks(workshop.starts_at, workshop.ends_at, workshop.zone),
        *three_spans(workshop.starts_at, workshop.ends_at, workshop.zone)[1:],
    ]
