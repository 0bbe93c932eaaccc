"""Pages that unfold without end are refused at the door; forms as programs use them are not."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from toolkit.uploads import UnfitFile, check_pdf


def nested(*, depth: int, width: int, in_note: bool = False, draws_itself: bool = False) -> bytes:
    """A page whose form draws a form `width` times, `depth` deep; in the note of the page instead with `in_note`."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    inner = None
    for _level in range(depth):
        form = DecodedStreamObject()
        form.set_data(b"/F Do " * width if inner is not None else b"0 0 1 1 re f")
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject([FloatObject(n) for n in (0, 0, 200, 200)]),
            }
        )
        if inner is not None:
            form[NameObject("/Resources")] = DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/F"): inner})}
            )
        inner = writer._add_object(form)
    assert inner is not None
    if draws_itself:
        form["/Resources"]["/XObject"][NameObject("/F")] = inner
    if in_note:
        look = DictionaryObject({NameObject("/N"): inner})
        note = {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Stamp")}
        page[NameObject("/Annots")] = ArrayObject([DictionaryObject(note | {NameObject("/AP"): look})])
    else:
        content = DecodedStreamObject()
        content.set_data(b"q /F Do Q " * width)
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): DictionaryObject({NameObject("/F"): inner})}
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def checked(content: bytes) -> int:
    return check_pdf(SimpleUploadedFile("naskah.pdf", content)).n_pages


@pytest.mark.parametrize("in_note", [False, True])
@pytest.mark.parametrize(("depth", "width"), [(6, 10), (10, 5), (40, 2), (3, 2_000)])
def test_a_page_that_unfolds_without_end_is_refused_at_once(depth: int, width: int, in_note: bool) -> None:
    content = nested(depth=depth, width=width, in_note=in_note)
    begin = time.monotonic()
    with pytest.raises(UnfitFile, match="terlalu rumit"):
        checked(content)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("in_note", [False, True])
@pytest.mark.parametrize(("depth", "width"), [(1, 500), (3, 10), (6, 2)])
def test_forms_as_programs_use_them_are_taken(depth: int, width: int, in_note: bool) -> None:
    assert checked(nested(depth=depth, width=width, in_note=in_note)) == 1


def test_a_form_that_draws_itself_is_refused() -> None:
    with pytest.raises(UnfitFile, match="terlalu rumit"):
        checked(nested(depth=2, width=1, draws_itself=True))
