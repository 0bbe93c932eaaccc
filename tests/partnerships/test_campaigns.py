"""A re-evaluation after a change of name: what it asks about, who answers, many at once and back again, its letters."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from outbox.models import Message
from outbox.planners import tick
from outbox.registry import kind_named
from partnerships.actions.campaigns import (
    Answer,
    CampaignFacts,
    CampaignRefusal,
    answer_items,
    answer_many,
    carry_out_addendum,
    carry_out_end,
    close_campaign,
    preview_of,
    remove_campaign,
    start_campaign,
    undo_batch,
    write_campaign,
)
from partnerships.actions.endings import let_end, withdraw_decision
from partnerships.letters.campaigns import REMINDER, START
from partnerships.models import Agreement, AgreementKind, AgreementLink, Campaign, CampaignItem
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import build_scene
from units.models import UnitContact

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DUE = date(2026, 12, 23)


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    """Only what a test adds is in force."""
    found = build_scene()
    Campaign.objects.all().delete()
    Agreement.objects.update(effective_from=None, effective_until=None)
    UnitContact.objects.update(for_cooperation=True)
    return found


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:00Z")


def draft(scene: Any, *units: Any, kinds: tuple[str, ...] = ()) -> Campaign:
    chosen = tuple(AgreementKind.objects.filter(pk__in=kinds))
    facts = CampaignFacts("Perubahan nama", "Kementerian berganti nama.", DUE, units or (scene[1].unit,), chosen)
    return write_campaign(None, facts=facts, by=scene[0].admin, now=NOW)


def begun(scene: Any, *units: Any, n: int = 3) -> Campaign:
    """Over `n` agreements of the UPT of Jawa."""
    for number in range(n):
        make_agreement(scene[1].child, title=f"Layanan {number:03}", number=f"J-{number:03}")
    campaign = draft(scene, *units)
    start_campaign(campaign, by=scene[0].admin, now=NOW, today=TODAY)
    campaign.refresh_from_db()
    return campaign


def answers(campaign: Campaign) -> dict[str, str]:
    return dict(campaign.items.order_by("agreement__title").values_list("agreement__title", "answer"))


def test_campaign_asks_about_what_is_in_force_in_its_tree_and_kinds(scene: Any) -> None:
    bureau, java, bali = scene
    own = make_agreement(java.unit, title="Kanwil", number="1")
    below = make_agreement(java.child, title="UPT", number="2")
    memorandum = make_agreement(java.child, title="MoU", number="3")
    Agreement.objects.filter(pk=memorandum.pk).update(agreement_type="nota_kesepahaman")
    make_agreement(java.child, title="Berakhir", number="4", effective_until=TODAY - timedelta(days=1))
    make_agreement(java.child, title="Digantikan", number="5", superseded_on=TODAY)
    make_agreement(bali.child, title="Daerah lain", number="6")
    campaign = draft(scene, java.unit)
    with CaptureQueriesContext(connection) as queries:
        preview = preview_of(campaign, TODAY)
    assert len(queries) == 5
    assert (preview.n_agreements, preview.n_units, preview.regions) == (3, 2, [(java.unit, 3)])
    assert not CampaignItem.objects.exists()
    narrow = draft(scene, java.unit, bureau.unit, kinds=("nota_kesepahaman",))
    assert start_campaign(narrow, by=bureau.admin, now=NOW, today=TODAY) == 1
    assert start_campaign(campaign, by=bureau.admin, now=NOW, today=TODAY) == 3
    assert {item.agreement for item in campaign.items.all()} == {own, below, memorandum}
    assert set(campaign.items.values_list("region", flat=True)) == {java.unit.pk}
    assert campaign.items.first().history.get().history_user == bureau.admin


def test_what_was_begun_begins_once_and_is_neither_changed_nor_removed(scene: Any) -> None:
    campaign, admin = begun(scene), scene[0].admin
    for act in (
        lambda: start_campaign(campaign, by=admin, now=NOW, today=TODAY),
        lambda: remove_campaign(campaign, by=admin, now=NOW),
        lambda: write_campaign(campaign, facts=CampaignFacts("x", "y", DUE, (), ()), by=admin, now=NOW),
    ):
        with pytest.raises(CampaignRefusal):
            act()
    empty = draft(scene, scene[2].unit)
    with pytest.raises(CampaignRefusal, match="Tidak ada perjanjian berlaku"):
        start_campaign(empty, by=admin, now=NOW, today=TODAY)
    empty.refresh_from_db()
    assert empty.started_at is None, "what was refused left nothing behind"
    close_campaign(campaign, by=admin, now=NOW)
    with pytest.raises(CampaignRefusal, match="tidak sedang berjalan"):
        answer_items(campaign, answers=[Answer(campaign.items.first().pk, "keep")], by=admin, now=NOW)


def test_answers_are_written_only_for_rows_one_keeps(scene: Any) -> None:
    bureau, java, bali = scene
    make_agreement(bali.child, title="Bali", number="B")
    campaign = begun(scene, java.unit, bali.unit)
    all_rows = [Answer(item.pk, "end", "Tidak dipakai") for item in campaign.items.all()]
    assert answer_items(campaign, answers=all_rows, by=bali.operator, now=NOW).n == 1
    assert answers(campaign) == {"Bali": "end", "Layanan 000": "", "Layanan 001": "", "Layanan 002": ""}
    assert answer_items(campaign, answers=all_rows, by=bali.operator, now=NOW).n == 0, "nothing new"
    assert answer_items(campaign, answers=all_rows, by=bureau.leader, now=NOW).n == 0
    assert answer_items(campaign, answers=all_rows, by=java.admin, now=NOW).n == 3
    item = campaign.items.get(agreement__title="Bali")
    assert answer_items(campaign, answers=[Answer(item.pk, "")], by=bali.admin, now=NOW).n == 1
    item.refresh_from_db()
    assert (item.answer, item.note, item.answered_by) == ("", "", None)
    assert [row.answer for row in item.history.order_by("history_id")] == ["", "end", ""]


def test_many_answers_leave_the_answered_alone_and_go_back_together(scene: Any) -> None:
    bureau, _java, _bali = scene
    campaign = begun(scene, n=4)
    first = campaign.items.get(agreement__title="Layanan 000")
    answer_items(campaign, answers=[Answer(first.pk, "addendum")], by=bureau.admin, now=NOW)
    batch = answer_many(campaign, items=campaign.items.all(), answer="keep", by=bureau.admin, now=NOW)
    assert batch.n_items == 3
    third = campaign.items.get(agreement__title="Layanan 002")
    answer_items(campaign, answers=[Answer(third.pk, "end", "Tugas berpindah")], by=bureau.admin, now=NOW)
    assert undo_batch(batch, by=bureau.admin, now=NOW) == 2
    expected = {"Layanan 000": "addendum", "Layanan 001": "", "Layanan 002": "end", "Layanan 003": ""}
    assert answers(campaign) == expected, "what somebody answered otherwise since stays"
    with pytest.raises(CampaignRefusal, match="sudah ditarik"):
        undo_batch(batch, by=bureau.admin, now=NOW)
    second = campaign.items.get(agreement__title="Layanan 001")
    assert [row.answer for row in second.history.order_by("history_id")] == ["", "keep", ""]


def test_superseding_many_sets_day_and_links_and_undo_lifts_both(scene: Any) -> None:
    bureau, java, _bali = scene
    successor = make_agreement(java.unit, title="Baru", number="BARU", effective_from=TODAY)
    campaign = begun(scene)
    already = campaign.items.get(agreement__title="Layanan 000").agreement
    Agreement.objects.filter(pk=already.pk).update(superseded_on=date(2026, 11, 1))
    with pytest.raises(CampaignRefusal) as refusal:
        answer_many(campaign, items=campaign.items.all(), answer="superseded", by=bureau.admin, now=NOW)
    assert refusal.value.field == "successor"
    with pytest.raises(CampaignRefusal, match="bertumpang tindih") as refusal:
        answer_many(
            campaign,
            items=campaign.items.all(),
            answer="superseded",
            successor=successor,
            on=TODAY + timedelta(days=1),
            by=bureau.admin,
            now=NOW,
        )
    assert refusal.value.field == "on"
    assert set(answers(campaign).values()) == {""}, "nothing of a refused batch stays"
    batch = answer_many(
        campaign,
        items=campaign.items.all(),
        answer="superseded",
        successor=successor,
        on=TODAY,
        by=bureau.admin,
        now=NOW,
    )
    assert batch.n_items == 3, "the new one itself is not replaced by itself"
    days = dict(Agreement.objects.filter(campaign_items__batch=batch).values_list("title", "superseded_on"))
    assert days == {"Layanan 000": date(2026, 11, 1), "Layanan 001": TODAY, "Layanan 002": TODAY}
    links = AgreementLink.objects.filter(later=successor, kind="succeeds")
    assert set(links.values_list("earlier__title", flat=True)) == {"Layanan 001", "Layanan 002"}
    assert undo_batch(batch, by=bureau.admin, now=NOW) == 3
    assert not links.exists()
    days = dict(Agreement.objects.filter(title__startswith="Layanan").values_list("title", "superseded_on"))
    assert days == {"Layanan 000": date(2026, 11, 1), "Layanan 001": None, "Layanan 002": None}
    assert set(answers(campaign).values()) == {""}


def test_many_rows_cost_as_many_statements_as_few(scene: Any) -> None:
    bureau, _java, _bali = scene
    campaign = begun(scene, n=40)
    costs = []
    for limit in ("Layanan 001", "Layanan 039"):
        with CaptureQueriesContext(connection) as queries:
            rows = CampaignItem.objects.filter(agreement__title__lte=limit)
            batch = answer_many(campaign, items=rows, answer="keep", by=bureau.admin, now=NOW)
        costs.append(len(queries))
        undo_batch(batch, by=bureau.admin, now=NOW)
    assert costs[0] == costs[1] <= 10


def test_each_unit_is_told_once_and_reminded_once_when_late(scene: Any) -> None:
    bureau, java, bali = scene
    done = make_agreement(bali.child, title="Bali", number="B")
    campaign = begun(scene, java.unit, bali.unit)

    def told(kind: str) -> list[str]:
        return sorted(Message.objects.filter(kind=kind).values_list("to_addr", flat=True))

    everybody = sorted(
        f"{who}.kenari{name}@humas.test" for name in ("jawa", "bali") for who in ("humas", "petugas", "upt")
    )
    for n in range(3):
        tick(NOW + timedelta(minutes=n))
    assert told(START) == everybody
    letter = Message.objects.get(kind=START, to_addr="humas.kenarijawa@humas.test")
    text = kind_named(START).render([letter])[letter.pk]
    assert text is not None
    assert "3 perjanjian satuan kerja di bawahnya" in text.text
    answer_items(campaign, answers=[Answer(campaign.items.get(agreement=done).pk, "keep")], by=bali.admin, now=NOW)
    late = datetime(2026, 12, 24, 3, 0, tzinfo=UTC)
    tick(late - timedelta(days=1))
    assert told(REMINDER) == [], "the last day is not late"
    for days in (0, 2, 5):
        tick(late + timedelta(days=days))
    assert told(REMINDER) == [address for address in everybody if "jawa" in address]
    reminder = Message.objects.filter(kind=REMINDER).earliest("pk")
    rendered = kind_named(REMINDER).render([reminder])[reminder.pk]
    assert rendered is not None
    assert rendered.subject == "3 perjanjian belum dijawab: Perubahan nama"
    close_campaign(campaign, by=bureau.admin, now=late)
    assert kind_named(REMINDER).render([reminder])[reminder.pk] is None
    assert told(START) == everybody


# --- pages


def test_admin_writes_previews_and_begins_a_campaign(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    make_agreement(java.child, title="Layanan", number="1")
    client.force_login(bureau.admin)
    data = {"title": "Perubahan nama", "reason": "Sebab", "units": [java.unit.pk], "due_on": "2026-11-23"}
    wrong = client.post(reverse("campaign_create"), data)
    assert "Pilih tanggal sesudah hari ini." in wrong.content.decode()
    assert "Kantor Wilayah Jawa" in wrong.content.decode(), "the chosen unit is kept"
    page = client.post(reverse("campaign_create"), data | {"due_on": "2026-12-23"}, follow=True)
    campaign = Campaign.objects.get()
    assert page.context["preview"].n_agreements == 1
    client.force_login(java.admin)
    assert client.get(reverse("campaign_detail", args=[campaign.pk])).status_code == 404, "a draft is the bureau's"
    assert client.post(reverse("campaign_start", args=[campaign.pk])).status_code == 403
    client.force_login(bureau.admin)
    client.post(reverse("campaign_start", args=[campaign.pk]))
    client.force_login(java.operator)
    assert client.get(reverse("campaign_detail", args=[campaign.pk])).status_code == 200


def test_rows_are_answered_on_one_page_and_filters_stay(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    make_agreement(bali.child, title="Bali", number="B")
    campaign = begun(scene, java.unit, bali.unit)
    client.force_login(java.admin)
    url = reverse("campaign_items", args=[campaign.pk])
    page = client.get(url, {"jawaban": "belum"})
    rows = [item.agreement.title for item in page.context["rows"]]
    assert rows == ["Layanan 000", "Layanan 001", "Layanan 002"]
    first, second, _third = page.context["rows"]
    foreign = campaign.items.get(agreement__title="Bali")
    data = {
        "query": "jawaban=belum",
        f"answer-{first.pk}": "keep",
        f"answer-{second.pk}": "addendum",
        f"note-{second.pk}": "Nama kementerian",
        f"answer-{foreign.pk}": "end",
        "answer-x": "keep",
    }
    answer = client.post(url, data)
    assert answer["Location"] == f"{url}?jawaban=belum"
    assert answers(campaign) == {"Bali": "", "Layanan 000": "keep", "Layanan 001": "addendum", "Layanan 002": ""}
    assert campaign.items.get(pk=second.pk).note == "Nama kementerian"
    export = client.get(reverse("campaign_export", args=[campaign.pk]), {"jawaban": "addendum"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
    assert [(row[4], row[6], row[7]) for row in sheet[1:]] == [("Layanan 001", "Perlu adendum", "Nama kementerian")]


def test_bulk_shows_the_count_first_and_then_answers_exactly_those(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    make_agreement(bali.child, title="Bali", number="B")
    new = make_agreement(java.unit, title="Payung baru", number="PB-1", effective_from=date(2026, 11, 23))
    campaign = begun(scene, java.unit, bali.unit)
    client.force_login(java.admin)
    url = reverse("campaign_bulk", args=[campaign.pk])
    data = {"which": "all", "query": "q=Layanan", "answer": "superseded", "successor_q": "payung", "on": "2026-11-23"}
    page = client.post(url, data)
    assert "Pilih perjanjian penggantinya" in page.content.decode()
    assert "PB-1" in page.content.decode(), "found by its words"
    preview = client.post(url, data | {"successor": new.pk})
    assert (preview.context["n"], set(answers(campaign).values())) == (3, {""})
    client.post(url, data | {"successor": new.pk, "step": "confirm"})
    assert answers(campaign) == {
        "Bali": "",
        "Layanan 000": "superseded",
        "Layanan 001": "superseded",
        "Layanan 002": "superseded",
        "Payung baru": "",
    }
    batch = campaign.batches.get()
    client.force_login(bali.admin)
    assert client.post(reverse("campaign_undo", args=[campaign.pk, batch.pk])).status_code == 404
    refused = client.post(url, data | {"successor": new.pk, "step": "confirm"})
    assert refused.context["form"].errors, "an agreement that one may not see is no choice"
    assert campaign.batches.count() == 1
    client.force_login(bureau.admin)
    client.post(reverse("campaign_undo", args=[campaign.pk, batch.pk]))
    assert set(answers(campaign).values()) == {""}
    ticked = campaign.items.filter(agreement__title__in=["Bali", "Layanan 001"]).values_list("pk", flat=True)
    client.post(url, {"which": "ticked", "item": list(ticked), "answer": "keep", "step": "confirm"})
    assert [title for title, answer in answers(campaign).items() if answer] == ["Bali", "Layanan 001"]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_campaign_pages_cost_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, _java, _bali = scene
    campaign = begun(scene, n=n_rows)
    items = list(campaign.items.order_by("pk"))
    for item in items:
        rows = CampaignItem.objects.filter(pk=item.pk)
        answer_many(campaign, items=rows, answer="keep", by=bureau.admin, now=NOW)
    client.force_login(bureau.admin)
    for name, n in (("campaign_detail", 8), ("campaign_items", 9), ("campaign_list", 5)):
        args = [] if name == "campaign_list" else [campaign.pk]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        assert len(queries) == n, name
    bulk = {"which": "all", "answer": "keep", "query": ""}
    with CaptureQueriesContext(connection) as queries:
        client.post(reverse("campaign_bulk", args=[campaign.pk]), bulk)
    assert len(queries) == 7


def test_nonsense_changes_nothing(client: Client, scene: Any) -> None:
    bureau, _java, _bali = scene
    campaign = begun(scene)
    client.force_login(bureau.admin)
    items, bulk = reverse("campaign_items", args=[campaign.pk]), reverse("campaign_bulk", args=[campaign.pk])
    for query in ({"q": "\0"}, {"kanwil": "x"}, {"jawaban": "?"}, {"halaman": "-1"}):
        assert client.get(items, query).status_code == 200
    for data in (
        {"which": "ticked", "item": ["x", "9" * 30], "answer": "keep", "step": "confirm"},
        {"which": "all", "answer": "?", "step": "confirm", "query": "q=%00"},
        {"which": "all", "answer": "superseded", "successor": "9" * 30, "on": "0001-01-01", "step": "confirm"},
        {},
    ):
        assert client.post(bulk, data).status_code in {200, 302}
    client.post(items, {"answer-": "keep", "answer-1": "superseded", "query": "\r\nX: y"})
    assert set(answers(campaign).values()) == {""}


def answered(scene: Any, answer: str) -> CampaignItem:
    campaign = begun(scene, n=1)
    item = campaign.items.get()
    answer_items(campaign, answers=[Answer(item.pk, answer, "Tugas berpindah")], by=scene[1].operator, now=NOW)
    item.refresh_from_db()
    return item


def progress(client: Client, by: Any, campaign: Campaign) -> tuple[int, int]:
    """How many rows are answered, and how many carried out."""
    client.force_login(by)
    total = client.get(reverse("campaign_detail", args=[campaign.pk])).context["total"]
    return total["n_done"], total["n_carried_out"]


def hand(item: CampaignItem) -> str:
    return reverse("campaign_carry_out", args=[item.pk])


def test_answered_and_carried_out_are_told_apart(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    item = answered(scene, "addendum")
    assert progress(client, bureau.admin, item.campaign) == (1, 0)
    client.force_login(java.operator)
    listed = reverse("campaign_items", args=[item.campaign_id])
    assert hand(item) in client.get(listed).content.decode()
    assert client.get(hand(item)).context["form"].initial == {"new_name": java.child.official_name}
    bad = client.post(hand(item), {"new_name": ""})
    assert bad.context["form"].errors.keys() == {"new_name"}
    assert client.post(hand(item), {"new_name": "Kementerian Baru"}).status_code == 302
    item.refresh_from_db()
    link = AgreementLink.objects.get(later=item.amendment, earlier=item.agreement)
    assert (link.kind, link.later.agreement_type_id) == ("amends", "adendum")
    assert "Kementerian Baru" in link.later.scope
    assert link.later.signed_on is None
    assert progress(client, bureau.admin, item.campaign) == (1, 1)

    client.force_login(java.operator)
    assert hand(item) not in client.get(listed).content.decode()
    again = client.post(hand(item), {"new_name": "Lain"})
    assert again.context["form"].non_field_errors() == ["Jawaban ini sudah dilaksanakan."]
    assert AgreementLink.objects.filter(earlier=item.agreement).count() == 1
    assert answer_items(item.campaign, answers=[Answer(item.pk, "keep")], by=bureau.admin, now=NOW).n == 0

    item.amendment.delete()
    assert progress(client, bureau.admin, item.campaign) == (1, 0), "a removed draft opens the row again"


def test_an_end_is_carried_out_by_the_rules_of_every_termination(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    item = answered(scene, "end")
    until = item.agreement.effective_until
    client.force_login(java.operator)
    said = {"seen_until": until.isoformat(), "on": (until + timedelta(days=1)).isoformat(), "reason": "Sudah dilebur."}
    assert client.post(hand(item), said).context["form"].errors.keys() == {"on"}
    assert client.post(hand(item), said | {"reason": ""}).context["form"].errors.keys() == {"reason"}
    stale = said | {"seen_until": "2020-01-01", "on": until.isoformat()}
    assert client.post(hand(item), stale).context["form"].non_field_errors()
    assert progress(client, bureau.admin, item.campaign) == (1, 0)

    client.force_login(java.operator)
    on = TODAY + timedelta(days=10)
    assert client.post(hand(item), said | {"on": on.isoformat()}).status_code == 302
    item.refresh_from_db()
    assert (item.agreement.terminated_on, item.agreement.termination_reason) == (on, "Sudah dilebur.")
    assert progress(client, bureau.admin, item.campaign) == (1, 1)
    withdraw_decision(item.decision, by=java.operator, now=NOW, today=TODAY)
    assert progress(client, bureau.admin, item.campaign) == (1, 0), "a withdrawn decision opens the row again"


def test_an_end_that_is_decided_already_is_taken_as_it_stands(scene: Any) -> None:
    item = answered(scene, "end")
    until, by = item.agreement.effective_until, scene[1].operator
    made = let_end(item.agreement, seen_until=until, reason="Selesai", by=by, now=NOW, today=TODAY)
    done = carry_out_end(item, seen_until=until, on=TODAY, reason="x", by=by, now=NOW, today=TODAY)
    item.agreement.refresh_from_db()
    assert (done, item.agreement.terminated_on) == (made, None)


def test_carrying_out_is_for_rows_of_the_own_tree_that_need_it(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    item = answered(scene, "addendum")
    for user, status in ((java.operator, 200), (java.admin, 200), (bureau.staff, 200), (bali.admin, 404)):
        client.force_login(user)
        assert client.get(hand(item)).status_code == status, user
    answer_items(item.campaign, answers=[Answer(item.pk, "keep")], by=java.operator, now=NOW)
    client.force_login(java.operator)
    assert client.get(hand(item)).status_code == 404


def test_taking_a_batch_back_leaves_what_was_carried_out(scene: Any) -> None:
    by = scene[0].admin
    campaign = begun(scene, n=2)
    batch = answer_many(campaign, items=campaign.items.all(), answer="addendum", by=by, now=NOW)
    first = campaign.items.order_by("pk")[0]
    carry_out_addendum(first, new_name="Baru", by=by, now=NOW)
    assert undo_batch(batch, by=by, now=NOW) == 1
    assert answers(campaign) == {"Layanan 000": "addendum", "Layanan 001": ""}


def test_an_end_without_a_reason_is_not_saved_and_nothing_typed_is_lost(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    campaign = begun(scene, n=3)
    first, second, third = campaign.items.filter(agreement__owner_unit=java.child).order_by("agreement__title")
    client.force_login(java.admin)
    page = client.post(
        reverse("campaign_items", args=[campaign.pk]),
        {
            f"answer-{first.pk}": "end",
            f"note-{first.pk}": " ",
            f"answer-{second.pk}": "keep",
            f"note-{second.pk}": "Masih dipakai",
            f"answer-{third.pk}": "end",
            f"note-{third.pk}": "Tugas berpindah",
            "query": "q=Layanan",
        },
    )
    assert page.status_code == 200
    assert set(answers(campaign).values()) >= {"", "keep", "end"}
    text = page.content.decode()
    assert f'name="answer-{first.pk}" value="end" checked' in text
    assert text.count("Tulis alasan pengakhirannya.") == 1
    assert f'aria-describedby="lacks-{first.pk}"' in text
    assert 'value="Masih dipakai"' in text
    assert page.context["filter"].form["q"].value() == "Layanan"
    first.refresh_from_db()
    assert first.answer == ""


def test_many_are_ended_with_one_reason(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    campaign = begun(scene, n=2)
    client.force_login(java.admin)
    bulk = reverse("campaign_bulk", args=[campaign.pk])
    refused = client.post(bulk, {"which": "all", "answer": "end", "step": "confirm"})
    assert refused.context["form"].errors.keys() == {"note"}
    assert set(answers(campaign).values()) == {""}
    assert client.post(bulk, {"which": "all", "answer": "end", "note": "Bubar", "step": "confirm"}).status_code == 302
    ended = campaign.items.filter(agreement__owner_unit=java.child)
    assert {(item.answer, item.note) for item in ended} == {("end", "Bubar")}
    with pytest.raises(CampaignRefusal):
        answer_many(campaign, items=campaign.items.all(), answer="end", by=java.admin, now=NOW)


def test_a_successor_is_found_while_typing_among_what_one_sees(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    begun(scene, n=1)
    own = Agreement.objects.filter(owner_unit=java.child).first()
    foreign = make_agreement(bali.child, title="Daerah lain", number="9")
    assert own is not None
    client.force_login(java.admin)
    address = reverse("campaign_successors")
    text = client.get(address, {"successor_q": own.title}).content.decode()
    assert f'value="{own.pk}"' in text
    assert f'value="{foreign.pk}"' not in client.get(address, {"successor_q": foreign.title}).content.decode()
    kept = client.get(address, {"successor_q": "zzzz", "successor": str(own.pk)}).content.decode()
    assert f'value="{own.pk}" selected' in kept
    assert "<option" in client.get(address).content.decode()
    for absurd in ({"successor": "9" * 40}, {"successor_q": "\0"}, {"successor": str(foreign.pk)}):
        answer = client.get(address, absurd)
        assert answer.status_code == 200
        assert f'value="{foreign.pk}"' not in answer.content.decode()
