"""Presentations: what is kept is what its name says, carries no programs and fetches nothing."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.pdf_files import pdf
from tests.presentation_files import MAIN, odp, packed, pptx, relation
from toolkit.presentations import MAX_UNPACKED, check_presentation
from toolkit.uploads import UnfitFile

DOCTYPE = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Paparan Akhir.PDF", pdf()),
        ("paparan.pptx", pptx()),
        ("paparan.odp", odp("<text:p><text:a xlink:href='https://contoh.invalid/'>tautan</text:a></text:p>")),
        ("gambar.odp", odp("<text:p xlink:href='Pictures/1.png'/>", Pictures__1_x_png=b"\x89PNG")),
        ("cetak.pptx", pptx(ppt__printerSettings__printerSettings1_x_bin=b"\0" * 10)),
    ],
)
def test_a_fit_presentation_is_known_by_its_content(name: str, content: bytes) -> None:
    facts = check_presentation(ContentFile(content), name)
    assert (facts.kind, facts.size) == (name.rpartition(".")[2].lower(), len(content))
    assert facts.sha256 == hashlib.sha256(content).hexdigest()


def locked() -> bytes:
    content = bytearray(pptx())
    for head, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(head)
        content[start + place] |= 1
    return bytes(content)


def lying() -> bytes:
    """A part that says it is 10 bytes and unpacks to a hundred million."""
    content = bytearray(packed({"[Content_Types].xml": "<a/>", "ppt/media/a.png": b"\0" * 40_000_000}))
    start = content.rfind(b"PK\x01\x02")
    content[start + 24 : start + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def doubled() -> bytes:
    made = io.BytesIO(pptx())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("PPT/presentation.xml", "<a/>")
    return made.getvalue()


ODP_MACRO = "<s:event-listener s:language='ooo:script'/>"
NOT_WHAT, ACTIVE, FETCHES = "seperti kata namanya", "makro, program", "dari tempat lain"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("paparan.exe", b"MZ", "PDF, PPTX, atau ODP"),
        ("paparan", pdf(), "PDF, PPTX, atau ODP"),
        ("paparan.pptx", b"", "kosong"),
        # not what the name says
        ("paparan.pdf", pptx(), NOT_WHAT),
        ("paparan.pptx", pdf(), NOT_WHAT),
        ("paparan.pptx", b"MZ\x90\0", NOT_WHAT),
        ("paparan.pptx", odp(), NOT_WHAT),
        ("paparan.odp", pptx(), NOT_WHAT),
        ("paparan.pptx", packed({"surat.docx": "x"}), NOT_WHAT),
        ("paparan.pptx", pptx(main=MAIN.replace("presentation.main", "slideshow.main")), NOT_WHAT),
        ("paparan.pptx", b"#!/bin/sh\n" + pptx(), NOT_WHAT),
        ("paparan.pptx", pptx() + b"<script>", NOT_WHAT),
        ("paparan.pptx", doubled(), NOT_WHAT),
        ("paparan.pptx", pptx(**{"..__..__etc__x": "x"}), NOT_WHAT),
        ("paparan.pptx", pptx(docProps__a_x_xml=DOCTYPE), NOT_WHAT),
        ("paparan.pptx", pptx(docProps__a_x_xml=DOCTYPE.encode("utf-16")), NOT_WHAT),
        ("paparan.odp", odp(meta_x_xml=DOCTYPE), NOT_WHAT),
        # programs
        ("paparan.pptx", pptx(ppt__vbaProject_x_bin=b"x"), ACTIVE),
        ("paparan.pptx", pptx(ppt__activeX__activeX1_x_xml="<a/>"), ACTIVE),
        ("paparan.pptx", pptx(ppt__embeddings__oleObject1_x_bin=b"x"), ACTIVE),
        ("paparan.pptx", pptx(ppt__embeddings__tagihan_x_xlsm=b"x"), ACTIVE),
        ("paparan.pptx", pptx(main="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"), ACTIVE),
        ("paparan.odp", odp(Basic__Standard__Module1_x_xml="<a/>"), ACTIVE),
        ("paparan.odp", odp(ODP_MACRO), ACTIVE),
        ("paparan.odp", odp("<text:a xlink:href='vnd.sun.star.script:a'/>"), ACTIVE),
        # what opening would fetch
        ("paparan.pptx", pptx(ppt___rels__b_x_rels=relation("attachedTemplate", "https://jahat.invalid/a")), FETCHES),
        ("paparan.pptx", pptx(ppt___rels__b_x_rels=relation("image", "//jahat.invalid/a.png")), FETCHES),
        ("paparan.pptx", pptx(ppt___rels__b_x_rels=relation("hyperlink", "file://jahat/a")), FETCHES),
        ("paparan.odp", odp("<text:p xlink:href='https://jahat.invalid/a.png'/>"), FETCHES),
        ("paparan.odp", odp("<text:p xlink:href='//jahat.invalid/a.png'/>"), FETCHES),
        # locked, swelling, lying
        ("paparan.pptx", locked(), "kata sandi"),
        ("paparan.pptx", pptx(ppt__media__a_x_png=b"\0" * 30_000_000), "terlalu besar"),
        ("paparan.pptx", lying(), "terlalu besar|kata namanya"),
    ],
)
def test_what_is_not_fit_is_refused_with_its_sentence(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UnfitFile, match=words):
        check_presentation(ContentFile(content), name)


def test_a_presentation_over_the_limit_is_refused_by_its_told_size() -> None:
    file = SimpleUploadedFile("besar.pptx", pptx())
    file.size = 30 * 1024 * 1024
    with pytest.raises(UnfitFile, match="lebih dari 20 MB"):
        check_presentation(file, "besar.pptx")


def test_a_table_that_promises_too_much_is_refused_before_anything_is_opened() -> None:
    content = bytearray(pptx())
    start = content.rfind(b"PK\x01\x02")
    content[start + 24 : start + 28] = (MAX_UNPACKED + 1).to_bytes(4, "little")
    with pytest.raises(UnfitFile, match="terlalu besar"):
        check_presentation(ContentFile(bytes(content)), "a.pptx")
