"""What a Kanwil can own of preparation, each text with its canary; for the access tests and those of this area."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from units.models import Unit, User
from workshops.models import (
    ChecklistItem,
    ChecklistTemplate,
    ChecklistTemplateItem,
    DocumentKind,
    Series,
    Workshop,
    WorkshopDocument,
    WorkshopKind,
    WorkshopTemplate,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@dataclass
class Preparation:
    item: ChecklistItem
    document: WorkshopDocument
    checklist_template: ChecklistTemplate
    plan_template: WorkshopTemplate
    series: Series


def make_checklist_template(keeper: Unit | None, *, name: str, now: datetime, **fields: Any) -> ChecklistTemplate:
    """One with three items: a month before, by hand; two weeks before, by the sending; a week after, by hand."""
    values = {"kind": WorkshopKind.WORKSHOP, "created_at": now} | fields
    template = ChecklistTemplate.objects.create(name=name, keeper=keeper, **values)
    for title, days, fact in (("RAB", -30, ""), ("Undangan", -14, "invitations_sent"), ("Laporan", 7, "")):
        ChecklistTemplateItem.objects.create(
            template=template, title=f"{title} {name}", days=days, closes_by=fact, owner_role="sekretariat"
        )
    return template


def make_document(workshop: Workshop, *, name: str, by: User, now: datetime, **fields: Any) -> WorkshopDocument:
    values = {"kind": DocumentKind.SIGNED_INVITATION, "sha256": name.ljust(64, "0")[:64], "n_pages": 1} | fields
    document = WorkshopDocument(
        workshop=workshop, original_name=name, size=len(PDF), uploaded_at=now, uploaded_by=by, **values
    )
    document.file.save("dokumen.pdf", ContentFile(PDF), save=False)
    document.save()
    return document


def make_preparation(workshop: Workshop, keeper: Unit, *, canary: str, by: User, now: datetime) -> Preparation:
    plan = {"kind": "workshop", "mode": "onsite", "tz": "Asia/Jakarta", "theme": f"Pola {canary}"}
    series = Series.objects.create(
        title=f"Rangkaian {canary}",
        organizer_unit=keeper,
        rule="weekly",
        weekday=0,
        shared={"title": f"Rangkaian {canary}"},
        created_at=now,
        created_by=by,
    )
    Workshop.objects.filter(pk=workshop.pk).update(series=series, series_position=1)
    workshop.refresh_from_db()
    return Preparation(
        item=ChecklistItem.objects.create(workshop=workshop, title=f"Butir {canary}", days=-7),
        document=make_document(workshop, name=f"surat-{canary}.pdf", by=by, now=now),
        checklist_template=make_checklist_template(keeper, name=f"Daftar {canary}", now=now, created_by=by),
        plan_template=WorkshopTemplate.objects.create(
            name=f"Pola {canary}", kind="workshop", keeper=keeper, plan=plan, created_at=now, created_by=by
        ),
        series=series,
    )
