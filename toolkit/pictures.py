"""Photos people hand in: made small and plain, so that nothing but the picture itself is kept."""

import io
import warnings
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from toolkit.uploads import UnfitFile

MAX_PHOTO_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 800
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


def plain_photo(file: "File[Any]") -> bytes:
    """The picture as a JPEG of at most 800 pixels a side, upright, without EXIF (place, device), profile or anything
    that lay behind it; raises UnfitFile.

    Refused: empty, over 5 MiB, over 40 million pixels, and whatever is no whole JPEG, PNG or WebP by its content."""
    if not file.size:
        raise UnfitFile(_("Berkas foto ini kosong. Pilih foto lain."))
    if file.size > MAX_PHOTO_BYTES:
        raise UnfitFile(_("Foto ini lebih dari 5 MB. Perkecil fotonya, misalnya lewat ponsel, lalu pilih lagi."))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(file.read()), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            return _drawn_anew(picture)
    except UnfitFile:
        raise
    except Image.DecompressionBombError as fault:
        raise _too_many_pixels() from fault
    except Exception as fault:  # a broken picture makes the decoders raise nearly anything
        raise UnfitFile(_("Berkas ini bukan foto yang dapat dibaca. Pilih foto JPG, PNG, atau WebP.")) from fault


def _too_many_pixels() -> UnfitFile:
    return UnfitFile(_("Ukuran foto ini lebih dari 40 juta piksel. Perkecil fotonya, lalu pilih lagi."))


def _drawn_anew(picture: Image.Image) -> bytes:
    picture.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in {"RGBA", "LA", "PA", "P"}:
        layered = upright.convert("RGBA")
        upright = Image.new("RGB", layered.size, "white")
        upright.paste(layered, mask=layered.getchannel("A"))
    small = upright.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    canvas = Image.new("RGB", small.size)
    canvas.paste(small)
    made = io.BytesIO()
    canvas.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
