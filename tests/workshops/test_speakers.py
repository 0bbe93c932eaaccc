"""The register of speakers: lists, duplicates, photo, scores, and what leaves it as a sheet."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from tests.factories import Bureau, Kanwil, make_question
from tests.workshops.test_lists import statements
from workshops.actions.speakers import score_speaker
from workshops.models import Session, SessionRole, Speaker, SpeakerScore, Workshop
from workshops.versions import version_of_speaker

LIST = reverse("speaker_list")


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


@pytest.fixture
def some(bureau: Bureau, now: datetime) -> None:
    team = Speaker.objects.create(name="Tim Grid", is_organization=True, field_of_expertise="Desain")
    author = Speaker.objects.create(name="Ani Penulis, M.Si.", alias="Ki Contoh", field_of_expertise="Media sosial")
    session = Session.objects.get(pk=bureau.session.pk)
    for speaker in (team, author):
        SessionRole.objects.create(session=session, speaker=speaker)
    make_question(bureau.workshop, author, now=now, answer="declined", answered_at=now, note="Cuti")
    make_question(bureau.workshop, team, now=now, withdrawn_at=now)
    score(bureau, author, "4.50", 10, now)


def score(
    bureau: Bureau, speaker: Speaker, value: str, n: int, now: datetime, workshop: Workshop | None = None
) -> None:
    score_speaker(
        speaker,
        workshop=workshop or bureau.workshop,
        score=Decimal(value),
        n_answers=n,
        source="Formulir",
        by=bureau.staff,
        now=now,
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "ki contoh"}, {"Ani Penulis, M.Si."}),
        ({"q": "media sosial"}, {"Ani Penulis, M.Si."}),
        ({"asal": "internal"}, {"Narasumber Pusat"}),
        ({"asal": "external"}, {"Tim Grid", "Ani Penulis, M.Si."}),
        ({"bentuk": "organization"}, {"Tim Grid"}),
        ({"bidang": "desain"}, {"Tim Grid"}),
        ({"jawaban": "declined"}, {"Ani Penulis, M.Si."}),
        ({"jawaban": "waiting"}, set()),
        ({"urut": "nilai", "bidang": "\0", "halaman": "x", "jawaban": "y"}, None),
    ],
)
def test_filters_narrow_list_and_sheet_alike(
    staff: Client, some: None, query: dict[str, str], names: set[str] | None
) -> None:
    page = staff.get(LIST, query)
    assert page.status_code == 200
    if names is not None:
        assert {line["speaker"].name for line in page.context["lines"]} == names
        sheet = staff.get(reverse("speaker_export"), query)
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(sheet.streaming_content)))  # type: ignore[attr-defined]
        assert {row[0] for row in book.get_sheet_by_index(0).to_python()[1:]} == names


@pytest.mark.parametrize(
    ("order", "first"),
    [("nama", "Ani Penulis, M.Si."), ("nilai", "Ani Penulis, M.Si."), ("kegiatan", "Ani Penulis, M.Si.")],
)
def test_order_stands_in_the_address(staff: Client, bureau: Bureau, some: None, order: str, first: str) -> None:
    Speaker.objects.create(name="Aaa Belum Pernah")
    lines = staff.get(LIST, {"urut": order}).context["lines"]
    assert lines[0 if order != "nama" else 1]["speaker"].name == first


def test_two_thousand_speakers_cost_eight_statements_and_a_small_page(staff: Client, bureau: Bureau) -> None:
    Speaker.objects.bulk_create(
        Speaker(
            name=f"Narasumber {n:04}", position="Pranata Humas Ahli Muda", unit=bureau.unit, email=f"n{n}@humas.test"
        )
        for n in range(2000)
    )
    assert statements(staff, LIST) == 8
    assert statements(staff, f"{LIST}?urut=terakhir&halaman=20") == 8
    assert len(staff.get(LIST).content) < 150_000


def test_scores_are_weighed_by_how_many_gave_them(as_user: Any, bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    """A Kanwil does not learn what was said of a speaker in the workshop of another."""
    SessionRole.objects.create(session=bureau.session, speaker=jateng.speaker)
    score(bureau, jateng.speaker, "5", 9, now)
    detail = reverse("speaker_detail", args=[jateng.speaker.pk])
    record = as_user(bureau.staff).get(detail).context["record"]
    assert (record.n, record.score, record.n_answers) == (2, Decimal("4.75"), 12)
    assert SpeakerScore.objects.filter(speaker=jateng.speaker).count() == 2


@pytest.mark.parametrize(("value", "field"), [("5.01", "score"), ("0.99", "score"), ("x", "score")])
def test_a_score_out_of_range_is_shown_again(staff: Client, bureau: Bureau, value: str, field: str) -> None:
    url = reverse("speaker_score", args=[bureau.speaker.pk])
    data = {"workshop": bureau.workshop.pk, "score": value, "n_answers": "7", "source": "Evaluasi hari kedua"}
    page = staff.post(url, data)
    assert field in page.context["score_form"].errors
    assert "Evaluasi hari kedua" in page.content.decode()
    staff.post(url, data | {"score": "4.2"})
    staff.post(url, data | {"score": "4.4"})
    assert [(row.score, row.entered_by) for row in SpeakerScore.objects.all()] == [(Decimal("4.40"), bureau.staff)]


def test_a_score_is_entered_for_own_workshops_only(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    SessionRole.objects.create(session=bureau.session, speaker=jateng.speaker)
    data = {"workshop": bureau.workshop.pk, "score": "1", "n_answers": "7", "source": "Evaluasi"}
    page = as_user(jateng.admin).post(reverse("speaker_score", args=[jateng.speaker.pk]), data)
    assert "workshop" in page.context["score_form"].errors


# --- saving


def typed(**changes: Any) -> dict[str, Any]:
    return {"name": "Dewi Contoh", "position": "Dosen", "email": "dewi@humas.test"} | changes


@pytest.mark.parametrize(
    "again",
    [
        {"email": "lain@humas.test"},
        {"name": "DEWI CONTOH, S.Sos., M.Si.", "email": ""},
        {"name": "Orang Lain"},
        {"name": "Ni Made", "alias": "Dewi Contoh", "email": ""},
    ],
)
def test_the_same_name_or_address_is_warned_about_and_never_forbidden(staff: Client, again: dict[str, str]) -> None:
    url = reverse("speaker_create")
    assert staff.post(url, typed()).status_code == 302
    warned = staff.post(url, typed(**again))
    assert [one.name for one in warned.context["form"].likely_same] == ["Dewi Contoh"]
    assert "sudah tercatat" in warned.content.decode()
    assert Speaker.objects.filter(position="Dosen").count() == 1
    assert staff.post(url, typed(**again, is_another="on")).status_code == 302
    assert Speaker.objects.filter(position="Dosen").count() == 2


def test_nobody_is_warned_with_the_name_of_a_speaker_one_may_not_see(
    as_user: Any, jateng: Kanwil, maluku: Kanwil
) -> None:
    Speaker.objects.create(name="Dewi Contoh", email="rahasia@humas.test", keeper=maluku.unit)
    answer = as_user(jateng.admin).post(reverse("speaker_create"), typed())
    assert answer.status_code == 302


def picture(size: tuple[int, int] = (1200, 900)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, "JPEG")
    return made.getvalue()


def test_photo_is_kept_small_served_to_the_register_and_replaced(
    as_user: Any, bureau: Bureau, maluku: Kanwil, django_capture_on_commit_callbacks: Any
) -> None:
    staff, url = as_user(bureau.staff), reverse("speaker_edit", args=[bureau.speaker.pk])

    def save(**more: Any) -> Any:
        speaker = Speaker.objects.get(pk=bureau.speaker.pk)
        facts = {"name": speaker.name, "unit": bureau.unit.pk, "version": version_of_speaker(speaker)}
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(url, facts | more)

    assert save(photo=SimpleUploadedFile("a.jpg", picture())).status_code == 302
    first = Speaker.objects.get(pk=bureau.speaker.pk).photo.name
    shown = staff.get(reverse("speaker_photo", args=[bureau.speaker.pk]))
    assert Image.open(io.BytesIO(b"".join(shown.streaming_content))).size == (800, 600)
    assert shown["Content-Security-Policy"].startswith("sandbox")
    refused = save(photo=SimpleUploadedFile("b.jpg", b"bukan foto"), notes="Catatan yang tidak boleh hilang")
    assert "bukan foto" in str(refused.context["form"].errors["photo"])
    assert "Catatan yang tidak boleh hilang" in refused.content.decode()
    assert Speaker.objects.get(pk=bureau.speaker.pk).photo.name == first
    save(photo=SimpleUploadedFile("c.jpg", picture((400, 400))))
    second = Speaker.objects.get(pk=bureau.speaker.pk).photo.name
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    save(drops_photo="on")
    assert staff.get(reverse("speaker_photo", args=[bureau.speaker.pk])).status_code == 404
    assert as_user(maluku.admin).get(reverse("speaker_photo", args=[bureau.speaker.pk])).status_code == 404
