import hashlib
import io
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from tests.pdf_files import pdf
from toolkit.uploads import MAX_BYTES, CappedUploadHandler, UnfitFile, check_pdf

SIGNATURE = (
    b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 1 2 3] /Contents <00> >>"
)
SIGNED = pdf(
    SIGNATURE,
    b"<< /FT /Sig /T (tanda) /V 4 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>",
    catalog=b"/AcroForm << /Fields [5 0 R] /SigFlags 3 >>",
)


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("rahasia", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_attachment() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.add_attachment("lampiran.exe", b"MZ")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(content: bytes) -> bytes:
    out = io.BytesIO()
    PdfWriter(clone_from=PdfReader(io.BytesIO(content))).write(out)
    return out.getvalue()


def archive(name: str = "naskah.docx") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr(name, "isi")
    return out.getvalue()


def in_object_stream(*bodies: bytes) -> bytes:
    """A PDF whose objects 4, 5 ... lie in a compressed object stream, named by a cross-reference stream."""
    index, inside = b"", b""
    for number, body in enumerate(bodies, start=4):
        index += b"%d %d " % (number, len(inside))
        inside += body + b" "
    packed = zlib.compress(index + inside)
    out = io.BytesIO()
    offsets = {}
    stream_number, xref_number = 4 + len(bodies), 5 + len(bodies)
    plain = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Extra 4 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        stream_number: b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(bodies), len(index), len(packed), packed),
    }
    out.write(b"%PDF-1.7\n")
    for number, body in plain.items():
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = offsets[xref_number] = out.tell()
    rows = b"\0\0\0\0\0\0"
    for number in range(1, xref_number + 1):
        if number in offsets:
            rows += b"\1" + offsets[number].to_bytes(4, "big") + b"\0"
        else:
            rows += b"\2" + stream_number.to_bytes(4, "big") + bytes([number - 4])
    out.write(
        b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (xref_number, xref_number + 1, len(rows), rows)
    )
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def plain_pdf_with_padding(size: int) -> bytes:
    small = pdf(b"<< /Length 0 >>\nstream\n\nendstream")
    return pdf(b"<< /Length %d >>\nstream\n%s\nendstream" % (size - len(small), b"x" * (size - len(small))))


def action(body: bytes) -> bytes:
    return pdf(b"<< /Type /Action " + body + b" >>", catalog=b"/OpenAction 4 0 R")


def annotation(body: bytes) -> bytes:
    return pdf(b"<< /Type /Annot /Rect [0 0 9 9] " + body + b" >>")


FIT = {
    "one page": pdf(),
    "forty pages": pdf(pages=40),
    "written by a library": rewritten(pdf(pages=2)),
    "electronically signed": SIGNED,
    "opens at a page": pdf(catalog=b"/OpenAction [3 0 R /Fit]"),
    "goes to a page": action(b"/S /GoTo /D [3 0 R /Fit]"),
    "link to a web page": annotation(b"/Subtype /Link /A << /S /URI /URI (https://contoh.invalid) >>"),
    "blank after the end": pdf() + b"\r\n\0\0  \n",
    "objects in a stream": in_object_stream(b"<< /Type /Metadata >>", b"[1 2 3]"),
    "a form without XFA": pdf(b"<< /FT /Tx /T (nama) >>", catalog=b"/AcroForm << /Fields [4 0 R] >>"),
    "just under the limit": plain_pdf_with_padding(MAX_BYTES - 100),
}

