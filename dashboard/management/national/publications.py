"""Publications of national size: every agreement with a copy that stands on one shared small file and ten pages of
words, put straight into the tables."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.actions.texts import refresh_words
from partnerships.models import Agreement, AgreementFile, FileKind, FileText, Publication
from toolkit.uploads import check_pdf
from units.models import User

BATCH = 500
COPY_NAME = "agreements/contoh-publik.pdf"
PARAGRAPH = (
    "Para pihak sepakat melaksanakan pelatihan kehumasan, publikasi layanan, pertukaran data, penelitian, dan "
    "pengabdian masyarakat di wilayah kerja masing-masing menurut rencana tahunan nomor {n} pada pasal {p}. "
)
PARAGRAPHS = 120


def publish_all(n: int, *, by: User, now: datetime) -> int:
    """Publishes up to `n` agreements that are not published yet; how many."""
    file = ContentFile(one_page_pdf(["Salinan publik contoh"]), name="publik.pdf")
    facts = check_pdf(file)
    if not default_storage.exists(COPY_NAME):
        default_storage.save(COPY_NAME, file)
    rows = iter(Agreement.objects.filter(publication=None).order_by("pk").values_list("pk", flat=True)[:n])
    made = 0
    while keys := list(islice(rows, BATCH)):
        copies = AgreementFile.objects.bulk_create(
            AgreementFile(
                agreement_id=key,
                kind=FileKind.PUBLIC,
                file=COPY_NAME,
                original_name="publik.pdf",
                size=facts.size,
                sha256=f"{key:064x}",
                n_pages=10,
                uploaded_at=now,
                uploaded_by=by,
            )
            for key in keys
        )
        _insert(FileText, (FileText(file=copy, text=_text(copy.agreement_id), read_at=now) for copy in copies))
        _insert(
            Publication,
            (
                Publication(
                    agreement_id=copy.agreement_id,
                    public_file=copy,
                    published_at=now - timedelta(minutes=copy.agreement_id),
                    published_by=by,
                )
                for copy in copies
            ),
        )
        refresh_words(keys, now=now)
        made += len(keys)
    return made


def _insert(model: Any, rows: Iterator[models.Model]) -> None:
    model.objects.bulk_create(rows, batch_size=BATCH)


def _text(key: int) -> str:
    """About ten pages, with one word that stands nowhere else."""
    pages = (PARAGRAPH.format(n=key, p=p) for p in range(PARAGRAPHS))
    return f"katakunci{key} " + "".join(pages)
