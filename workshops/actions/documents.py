"""What changes about the papers of a workshop."""

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partnerships.actions import plain_name
from toolkit.history import save_by
from toolkit.uploads import PdfFacts, check_pdf
from units.models import User
from workshops.actions.refusals import Refusal
from workshops.models import Workshop, WorkshopDocument


class DocumentIsKnown(Refusal):
    sentence = _("Berkas yang sama sudah tersimpan pada kegiatan ini.")
    field = "file"


def file_document(
    workshop: Workshop, *, kind: str, file: "File[Any]", by: User, now: datetime, facts: PdfFacts | None = None
) -> WorkshopDocument:
    """Keeps a PDF byte for byte under a random name. `facts` of a check already made spare a second one.

    Raises UnfitFile for what is no plain PDF and DocumentIsKnown when the workshop already holds the same bytes."""
    facts = facts or check_pdf(file)
    with transaction.atomic():
        Workshop.objects.select_for_update(of=("self",)).only("pk").get(pk=workshop.pk)
        if workshop.documents.filter(sha256=facts.sha256).exists():
            raise DocumentIsKnown
        document = WorkshopDocument(
            workshop=workshop,
            kind=kind,
            file=file,
            original_name=plain_name(file.name or ""),
            size=facts.size,
            sha256=facts.sha256,
            n_pages=facts.n_pages,
            has_signature=facts.has_signature,
            uploaded_at=now,
            uploaded_by=by,
        )
        save_by(document, by=by, now=now)
    return document


def discard_document(document: WorkshopDocument, *, by: User, now: datetime) -> None:
    """Takes a paper back; who did it stays in the history, the bytes go. Doing it twice is harmless."""
    with transaction.atomic():
        current = WorkshopDocument.objects.select_for_update(of=("self",)).filter(pk=document.pk).first()
        if current is None:
            return
        storage, name = current.file.storage, str(current.file.name)
        vars(current).update(_history_user=by, _history_date=now)
        current.delete()
        transaction.on_commit(lambda: storage.delete(name))
