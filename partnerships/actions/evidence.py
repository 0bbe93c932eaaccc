"""Evidence on a row: a file that was handed in, kept under a random name."""

from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction

from partnerships.models.commitments import Evidence
from toolkit.evidence_files import EvidenceFile, check_evidence


def attach(row: Evidence, file: "File[Any]", found: EvidenceFile | None = None) -> None:
    """Puts a file on the row (unsaved) instead of the one it had. `found` of a check already made spares a second one;
    else raises UnfitFile."""
    found = found or check_evidence(file)
    drop_later(row)
    row.original_name = _plain_name(file.name or "", ".jpg" if found.content_type == "image/jpeg" else ".pdf")
    row.file = found.file
    row.content_type, row.size, row.sha256 = found.content_type, found.size, found.sha256


def drop_later(row: Evidence) -> None:
    """The bytes go only when the row has really changed."""
    if row.file:
        storage, name = row.file.storage, str(row.file.name)
        transaction.on_commit(lambda: storage.delete(name))


def _plain_name(name: str, suffix: str) -> str:
    """No folders, no control characters, at most 200 characters, with the ending of what the file is."""
    shown = "".join(character for character in PurePath(name).stem if character.isprintable()).strip() or "bukti"
    return f"{shown[:190]}{suffix}"
