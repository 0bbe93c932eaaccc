"""Presentation files people hand in: what they are by content, and that opening them runs and fetches nothing."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from django.core.files.base import File
from django.utils.translation import gettext as _

from toolkit.uploads import MAX_BYTES, UnfitFile, check_pdf

TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
MAX_MEMBERS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
MAX_MARKUP = 30 * 1024 * 1024
CHUNK = 256 * 1024
MARKUP = (".xml", ".rels", ".vml")
# Parts that carry programs or whole foreign files; a chart's own sheet (.xlsx) is data and stays.
ACTIVE_PARTS = (
    "vbaproject",
    "vbadata",
    "activex/",
    "basic/",
    "scripts/",
    "oleobject",
    "ctrlprops/",
    "customui/",
)
ACTIVE_ENDINGS = (
    ".exe", ".dll", ".bat", ".cmd", ".com", ".scr", ".js", ".jse", ".vbs", ".ps1", ".msi", ".jar", ".hta", ".lnk",
    ".xlsm", ".docm", ".pptm", ".potm", ".ppsm", ".xlam", ".ppam", ".bin", ".html", ".htm", ".class", ".py",
)  # fmt: skip
# The settings of a printer lie in a .bin in many files and are only numbers.
HARMLESS = ("ppt/printersettings/",)
SAFE_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class PresentationFacts:
    """`kind` is a key of TYPES."""

    kind: str
    size: int
    sha256: str

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]


def check_presentation(file: "File[Any]", name: str) -> PresentationFacts:
    """The facts of a PDF, PPTX or ODP that is what its name says; raises UnfitFile for anything else.

    Refused besides: over 20 MiB, locked, with macros, programs or embedded foreign files, with parts that are fetched
    from elsewhere when it is opened (templates, pictures, objects), and archives that swell or lie about their size.
    The bytes are not changed."""
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in TYPES:
        raise UnfitFile(_("Simpan bahan paparan sebagai PDF, PPTX, atau ODP, lalu pilih lagi."))
    if not file.size:
        raise UnfitFile(_("Berkas paparan ini kosong. Pilih berkas lain."))
    if file.size > MAX_BYTES:
        raise UnfitFile(_("Berkas paparan ini lebih dari 20 MB. Kecilkan gambarnya, lalu pilih lagi."))
    file.seek(0)
    content = file.read()
    file.seek(0)
    if kind == "pdf":
        if not content.startswith(b"%PDF-"):
            raise _not_what_its_name_says("PDF")
        check_pdf(file)
    else:
        _check_archive(content, kind)
    return PresentationFacts(kind, len(content), hashlib.sha256(content).hexdigest())


def _not_what_its_name_says(kind: str) -> UnfitFile:
    return UnfitFile(
        _("Isi berkas ini bukan %(kind)s seperti kata namanya. Simpan ulang sebagai %(kind)s, lalu pilih lagi.")
        % {"kind": kind}
    )


def _is_locked() -> UnfitFile:
    return UnfitFile(_("Berkas ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu pilih lagi."))


def _swells() -> UnfitFile:
    return UnfitFile(_("Isi berkas ini terlalu besar setelah dibuka. Kecilkan gambarnya atau simpan sebagai PDF."))


def _is_active() -> UnfitFile:
    return UnfitFile(
        _("Berkas ini memuat makro, program, atau berkas lain di dalamnya. Simpan tanpa itu, atau sebagai PDF.")
    )


def _fetches() -> UnfitFile:
    return UnfitFile(
        _("Berkas ini mengambil templat, gambar, atau objek dari tempat lain. Sisipkan isinya atau simpan sebagai PDF.")
    )


def _check_archive(content: bytes, kind: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_table(content, archive, members, kind)
            parts = _unpacked(archive, members)
    except UnfitFile:
        raise
    except Exception as fault:  # a broken archive makes the reader raise nearly anything
        raise _not_what_its_name_says(kind.upper()) from fault
    if kind == "pptx":
        _check_pptx(parts)
    else:
        _check_odp(parts)


def _check_table(content: bytes, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], kind: str) -> None:
    """What the table of contents tells: nothing before or behind the archive, nothing locked, nothing active."""
    names = [member.filename for member in members]
    is_whole = content.startswith(b"PK\x03\x04") and content.rfind(b"PK\x05\x06") == len(content) - 22
    if not is_whole or archive.comment or len(names) != len({name.lower() for name in names}):
        raise _not_what_its_name_says(kind.upper())
    if any(member.flag_bits & 0x1 for member in members):
        raise _is_locked()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _swells()
    if any(_is_active_part(name.lower()) for name in names):
        raise _is_active()
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise _not_what_its_name_says(kind.upper())


def _is_active_part(name: str) -> bool:
    if name.startswith(HARMLESS):
        return False
    return name.endswith(ACTIVE_ENDINGS) or any(f"/{part}" in f"/{name}" for part in ACTIVE_PARTS)


def _unpacked(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Opens every part once, counting, because a header may lie about sizes; answers those that are markup."""
    total, marked, parts = 0, 0, {}
    for member in members:
        is_markup = member.filename.lower().endswith(MARKUP) or member.filename == "mimetype"
        kept = io.BytesIO()
        n = 0
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                n += len(chunk)
                total += len(chunk)
                marked += len(chunk) if is_markup else 0
                if total > MAX_UNPACKED or marked > MAX_MARKUP or n > MAX_RATIO * (member.compress_size + 4096):
                    raise _swells()
                if is_markup:
                    kept.write(chunk)
        if is_markup:
            parts[member.filename] = kept.getvalue()
    return parts


