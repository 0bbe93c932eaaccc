"""The pages of a signed copy: what is kept over an error, who may do what, and how many statements they cost."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partnerships.actions.files import record_file
from partnerships.actions.publishing import redact_copy
from partnerships.actions.submissions import (
    FactsAreMissing,
    return_submission,
    submit_copy,
    submit_filed_copy,
    verify_submission,
)
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    FileKind,
    Organization,
    Publication,
    Submission,
)
from tests.factories import Kanwil
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import make_deed, make_submission, make_verified, naskah, points
from units.models import User

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pdf_upload(*lines: str, name: str = "naskah jepara.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, naskah(*lines).read(), content_type="application/pdf")


def form(**fields: Any) -> dict[str, Any]:
    values = {
        "agreement_type": "perjanjian_kerja_sama",
        "title": "Layanan perpustakaan keliling",
        "partner": "Perpustakaan Baru",
        "partner_kind": "other",
        "number": "W.13-1",
        "partner_number": "P-9",
        "signed_on": "2025-11-03",
        "effective_from": "",
        "effective_until": "2030-11-01",
        "our_signatory": "Arum",
        "our_position": "Kepala Rutan",
        "their_signatory": "Bima",
        "their_position": "Direktur",
        "note": "",
        "file": pdf_upload(),
    }
    return {key: value for key, value in (values | fields).items() if value is not None}


SUBMIT = "agreement_submit"


def test_an_operator_hands_in_a_new_agreement() -> None:
    _bureau, jawa, _bali = build_scene()
    client = signed_in(jawa.operator)
    response = client.post(reverse(SUBMIT), form(), follow=True)
    submission = Submission.objects.get()
    assert response.redirect_chain[-1][0] == reverse("agreement_papers", args=[submission.agreement_id])
    agreement = submission.agreement
    assert (agreement.owner_unit, agreement.number, str(agreement.effective_from)) == (
        jawa.operator.unit,
        "W.13-1",
        "2025-11-03",
    )
    assert submission.file.original_name == "naskah jepara.pdf"


def test_nothing_typed_or_chosen_is_lost_on_an_error() -> None:
    _bureau, jawa, bali = build_scene()
    client = signed_in(jawa.operator)
    first = client.post(reverse(SUBMIT), form(effective_until="2020-01-01", their_signatory=""))
    assert first.status_code == 200
    shown = first.context["form"]
    assert set(shown.errors) == {"effective_until", "their_signatory"}
    assert "naskah jepara.pdf tetap tersimpan" in first.text
    assert 'value="Perpustakaan Baru"' in first.text
    token = shown["kept"].value()
    assert token
    # the token is of this person only
    stolen = signed_in(bali.operator).post(reverse(SUBMIT), form(file=None, kept=token))
    assert set(stolen.context["form"].errors) == {"file"}
    still_wrong = client.post(reverse(SUBMIT), form(file=None, kept=token, our_position=""))
    assert set(still_wrong.context["form"].errors) == {"our_position"}
    assert still_wrong.context["form"]["kept"].value() == token
    done = client.post(reverse(SUBMIT), form(file=None, kept=token))
    assert done.status_code == 302
    copy = Submission.objects.get().file
    assert copy.original_name == "naskah jepara.pdf"
    assert copy.file.open().read() == pdf_upload().read()
    again = client.post(reverse(SUBMIT), form(file=None, kept=token, number="W.13-2"))
    assert "sekali lagi" in again.text


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"file": None}, "file", "Pilih berkas PDF"),
        ({"file": SimpleUploadedFile("a.pdf", b"PK\x03\x04")}, "file", "bukan PDF"),
        ({"signed_on": "2099-01-01"}, "signed_on", "belum tiba"),
        ({"signed_on": "0206-01-01"}, "signed_on", "Periksa tahunnya"),
        ({"effective_until": ""}, "effective_until", "centang"),
        ({"is_open_ended": "on"}, "effective_until", "Kosongkan"),
        ({"partner_kind": ""}, "partner_kind", "belum tercatat"),
        ({"our_signatory": ""}, "our_signatory", ""),
    ],
)
def test_a_wrong_field_says_what_to_do(fields: dict[str, Any], field: str, sentence: str) -> None:
    _bureau, jawa, _bali = build_scene()
    response = signed_in(jawa.operator).post(reverse(SUBMIT), form(**fields))
    errors = response.context["form"].errors
    assert set(errors) == {field}
    assert sentence in errors[field][0]
    assert not Submission.objects.exists()


def test_a_number_used_twice_names_the_other_agreement() -> None:
    _bureau, jawa, _bali = build_scene()
    make_deed(jawa.operator.unit, title="Yang lama", number="W.13-1")
    response = signed_in(jawa.operator).post(reverse(SUBMIT), form())
    assert "“Yang lama”" in response.context["form"].errors["number"][0]


def test_a_full_quota_says_so_and_keeps_the_form(settings: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    settings.KANWIL_QUOTA_MB = 1
    AgreementFile.objects.filter(agreement=jawa.agreement).update(size=1024 * 1024)
    client = signed_in(jawa.operator)
    response = client.post(reverse(SUBMIT), form())
    assert "sudah penuh" in response.context["form"].errors["file"][0]
    assert response.context["form"]["kept"].value()
    settings.KANWIL_QUOTA_MB = 2
    assert client.post(reverse(SUBMIT), form()).status_code == 302


def test_the_kanwil_returns_and_the_satker_corrects() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    kanwil, satker = signed_in(jawa.admin), signed_in(jawa.operator)
    check = reverse("agreement_check", args=[submission.agreement_id])
    ticked = [str(point.pk) for point in points()[1:]]
    lacking = kanwil.post(check, {"submission": submission.pk, "points": ticked, "answer": "return", "reason": ""})
    assert "Tulis apa yang harus diperbaiki" in lacking.text
    assert lacking.text.count("checked") == len(ticked)
    incomplete = kanwil.post(check, {"submission": submission.pk, "points": ticked, "answer": "verify"})
    assert "belum dicentang" in incomplete.text
    answered = kanwil.post(
        check, {"submission": submission.pk, "points": ticked, "answer": "return", "reason": "Cap mitra belum ada"}
    )
    assert answered.status_code == 302
    papers = reverse("agreement_papers", args=[submission.agreement_id])
    page = satker.get(papers)
    assert "Cap mitra belum ada" in page.text
    assert satker.post(papers, as_shown(page) | {"file": pdf_upload("benar"), "note": "Sudah"}).status_code == 302
    newest = Submission.objects.waiting().get()
    stale = kanwil.post(check, {"submission": submission.pk, "points": ticked, "answer": "verify"})
    assert "ditanggapi orang lain" in stale.text
    everything = [str(point.pk) for point in points()]
    kanwil.post(check, {"submission": newest.pk, "points": everything, "answer": "verify"})
    newest.refresh_from_db()
    assert newest.verified_by == jawa.admin


def as_shown(page: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody touched."""
    shown = page.context["form"]
    values = {name: shown[name].value() for name in shown.fields if name != "file"}
    return {name: value for name, value in values.items() if value not in (None, False)}


