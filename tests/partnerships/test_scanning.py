"""Held until scanned: a clamd on a real socket frees clean files, infected ones leave for quarantine, silence holds."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from partnerships.actions.scanning import scan_waiting_files
from partnerships.actions.submissions import FileIsHeld, submit_copy, verify_submission
from partnerships.letters.submissions import RETURNED
from partnerships.models import ScanState
from partnerships.tasks import scan_files
from tests.partnerships.clamd import MARK, running
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import make_deed, make_submission, naskah, points
from toolkit.scanning import ScannerIsDown, found_in

pytestmark = pytest.mark.django_db


def test_the_scanner_reads_every_byte_and_says_what_it_found(settings: Any) -> None:
    content = bytes(range(256)) * 1000
    with running() as clamd:
        settings.CLAMAV = clamd.address
        file = ContentFile(content)
        assert found_in(file) == ""
        assert found_in(ContentFile(content + MARK)) == "Eicar-Signature"
        assert (clamd.seen[0], file.tell()) == (content, 0)


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: Access denied. ERROR", b"OK", b" "]
)
def test_an_answer_that_is_neither_counts_as_silence(settings: Any, answer: bytes) -> None:
    with running(answer) as clamd:
        settings.CLAMAV = clamd.address
        with pytest.raises(ScannerIsDown):
            found_in(ContentFile(b"isi"))


def test_a_held_file_can_be_neither_opened_nor_verified_until_it_is_clean(settings: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    with running() as clamd:
        settings.CLAMAV = clamd.address
        submission = make_submission(jawa)
        copy = submission.file
        client = Client()
        client.force_login(jawa.admin)
        addresses = [
            reverse("agreement_file", args=[copy.pk]),
            reverse("agreement_page", args=[submission.agreement_id, copy.pk, 1]),
        ]
        assert copy.scan_state == ScanState.WAITING
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert "Menunggu pemindaian" in client.get(reverse("agreement_check", args=[submission.agreement_id])).text
        with pytest.raises(FileIsHeld):
            verify_submission(submission, ticked=points(), by=jawa.admin, now=NOW)
        scan_files()
        assert [client.get(address).status_code for address in addresses] == [200, 200]
        verify_submission(submission, ticked=points(), by=jawa.admin, now=NOW)


def test_a_scanner_that_is_down_holds_and_is_asked_again(settings: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    with running() as clamd:
        settings.CLAMAV = clamd.address
    submission = make_submission(jawa)
    assert scan_waiting_files(now=NOW) == 0
    submission.file.refresh_from_db()
    assert submission.file.is_held
    with running() as clamd:
        settings.CLAMAV = clamd.address
        assert scan_waiting_files(now=NOW) == 1
        assert scan_waiting_files(now=NOW) == 0
    submission.file.refresh_from_db()
    assert not submission.file.is_held


def test_an_infected_file_is_quarantined_and_its_sender_told(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    _bureau, jawa, _bali = build_scene()
    with running() as clamd:
        settings.CLAMAV = clamd.address
        agreement = make_deed(jawa.operator.unit)
        submission = submit_copy(agreement, file=naskah(MARK.decode()), facts=None, by=jawa.operator, now=NOW)
        place = str(submission.file.file.name)
        with django_capture_on_commit_callbacks(execute=True):
            assert scan_waiting_files(now=NOW) == 1
    submission.refresh_from_db()
    submission.file.refresh_from_db()
    assert submission.file.scan_state == ScanState.INFECTED
    assert not default_storage.exists(place)
    assert str(submission.file.file.name).startswith("quarantine/")
    assert "Eicar-Signature" in submission.return_reason
    assert (submission.returned_at, submission.returned_by) == (NOW, None)
    assert jawa.operator.email in Message.objects.filter(kind=RETURNED).values_list("to_addr", flat=True)
    client = Client()
    client.force_login(jawa.operator)
    assert client.get(reverse("agreement_file", args=[submission.file_id])).status_code == 404
    page = client.get(reverse("agreement_papers", args=[agreement.pk])).text
    assert "Dikarantina" in page


def test_without_a_scanner_nothing_is_held(settings: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    assert settings.CLAMAV is None
    assert make_submission(jawa).file.scan_state == ScanState.CLEAN
    assert scan_waiting_files(now=NOW) == 0