def _check_pptx(parts: dict[str, bytes]) -> None:
    types: list[str] = []
    _walk(
        parts.get("[Content_Types].xml", b""), "PPTX", lambda _name, values: types.append(values.get("ContentType", ""))
    )
    if any("macroenabled" in content_type.lower() for content_type in types):
        raise _is_active()
    if "ppt/presentation.xml" not in parts or f"{TYPES['pptx']}.main+xml" not in types:
        raise _not_what_its_name_says("PPTX")
    for name, content in parts.items():
        _walk(content, "PPTX", _check_relation if name.lower().endswith(".rels") else _nothing)


def _nothing(_name: str, _values: dict[str, str]) -> None:
    """Markup in which only the declarations matter."""


def _check_relation(_name: str, relation: dict[str, str]) -> None:
    """A link that a person may click is fine; whatever opening the file fetches by itself is not."""
    if relation.get("TargetMode", "").lower() != "external":
        return
    is_link = relation.get("Type", "").rpartition("/")[2] == "hyperlink"
    if not is_link or urlsplit(relation.get("Target", "")).scheme.lower() not in SAFE_SCHEMES | {""}:
        raise _fetches()


def _check_odp(parts: dict[str, bytes]) -> None:
    if parts.pop("mimetype", b"").strip() != TYPES["odp"].encode() or "content.xml" not in parts:
        raise _not_what_its_name_says("ODP")
    for content in parts.values():
        _walk(content, "ODP", _check_odp_element)


# Elements of OpenDocument of which a person clicks the link; every other link is fetched by the program.
CLICKED = {"a", "event-listener"}
SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
HREF = "http://www.w3.org/1999/xlink href"


def _check_odp_element(name: str, values: dict[str, str]) -> None:
    namespace, _space, element = name.rpartition(" ")
    if element == "encryption-data":
        raise _is_locked()
    if namespace == SCRIPT or element in {"applet", "plugin", "floating-frame"}:
        raise _is_active()
    target = urlsplit(values.get(HREF, ""))
    scheme = target.scheme.lower()
    if scheme in {"javascript", "vnd.sun.star.script", "macro", "service"}:
        raise _is_active()
    if (scheme not in SAFE_SCHEMES | {""}) if element in CLICKED else (scheme or target.netloc):
        raise _fetches()


def _walk(content: bytes, kind: str, visit: Callable[[str, dict[str, str]], None]) -> None:
    """Shows each element (`namespace name`) with its attributes; markup that declares a document type is refused."""

    def refuse(*_facts: object) -> None:
        raise _not_what_its_name_says(kind)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = visit
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise _not_what_its_name_says(kind) from fault
