"""Deciding about the end of a term: what each decision writes, what is refused, who may, what the pages show."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from partnerships.actions import endings as actions
from partnerships.actions.endings import (
    SuccessorFacts,
    TermRefusal,
    extend_term,
    let_end,
    renew_agreement,
    terminate_agreement,
    withdraw_decision,
)
from partnerships.models import (
    ENDING_DAYS,
    ENDING_STEPS,
    Activity,
    Agreement,
    AgreementLink,
    AgreementParty,
    Commitment,
    EndingDecision,
    FocalPoint,
    FundingTerm,
    ScopeTag,
    TermState,
    half_of,
)
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import build_scene

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
END = TODAY + timedelta(days=41)


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:00Z")


@pytest.fixture
def agreement(scene: Any) -> Agreement:
    """Of a UPT of Jawa, over in 41 days."""
    return make_agreement(scene[1].child, title="Layanan kesehatan", number="A-41", effective_until=END)


def by(scene: Any, **facts: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"seen_until": END, "reason": "Masih diperlukan", "by": scene[1].operator}
    return {**values, "now": NOW, "today": TODAY, **facts}


def test_badge_follows_the_second_step_of_the_letters() -> None:
    assert ENDING_STEPS == (180, 90, 30)
    assert ENDING_DAYS == 90


def test_extension_keeps_the_first_end_and_logs_each_step(scene: Any, agreement: Agreement) -> None:
    later, last = END + timedelta(days=365), END + timedelta(days=730)
    extend_term(agreement, new_until=later, **by(scene))
    extend_term(agreement, new_until=last, **by(scene, seen_until=later, reason="Sekali lagi"))
    agreement.refresh_from_db()
    assert (agreement.original_until, agreement.effective_until) == (END, last)
    log = list(agreement.extensions.order_by("pk").values_list("previous_until", "new_until", "reason"))
    assert log == [(END, later, "Masih diperlukan"), (later, last, "Sekali lagi")]
    assert agreement.term_state(TODAY) == TermState.EXTENDED
    assert agreement.term_label(TODAY) == "Diperpanjang"
    newest = agreement.history.order_by("history_id").last()
    assert (newest.history_user, newest.history_change_reason) == (scene[1].operator, "Diperpanjang")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"new_until": END}, "new_until"),
        ({"new_until": END - timedelta(days=1)}, "new_until"),
        ({"new_until": END + timedelta(days=9), "reason": "  "}, "reason"),
        ({"new_until": END + timedelta(days=9), "seen_until": END + timedelta(days=1)}, ""),
    ],
)
def test_extension_is_refused_with_a_sentence(scene: Any, agreement: Agreement, facts: Any, field: str) -> None:
    with pytest.raises(TermRefusal) as refusal:
        extend_term(agreement, **by(scene, **facts))
    assert refusal.value.field == field
    assert str(refusal.value)
    agreement.refresh_from_db()
    assert (agreement.effective_until, agreement.extensions.count()) == (END, 0)
    assert not EndingDecision.objects.exists()


def renewal(agreement: Agreement, **facts: Any) -> SuccessorFacts:
    values = {
        "agreement_type": agreement.agreement_type,
        "title": "Layanan kesehatan II",
        "effective_from": END + timedelta(days=1),
        "effective_until": END + timedelta(days=900),
    }
    return SuccessorFacts(**{**values, **facts})


def test_renewal_begins_the_successor_with_everything_that_goes_on(scene: Any, agreement: Agreement) -> None:
    _bureau, java, _bali = scene
    party = AgreementParty.objects.create(
        agreement=agreement, position=1, unit=java.child, rights="Hak", duties="Wajib", signatory_name="Karutan"
    )
    FocalPoint.objects.create(party=party, name="Narahubung", email="n@humas.test")
    FundingTerm.objects.create(agreement=agreement, cost="Konsumsi", ceiling=5_000_000)
    agreement.scope_tags.add(ScopeTag.objects.create(name="Bidang uji"))
    decision = renew_agreement(agreement, facts=renewal(agreement), **by(scene))
    later = decision.successor
    assert later is not None
    assert (later.title, later.number, later.signed_on) == ("Layanan kesehatan II", "", None)
    assert later.owner_unit == java.child
    twin = later.parties.get()
    assert (twin.unit, twin.rights, twin.duties, twin.signatory_name) == (java.child, "Hak", "Wajib", "")
    assert twin.focal_points.get().name == "Narahubung"
    assert later.funding_terms.get().ceiling == 5_000_000
    assert [tag.name for tag in later.scope_tags.all()] == ["Bidang uji"]
    assert (party.focal_points.count(), agreement.funding_terms.count()) == (1, 1)
    link = AgreementLink.objects.get()
    assert (link.later, link.earlier, link.kind) == (later, agreement, "renews")
    # and no period overlaps the other
    withdraw_decision(decision, by=java.operator, now=NOW, today=TODAY)
    assert not AgreementLink.objects.exists()
    AgreementLink.objects.create(later=later, earlier=agreement, kind="renews")
    with pytest.raises(TermRefusal, match="tumpang tindih"):
        extend_term(agreement, new_until=END + timedelta(days=30), **by(scene))
    with pytest.raises(TermRefusal, match="tumpang tindih") as refusal:
        renew_agreement(agreement, facts=renewal(agreement, effective_from=END), **by(scene))
    assert refusal.value.field == "effective_from"


def test_renewal_carries_over_what_is_left_of_each_commitment(scene: Any, agreement: Agreement) -> None:
    _bureau, java, _bali = scene
    party = AgreementParty.objects.create(agreement=agreement, position=1, unit=java.child)
    promises = (("Pelatihan", 4, "once"), ("Terpenuhi", 2, "once"), ("Setiap tahun", 3, "yearly"))
    made = [
        Commitment.objects.create(agreement=agreement, party=party, what=what, quantity=n, recurrence=recurrence)
        for what, n, recurrence in promises
    ]
    for commitment, amount in zip(made, (1, 2, 3), strict=True):
        Activity.objects.create(
            agreement=agreement,
            commitment=commitment,
            amount=amount,
            title="Dilaksanakan",
            held_on=TODAY,
            half_year=half_of(TODAY),
            unit=java.child,
            link="https://contoh.invalid/bukti",
            reported_at=NOW,
            reported_by=java.operator,
        )
    decision = renew_agreement(agreement, facts=renewal(agreement), **by(scene))
    assert decision.successor is not None
    left = decision.successor.commitments.order_by("pk").values_list("what", "quantity", "party__unit")
    assert list(left) == [("Pelatihan", 3, java.child.pk), ("Setiap tahun", 3, java.child.pk)]
    assert [row.quantity for row in agreement.commitments.order_by("pk")] == [4, 2, 3]


def test_termination_ends_it_on_its_day_and_may_be_taken_back_before(scene: Any, agreement: Agreement) -> None:
    tomorrow = TODAY + timedelta(days=1)
    for on in (date(2025, 12, 31), END + timedelta(days=1)):
        with pytest.raises(TermRefusal) as refusal:
            terminate_agreement(agreement, on=on, **by(scene))
        assert refusal.value.field == "on"
    decision = terminate_agreement(agreement, on=tomorrow, **by(scene))
    agreement.refresh_from_db()
    assert agreement.term_state(TODAY) == TermState.ENDING
    assert (agreement.term_state(tomorrow), agreement.term_label(tomorrow)) == (TermState.TERMINATED, "Dihentikan")
    with pytest.raises(TermRefusal):
        withdraw_decision(decision, by=scene[1].operator, now=NOW, today=tomorrow)
    withdraw_decision(decision, by=scene[1].operator, now=NOW, today=TODAY)
    agreement.refresh_from_db()
    assert (agreement.terminated_on, agreement.termination_reason) == (None, "")


def test_second_decider_hears_who_was_first(scene: Any, agreement: Agreement) -> None:
    let_end(agreement, **by(scene))
    with pytest.raises(TermRefusal, match="Operator kenarijawa sudah memutuskan"):
        extend_term(agreement, new_until=END + timedelta(days=9), **by(scene, by=scene[0].admin))
    assert EndingDecision.objects.get().choice == "let_end"


def test_the_database_itself_refuses_a_second_standing_decision(
    scene: Any, agreement: Agreement, monkeypatch: Any
) -> None:
    """The guard behind the check: two that passed it at once still make one decision."""
    let_end(agreement, **by(scene))
    monkeypatch.setattr(actions, "standing_decision", lambda agreement: None)
    with pytest.raises(TermRefusal, match="baru saja dibuat orang lain"):
        terminate_agreement(agreement, on=TODAY, **by(scene))
    agreement.refresh_from_db()
    assert agreement.terminated_on is None


def test_states_filter_exactly_the_rows_they_name(scene: Any) -> None:
    _bureau, java, _bali = scene
    Agreement.objects.all().update(effective_until=None)
    day = TODAY + timedelta(days=400)
    rows = {
        TermState.ENDING: {"effective_until": END},
        TermState.EXTENDED: {"effective_until": day, "original_until": TODAY},
        TermState.TERMINATED: {"terminated_on": TODAY, "termination_reason": "x"},
        TermState.SUPERSEDED: {"superseded_on": TODAY},
        TermState.ENDED: {"effective_until": TODAY - timedelta(days=1)},
        TermState.UPCOMING: {"effective_from": day, "effective_until": None},
        TermState.UNDATED: {"effective_from": None, "effective_until": None},
    }
    for state, facts in rows.items():
        made = make_agreement(java.unit, title=state.value, number=state.value, **facts)
        assert made.term_state(TODAY) == state
        assert [row.title for row in Agreement.objects.in_term_state(state, TODAY)] == [state.value]
    both = make_agreement(
        java.unit, title="dua", number="d", terminated_on=TODAY, termination_reason="x", superseded_on=TODAY
    )
    assert both.term_state(TODAY) == TermState.TERMINATED
    assert both not in Agreement.objects.in_term_state(TermState.SUPERSEDED, TODAY)


def test_page_decides_and_keeps_what_was_typed(client: Client, scene: Any, agreement: Agreement) -> None:
    client.force_login(scene[1].operator)
    url = reverse("agreement_ending", args=[agreement.pk])
    page = client.get(url).content.decode()
    assert "Akan berakhir 41 hari lagi" in page
    sent = {"choice": "extend", "extend-seen_until": END.isoformat(), "extend-reason": "Ditulis panjang"}
    wrong = client.post(url, sent | {"extend-new_until": TODAY.isoformat()})
    assert wrong.status_code == 422
    assert "Ditulis panjang" in wrong.content.decode()
    assert "harus sesudah 3 Januari 2027" in wrong.content.decode()
    answer = client.post(url, sent | {"extend-new_until": "2028-01-03"}, follow=True)
    assert "Akhir semula" in answer.content.decode()
    agreement.refresh_from_db()
    assert agreement.effective_until == date(2028, 1, 3)
    late = client.post(url, sent | {"extend-new_until": "2029-01-03"})
    assert "berubah sejak halaman dibuka" in late.content.decode()


def test_only_those_who_keep_the_agreement_decide(client: Client, scene: Any, agreement: Agreement) -> None:
    bureau, java, bali = scene
    url = reverse("agreement_ending", args=[agreement.pk])
    data = {"choice": "let_end", "let_end-seen_until": END.isoformat(), "let_end-reason": "Selesai"}
    for user, status in (
        (bali.admin, 404),
        (bali.operator, 404),
        (java.officer, 404),
        (bureau.leader, 403),
        (java.admin, 302),
    ):
        client.force_login(user)
        assert client.post(url, data).status_code == status, user.email
        assert client.get(url).status_code == (404 if status == 404 else 200)
    assert EndingDecision.objects.get().decided_by == java.admin
    client.force_login(java.operator)
    client.post(reverse("agreement_ending_withdraw", args=[agreement.pk]))
    assert EndingDecision.objects.get().withdrawn_by == java.operator


@pytest.mark.parametrize("n_rows", [1, 3])
def test_pages_cost_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, bali = scene
    rows = [
        make_agreement(bali.child, title=f"B{number}", number=f"B-{number}", effective_until=END)
        for number in range(n_rows)
    ]
    for row in rows:
        for position, unit in enumerate((java.unit, bali.unit), start=1):
            AgreementParty.objects.create(agreement=row, position=position, unit=unit)
        let_end(row, **by(scene))
        withdraw_decision(EndingDecision.objects.latest("pk"), by=bureau.admin, now=NOW, today=TODAY)
        extend_term(row, new_until=END + timedelta(days=1), **by(scene))
    client.force_login(bureau.admin)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("agreement_ending_list"))
    assert [row["agreement"].title for row in page.context["rows"]] == [row.title for row in rows]
    assert len(queries) == 9
    row = rows[0]
    for number in range(n_rows):
        AgreementLink.objects.create(
            later=make_agreement(bali.child, title=f"L{number}", number=f"L-{number}"), earlier=row, kind="amends"
        )
        row.refresh_from_db()
        extend_term(row, new_until=row.effective_until + timedelta(days=1), **by(scene, seen_until=row.effective_until))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("agreement_ending", args=[rows[0].pk])).status_code == 200
    assert len(queries) == 12


def test_list_shows_filters_and_exports_the_same_rows(client: Client, scene: Any, agreement: Agreement) -> None:
    bureau, java, bali = scene
    near = make_agreement(bali.unit, title="Dekat", number="N", effective_until=TODAY + timedelta(days=20))
    far = make_agreement(bali.unit, title="Jauh", number="F", effective_until=TODAY + timedelta(days=170))
    make_agreement(bali.unit, title="Terlalu jauh", number="T", effective_until=TODAY + timedelta(days=181))
    let_end(near, **by(scene, seen_until=near.effective_until))

    def titles(user: Any, **query: Any) -> list[str]:
        client.force_login(user)
        page = client.get(reverse("agreement_ending_list"), query)
        export = client.get(reverse("agreement_ending_export"), query)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
        shown = [row["agreement"].title for row in page.context["rows"]]
        assert [row[2] for row in sheet[1:]] == shown
        return shown

    assert titles(bureau.staff) == [near.title, agreement.title, far.title]
    assert titles(bureau.staff, hari=90) == [near.title, agreement.title]
    assert titles(bureau.staff, putusan="belum") == [agreement.title, far.title]
    assert titles(bureau.staff, putusan="sudah") == [near.title]
    assert titles(bureau.staff, kanwil=java.unit.pk) == [agreement.title]
    assert titles(bureau.staff, q="jauh") == [far.title]
    assert titles(java.admin) == [agreement.title]
    assert titles(bali.operator) == []
    assert titles(bureau.staff, hari="x", kanwil="\0", putusan="?") == [near.title, agreement.title, far.title]


def test_an_end_in_the_last_year_of_the_calendar_opens_all_the_same(
    client: Client, scene: Any, agreement: Agreement
) -> None:
    """As older records and archives may have it; nothing is proposed for what would follow."""
    bureau, _java, _bali = scene
    Agreement.objects.filter(pk=agreement.pk).update(effective_until=date(9999, 12, 31), original_until=None)
    client.force_login(bureau.admin)
    assert client.get(reverse("agreement_ending", args=[agreement.pk])).status_code == 200
