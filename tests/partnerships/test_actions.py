import pytest
from django.core.files.base import ContentFile

from partnerships.actions import FileIsKnown, plain_name, record_file
from partnerships.models import AgreementFile
from tests.partnerships.scene import NOW, build_scene
from tests.pdf_files import pdf
from toolkit.uploads import UnfitFile


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("naskah.pdf", "naskah.pdf"),
        ("../../etc/naskah.pdf", "naskah.pdf"),
        ("jahat\r\nSet-Cookie: a.pdf", "jahatSet-Cookie: a.pdf"),
        ("\0", "naskah.pdf"),
        ("", "naskah.pdf"),
        ("x" * 300 + ".pdf", "x" * 195 + "….pdf"),
    ],
)
def test_plain_name(given: str, kept: str) -> None:
    assert plain_name(given) == kept


@pytest.mark.django_db
def test_record_file_keeps_bytes_and_who() -> None:
    bureau, java, _bali = build_scene()
    content = pdf(pages=2)
    copy = record_file(bureau.agreement, file=ContentFile(content, "naskah.pdf"), by=bureau.admin, now=NOW)
    assert copy.file.open().read() == content
    assert (copy.size, copy.n_pages, copy.uploaded_by, copy.uploaded_at) == (len(content), 2, bureau.admin, NOW)
    with pytest.raises(FileIsKnown, match="sudah tersimpan"):
        record_file(bureau.agreement, file=ContentFile(content, "lagi.pdf"), by=bureau.admin, now=NOW)
    record_file(java.agreement, file=ContentFile(content, "lagi.pdf"), by=bureau.admin, now=NOW)
    with pytest.raises(UnfitFile):
        record_file(bureau.agreement, file=ContentFile(b"teks", "a.pdf"), by=bureau.admin, now=NOW)
    assert list(AgreementFile.objects.filter(agreement=bureau.agreement)) == [copy]
