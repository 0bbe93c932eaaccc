"""The steps of a signed copy: what is written, what is refused, and which letters leave, once each."""

import ctypes
import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject

from dashboard.management.sample.agreements import one_page_pdf
from outbox.models import Message
from outbox.planners import tick
from outbox.registry import kind_named
from partnerships.actions.files import FileIsKnown
from partnerships.actions.publishing import (
    IsExempt,
    IsNotPublished,
    IsNotVerified,
    IsPublishedAlready,
    OwnPublication,
    PublicCopyHasChanged,
    PublicCopyIsMissing,
    file_public_copy,
    publish_agreement,
    redact_copy,
    withdraw_publication,
)
from partnerships.actions.submissions import (
    ChecklistIsIncomplete,
    IsAnsweredAlready,
    IsSubmittedAlready,
    OwnSubmission,
    ReasonIsMissing,
    return_submission,
    submit_copy,
    submit_new_agreement,
    verify_submission,
)
from partnerships.documents.public_copies import Box, redacted_pdf
from partnerships.letters import submissions as letters
from partnerships.models import Agreement, AgreementFile, FileKind, Organization, Publication, Submission
from tests.factories import make_user
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import SECRET, deed, make_deed, make_submission, make_verified, naskah, points
from toolkit.uploads import UnfitFile
from units.access import Role

pytestmark = pytest.mark.django_db


def kinds() -> Counter[str]:
    """Letters of this area by kind, without the app."""
    rows = Message.objects.filter(kind__startswith="partnerships.").values_list("kind", flat=True)
    return Counter(kind.removeprefix("partnerships.") for kind in rows)


def state_of(agreement: Agreement) -> str:
    return str(Agreement.objects.with_record_state().get(pk=agreement.pk).record_state)


def test_a_new_agreement_is_recorded_with_both_parties_and_handed_in() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = submit_new_agreement(
        jawa.operator.unit, deed=deed(), file=naskah(), facts=None, note="Mohon diperiksa", by=jawa.operator, now=NOW
    )
    agreement = submission.agreement
    assert state_of(agreement) == "submitted"
    parties = [(str(one), one.party_number, one.signatory_name) for one in agreement.parties.order_by("position")]
    assert parties == [(jawa.operator.unit.short_name, "W-1", "Arum"), ("Perpustakaan Daerah Contoh", "P-1", "Bima")]
    again = submit_new_agreement(
        jawa.operator.unit,
        deed=deed(partner="perpustakaan  daerah CONTOH", title="Lain"),
        file=naskah("lain"),
        facts=None,
        by=jawa.operator,
        now=NOW,
    )
    assert Organization.objects.filter(name__icontains="Perpustakaan Daerah").count() == 1
    assert again.agreement.parties.get(position=2).organization == agreement.parties.get(position=2).organization


def test_an_unfit_file_leaves_nothing_behind() -> None:
    _bureau, jawa, _bali = build_scene()
    before = (Agreement.objects.count(), Organization.objects.count(), Message.objects.count())
    with pytest.raises(UnfitFile):
        submit_new_agreement(
            jawa.operator.unit, deed=deed(), file=ContentFile(b"teks", "a.pdf"), facts=None, by=jawa.operator, now=NOW
        )
    assert (Agreement.objects.count(), Organization.objects.count(), Message.objects.count()) == before


def test_the_whole_way_with_its_letters_once_each() -> None:
    bureau, jawa, bali = build_scene()
    submission = make_submission(jawa)
    agreement = submission.agreement
    asked = Message.objects.filter(kind__startswith="partnerships.").values_list("kind", "to_addr", "user")
    checkers = {(letters.SUBMITTED, one.email, one.pk) for one in (jawa.admin, jawa.officer)}
    assert set(asked) == checkers

    return_submission(submission, reason="Halaman 2 hilang", by=jawa.admin, now=NOW)
    assert state_of(agreement) == "returned"
    assert kinds() == {"submission": 2, "submission_returned": 1}
    with pytest.raises(FileIsKnown):
        submit_copy(agreement, file=naskah("Layanan perpustakaan"), facts=None, by=jawa.operator, now=NOW)

    corrected = submit_copy(agreement, file=naskah("benar"), facts=None, by=jawa.operator, now=NOW)
    with pytest.raises(IsSubmittedAlready):
        submit_copy(agreement, file=naskah("lagi"), facts=None, by=jawa.operator, now=NOW)
    verify_submission(corrected, ticked=points(), by=jawa.admin, now=NOW)
    assert state_of(agreement) == "verified"

    copy = redact_copy(corrected.file, boxes=[], by=jawa.admin, now=NOW)
    publish_agreement(agreement, public_file=copy, by=bureau.staff, now=NOW)
    assert state_of(agreement) == "published"
    told = kinds()
    for _ in range(3):
        tick(NOW)
    assert kinds() == told
    assert set(told) == {"submission", "submission_returned", "submission_verified", "publication"}
    to = set(Message.objects.filter(kind=letters.PUBLISHED).values_list("to_addr", flat=True))
    assert to == {jawa.operator.email, jawa.admin.email, jawa.officer.email}
    assert not Message.objects.filter(kind__startswith="partnerships.", to_addr=bali.admin.email).exists()


