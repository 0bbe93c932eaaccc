"""Presentations made by hand for tests, as small as the programs write them at the least."""

import io
import zipfile

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODP = "application/vnd.oasis.opendocument.presentation"


def packed(parts: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATION}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def pptx(*, main: str = MAIN, **more: bytes | str) -> bytes:
    """`more`: further parts, with `__` for `/` and `_x_` for a dot in their names."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>'
        ),
        "ppt/presentation.xml": "<p:presentation xmlns:p='urn:p'/>",
        "ppt/_rels/presentation.xml.rels": relation("slide", "slides/slide1.xml", "Internal"),
        "ppt/slides/slide1.xml": "<p:sld xmlns:p='urn:p'/>",
        "ppt/slides/_rels/slide1.xml.rels": relation("hyperlink", "https://contoh.invalid/"),
        "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": b"PK",
    }
    return packed(parts | {name.replace("__", "/").replace("_x_", "."): value for name, value in more.items()})


def odp(content: str = "", **more: bytes | str) -> bytes:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:s="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
    )
    parts: dict[str, bytes | str] = {
        "mimetype": ODP,
        "content.xml": f"<office:document-content {names}>{content}</office:document-content>",
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:m"/>',
    }
    return packed(parts | {name.replace("__", "/").replace("_x_", "."): value for name, value in more.items()})
