"""Photos: what is kept is the picture alone, small; what is no picture is refused with a sentence."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from toolkit.pictures import MAX_PHOTO_BYTES, plain_photo
from toolkit.uploads import UnfitFile


def photo(kind: str = "JPEG", size: tuple[int, int] = (1600, 900), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, (200, 30, 30)).save(made, kind, **options)
    return made.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Kamera Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    return photo(exif=exif.tobytes())


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_small_jpeg(kind: str) -> None:
    kept = Image.open(io.BytesIO(plain_photo(ContentFile(photo(kind)))))
    assert (kept.format, kept.size) == ("JPEG", (800, 450))


def test_nothing_but_the_picture_is_kept_and_it_stands_upright() -> None:
    content = plain_photo(ContentFile(located() + b"<script>alert(1)</script>"))
    kept = Image.open(io.BytesIO(content))
    assert kept.size == (450, 800)
    assert dict(kept.getexif()) == {}
    assert b"Kamera" not in content
    assert b"script" not in content
    assert b"Kamera" in located()  # the control: it was there


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bukan foto"),
        (photo()[:400], "bukan foto"),
        (b"GIF89a" + b"\0" * 40, "bukan foto"),
        (b"%PDF-1.4", "bukan foto"),
        (bomb(), "40 juta piksel"),
    ],
)
def test_what_is_no_fit_photo_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(UnfitFile, match=words):
        plain_photo(ContentFile(content))


def test_a_photo_of_30_mb_is_refused_by_its_told_size() -> None:
    file = SimpleUploadedFile("besar.jpg", photo(size=(10, 10)))
    file.size = 30 * 1024 * 1024
    assert file.size > MAX_PHOTO_BYTES
    with pytest.raises(UnfitFile, match="lebih dari 5 MB"):
        plain_photo(file)