def test_letters_say_the_fact_and_withdraw_when_it_is_gone() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    asked = Message.objects.get(kind=letters.SUBMITTED, user=jawa.admin)
    rendered = kind_named(letters.SUBMITTED).render([asked])[asked.pk]
    assert rendered is not None
    assert "menunggu pemeriksaan: Layanan perpustakaan" in rendered.subject
    assert f"/kerja-sama/{submission.agreement_id}/periksa/" in rendered.text
    assert "Perpustakaan Contoh" in rendered.html
    assert SECRET not in rendered.text
    return_submission(submission, reason="Cap belum ada", by=jawa.admin, now=NOW)
    assert kind_named(letters.SUBMITTED).render([asked])[asked.pk] is None
    back = Message.objects.get(kind=letters.RETURNED)
    rendered = kind_named(letters.RETURNED).render([back])[back.pk]
    assert rendered is not None
    assert "Yang harus diperbaiki: Cap belum ada" in rendered.text


def test_nobody_checks_the_own_submission() -> None:
    _bureau, jawa, _bali = build_scene()
    agreement = make_deed(jawa.unit, title="Milik Kanwil")
    own = submit_copy(agreement, file=naskah("kanwil"), facts=None, by=jawa.admin, now=NOW)
    with pytest.raises(OwnSubmission, match="orang lain"):
        verify_submission(own, ticked=points(), by=jawa.admin, now=NOW)
    with pytest.raises(OwnSubmission):
        return_submission(own, reason="x", by=jawa.admin, now=NOW)
    assert list(Submission.objects.verifiable_by(jawa.admin)) == []
    own.verified_by, own.verified_at = jawa.admin, NOW
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        own.save()


def test_nobody_publishes_the_own_submission() -> None:
    bureau, _jawa, _bali = build_scene()
    agreement = make_deed(bureau.unit, title="Milik Biro")
    submission = submit_copy(agreement, file=naskah("biro"), facts=None, by=bureau.staff, now=NOW)
    assert set(Submission.objects.waiting_for(bureau.admin)) == {submission}
    assert set(Submission.objects.waiting_for(bureau.staff)) == set()
    verify_submission(submission, ticked=points(), by=bureau.admin, now=NOW)
    copy = redact_copy(submission.file, boxes=[], by=bureau.staff, now=NOW)
    with pytest.raises(OwnPublication, match="petugas lain"):
        publish_agreement(agreement, public_file=copy, by=bureau.staff, now=NOW)
    published = publish_agreement(agreement, public_file=copy, by=bureau.admin, now=NOW)
    published.published_by = bureau.staff
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        published.save()


def test_a_checker_ticks_everything_or_says_why_not() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    with pytest.raises(ChecklistIsIncomplete):
        verify_submission(submission, ticked=points()[1:], by=jawa.admin, now=NOW)
    with pytest.raises(ReasonIsMissing):
        return_submission(submission, reason="  ", by=jawa.admin, now=NOW)
    returned = return_submission(submission, reason="Kabur", ticked=points()[1:], by=jawa.admin, now=NOW)
    assert [point["ok"] for point in returned.checklist["points"]] == [False] + [True] * (len(points()) - 1)
    with pytest.raises(IsAnsweredAlready, match="orang lain"):
        verify_submission(submission, ticked=points(), by=jawa.admin, now=NOW)


