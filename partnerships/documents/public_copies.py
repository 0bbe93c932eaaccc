"""Copies for the public: pages drawn as pictures with black boxes burnt in, or a second PDF without its metadata."""

import ctypes
import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c
from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, StreamObject

from toolkit.uploads import UnfitFile

# The longest side of a page in pixels: on the screen, and in the public copy (150 dpi on A4).
SHOWN_PIXELS, PRINTED_PIXELS = 1_100, 1_754
MAX_DRAWN_PAGES = 100
MAX_BOXES = 500
JPEG_QUALITY = 80
# The words of a page beyond these are left out; a letter paler than this against its ground, or lower than so many
# pixels, is not seen.
MAX_LETTERS = 40_000
MAX_DEPTH = 15
LEAST_CONTRAST = 48
LEAST_HEIGHT = 5
# Of a letter of Helvetica, in parts of its height.
MEAN_WIDTH = 0.56
Frame = tuple[int, int, int, int]  # left, top, right, bottom in pixels
# PDFium may be used by one thread at a time.
_pdfium = threading.Lock()
# Where programs write who made a file, when, and with what; and the certificates of a signature, which holds for the
# original only.
METADATA = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/DSS", "/Perms")
# The same of a note, a stamp, a mark: what has a place on a page and is no field of a form.
OF_A_NOTE = ("/T", "/M", "/CreationDate", "/NM", "/Subj")
# Segments of a JPEG in which a camera or a program tells the same: EXIF and XMP, IPTC, comments.
TOLD_IN_JPEG = {0xE1, 0xED, 0xFE}


