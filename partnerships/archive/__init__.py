"""Everything of the registry in one file, and back: rows as JSON lines, files byte for byte, checksums of all of it."""

from partnerships.archive.reading import ArchiveIsUnfit, verify_archive
from partnerships.archive.restoring import RegistryIsInUse, RestoreIsRefused, restore_archive
from partnerships.archive.writing import write_archive

__all__ = [
    "ArchiveIsUnfit",
    "RegistryIsInUse",
    "RestoreIsRefused",
    "restore_archive",
    "verify_archive",
    "write_archive",
]