def returned(jawa: Kanwil) -> tuple[Submission, str]:
    submission = make_submission(jawa)
    submission.agreement.parties.update(signed_on=submission.agreement.signed_on)
    return_submission(submission, reason="Nomor berbeda dari naskah", by=jawa.admin, now=NOW)
    return submission, reverse("agreement_papers", args=[submission.agreement_id])


def test_what_was_typed_wrongly_is_put_right_after_a_return() -> None:
    """The copy itself may be right: it is handed in once more, and the history keeps what was said before."""
    _bureau, jawa, _bali = build_scene()
    submission, papers = returned(jawa)
    agreement, satker = submission.agreement, signed_in(jawa.operator)
    ours, theirs = agreement.parties.order_by("position")
    page = satker.get(papers)
    told = as_shown(page)
    assert (told["title"], told["number"], told["partner"]) == (
        agreement.title,
        agreement.number,
        "Perpustakaan Contoh",
    )
    unchanged = satker.post(papers, told | {"note": "Tidak ada yang berubah"})
    assert "Betulkan isian" in unchanged.context["form"].errors["file"][0]
    told |= {
        "agreement_type": "nota_kesepahaman",
        "title": "Layanan perpustakaan keliling",
        "number": "W.13-9",
        "signed_on": "2026-11-01",
        "effective_until": "2027-11-01",
        "partner": "Bengkel Sepeda Tiga",
        f"signatory_{ours.pk}": "Arum",
        f"number_{theirs.pk}": "P-9",
    }
    wrong = satker.post(papers, told | {"effective_until": "2020-01-01"})
    assert set(wrong.context["form"].errors) == {"effective_until", "partner_kind"}
    assert 'value="Layanan perpustakaan keliling"' in wrong.text
    assert satker.post(papers, told | {"partner_kind": "other"}).status_code == 302
    newest = Submission.objects.waiting().get()
    assert newest.file == submission.file
    agreement.refresh_from_db()
    assert (agreement.agreement_type_id, agreement.title, agreement.number) == (
        "nota_kesepahaman",
        "Layanan perpustakaan keliling",
        "W.13-9",
    )
    assert (str(agreement.signed_on), str(agreement.effective_until)) == ("2026-11-01", "2027-11-01")
    rows = agreement.parties.order_by("position").values_list("signatory_name", "party_number", "signed_on")
    assert list(rows) == [("Arum", "", date(2026, 11, 1)), ("Penanda Tangan 2", "P-9", date(2026, 11, 1))]
    theirs.refresh_from_db()
    assert str(theirs.organization) == "Bengkel Sepeda Tiga"
    changed = agreement.history.order_by("-history_date", "-history_id").first()
    assert (changed.number, changed.history_user) == ("W.13-9", jawa.operator)
    assert list(Agreement.objects.searched("keliling").values_list("pk", flat=True)) == [agreement.pk]
    assert signed_in(jawa.operator).post(papers, told | {"number": "W.13-10"}, follow=True).status_code == 200
    agreement.refresh_from_db()
    assert agreement.number == "W.13-9"  # while it is being checked nothing is put right any more


