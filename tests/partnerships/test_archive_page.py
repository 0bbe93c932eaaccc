"""The page that starts the archive of everything, the job that makes it, and sheets that hold what their list shows."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from jobs.actions.working import do_next_job
from jobs.models import Job, JobState
from partnerships.archive import verify_archive
from partnerships.models import Agreement, AgreementLevel, AgreementParty, KindCode
from partnerships.spreadsheets.agreements import COLUMNS
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.archives import bytes_of_registry, fill_registry
from tests.partnerships.scene import NOW, build_scene
from toolkit.xlsx import Column, read_rows
from units.models import User

pytestmark = pytest.mark.django_db
PAGE = "admin:partnerships_agreement_archive"


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


def browser_of(user: User, *, is_lately: bool = True) -> Client:
    client = Client()
    client.force_login(user)
    if is_lately:
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "password", reauthenticated=True)
        request.session.save()
    return client


def test_a_click_makes_the_archive_and_its_owner_fetches_it(
    scene: tuple[Bureau, Kanwil, Kanwil], tmp_path: Path
) -> None:
    bureau, jawa, _bali = scene
    fill_registry(bureau, jawa, NOW)
    browser = browser_of(bureau.admin)
    answer = browser.post(reverse(PAGE))
    job = Job.objects.get(kind="partnerships.archive")
    assert answer["Location"] == reverse("job_detail", args=[job.pk])
    assert job.parameters == {}
    browser.post(reverse(PAGE))
    assert Job.objects.filter(kind="partnerships.archive").count() == 1

    do_next_job()

    job.refresh_from_db()
    assert job.state == JobState.DONE, job.problem
    content = b"".join(browser.get(reverse("job_download", args=[job.pk])).streaming_content)  # type: ignore[attr-defined]
    path = tmp_path / "arsip.zip"
    path.write_bytes(content)
    manifest = verify_archive(path)
    assert (
        job.summary
        == f"{manifest.n_rows} baris data dan {len(bytes_of_registry())} berkas, masing-masing dengan SHA-256."
    )
    readme = zipfile.ZipFile(io.BytesIO(content)).read("BACA-SAYA.txt").decode()
    assert "restore_agreements" in readme
    default_storage.delete(job.result)


def test_the_archive_asks_who_is_there_and_is_for_bureau_admins(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    asked = browser_of(bureau.admin, is_lately=False).post(reverse(PAGE))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert browser_of(jawa.officer).post(reverse(PAGE)).status_code == 403
    assert not Job.objects.filter(kind="partnerships.archive").exists()
    listed = reverse("admin:partnerships_agreement_changelist")
    assert reverse(PAGE) in browser_of(bureau.admin).get(listed).content.decode()
    assert reverse(PAGE) not in browser_of(jawa.officer).get(listed).content.decode()


def titles(answer: Any) -> list[str]:
    columns = [Column(column.key, column.label) for column in COLUMNS]
    rows = read_rows(io.BytesIO(b"".join(answer.streaming_content)), columns=columns)
    return [row.text("title") for row in rows]


def add_two(bureau: Bureau, bali: Kanwil) -> None:
    """One that is over, and a memorandum from abroad."""
    make_agreement(bali.unit, title="Lama", number="L-istimewa", effective_until=date(2026, 2, 1))
    foreign = make_agreement(bureau.unit, title="Asing", number="X", is_foreign=True)
    Agreement.objects.filter(pk=foreign.pk).update(agreement_type_id=KindCode.MEMORANDUM)


QUERIES = {
    "masa=ended": ["Lama"],
    "masa=in_force&jenis=nota_kesepahaman": ["Asing"],
    "lingkup=luar": ["Asing"],
    "q=istimewa": ["Lama"],
    "naskah=belum&urut=judul": ["Asing", "Lama", "Perjanjian nasional"],
    "naskah=belum": ["Asing", "Lama", "Perjanjian nasional"],
}


@pytest.mark.parametrize("query", QUERIES)
def test_the_sheet_holds_exactly_what_the_list_shows(scene: tuple[Bureau, Kanwil, Kanwil], query: str) -> None:
    bureau, _jawa, bali = scene
    add_two(bureau, bali)
    browser = browser_of(bureau.leader)
    shown = [agreement.title for agreement in browser.get(f"{reverse('agreement_list')}?{query}").context["page"]]
    assert titles(browser.get(f"{reverse('agreement_export')}?{query}")) == shown
    assert sorted(shown) == QUERIES[query]


@pytest.mark.parametrize("query", ["q=istimewa", "masa=ended", "jenis=nota_kesepahaman", "tindakan=no_copy"])
def test_the_desk_exports_what_it_shows(scene: tuple[Bureau, Kanwil, Kanwil], query: str) -> None:
    bureau, _jawa, bali = scene
    add_two(bureau, bali)
    browser = browser_of(bureau.admin)
    page = browser.get(f"{reverse('admin:partnerships_agreement_changelist')}?{query}")
    shown = [agreement.title for agreement in page.context["cl"].result_list]
    assert titles(browser.get(f"{reverse('admin:partnerships_agreement_export')}?{query}")) == shown
    assert 0 < len(shown) < 5


def test_the_sheet_tells_stage_level_class_and_each_partys_number(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    fill_registry(bureau, jawa, NOW)
    jawa.agreement.level = AgreementLevel.REGIONAL_OFFICE
    jawa.agreement.save()
    AgreementParty.objects.filter(agreement=jawa.agreement, position=1).update(party_number="W.1")
    answer = browser_of(bureau.leader).get(f"{reverse('agreement_export')}?q={jawa.agreement.number}")
    columns = [Column(column.key, column.label) for column in COLUMNS]
    row = read_rows(io.BytesIO(b"".join(answer.streaming_content)), columns=columns)[0]  # type: ignore[attr-defined]
    assert (row.text("record_state"), row.text("level"), row.text("classification")) == (
        "Dipublikasikan",
        "Kantor Wilayah",
        "Publik",
    )
    second = jawa.agreement.parties.get(position=2)
    assert row.text("party_numbers") == f"{jawa.unit}: W.1; {second}: {second.party_number}"
