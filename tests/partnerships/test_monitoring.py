"""Monitoring rounds: who is asked, one letter a unit whatever the ticks, answers row by row, the recap, the end."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFont
from python_calamine import CalamineWorkbook

from outbox.models import Message, State
from outbox.planners import tick
from partnerships.actions.monitoring import (
    AnswerFacts,
    DueIsPast,
    NothingToAsk,
    ObstacleIsMissing,
    PeriodIsReversed,
    RoundFacts,
    RoundIsClosed,
    WhatIsMissing,
    answer_agreement,
    asked_about,
    close_round,
    open_round,
    preview_round,
)
from partnerships.documents.monitoring import LABEL, bar_label
from partnerships.letters.monitoring import REMINDER, START, render_letters
from partnerships.models import Agreement, KindCode, MonitoredUnit, MonitoringAnswer, MonitoringRound, Rating
from partnerships.monitoring_recap import recap_of
from tests.factories import make_agreement
from tests.partnerships.scene import NOW, build_scene
from tests.pdf_files import pdf
from toolkit.papers.fonts import fonts_folder

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 15)


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


@pytest.fixture
def scene() -> Any:
    made = build_scene()
    MonitoringRound.objects.all().delete()
    return made


def facts(**more: Any) -> RoundFacts:
    values: dict[str, Any] = {
        "title": "Semester II",
        "period_from": date(2026, 7, 1),
        "period_until": date(2026, 12, 31),
        "due_on": DUE,
    }
    return RoundFacts(**values | more)


# fields of the agreement, whether it is asked about
ASKED: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"signed_on": None}, False),
    ({"effective_until": date(2026, 6, 30)}, False),
    ({"effective_until": date(2026, 7, 1)}, True),
    ({"effective_from": date(2026, 12, 31), "effective_until": None}, True),
    ({"effective_from": date(2027, 1, 1)}, False),
    ({"terminated_on": date(2026, 7, 1), "termination_reason": "Habis"}, False),
    ({"terminated_on": date(2026, 7, 2), "termination_reason": "Habis"}, True),
    ({"agreement_type_id": KindCode.MEMORANDUM}, False),
]


@pytest.mark.parametrize(("fields", "is_asked"), ASKED)
def test_what_is_asked_about(scene: Any, fields: dict[str, Any], is_asked: bool) -> None:
    _bureau, jawa, _bali = scene
    Agreement.objects.filter(pk=jawa.agreement.pk).update(**fields)
    kind = Agreement.objects.get(pk=scene[0].agreement.pk).agreement_type
    assert asked_about(facts(kinds=[kind], roots=[jawa.unit])).exists() is is_asked


def test_a_round_that_cannot_be_is_refused(scene: Any) -> None:
    bureau, jawa, _bali = scene
    for wrong, refusal in (
        (facts(period_until=date(2026, 6, 30)), PeriodIsReversed),
        (facts(due_on=date(2026, 11, 21)), DueIsPast),
        (facts(roots=[jawa.child]), NothingToAsk),
    ):
        with pytest.raises(refusal):
            open_round(facts=wrong, by=bureau.admin, now=NOW)
    assert not MonitoringRound.objects.exists()


def letters() -> Counter[tuple[str, str]]:
    return Counter(Message.objects.filter(kind__startswith="partnerships.monit").values_list("kind", "to_addr"))


def test_each_unit_gets_one_letter_whatever_the_ticks(scene: Any) -> None:
    bureau, jawa, bali = scene
    preview = preview_round(facts())
    round_ = open_round(facts=facts(), by=bureau.admin, now=NOW)
    assert MonitoredUnit.objects.count() == preview.n_units == 3
    for minutes in (0, 1, 2, 60, 24 * 60):
        tick(NOW + timedelta(minutes=minutes))
    told = letters()
    assert len(told) == preview.n_letters == 2
    assert set(told.values()) == {1}
    answer = MonitoringAnswer.objects.get(agreement=bali.agreement)
    answer_agreement(answer, facts=AnswerFacts(rating=Rating.DONE, what="Ada"), by=bali.admin, now=NOW)
    # A week before, three days of downtime, the day before, and after: only the nearest step, only those silent.
    days = (date(2026, 12, 8), date(2026, 12, 8), date(2026, 12, 9), date(2026, 12, 20), date(2026, 12, 20))
    for day in days:
        tick(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
    reminded = Message.objects.filter(kind=REMINDER).order_by("pk")
    assert [(letter.ref, letter.rule) for letter in reminded] == [
        (round_.units.get(unit=jawa.unit).pk, step) for step in ("2026-12-08", "2026-12-18")
    ]
    close_round(round_, by=bureau.admin, now=NOW)
    close_round(round_, by=bureau.admin, now=NOW)
    assert not Message.objects.filter(kind__in=[START, REMINDER], state=State.PENDING).exists()
    tick(datetime(2026, 12, 26, 3, tzinfo=UTC))
    assert Message.objects.filter(kind=REMINDER).count() == 2


def test_a_letter_names_the_agreements_and_is_withdrawn_when_nothing_is_open(scene: Any) -> None:
    bureau, jawa, _bali = scene
    open_round(facts=facts(message="Mohon lampirkan bukti."), by=bureau.admin, now=NOW)
    tick(NOW)
    message = Message.objects.get(kind=START, unit=jawa.unit)
    rendered = render_letters([message])[message.pk]
    assert rendered is not None
    assert rendered.subject == "Mohon diisi: Semester II"
    for words in (jawa.agreement.title, "Mohon lampirkan bukti.", "Selasa, 15 Desember 2026", f"/unit/{message.ref}/"):
        assert words in rendered.text
    answer = MonitoringAnswer.objects.get(agreement=jawa.agreement)
    answer_agreement(answer, facts=AnswerFacts(rating=Rating.DONE, what="Ada"), by=jawa.admin, now=NOW)
    assert render_letters([message])[message.pk] is None


def sent(answer: MonitoringAnswer, **fields: Any) -> dict[str, Any]:
    names = ("rating", "what", "obstacles", "recommendation", "link", "kept")
    return {
        f"a{answer.pk}-{name}": value for name, value in {**dict.fromkeys(names, ""), "version": 0, **fields}.items()
    }


def test_rows_are_saved_one_by_one_and_wrong_ones_come_back_as_typed(client: Client, scene: Any) -> None:
    bureau, jawa, _bali = scene
    make_agreement(jawa.unit, title="Kedua", number="K-2")
    make_agreement(jawa.unit, title="Ketiga", number="K-3")
    round_ = open_round(facts=facts(), by=bureau.admin, now=NOW)
    monitored = round_.units.get(unit=jawa.unit)
    url = reverse("monitoring_answer", args=[round_.pk, monitored.pk])
    client.force_login(jawa.admin)
    page = client.get(url)
    first, second, third = (form.answer for form, _tone in page.context["rows"])
    prefilled = {form.answer.agreement_id: form.initial["what"] for form, _tone in page.context["rows"]}
    assert prefilled[jawa.agreement.pk] == f"21 Nov 2026: Kegiatan {jawa.canary}"
    data = {
        **sent(first, rating="done", what="Kuliah tamu"),
        **sent(second, rating="not_yet", recommendation="Bicarakan lagi"),
        **sent(third, what=prefilled[third.agreement_id]),
    }
    proof = {f"a{first.pk}-file": SimpleUploadedFile("bukti.pdf", pdf())}
    page = client.post(url, data | proof)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.rating, first.what, first.original_name) == ("done", "Kuliah tamu", "bukti.pdf")
    assert (second.rating, second.version) == ("", 0)
    text = page.content.decode()
    assert "1 jawaban tersimpan" in text
    assert "Bicarakan lagi" in text
    assert "Tulis kendalanya" in text
    stale = client.post(url, sent(first, rating="partly", what="Lain", version=0) | {"save": str(first.pk)})
    assert "baru saja diubah orang lain" in stale.content.decode()
    assert "Lain" in stale.content.decode()


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (AnswerFacts(rating=Rating.DONE), WhatIsMissing),
        (AnswerFacts(rating=Rating.PARTLY), WhatIsMissing),
        (AnswerFacts(rating=Rating.NOT_YET), ObstacleIsMissing),
    ],
)
def test_an_answer_says_something(scene: Any, said: AnswerFacts, refusal: type[Exception]) -> None:
    bureau, jawa, _bali = scene
    open_round(facts=facts(), by=bureau.admin, now=NOW)
    with pytest.raises(refusal):
        answer_agreement(MonitoringAnswer.objects.get(agreement=jawa.agreement), facts=said, by=jawa.admin, now=NOW)


def test_a_closed_round_stays_as_it_was(client: Client, scene: Any) -> None:
    bureau, jawa, _bali = scene
    round_ = open_round(facts=facts(), by=bureau.admin, now=NOW)
    close_round(round_, by=bureau.admin, now=NOW)
    answer = MonitoringAnswer.objects.get(agreement=jawa.agreement)
    with pytest.raises(RoundIsClosed):
        answer_agreement(answer, facts=AnswerFacts(rating=Rating.DONE, what="Ada"), by=jawa.admin, now=NOW)
    client.force_login(jawa.admin)
    page = client.post(
        reverse("monitoring_answer", args=[round_.pk, answer.monitored_id]),
        sent(answer, rating="done", what="Dua pelatihan"),
    )
    assert "Putaran ini sudah ditutup" in page.text
    assert "Dua pelatihan" in page.text, "what was typed is not thrown away: it can be copied"
    answer.refresh_from_db()
    assert answer.rating == ""


def test_who_sees_what_of_a_round(client: Client, scene: Any) -> None:
    bureau, jawa, bali = scene
    round_ = open_round(facts=facts(), by=bureau.admin, now=NOW)
    own, foreign = round_.units.get(unit=jawa.unit), round_.units.get(unit=bali.unit)
    for user, seen in {
        bureau.admin: {"Biro Humas, Hukum dan Kerja Sama", jawa.unit.short_name, bali.unit.short_name},
        jawa.admin: {jawa.unit.short_name},
        jawa.officer: {jawa.unit.short_name},
    }.items():
        client.force_login(user)
        page = client.get(reverse("monitoring_detail", args=[round_.pk]))
        assert {row.name for row in page.context["recap"].rows} == seen, user.email
        export = client.get(reverse("monitoring_export", args=[round_.pk]), {"isi": "rinci"})
        rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
        assert {row[0] for row in rows[1:]} == seen
    client.force_login(jawa.operator)
    assert client.get(reverse("monitoring_detail", args=[round_.pk])).status_code == 404
    client.force_login(jawa.admin)
    assert client.get(reverse("monitoring_answer", args=[round_.pk, own.pk])).status_code == 200
    assert client.get(reverse("monitoring_answer", args=[round_.pk, foreign.pk])).status_code == 404
    assert client.post(reverse("monitoring_close", args=[round_.pk])).status_code == 403


@pytest.mark.parametrize("n_rows", [1, 3])
def test_pages_cost_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, jawa, _bali = scene
    if n_rows == 3:
        for number in range(2):
            make_agreement(jawa.unit, title=f"Lagi {number}", number=f"L-{number}")
    round_ = open_round(facts=facts(roots=[jawa.unit] if n_rows == 1 else []), by=bureau.admin, now=NOW)
    monitored = round_.units.get(unit=jawa.unit)
    client.force_login(bureau.admin)
    pages = {
        "detail": reverse("monitoring_detail", args=[round_.pk]),
        "list": reverse("monitoring_list"),
        "answer": reverse("monitoring_answer", args=[round_.pk, monitored.pk]),
        "recap": reverse("monitoring_export", args=[round_.pk]),
        "every answer": reverse("monitoring_export", args=[round_.pk]) + "?isi=rinci",
        "pdf": reverse("monitoring_pdf", args=[round_.pk]),
        "docx": reverse("monitoring_docx", args=[round_.pk]),
    }
    costs = {}
    for name, url in pages.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        costs[name] = len(queries)
    assert costs == {"detail": 9, "list": 6, "answer": 8, "recap": 5, "every answer": 4, "pdf": 7, "docx": 7}


def test_the_sheet_of_answers_says_what_was_said(client: Client, scene: Any) -> None:
    bureau, jawa, bali = scene
    round_ = open_round(facts=facts(roots=[jawa.unit, bali.unit]), by=bureau.admin, now=NOW)
    answer = MonitoringAnswer.objects.get(agreement=jawa.agreement)
    said = AnswerFacts(
        rating=Rating.PARTLY, what="Ada", obstacles="Anggaran", recommendation="Lanjut", link="https://example.org/a"
    )
    answer_agreement(answer, facts=said, by=jawa.admin, now=NOW)
    client.force_login(bureau.admin)
    export = client.get(reverse("monitoring_export", args=[round_.pk]), {"isi": "rinci"})
    table = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
    rows = {row[0]: row[1:] for row in table[1:]}
    assert rows[jawa.unit.short_name] == [
        jawa.unit.official_name, jawa.agreement.number, jawa.agreement.title, "Sebagian", "Ada", "Anggaran", "Lanjut",
        "https://example.org/a", timezone.localdate(NOW),
    ]  # fmt: skip
    assert rows[bali.unit.short_name][3:] == [""] * 6


def test_the_recap_is_the_sum_of_the_answers(scene: Any) -> None:
    bureau, jawa, bali = scene
    round_ = open_round(facts=facts(), by=bureau.admin, now=NOW)
    for kanwil, rating in ((jawa, Rating.DONE), (bali, Rating.NOT_YET)):
        answer = MonitoringAnswer.objects.get(agreement=kanwil.agreement)
        said = AnswerFacts(rating=rating, what="Ada", obstacles="Anggaran")
        answer_agreement(answer, facts=said, by=kanwil.admin, now=NOW)
    total = recap_of(round_, user=bureau.admin, total_name="Semua").total
    assert (total.n_units, total.n, total.done, total.partly, total.not_yet, total.unanswered, total.percent) == (
        3, 3, 1, 0, 1, 1, 66,
    )  # fmt: skip


def test_the_report_is_a_pdf_and_a_document(client: Client, scene: Any) -> None:
    bureau, _jawa, _bali = scene
    round_ = open_round(facts=facts(title="Semester [II] #1 *"), by=bureau.admin, now=NOW)
    client.force_login(bureau.leader)
    for name, head in (("monitoring_pdf", b"%PDF-"), ("monitoring_docx", b"PK")):
        content = b"".join(client.get(reverse(name, args=[round_.pk])))
        assert content.startswith(head)


@pytest.mark.parametrize(
    ("name", "seen"), [("Kanwil Bali", "Kanwil Bali (203)"), ("Balai Diklat " + "Sulawesi " * 9, "… (203)")]
)
def test_a_bar_keeps_its_number_however_long_its_name(name: str, seen: str) -> None:
    font = ImageFont.truetype(str(fonts_folder() / "plus-jakarta-sans-400-normal.ttf"), 24)
    label = bar_label(name, 203, font)
    assert label.endswith(seen)
    assert font.getlength(label) < LABEL


def test_a_round_is_opened_after_a_preview_and_once(client: Client, scene: Any) -> None:
    bureau, jawa, _bali = scene
    client.force_login(bureau.staff)
    url = reverse("monitoring_open")
    token = client.get(url).context["form"].initial["form_token"]
    data = {
        "title": "Semester II",
        "period_from": "2026-07-01",
        "period_until": "2026-12-31",
        "due_on": "2026-12-15",
        "message": "",
        "roots": [jawa.unit.pk],
        "form_token": token,
    }
    page = client.post(url, data | {"step": "preview"})
    assert (page.context["preview"].n_units, page.context["preview"].n_letters) == (1, 1)
    assert not MonitoringRound.objects.exists()
    assert "due_on" in client.post(url, data | {"step": "preview", "due_on": "2026-11-01"}).context["form"].errors
    for _twice in range(2):
        assert client.post(url, dict([*page.context["carried"], ("step", "confirm")])).status_code == 302
    assert MonitoringRound.objects.count() == 1
    client.force_login(jawa.admin)
    assert client.get(url).status_code == 403
