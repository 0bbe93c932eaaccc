"""The words that lie over the pictures of a public copy are those a reader sees: what the original covers, hides or
says aloud beside its letters is not among them."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfReader

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.documents.public_copies import page_picture, redacted_pdf, without_metadata
from tests.pdf_files import assembled

WORD = b"BT /F1 12 Tf 72 700 Td (NIP 197001011995012001 Kepala) Tj ET "
OTHER = b"BT /F1 12 Tf 72 700 Td (Terbuka) Tj ET "


def page(content: bytes, *, form: bytes = b"") -> bytes:
    """One page drawn by `content`; `/X Do` in it draws `form`."""
    fonts = (
        b"/Resources << /Font << /F1 5 0 R >> /Properties << /P << /ActualText (1970) >> >> /XObject << /X 6 0 R >> >>"
    )
    drawn, inside = (b"/Length %d >>\nstream\n%b\nendstream" % (len(one), one) for one in (content, form))
    return assembled(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R " + fonts + b" >>",
        b"<< " + drawn,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] " + fonts + inside,
    )


def words_of(content: bytes) -> set[str]:
    text = PdfReader(io.BytesIO(redacted_pdf(content, []))).pages[0].extract_text()
    return set(text.split())


@pytest.mark.parametrize(
    "content",
    [
        WORD + b"0 g 95 699 125 10 re f",
        WORD + b"0 g 95 699 40 10 re f",
        WORD + b"0.5 G 1 g 95 698 125 11 re B",
        b"/Span << /ActualText (1970) >> BDC " + OTHER + b"EMC",
        b"/Span /P BDC " + OTHER + b"EMC",
        b"BT /F1 12 Tf 3 Tr 72 700 Td (1970) Tj 0 Tr ET " + OTHER,
        b"BT /F1 12 Tf 72 700 Td (1970) Tj ET 1 g 70 698 60 12 re f 0 g " + OTHER,
        b"BT /F1 1 Tf 72 720 Td (1970) Tj ET",
        b"q 0 0 9 9 re W n BT /F1 12 Tf 72 700 Td (1970) Tj ET Q BT /F1 12 Tf 70 702 Td (Terbuka) Tj ET",
    ],
    ids=[
        "a bar as high as the letters",
        "a bar over half a word",
        "a framed white box",
        "spoken instead",
        "spoken instead, named",
        "unpainted below others",
        "painted over and written anew",
        "too small",
        "cut away below others",
    ],
)
def test_what_the_original_hides_is_not_said(content: bytes) -> None:
    for drawn in (page(content), page(b"/X Do", form=content)):
        assert not [word for word in words_of(drawn) if "1970" in word]


def test_what_is_seen_is_said() -> None:
    """The control: without what hides them the same words are there, also where only a picture shows the letters."""
    assert words_of(page(WORD)) == {"NIP", "197001011995012001", "Kepala"}
    assert "Terbuka" in words_of(page(b"/Span << /ActualText (1970) >> BDC " + OTHER + b"EMC"))
    lines = ["Perjanjian Kerja Sama tentang layanan", "Nomor W.13-HH.04.02-118 Tahun 2026", "Pasal 1 (satu)"]
    once = redacted_pdf(one_page_pdf(lines), [])
    assert {"Perjanjian", "layanan", "W.13-HH.04.02-118", "2026", "Pasal"} <= words_of(once)


def test_a_second_pdf_names_nobody_in_its_pictures_notes_and_signatures() -> None:
    picture, exif, out = Image.new("RGB", (40, 40), "teal"), Image.Exif(), io.BytesIO()
    exif[0x013B] = "Endah Rahasia"
    picture.save(out, "JPEG", exif=exif, comment=b"Endah Rahasia", quality=90)
    jpeg = out.getvalue()
    image = b"/Subtype /Image /Width 40 /Height 40 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    content = assembled(
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> /DSS << /Certs [8 0 R] >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R 7 0 R]"
        b" /Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 30 >>\nstream\nq 300 0 0 300 50 400 cm /X Do Q\nendstream",
        b"<< /Type /XObject %b /Length %d >>\nstream\n%b\nendstream" % (image, len(jpeg), jpeg),
        b"<< /Type /Annot /Subtype /Text /Rect [9 9 29 29] /T (Endah Rahasia) /Contents (Lihat pasal 3) >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Kolom) /Rect [0 0 9 9] /V << /Type /Sig /Name (Endah Rahasia)"
        b" /Contents <456e646168> >> >>",
        b"<< /Length 5 >>\nstream\nEndah\nendstream",
    )
    assert content.count(b"Endah") == 5
    clean = without_metadata(ContentFile(content, "publik.pdf"))
    assert b"Endah" not in clean
    assert b"456e646168" not in clean.lower()
    assert b"Lihat pasal 3" in clean
    assert page_picture(clean, 1) == page_picture(content, 1)