@dataclass(frozen=True)
class Box:
    """A black rectangle on page `page` (from 1); place and size as parts of the page's width and height, 0 to 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Word:
    """What a page says at one place, in pixels of its picture; `letters` are the places of its letters and digits."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    letters: tuple[Frame, ...]


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
    """A PDF of pictures of every page with the boxes burnt in. Over each picture lie, unseen, the words that a reader
    sees outside the boxes, so that the copy can be searched and read aloud; nothing else of the original is in it.

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
                covered = [_pixels(box, picture) for box in boxes if box.page == number]
                words = list(_in_sight(_words(document, number, picture), picture, covered))
                _blacken(picture, covered)
                writer.append(io.BytesIO(_one_page(picture, size)))
                _lay_over(writer, words, picture, size)
    except PageIsMissing as fault:
        raise UnfitFile(
            _("Halaman naskah ini tidak dapat digambar. Buat salinan untuk publik di komputer, lalu unggah.")
        ) from fault
    return _written(writer)


def _pixels(box: Box, picture: Image.Image) -> Frame:
    """Whole pixels outwards, so that no edge of a letter stays."""
    width, height = picture.size
    left, top = int(box.x * width) - 1, int(box.y * height) - 1
    return left, top, int((box.x + box.width) * width) + 1, int((box.y + box.height) * height) + 1


def _blacken(picture: Image.Image, covered: Sequence[Frame]) -> None:
    draw = ImageDraw.Draw(picture)
    for frame in covered:
        draw.rectangle(frame, fill="black")


def _words(document: pypdfium2.PdfDocument, number: int, picture: Image.Image) -> Iterator[Word]:
    """The words of a page where its picture shows them: those that are drawn, not those said to stand for them."""
    page = document[number - 1]
    for drawn in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=MAX_DEPTH):
        for place in range(pdfium_c.FPDFPageObj_CountMarks(drawn)):
            mark = pdfium_c.FPDFPageObj_GetMark(drawn, place)
            pdfium_c.FPDFPageObjMark_RemoveParam(drawn, mark, b"ActualText")
    text = page.get_textpage()
    try:
        letters: list[tuple[str, Frame, Frame]] = []
        for place in range(min(text.count_chars(), MAX_LETTERS)):
            letter = text.get_text_range(place, 1)
            if letter.strip() and letter.isprintable():
                around, tight = (
                    _on_picture(page, text.get_charbox(place, loose=loose), picture) for loose in (True, False)
                )
                letters.append((letter, around, tight if tight[3] - tight[1] > 1 else around))
            elif letters:
                yield _word(letters)
                letters = []
        if letters:
            yield _word(letters)
    except pypdfium2.PdfiumError as fault:
        raise PageIsMissing from fault
    finally:
        text.close()
        page.close()


def _on_picture(page: pypdfium2.PdfPage, box: tuple[float, ...], picture: Image.Image) -> Frame:
    """A rectangle of the page, in its own points, as pixels of its picture, however the page is turned or cut."""
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((box[0], box[1]), (box[2], box[3])):
        pdfium_c.FPDF_PageToDevice(page, 0, 0, *picture.size, 0, across, up, x, y)
        corners.append((x.value, y.value))
    (left, top), (right, bottom) = corners
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _word(letters: Sequence[tuple[str, Frame, Frame]]) -> Word:
    lefts, tops, rights, bottoms = zip(*(around for _letter, around, _tight in letters), strict=True)
    return Word(
        "".join(letter for letter, _around, _tight in letters),
        *(min(lefts), min(tops), max(rights), max(bottoms)),
        tuple(tight for letter, _around, tight in letters if letter.isalnum()),
    )


def _in_sight(words: Iterable[Word], picture: Image.Image, covered: Sequence[Frame]) -> Iterator[Word]:
    """Those with a letter or digit that a reader sees: wholly on the page, touched by no box, each letter of another
    shade than its ground, and none where another letter stands: of two, one hides the other."""
    grey, places = picture.convert("L"), Image.new("I", picture.size)
    draw = ImageDraw.Draw(places)
    found, hidden = list(words), {0}
    for number, word in enumerate(found, start=1):
        for frame in map(_core, word.letters):
            colors: Any = places.crop(frame).getcolors(MAX_LETTERS) or ()
            taken = {other for _n, other in colors} - {0}
            if taken:
                hidden |= taken | {number}
            draw.rectangle((frame[0], frame[1], frame[2] - 1, frame[3] - 1), fill=number)
    for number, word in enumerate(found, start=1):
        if number not in hidden and _is_seen(word, grey, covered):
            yield word


def _core(letter: Frame) -> Frame:
    """The middle of a letter, which no neighbour reaches."""
    left, top, right, bottom = letter
    across, down = (right - left) // 4, (bottom - top) // 4
    return left + across, top + down, max(right - across, left + across + 1), max(bottom - down, top + down + 1)


def _is_seen(word: Word, grey: Image.Image, covered: Sequence[Frame]) -> bool:
    if word.left < 0 or word.top < 0 or word.right > grey.width or word.bottom > grey.height:
        return False
    for left, top, right, bottom in covered:
        if word.left <= right and left <= word.right and word.top <= bottom and top <= word.bottom:
            return False
    if all(max(right - left, bottom - top) < LEAST_HEIGHT for left, top, right, bottom in word.letters):
        return False
    return all(_has_contrast(grey.crop(_across(frame))) for frame in word.letters)


def _across(letter: Frame) -> Frame:
    """The middle of a letter's height, and a little of the ground beside it: what was laid over a letter need not reach
    above and below it."""
    _left, top, _right, bottom = _core(letter)
    return max(letter[0] - 2, 0), top, letter[2] + 2, bottom


def _has_contrast(place: Image.Image) -> bool:
    shades: Any = place.getextrema()
    return bool(shades[1] - shades[0] >= LEAST_CONTRAST)


def _lay_over(writer: PdfWriter, words: Sequence[Word], picture: Image.Image, size: tuple[float, float]) -> None:
    """Writes the words over the picture of the last page, in letters that are not painted."""
    page = writer.pages[-1]
    across, up = size[0] / picture.width, size[1] / picture.height
    lines = [b"BT 3 Tr"]
    for word in words:
        shown = word.text.encode("cp1252", "ignore").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        points = max((word.bottom - word.top) * up, 1)
        wide = max(100 * (word.right - word.left) * across / (MEAN_WIDTH * points * len(word.text)), 1)
        x, y = word.left * across, size[1] - word.bottom * up
        lines.append(
            f"/F1 {points:.2f} Tf {wide:.0f} Tz 1 0 0 1 {x:.2f} {y:.2f} Tm".encode() + b" (" + shown + b" ) Tj"
        )
    stream = DecodedStreamObject()
    stream.set_data(b"\n".join([*lines, b"ET"]))
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    resources: Any = page["/Resources"]
    resources[NameObject("/Font")] = DictionaryObject({NameObject("/F1"): writer._add_object(named)})  # noqa: SLF001 -- as above
    drawn = page.raw_get("/Contents")
    page[NameObject("/Contents")] = ArrayObject([drawn, writer._add_object(stream.flate_encode())])  # noqa: SLF001


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
    """Takes what METADATA names out of a dictionary and of those written inside it."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, DictionaryObject):
            for key in (*METADATA, *(OF_A_NOTE if "/Rect" in part and "/FT" not in part else ())):
                part.pop(key, None)
            if part.get("/FT") == "/Sig":
                part.pop("/V", None)
            if isinstance(part, StreamObject) and part.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
                part._data = _untold(part._data)  # noqa: SLF001 -- as above: set_data() would unpack it
            waiting += [part.raw_get(key) for key in part]
        elif isinstance(part, ArrayObject):
            waiting += list(list.__iter__(part))


def _untold(jpeg: bytes) -> bytes:
    """The same picture without TOLD_IN_JPEG; what is no JPEG stays as it is."""
    kept, place = [jpeg[:2]], 2
    while jpeg[place : place + 1] == b"\xff" and jpeg[place + 1 : place + 2] != b"\xda":
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] not in TOLD_IN_JPEG:
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, jpeg[place:]])
