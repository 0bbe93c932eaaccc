"""The facts about preparation that this app can tell by itself."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from toolkit.local_times import day_short
from workshops.facts import Fact, Finding, counted, register_fact
from workshops.models import (
    AgendaRelease,
    BudgetLine,
    DocumentKind,
    Mode,
    Session,
    SessionRole,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
    WorkshopDocument,
    WorkshopState,
)

APPROVED = [
    WorkshopState.APPROVED,
    WorkshopState.REGISTRATION,
    WorkshopState.RUNNING,
    WorkshopState.FINISHED,
    WorkshopState.REPORTED,
]
Counts = Mapping[str, Any]


def _approved(workshop: Workshop, counts: Counts) -> Finding:
    return Finding(workshop.state in APPROVED, str(workshop.get_state_display()).lower())


def _venue(workshop: Workshop, counts: Counts) -> Finding:
    if workshop.mode == Mode.ONLINE:
        return Finding(True, _("kegiatan daring, tanpa tempat"))
    place = workshop.venue or (_("di satuan kerja tuan rumah") if workshop.host_unit_id else "")
    return Finding(bool(place), place)


def _meeting_link(workshop: Workshop, counts: Counts) -> Finding:
    if workshop.mode == Mode.ONSITE:
        return Finding(True, _("kegiatan tatap muka, tanpa tautan"))
    return Finding(bool(workshop.meeting_url), _("tautan terisi") if workshop.meeting_url else "")


def _agenda(workshop: Workshop, counts: Counts) -> Finding:
    n = counts["sessions"]
    return Finding(n > 0, ngettext("%(n)d sesi di rundown", "%(n)d sesi di rundown", n) % {"n": n} if n else "")


def _released(workshop: Workshop, counts: Counts) -> Finding:
    n = counts["releases"]
    return Finding(n > 0, ngettext("%(n)d versi dirilis", "%(n)d versi dirilis", n) % {"n": n} if n else "")


def _budget(workshop: Workshop, counts: Counts) -> Finding:
    n = counts["lines"]
    return Finding(n > 0, ngettext("%(n)d baris anggaran", "%(n)d baris anggaran", n) % {"n": n} if n else "")


def _speakers(workshop: Workshop, counts: Counts) -> Finding:
    """All who are to speak have accepted, and no place of a speaker is open."""
    n, accepted, vacant = counts["speakers"], counts["accepted"], counts["vacant"]
    if not n and not vacant:
        return Finding(False)
    if accepted == n and not vacant:
        return Finding(True, ngettext("%(n)d narasumber bersedia", "%(n)d narasumber bersedia", n) % {"n": n})
    words = [_("%(accepted)d dari %(n)d narasumber bersedia") % {"accepted": accepted, "n": n}] if n else []
    if vacant:
        line = ngettext("%(n)d tempat masih kosong", "%(n)d tempat masih kosong", vacant)
        words.append(line % {"n": vacant})
    return Finding(False, ", ".join(words))


def _filed(workshop: Workshop, counts: Counts) -> Finding:
    at = counts["at"]
    return Finding(at is not None, _("diunggah %(day)s") % {"day": day_short(timezone.localdate(at))} if at else "")


def _reported(workshop: Workshop, counts: Counts) -> Finding:
    is_true = workshop.state == WorkshopState.REPORTED
    return Finding(is_true, _("kegiatan sudah dilaporkan") if is_true else "")


def _document(name: str, label: Any, kind: str) -> Fact:
    filed = WorkshopDocument.objects.filter(workshop=OuterRef("pk"), kind=kind).order_by().values("workshop")
    last = Subquery(filed.annotate(last=Max("uploaded_at")).values("last"))
    return Fact(name, label, "workshop_detail", _filed, {"at": last})


def _speakers_counts() -> dict[str, Any]:
    roles = SessionRole.objects.filter(session__workshop=OuterRef("pk"), role=SessionRole.Role.SPEAKER)
    accepted = SpeakerInvitation.objects.standing().filter(
        workshop=OuterRef("session__workshop"), speaker=OuterRef("speaker"), answer=SpeakerAnswer.ACCEPTED
    )

    def people(rows: QuerySet[SessionRole]) -> Any:
        return counted(rows, "session__workshop", distinct="speaker")

    return {
        "speakers": people(roles.filter(speaker__isnull=False)),
        "accepted": people(roles.filter(Exists(accepted))),
        "vacant": counted(roles.filter(Q(speaker=None)), "session__workshop"),
    }


def register() -> None:
    """Called when the app is ready."""
    sessions = {"sessions": counted(Session.objects.filter(workshop=OuterRef("pk")), "workshop")}
    own: list[tuple[str, Any, str, Callable[[Workshop, Counts], Finding], dict[str, Any]]] = [
        ("approved", gettext_lazy("Kegiatan disetujui"), "workshop_detail", _approved, {}),
        ("venue_set", gettext_lazy("Tempat ditetapkan"), "workshop_detail", _venue, {}),
        ("meeting_link_set", gettext_lazy("Tautan rapat daring terisi"), "workshop_detail", _meeting_link, {}),
        ("agenda_filled", gettext_lazy("Rundown terisi"), "workshop_agenda", _agenda, sessions),
        (
            "speakers_confirmed",
            gettext_lazy("Semua narasumber bersedia"),
            "workshop_agenda",
            _speakers,
            _speakers_counts(),
        ),
        (
            "agenda_released",
            gettext_lazy("Rundown dirilis"),
            "workshop_agenda",
            _released,
            {"releases": counted(AgendaRelease.objects.filter(workshop=OuterRef("pk")), "workshop")},
        ),
        (
            "budget_drafted",
            gettext_lazy("RAB disusun"),
            "workshop_budget",
            _budget,
            {"lines": counted(BudgetLine.objects.filter(budget__workshop=OuterRef("pk")), "budget__workshop")},
        ),
        ("reported", gettext_lazy("Kegiatan dilaporkan"), "workshop_detail", _reported, {}),
    ]
    for fact in own:
        register_fact(Fact(*fact))
    for name, label, kind in (
        (
            "signed_letter_filed",
            gettext_lazy("Surat undangan bertanda tangan diunggah"),
            DocumentKind.SIGNED_INVITATION,
        ),
        ("terms_filed", gettext_lazy("KAK/TOR diunggah"), DocumentKind.TERMS_OF_REFERENCE),
        ("decree_filed", gettext_lazy("Surat keputusan diunggah"), DocumentKind.DECREE),
    ):
        register_fact(_document(name, label, kind))
