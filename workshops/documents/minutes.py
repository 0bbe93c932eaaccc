"""The minutes of a planning meeting, as PDF and as DOCX, from the same facts."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from toolkit.local_times import day_line, day_short, moment_line, span_line
from toolkit.papers import Paper, set_pdf
from workshops.models import AttendeeRole, AttendeeSide, PlanningMeeting


@dataclass(frozen=True)
class Minutes:
    """All texts in the reader's language; times in the zone of the meeting."""

    title: str
    subtitle: str
    letterhead: list[str]
    facts: list[tuple[str, str]]
    attendee_head: list[str]
    attendees: list[list[str]]
    items: list[dict[str, str]]
    action_head: list[str]
    actions: list[list[str]]
    notes: str
    place_and_day: str
    signers: list[tuple[str, str]]


def minutes_of(meeting: PlanningMeeting) -> Minutes:
    """Reads the meeting with its rows; needs `workshop.organizer_unit` and `workshop.partner`."""
    workshop = meeting.workshop
    unit = workshop.organizer_unit
    people = list(meeting.attendees.order_by("sequence", "pk"))
    items = list(meeting.items.order_by("position", "pk"))
    actions = meeting.action_items.select_related("agenda_item").order_by("sequence", "pk")
    day = meeting.starts_at.astimezone(meeting.zone).date()
    return Minutes(
        title=_("Notula rapat"),
        subtitle=meeting.title,
        letterhead=unit.letterhead.splitlines() or [unit.official_name],
        facts=_facts(meeting),
        attendee_head=[_("No."), _("Nama"), _("Jabatan"), _("Satuan kerja atau instansi"), _("Kehadiran")],
        attendees=[
            [
                str(n),
                person.name,
                person.position,
                person.affiliation or str(AttendeeSide(person.side).label),
                _("hadir") if person.is_present else _("tidak hadir"),
            ]
            for n, person in enumerate(people, start=1)
        ],
        items=[
            {
                "title": f"{item.position}. {item.title}",
                "kind": item.get_kind_display(),
                "notes": item.notes or _("Tidak ada catatan pembahasan."),
                "decision": item.decision or _("Belum ada keputusan."),
            }
            for item in items
        ],
        action_head=[_("No."), _("Tindak lanjut"), _("Penanggung jawab"), _("Tenggat"), _("Mata acara")],
        actions=[
            [
                str(n),
                action.text + (f" ({action.note})" if action.note else ""),
                action.owner_name,
                day_short(action.due_on),
                str(action.agenda_item.position) if action.agenda_item else "–",
            ]
            for n, action in enumerate(actions, start=1)
        ],
        notes=meeting.notes,
        place_and_day=", ".join(part for part in (unit.city, day_line(day).partition(", ")[2]) if part),
        signers=_signers(people),
    )


def _facts(meeting: PlanningMeeting) -> list[tuple[str, str]]:
    workshop, zone = meeting.workshop, meeting.zone
    when = moment_line(meeting.starts_at, zone)
    if meeting.ends_at is not None:
        when = span_line(meeting.starts_at, meeting.ends_at, zone)
    rows = [
        (_("Kegiatan"), workshop.title),
        (_("Waktu"), when),
        (_("Tempat"), meeting.place or (_("Daring") if meeting.meeting_url else "–")),
        (_("Mitra"), workshop.partner.name if workshop.partner else ""),
    ]
    return [row for row in rows if row[1]]


def _signers(people: list[Any]) -> list[tuple[str, str]]:
    """The chair, and who took notes where somebody did: capacity and name, empty for dots to write on."""
    by_role = {person.role: person.name for person in reversed(people)}
    chair = (str(AttendeeRole.CHAIR.label), by_role.get(AttendeeRole.CHAIR, ""))
    note_taker = by_role.get(AttendeeRole.NOTE_TAKER)
    return [(str(AttendeeRole.NOTE_TAKER.label), note_taker), chair] if note_taker else [chair]


def minutes_pdf_of(meeting: PlanningMeeting, *, language: str) -> bytes:
    minutes = minutes_of(meeting)
    words = {
        "people": _("Peserta rapat"),
        "topics": _("Pembahasan dan keputusan"),
        "actions": _("Tindak lanjut"),
        "notes": _("Catatan lain"),
        "said": _("Pembahasan"),
        "decided": _("Keputusan"),
        "no_actions": _("Tidak ada tindak lanjut."),
        "page": _("Halaman"),
    }
    return set_pdf("workshops/papers/minutes.typ", {**vars(minutes), "words": words, "lang": language})


def minutes_docx_of(meeting: PlanningMeeting) -> bytes:
    minutes = minutes_of(meeting)
    paper = Paper(title=minutes.title, letterhead=minutes.letterhead, subtitle=minutes.subtitle)
    paper.facts(minutes.facts)
    if minutes.attendees:
        paper.heading(_("Peserta rapat"))
        paper.table(minutes.attendee_head, minutes.attendees, widths=[1, 4.6, 4.2, 4.4, 2.4])
    paper.heading(_("Pembahasan dan keputusan"))
    for item in minutes.items:
        paper.heading(f"{item['title']} ({item['kind'].lower()})")
        paper.facts([(_("Pembahasan"), item["notes"]), (_("Keputusan"), item["decision"])])
    paper.heading(_("Tindak lanjut"))
    if minutes.actions:
        paper.table(minutes.action_head, minutes.actions, widths=[1, 6.8, 4.2, 2.6, 2])
    else:
        paper.text(_("Tidak ada tindak lanjut."))
    if minutes.notes:
        paper.heading(_("Catatan lain"))
        paper.text(minutes.notes)
    for n, (capacity, name) in enumerate(minutes.signers):
        paper.signature(place_and_day=minutes.place_and_day if n == 0 else "", capacity=capacity, name=name)
    return paper.content()
