"""Two people at the same moment: one comes true, the other is told. PostgreSQL only: SQLite writes one at a time."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from outbox.models import Message
from partnerships.actions import files
from partnerships.actions.publishing import IsPublishedAlready, publish_agreement, redact_copy
from partnerships.actions.submissions import (
    IsAnsweredAlready,
    IsSubmittedAlready,
    return_submission,
    submit_copy,
    verify_submission,
)
from partnerships.letters.submissions import PUBLISHED, RETURNED, SUBMITTED, VERIFIED
from partnerships.models import AgreementFile, Submission
from tests.factories import make_user
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import make_deed, make_submission, make_verified, naskah, points
from toolkit.uploads import PdfFacts, UnfitFile
from units.access import Role

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], object]) -> Counter[str]:
    """Lets all begin together; how each ended, by the name of what it raised."""
    barrier, ended = threading.Barrier(len(works)), Counter[str]()

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            work()
            ended["done"] += 1
        except Exception as fault:
            ended[type(fault).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended


def test_one_verifies_and_the_other_is_told() -> None:
    bureau, jawa, _bali = build_scene()
    second = make_user("lain@jawa.test", role=Role.REGIONAL_ADMIN, unit=jawa.unit)
    for n in range(5):
        submission = make_submission(jawa, title=f"Naskah {n}")
        ended = at_once(
            lambda submission=submission: verify_submission(submission, ticked=points(), by=jawa.admin, now=NOW),
            lambda submission=submission: return_submission(submission, reason="x", by=second, now=NOW),
            lambda submission=submission: verify_submission(submission, ticked=points(), by=bureau.staff, now=NOW),
        )
        assert ended == {"done": 1, IsAnsweredAlready.__name__: 2}
        kinds = set(
            Message.objects.filter(ref=submission.pk, kind__in=[RETURNED, VERIFIED]).values_list("kind", flat=True)
        )
        assert len(kinds) == 1


def test_a_copy_is_handed_in_once() -> None:
    _bureau, jawa, _bali = build_scene()
    agreement = make_deed(jawa.operator.unit)
    works = [
        lambda n=n: submit_copy(agreement, file=naskah(str(n)), facts=None, by=jawa.operator, now=NOW) for n in range(4)
    ]
    assert at_once(*works) == {"done": 1, IsSubmittedAlready.__name__: 3}
    assert Submission.objects.count() == 1
    assert set(Message.objects.filter(kind=SUBMITTED).values_list("ref", flat=True)) == {Submission.objects.get().pk}


def test_one_publishes_and_the_other_is_told() -> None:
    bureau, jawa, _bali = build_scene()
    submission = make_verified(jawa)
    copy = redact_copy(submission.file, boxes=[], by=jawa.admin, now=NOW)
    works = [
        lambda by=by: publish_agreement(submission.agreement, public_file=copy, by=by, now=NOW)
        for by in (bureau.staff, bureau.admin, bureau.other_admin)
    ]
    assert at_once(*works) == {"done": 1, IsPublishedAlready.__name__: 2}
    addresses = list(Message.objects.filter(kind=PUBLISHED).values_list("to_addr", flat=True))
    assert len(addresses) == len(set(addresses)) > 0


class WaitingFile(ContentFile):
    """Is asked for its name when the room was found; there it waits for the other one, for a second."""

    barrier: threading.Barrier

    @property
    def name(self) -> str:
        with suppress(threading.BrokenBarrierError):
            self.barrier.wait(1)
        return "naskah.pdf"

    @name.setter
    def name(self, value: str) -> None:
        pass


@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_uploads_cannot_pass_the_quota_together(settings: Any, monkeypatch: Any, is_guarded: bool) -> None:
    _bureau, jawa, _bali = build_scene()
    AgreementFile.objects.all().delete()
    settings.KANWIL_QUOTA_MB = 1
    if not is_guarded:
        monkeypatch.setattr(files, "_one_at_a_time", lambda kanwil: None)
    barrier = threading.Barrier(2)

    def upload(title: str, mark: str) -> Callable[[], object]:
        agreement = make_deed(jawa.operator.unit, title=title)
        file = WaitingFile(b"%PDF-1.7")
        file.barrier = barrier
        facts = PdfFacts(sha256=mark * 64, size=700 * 1024, n_pages=1, has_signature=False)
        return lambda: files.record_file(agreement, file=file, facts=facts, by=jawa.operator, now=NOW)

    ended = at_once(upload("Satu", "a"), upload("Dua", "b"))
    assert ended == ({"done": 1, UnfitFile.__name__: 1} if is_guarded else {"done": 2}), "without the lock both pass"
