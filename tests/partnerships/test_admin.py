import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from partnerships.admin.filters import figures_of, narrowed
from partnerships.changes import changes_of_agreement
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    Classification,
    Organization,
    RecordState,
    TermState,
)
from tests.factories import Bureau, Kanwil, make_agreement, make_user, publish_agreement
from tests.partnerships.scene import NOW, build_scene, confirmed, party, posted
from tests.partnerships.submission_rows import make_submission, make_verified
from tests.pdf_files import pdf
from units.access import Role

LIST = "/admin/partnerships/agreement/"
ADD = "/admin/partnerships/agreement/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


def titles(response: Any) -> set[str]:
    return {agreement.title for agreement in response.context["cl"].result_list}


def test_agreement_desk_shows_each_officer_exactly_the_own_rows(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    own = make_agreement(java.child, title="Perjanjian rutan", number="PKS-RUTAN")
    bureau_officer = make_user(
        "petugas.biro@humas.test", role=Role.BUREAU_STAFF, unit=bureau.unit, keeps_agreements=True
    )
    kanwil_officer = make_user("petugas.k@humas.test", role=Role.REGIONAL_ADMIN, unit=java.unit, keeps_agreements=True)
    unit_officer = make_user("petugas.u@humas.test", role=Role.UNIT_OPERATOR, unit=java.child, keeps_agreements=True)
    everything = {bureau.agreement.title, java.agreement.title, bali.agreement.title, own.title}
    expected = {
        bureau.admin: everything,
        bureau_officer: everything,
        kanwil_officer: {java.agreement.title, own.title},
        java.officer: {java.agreement.title},
        unit_officer: {own.title},
        bali.officer: {bali.agreement.title},
    }
    for user, seen in expected.items():
        client.force_login(user)
        assert titles(client.get(LIST)) == seen, user.email
        page = client.get(LIST, {"q": "Perjanjian"}).content.decode()
        assert (bali.canary in page) == (bali.agreement.title in seen)


def test_agreement_desk_is_closed_to_everybody_else(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    leader = make_user("ketua@humas.test", role=Role.LEADER, unit=bureau.unit, keeps_agreements=True)
    for user in (bureau.staff, bureau.leader, leader, java.admin, java.operator):
        client.force_login(user)
        for url in (LIST, ADD, f"{LIST}{java.agreement.pk}/change/", "/admin/"):
            assert client.get(url).status_code == 403, (user.email, url)


def test_foreign_agreement_is_not_found(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    client.force_login(java.officer)
    for page in ("change", "history", "delete"):
        answer = client.get(f"{LIST}{bali.agreement.pk}/{page}/")
        assert answer.status_code == 404
        assert bali.canary not in answer.content.decode()
    before = Agreement.objects.filter(pk=bali.agreement.pk).values().get()
    answer = client.post(f"{LIST}{bali.agreement.pk}/change/", posted(owner_unit=java.unit.pk))
    assert answer.status_code == 404
    assert Agreement.objects.filter(pk=bali.agreement.pk).values().get() == before
    for wrong in ("0", "-1", "abc", "99999999999999999999999"):
        assert client.get(f"{LIST}{wrong}/change/").status_code == 404


@pytest.mark.parametrize("n_rows", [1, 3])
def test_agreement_desk_costs_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, bali = scene
    Agreement.objects.exclude(pk=java.agreement.pk).delete()
    for number in range(n_rows - 1):
        more = make_agreement(bali.unit, title=f"Lagi {number}", number=f"L-{number}")
        for position, unit in enumerate((bali.unit, bali.child), start=1):
            AgreementParty.objects.create(agreement=more, position=position, unit=unit)
    client.force_login(bureau.admin)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(titles(client.get(LIST))) == n_rows
    assert len(queries) == 12


@pytest.mark.parametrize("n_parties", [1, 3])
def test_agreement_form_costs_the_same_for_one_party_and_three(client: Client, scene: Any, n_parties: int) -> None:
    bureau, java, bali = scene
    java.agreement.parties.all().delete()
    for position, unit in enumerate((java.unit, bali.unit, bureau.unit)[:n_parties], start=1):
        AgreementParty.objects.create(agreement=java.agreement, position=position, unit=unit)
    client.force_login(bureau.admin)
    url = f"{LIST}{java.agreement.pk}/change/"
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert page.count('class="inline-related has_original') >= n_parties
    assert len(queries) == 12


def test_filters_narrow_and_count(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    ending = make_agreement(bali.child, title="Segera habis", number="A", effective_until=date(2027, 1, 1))
    ended = make_agreement(bali.unit, title="Sudah habis", number="B", effective_until=date(2026, 11, 20))
    undated = make_agreement(bali.unit, title="Tanpa tanggal", number="C", effective_from=None, effective_until=None)
    coming = make_agreement(bali.unit, title="Belum mulai", number="D", effective_from=date(2027, 5, 1))
    client.force_login(bureau.admin)
    in_force = {bureau.agreement.title, java.agreement.title, bali.agreement.title}
    for query, expected in {
        "tindakan=ending": {ending.title},
        "tindakan=undated": {undated.title},
        "tindakan=no_copy": {bureau.agreement.title, ending.title, ended.title, undated.title, coming.title},
        "masa=in_force": in_force,
        "masa=ended": {ended.title},
        "masa=upcoming": {coming.title},
        f"unit={java.unit.pk}": {java.agreement.title},
        f"unit={bali.unit.pk}": {bali.agreement.title, ending.title, ended.title, undated.title, coming.title},
        "unit=999999": set(),
        "jenis=perjanjian_kerja_sama&q=habis": {ending.title, ended.title},
        "masa=besok&jenis=apa&tindakan=x&unit=y": in_force | {ending.title, ended.title, undated.title, coming.title},
        "q=Pemda+Jawa": {java.agreement.title},
        "q=Rutan+Kelas+IIB+Bali": {ending.title},
    }.items():
        assert titles(client.get(f"{LIST}?{query}")) == expected, query
    page = client.get(LIST).content.decode()
    counted = dict(re.findall(r'<span>([^<]+)</span><span\s+class="figure muted"\s*>(\d+)</span>', page))
    assert counted["Tanpa salinan naskah"] == "5"
    assert counted["Kantor Wilayah Bali"] == "5"
    assert (counted["Berlaku"], counted["Berakhir"], counted["Belum berlaku"]) == ("3", "1", "1")
    assert client.get(LIST, {"q": "\0"}).status_code == 200


def test_each_figure_is_the_number_of_rows_behind_its_line(scene: Any) -> None:
    """Counted in groups, looked for one by one: both must agree."""
    _bureau, java, bali = scene
    today = timezone.localdate(NOW)
    for n, (begins, ends) in enumerate([(-800, -1), (-800, 20), (-800, 80), (-800, 170), (-800, None), (9, 90)]):
        make_agreement(
            bali.unit,
            title=f"Masa {n}",
            number=f"M-{n}",
            signed_on=today - timedelta(days=800),
            effective_from=today + timedelta(days=begins),
            effective_until=None if ends is None else today + timedelta(days=ends),
        )
    make_agreement(
        bali.unit,
        title="Dihentikan",
        number="Dihentikan",
        terminated_on=today,
        termination_reason="Sepakat",
        effective_until=None,
    )
    make_agreement(bali.unit, title="Digantikan", number="Digantikan", superseded_on=today, effective_until=None)
    make_agreement(bali.unit, title="Draf", number="Draf", signed_on=None, effective_from=None, effective_until=None)
    make_submission(java, title="Menunggu")
    make_verified(bali, title="Terverifikasi")
    make_agreement(bali.unit, title="RKT", number="RKT", effective_until=today + timedelta(days=9))
    Agreement.objects.filter(number="RKT").update(agreement_type="rencana_kerja_tahunan")
    figures = figures_of(Agreement.objects.all(), today)
    assert (figures["tindakan__ending"], figures["masa__ending"]) == (2, 3), "a plan of one year asks for no decision"
    lines = {
        "tindakan": ["submitted", "verified", "ending", "no_copy", "asleep", "never", "undated"],
        "tahap": RecordState.values,
        "masa": TermState.values,
        "berakhir": ["30", "90", "180"],
        "klasifikasi": Classification.values,
    }
    for name, keys in lines.items():
        for key in keys:
            rows = narrowed(name, key, today)
            assert rows is not None
            assert figures[f"{name}__{key}"] == rows.count(), (name, key)
    assert len([key for key in figures if figures[key]]) > 15
    assert narrowed("tahap", "apa", today) is None


def test_what_is_published_is_taken_back_before_it_is_exempt(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    publish_agreement(java.agreement, by=bureau.admin, now=NOW)
    assert [row.pk for row in Agreement.objects.in_record_state(RecordState.PUBLISHED)] == [java.agreement.pk]
    client.force_login(bureau.admin)
    address = reverse("admin:partnerships_agreement_change", args=[java.agreement.pk])
    refused = client.post(address, posted(classification="exempt", classification_reason="Data kesehatan"))
    assert "Sudah dipublikasikan; tarik dahulu publikasinya" in refused.content.decode()
    Agreement.objects.filter(pk=java.agreement.pk).update(classification="exempt", classification_reason="x")
    assert not Agreement.objects.in_record_state(RecordState.PUBLISHED).exists()


def test_export_holds_what_the_list_shows(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    client.force_login(java.officer)
    answer = client.get(f"{LIST}ekspor/?masa=in_force")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == [java.agreement.title]
    assert rows[1][3] == "Kantor Wilayah Jawa × Pemda Jawa"
    assert bali.canary not in str(rows)


def add_url(n: int) -> str:
    return f"{LIST}{n}/change/"


def test_officer_records_an_agreement_with_parties_and_a_signed_copy(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    partner = Organization.objects.create(name="RSUD Contoh", kind="regency")
    client.force_login(java.officer)
    content = pdf(pages=3)
    data = posted(
        owner_unit=java.unit.pk,
        **party(0, unit=java.unit.pk, signatory_name="Kepala Kantor Contoh"),
        **party(1, organization=partner.pk, party_number="445/118"),
        **{"new_files-0-file": SimpleUploadedFile("naskah kerja sama.pdf", content)},
    )
    answer = client.post(ADD, data, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    agreement = Agreement.objects.get(number="W.13-HH.04.02-118")
    assert [(p.position, str(p)) for p in agreement.parties.order_by("position")] == [
        (1, "Kantor Wilayah Jawa"),
        (2, "RSUD Contoh"),
    ]
    copy = agreement.signed_copies.get()
    assert (copy.original_name, copy.n_pages, copy.uploaded_by) == ("naskah kerja sama.pdf", 3, java.officer)
    assert copy.file.open().read() == content
    assert re.fullmatch(r"agreements/[0-9a-f]{32}\.pdf", copy.file.name)
    history = client.get(f"{LIST}{agreement.pk}/history/").content.decode()
    for words in ("Perjanjian dicatat", "Pihak dicatat", "Salinan naskah dicatat", java.officer.full_name, "445/118"):
        assert words in history


def test_wrong_file_keeps_everything_else_and_says_what_to_do(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    data = posted(
        owner_unit=java.unit.pk,
        title="Judul yang panjang diketik",
        **party(0, unit=java.unit.pk, signatory_name="Penanda Tangan Contoh"),
        **{"new_files-0-file": SimpleUploadedFile("naskah.pdf", b"PK\x03\x04 bukan pdf")},
    )
    page = client.post(ADD, data).content.decode()
    assert "Berkas ini bukan PDF. Simpan atau pindai naskah sebagai PDF, lalu pilih lagi." in page
    for kept in ("Judul yang panjang diketik", "Penanda Tangan Contoh", "W.13-HH.04.02-118", "Kantor Wilayah Jawa"):
        assert kept in page
    assert not Agreement.objects.filter(number="W.13-HH.04.02-118").exists()
    assert AgreementFile.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effective_until": "2026-03-13"}, "Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."),
        ({"effective_from": ""}, "Isi tanggal mulai berlaku, karena tanggal akhirnya sudah diisi."),
        ({"signed_on": "31-31-2026"}, "Tulis tanggal sebagai 2026-12-31"),
        ({"title": "Judul\r\nBcc: x"}, "Tulis dalam satu baris"),
        ({"title": "Judul\0"}, "Karakter null tidak diizinkan."),
        ({"title": ""}, "Bidang ini tidak boleh kosong."),
        ({"agreement_type": "rahasia"}, "Masukkan pilihan yang valid"),
        ({"owner_unit": "99999999999999999999"}, "Masukkan pilihan yang valid"),
        ({"owner_unit": "\0"}, "Karakter null tidak diizinkan."),
        (party(0, signatory_name="Seseorang"), "Pilih satuan kerja atau instansi luar untuk pihak ini."),
        (
            party(0, unit="own", organization="partner"),
            "Satu pihak adalah satuan kerja atau instansi luar, bukan keduanya.",
        ),
        (party(0, unit="own", position="1") | party(1, unit="own", position="1"), "data ganda"),
        (
            {"signed_on": "", "new_files-0-file": SimpleUploadedFile("a.pdf", pdf())},
            "Isi tanggal tanda tangan perjanjian, karena salinan naskah bertanda tangan disimpan.",
        ),
    ],
)
def test_agreement_form_refuses(client: Client, scene: Any, fields: dict[str, Any], sentence: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    named = {"own": java.unit.pk, "partner": Organization.objects.get(name="Pemda Jawa").pk}
    data = posted(owner_unit=java.unit.pk) | {
        key: named.get(value, value) if isinstance(value, str) else value for key, value in fields.items()
    }
    answer = client.post(ADD, data)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Agreement.objects.filter(number="W.13-HH.04.02-118").exists()


def test_officer_cannot_file_under_a_foreign_unit(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    client.force_login(java.officer)
    answer = client.post(ADD, posted(owner_unit=bali.unit.pk))
    assert "Masukkan pilihan yang valid" in answer.content.decode()
    assert not Agreement.objects.filter(title="Layanan kesehatan").exists()


def test_autocomplete_offers_owners_of_the_own_reach_only(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    client.force_login(java.officer)
    query = {"app_label": "partnerships", "model_name": "agreement", "field_name": "owner_unit", "term": "Kantor"}
    answer = client.get(reverse("admin:autocomplete"), query).json()
    assert [row["text"] for row in answer["results"]] == [java.unit.short_name]
    query |= {"model_name": "agreementparty", "field_name": "unit", "term": "Kantor\0Wilayah"}
    answer = client.get(reverse("admin:autocomplete"), query).json()
    assert [row["text"] for row in answer["results"]] == [bali.unit.short_name, java.unit.short_name]


def test_same_file_is_filed_once(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    file = {"new_files-0-file": SimpleUploadedFile("a.pdf", pdf())}
    confirmed(client, ADD, posted(owner_unit=java.unit.pk, **file))
    agreement = Agreement.objects.get(number="W.13-HH.04.02-118")
    copy = agreement.signed_copies.get()
    again = posted(owner_unit=java.unit.pk, **{"new_files-0-file": SimpleUploadedFile("b.pdf", pdf())})
    again |= {"files-TOTAL_FORMS": "1", "files-INITIAL_FORMS": "1", "files-0-id": copy.pk}
    page = client.post(f"{LIST}{agreement.pk}/change/", again).content.decode()
    assert "Berkas yang sama sudah tersimpan pada perjanjian ini." in page
    assert agreement.signed_copies.count() == 1


def test_party_added_in_an_older_tab_gets_the_next_free_place(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    agreement = make_agreement(java.unit, title="Dua tab", number="X")
    client.force_login(java.officer)
    for n, name in enumerate(("Yayasan Satu", "Yayasan Dua"), start=1):
        partner = Organization.objects.create(name=name, kind="foundation")
        data = posted(owner_unit=java.unit.pk, **party(0, organization=partner.pk))
        assert client.post(f"{LIST}{agreement.pk}/change/", data).status_code == 302
        assert agreement.parties.get(organization=partner).position == n


def test_row_of_a_filed_copy_cannot_be_invented(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    data = posted(owner_unit=java.unit.pk, title="") | {"files-TOTAL_FORMS": "3"}
    page = client.post(f"{LIST}{java.agreement.pk}/change/", data)
    assert (page.status_code, "form-errors" in page.text) == (200, True)


def test_only_a_bureau_admin_takes_a_copy_back(
    client: Client, scene: Any, django_capture_on_commit_callbacks: Any
) -> None:
    bureau, java, _bali = scene
    copy = java.agreement_file
    storage, name = copy.file.storage, copy.file.name
    data = posted(owner_unit=java.unit.pk) | {
        "files-TOTAL_FORMS": "1",
        "files-INITIAL_FORMS": "1",
        "files-0-id": copy.pk,
        "files-0-DELETE": "on",
    }
    for user, left in ((java.officer, True), (bureau.admin, False)):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{LIST}{java.agreement.pk}/change/", data)
        assert AgreementFile.objects.filter(pk=copy.pk).exists() is left
        assert storage.exists(name) is left
    history = client.get(f"{LIST}{java.agreement.pk}/history/").content.decode()
    assert "Salinan naskah dihapus" in history
    assert bureau.admin.full_name in history


def test_record_with_a_signed_copy_cannot_be_deleted(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    assert client.post(f"{LIST}{java.agreement.pk}/delete/", {"post": "yes"}).status_code == 403
    mistake = make_agreement(java.unit, title="Salah catat", number="X")
    assert client.post(f"{LIST}{mistake.pk}/delete/", {"post": "yes"}).status_code == 302
    assert set(Agreement.objects.filter(owner_unit=java.unit)) == {java.agreement}


def test_organization_name_is_kept_once(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    data = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"} | {
        "name": "  pemda   JAWA ",
        "short_name": "",
        "kind": "province",
        "country": "Indonesia",
    }
    page = client.post("/admin/partnerships/organization/add/", data).content.decode()
    assert "Instansi ini sudah tercatat sebagai Pemda Jawa." in page
    answer = client.post("/admin/partnerships/organization/add/", data | {"name": "Yayasan Contoh"})
    assert answer.status_code == 302
    made = Organization.objects.get(name="Yayasan Contoh")
    history = client.get(f"/admin/partnerships/organization/{made.pk}/history/").content.decode()
    assert "Instansi luar dicatat" in history
    assert client.get("/admin/partnerships/organization/?q=yayasan").context["cl"].result_count == 1
    assert client.get(f"/admin/partnerships/organization/{made.pk}/delete/").status_code == 403


def test_organization_list_counts_only_agreements_one_may_see(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    body = Organization.objects.get(name="Pemda Jawa")
    AgreementParty.objects.create(agreement=bali.agreement, position=3, organization=body)
    for user, n in ((bureau.admin, 2), (java.officer, 1)):
        client.force_login(user)
        rows = client.get("/admin/partnerships/organization/?q=Pemda+Jawa").context["cl"].result_list
        assert [row.n_agreements for row in rows] == [n]


def test_funding_terms_are_kept_with_the_agreement_and_told_in_its_history(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    url = f"{LIST}{java.agreement.pk}/change/"
    term = {
        "funding_terms-TOTAL_FORMS": "1",
        "funding_terms-0-cost": "Konsumsi",
        "funding_terms-0-account_prefix": "5212",
        "funding_terms-0-ceiling": "40.000.000",
        "funding_terms-0-currency": "IDR",
    }
    wrong = client.post(url, posted(owner_unit=java.unit.pk, **term | {"funding_terms-0-ceiling": "40,5"}))
    assert "tanpa desimal" in wrong.content.decode()
    client.post(url, posted(owner_unit=java.unit.pk, **term))
    assert list(java.agreement.funding_terms.values_list("cost", "account_prefix", "ceiling")) == [
        ("Konsumsi", "5212", 40_000_000)
    ]
    [change] = [one for one in changes_of_agreement(java.agreement) if one.what.startswith("Ketentuan")]
    assert change.what == "Ketentuan pendanaan dicatat: Konsumsi"
    assert ("Batas jumlah", "Rp40.000.000") in [(field.label, field.after) for field in change.fields]