@pytest.mark.parametrize(("classification", "shows_copy"), [("public", True), ("limited", False)])
def test_what_is_published_by_class(classification: str, shows_copy: bool) -> None:
    bureau, jawa, _bali = build_scene()
    reason = "" if classification == "public" else "Pasal 17 huruf c"
    submission = make_verified(jawa, classification=classification, classification_reason=reason)
    copy = redact_copy(submission.file, boxes=[], by=jawa.admin, now=NOW)
    publication = publish_agreement(submission.agreement, public_file=copy, by=bureau.staff, now=NOW)
    assert publication.public_file == (copy if shows_copy else None)


def test_what_may_not_be_published() -> None:
    bureau, jawa, _bali = build_scene()
    exempt = make_verified(jawa, title="Rahasia", classification="exempt", classification_reason="Pasal 17 huruf a")
    with pytest.raises(IsExempt, match="Pasal 17 huruf a"):
        publish_agreement(exempt.agreement, public_file=None, by=bureau.staff, now=NOW)
    waiting = make_submission(jawa, title="Belum")
    with pytest.raises(IsNotVerified):
        publish_agreement(waiting.agreement, public_file=None, by=bureau.staff, now=NOW)
    open_one = make_verified(jawa, title="Terbuka")
    with pytest.raises(PublicCopyIsMissing):
        publish_agreement(open_one.agreement, public_file=None, by=bureau.staff, now=NOW)
    seen = redact_copy(open_one.file, boxes=[], by=jawa.admin, now=NOW)
    newer = redact_copy(open_one.file, boxes=[Box(1, 0, 0, 1, 0.5)], by=jawa.admin, now=NOW + timedelta(minutes=1))
    with pytest.raises(PublicCopyHasChanged):
        publish_agreement(open_one.agreement, public_file=seen, by=bureau.staff, now=NOW)
    publish_agreement(open_one.agreement, public_file=newer, by=bureau.staff, now=NOW)
    with pytest.raises(IsPublishedAlready):
        publish_agreement(open_one.agreement, public_file=newer, by=bureau.admin, now=NOW)


def test_a_standing_publication_of_an_exempt_agreement_is_not_public() -> None:
    """Of an older record, or a restored one; it can be taken back all the same."""
    bureau, jawa, bali = build_scene()
    agreement = make_verified(jawa).agreement
    copy = redact_copy(Submission.objects.get().file, boxes=[], by=jawa.admin, now=NOW)
    publication = publish_agreement(agreement, public_file=copy, by=bureau.staff, now=NOW)
    told = list(Message.objects.filter(kind=letters.PUBLISHED))

    def is_news() -> set[bool]:
        return {letter is not None for letter in kind_named(letters.PUBLISHED).render(told).values()}

    def is_public() -> tuple[bool, bool, str]:
        linkable = Agreement.objects.linkable_by(bali.officer).filter(pk=agreement.pk).exists()
        publication = Publication.objects.select_related("agreement").get()
        return linkable, publication.is_shown, state_of(agreement)

    assert (is_news(), is_public()) == ({True}, (True, True, "published"))
    Agreement.objects.filter(pk=agreement.pk).update(classification="exempt", classification_reason="Pasal 17")
    assert (is_news(), is_public()) == ({False}, (False, False, "verified"))
    assert not Agreement.objects.public().exists()
    withdraw_publication(agreement, reason="Dikecualikan", by=bureau.staff, now=NOW)
    publication.refresh_from_db()
    assert publication.withdrawal_reason == "Dikecualikan"


def test_a_publication_is_withdrawn_with_a_reason_and_may_return() -> None:
    bureau, jawa, _bali = build_scene()
    submission = make_verified(jawa)
    copy = redact_copy(submission.file, boxes=[], by=jawa.admin, now=NOW)
    publish_agreement(submission.agreement, public_file=copy, by=bureau.staff, now=NOW)
    withdraw_publication(submission.agreement, reason="NIP masih terbaca", by=bureau.staff, now=NOW)
    assert list(Publication.objects.standing()) == []
    assert state_of(submission.agreement) == "verified"
    assert list(Submission.objects.unpublished()) == []
    with pytest.raises(IsNotPublished):
        withdraw_publication(submission.agreement, reason="lagi", by=bureau.admin, now=NOW)
    later = NOW + timedelta(days=1)
    publish_agreement(submission.agreement, public_file=copy, by=bureau.staff, now=later)
    readers = {jawa.operator.email, jawa.admin.email, jawa.officer.email}
    assert kinds()["publication"] == 2 * len(readers)
    assert kinds()["publication_withdrawn"] == len(readers)