def test_a_number_of_another_agreement_stays_refused_after_a_return() -> None:
    _bureau, jawa, _bali = build_scene()
    _submission, papers = returned(jawa)
    make_deed(jawa.operator.unit, title="Yang lama", number="W.13-1")
    satker = signed_in(jawa.operator)
    response = satker.post(papers, as_shown(satker.get(papers)) | {"number": "w.13-1"})
    assert set(response.context["form"].errors) == {"number"}


def make_draft(jawa: Kanwil) -> tuple[Agreement, dict[str, str]]:
    """A renewal as it begins, and what its form asks for and must have."""
    draft = make_deed(jawa.child, number="", signed_on=None, effective_from=None, effective_until=None)
    draft.parties.update(signatory_name="", signatory_position="")
    ours, theirs = draft.parties.order_by("position")
    return draft, {
        "number": "W.13-1",
        "signed_on": "2025-11-03",
        "effective_until": "2030-11-01",
        f"signatory_{ours.pk}": "Arum",
        f"position_{ours.pk}": "Kepala Rutan",
        f"signatory_{theirs.pk}": "Bima",
        f"position_{theirs.pk}": "Direktur",
    }


def test_what_a_draft_does_not_say_is_asked_with_its_copy() -> None:
    """A renewal begins as a draft: nobody can check a copy against nothing."""
    _bureau, jawa, _bali = build_scene()
    draft, facts = make_draft(jawa)
    satker, papers = signed_in(jawa.operator), reverse("agreement_papers", args=[draft.pk])
    page = satker.get(papers).text
    assert all(f'name="{name}"' in page for name in facts)
    only_file = satker.post(papers, {"file": pdf_upload(), "note": "x"})
    assert set(only_file.context["form"].errors) == set(facts)
    assert "naskah jepara.pdf tetap tersimpan" in only_file.text
    wrong = satker.post(papers, {"file": pdf_upload(), **facts, "effective_until": "2025-01-01"})
    assert "tidak boleh sebelum tanggal mulai" in wrong.text
    assert not Submission.objects.exists()
    assert satker.post(papers, {"file": pdf_upload(), **facts}).status_code == 302
    draft.refresh_from_db()
    assert (draft.number, str(draft.signed_on), str(draft.effective_from)) == ("W.13-1", "2025-11-03", "2025-11-03")
    assert list(draft.parties.order_by("position").values_list("signatory_name", "party_number", "signed_on")) == [
        ("Arum", "", None),
        ("Bima", "", None),
    ]
    assert Submission.objects.get().agreement == draft
    assert 'name="number"' not in satker.get(papers).text


