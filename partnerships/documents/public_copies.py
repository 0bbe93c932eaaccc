"""Copies for the public: pages drawn as pictures with black boxes burnt in, or a second PDF without its metadata."""

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject

from toolkit.uploads import UnfitFile

# The longest side of a page in pixels: on the screen, and in the public copy (150 dpi on A4).
SHOWN_PIXELS, PRINTED_PIXELS = 1_100, 1_754
MAX_DRAWN_PAGES = 100
MAX_BOXES = 500
JPEG_QUALITY = 80
# PDFium may be used by one thread at a time.
_pdfium = threading.Lock()
# Where programs write who made a file, when, and with what.
METADATA = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo")


@dataclass(frozen=True)
class Box:
    """A black rectangle on page `page` (from 1); place and size as parts of the page's width and height, 0 to 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


class PageIsMissing(LookupError):
    """The PDF has no such page, or it cannot be drawn."""


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(content)
            document.init_forms()  # so that a visible signature field is drawn too
        except pypdfium2.PdfiumError as fault:
            raise PageIsMissing from fault
        try:
            yield document
        finally:
            document.close()


def _drawn(document: pypdfium2.PdfDocument, number: int, longest: int) -> Image.Image:
    """One page, from 1; its longest side has `longest` pixels."""
    if not 1 <= number <= len(document):
        raise PageIsMissing
    page = document[number - 1]
    try:
        bitmap = page.render(scale=longest / max(*page.get_size(), 1), may_draw_forms=True)
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
    except pypdfium2.PdfiumError as fault:
        raise PageIsMissing from fault
    finally:
        page.close()
    return picture


def page_picture(content: bytes, number: int) -> bytes:
    """Page `number`, from 1, as JPEG for the screen; raises PageIsMissing."""
    with _opened(content) as document:
        picture = _drawn(document, number, SHOWN_PIXELS)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def redacted_pdf(content: bytes, boxes: Sequence[Box]) -> bytes:
    """A PDF of pictures of every page with the boxes burnt in: neither text nor anything else of the original is in it.

    The same pages and boxes give the same bytes. Raises UnfitFile for what cannot be drawn."""
    writer = PdfWriter()
    try:
        with _opened(content) as document:
            if len(document) > MAX_DRAWN_PAGES:
                raise UnfitFile(
                    _("Naskah ini lebih dari %(n)d halaman. Tutup datanya di komputer, lalu unggah salinannya.")
                    % {"n": MAX_DRAWN_PAGES}
                )
            for number in range(1, len(document) + 1):
                size = document[number - 1].get_size()
                picture = _drawn(document, number, PRINTED_PIXELS)
                _blacken(picture, [box for box in boxes if box.page == number])
                writer.append(io.BytesIO(_one_page(picture, size)))
    except PageIsMissing as fault:
        raise UnfitFile(
            _("Halaman naskah ini tidak dapat digambar. Buat salinan untuk publik di komputer, lalu unggah.")
        ) from fault
    return _written(writer)


def _blacken(picture: Image.Image, boxes: Sequence[Box]) -> None:
    """Whole pixels outwards, so that no edge of a letter stays."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for box in boxes:
        left, top = int(box.x * width) - 1, int(box.y * height) - 1
        right, bottom = int((box.x + box.width) * width) + 1, int((box.y + box.height) * height) + 1
        draw.rectangle((left, top, right, bottom), fill="black")


def _one_page(picture: Image.Image, size: tuple[float, float]) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PDF", quality=JPEG_QUALITY, resolution=72 * max(picture.size) / max(*size, 1))
    return out.getvalue()


def without_metadata(file: "File[Any]") -> bytes:
    """The same pages with everything cleared that tells who made them, when and with what, and nothing of earlier
    versions of the file."""
    file.seek(0)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(file.read())))
    file.seek(0)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    for thing in writer._objects:  # noqa: SLF001 -- pypdf offers no other way to every object
        _forget(thing)
    writer.metadata = None
    out, clean = io.BytesIO(), io.BytesIO()
    writer.write(out)
    # A second copy takes along only what the pages still lead to: what was forgotten above would else lie in the file.
    PdfWriter(clone_from=PdfReader(out)).write(clean)
    return clean.getvalue()


def _forget(thing: Any) -> None:
    """Takes the keys of METADATA out of a dictionary and of those written inside it."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, DictionaryObject):
            for key in METADATA:
                part.pop(key, None)
            waiting += [part.raw_get(key) for key in part]
        elif isinstance(part, ArrayObject):
            waiting += list(list.__iter__(part))