# --- the public copy


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_nothing_under_a_box_survives() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    original = submission.file.file.open().read()
    assert SECRET in text_of(original)
    copy = redact_copy(submission.file, boxes=[Box(1, 0, 0, 1, 0.3)], by=jawa.admin, now=NOW)
    content = copy.file.open().read()
    assert copy.kind == FileKind.PUBLIC
    assert text_of(content) == ""
    assert b"NIP" not in content
    picture = PdfReader(io.BytesIO(content)).pages[0].images[0].image
    assert picture is not None
    width, height = picture.size
    upper = picture.convert("L").crop((0, 0, width, int(height * 0.3)))
    lower = picture.convert("L").crop((0, int(height * 0.32), width, height))
    assert upper.getextrema()[1] < 60
    assert lower.getextrema()[0] > 200
    assert submission.file.file.open().read() == original


def turned(content: bytes, degrees: int, *, hidden: str = "") -> bytes:
    """The same PDF with its page turned; `hidden` is written on it in white."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    page = writer.pages[0]
    if hidden:
        stream = DecodedStreamObject()
        stream.set_data(f"BT 1 1 1 rg /F1 12 Tf 1 0 0 1 72 300 Tm ({hidden}) Tj ET".encode())
        drawn = page.raw_get("/Contents")
        page[NameObject("/Contents")] = ArrayObject([drawn, writer._add_object(stream)])
    page.rotate(degrees)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_words_in_sight_outside_the_boxes_are_found_and_no_others(degrees: int) -> None:
    lines = ["Perahu klinik (percobaan)", SECRET, "Kepulauan"]
    content = turned(one_page_pdf(lines), degrees, hidden="Terselubung")
    everything = text_of(redacted_pdf(content, []))
    assert {"klinik", "(percobaan)", "19700101", "Kepulauan"} <= set(everything.split())
    assert "Terselubung" in text_of(content)
    assert "Terselubung" not in everything
    with_boxes = text_of(redacted_pdf(content, [over(content, "19700101"), over(content, "percobaan")]))
    assert {"klinik", "Kepulauan"} <= set(with_boxes.split())
    assert "1970" not in with_boxes
    assert "percobaan" not in with_boxes


def over(content: bytes, words: str) -> Box:
    """A small box in the middle of these words of the first page, as it is seen."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        text = page.get_textpage()
        place = text.search(words).get_next()[0] + len(words) // 2
        left, bottom, right, top = text.get_charbox(place)
        x, y = ctypes.c_int(), ctypes.c_int()
        pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, 1000, 1000, 0, (left + right) / 2, (bottom + top) / 2, x, y)
    return Box(1, x.value / 1000 - 0.002, y.value / 1000 - 0.002, 0.004, 0.004)


def test_without_a_box_the_words_are_still_to_be_seen() -> None:
    """The negative control: what the test above finds black is otherwise printed there."""
    _bureau, jawa, _bali = build_scene()
    copy = redact_copy(make_submission(jawa).file, boxes=[], by=jawa.admin, now=NOW)
    picture = PdfReader(io.BytesIO(copy.file.open().read())).pages[0].images[0].image
    assert picture is not None
    upper = picture.convert("L").crop((0, 0, picture.size[0], int(picture.size[1] * 0.3)))
    assert upper.getextrema()[1] > 200
    assert upper.getextrema()[0] < 60


