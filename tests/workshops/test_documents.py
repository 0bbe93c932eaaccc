"""Papers of a workshop: what is kept, who may read it, how it leaves."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dashboard.management.sample.agreements import one_page_pdf
from tests.factories import Bureau, Kanwil
from workshops.models import Workshop, WorkshopDocument

PDF = one_page_pdf(["Surat undangan"])


def upload(client: Any, workshop: Workshop, content: bytes = PDF, name: str = "surat.pdf", **changes: Any) -> Any:
    data = {"kind": "signed_invitation", "file": SimpleUploadedFile(name, content)} | changes
    return client.post(reverse("document_create", args=[workshop.pk]), data)


def test_a_pdf_is_kept_as_it_came_and_handed_out_as_a_download(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    assert upload(client, bureau.workshop, name="..\\jalan/surat undangan.pdf").status_code == 302
    document = WorkshopDocument.objects.get(workshop=bureau.workshop)
    assert (document.n_pages, document.uploaded_by, document.size) == (1, bureau.staff, len(PDF))
    assert "/" not in document.original_name
    answer = client.get(reverse("document_download", args=[bureau.workshop.pk, document.pk]))
    assert answer.getvalue() == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<html></html>", PDF[:200], PDF + b"PK\x03\x04"])
def test_what_is_no_plain_pdf_is_refused(as_user: Any, bureau: Bureau, content: bytes) -> None:
    answer = upload(as_user(bureau.staff), bureau.workshop, content)
    assert list(answer.context["form"].errors) == ["file"]
    assert not WorkshopDocument.objects.exists()


def test_the_same_file_twice_and_an_unknown_kind_are_refused(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    upload(client, bureau.workshop)
    assert list(upload(client, bureau.workshop).context["form"].errors) == ["file"]
    assert list(upload(client, bureau.workshop, kind="rahasia").context["form"].errors) == ["kind"]
    assert WorkshopDocument.objects.count() == 1


def test_a_removed_paper_leaves_its_trace_and_no_bytes(
    as_user: Any, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    client = as_user(bureau.staff)
    upload(client, bureau.workshop)
    document = WorkshopDocument.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("document_remove", args=[bureau.workshop.pk, document.pk]))
    assert not default_storage.exists(str(document.file.name))
    assert [(row.history_type, row.history_user) for row in WorkshopDocument.history.order_by("pk")] == [
        ("+", bureau.staff),
        ("-", bureau.staff),
    ]


def test_papers_of_another_workshop_are_not_found_here(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    foreign = jateng.preparation.document
    client = as_user(bureau.admin)
    assert client.get(reverse("document_download", args=[bureau.workshop.pk, foreign.pk])).status_code == 404
    assert client.post(reverse("document_remove", args=[bureau.workshop.pk, foreign.pk])).status_code == 404
    upload(as_user(bureau.admin), bureau.workshop)
    own = WorkshopDocument.objects.get(workshop=bureau.workshop)
    client = as_user(jateng.admin)
    assert client.get(reverse("document_download", args=[bureau.workshop.pk, own.pk])).status_code == 404
    assert client.get(reverse("document_download", args=[jateng.workshop.pk, own.pk])).status_code == 404
    assert client.get(reverse("document_download", args=[jateng.workshop.pk, foreign.pk])).status_code == 200