def test_a_partner_has_its_own_number_and_day() -> None:
    _bureau, jawa, _bali = build_scene()
    draft, facts = make_draft(jawa)
    third = Organization.objects.create(name="Yayasan Contoh", kind="foundation")
    extra = AgreementParty.objects.create(agreement=draft, position=3, organization=third)
    ours, theirs, _third = draft.parties.order_by("position")
    satker, papers = signed_in(jawa.operator), reverse("agreement_papers", args=[draft.pk])
    assert f'name="number_{ours.pk}"' not in satker.get(papers).text
    lacking = satker.post(papers, {"file": pdf_upload(), **facts, f"signed_on_{theirs.pk}": "2099-01-01"})
    assert set(lacking.context["form"].errors) == {
        f"signatory_{extra.pk}",
        f"position_{extra.pk}",
        f"signed_on_{theirs.pk}",
    }
    facts |= {f"signatory_{extra.pk}": "Cakra", f"position_{extra.pk}": "Ketua", f"number_{theirs.pk}": "P-7"}
    facts |= {f"signed_on_{theirs.pk}": "2025-11-05"}
    assert satker.post(papers, {"file": pdf_upload(), **facts}).status_code == 302
    rows = draft.parties.order_by("position").values_list("signatory_name", "party_number", "signed_on")
    assert list(rows) == [("Arum", "", None), ("Bima", "P-7", date(2025, 11, 5)), ("Cakra", "", None)]


@pytest.mark.parametrize("position", [1, 2])
def test_a_party_without_a_signatory_is_refused(position: int) -> None:
    """However the copy is handed in, and once more when it is verified."""
    bureau, jawa, _bali = build_scene()
    deed = make_deed(jawa.child)
    filed = record_file(deed, file=naskah("tersimpan"), by=jawa.admin, now=NOW)
    deed.parties.filter(position=position).update(signatory_name="")
    with pytest.raises(FactsAreMissing):
        submit_filed_copy(filed, by=jawa.operator, now=NOW)
    with pytest.raises(FactsAreMissing):
        submit_copy(deed, file=naskah("baru"), facts=None, by=jawa.operator, now=NOW)
    papers = reverse("agreement_papers", args=[deed.pk])
    asked = signed_in(jawa.operator).post(papers, {"filed": filed.pk})
    party = deed.parties.get(position=position)
    assert f"signatory_{party.pk}" in asked.context["form"].errors
    assert not Submission.objects.exists()
    told = {f"signatory_{party.pk}": "Arum", f"position_{party.pk}": "Kepala"}
    assert signed_in(jawa.operator).post(papers, {"filed": filed.pk, "note": "Baru", **told}).status_code == 302
    submission = Submission.objects.get()
    assert (submission.file, submission.note) == (filed, "Baru")
    deed.parties.filter(position=position).update(signatory_name="")
    with pytest.raises(FactsAreMissing):
        verify_submission(submission, ticked=points(), by=bureau.staff, now=NOW)


def test_nothing_is_verified_that_says_nothing() -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    everything = [str(point.pk) for point in points()]
    check = reverse("agreement_check", args=[submission.agreement_id])
    told = {"submission": submission.pk, "points": everything, "answer": "verify"}
    Agreement.objects.filter(pk=submission.agreement_id).update(number="")
    refused = signed_in(jawa.admin).post(check, told)
    assert "belum diisi. Lengkapi dahulu" in refused.text
    Agreement.objects.filter(pk=submission.agreement_id).update(number="W-1")
    assert signed_in(jawa.admin).post(check, told).status_code == 302


