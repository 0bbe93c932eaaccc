"""Files that show that something was done: a PDF as it came, or a photo drawn anew without place and device."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File

from toolkit.pictures import plain_photo
from toolkit.uploads import UnfitFile, check_pdf


@dataclass(frozen=True)
class EvidenceFile:
    """What is kept: its bytes (named by its ending), and what they were found to be."""

    file: "File[Any]"
    content_type: str
    size: int
    sha256: str


def check_evidence(file: "File[Any]") -> EvidenceFile:
    """A PDF (20 MiB) or a JPEG, PNG or WebP photo (5 MiB), told by its content; raises UnfitFile for anything else."""
    file.seek(0)
    head = file.read(5)
    file.seek(0)
    if head.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
        content = plain_photo(file)
        digest = hashlib.sha256(content).hexdigest()
        return EvidenceFile(ContentFile(content, name="bukti.jpg"), "image/jpeg", len(content), digest)
    facts = check_pdf(file)
    # Under a name of ours: the sender's stands in the row only.
    return EvidenceFile(File(file, name="bukti.pdf"), "application/pdf", facts.size, facts.sha256)


__all__ = ["EvidenceFile", "UnfitFile", "check_evidence"]
