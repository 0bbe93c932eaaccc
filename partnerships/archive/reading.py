"""Reads an archive that may be damaged, cut off or made up: nothing in it is believed before its checksums fit."""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from partnerships.archive.shape import DATA, FILES, FORMAT, MANIFEST, README, FilePart, Manifest, TablePart

CHUNK = 1 << 18
LONGEST_MANIFEST = 256 * 1024 * 1024


class ArchiveIsUnfit(Exception):
    """No archive, a damaged one, or one of another kind; its text is a sentence that names the part."""


def verify_archive(path: Path) -> Manifest:
    """Reads every byte and compares it with the list of contents; memory does not grow with the archive.
    Raises ArchiveIsUnfit."""
    with opened(path) as archive:
        manifest = _manifest(archive)
        _check_names(archive, manifest)
        for part in manifest.parts:
            _check_part(archive, part)
        return manifest


def opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ArchiveIsUnfit(
            _("Berkas ini bukan arsip yang utuh: daftar isinya tidak ada. Mungkin terpotong saat dibuat atau disalin.")
        ) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LONGEST_MANIFEST:
            raise ValueError(MANIFEST)
        manifest = Manifest.of_json(archive.read(info))
    except (KeyError, TypeError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise ArchiveIsUnfit(_("Arsip rusak atau bukan arsip kerja sama: %(part)s.") % {"part": MANIFEST}) from error
    if manifest.format != FORMAT:
        raise ArchiveIsUnfit(_("Arsip ini dibuat dengan format lain (%(format)s).") % {"format": manifest.format})
    return manifest


def is_plain(name: str) -> bool:
    """A relative path that stays where it is put, on any system."""
    parts = PurePosixPath(name).parts
    unusual = "\\" in name or ":" in name or any(not character.isprintable() for character in name)
    return (
        bool(parts)
        and not unusual
        and not name.startswith("/")
        and ".." not in parts
        and str(PurePosixPath(name)) == name
    )


def _check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Exactly the promised parts are there, each once, each under a name that is harmless."""
    promised = Counter([MANIFEST, README, *(part.member for part in manifest.parts)])
    found = Counter(archive.namelist())
    for name in [*promised, *found]:
        inside = name.removeprefix(FILES) if name.startswith(FILES) else name.removeprefix(DATA)
        if not is_plain(name) or not is_plain(inside):
            raise ArchiveIsUnfit(_("Arsip memuat nama yang tidak diterima: %(part)s.") % {"part": ascii(name)[:120]})
        if promised[name] != 1 or found[name] != 1:
            raise ArchiveIsUnfit(
                _("Isi arsip tidak sesuai dengan daftarnya: %(part)s ada %(found)d kali, seharusnya %(promised)d.")
                % {"part": name, "found": found[name], "promised": promised[name]}
            )


def _check_part(archive: zipfile.ZipFile, part: TablePart | FilePart) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(part.member) as stream:
            while size <= part.size and (content := stream.read(CHUNK)):
                digest.update(content)
                size += len(content)
    except (EOFError, OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(part) from error
    if size != part.size or digest.hexdigest() != part.sha256:
        raise _damaged(part)


def _damaged(part: TablePart | FilePart) -> ArchiveIsUnfit:
    return ArchiveIsUnfit(
        _("Bagian arsip ini rusak: %(part)s. Isinya tidak sesuai dengan SHA-256-nya; tidak ada yang dipulihkan.")
        % {"part": part.member}
    )


def lines_of(archive: zipfile.ZipFile, part: TablePart) -> Iterator[dict[str, Any]]:
    with archive.open(part.member) as stream:
        for line in stream:
            yield json.loads(line)


def content_of(archive: zipfile.ZipFile, part: FilePart) -> IO[bytes]:
    return archive.open(part.member)
