"""The link of a speaker's letter: what it opens and keeps, how long, and that nothing that was typed is lost."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import Signer
from django.test import Client
from PIL import Image

from partnerships.models import Organization
from tests.factories import Bureau, make_presentation, make_question
from tests.pdf_files import pdf
from tests.presentation_files import odp, pptx
from tests.workshops.forms import rows, wall
from workshops.actions import speaker_invitations as actions
from workshops.links import SPEAKER as SALT
from workshops.links import address_mark, speaker_token
from workshops.models import (
    Session,
    SessionRole,
    Speaker,
    SpeakerInvitation,
    SpeakerPresentation,
    SpeakerUnavailability,
    Workshop,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def at_now(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def asked(bureau: Bureau, now: datetime) -> SpeakerInvitation:
    return make_question(bureau.workshop, bureau.speaker, now=now)


def url(invitation: SpeakerInvitation, tail: str = "") -> str:
    speaker = Speaker.objects.get(pk=invitation.speaker_id)
    return f"/n/{speaker_token(invitation.pk, invitation.version, speaker.email)}/{tail}"


def typed(**changes: Any) -> dict[str, Any]:
    data = {
        "answer": "accepted",
        "note": "Sampai jumpa",
        "printed_title": "Dr. Contoh, Kepala Bagian",
        "biography": "Menulis sejak 2001.\nTinggal di Jakarta.",
    }
    return (
        data
        | rows("spans", of=[{"starts_at": "2026-12-20T08:00", "ends_at": "2026-12-21T17:00", "note": "Cuti"}])
        | changes
    )


def photo(kind: str = "JPEG") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(made, kind)
    return SimpleUploadedFile("wajah.jpg", made.getvalue())


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def state_of(invitation: SpeakerInvitation) -> tuple[Any, ...]:
    invitation.refresh_from_db()
    invitation.speaker.refresh_from_db()
    return (
        invitation.answer,
        invitation.printed_title,
        invitation.speaker.biography,
        bool(invitation.speaker.photo),
        [kept.original_name for kept in invitation.presentations.order_by("pk")],
        [span.note for span in SpeakerUnavailability.objects.order_by("pk")],
    )


NOTHING = ("waiting", "", "", False, [], [])
BIOGRAPHY = "Menulis sejak 2001.\nTinggal di Jakarta."
TITLE = "Dr. Contoh, Kepala Bagian"


def test_opening_the_link_shows_what_is_asked_and_writes_nothing(client: Client, asked: SpeakerInvitation) -> None:
    answer = client.get(url(asked))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Menulis untuk media sosial" in text
    assert "09.00–11.00 WIB" in text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert state_of(asked) == NOTHING


def test_everything_is_kept_and_can_be_changed_until_the_workshop_starts(
    client: Client, bureau: Bureau, asked: SpeakerInvitation, now: datetime
) -> None:
    sent = client.post(url(asked), typed(photo=photo(), presentation=upload("materi.pptx", pptx())))
    assert sent["Location"] == url(asked)
    assert state_of(asked) == ("accepted", TITLE, BIOGRAPHY, True, ["materi.pptx"], ["Cuti"])
    assert asked.answered_by is None
    span = SpeakerUnavailability.objects.get()
    assert wall(span.starts_at, bureau.workshop) == "2026-12-20T08:00"
    # Coming back: another answer, another file, no span any more.
    with time_machine.travel(now + 5 * DAY, tick=False):
        again = typed(answer="declined", note="Sakit", presentation=upload("baru.odp", odp())) | rows("spans", first=1)
        client.post(url(asked), again)
    assert state_of(asked) == ("declined", TITLE, BIOGRAPHY, True, ["materi.pptx", "baru.odp"], [])
    assert bureau.workshop.starts_at
    with time_machine.travel(bureau.workshop.starts_at + HOUR, tick=False):
        late = client.post(url(asked), typed(answer="accepted"))
        assert late.status_code == 302
        assert "tidak dapat diubah lagi" in client.get(url(asked)).content.decode()
    assert state_of(asked)[0] == "declined"


def test_a_proposal_names_session_and_time_in_the_speakers_zone(
    client: Client, bureau: Bureau, asked: SpeakerInvitation
) -> None:
    other = Session.objects.create(
        workshop=bureau.workshop,
        theme="Sesi kedua",
        starts_at=bureau.session.ends_at,
        ends_at=bureau.session.ends_at + HOUR,
    )
    SessionRole.objects.create(session=other, speaker=bureau.speaker)
    foreign = Session.objects.create(
        workshop=bureau.workshop, theme="Bukan miliknya", starts_at=other.starts_at, ends_at=other.ends_at
    )
    wanted = {"answer": "proposed", "proposed_starts_at": "2026-12-12T14:30", "proposed_time": "sesudah makan"}
    refused = client.post(url(asked), typed(**wanted, proposed_session=foreign.pk))
    assert "proposed_session" in refused.context["form"].errors
    refused = client.post(url(asked), typed(**wanted | {"proposed_starts_at": ""}, proposed_session=other.pk))
    assert "proposed_starts_at" in refused.context["form"].errors
    client.post(url(asked), typed(**wanted, proposed_session=other.pk))
    asked.refresh_from_db()
    assert (asked.answer, asked.proposed_session, asked.proposed_time) == ("proposed", other, "sesudah makan")
    assert wall(asked.proposed_starts_at, bureau.workshop) == "2026-12-12T14:30"


@pytest.mark.parametrize(
    ("wrong", "field", "words", "kept"),
    [
        (
            {"photo": upload("wajah.jpg", b"<svg onload=alert(1)>"), "presentation": upload("m.pptx", pptx())},
            "photo",
            "bukan foto",
            ("accepted", TITLE, BIOGRAPHY, False, ["m.pptx"], ["Cuti"]),
        ),
        (
            {"photo": upload("wajah.jpg", b"\xff" * (30 * 1024 * 1024))},
            "photo",
            "lebih dari 5 MB",
            ("accepted", TITLE, BIOGRAPHY, False, [], ["Cuti"]),
        ),
        (
            {"presentation": upload("materi.pptx", pdf())},
            "presentation",
            "bukan PPTX seperti kata namanya",
            ("accepted", TITLE, BIOGRAPHY, False, [], ["Cuti"]),
        ),
        (
            {"presentation": upload("materi.pptx", pptx(ppt__vbaProject_x_bin=b"x"))},
            "presentation",
            "makro",
            ("accepted", TITLE, BIOGRAPHY, False, [], ["Cuti"]),
        ),
        (
            {"answer": "declined", "note": "", "presentation": upload("m.pdf", pdf())},
            "note",
            "Tulis alasannya",
            ("waiting", TITLE, BIOGRAPHY, False, ["m.pdf"], ["Cuti"]),
        ),
        (
            {"biography": "x" * 1001},
            "biography",
            "1000",
            ("accepted", "", "", False, [], ["Cuti"]),
        ),
    ],
)
def test_what_is_not_fit_gets_its_sentence_and_the_rest_is_kept_and_shown_again(
    client: Client, asked: SpeakerInvitation, wrong: dict[str, Any], field: str, words: str, kept: tuple[Any, ...]
) -> None:
    for value in wrong.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    answer = client.post(url(asked), typed(**wrong))
    form = answer.context["form"]
    assert set(form.errors) == {field}
    assert words in str(form.errors[field])
    assert words in answer.content.decode()
    assert state_of(asked) == kept
    for name, value in typed(**wrong).items():
        if name in form.fields and isinstance(value, str):
            assert form[name].value() == value
    assert "Selebihnya sudah tersimpan" in answer.content.decode()


def test_a_wrong_span_leaves_the_others_parts_alone(client: Client, asked: SpeakerInvitation) -> None:
    wrong = rows("spans", of=[{"starts_at": "2026-12-20T08:00", "ends_at": "2026-12-19T17:00", "note": "Terbalik"}])
    answer = client.post(url(asked), typed() | wrong)
    assert "Waktu akhir harus sesudah" in answer.content.decode()
    assert "Terbalik" in answer.content.decode()
    assert state_of(asked) == ("accepted", TITLE, BIOGRAPHY, False, [], [])


def test_spans_that_are_over_stay(client: Client, bureau: Bureau, asked: SpeakerInvitation, now: datetime) -> None:
    for days, note in ((-9, "lalu"), (9, "nanti")):
        start = now + days * DAY
        SpeakerUnavailability.objects.create(speaker=bureau.speaker, starts_at=start, ends_at=start + HOUR, note=note)
    client.post(url(asked), typed())
    assert {span.note for span in SpeakerUnavailability.objects.all()} == {"lalu", "Cuti"}


def test_the_eleventh_presentation_is_refused_and_the_rest_kept(
    client: Client, asked: SpeakerInvitation, now: datetime
) -> None:
    for n in range(10):
        make_presentation(asked, name=f"{n}.pdf", now=now, content=pdf(b"<< /N %d >>" % n))
    answer = client.post(url(asked), typed(presentation=upload("m.pdf", pdf())))
    assert "Sudah ada 10 berkas" in answer.content.decode()
    assert (SpeakerPresentation.objects.count(), state_of(asked)[0]) == (10, "accepted")


def test_own_files_come_back_and_run_nothing(client: Client, bureau: Bureau, asked: SpeakerInvitation) -> None:
    client.post(url(asked), typed(photo=photo(), presentation=upload("m <b>.pdf", pdf())))
    kept = asked.presentations.get()
    shown = client.get(url(asked, "foto/"))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    file = client.get(url(asked, f"paparan/{kept.pk}/"))
    assert b"".join(file.streaming_content) == pdf()
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Security-Policy"].startswith("sandbox")
    other = make_question(
        Workshop.objects.get(pk=bureau.workshop.pk),
        Speaker.objects.create(name="Lain", email="lain@humas.test"),
        now=asked.asked_at,
    )
    assert client.get(url(other, f"paparan/{kept.pk}/")).status_code == 404
    assert client.get(url(other, "foto/")).status_code == 404


# --- links that do not hold


def test_a_link_that_was_never_ours_tells_nothing(client: Client, asked: SpeakerInvitation) -> None:
    good = url(asked)
    forged = {
        "changed": f"{good[:-2]}{'A' if good[-2] != 'A' else 'B'}/",
        "no token": "/n/selamat/",
        "unknown": f"/n/{speaker_token(999_999, 1, 'a@b.test')}/",
        "too large": f"/n/{speaker_token(2**70, 1, 'a@b.test')}/",
        "other purpose": f"/n/{Signer(salt='lain').sign_object([asked.pk, 1, address_mark(asked.speaker.email)])}/",
        "other shape": f"/n/{Signer(salt=SALT).sign_object({'pk': asked.pk})}/",
    }
    for name, address in forged.items():
        for answer in (client.get(address), client.post(address, typed())):
            assert answer.status_code == 404, name
            assert asked.workshop.title not in answer.content.decode(), name
    assert state_of(asked) == NOTHING


@pytest.mark.parametrize("cause", ["withdrawn", "asked anew", "address", "over"])
def test_a_link_that_holds_no_longer_says_so_and_whom_to_ask(
    client: Client, bureau: Bureau, asked: SpeakerInvitation, now: datetime, cause: str
) -> None:
    bureau.unit.email = "biro@humas.test"
    bureau.unit.save()
    old = url(asked)
    client.post(old, typed())
    moment = now
    if cause in {"withdrawn", "asked anew"}:
        actions.withdraw_question(asked, by=bureau.staff, now=now)
    if cause == "asked anew":
        actions.ask_speakers(
            bureau.workshop, speakers=[bureau.speaker], reply_deadline=now + DAY, by=bureau.staff, now=now
        )
    if cause == "address":
        Speaker.objects.filter(pk=bureau.speaker.pk).update(email="orang.lain@humas.test")
    if cause == "over" and bureau.workshop.ends_at:
        moment = bureau.workshop.ends_at
    with time_machine.travel(moment, tick=False):
        for answer in (client.get(old), client.post(old, typed(biography="ditimpa")), client.get(f"{old}foto/")):
            assert answer.status_code == 410
            text = answer.content.decode()
            assert "tidak berlaku lagi" in text
            assert "biro@humas.test" in text
            assert "orang.lain" not in text
    assert Speaker.objects.get(pk=bureau.speaker.pk).biography == BIOGRAPHY


def test_without_the_mark_an_old_address_would_still_get_in(
    client: Client, asked: SpeakerInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the mark."""
    old = url(asked)
    Speaker.objects.filter(pk=asked.speaker_id).update(email="orang.lain@humas.test")
    assert client.get(old).status_code == 410
    monkeypatch.setattr(
        "workshops.views.speaker_links.address_mark", lambda address: address_mark("narasumber@humas.test")
    )
    assert client.get(old).status_code == 200


def test_the_page_speaks_the_speakers_language_and_that_of_the_browser_first(
    client: Client, bureau: Bureau, asked: SpeakerInvitation
) -> None:
    assert client.get(url(asked))["Content-Language"] == "id"
    abroad = Organization.objects.create(name="Foundation", country="Jerman")
    Speaker.objects.filter(pk=bureau.speaker.pk).update(unit=None, organization=abroad)
    assert client.get(url(asked))["Content-Language"] == "en"
    client.cookies["django_language"] = "id"
    assert client.get(url(asked))["Content-Language"] == "id"


def test_too_many_answers_are_held_back_and_nothing_typed_is_lost(
    client: Client, asked: SpeakerInvitation, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"speaker_link": "2/h/key"}
    for _n in range(2):
        assert client.post(url(asked), typed()).status_code == 302
    held = client.post(url(asked), typed(biography="Ketiga kali"))
    assert held.status_code == 429
    assert "Terlalu banyak kiriman" in held.content.decode()
    assert "Ketiga kali" in held.content.decode()
    assert state_of(asked)[2] == BIOGRAPHY
