"""Budgets and standard costs as sheets and papers, payments with documents, honoraria from the agenda."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import make_cost, make_line, make_realization
from tests.pdf_files import pdf
from workshops.actions.honoraria import bring_honoraria
from workshops.actions.refusals import ChangedMeanwhile
from workshops.actions.standard_costs import (
    CodeIsTaken,
    CostFacts,
    add_standard_cost,
    copy_standard_costs,
    edit_standard_cost,
)
from workshops.budget_sheet import read_budget
from workshops.honorarium_plan import honorarium_plans
from workshops.models import (
    AccountCode,
    Budget,
    BudgetLine,
    BudgetRealization,
    Session,
    SessionRole,
    Speaker,
    StandardCost,
)
from workshops.versions import version_of_standard_cost

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HEAD = ["Kode akun (MAK)", "Uraian", "Volume 1", "Satuan 1", "Harga satuan (Rp)", "Sumber dana", "Nomor perjanjian"]


def sheet(*rows: list[Any], name: str = "rab.xlsx") -> SimpleUploadedFile:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile(name, stream.getvalue())


def statuses(page: Any) -> dict[int, str]:
    return {row.number: row.status for row in page.context["rows"]}


def problems(page: Any) -> dict[int, list[str]]:
    return {
        row.number: [f"{problem.column}: {problem.sentence}" for problem in row.problems]
        for row in page.context["rows"]
        if row.problems
    }


# --- lines from a sheet


def test_each_wrong_cell_is_named_and_the_right_rows_go_in(as_user, bureau, jateng):
    browser = as_user(bureau.staff)
    file = sheet(
        HEAD,
        ["521211", "Benar", 12, "OK", 1_500_000],
        ["521211", "Desimal", 12, "OK", "1.500,50"],
        ["521211", "Desimal juga", 12, "OK", 1500.5],
        ["5212", "Akun", "dua", "OK", "1.000"],
        ["521211", "Rumus", 1, "OK", "=1000*2"],
        ["521211", "Mitra", 1, "OK", 5, "Mitra", "PKS-NAS-1"],
        ["521211", "Mitra asing", 1, "OK", 5, "Mitra", "TIDAK-ADA"],
        ["521211", "Tanpa perjanjian", 1, "OK", 5, "Mitra"],
    )
    url = reverse("budget_import", args=[bureau.workshop.pk])

    page = browser.post(url, {"file": file}, follow=True)

    assert statuses(page) == {
        2: "new",
        7: "new",
        3: "wrong",
        4: "wrong",
        5: "wrong",
        6: "wrong",
        8: "wrong",
        9: "wrong",
    }
    decimals = "Harga satuan (Rp): Rupiah ditulis bulat, tanpa desimal: “%s” tidak diterima. Contoh: 1.500.000."
    assert problems(page) == {
        3: [decimals % "1.500,50"],
        4: [decimals % "1500,5"],
        5: [
            "Volume 1: “dua” bukan volume. Tulis misalnya 12 atau 4,5.",
            "Kode akun (MAK): Kode akun (MAK) terdiri atas 6 angka, misalnya 524114.",
        ],
        6: ["Harga satuan (Rp): “=1000*2” bukan jumlah rupiah. Contoh: 1.500.000."],
        8: ["Nomor perjanjian: Perjanjian nomor “TIDAK-ADA” tidak ditemukan dalam daftar Anda."],
        9: ["Nomor perjanjian: Pilih perjanjian yang mendasari dana mitra."],
    }
    assert not BudgetLine.objects.filter(budget__workshop=bureau.workshop).exists()

    browser.post(page.redirect_chain[-1][0])

    made = BudgetLine.objects.filter(budget__workshop=bureau.workshop).in_order()
    assert [(line.description, line.planned, line.agreement_id) for line in made] == [
        ("Benar", 18_000_000, None),
        ("Mitra", 5, bureau.agreement.pk),
    ]


def test_an_export_is_what_the_page_shows_and_goes_in_again(as_user, bureau, jateng):
    line = make_line(bureau.workshop, description="=HYPERLINK(1)", volume1=Decimal("4.50"), agreement=bureau.agreement)
    make_line(bureau.workshop, description="Kit", account_code="521219", standard_cost=bureau.cost)
    browser = as_user(bureau.staff)
    export = browser.get(reverse("budget_export", args=[bureau.workshop.pk])).getvalue()
    upload = reverse("budget_import", args=[bureau.workshop.pk])

    page = browser.post(upload, {"file": SimpleUploadedFile("a.xlsx", export)}, follow=True)

    assert statuses(page) == {2: "same", 3: "same"}
    assert page.context["unknown"] == []

    # what changed meanwhile is brought back by the code of the line, and another budget's code is no code here
    BudgetLine.objects.filter(pk=line.pk).update(unit_price=1, planned=5)
    page = browser.post(upload, {"file": SimpleUploadedFile("a.xlsx", export)}, follow=True)
    assert statuses(page) == {2: "changed", 3: "same"}
    browser.post(page.redirect_chain[-1][0])
    line.refresh_from_db()
    assert (line.unit_price, line.planned) == (50_000, 225_000)
    foreign = sheet([*HEAD, "", "Kode baris"], ["521211", "Kit", 1, "OK", 5, "", "", "", str(jateng.budget_line.pk)])
    page = browser.post(upload, {"file": foreign}, follow=True)
    assert statuses(page) == {2: "wrong"}
    assert BudgetLine.objects.get(pk=jateng.budget_line.pk).planned == 500_000


def test_the_same_sheet_twice_adds_nothing(as_user, bureau):
    browser = as_user(bureau.staff)
    url = reverse("budget_import", args=[bureau.workshop.pk])
    rows = [HEAD, ["521211", "Kit", 1, "OK", 5], ["521211", "Kit", 1, "OK", 5]]
    for n_new in (2, 0):
        page = browser.post(url, {"file": sheet(*rows)}, follow=True)
        assert page.context["n_new"] == n_new
        browser.post(page.redirect_chain[-1][0])
    assert BudgetLine.objects.count() == 2


# --- standard costs


def test_a_wrong_column_is_named_and_the_file_is_kept(as_user, bureau):
    browser = as_user(bureau.admin)
    file = sheet(
        ["Kode", "Jenis biaya", "Uraian", "Satuan", "Tarif tertinggi"],
        ["K-7", "Konsumsi", "Kudapan", "OK", "25.000"],
        ["K-8", "Konsumsi", "Makan", "OK", "25.000,5"],
        ["K-7", "Konsumsi", "Kudapan lagi", "OK", "25.000"],
    )
    page = browser.post(reverse("standard_cost_import") + "?tahun=2026", {"file": file}, follow=True)
    text = page.content.decode()
    assert "Kolom berikut tidak ditemukan: Batas harga (Rp)." in text
    assert "Kolom yang tidak dikenal di berkas Anda: “Tarif tertinggi”." in text
    assert "Berkas Anda tetap tersimpan." in text

    there = page.redirect_chain[-1][0] + "&kolom_cap=Tarif+tertinggi"
    page = browser.get(there)
    assert statuses(page) == {2: "new", 3: "wrong", 4: "wrong"}
    browser.post(there)
    assert list(StandardCost.objects.filter(code__startswith="K").values_list("fiscal_year", "code", "cap")) == [
        (2026, "K-7", 25_000)
    ]


def test_costs_are_edited_in_the_table_and_an_old_tab_overwrites_nothing(as_user, bureau):
    browser = as_user(bureau.admin)
    url = reverse("standard_cost_edit", args=[bureau.cost.pk])
    data = {"code": "SBM-1", "kind": "other", "description": "Baru", "unit": "OK", "cap": "12,5"}
    row = browser.post(url, data, headers={"HX-Request": "true"})
    assert "tanpa desimal" in row.content.decode()
    assert 'value="12,5"' in row.content.decode()
    seen = version_of_standard_cost(bureau.cost)
    row = browser.post(url, data | {"cap": "125.000", "version": seen}, headers={"HX-Request": "true"})
    assert row.content.decode().strip().startswith(f'<tr id="sbm-{bureau.cost.pk}">')
    answer = browser.post(url, data | {"cap": "1", "version": seen})
    assert "baru saja diubah orang lain" in answer.content.decode()
    bureau.cost.refresh_from_db()
    assert (bureau.cost.description, bureau.cost.cap) == ("Baru", 125_000)


def test_a_year_is_copied_without_touching_what_is_there(bureau):
    make_cost("B", fiscal_year=2026, cap=2)
    make_cost("sbm-1", fiscal_year=2027, cap=7)
    assert copy_standard_costs(from_year=2026, to_year=2027, by=bureau.admin, now=NOW) == 1
    assert copy_standard_costs(from_year=2026, to_year=2027, by=bureau.admin, now=NOW) == 0
    rows = StandardCost.objects.of_year(2027).values_list("code", "cap")
    assert sorted(rows) == [("B", 2), ("sbm-1", 7)]
    facts = CostFacts(code="b", kind="other", description="x", unit="OK", cap=1)
    with pytest.raises(CodeIsTaken):
        add_standard_cost(2027, facts=facts, by=bureau.admin, now=NOW)
    with pytest.raises(CodeIsTaken):
        edit_standard_cost(StandardCost.objects.get(code="sbm-1"), facts=facts, by=bureau.admin, now=NOW)
    gone = StandardCost.objects.get(code="sbm-1")
    StandardCost.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ChangedMeanwhile):
        edit_standard_cost(gone, facts=facts, by=bureau.admin, now=NOW)


def test_only_a_bureau_admin_edits_what_planners_read(as_user, bureau, jateng):
    line = make_line(bureau.workshop, standard_cost=bureau.cost)
    for user, may in ((bureau.admin, True), (bureau.staff, False), (jateng.admin, False), (bureau.leader, False)):
        page = as_user(user).get(reverse("standard_cost_list") + f"?tahun={bureau.cost.fiscal_year}")
        assert [cost.pk for cost in page.context["costs"]] == [bureau.cost.pk]
        assert (reverse("standard_cost_edit", args=[bureau.cost.pk]) in page.content.decode()) is may
    browser = as_user(bureau.admin)
    assert [c.code for c in browser.get(reverse("standard_cost_list") + "?tahun=2026&q=tidak").context["costs"]] == []
    browser.post(reverse("standard_cost_remove", args=[bureau.cost.pk]))
    line.refresh_from_db()
    assert line.standard_cost is None


def test_the_names_of_accounts_are_kept_in_one_form(as_user, bureau):
    browser = as_user(bureau.admin)
    url = reverse("account_code_list")
    accounts = list(AccountCode.objects.order_by("code"))
    data: dict[str, Any] = {"akun-TOTAL_FORMS": len(accounts) + 1, "akun-INITIAL_FORMS": len(accounts)}
    for n, account in enumerate(accounts):
        data |= {f"akun-{n}-id": account.pk, f"akun-{n}-code": account.code, f"akun-{n}-name": account.name}
    n = len(accounts)
    wrong = browser.post(url, data | {f"akun-{n}-code": "12", f"akun-{n}-name": "Salah"})
    assert "6 angka" in wrong.content.decode()
    browser.post(url, data | {"akun-0-DELETE": "on", f"akun-{n}-code": "523111", f"akun-{n}-name": "Pemeliharaan"})
    codes = [account.code for account in accounts[1:]]
    assert list(AccountCode.objects.order_by("code").values_list("code", flat=True)) == sorted([*codes, "523111"])


# --- payments


def test_a_payment_with_its_document(as_user, bureau, jateng):
    line = make_line(bureau.workshop)
    browser = as_user(bureau.staff)
    url = reverse("budget_line_realizations", args=[bureau.workshop.pk, line.pk])
    token = browser.get(url).context["form"]["form_token"].value()
    right = {"amount": "150.000", "paid_on": "2026-11-03", "document_number": "KW-7", "form_token": token}

    wrong = browser.post(url, right | {"amount": "150.000,5", "file": SimpleUploadedFile("kuitansi.pdf", pdf())})
    assert list(wrong.context["form"].errors) == ["amount"]
    assert "kuitansi.pdf tetap tersimpan" in wrong.content.decode()
    kept = wrong.context["form"]["kept"].value()
    for _again in range(2):
        browser.post(url, right | {"kept": kept})

    paid = BudgetRealization.objects.get(line=line)
    assert (paid.amount, paid.paid_on, paid.original_name) == (150_000, date(2026, 11, 3), "kuitansi.pdf")
    file = reverse("realization_file", args=[bureau.workshop.pk, paid.pk])
    answer = browser.get(file)
    assert answer.getvalue() == pdf()
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert as_user(jateng.admin).get(file).status_code == 404
    assert as_user(bureau.leader).get(file).status_code == 200


def test_a_bad_document_and_a_bad_year_are_refused_with_a_sentence(as_user, bureau):
    line = make_line(bureau.workshop)
    browser = as_user(bureau.staff)
    url = reverse("budget_line_realizations", args=[bureau.workshop.pk, line.pk])
    data = {"amount": "1", "paid_on": "0026-11-03", "document_number": "KW-7"}
    page = browser.post(url, data | {"file": SimpleUploadedFile("x.pdf", b"<html>")})
    assert sorted(page.context["form"].errors) == ["file", "paid_on"]
    assert not BudgetRealization.objects.exists()


def test_a_payment_is_corrected_and_removed_with_its_document(as_user, bureau, django_capture_on_commit_callbacks):
    line = make_line(bureau.workshop)
    paid = make_realization(line, by=bureau.admin, now=NOW, content=pdf())
    name = paid.file.name
    browser = as_user(bureau.staff)
    url = reverse("realization_edit", args=[bureau.workshop.pk, paid.pk])
    version = browser.get(url).context["form"]["version"].value()
    data = {"amount": "70.000", "paid_on": "2026-11-03", "document_number": "KW-8", "version": version}
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, data)
    paid.refresh_from_db()
    assert (paid.amount, paid.file.name) == (70_000, name)
    assert "baru saja diubah orang lain" in browser.post(url, data).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("realization_remove", args=[bureau.workshop.pk, paid.pk]))
    assert not BudgetRealization.objects.exists()
    assert not default_storage.exists(name)


# --- honoraria


def teach(bureau: Any, minutes: int = 90) -> None:
    ends_at = bureau.session.starts_at + timedelta(minutes=minutes)
    Session.objects.filter(pk=bureau.session.pk).update(kind="material", ends_at=ends_at)


def test_honoraria_are_hours_times_the_rate_and_update_instead_of_doubling(bureau):
    Speaker.objects.filter(pk=bureau.speaker.pk).update(honorarium_grade="echelon_2")
    moderator = Speaker.objects.create(name="Moderator")
    unknown = Speaker.objects.create(name="Tanpa golongan")
    expert = Speaker.objects.create(name="Tanpa tarif", honorarium_grade="expert")
    for speaker, role in ((moderator, "moderator"), (unknown, "speaker"), (expert, "speaker")):
        SessionRole.objects.create(session=bureau.session, speaker=speaker, role=role)
    teach(bureau)
    make_cost("H-3", kind="honorarium", grade="echelon_2", cap=1_000_000)
    make_cost("H-3-x", kind="honorarium", grade="echelon_2", cap=1, province="Jauh")
    make_cost("H-6", kind="moderator", cap=700_000)

    plans = honorarium_plans(bureau.workshop, fiscal_year=2026)
    assert {plan.name: plan.problem for plan in plans.plans} == {
        "Narasumber Pusat": "",
        "Moderator": "",
        "Tanpa golongan": "Golongan honorarium narasumber ini belum diisi.",
        "Tanpa tarif": "Tarif Pakar/praktisi/profesional belum ada di standar biaya 2026.",
    }
    keys = [plan.key for plan in plans.plans]
    Budget.objects.create(workshop=bureau.workshop, fiscal_year=2026)
    assert bring_honoraria(bureau.workshop, keys=keys, by=bureau.admin, now=NOW) == (2, 0)
    assert bring_honoraria(bureau.workshop, keys=keys, by=bureau.admin, now=NOW) == (0, 0)
    planned = {row.line.description: row.line.planned for row in read_budget(bureau.workshop).lines}
    assert planned == {"Honorarium narasumber: Narasumber Pusat": 1_500_000, "Honorarium moderator: Moderator": 700_000}

    # the agenda changes: what a person chose on the line stays, hours follow; who left the agenda is told
    BudgetLine.objects.filter(planned=1_500_000).update(account_code="521213")
    teach(bureau, minutes=120)
    SessionRole.objects.filter(speaker=moderator).delete()
    again = honorarium_plans(bureau.workshop, fiscal_year=2026)
    assert [line.description for line in again.gone] == ["Honorarium moderator: Moderator"]
    assert bring_honoraria(bureau.workshop, keys=[], by=bureau.admin, now=NOW) == (0, 0)
    assert bring_honoraria(bureau.workshop, keys=keys, by=bureau.admin, now=NOW) == (0, 1)
    line = BudgetLine.objects.get(account_code="521213")
    assert (line.planned, line.volumes_line) == (2_000_000, "2 OJ")


def test_the_honorarium_page_shows_before_it_writes(as_user, bureau):
    teach(bureau)
    make_cost("H-5", kind="honorarium", grade="expert", cap=1_300_000)
    Speaker.objects.filter(pk=bureau.speaker.pk).update(honorarium_grade="expert")
    browser = as_user(bureau.staff)
    url = reverse("budget_honoraria", args=[bureau.workshop.pk])
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(url).content.decode()
    assert "1.950.000" in page
    assert len(queries) <= 12
    assert not Budget.objects.exists()
    key = f"honorarium:speaker:{bureau.speaker.pk}"
    browser.post(url, {"baris": [key]})
    assert list(BudgetLine.objects.values_list("source_key", "planned")) == [(key, 1_950_000)]


# --- paper


def test_the_paper_has_groups_totals_and_the_sum_in_words(as_user, bureau):
    make_line(bureau.workshop, description="Konsumsi & #kit[x]")
    make_line(bureau.workshop, description="Sewa", account_code="522141", agreement=bureau.agreement)
    Budget.objects.update(officer_name="Pejabat Contoh", ceiling=5_000_000, dipa_number="DIPA-1")
    browser = as_user(bureau.leader)
    answer = browser.get(reverse("budget_pdf", args=[bureau.workshop.pk]))
    pages = PdfReader(io.BytesIO(answer.getvalue())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for part in (
        "KEMENTERIAN CONTOH",
        "RINCIAN ANGGARAN BIAYA",
        "521211 Belanja Bahan",
        "Konsumsi & #kit[x]",
        "Mitra · PKS-NAS-1",
        "Terbilang: Satu juta rupiah",
        "Pejabat Contoh",
        "Rp5.000.000",
    ):
        assert part in text, part
    assert pages[0].mediabox.width > pages[0].mediabox.height


def test_without_a_budget_there_is_no_paper(as_user, bureau):
    assert as_user(bureau.staff).get(reverse("budget_pdf", args=[bureau.workshop.pk])).status_code == 404