HOSTILE = {
    "empty": b"",
    "25 MB": plain_pdf_with_padding(25 * 1024 * 1024),
    "a text": b"Naskah perjanjian",
    "a zip renamed": archive(),
    "a picture renamed": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "a gif before the head": b"GIF89a" + pdf(),
    "a blank before the head": b"\n" + pdf(),
    "a web page renamed": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "cut in the middle": pdf(pages=30)[:2000],
    "cut before the last mark": pdf()[:-8],
    "only the head and the last mark": b"%PDF-1.7\n%%EOF\n",
    "no page": pdf(pages=0),
    "long after the last mark": pdf() + b" " * 5000,
    "other data behind": pdf() + b"MZ\x90\x00",
    "a zip behind": pdf() + archive(),
    "a zip in the middle and its list at the end": pdf(b"<< /Length 200 >>\nstream\n" + archive() + b"\nendstream"),
    "a zip in a comment at the head": b"%PDF-1.7\n%PK\x03\x04 \n" + pdf(),
    "a rar in a comment at the head": b"%PDF-1.7\n%Rar!\x1a\x07\x00 \n" + pdf(),
    "a tar": (b"%PDF-1.7\n%" + b" " * 247)[:257] + b"ustar\x0000\n" + pdf(),
    "a web page in a comment": b"%PDF-1.7\n%<html><body>\n" + pdf(),
    "a script in a stream": pdf(b"<< /Length 30 >>\nstream\n<ScRiPt >alert(1)</script>\nendstream"),
    "encrypted": encrypted(),
    "JavaScript when opened": action(b"/S /JavaScript /JS (app.alert\\(1\\))"),
    "JavaScript with a written-out name": action(b"/S /J#61vaScript /J#53 (app.alert\\(1\\))"),
    "JavaScript whose kind stands elsewhere": pdf(b"<< /S 5 0 R >>", b"/JavaScript"),
    "only a JS key": action(b"/S /Rendering /JS (app.alert\\(1\\))"),
    "JavaScript by name": pdf(
        b"<< /Names [(a) 5 0 R] >>", b"<< /S /GoTo >>", catalog=b"/Names << /JavaScript 4 0 R >>"
    ),
    "JavaScript in an object stream": in_object_stream(b"<< /S /JavaScript /JS (app.alert) >>"),
    "JavaScript on a page": pdf(b"<< /AA << /O << /S /JavaScript /JS (1) >> >> >>"),
    "JavaScript that no cross-reference names": pdf().replace(
        b"xref\n", b"9 0 obj\n<< /S /JavaScript >>\nendobj\nxref\n", 1
    ),
    "starts a program": action(b"/S /Launch /F (cmd.exe)"),
    "starts a program from a link": annotation(b"/Subtype /Link /A << /S /Launch /F (cmd.exe) >>"),
    "opens another file": action(b"/S /GoToR /F (lain.pdf) /D [0 /Fit]"),
    "opens an attached file": action(b"/S /GoToE /D [0 /Fit]"),
    "sends a form": annotation(b"/Subtype /Link /A << /S /SubmitForm /F (https://contoh.invalid) >>"),
    "fetches data": action(b"/S /ImportData /F (data.fdf)"),
    "opens a web page by itself": action(b"/S /URI /URI (https://contoh.invalid)"),
    "attachment": with_attachment(),
    "attachment on a page": annotation(b"/Subtype /FileAttachment /FS << /F (a.exe) /EF << /F 3 0 R >> >>"),
    "attached file alone": pdf(b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"),
    "attached file in an object stream": in_object_stream(b"<< /Names << /EmbeddedFiles 1 0 R >> >>"),
    "XFA form": pdf(catalog=b"/AcroForm << /XFA [(template) 3 0 R] >>"),
    "XFA in an object stream": in_object_stream(b"<< /XFA (x) >>"),
    "rich media": annotation(b"/Subtype /RichMedia"),
    "3D": annotation(b"/Subtype /3D"),
    "a sound": annotation(b"/Subtype /Sound"),
    "nested without end": pdf(b"[" * 20000 + b"]" * 20000),
}


@pytest.mark.parametrize("name", FIT)
def test_check_pdf_accepts(name: str) -> None:
    content = FIT[name]
    file = SimpleUploadedFile("naskah.pdf", content)
    facts = check_pdf(file)
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.read() == content, "left at its start, unchanged"


@pytest.mark.parametrize("name", HOSTILE)
def test_check_pdf_refuses(name: str) -> None:
    with pytest.raises(UnfitFile, match=r"\w+.*\.$"):
        check_pdf(SimpleUploadedFile("naskah.pdf", HOSTILE[name]))


def test_check_pdf_counts_pages_and_sees_a_signature() -> None:
    facts = check_pdf(ContentFile(pdf(pages=12)))
    assert (facts.n_pages, facts.has_signature) == (12, False)
    assert check_pdf(ContentFile(SIGNED)).has_signature


def test_check_pdf_stops_looking_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.uploads.MAX_SECONDS", -1.0)
    with pytest.raises(UnfitFile, match="terlalu rumit"):
        check_pdf(ContentFile(pdf()))


def test_capped_upload_keeps_no_more_than_may_be_stored() -> None:
    handler = CappedUploadHandler()
    handler.new_file("file", "besar.pdf", "application/pdf", None)
    chunk = b"x" * (1024 * 1024)
    for start in range(0, 40 * len(chunk), len(chunk)):
        handler.receive_data_chunk(chunk, start)
    file = handler.file_complete(40 * len(chunk))
    assert file is not None
    assert file.size == 40 * len(chunk)
    assert len(file.read()) <= MAX_BYTES + len(chunk)
    with pytest.raises(UnfitFile, match="lebih dari 20 MB"):
        check_pdf(file)
