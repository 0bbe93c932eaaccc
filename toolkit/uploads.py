"""Files people hand in: what is fit to be kept, found out without changing a byte of it."""

import hashlib
import io
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from toolkit.pdf_nesting import Unfolding, UnfoldsTooFar

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 2_000
MAX_OBJECTS = 200_000
MAX_SECONDS = 15.0
# How far from the end a reader of PDF looks for the last mark.
TAIL = 1024

# What a reader would run, open, send or unpack without being asked.
FORBIDDEN_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
}
FORBIDDEN_ANNOTATIONS = {"/RichMedia", "/FileAttachment", "/3D", "/Screen", "/Movie", "/Sound"}
FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
# Names long enough never to appear by chance in compressed bytes; they find what no cross-reference names.
FORBIDDEN_NAMES = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)\b")
WEB_PAGE = re.compile(rb"<(?:script|html|iframe|svg)[\s>/]|<!doctype\s+html", re.IGNORECASE)
ARCHIVE_HEADS = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


class UnfitFile(Exception):
    """The file cannot be kept; the text says in a sentence why and what to do."""


@dataclass(frozen=True)
class PdfFacts:
    """What was found in a fit PDF: bytes, SHA-256 in hex, pages, and whether it carries an electronic signature (which
    is seen here, not verified)."""

    size: int
    sha256: str
    n_pages: int
    has_signature: bool


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most one byte more than may be stored, so a huge file fills no disk; its true size is still told, and
    the form can answer with a sentence instead of a broken connection."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MAX_BYTES:
            self.file.write(raw_data)


def check_pdf(file: "File[Any]") -> PdfFacts:
    """The facts of a PDF that is safe to keep and hand out as it is; raises UnfitFile for anything else.

    Refused: empty, over 20 MiB, not a whole PDF from the first byte to the last mark, one that is also an archive or a
    web page, locked with a password, or one that carries programs, actions, attachments or XFA forms. The file is read
    from its start and left at its start; nothing is rewritten, because that would break a signature."""
    if not file.size:
        raise UnfitFile(_("Berkas ini kosong. Pilih berkas PDF hasil pindaian naskah."))
    if file.size > MAX_BYTES:
        raise UnfitFile(_("Berkas ini lebih dari 20 MB. Pindai ulang dengan resolusi lebih rendah, misalnya 200 dpi."))
    file.seek(0)
    content = file.read()
    file.seek(0)
    _check_outside(content)
    n_pages, has_signature = _check_inside(content)
    return PdfFacts(len(content), hashlib.sha256(content).hexdigest(), n_pages, has_signature)


def _check_outside(content: bytes) -> None:
    """Judges the bytes as they lie: head, tail, and whether another program would take them for something else."""
    if not content.startswith(b"%PDF-"):
        raise UnfitFile(_("Berkas ini bukan PDF. Simpan atau pindai naskah sebagai PDF, lalu pilih lagi."))
    end = content.rfind(b"%%EOF")
    if end < max(0, len(content) - TAIL):
        raise UnfitFile(_("PDF ini terpotong di akhir. Unduh atau pindai ulang naskahnya, lalu pilih lagi."))
    if content[end + len(b"%%EOF") :].strip(b"\r\n\t \0"):
        raise UnfitFile(_("Di belakang PDF ini ada data lain. Simpan ulang sebagai PDF, lalu pilih lagi."))
    if zipfile.is_zipfile(io.BytesIO(content)) or any(head in content[:TAIL] for head in ARCHIVE_HEADS):
        raise UnfitFile(_("Berkas ini juga berupa arsip (ZIP/RAR). Unggah PDF naskahnya saja."))
    if content[257:262] == b"ustar" or WEB_PAGE.search(content):
        raise UnfitFile(_("Berkas ini juga memuat halaman web atau arsip. Cetak ulang ke PDF, lalu pilih lagi."))
    plain_names = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), content)
    if FORBIDDEN_NAMES.search(plain_names):
        raise _carries_active_parts()


def _carries_active_parts() -> UnfitFile:
    return UnfitFile(
        _("PDF ini memuat program, lampiran, atau formulir aktif. Cetak ulang ke PDF biasa, lalu pilih lagi.")
    )


def _check_inside(content: bytes) -> tuple[int, bool]:
    """Reads every object; answers the number of pages and whether there is an electronic signature."""
    unreadable = _("PDF ini tidak dapat dibaca. Buka dan simpan ulang, atau pindai naskahnya, lalu pilih lagi.")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise UnfitFile(_("PDF ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu pilih lagi."))
        # pypdf would look for another catalog by itself; other readers would not, or would find a third one
        if not isinstance(_value(reader.trailer, "/Root"), DictionaryObject):
            raise UnfitFile(unreadable)
        n_pages = len(reader.pages)
        stop_at = time.monotonic() + MAX_SECONDS
        has_signature = _inspect(reader, stop_at)
        _check_nesting(reader, stop_at)
    except UnfitFile:
        raise
    except Exception as fault:  # a broken PDF makes the parser raise nearly anything
        raise UnfitFile(unreadable) from fault
    if not 1 <= n_pages <= MAX_PAGES:
        raise UnfitFile(unreadable)
    return n_pages, has_signature


def _is_too_complex() -> UnfitFile:
    return UnfitFile(_("PDF ini terlalu rumit untuk diperiksa. Pindai naskahnya sebagai PDF baru, lalu pilih lagi."))


def _check_nesting(reader: PdfReader, stop_at: float) -> None:
    unfolding = Unfolding()
    for page in reader.pages:
        if time.monotonic() > stop_at:
            raise _is_too_complex()
        try:
            unfolding.check(page)
        except (UnfoldsTooFar, RecursionError) as fault:
            raise _is_too_complex() from fault


def _inspect(reader: PdfReader, stop_at: float) -> bool:
    """Looks at each dictionary of the file; True when one holds a signature."""
    has_signature = False
    for n, thing in enumerate(_objects(reader)):
        if n > MAX_OBJECTS or time.monotonic() > stop_at:
            raise _is_too_complex()
        for found in _dictionaries(thing):
            if _is_active(found):
                raise _carries_active_parts()
            has_signature = has_signature or (_value(found, "/Type") == "/Sig" and "/Contents" in found)
    return has_signature


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that a cross-reference names, reached from the first page or not."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    yield reader.trailer
    for number, generation in sorted(numbers):
        yield IndirectObject(number, generation, reader).get_object()


def _dictionaries(thing: Any) -> Iterator[DictionaryObject]:
    """The dictionaries inside one object; what it only points at comes by its own number."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        inside: list[Any] = []
        if isinstance(part, DictionaryObject):
            yield part
            inside = [part.raw_get(key) for key in part]
        elif isinstance(part, ArrayObject):
            inside = list(list.__iter__(part))
        waiting += [value for value in inside if isinstance(value, DictionaryObject | ArrayObject)]


def _value(found: DictionaryObject, key: str) -> Any:
    """What a key holds, followed to the object it points at."""
    return found[key] if key in found else None  # noqa: SIM401 - get() would not follow


def _is_active(found: DictionaryObject) -> bool:
    if not FORBIDDEN_KEYS.isdisjoint(found):
        return True
    if _value(found, "/S") in FORBIDDEN_ACTIONS or _value(found, "/Subtype") in FORBIDDEN_ANNOTATIONS:
        return True
    if _value(found, "/Type") == "/EmbeddedFile":
        return True
    opening = _value(found, "/OpenAction")
    return isinstance(opening, DictionaryObject) and _value(opening, "/S") != "/GoTo"