def test_the_second_pdf_loses_its_metadata_and_the_signed_one_keeps_it() -> None:
    _bureau, jawa, _bali = build_scene()
    writer = PdfWriter(clone_from=PdfReader(naskah("Judul")))
    writer.add_metadata({"/Author": "Endah Rahasia", "/Title": "naskah"})
    writer.xmp_metadata = b"<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'>Endah Rahasia</x:xmpmeta><?xpacket end='w'?>"
    out = io.BytesIO()
    writer.write(out)
    agreement = make_deed(jawa.unit)
    signed = submit_copy(agreement, file=ContentFile(out.getvalue(), "a.pdf"), facts=None, by=jawa.admin, now=NOW).file
    public = file_public_copy(agreement, file=ContentFile(out.getvalue(), "b.pdf"), by=jawa.admin, now=NOW)
    assert signed.file.open().read() == out.getvalue()
    content = public.file.open().read()
    assert b"Endah" in out.getvalue()
    assert b"Endah" not in content
    assert not PdfReader(io.BytesIO(content)).metadata
    assert "Judul" in text_of(content)
    with pytest.raises(UnfitFile):
        file_public_copy(agreement, file=ContentFile(b"GIF89a", "b.pdf"), by=jawa.admin, now=NOW)
    assert AgreementFile.objects.filter(agreement=agreement).count() == 2


# --- deadlines

# Monday 2 November 2026; five working days later is Monday the 9th.
MONDAY = NOW.replace(month=11, day=2)


def test_a_late_step_is_told_once(settings: Any) -> None:
    bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa, now=MONDAY)
    assert submission.due_on == date(2026, 11, 9)
    on_time, late = MONDAY + timedelta(days=7, hours=2), MONDAY + timedelta(days=8)
    tick(on_time)
    assert kinds()["check_late"] == 0
    assert list(Submission.objects.waiting_late(date(2026, 11, 9))) == []
    for moment in (late, late + timedelta(minutes=1), late + timedelta(days=3)):
        tick(moment)
    told = Message.objects.filter(kind=letters.CHECK_IS_LATE)
    assert sorted(told.values_list("to_addr", flat=True)) == sorted([jawa.admin.email, jawa.officer.email])
    message = told[0]
    assert message.dedup_key.split(":")[2] == "2026-11-09"
    verify_submission(submission, ticked=points(), by=jawa.admin, now=late)
    assert kind_named(letters.CHECK_IS_LATE).render([message])[message.pk] is None
    tick(late + timedelta(days=10))
    assert (
        kinds()["publication_late"]
        == Message.objects.filter(
            kind=letters.PUBLICATION_IS_LATE, to_addr__in=[bureau.admin.email, bureau.other_admin.email]
        ).count()
    )
    assert kinds()["publication_late"] > 0
    asked = list(Message.objects.filter(kind=letters.PUBLICATION_IS_LATE))
    closed = {"classification": "exempt", "classification_reason": "Pasal 17"}
    assert kind_named(letters.PUBLICATION_IS_LATE).render(asked)[asked[0].pk] is not None
    Agreement.objects.filter(pk=submission.agreement_id).update(**closed)
    assert set(kind_named(letters.PUBLICATION_IS_LATE).render(asked).values()) == {None}


def test_planning_what_is_late_costs_two_statements(django_assert_num_queries: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    make_submission(jawa)
    with django_assert_num_queries(2):
        assert list(letters.plan_late_letters(NOW)) == []


# --- rights


def test_who_reaches_which_submission() -> None:
    bureau, jawa, bali = build_scene()
    mine, foreign = make_submission(jawa), make_submission(bali)
    assert list(Submission.objects.verifiable_by(jawa.admin)) == [mine]
    assert list(Submission.objects.verifiable_by(jawa.operator)) == []
    assert set(Submission.objects.verifiable_by(bureau.staff)) == {mine, foreign}
    assert list(Submission.objects.verifiable_by(bureau.leader)) == []
    assert list(Submission.objects.waiting_for(jawa.admin)) == [mine]
    assert list(Submission.objects.waiting_for(bureau.staff)) == []
    assert list(Submission.objects.visible_to(bali.operator)) == [foreign]


def test_letters_go_to_officers_and_contacts_of_the_kanwil_once() -> None:
    _bureau, jawa, _bali = build_scene()
    officer = make_user("petugas@jawa.test", role=Role.UNIT_OPERATOR, unit=jawa.unit, keeps_agreements=True)
    jawa.unit.contacts.create(name="Narahubung", email=officer.email.upper(), for_cooperation=True)
    jawa.unit.contacts.create(name="Humas", email="humas@jawa.test", for_cooperation=False)
    make_submission(jawa)
    told = Message.objects.filter(kind=letters.SUBMITTED).values_list("to_addr", flat=True)
    assert officer.email in told
    assert "humas@jawa.test" not in told
    assert len({address.lower() for address in told}) == len(told)
