"""The page of what is done under an agreement: who sees and reports what, and evidence that is refused."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from partnerships.actions.activities import HeldWorkshop, Share, record_workshop
from partnerships.implementation_facts import implementation_of
from partnerships.models import Activity, Classification, Commitment
from partnerships.public_facts import Implementation, implementations_of, percents_of
from tests.factories import make_agreement
from tests.partnerships.scene import NOW, build_scene
from tests.pdf_files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


@pytest.fixture
def scene() -> Any:
    return build_scene()


def report(**fields: Any) -> dict[str, Any]:
    names = ("commitment", "amount", "result_ours", "result_partner", "obstacles", "link", "kept")
    return {**dict.fromkeys(names, ""), "title": "Kuliah tamu", "held_on": "2026-11-02"} | fields


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, jawa, _bali = scene
    first = jawa.deeds
    for _more in range(n_rows - 1):
        for row in (first.commitment, first.activity):
            row.pk = None
            row.save()
    client.force_login(bureau.admin)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("agreement_implementation", args=[jawa.agreement.pk]))
    assert len(page.context["promises"]) == len(page.context["page"]) == n_rows
    assert len(queries) == 10


def test_a_report_is_filed_once_and_counts(client: Client, scene: Any) -> None:
    _bureau, jawa, _bali = scene
    url = reverse("activity_create", args=[jawa.agreement.pk])
    client.force_login(jawa.admin)
    token = client.get(url).context["form"].initial["form_token"]
    for _twice in range(2):
        data = report(commitment=jawa.deeds.commitment.pk, amount="2", form_token=token, link="https://bukti.invalid/a")
        assert client.post(url, data).status_code == 302
    rows = Activity.objects.filter(title="Kuliah tamu")
    assert [(row.amount, row.unit_id, row.link) for row in rows] == [(2, jawa.unit.pk, "https://bukti.invalid/a")]
    assert Commitment.objects.with_used(NOW.date()).get(pk=jawa.deeds.commitment.pk).used == 3


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"held_on": "2026-11-22"}, "held_on", "tidak boleh sesudah hari ini"),
        ({"held_on": "2025-12-31"}, "held_on", "tidak berlaku pada tanggal itu"),
        ({"held_on": "kemarin"}, "held_on", "ada pada kalender"),
        ({"amount": "3"}, "amount", "hanya diisi bila ada komitmen"),
        ({"title": ""}, "title", ""),
        ({"link": "javascript:alert(1)"}, "link", ""),
        ({"commitment": "999999"}, "commitment", ""),
    ],
)
def test_a_wrong_report_says_why_and_loses_nothing(
    client: Client, scene: Any, fields: dict[str, str], field: str, words: str
) -> None:
    _bureau, jawa, _bali = scene
    client.force_login(jawa.admin)
    before = Activity.objects.count()
    page = client.post(reverse("activity_create", args=[jawa.agreement.pk]), report(result_ours="Dua naskah", **fields))
    form = page.context["form"]
    assert words in str(form.errors[field])
    assert "Dua naskah" in page.content.decode()
    assert Activity.objects.count() == before


HOSTILE = {
    "script.pdf": b"<script>alert(1)</script>",
    "zip.pdf": b"PK\x03\x04" + b"0" * 200,
    "cut.pdf": pdf()[:-20],
    "js.pdf": pdf(catalog=b"/OpenAction <</S /JavaScript /JS (x)>>"),
    "page.jpg": b"<html></html>",
    "cut.jpg": photo()[:40],
    "both.jpg": b"\xff\xd8" + pdf(),
    "empty.pdf": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_evidence_is_refused(client: Client, scene: Any, name: str) -> None:
    _bureau, jawa, _bali = scene
    client.force_login(jawa.admin)
    before = Activity.objects.count()
    file = SimpleUploadedFile(name, HOSTILE[name], content_type="application/pdf")
    page = client.post(reverse("activity_create", args=[jawa.agreement.pk]), report(file=file))
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert Activity.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("bukti.pdf", pdf(), "application/pdf"), ("<b>foto.png", photo(), "image/jpeg")],
)
def test_fit_evidence_comes_back_as_a_download(
    client: Client, scene: Any, name: str, content: bytes, kind: str
) -> None:
    _bureau, jawa, bali = scene
    client.force_login(jawa.admin)
    file = SimpleUploadedFile(name, content)
    client.post(reverse("activity_create", args=[jawa.agreement.pk]), report(file=file))
    row = Activity.objects.get(title="Kuliah tamu")
    url = reverse("activity_file", args=[jawa.agreement.pk, row.pk])
    answer = client.get(url)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    if kind == "application/pdf":
        assert b"".join(answer) == content, "a PDF is kept byte for byte"
    client.force_login(bali.admin)
    assert client.get(url).status_code == 404


def test_a_good_file_of_a_wrong_form_is_not_lost(client: Client, scene: Any) -> None:
    _bureau, jawa, _bali = scene
    client.force_login(jawa.admin)
    url = reverse("activity_create", args=[jawa.agreement.pk])
    page = client.post(url, report(title="", file=SimpleUploadedFile("bukti.pdf", pdf())))
    kept = page.context["form"].data["kept"]
    assert kept
    assert client.post(url, report(kept=kept)).status_code == 302
    assert Activity.objects.get(title="Kuliah tamu").file.open().read() == pdf()


def test_who_may_change_a_report(client: Client, scene: Any) -> None:
    bureau, jawa, bali = scene
    agreement, row = jawa.agreement, jawa.deeds.activity
    url = reverse("activity_edit", args=[agreement.pk, row.pk])
    for user, status in {
        bureau.admin: 200,
        bureau.staff: 404,
        bureau.leader: 403,
        jawa.admin: 200,
        jawa.officer: 200,
        jawa.operator: 404,
        bali.admin: 404,
        bali.officer: 404,
    }.items():
        client.force_login(user)
        assert client.get(url).status_code == status, user.email
    client.force_login(jawa.admin)
    other = make_agreement(jawa.unit, title="Lain", number="L-1")
    assert client.get(reverse("activity_edit", args=[other.pk, row.pk])).status_code == 404
    client.post(reverse("activity_withdraw", args=[agreement.pk, row.pk]))
    assert not Activity.objects.filter(pk=row.pk).exists()
    assert Activity.history.filter(id=row.pk, history_type="-", history_user=jawa.admin).exists()


def test_a_commitment_is_kept_by_officers(client: Client, scene: Any) -> None:
    bureau, jawa, bali = scene
    party = jawa.agreement.parties.get(position=2)
    data = {
        "party": party.pk,
        "what": "Magang",
        "measure": "people",
        "quantity": "30",
        "unit_of_measure": "",
        "recurrence": "yearly",
        "due_on": "",
    }
    url = reverse("commitment_create", args=[jawa.agreement.pk])
    for user, status in {bali.officer: 404, jawa.admin: 403, bureau.leader: 403}.items():
        client.force_login(user)
        assert client.post(url, data).status_code == status, user.email
    client.force_login(jawa.officer)
    page = client.post(url, data | {"due_on": "2027-01-01"})
    assert "tidak bertenggat" in str(page.context["form"].errors["due_on"])
    foreign = bali.agreement.parties.get(position=2)
    assert "party" in client.post(url, data | {"party": foreign.pk}).context["form"].errors
    assert client.post(url, data).status_code == 302
    made = Commitment.objects.get(what="Magang")
    stale = client.get(reverse("commitment_edit", args=[jawa.agreement.pk, made.pk])).context["form"].initial["version"]
    Commitment.objects.filter(pk=made.pk).update(quantity=31)
    page = client.post(reverse("commitment_edit", args=[jawa.agreement.pk, made.pk]), data | {"version": stale})
    assert "baru saja diubah orang lain" in page.content.decode()


def test_the_public_facts_are_numbers_only(scene: Any) -> None:
    _bureau, jawa, bali = scene
    facts = implementation_of(jawa.agreement, today=NOW.date())
    assert (facts.percent, facts.ours, facts.theirs, facts.n_activities, facts.n_reported) == (25, 25, None, 1, 1)
    assert jawa.canary not in repr(facts)
    bali.agreement.classification = Classification.LIMITED
    both = [jawa.agreement, bali.agreement]
    told = implementations_of(both, today=NOW.date())
    assert set(told) == {jawa.agreement.pk}, "of a limited one nothing is told"
    assert told[jawa.agreement.pk] == Implementation(25, n_activities=1, last_on=NOW.date())
    assert percents_of(both, today=NOW.date()) == {jawa.agreement.pk: 25}


def test_the_list_says_how_far_it_is_and_filters(client: Client, scene: Any) -> None:
    bureau, jawa, _bali = scene
    asleep = make_agreement(jawa.unit, title="Tidur lama", number="T-1")
    client.force_login(bureau.admin)

    def titles(value: str) -> set[str]:
        page = client.get(reverse("agreement_list"), {"pelaksanaan": value, "q": ""})
        return {row.title for row in page.context["page"]}

    assert titles("tidur") == titles("belum") == {asleep.title, bureau.agreement.title}
    assert jawa.agreement.title in titles("pernah")
    assert ">25%<" in client.get(reverse("agreement_list")).content.decode()


def test_a_workshop_outside_the_term_counts_and_says_why(client: Client, scene: Any) -> None:
    bureau, _jawa, _bali = scene
    agreement = make_agreement(bureau.unit, title="Sudah berakhir", number="L-1", effective_until=date(2026, 3, 1))
    promise = Commitment.objects.create(
        agreement=agreement, what="Pelatihan", measure="events", quantity=4, counts_workshops=True
    )
    held = HeldWorkshop(pk=77, title="Lewat masa", first_day=date(2026, 4, 1), unit=bureau.unit, n_people=3)
    url = reverse("agreement_implementation", args=[agreement.pk])
    client.force_login(bureau.admin)
    said = {}
    for why in ("", "Mitra mengundurkan jadwal (Admin, 1 Mar 2026)"):
        shares = {agreement.pk: Share(True, 0)}
        record_workshop(replace(held, outside_term=why), shares=shares, by=bureau.admin, now=NOW)
        said[why] = "Mitra mengundurkan jadwal" in client.get(url).content.decode()
    assert list(said.values()) == [False, True]
    assert Commitment.objects.with_used(NOW.date()).get(pk=promise.pk).used == 1
