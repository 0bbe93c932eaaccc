"""Checklists: days that follow the workshop, items the data closes, templates, what is late."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.models import State
from participants.letters.names import INVITATION
from tests.factories import Bureau, Kanwil, make_invitation, make_line, make_message, make_workshop
from tests.workshops.forms import rows
from tests.workshops.preparation_rows import make_checklist_template, make_document
from workshops.actions.checklists import (
    ItemFacts,
    ItemTwice,
    TemplateItemTwice,
    add_item,
    apply_template,
    edit_checklist_template,
    edit_item,
    finish_item,
    items_of,
    reopen_item,
)
from workshops.actions.refusals import ChangedMeanwhile
from workshops.actions.releases import release_agenda
from workshops.actions.schedule import RegistrationWindow, move_workshop, schedule_of
from workshops.facts import facts, findings
from workshops.models import (
    ChecklistItem,
    ChecklistTemplate,
    DocumentKind,
    Mode,
    Session,
    SessionRole,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
    WorkshopState,
)
from workshops.preparation import checklist_of, late_work_of, rule_text
from workshops.versions import version_of_checklist_item

TODAY = date(2026, 11, 21)


def only(workshop: Workshop, name: str) -> tuple[bool, str]:
    found = findings(Workshop.objects.filter(pk=workshop.pk), [name])[workshop.pk, name]
    return found.is_true, found.words


def item(workshop: Workshop, title: str, days: int, **fields: Any) -> ChecklistItem:
    return ChecklistItem.objects.create(workshop=workshop, title=title, days=days, **fields)


def test_days_follow_the_start_and_step_back_from_closed_days(bureau: Bureau, now: datetime) -> None:
    """The start is Saturday 12 December 2026: a week before is a Saturday too, 13 days after is Christmas."""
    workshop = make_workshop(bureau.unit, now=now)
    for title, days in (("Sabtu", -7), ("Kamis", -9), ("Natal", 13), ("Hari H", 0)):
        item(workshop, title, days)
    lines = checklist_of(workshop, TODAY).lines
    assert [(line.item.title, line.due, line.moved_from, line.rule) for line in lines] == [
        ("Kamis", date(2026, 12, 3), None, "H-9"),
        ("Sabtu", date(2026, 12, 4), date(2026, 12, 5), "H-7"),
        ("Hari H", date(2026, 12, 11), date(2026, 12, 12), "Hari H"),
        ("Natal", date(2026, 12, 23), date(2026, 12, 25), "H+13"),
    ]
    schedule = schedule_of(workshop)
    later = {name: getattr(workshop, name) + timedelta(days=5) for name in ("starts_at", "ends_at")}
    moved = move_workshop(
        workshop,
        schedule=type(schedule)(**(vars(schedule) | later)),
        window=RegistrationWindow(),
        by=bureau.admin,
        now=now,
    )
    assert checklist_of(moved, TODAY).lines[0].due == date(2026, 12, 8)


def test_an_item_without_exact_dates_waits(bureau: Bureau, now: datetime) -> None:
    workshop = make_workshop(
        bureau.unit,
        now=now,
        state=WorkshopState.IDEA,
        starts_at=None,
        ends_at=None,
        registration_deadline=None,
        fuzzy_date="akhir 2020",
        fuzzy_month=date(2020, 9, 1),
    )
    item(workshop, "RAB", -30)
    (line,) = checklist_of(workshop, TODAY).lines
    assert (line.due, line.is_late) == (None, False)


def test_late_is_undone_and_past_and_not_at_rest(bureau: Bureau, now: datetime) -> None:
    workshop = make_workshop(bureau.unit, now=now)
    item(workshop, "Lewat", -30)
    item(workshop, "Lewat selesai", -30, done_at=now)
    item(workshop, "Lewat sendiri", -30, closes_by="approved")
    item(workshop, "Hari ini", -21)
    item(workshop, "Nanti", -2)
    assert [line.item.title for line in checklist_of(workshop, date(2026, 11, 20)).late] == ["Lewat"]
    Workshop.objects.filter(pk=workshop.pk).update(state=WorkshopState.POSTPONED)
    workshop.refresh_from_db()
    assert checklist_of(workshop, TODAY).late == []


def test_facts_of_the_row_itself(bureau: Bureau, now: datetime) -> None:
    workshop = make_workshop(bureau.unit, now=now, state=WorkshopState.PLANNED)
    names = ("approved", "venue_set", "meeting_link_set", "agenda_filled", "reported")
    assert {name: only(workshop, name)[0] for name in names} == dict.fromkeys(names, False)
    Session.objects.create(workshop=workshop, theme="A", starts_at=workshop.starts_at, ends_at=workshop.ends_at)
    Workshop.objects.filter(pk=workshop.pk).update(
        state=WorkshopState.REPORTED, venue="Aula", meeting_url="https://rapat.invalid/x"
    )
    assert {name: only(workshop, name)[0] for name in names} == dict.fromkeys(names, True)
    assert only(workshop, "agenda_filled")[1] == "1 sesi di rundown"
    Workshop.objects.filter(pk=workshop.pk).update(mode=Mode.ONLINE, venue="", meeting_url="")
    assert (only(workshop, "venue_set")[0], only(workshop, "meeting_link_set")[0]) == (True, False)


def test_a_released_agenda_and_a_drafted_budget_close_their_items(bureau: Bureau, now: datetime) -> None:
    workshop = make_workshop(bureau.unit, now=now)
    assert (only(workshop, "agenda_released"), only(workshop, "budget_drafted")) == ((False, ""), (False, ""))
    Session.objects.create(workshop=workshop, theme="A", starts_at=workshop.starts_at, ends_at=workshop.ends_at)
    release_agenda(workshop, name="Edaran pertama", by=bureau.staff, now=now)
    make_line(workshop)
    make_line(workshop)
    assert only(workshop, "agenda_released") == (True, "1 versi dirilis")
    assert only(workshop, "budget_drafted") == (True, "2 baris anggaran")


def test_invitations_are_sent_when_each_unit_had_its_letter(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    workshop = make_workshop(bureau.unit, now=now)
    assert only(workshop, "invitations_sent") == (False, "")
    for place, unit in enumerate((jateng.unit, jateng.child)):
        invitation = make_invitation(workshop, unit, now=now)
        state = {"state": State.SENT, "sent_at": now} if place == 0 else {"state": State.FAILED}
        for _again in range(2):  # two contacts of one unit are one invitation
            make_message(
                kind=INVITATION,
                to="a@humas.test",
                name="A",
                now=now,
                topic=workshop.topic,
                ref=invitation.pk,
                **state,
            )
    assert only(workshop, "invitations_sent") == (False, "1 dari 2 undangan terkirim")
    assert only(workshop, "invitations_answered") == (False, "0 dari 2 undangan terjawab")
    workshop.invitations.filter(unit=jateng.child).update(withdrawn_at=now)
    workshop.invitations.filter(unit=jateng.unit).update(response="accepted", responded_at=now)
    assert only(workshop, "invitations_sent") == (True, "1 undangan terkirim")
    assert only(workshop, "invitations_answered") == (True, "1 undangan terjawab")


def test_speakers_are_confirmed_when_all_said_yes_and_no_place_is_open(bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    assert only(workshop, "speakers_confirmed") == (False, "0 dari 1 narasumber bersedia")
    invitation = SpeakerInvitation.objects.create(
        workshop=workshop,
        speaker=bureau.speaker,
        reply_deadline=now,
        asked_at=now,
        answer=SpeakerAnswer.ACCEPTED,
        answered_at=now,
    )
    assert only(workshop, "speakers_confirmed") == (True, "1 narasumber bersedia")
    open_place = SessionRole.objects.create(session=bureau.session, speaker=None)
    assert only(workshop, "speakers_confirmed") == (
        False,
        "1 dari 1 narasumber bersedia, 1 tempat masih kosong",
    )
    open_place.delete()
    SpeakerInvitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now)
    assert not only(workshop, "speakers_confirmed")[0]


def test_a_signed_letter_closes_its_item_and_its_removal_opens_it(bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    make_document(workshop, name="kak.pdf", by=bureau.staff, now=now, kind=DocumentKind.TERMS_OF_REFERENCE)
    assert (only(workshop, "terms_filed")[0], only(workshop, "signed_letter_filed")[0]) == (True, False)
    document = make_document(workshop, name="surat.pdf", by=bureau.staff, now=now)
    assert only(workshop, "signed_letter_filed") == (True, "diunggah 21 Nov 2026")
    document.delete()
    assert not only(workshop, "signed_letter_filed")[0]


def test_all_facts_of_many_workshops_cost_one_statement(bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = findings(Workshop.objects.all(), [fact.name for fact in facts()])
    assert len(queries) == 1
    assert len(found) == 3 * len(facts())
    with CaptureQueriesContext(connection) as queries:
        assert findings(Workshop.objects.all(), ["fact_of_tomorrow"]) == {}
    assert len(queries) == 0


def test_a_template_applied_twice_adds_nothing_twice(bureau: Bureau, now: datetime) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    item(bureau.workshop, "  rab   BIASA ", -1)
    added = apply_template(bureau.workshop, template=template)
    assert sorted(row.title for row in added) == ["Laporan Biasa", "Undangan Biasa"]
    assert apply_template(bureau.workshop, template=template) == []
    assert bureau.workshop.checklist.count() == 3


def test_items_are_added_edited_finished_and_reopened(bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    one = add_item(workshop, facts=ItemFacts(title="Gladi", days=-1), owner=bureau.staff)
    with pytest.raises(ItemTwice):
        add_item(workshop, facts=ItemFacts(title="gladi", days=-2))
    seen = version_of_checklist_item(one)
    changed = edit_item(one, facts=ItemFacts(title="Gladi bersih", days=-2), owner=None, version=seen)
    assert (changed.title, changed.days, changed.owner) == ("Gladi bersih", -2, None)
    with pytest.raises(ChangedMeanwhile):
        edit_item(one, facts=ItemFacts(title="Basi", days=-2), owner=None, version=seen)
    finish_item(one, by=bureau.staff, now=now)
    finish_item(one, by=bureau.admin, now=now + timedelta(hours=1))
    one.refresh_from_db()
    assert (one.done_by, one.done_at) == (bureau.staff, now)
    reopen_item(one)
    one.refresh_from_db()
    assert (one.done_by, one.done_at) == (None, None)


def test_a_template_edit_leaves_lists_alone_and_notices_an_old_tab(bureau: Bureau, now: datetime) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    apply_template(bureau.workshop, template=template)
    new = type("Facts", (), {})  # never read: the version is refused first
    with pytest.raises(ChangedMeanwhile):
        edit_checklist_template(template, facts=new, items=items_of(template), version="lama")  # type: ignore[arg-type]
    twice = [ItemFacts(title="A", days=0), ItemFacts(title="a ", days=1)]
    with pytest.raises(TemplateItemTwice):
        edit_checklist_template(template, facts=new, items=twice)  # type: ignore[arg-type]
    assert bureau.workshop.checklist.count() == 3


def test_late_work_is_that_of_the_person_in_charge_and_of_named_owners(bureau: Bureau, now: datetime) -> None:
    mine = make_workshop(bureau.unit, now=now, title="Milik saya", person_in_charge=bureau.staff)
    other = make_workshop(bureau.unit, now=now, title="Milik lain", person_in_charge=bureau.admin)
    item(mine, "Saya lewat", -40)
    item(mine, "Sudah sendiri", -40, closes_by="approved")
    item(other, "Bukan saya", -40)
    item(other, "Ditugaskan", -40, owner=bureau.staff)
    called_off = make_workshop(
        bureau.unit, now=now, title="Batal", person_in_charge=bureau.staff, state=WorkshopState.CANCELLED
    )
    item(called_off, "Batal", -40)
    late = late_work_of(bureau.staff, today=TODAY)
    assert {work.workshop.title: [line.item.title for line in work.lines] for work in late} == {
        "Milik saya": ["Saya lewat"],
        "Milik lain": ["Ditugaskan"],
    }


def test_rule_text_is_as_offices_say_it() -> None:
    assert [rule_text(days) for days in (-14, 0, 7)] == ["H-14", "Hari H", "H+7"]


# --- pages


@pytest.mark.parametrize("n_items", [1, 3])
def test_the_page_costs_the_same_for_one_item_and_three(
    as_user: Any, bureau: Bureau, now: datetime, n_items: int
) -> None:
    for number in range(n_items):
        item(bureau.workshop, f"Butir {number}", -number, closes_by=facts()[number].name, owner=bureau.staff)
    client = as_user(bureau.staff)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("workshop_preparation", args=[bureau.workshop.pk]))
    assert (page.status_code, len(queries)) == (200, 7)


def test_the_page_says_what_closed_itself_and_what_is_late(
    as_user: Any, bureau: Bureau, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now)
    item(bureau.workshop, "Rundown", -30, closes_by="agenda_filled")
    item(bureau.workshop, "RAB", -30, owner=bureau.staff)
    page = as_user(bureau.staff).get(reverse("workshop_preparation", args=[bureau.workshop.pk])).content.decode()
    words = " ".join(page.split())
    assert "Selesai dengan sendirinya" in words
    assert f'<a href="{reverse("workshop_agenda", args=[bureau.workshop.pk])}">1 sesi di rundown</a>' in words
    assert "1 butir terlambat" in words
    assert "Kamis, 12 November 2026" in words


def test_who_is_only_invited_sees_no_preparation(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    client = as_user(jateng.admin)
    assert client.get(reverse("workshop_preparation", args=[bureau.workshop.pk])).status_code == 404
    summary = client.get(reverse("workshop_detail", args=[bureau.workshop.pk])).content.decode()
    assert reverse("workshop_preparation", args=[bureau.workshop.pk]) not in summary
    assert "documents-title" not in summary
    leader = as_user(bureau.leader).get(reverse("workshop_preparation", args=[bureau.workshop.pk]))
    assert leader.status_code == 200
    assert "checklist_item" not in leader.content.decode()


def item_form(**changes: Any) -> dict[str, Any]:
    return {"title": "Gladi", "n_days": "1", "side": "before", "owner_role": "", "closes_by": ""} | changes


def test_an_item_is_added_by_the_form(as_user: Any, bureau: Bureau) -> None:
    url = reverse("checklist_item_create", args=[bureau.workshop.pk])
    client = as_user(bureau.staff)
    client.post(url, item_form(owner=bureau.admin.pk, closes_by="venue_set", n_days="3", side="after"))
    (row,) = bureau.workshop.checklist.all()
    assert (row.title, row.days, row.owner, row.closes_by) == ("Gladi", 3, bureau.admin, "venue_set")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "dua\nbaris"},
        {"title": "x" * 201},
        {"n_days": "400"},
        {"n_days": "-1"},
        {"n_days": "184", "side": "after"},
        {"n_days": "9" * 30},
        {"side": "entah"},
        {"closes_by": "fact_of_tomorrow"},
        {"owner": "999999999999999999999"},
    ],
)
def test_bad_input_is_said_beside_the_field(as_user: Any, bureau: Bureau, wrong: dict[str, str]) -> None:
    answer = as_user(bureau.staff).post(reverse("checklist_item_create", args=[bureau.workshop.pk]), item_form(**wrong))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not ChecklistItem.objects.filter(workshop=bureau.workshop).exists()


def test_done_undone_and_removed_by_buttons(as_user: Any, bureau: Bureau) -> None:
    row = item(bureau.workshop, "RAB", -3)
    client, args = as_user(bureau.staff), [bureau.workshop.pk, row.pk]
    client.post(reverse("checklist_item_finish", args=args))
    row.refresh_from_db()
    assert row.done_by == bureau.staff
    client.post(reverse("checklist_item_reopen", args=args))
    row.refresh_from_db()
    assert row.done_at is None
    client.post(reverse("checklist_item_remove", args=args))
    assert not ChecklistItem.objects.filter(pk=row.pk).exists()


def test_a_template_is_previewed_then_applied(as_user: Any, bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    url, client = reverse("checklist_apply", args=[bureau.workshop.pk]), as_user(bureau.staff)
    page = client.get(url, {"templat": template.pk})
    assert page.context["n_new"] == 3
    assert not bureau.workshop.checklist.exists()
    for _again in range(2):
        client.post(url, {"templat": template.pk})
    assert bureau.workshop.checklist.count() == 3
    assert client.post(url, {"templat": "999999999999999999999"}).status_code == 200


def template_form(name: str, items: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {"name": name, "kind": "workshop"} | rows("items", of=items) | changes


def test_a_template_whose_known_rows_are_called_new_comes_back_with_its_errors(
    as_user: Any, bureau: Bureau, now: datetime
) -> None:
    template = make_checklist_template(None, name="Biasa", now=now)
    url = reverse("checklist_template_edit", args=[template.pk])
    answer = as_user(bureau.staff).post(url, template_form("", [{"title": "RAB", "n_days": "10", "side": "before"}]))
    assert answer.status_code == 200
    assert "name" in answer.context["form"].errors


def test_a_kanwil_keeps_its_own_templates_and_reads_the_country_s(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime
) -> None:
    national = make_checklist_template(None, name="Nasional", now=now)
    client: Client = as_user(jateng.admin)
    row = {"title": "RAB", "n_days": "10", "side": "before"}
    client.post(reverse("checklist_template_create"), template_form("Milik kami", [row]))
    own = ChecklistTemplate.objects.get(name="Milik kami")
    assert (own.keeper, [(one.title, one.days) for one in own.items.all()]) == (jateng.unit, [("RAB", -10)])
    listed = client.get(reverse("checklist_template_list")).context["page"]
    assert {one.name for one in listed} == {"Nasional", "Milik kami", "Daftar kenarijateng"}
    assert client.get(reverse("checklist_template_detail", args=[national.pk])).status_code == 200
    foreign = maluku.preparation.checklist_template.pk
    for name, key in (
        ("checklist_template_edit", national.pk),
        ("checklist_template_edit", foreign),
        ("checklist_template_detail", foreign),
        ("plan_template_detail", maluku.preparation.plan_template.pk),
        ("plan_template_use", maluku.preparation.plan_template.pk),
    ):
        assert client.get(reverse(name, args=[key])).status_code == 404, name
    applied = client.post(reverse("checklist_apply", args=[jateng.workshop.pk]), {"templat": foreign})
    assert applied.status_code == 200
    assert jateng.workshop.checklist.count() == 1


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"title": "", "n_days": "5", "side": "before"}],
        [{"title": "A", "n_days": "", "side": "before"}],
        [{"title": "A", "n_days": "1", "side": "before"}, {"title": "a", "n_days": "2", "side": "before"}],
    ],
)
def test_a_template_needs_whole_and_different_items(as_user: Any, bureau: Bureau, items: list[dict[str, Any]]) -> None:
    answer = as_user(bureau.staff).post(reverse("checklist_template_create"), template_form("Kosong", items))
    assert answer.status_code == 200
    assert not ChecklistTemplate.objects.filter(name="Kosong").exists()


def test_a_taken_name_is_said_beside_the_name(as_user: Any, bureau: Bureau, now: datetime) -> None:
    make_checklist_template(None, name="Biasa", now=now)
    row = {"title": "RAB", "n_days": "10", "side": "before"}
    answer = as_user(bureau.staff).post(reverse("checklist_template_create"), template_form("Biasa", [row]))
    assert "name" in answer.context["form"].errors


@pytest.mark.parametrize("n_rows", [1, 3])
def test_template_lists_cost_the_same_for_one_row_and_three(
    as_user: Any, bureau: Bureau, now: datetime, n_rows: int
) -> None:
    for number in range(n_rows):
        make_checklist_template(None, name=f"Templat {number}", now=now)
    client = as_user(bureau.staff)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("checklist_template_list")).status_code == 200
    assert len(queries) == 5
