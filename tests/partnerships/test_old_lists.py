"""An old list comes in: what each row says, what is recorded, and that doing it twice makes nothing new."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs.actions.working import do_next_job
from jobs.models import Job, JobState
from partnerships.actions.old_lists import import_old_list
from partnerships.models import Agreement, AgreementParty, KindCode, Organization, OrganizationAlias, OrganizationKind
from partnerships.near_names import PartnerIndex, likely_kind, partner_key
from partnerships.spreadsheets.old_lists import OldList, read_old_list
from tests.factories import Bureau, Kanwil, make_unit
from tests.partnerships.scene import NOW, build_scene
from toolkit.xlsx import SheetIsRefused, read_rows
from units.models import UnitAlias

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
HEAD = [
    "No",
    "Jenis",
    "Nomor PKS",
    "Judul",
    "Satker",
    "Pihak kedua",
    "Tanggal tanda tangan",
    "Mulai berlaku",
    "Berlaku sampai",
    "Catatan lama",
]


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


def workbook(*rows: list[Any], head: list[str] = HEAD, merges: tuple[tuple[int, int, int, Any], ...] = ()) -> bytes:
    """A sheet as people make them: a title above, dates as dates or as text. `merges`: first row, last row (as Excel
    counts), column, value."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range(0, 0, 0, 5, "DAFTAR KERJA SAMA")
    for place, label in enumerate(head):
        sheet.write(1, place, label)
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif value is not None:
                sheet.write(number, place, value)
    for first, last, place, value in merges:
        sheet.merge_range(first - 1, place, last - 1, place, value)
    book.close()
    return stream.getvalue()


def line(number: str = "A-1", title: str = "Layanan kesehatan", owner: str = "Kanwil Jawa", **facts: Any) -> list[Any]:
    values = {
        "no": 1,
        "kind": "PKS",
        "number": number,
        "title": title,
        "owner": owner,
        "partner": "RSUD Contoh",
        "signed": "12 Maret 2021",
        "first": date(2021, 3, 12),
        "last": "11/03/2024",
        "note": "arsip lemari 3",
    } | facts
    return list(values.values())


def read(content: bytes, user: Any) -> OldList:
    return read_old_list(io.BytesIO(content), user=user, today=TODAY)


def said(old_list: OldList) -> dict[int, tuple[str, str]]:
    """By Excel row: the status, and problems and notes in one text."""
    return {
        row.number: (
            row.status,
            " ".join([f"{problem.column}: {problem.sentence}" for problem in row.problems] + row.notes),
        )
        for row in old_list.rows
    }


