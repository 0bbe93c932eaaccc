"""Letters are found by the title or number of the agreement they name, as far as the reader sees it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from partnerships.letters import endings, monitoring, submissions
from partnerships.models import (
    Agreement,
    AgreementFile,
    EndingNotice,
    FileKind,
    MonitoredUnit,
    MonitoringAnswer,
    MonitoringRound,
    Publication,
    Submission,
)
from tests.factories import Kanwil, make_agreement, make_message
from tests.partnerships.scene import NOW, build_scene
from units.models import User

pytestmark = pytest.mark.django_db


def letters_on(agreement: Agreement, kanwil: Kanwil, by: User, **fields: Any) -> dict[str, Message]:
    """One of each kind that names an agreement, to the unit of the Kanwil."""
    copy = AgreementFile.objects.create(
        agreement=agreement,
        kind=FileKind.SIGNED,
        file="naskah.pdf",
        original_name="naskah.pdf",
        size=1,
        sha256=f"{agreement.pk:064x}",
        n_pages=1,
        uploaded_at=NOW,
        uploaded_by=by,
    )
    submission = Submission.objects.create(agreement=agreement, file=copy, submitted_at=NOW, submitted_by=by)
    publication = Publication.objects.create(agreement=agreement, published_at=NOW, published_by=by)
    notice = EndingNotice.objects.create(agreement=agreement, until=date(2027, 1, 1), days=30, told_on=NOW.date())
    round_ = MonitoringRound.objects.create(
        title="Semester II",
        period_from=date(2026, 7, 1),
        period_until=date(2026, 12, 31),
        due_on=date(2027, 1, 31),
        opened_at=NOW,
        opened_by=by,
    )
    monitored = MonitoredUnit.objects.create(round=round_, unit=kanwil.unit, region=kanwil.unit)
    MonitoringAnswer.objects.create(monitored=monitored, agreement=agreement)
    facts: dict[str, dict[str, Any]] = {
        submissions.SUBMITTED: {"ref": submission.pk},
        submissions.PUBLISHED: {"ref": publication.pk},
        monitoring.START: {"ref": monitored.pk},
        endings.ENDING: {"context": {"notices": [notice.pk + 1_000, notice.pk]}},
    }
    return {
        kind: make_message(kind=kind, to="a@kantor.test", name="Narahubung", now=NOW, unit=kanwil.unit, **own | fields)
        for kind, own in facts.items()
    }


def found(client: Client, words: str) -> set[str]:
    lines = client.get(reverse("message_list"), {"q": words}).context["lines"]
    return {line.message.kind for line in lines}


def test_letters_are_found_by_title_and_number_of_their_agreement(client: Client) -> None:
    bureau, java, bali = build_scene()
    mine = make_agreement(java.unit, title="Layanan perpustakaan keliling", number="W.13-PKS-77")
    other = make_agreement(bali.unit, title="Pembinaan musik", number="W.20-PKS-1")
    kinds = set(letters_on(mine, java, bureau.admin))
    letters_on(other, bali, bureau.admin)
    # a number that begins like another notice's is another notice
    make_message(
        kind=endings.ENDING,
        to="b@kantor.test",
        name="Lain",
        now=NOW,
        unit=java.unit,
        context={"notices": [int(f"{EndingNotice.objects.get(agreement=mine).pk}0")]},
    )
    for user in (bureau.admin, bureau.staff, bureau.leader, java.admin):
        client.force_login(user)
        for words in ("PERPUSTAKAAN keliling", "w.13-pks-77"):
            lines = client.get(reverse("message_list"), {"q": words}).context["lines"]
            assert sorted(line.message.kind for line in lines) == sorted(kinds), (user.role, words)
    client.force_login(bali.admin)
    assert found(client, "perpustakaan keliling") == set()
    assert found(client, "musik") == kinds


def test_an_agreement_that_the_reader_does_not_see_finds_no_letter(client: Client) -> None:
    """Even of letters that the reader sees: what is found would tell what the title is."""
    bureau, java, bali = build_scene()
    hidden = make_agreement(bali.unit, title="Rahasia Bali", number="W.20-PKS-9")
    kinds = set(letters_on(hidden, java, bureau.admin))
    client.force_login(java.admin)
    assert kinds <= found(client, "Narahubung")
    assert found(client, "Rahasia") == set()
    client.force_login(bureau.staff)
    assert found(client, "Rahasia") == kinds


def test_letters_are_found_by_the_name_of_their_workshop(client: Client) -> None:
    bureau, java, _bali = build_scene()
    topic = bureau.workshop.topic
    topic.label = "Lokakarya podcast"
    topic.save()
    make_message(
        kind="workshops.invitation", to="a@kantor.test", name="Seseorang", now=NOW, unit=java.unit, topic=topic
    )
    client.force_login(java.admin)
    assert "workshops.invitation" in found(client, "podcast")
