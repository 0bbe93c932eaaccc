"""What changes about agreements and their signed copies."""

from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partnerships.models import Agreement, AgreementFile, FileKind
from toolkit.history import save_by
from toolkit.uploads import PdfFacts, check_pdf
from units.models import User


class FileIsKnown(Exception):
    """The same bytes are already filed with this agreement."""

    def __str__(self) -> str:
        return str(_("Berkas yang sama sudah tersimpan pada perjanjian ini."))


def plain_name(name: str) -> str:
    """The sender's file name for the row: no folders, no control characters, at most 200 characters with its ending."""
    name = "".join(character for character in PurePath(name).name if character.isprintable()).strip() or "naskah.pdf"
    stem, suffix = name[:-4], name[-4:]
    return name if len(name) <= 200 else f"{stem[:195]}…{suffix}"


@transaction.atomic
def record_file(
    agreement: Agreement,
    *,
    file: "File[Any]",
    by: User,
    now: datetime,
    kind: str = FileKind.SIGNED,
    facts: PdfFacts | None = None,
) -> AgreementFile:
    """Files a PDF byte for byte under a random name. `facts` of a check already made spare a second one.

    Raises UnfitFile for what is no plain PDF and FileIsKnown when the agreement already holds the same bytes."""
    facts = facts or check_pdf(file)
    if agreement.files.filter(sha256=facts.sha256).exists():
        raise FileIsKnown
    copy = AgreementFile(
        agreement=agreement,
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
    save_by(copy, by=by, now=now)
    return copy


@transaction.atomic
def discard_file(copy: AgreementFile, *, by: User, now: datetime) -> None:
    """Takes a copy back that should not have been filed; who did it stays in the history, the bytes go."""
    storage, name = copy.file.storage, str(copy.file.name)
    vars(copy).update(_history_user=by, _history_date=now)
    copy.delete()
    transaction.on_commit(lambda: storage.delete(name))
