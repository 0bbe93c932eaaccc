"""Many agreements at once in the admin list: verified, published, superseded; each row left out says why."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from partnerships.actions.publishing import file_public_copy, publish_agreement, withdraw_publication
from partnerships.models import Agreement, AgreementLink, Publication, ScanState, Submission
from tests.factories import Bureau, Kanwil, make_agreement, make_user
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import make_submission, make_verified, naskah, points
from units.access import Role

pytestmark = pytest.mark.django_db
LIST = "/admin/partnerships/agreement/"


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:00Z")


def keeper(kanwil: Kanwil, role: str = Role.REGIONAL_ADMIN, name: str = "petugas") -> Any:
    return make_user(f"{name}.{kanwil.unit.pk}@humas.test", role=role, unit=kanwil.unit, keeps_agreements=True)


def preview(client: Client, action: str, chosen: list[Any]) -> Any:
    return client.post(LIST, {"action": action, "index": "0", "_selected_action": [row.pk for row in chosen]})


def confirm(client: Client, action: str, chosen: list[Any], **typed: Any) -> Any:
    return client.post(
        LIST, {"action": action, "confirmed": "1", "_selected_action": [row.pk for row in chosen]} | typed
    )


def left_out(page: Any) -> dict[str, str]:
    return {row.title: why for row, why in page.context["left_out"]}


def seen(page: Any) -> list[int]:
    return list(page.context["form"]["seen"].value())


def test_verifies_what_waits_and_says_why_the_rest_stays(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    by = keeper(java)
    ready = [make_submission(java, title=title) for title in ("Satu", "Dua")]
    held = make_submission(java, title="Dipindai")
    held.file.scan_state = ScanState.WAITING
    held.file.save()
    own = make_submission(java, title="Sendiri")
    Submission.objects.filter(pk=own.pk).update(submitted_by=by)
    done = make_verified(java, title="Selesai")
    foreign = make_submission(bali, title="Milik Bali")
    chosen = [row.agreement for row in (*ready, held, own, done, foreign)]
    client.force_login(by)
    page = preview(client, "verify", chosen)
    assert {row.title for row in page.context["reached"]} == {"Satu", "Dua"}
    why = left_out(page)
    assert set(why) == {"Dipindai", "Sendiri", "Selesai"}
    assert "pemindaian" in why["Dipindai"]
    assert "Anda sendiri yang menyerahkan" in why["Sendiri"]
    assert "Tidak ada salinan" in why["Selesai"]
    text = page.content.decode()
    assert reverse("agreement_check", args=[own.agreement_id]) in text
    assert "Milik Bali" not in text
    typed = {"seen": seen(page), "points": [point.pk for point in points()]}
    partly = confirm(client, "verify", chosen, **typed | {"points": typed["points"][:-1]})
    assert "Masih ada butir yang belum dicentang" in partly.content.decode()
    assert Submission.objects.filter(verified_at__isnull=False).count() == 1, "an incomplete list verifies nothing"
    assert confirm(client, "verify", chosen, **typed).status_code == 302
    verified = Submission.objects.filter(verified_by=by)
    assert {row.agreement.title for row in verified} == {"Satu", "Dua"}
    assert all(point["ok"] for row in verified for point in row.checklist["points"])
    assert Message.objects.filter(kind__contains="verif").exists(), "the satker is told, as after a single one"


def test_a_copy_handed_in_since_the_preview_is_not_verified_unseen(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    row = make_submission(java, title="Diganti")
    client.force_login(keeper(java))
    page = preview(client, "verify", [row.agreement])
    Submission.objects.filter(pk=row.pk).update(returned_at=NOW, returned_by=java.admin, return_reason="Buram")
    newer = Submission.objects.create(
        agreement=row.agreement, file=row.file, submitted_at=NOW, submitted_by=java.operator
    )
    ticked = [point.pk for point in points()]
    told = client.post(
        LIST,
        {
            "action": "verify",
            "confirmed": "1",
            "_selected_action": [row.agreement_id],
            "seen": seen(page),
            "points": ticked,
        },
        follow=True,
    )
    assert "Dilewati: Diganti." in told.content.decode()
    newer.refresh_from_db()
    assert newer.verified_at is None
    fresh = preview(client, "verify", [row.agreement])
    confirm(client, "verify", [row.agreement], seen=seen(fresh), points=ticked)
    newer.refresh_from_db()
    assert newer.verified_at is not None, "one that was seen is verified: the negative control"


def test_publishes_what_a_bulk_may_decide(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    rows = {
        title: make_verified(java, title=title, **fields).agreement
        for title, fields in {
            "Siap": {},
            "Terbatas": {"classification": "limited", "classification_reason": "Pasal 17"},
            "Tanpa salinan": {},
            "Dikecualikan": {"classification": "exempt", "classification_reason": "Rahasia"},
            "Ditarik": {},
            "Sudah": {},
            "Sendiri": {},
        }.items()
    }
    rows["Belum diperiksa"] = make_submission(java, title="Belum diperiksa").agreement
    for title in ("Siap", "Ditarik", "Sudah", "Sendiri"):
        copy = file_public_copy(rows[title], file=naskah("UNTUK PUBLIK", title), by=bureau.staff, now=NOW)
        if title in {"Ditarik", "Sudah"}:
            publish_agreement(rows[title], public_file=copy, by=bureau.staff, now=NOW)
    withdraw_publication(rows["Ditarik"], reason="Salah berkas", by=bureau.staff, now=NOW)
    Submission.objects.filter(agreement=rows["Sendiri"]).update(submitted_by=bureau.admin)
    client.force_login(bureau.admin)
    page = preview(client, "publish", list(rows.values()))
    assert {row.title for row in page.context["reached"]} == {"Siap", "Terbatas"}
    why = left_out(page)
    for title, words in {
        "Tanpa salinan": "Buat dahulu salinan untuk publik",
        "Dikecualikan": "Rahasia",
        "Ditarik": "pernah ditarik",
        "Sudah": "Sudah dipublikasikan",
        "Sendiri": "Anda sendiri yang menyerahkan",
        "Belum diperiksa": "belum diverifikasi",
    }.items():
        assert words in why.pop(title), title
    assert not why
    assert reverse("agreement_publication", args=[rows["Tanpa salinan"].pk]) in page.content.decode()
    confirm(client, "publish", list(rows.values()), seen=seen(page))
    shown = Publication.objects.filter(published_by=bureau.admin)
    assert {row.agreement.title: row.public_file is not None for row in shown} == {"Siap": True, "Terbatas": False}


def test_a_public_copy_replaced_since_the_preview_is_not_published_unseen(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = make_verified(java, title="Diganti").agreement
    file_public_copy(agreement, file=naskah("LAMA"), by=bureau.staff, now=NOW)
    client.force_login(bureau.admin)
    page = preview(client, "publish", [agreement])
    file_public_copy(agreement, file=naskah("BARU"), by=bureau.staff, now=NOW + timedelta(minutes=1))
    confirm(client, "publish", [agreement], seen=seen(page))
    assert not Publication.objects.exists()
    confirm(client, "publish", [agreement], seen=seen(preview(client, "publish", [agreement])))
    assert Publication.objects.count() == 1


def test_steps_are_offered_to_those_who_take_them(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    for user, offered in (
        (bureau.admin, {"verify", "publish"}),
        (keeper(java), {"verify"}),
        (keeper(java, Role.UNIT_OPERATOR, "satker"), set()),
    ):
        client.force_login(user)
        page = client.get(LIST).content.decode()
        assert {name for name in ("verify", "publish") if f'<option value="{name}">' in page} == offered
        assert '<option value="supersede">' in page
    row = make_submission(java, title="Bukan untuk operator")
    Agreement.objects.filter(pk=row.agreement_id).update(owner_unit=java.unit)
    confirm(client, "verify", [row.agreement], seen=[row.pk], points=[point.pk for point in points()])
    row.refresh_from_db()
    assert row.verified_at is None


def test_superseded_rows_end_and_are_linked(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    old = [make_agreement(java.unit, title=f"Lama {n}", number=f"L-{n}") for n in range(3)]
    Agreement.objects.filter(pk=old[2].pk).update(superseded_on=date(2026, 1, 2))
    new = make_agreement(java.unit, title="Baru", number="B", effective_from=date(2026, 11, 1))
    foreign = make_agreement(bali.unit, title="Milik Bali", number="X", effective_from=date(2026, 11, 1))
    client.force_login(java.officer)
    page = preview(client, "supersede", [*old, foreign])
    assert left_out(page) == {"Lama 2": "Sudah digantikan perjanjian lain."}
    wrong: dict[str, dict[str, Any]] = {
        "bertumpang tindih": {"successor": new.pk, "on": "2026-11-02"},
        "Pilih yang lain": {"successor": old[0].pk, "on": "2026-11-01"},
        "Masukkan pilihan yang valid": {"successor": foreign.pk, "on": "2026-11-01"},
        "Periksa tahunnya": {"successor": new.pk, "on": "0001-01-01"},
    }
    for words, typed in wrong.items():
        assert words in confirm(client, "supersede", old, **typed).content.decode(), words
        assert not AgreementLink.objects.exists()
    assert confirm(client, "supersede", old, successor=new.pk, on="2026-11-01").status_code == 302
    assert dict(Agreement.objects.filter(title__startswith="Lama").values_list("title", "superseded_on")) == {
        "Lama 0": date(2026, 11, 1),
        "Lama 1": date(2026, 11, 1),
        "Lama 2": date(2026, 1, 2),
    }
    links = AgreementLink.objects.filter(later=new, kind="succeeds")
    assert set(links.values_list("earlier__title", flat=True)) == {"Lama 0", "Lama 1"}
    history = old[0].history.latest()
    assert (history.superseded_on, history.history_user) == (date(2026, 11, 1), java.officer)
    backwards = confirm(client, "supersede", [new], successor=old[0].pk, on="2026-11-01")
    assert "justru digantikan" in backwards.content.decode()


@pytest.mark.parametrize("action", ["terminate", "supersede"])
def test_a_draft_is_neither_terminated_nor_superseded(client: Client, scene: Any, action: str) -> None:
    """Said before, and not done either where the draft is named in what is confirmed."""
    _bureau, java, _bali = scene
    signed = make_agreement(java.unit, title="Lama", number="L")
    draft = make_agreement(java.unit, title="Draf", number="D", signed_on=None)
    new = make_agreement(java.unit, title="Baru", number="B", effective_from=date(2026, 11, 1))
    client.force_login(java.officer)
    chosen = [signed, draft]
    assert left_out(preview(client, action, chosen)) == {"Draf": "Belum ditandatangani; drafnya cukup dihapus."}
    typed = {
        "terminate": {"day": "2026-11-01", "reason": "Sepakat diakhiri"},
        "supersede": {"successor": new.pk, "on": "2026-11-01"},
    }
    assert confirm(client, action, chosen, **typed[action]).status_code == 302
    ended = Agreement.objects.exclude(terminated_on=None, superseded_on=None)
    assert list(ended.values_list("title", flat=True)) == ["Lama"]
    assert set(AgreementLink.objects.values_list("earlier__title", flat=True)) <= {"Lama"}


@pytest.mark.parametrize("key", ["abc", "9" * 40, "\0", "²"])
def test_hostile_keys_of_what_was_seen_are_refused(client: Client, scene: Any, key: str) -> None:
    bureau, java, _bali = scene
    row = make_submission(java, title="Satu")
    client.force_login(bureau.admin)
    answer = confirm(client, "verify", [row.agreement], seen=[key], points=[point.pk for point in points()])
    assert answer.status_code in {200, 302}
    row.refresh_from_db()
    assert row.verified_at is None


@pytest.mark.parametrize("n_rows", [1, 3])
def test_preview_costs_the_same_for_one_row_and_three(
    client: Client, scene: Any, n_rows: int, django_assert_num_queries: Any
) -> None:
    _bureau, java, _bali = scene
    rows = [make_submission(java, title=f"Baris {n}").agreement for n in range(n_rows)]
    client.force_login(keeper(java))
    preview(client, "verify", rows)
    with django_assert_num_queries(21):
        assert len(preview(client, "verify", rows).context["reached"]) == n_rows
