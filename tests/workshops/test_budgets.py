"""The budget of a workshop: its lines, sums and warnings, who may open it, and what bad input gets."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from partnerships.models import FundingTerm
from tests.factories import make_agreement, make_cost, make_line, make_realization, make_workshop
from toolkit.rupiah import MAX_RUPIAH
from workshops.actions.budgets import (
    DOWN,
    UP,
    BudgetFacts,
    LineCannotStand,
    LineIsPaid,
    add_line,
    duplicate_line,
    edit_line,
    move_line,
    remove_line,
    save_budget,
)
from workshops.actions.refusals import ChangedMeanwhile
from workshops.budget_changes import changes_of_budget
from workshops.budget_lines import LineFacts, facts_of, faults_of
from workshops.budget_sheet import read_budget
from workshops.models import Budget, BudgetLine, Workshop, plan_total
from workshops.versions import version_of_budget, version_of_budget_line

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def facts(**changes: Any) -> LineFacts:
    values: dict[str, Any] = {
        "account_code": "521211",
        "description": "Konsumsi",
        "volume1": Decimal("10.00"),
        "unit1": "OK",
        "unit_price": 50_000,
    }
    return LineFacts(**values | changes)


def posted(**changes: Any) -> dict[str, Any]:
    values = {
        "account_code": "522151",
        "description": "Narasumber",
        "volume1": "4,5",
        "unit1": "OJ",
        "unit_price": "1.300.000",
        "funding_source": "dipa",
    }
    return values | changes


def found(workshop: Workshop) -> dict[str, set[str]]:
    """By line, the kinds of its warnings; those of the whole budget under ""."""
    sheet = read_budget(workshop)
    kinds = {row.line.description: {warning.kind.value for warning in row.warnings} for row in sheet.lines}
    return kinds | ({"": {warning.kind.value for warning in sheet.whole_warnings}} if sheet.whole_warnings else {})


# --- sums


def test_a_plan_is_all_volumes_times_the_price_rounded_once():
    assert plan_total([Decimal("4.5"), None, None], 1_300_001) == 5_850_005
    assert plan_total([Decimal("0.5"), Decimal("0.5"), Decimal("0.5")], 4) == 1
    assert plan_total([Decimal("0.33"), None, None], 1) == 0


@given(
    st.lists(st.decimals(min_value="0.01", max_value="9999999.99", places=2), min_size=1, max_size=3),
    st.integers(min_value=1, max_value=MAX_RUPIAH),
)
def test_no_amount_overflows_and_too_much_gets_a_sentence(volumes, price):
    given = dict(zip(("volume1", "volume2", "volume3"), volumes, strict=False))
    units = {f"unit{n}": "x" for n in range(1, len(volumes) + 1)}
    line = facts(**given | units, unit_price=price)
    said = [fault.sentence for fault in faults_of(line)]
    assert bool(said) == (line.planned > MAX_RUPIAH)
    assert all("Rp10.000.000.000.000" in sentence for sentence in said)


def test_sums_by_source_and_account_with_payments(bureau, jateng):
    agreement = bureau.agreement
    meals = make_line(bureau.workshop, description="Konsumsi", unit_price=30_000)
    make_line(bureau.workshop, description="Kit", unit_price=10_000)
    rent = make_line(bureau.workshop, description="Sewa", account_code="522141", agreement=agreement)
    make_realization(meals, by=bureau.admin, now=NOW, amount=120_000)
    make_realization(meals, by=bureau.admin, now=NOW, amount=50_000)
    make_realization(rent, by=bureau.admin, now=NOW, amount=500_000)

    sheet = read_budget(bureau.workshop)

    assert [(part.name, part.planned, part.realized) for part in sheet.by_account] == [
        ("521211 Belanja Bahan", 400_000, 170_000),
        ("522141 Belanja Sewa", 500_000, 500_000),
    ]
    assert [(part.name, part.planned, part.realized, part.remaining) for part in sheet.by_source] == [
        ("DIPA", 400_000, 170_000, 230_000),
        ("Mitra · PKS-NAS-1", 500_000, 500_000, 0),
    ]
    assert (sheet.total.planned, sheet.total.realized) == (900_000, 670_000)
    assert read_budget(jateng.workshop).total.planned == 500_000


# --- what the database itself refuses


@pytest.mark.parametrize(
    "broken",
    [
        {"funding_source": "partner"},
        {"funding_source": "other"},
        {"volume2": Decimal(2)},
        {"unit3": "hari"},
        {"unit_price": -1},
        {"planned": MAX_RUPIAH + 1},
    ],
)
def test_the_database_keeps_lines_whole(bureau, broken):
    line = make_line(bureau.workshop)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(**broken)


# --- warnings


def test_a_partner_line_outside_the_term_or_terms_is_warned_about(bureau):
    early = make_agreement(
        bureau.unit, title="Lama", number="MSP-1", effective_from=date(2020, 1, 1), effective_until=date(2020, 12, 31)
    )
    FundingTerm.objects.create(agreement=early, cost="Apa saja")
    FundingTerm.objects.create(agreement=bureau.agreement, cost="Konsumsi", account_prefix="5212", ceiling=900_000)
    FundingTerm.objects.create(agreement=bureau.agreement, cost="Jasa", account_prefix="522", needs_consent=True)
    bare = make_agreement(bureau.unit, title="Tanpa ketentuan", number="MOU-2")
    lines = {
        "masa": {"agreement": early},
        "cocok": {"agreement": bureau.agreement},
        "akun": {"agreement": bureau.agreement, "account_code": "524119"},
        "izin": {"agreement": bureau.agreement, "account_code": "522151"},
        "berizin": {"agreement": bureau.agreement, "account_code": "522151", "consent": "Surat 12"},
        "polos": {"agreement": bare},
        "dipa": {},
    }
    for name, values in lines.items():
        make_line(bureau.workshop, description=name, **values)

    expected = {name: set() for name in lines}
    expected |= {
        "masa": {"outside_term"},
        "akun": {"outside_terms"},
        "izin": {"needs_consent"},
        "polos": {"no_terms"},
    }
    assert found(bureau.workshop) == expected

    # the ceiling counts every workshop under the agreement but those that were called off
    other = make_workshop(bureau.unit, now=NOW, title="Lain")
    make_line(other, description="lain", agreement=bureau.agreement)
    assert found(bureau.workshop)["cocok"] == {"over_term_ceiling"}
    assert found(other)["lain"] == {"over_term_ceiling"}
    Workshop.objects.filter(pk=other.pk).update(state="cancelled")
    assert found(bureau.workshop) == expected


def test_a_fuzzy_date_is_held_against_the_term_with_its_whole_month(bureau):
    agreement = make_agreement(
        bureau.unit, title="Sampai September", number="M", effective_until=date(2026, 9, 29), scope=""
    )
    FundingTerm.objects.create(agreement=agreement, cost="Apa saja")
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        starts_at=None, ends_at=None, fuzzy_date="akhir September", fuzzy_month=date(2026, 9, 1), state="planned"
    )
    bureau.workshop.refresh_from_db()
    make_line(bureau.workshop, agreement=agreement)
    assert found(bureau.workshop) == {"Konsumsi": {"outside_term"}}
    agreement.effective_until = date(2026, 9, 30)
    agreement.save()
    assert found(bureau.workshop) == {"Konsumsi": set()}


def test_a_price_above_the_standard_cost_names_it_and_the_difference(bureau):
    cost = make_cost("K-9", description="Konsumsi rapat", cap=49_000)
    old = make_cost("K-9", description="Konsumsi rapat", cap=60_000, fiscal_year=2025)
    make_line(bureau.workshop, description="atas", standard_cost=cost)
    make_line(bureau.workshop, description="pas", standard_cost=cost, unit_price=49_000)
    make_line(bureau.workshop, description="tahun", standard_cost=old)
    assert found(bureau.workshop) == {"atas": {"over_cap"}, "pas": set(), "tahun": {"other_year"}}
    sentences = [warning.sentence for warning in read_budget(bureau.workshop).warnings]
    assert sentences[0] == "Harga melebihi SBM “K-9 Konsumsi rapat” (Rp49.000 per OK) sebesar Rp1.000."


def test_the_ceiling_is_of_the_dipa_alone_and_payments_are_held_against_the_plan(bureau):
    FundingTerm.objects.create(agreement=bureau.agreement, cost="Apa saja")
    line = make_line(bureau.workshop, description="dipa")
    make_line(bureau.workshop, description="mitra", agreement=bureau.agreement)
    Budget.objects.update(ceiling=500_000)
    make_realization(line, by=bureau.admin, now=NOW, amount=500_001)
    assert found(bureau.workshop) == {"dipa": {"over_plan"}, "mitra": set()}
    Budget.objects.update(ceiling=499_999)
    assert found(bureau.workshop)[""] == {"over_ceiling"}


# --- actions


def test_lines_are_moved_among_those_of_their_account_only(bureau):
    for name, code in (("a", "521211"), ("x", "522151"), ("b", "521211"), ("c", "521211")):
        make_line(bureau.workshop, description=name, account_code=code)
    lines = {line.description: line for line in BudgetLine.objects.filter(budget__workshop=bureau.workshop)}

    def order() -> str:
        return "".join(row.line.description for row in read_budget(bureau.workshop).lines)

    move_line(lines["c"], to=UP, by=bureau.admin, now=NOW)
    assert order() == "acbx"
    move_line(lines["a"], to=UP, by=bureau.admin, now=NOW)
    move_line(lines["x"], to=DOWN, by=bureau.admin, now=NOW)
    assert order() == "acbx"
    copy = duplicate_line(BudgetLine.objects.get(pk=lines["a"].pk), by=bureau.admin, now=NOW)
    assert (order(), facts_of(copy)) == ("aacbx", facts_of(lines["a"]))


def test_an_old_tab_overwrites_nothing(bureau):
    line = make_line(bureau.workshop)
    seen, head = version_of_budget_line(line), version_of_budget(line.budget)
    edit_line(line, facts=facts(unit_price=60_000), version=seen, by=bureau.admin, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        edit_line(line, facts=facts(unit_price=1), version=seen, by=bureau.staff, now=NOW)
    save_budget(bureau.workshop, facts=BudgetFacts(fiscal_year=2026), version=head, by=bureau.admin, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        save_budget(bureau.workshop, facts=BudgetFacts(fiscal_year=2025), version="", by=bureau.admin, now=NOW)
    assert BudgetLine.objects.get().planned == 600_000


def test_a_paid_line_stays_and_history_tells_who_did_what(bureau):
    line = add_line(bureau.workshop, facts=facts(), by=bureau.admin, now=NOW)
    edit_line(line, facts=facts(unit_price=60_000), by=bureau.staff, now=NOW + timedelta(hours=1))
    paid = make_realization(line, by=bureau.admin, now=NOW)
    with pytest.raises(LineIsPaid):
        remove_line(line, by=bureau.admin, now=NOW)
    paid.delete()
    remove_line(line, by=bureau.admin, now=NOW + timedelta(hours=2))
    remove_line(line, by=bureau.admin, now=NOW + timedelta(hours=2))
    of_line = [
        (change.by, change.what, [(field.label, field.before, field.after) for field in change.fields][:1])
        for change in changes_of_budget(bureau.workshop)
        if change.what.startswith("Baris")
    ]
    assert of_line == [
        ("Admin Biro", "Baris dihapus: Konsumsi", []),
        ("Staf Biro", "Baris diubah: Konsumsi", [("Harga satuan (Rp)", "Rp50.000", "Rp60.000")]),
        ("Admin Biro", "Baris dicatat: Konsumsi", [("Kode akun (MAK)", "", "521211")]),
    ]


def test_what_cannot_stand_is_refused_by_the_action_too(bureau):
    with pytest.raises(LineCannotStand) as refused:
        add_line(bureau.workshop, facts=facts(funding_source="partner"), by=bureau.admin, now=NOW)
    assert refused.value.field == "agreement"
    assert not Budget.objects.exists()


# --- pages


def test_a_line_is_added_once_however_often_it_is_sent(as_user, bureau):
    browser = as_user(bureau.staff)
    url = reverse("budget_line_create", args=[bureau.workshop.pk])
    token = browser.get(url).context["form"]["form_token"].value()
    for _again in range(2):
        answer = browser.post(url, posted(form_token=token))
        assert answer.headers["Location"] == reverse("workshop_budget", args=[bureau.workshop.pk])
    line = BudgetLine.objects.get()
    assert (line.planned, line.budget.fiscal_year, line.volumes_line) == (5_850_000, 2026, "4,5 OJ")
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Lima juta delapan ratus lima puluh ribu rupiah" in page


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"unit_price": "1.500,50"}, "unit_price", "Rupiah ditulis bulat, tanpa desimal: “1.500,50” tidak diterima."),
        ({"unit_price": "-5"}, "unit_price", "kurang dari nol"),
        ({"unit_price": "10.000.000.000.000"}, "unit_price", "Volume kali harga melebihi"),
        ({"unit_price": "0"}, "unit_price", "lebih dari nol"),
        ({"volume1": "dua"}, "volume1", "bukan volume"),
        ({"account_code": "5221"}, "account_code", "6 angka"),
        ({"funding_source": "partner"}, "agreement", "Pilih perjanjian"),
        ({"volume2": "3"}, "unit2", "Isi satuannya"),
        ({"unit3": "hari"}, "volume3", "Isi volumenya"),
    ],
)
def test_bad_input_gets_its_sentence_and_keeps_the_form(as_user, bureau, wrong, field, sentence):
    browser = as_user(bureau.staff)
    page = browser.post(reverse("budget_line_create", args=[bureau.workshop.pk]), posted(**wrong))
    form = page.context["form"]
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    text = page.content.decode()
    for value in (posted() | wrong).values():
        assert value in text
    assert not BudgetLine.objects.exists()


def test_an_empty_agreement_means_the_one_of_the_workshop(as_user, bureau, jateng):
    Workshop.objects.filter(pk=bureau.workshop.pk).update(agreement=bureau.agreement)
    browser = as_user(bureau.staff)
    url = reverse("budget_line_create", args=[bureau.workshop.pk])
    browser.post(url, posted(funding_source="partner"))
    assert BudgetLine.objects.get(budget__workshop=bureau.workshop).agreement == bureau.agreement


def test_who_opens_a_budget(as_user, bureau, jateng, maluku):
    """Being asked to a workshop opens no budget, and a foreign one is not there."""
    make_line(bureau.workshop, description="Rahasia pusat")
    for user, workshop, status in [
        (jateng.admin, jateng.workshop, 200),
        (bureau.leader, jateng.workshop, 200),
        (bureau.leader, bureau.workshop, 200),
        (bureau.staff, bureau.workshop, 200),
        (bureau.staff, jateng.workshop, 404),
        (maluku.admin, jateng.workshop, 404),
        (jateng.admin, bureau.workshop, 404),
    ]:
        browser = as_user(user)
        for name in ("workshop_budget", "budget_export", "budget_history", "budget_pdf"):
            assert browser.get(reverse(name, args=[workshop.pk])).status_code == status, (user, name)
        tab = reverse("workshop_budget", args=[workshop.pk])
        page = browser.get(reverse("workshop_detail", args=[workshop.pk]))
        assert (f'href="{tab}"' in page.content.decode()) == (status == 200)
    leader = as_user(bureau.leader).get(reverse("workshop_budget", args=[jateng.workshop.pk])).content.decode()
    assert reverse("budget_line_create", args=[jateng.workshop.pk]) not in leader


def test_a_line_of_another_budget_is_not_there(as_user, bureau, jateng):
    browser = as_user(bureau.admin)
    mine = make_line(bureau.workshop)
    for name in ("budget_line_edit", "budget_line_realizations"):
        assert browser.get(reverse(name, args=[bureau.workshop.pk, jateng.budget_line.pk])).status_code == 404
        assert browser.get(reverse(name, args=[bureau.workshop.pk, mine.pk])).status_code == 200
    for name in ("budget_line_remove", "budget_line_duplicate", "budget_line_move"):
        assert browser.post(reverse(name, args=[bureau.workshop.pk, jateng.budget_line.pk])).status_code == 404
    assert BudgetLine.objects.count() == 3 - 1


@pytest.mark.parametrize("n_lines", [1, 300])
def test_the_page_costs_the_same_for_one_line_and_three_hundred(as_user, bureau, n_lines):
    FundingTerm.objects.create(agreement=bureau.agreement, cost="Apa saja", ceiling=1)
    first = make_line(bureau.workshop, agreement=bureau.agreement, standard_cost=bureau.cost, description="Baris 0")
    vars(first).pop("_state")
    values = {name: value for name, value in vars(first).items() if name not in {"id", "form_token"}}
    BudgetLine.objects.bulk_create(
        BudgetLine(**values | {"description": f"Baris {n}", "position": n, "account_code": str(521_200 + n % 40)})
        for n in range(1, n_lines)
    )
    browser = as_user(bureau.staff)
    url = reverse("workshop_budget", args=[bureau.workshop.pk])
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(url)
    assert len(page.context["sheet"].lines) == n_lines
    assert len(queries) == 10
