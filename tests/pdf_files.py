"""PDF files made by hand for tests: each object as given, the cross-reference counted out."""

import io

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def pdf(*more: bytes, catalog: bytes = b"", trailer: bytes = b"", pages: int = 1) -> bytes:
    """A whole PDF: 1 = catalog (with `catalog` added), 2 = page tree, then the pages, then each of `more`."""
    numbers = range(3, 3 + pages)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages,
        *[PAGE] * pages,
        *more,
    ]
    return assembled(*objects, trailer=trailer)


def assembled(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is its catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R " % (len(objects) + 1) + trailer + b" >>\n")
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()