def test_dates_in_three_ways_and_merged_cells_are_understood(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    owner = jawa.unit.official_name
    content = workbook(
        line("A-1", owner=owner),
        line("A-2", owner=None, signed=date(2021, 3, 12), first="12-3-2021", last="sampai diakhiri"),
        line("A-3", owner=owner, signed="3 agt 2020", first=None, last="2 Agustus 2022"),
        merges=((3, 4, 4, owner),),
    )
    old_list = read(content, bureau.admin)
    assert [row.status for row in old_list.rows] == ["new", "new", "new"], said(old_list)
    assert "Sel gabungan disalin dari baris di atasnya: Unit pemilik." in said(old_list)[4][1]
    first, second, third = (row.facts for row in old_list.rows)
    assert (first["signed_on"], first["effective_from"], first["effective_until"]) == (
        date(2021, 3, 12),
        date(2021, 3, 12),
        date(2024, 3, 11),
    )
    assert (second["signed_on"], second["effective_until"]) == (date(2021, 3, 12), None)
    assert (third["signed_on"], third["effective_from"]) == (date(2020, 8, 3), date(2020, 8, 3))
    assert "dipakai tanggal tanda tangan" in said(old_list)[5][1]
    assert old_list.unknown == ["No", "Catatan lama"]


def test_each_wrong_row_says_what_is_wrong_with_its_excel_number(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    owner = jawa.unit.official_name
    UnitAlias.objects.create(unit=jawa.child, name="Rutan Lama", key="RUTAN LAMA")
    old_list = read(
        workbook(
            line("A-1", owner=owner),
            line("A-2", owner=owner[:-1] + "x"),
            line("A-3", owner=owner, last="11/03/2020"),
            line("A-4", owner=owner, partner=None),
            line("A-5", owner=owner, signed="31/02/2021"),
            line("A-6", owner=owner, kind="Kontrak"),
            line("a1", "Judul lain", owner=owner),
            line(jawa.agreement.number, "Bukan judulnya", owner=owner),
            line("A-1", owner=owner),
            line("A-7", owner="Rutan Lama"),
            line("A-8", owner="Kementerian di bulan"),
            line("A-9", None, owner=owner),
        ),
        bureau.admin,
    )
    words = said(old_list)
    assert words[3][0] == "new"
    assert f"Unit pemilik: Satuan kerja “{owner[:-1]}x” tidak dikenal. Barangkali yang dimaksud: " in words[4][1]
    assert jawa.unit.short_name in words[4][1].partition("dimaksud: ")[2]
    assert "Berlaku sampai: Tanggal akhir tidak boleh sebelum tanggal mulai berlaku." in words[5][1]
    assert "Mitra: Wajib diisi." in words[6][1]
    assert "Tanggal tanda tangan: Tulis tanggal sebagai" in words[7][1]
    assert "Jenis: “Kontrak” tidak ada dalam pilihan" in words[8][1]
    assert "Nomor: Nomor yang sama dengan baris 3, tetapi isinya berbeda." in words[9][1]
    assert f"Nomor: Nomor ini sudah dipakai perjanjian “{jawa.agreement.title}”." in words[10][1]
    assert words[11] == ("same", "Sama dengan baris 3.")
    assert words[12][0] == "new"
    assert "tidak dikenal." in words[13][1]
    assert "Barangkali" not in words[13][1]
    assert "Tentang: Wajib diisi." in words[14][1]
    assert {number for number, (status, _words) in words.items() if status == "wrong"} == {4, 5, 6, 7, 8, 9, 10, 13, 14}


def test_partners_are_found_by_spelling_and_near_ones_are_shown(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    known = Organization.objects.create(name="PT. Sinar Jaya Abadi, Tbk", kind=OrganizationKind.COMPANY)
    owner = jawa.unit.official_name
    old_list = read(
        workbook(
            line("B-1", owner=owner, partner="Sinar Jaya Abadi PT"),
            line("B-2", owner=owner, partner="Sinar Jaya Abad"),
            line("B-3", owner=owner, partner="Universitas Contoh Baru"),
            line("B-4", owner=owner, partner="UNIVERSITAS CONTOH BARU"),
            line("B-5", owner=owner, partner=jawa.child.official_name),
            line("B-6", owner=owner, partner=owner),
        ),
        bureau.admin,
    )
    words = said(old_list)
    assert old_list.rows[0].parties[1].organization_id == known.pk
    assert "dibaca sebagai PT. Sinar Jaya Abadi, Tbk" in words[3][1]
    assert "Mitra baru: Sinar Jaya Abad. Mirip dengan PT. Sinar Jaya Abadi, Tbk" in words[4][1]
    assert old_list.rows[3].parties[1].name == "Universitas Contoh Baru"
    assert old_list.rows[4].parties[1].unit_id == jawa.child.pk
    assert "Mitra: Mitra sama dengan unit pemilik." in words[8][1]
    assert old_list.new_partners == {
        "Sinar Jaya Abad": ["PT. Sinar Jaya Abadi, Tbk"],
        "Universitas Contoh Baru": [],
    }


def test_kinds_of_partners_are_guessed_by_their_names() -> None:
    names = {
        "Pemkab Jepara": OrganizationKind.REGENCY,
        "Pemerintah Kota Contoh": OrganizationKind.CITY,
        "Pemprov Contoh": OrganizationKind.PROVINCE,
        "Univ. Contoh": OrganizationKind.UNIVERSITY,
        "PT Contoh": OrganizationKind.COMPANY,
        "Contoh Stiftung": OrganizationKind.FOUNDATION,
        "Radio Contoh": OrganizationKind.MEDIA,
        "Kementerian Contoh": OrganizationKind.MINISTRY,
        "Aptik": OrganizationKind.OTHER,
    }
    assert {name: likely_kind(name) for name in names} == names
    assert partner_key("PT. Sinar Jaya, Tbk.") == partner_key("sinar  jaya PT") == "sinar jaya"


def test_ten_thousand_organisations_are_compared_quickly() -> None:
    rows = [(n, f"Instansi Contoh {n:05}", "") for n in range(10_000)]
    index = PartnerIndex([*rows, (10_000, "Yayasan Harapan Bangsa", "YHB")])
    assert [partner.pk for partner in index.near("Yayasan Harapan Bangs")] == [10_000]
    assert index.find("yhb") is not None
    assert index.find("Instansi Contoh 00042 PT") is not None
    assert len(index.near("Instansi Contoh 0004")) <= 3


def test_a_partner_is_known_by_another_name_it_goes_by(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    partner = Organization.objects.create(name="Yayasan Kenanga", kind="foundation")
    content = workbook(line("N-1", owner=jawa.unit.official_name, partner="Kenanga Foundation"))
    assert list(read(content, bureau.admin).new_partners) == ["Kenanga Foundation"]
    OrganizationAlias.objects.create(organization=partner, name="Kenanga Foundation")
    old_list = read(content, bureau.admin)
    assert old_list.new_partners == {}
    assert old_list.rows[0].parties[1].organization_id == partner.pk


def test_an_officer_imports_for_the_own_reach_only(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    _bureau, jawa, bali = scene
    content = workbook(
        line("C-1", owner=jawa.unit.official_name),
        line("C-2", owner=bali.unit.official_name),
        line("C-3", owner=jawa.child.official_name),
        line(bali.agreement.number, "Judul lain", owner=jawa.unit.official_name),
        line("C-5", owner=None),
    )
    jawa.admin.keeps_agreements = True
    assert [row.status for row in read(content, jawa.admin).rows] == ["new", "wrong", "new", "new", "new"]
    words = said(read(content, jawa.admin))
    assert "di luar wewenang Anda" in words[4][1]
    assert bali.agreement.title not in words[6][1]
    assert read(content, jawa.admin).rows[4].owner == jawa.unit
    # an operator keeps the own unit, here the UPT, and an empty cell means just that one
    jawa.operator.keeps_agreements = True
    old_list = read(content, jawa.operator)
    assert [row.status for row in old_list.rows] == ["wrong", "wrong", "new", "wrong", "new"]
    assert old_list.rows[4].owner == jawa.child == jawa.operator.unit


def test_recording_twice_makes_nothing_new_and_history_says_who(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    owner = jawa.unit.official_name
    content = workbook(
        line("D-1", owner=owner, partner="Yayasan Baru"),
        line("D-2", owner=owner, partner="Yayasan Baru"),
        line(None, "Tanpa nomor", owner=owner),
    )
    rows = read(content, bureau.admin).ready
    done = import_old_list(rows, by=bureau.admin, now=NOW)
    assert (done.n_agreements, done.n_partners) == (3, 2)
    # the same rows, read before: another import was quicker
    again = import_old_list(rows, by=bureau.admin, now=NOW)
    assert (again.n_agreements, again.n_partners) == (0, 0)
    assert [row.status for row in read(content, bureau.admin).rows] == ["same"] * 3

    made = Agreement.objects.get(number="D-1")
    assert (made.agreement_type_id, made.owner_unit, made.effective_until) == (
        KindCode.COOPERATION,
        jawa.unit,
        date(2024, 3, 11),
    )
    parties = AgreementParty.objects.filter(agreement=made).order_by("position")
    assert [(party.unit, str(party.organization or "")) for party in parties] == [
        (jawa.unit, ""),
        (None, "Yayasan Baru"),
    ]
    version = made.history.get()
    assert (version.history_user, version.history_date, version.history_change_reason) == (
        bureau.admin,
        NOW,
        "Impor daftar lama",
    )
    assert AgreementParty.history.filter(agreement_id=made.pk).count() == 2
    assert Organization.history.filter(name="Yayasan Baru").count() == 1


def uploaded(content: bytes, name: str = "daftar.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


IMPORT = "admin:partnerships_agreement_import"


def test_preview_record_the_right_rows_and_correct_the_wrong_ones(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    owner, browser = jawa.unit.official_name, desk(bureau.admin)
    content = workbook(line("E-1", owner=owner), line("E-2", owner=owner, last="kapan-kapan", signed=date(2021, 3, 12)))
    before = Agreement.objects.count()

    page = browser.post(reverse(IMPORT), {"file": uploaded(content)}, follow=True)

    preview = page.redirect_chain[-1][0]
    assert "Catat 1 baris yang benar" in page.content.decode()
    assert Agreement.objects.count() == before
    page = browser.post(preview, follow=True)
    text = page.content.decode()
    assert "1 perjanjian dan 1 mitra baru dicatat." in text
    assert Agreement.objects.count() == before + 1
    assert "Catat 1 baris" not in text
    url = page.context["problems_url"]
    assert url in text.replace("&amp;", "&")
    wrong = b"".join(browser.get(url).streaming_content)  # type: ignore[attr-defined]

    # nothing of the row is lost, and the sheet itself can be corrected and imported
    columns = read_old_list(io.BytesIO(wrong), user=bureau.admin, today=TODAY).columns
    row = read_rows(io.BytesIO(wrong), columns=columns)[0]
    assert row.written["Catatan lama"] == "arsip lemari 3"
    assert row.written["signed_on"] == "2021-03-12"
    assert row.written["effective_until"] == "kapan-kapan"
    assert "Baris 4." in row.written["Masalah"]
    assert "Berlaku sampai: Tulis tanggal" in row.written["Masalah"]


def test_a_sheet_without_faults_leads_back_to_the_list(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    browser = desk(bureau.admin)
    content = workbook(line("F-1", owner=jawa.unit.official_name))
    preview = browser.post(reverse(IMPORT), {"file": uploaded(content)})["Location"]
    assert browser.post(preview)["Location"] == reverse("admin:partnerships_agreement_changelist")
    gone = browser.get(preview, follow=True).content.decode()
    assert "Pratinjau sudah kedaluwarsa" in gone


def test_a_long_list_is_a_job_whose_result_are_the_wrong_rows(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    owner, browser = jawa.unit.official_name, desk(bureau.admin)
    rows = [line(f"G-{n}", f"Judul {n}", owner=owner, partner=f"Mitra {n % 7}") for n in range(250)]
    rows[100][8] = "kapan-kapan"
    content = workbook(*rows)
    preview = browser.post(reverse(IMPORT), {"file": uploaded(content)})["Location"]
    answer = browser.post(preview)
    job = Job.objects.get(owner=bureau.admin)
    assert answer["Location"] == reverse("job_detail", args=[job.pk])
    assert set(job.parameters) == {"kept"}
    browser.post(preview)
    assert Job.objects.filter(owner=bureau.admin).count() == 1

    do_next_job()

    job.refresh_from_db()
    assert job.state == JobState.DONE, job.problem
    assert job.summary == "249 perjanjian dan 7 mitra baru dicatat; 0 sudah tercatat, 1 baris salah."
    assert Agreement.objects.filter(number__startswith="G-").count() == 249
    assert (job.done, job.result_name) == (249, "baris-salah.xlsx")
    # the same once more: nothing new
    browser.post(preview)
    Job.objects.create(
        kind="partnerships.import", owner=bureau.admin, parameters=job.parameters, created_at=timezone.now()
    )
    do_next_job()
    assert Agreement.objects.filter(number__startswith="G-").count() == 249


def test_a_job_whose_file_is_gone_says_so(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, _jawa, _bali = scene
    job = Job.objects.create(
        kind="partnerships.import", owner=bureau.admin, parameters={"kept": "imports/tidak-ada.xlsx"}, created_at=NOW
    )
    do_next_job()
    job.refresh_from_db()
    assert (job.state, job.problem) == (
        JobState.FAILED,
        "Berkas yang diunggah tidak ada lagi. Unggah sekali lagi.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 bukan", "bukan lembar kerja"),
        (workbook(["x"], head=["Kolom", "Lain"]), "Kolom berikut tidak ditemukan: Jenis, Tentang, Mitra."),
    ],
)
def test_a_file_that_is_no_old_list_is_refused_beside_the_field(
    scene: tuple[Bureau, Kanwil, Kanwil], content: bytes, words: str
) -> None:
    bureau, _jawa, _bali = scene
    page = desk(bureau.admin).post(reverse(IMPORT), {"file": uploaded(content)})
    assert words in page.content.decode()


def test_a_bomb_is_refused(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, _jawa, _bali = scene
    stream = io.BytesIO(workbook(line()))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/besar.xml", b" " * 80_000_000)
    with pytest.raises(SheetIsRefused, match="terlalu besar"):
        read(stream.getvalue(), bureau.admin)


def test_formulas_stay_text_and_never_leave_as_formulas(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    """A formula cell gives what Excel had worked out; a text that looks like one stays a text, also in the sheet of
    wrong rows."""
    bureau, jawa, _bali = scene
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for place, label in enumerate(HEAD):
        sheet.write(0, place, label)
    for place, value in enumerate(line("H-1", "=HYPERLINK(“x”)", owner=jawa.unit.official_name, last="salah")):
        if not isinstance(value, date) and value is not None:
            sheet.write(1, place, value)
    sheet.write_formula(1, 2, "=CONCAT(A1)", None, "H-99")
    book.close()
    old_list = read(stream.getvalue(), bureau.admin)
    assert (old_list.rows[0].facts["number"], old_list.rows[0].name) == ("H-99", "=HYPERLINK(“x”)")
    browser = desk(bureau.admin)
    page = browser.post(reverse(IMPORT), {"file": uploaded(stream.getvalue())}, follow=True)
    wrong = b"".join(browser.get(page.context["problems_url"]).streaming_content)  # type: ignore[attr-defined]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(wrong)).read("xl/worksheets/sheet1.xml")


def test_a_token_of_somebody_else_opens_nothing(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, jawa, _bali = scene
    content = workbook(line("I-1", owner=jawa.unit.official_name))
    preview = desk(bureau.admin).post(reverse(IMPORT), {"file": uploaded(content)})["Location"]
    other = desk(bureau.other_admin)
    before = Agreement.objects.count()
    for answer in (other.get(preview), other.post(preview), other.get(preview.replace("pratinjau", "salah"))):
        assert answer["Location"] == reverse(IMPORT)
    assert Agreement.objects.count() == before


def test_the_template_is_read_back(scene: tuple[Bureau, Kanwil, Kanwil]) -> None:
    bureau, _jawa, _bali = scene
    answer = desk(bureau.admin).get(reverse(f"{IMPORT}_template"))
    old_list = read(b"".join(answer.streaming_content), bureau.admin)  # type: ignore[attr-defined]
    assert (old_list.rows, old_list.unknown) == ([], [])


@pytest.mark.parametrize("n", [1, 3])
def test_the_preview_asks_the_same_whatever_its_length(
    scene: tuple[Bureau, Kanwil, Kanwil], n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bureau, jawa, _bali = scene
    browser = desk(bureau.admin)
    unit = make_unit("Rutan Nama Panjang", parent=jawa.unit)
    rows = [line(f"J-{number}", owner=unit.official_name, partner=f"Mitra {number}") for number in range(n)]
    preview = browser.post(reverse(IMPORT), {"file": uploaded(workbook(*rows))})["Location"]
    browser.get(preview)
    with django_assert_num_queries(10):
        browser.get(preview)
