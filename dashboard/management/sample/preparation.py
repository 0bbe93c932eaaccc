"""Preparation of the coming workshops: templates, a checklist half done, a signed letter, and a monthly briefing."""

from datetime import time, timedelta

from django.core.files.base import ContentFile

from dashboard.management.sample.agreements import one_page_pdf
from dashboard.management.sample.scene import Scene, at
from toolkit.recurring_days import Recurrence, Rule
from workshops.actions.checklists import (
    ItemFacts,
    TemplateFacts,
    apply_template,
    create_checklist_template,
    items_of,
)
from workshops.actions.documents import file_document
from workshops.actions.series import Besides, SeriesFacts, Shared, create_series
from workshops.actions.templates import save_as_template
from workshops.models import ChecklistTemplate, DocumentKind, Mode, Workshop, WorkshopKind

# Title, days from the start, role, and the fact that closes it.
WORKSHOP_ITEMS = [
    ("Kegiatan disetujui pimpinan", -45, "penanggung jawab", "approved"),
    ("KAK/TOR disusun", -42, "penanggung jawab", "terms_filed"),
    ("RAB disusun", -40, "bendahara", "budget_drafted"),
    ("Tempat ditetapkan", -35, "seksi tempat", "venue_set"),
    ("Rundown disusun", -30, "seksi acara", "agenda_filled"),
    ("Semua narasumber bersedia", -21, "seksi acara", "speakers_confirmed"),
    ("Surat undangan ditandatangani dan diunggah", -20, "sekretariat", "signed_letter_filed"),
    ("Undangan terkirim", -18, "sekretariat", "invitations_sent"),
    ("Semua undangan terjawab", -7, "sekretariat", "invitations_answered"),
    ("Tautan rapat daring terisi", -7, "seksi teknis", "meeting_link_set"),
    ("Konsumsi dan perlengkapan dipesan", -5, "bendahara", ""),
    ("Gladi teknis", -1, "seksi teknis", ""),
    ("Laporan kegiatan selesai", 14, "penanggung jawab", "reported"),
]
BRIEFING_ITEMS = [
    ("Materi pengarahan disetujui", -7, "penanggung jawab", ""),
    ("Undangan terkirim", -5, "sekretariat", "invitations_sent"),
    ("Tautan rapat daring terisi", -3, "seksi teknis", "meeting_link_set"),
    ("Ringkasan dibagikan", 2, "sekretariat", ""),
]
GUIDANCE_ITEMS = [
    ("Surat permohonan tempat ke UPT tuan rumah", -30, "sekretariat", ""),
    ("Tempat ditetapkan", -28, "sekretariat", "venue_set"),
    ("Undangan UPT terkirim", -14, "sekretariat", "invitations_sent"),
    ("Semua narasumber bersedia", -10, "seksi acara", "speakers_confirmed"),
    ("Laporan ke biro", 14, "penanggung jawab", "reported"),
]


def load_preparation(scene: Scene, workshop: Workshop) -> None:
    """`workshop` is the one the demonstration is about."""
    usual = _template(scene, "Workshop tatap muka dan hibrida", WorkshopKind.WORKSHOP, WORKSHOP_ITEMS, by="admin.biro")
    briefing = _template(scene, "Pengarahan bulanan", WorkshopKind.BRIEFING, BRIEFING_ITEMS, by="admin.biro")
    guidance = _template(scene, "Bimtek UPT", WorkshopKind.TECH_GUIDANCE, GUIDANCE_ITEMS, by="admin.jateng")
    _half_done(scene, workshop, usual)
    coming = Workshop.objects.get(kind=WorkshopKind.TECH_GUIDANCE, starts_at__gt=scene.now)
    apply_template(coming, template=guidance)
    _monthly_briefing(scene, briefing)
    for source, name, by in (
        (workshop, "Workshop dua hari dengan mitra", "admin.biro"),
        (coming, "Bimtek sehari di UPT", "admin.jateng"),
    ):
        save_as_template(source, name=name, with_speakers=False, by=scene.users[by], now=scene.now)


def _template(
    scene: Scene, name: str, kind: str, items: list[tuple[str, int, str, str]], *, by: str
) -> ChecklistTemplate:
    return create_checklist_template(
        facts=TemplateFacts(name=name, kind=kind),
        items=[ItemFacts(title=title, days=days, owner_role=role, closes_by=fact) for title, days, role, fact in items],
        by=scene.users[by],
        now=at(scene.today - timedelta(days=60), "09.00"),
    )


def _half_done(scene: Scene, workshop: Workshop, template: ChecklistTemplate) -> None:
    by, today = scene.users["staf.biro"], scene.today
    apply_template(workshop, template=template)
    letter = ContentFile(one_page_pdf(["Surat undangan", workshop.title, "Contoh, bukan surat asli."]))
    letter.name = "surat-undangan-medsos.pdf"
    file_document(
        workshop,
        kind=DocumentKind.SIGNED_INVITATION,
        file=letter,
        by=by,
        now=at(today - timedelta(days=9), "15.00"),
    )


def _monthly_briefing(scene: Scene, template: ChecklistTemplate) -> None:
    by = scene.users["admin.biro"]
    create_series(
        facts=SeriesFacts(
            organizer_unit=scene.units["Biro Humas"],
            kind=WorkshopKind.BRIEFING,
            tz="Asia/Jakarta",
            recurrence=Recurrence(Rule.WEEKDAY_OF_MONTH, weekday=0, nth=3),
            first=scene.today + timedelta(days=45),
            n_members=6,
            starts=time(9),
            ends=time(11),
        ),
        shared=Shared(
            title="Pengarahan Humas Bulanan",
            theme="Evaluasi publikasi bulan lalu dan agenda bulan ini",
            mode=Mode.ONLINE,
            meeting_url="https://rapat.humas.invalid/pengarahan",
            meeting_id="812 0000 1100",
            meeting_passcode="humas11",
            person_in_charge=scene.users["staf.biro"].pk,
        ),
        besides=Besides(items=items_of(template)),
        by=by,
        now=at(scene.today - timedelta(days=2), "10.00"),
    )