@pytest.mark.parametrize("kind", ["", "other"])
def test_a_near_name_is_told_before_a_partner_is_made_twice(kind: str) -> None:
    """Also to whoever chooses the kind of the partner at the very first try."""
    _bureau, jawa, _bali = build_scene()
    known = make_deed(jawa.child).parties.get(position=2).organization
    assert known is not None
    client = signed_in(jawa.operator)
    page = client.post(reverse(SUBMIT), form(partner="Perpustakan  Contoh", partner_kind=kind))
    assert f"Mirip dengan “{known.name}”" in page.text
    shown = page.context["form"]["near_shown"].value()
    assert 'type="hidden" name="near_shown" value="Perpustakan Contoh"' in page.text
    other = client.post(reverse(SUBMIT), form(partner="Perpustakaan Contohh", near_shown=shown))
    assert "Mirip dengan" in other.text  # what was shown was shown for another name
    assert not Submission.objects.exists()
    assert client.post(reverse(SUBMIT), form(partner="Perpustakan Contoh", near_shown=shown)).status_code == 302
    made = Submission.objects.get().agreement.parties.get(position=2).organization
    assert made is not None
    assert made.name == "Perpustakan Contoh"


def test_a_new_name_that_resembles_none_is_taken_at_once() -> None:
    _bureau, jawa, _bali = build_scene()
    make_deed(jawa.child)
    response = signed_in(jawa.operator).post(reverse(SUBMIT), form(partner="Bengkel Sepeda Tiga"))
    assert response.status_code == 302


def test_boxes_are_drawn_published_and_withdrawn() -> None:
    bureau, jawa, _bali = build_scene()
    submission = make_verified(jawa)
    pk = submission.agreement_id
    kanwil, biro = signed_in(jawa.admin), signed_in(bureau.staff)
    redact = reverse("agreement_redact", args=[pk])
    assert "Belum ada kotak" in kanwil.post(redact, {"boxes": "[]"}).text
    for wrong in (
        "{",
        "[1]",
        '[{"page": 2, "x": 0, "y": 0, "width": 1, "height": 1}]',
        '[{"page": 1, "x": NaN}]',
        "[" * 9000,
        f'[{{"page": 1, "x": 1{"0" * 400}, "y": 0, "width": 1, "height": 1}}]',
    ):
        assert "tidak terbaca" in kanwil.post(redact, {"boxes": wrong}).text
    box = {"page": 1, "x": 0.1, "y": 0.1, "width": 0.5, "height": 0.2}
    assert kanwil.post(redact, {"boxes": json.dumps([box])}).status_code == 302
    copy = AgreementFile.objects.get(agreement=pk, kind=FileKind.PUBLIC)
    assert kanwil.post(reverse("agreement_publish", args=[pk]), {"public_file": copy.pk}).status_code == 403
    unseen = biro.post(reverse("agreement_publish", args=[pk]), {"public_file": "0"}, follow=True)
    assert "baru saja diganti" in unseen.text
    assert not Publication.objects.exists()
    biro.post(reverse("agreement_publish", args=[pk]), {"public_file": copy.pk})
    assert Publication.objects.standing().get().public_file == copy
    without = biro.post(reverse("agreement_unpublish", args=[pk]), {"reason": ""})
    assert "reason" in without.context["withdrawal"].errors
    biro.post(reverse("agreement_unpublish", args=[pk]), {"reason": "NIP terbaca"})
    assert not Publication.objects.standing().exists()


def test_the_pages_of_an_exempt_publication_do_not_contradict_themselves() -> None:
    bureau, jawa, _bali = build_scene()
    pk = make_verified(jawa).agreement_id
    Publication.objects.create(agreement_id=pk, published_at=NOW, published_by=bureau.staff)
    client = signed_in(bureau.staff)

    def pages() -> tuple[str, str]:
        papers, publication = ("agreement_papers", "agreement_publication")
        return client.get(reverse(papers, args=[pk])).text, client.get(reverse(publication, args=[pk])).text

    papers, publication = pages()
    assert "Dapat dibaca publik sejak" in papers
    assert "Sudah dipublikasikan" in publication
    Agreement.objects.filter(pk=pk).update(classification="exempt", classification_reason="Pasal 17")
    papers, publication = pages()
    assert "Dapat dibaca publik sejak" not in papers
    assert "Dikecualikan dari publikasi." in papers
    assert "Sudah dipublikasikan" not in publication
    assert "Tarik publikasi" in publication


