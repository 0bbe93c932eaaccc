"""Papers of a workshop's people: the list of the committee as the appendix of its decree."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from toolkit.local_times import day_line, span_line
from toolkit.papers import Paper, set_pdf
from workshops.models import CommitteeDecree, CommitteeMember, Workshop

# Papers of the state are in Indonesian, whatever the reader reads.
LANGUAGE = "id"


def _facts(workshop: Workshop, members: Sequence[CommitteeMember], decree: CommitteeDecree | None) -> dict[str, Any]:
    when = (
        span_line(workshop.starts_at, workshop.ends_at, workshop.zone)
        if workshop.starts_at and workshop.ends_at
        else workshop.fuzzy_date
    )
    place = ", ".join(part for part in (workshop.venue, workshop.venue_address) if part)
    appendix = [
        (_("Nomor SK"), decree.number if decree else ""),
        (_("Tanggal SK"), day_line(decree.decided_on) if decree else ""),
        (_("Tentang"), decree.subject if decree else ""),
        (_("Kegiatan"), workshop.title),
        (_("Waktu"), when),
        (_("Tempat"), place),
    ]
    return {
        "title": _("Susunan Panitia"),
        "subtitle": _("Lampiran Surat Keputusan") if decree else workshop.title,
        "letterhead": [workshop.organizer_unit.official_name],
        "facts": [pair for pair in appendix if pair[1]],
        "head": [_("No."), _("Nama"), _("Jabatan"), pgettext("satu", "Satuan kerja"), _("Kedudukan")],
        "rows": [
            [
                str(n),
                member.name,
                member.position,
                member.unit.short_name if member.unit else "",
                str(member.get_role_display()),
            ]
            for n, member in enumerate(members, start=1)
        ],
        "capacity": decree.signing_position if decree else "",
        "signatory": decree.signatory if decree else "",
        "place_and_day": f"{day_line(decree.decided_on)}" if decree else "",
        "has_decree": decree is not None,
        "page_word": _("Halaman"),
    }


def committee_pdf(workshop: Workshop, members: Sequence[CommitteeMember], decree: CommitteeDecree | None) -> bytes:
    with override(LANGUAGE):
        return set_pdf("workshops/papers/committee.typ", _facts(workshop, members, decree))


def committee_word(workshop: Workshop, members: Sequence[CommitteeMember], decree: CommitteeDecree | None) -> bytes:
    with override(LANGUAGE):
        facts = _facts(workshop, members, decree)
    paper = Paper(title=facts["title"], subtitle=facts["subtitle"], letterhead=facts["letterhead"])
    paper.facts(facts["facts"])
    paper.table(facts["head"], facts["rows"], widths=[1.2, 5.2, 4.6, 3.2, 2.4])
    if facts["has_decree"]:
        paper.signature(place_and_day=facts["place_and_day"], capacity=facts["capacity"], name=facts["signatory"])
    return paper.content()