def test_a_copy_that_is_filed_already_is_handed_in_as_it_is() -> None:
    _bureau, jawa, bali = build_scene()
    jawa.agreement.parties.update(signatory_name="Arum")
    client = signed_in(jawa.admin)
    papers = reverse("agreement_papers", args=[jawa.agreement.pk])
    assert client.post(papers, {"filed": bali.agreement_file.pk}).status_code == 404
    assert client.post(papers, {"filed": jawa.agreement_file.pk}).status_code == 302
    assert Submission.objects.get().file == jawa.agreement_file


def test_foreign_pages_answer_404_and_a_leader_only_reads() -> None:
    bureau, jawa, bali = build_scene()
    submission = make_verified(jawa)
    pk, file = submission.agreement_id, submission.file_id
    foreign = signed_in(bali.admin)
    for name in ("agreement_papers", "agreement_check", "agreement_publication", "agreement_redact"):
        assert foreign.get(reverse(name, args=[pk])).status_code == 404
        assert foreign.post(reverse(name, args=[pk]), {}).status_code == 404
    assert foreign.get(reverse("agreement_page", args=[pk, file, 1])).status_code == 404
    assert foreign.get(reverse("agreement_page", args=[bali.agreement.pk, file, 1])).status_code == 404
    leader = signed_in(bureau.leader)
    assert leader.get(reverse("agreement_papers", args=[pk])).status_code == 200
    assert leader.post(reverse("agreement_papers", args=[pk]), {}).status_code == 403
    assert leader.get(reverse("agreement_check", args=[pk])).status_code == 403
    page = signed_in(jawa.operator).get(reverse("agreement_page", args=[pk, file, 1]))
    assert (page.headers["Content-Type"], page.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert signed_in(jawa.operator).get(reverse("agreement_page", args=[pk, file, 2])).status_code == 404


def test_the_queue_shows_what_waits_for_whom() -> None:
    bureau, jawa, bali = build_scene()
    make_submission(jawa, title="Menunggu periksa")
    make_verified(jawa, title="Menunggu terbit")
    make_submission(bali, title="Milik Bali")
    queue = reverse("submission_queue")

    def titles(user: User, query: str = "") -> list[str]:
        page = signed_in(user).get(queue + query).context["page"]
        return [row.agreement.title for row in page]

    assert titles(jawa.admin) == ["Menunggu periksa"]
    assert titles(jawa.admin, "?langkah=publikasi") == ["Menunggu terbit"]
    assert titles(bureau.staff) == ["Menunggu terbit"]
    assert titles(bureau.staff, "?langkah=semua") == ["Menunggu periksa", "Milik Bali", "Menunggu terbit"]
    assert titles(bureau.staff, f"?langkah=semua&unit={bali.unit.pk}") == ["Milik Bali"]
    assert titles(bureau.leader) == ["Menunggu periksa", "Milik Bali", "Menunggu terbit"]
    assert titles(jawa.admin, "?langkah=semua&q=terbit") == ["Menunggu terbit"]
    assert signed_in(jawa.operator).get(queue).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_the_queue_costs_the_same_for_one_and_three(n: int, django_assert_num_queries: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    for number in range(n):
        make_submission(jawa, title=f"Naskah {number}", now=NOW - timedelta(days=30))
    client = signed_in(jawa.admin)
    with django_assert_num_queries(8):
        assert client.get(reverse("submission_queue")).context["page"].total == n


@pytest.mark.parametrize("name", ["agreement_papers", "agreement_check", "agreement_publication", "agreement_redact"])
def test_the_pages_of_one_copy_stay_under_twelve(name: str, django_assert_max_num_queries: Any) -> None:
    _bureau, jawa, _bali = build_scene()
    submission = make_submission(jawa)
    redact_copy(submission.file, boxes=[], by=jawa.admin, now=NOW)
    client = signed_in(jawa.admin)
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name, args=[submission.agreement_id])).status_code == 200


def test_partners_are_found_while_typing() -> None:
    _bureau, jawa, _bali = build_scene()
    make_deed(jawa.unit)
    client = signed_in(jawa.operator)
    assert (
        '<option value="Perpustakaan Contoh">' in client.get(reverse("agreement_partners"), {"partner": "perpus"}).text
    )
    assert "<option" not in client.get(reverse("agreement_partners"), {"partner": "p"}).text
    assert Agreement.objects.filter(title="Layanan perpustakaan").count() == 1
