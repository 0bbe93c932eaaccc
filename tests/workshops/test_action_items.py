"""Action items: letters to owners once and no more, the link without an account, the page and the home with one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.actions.planning import plan_letters
from outbox.models import Message, State
from outbox.registry import kind_named
from tests.factories import Bureau, Kanwil, make_action_item, make_meeting
from tests.workshops.test_meetings import edit_url, known_form
from workshops.actions.action_items import TooLateToTakeBack, finish_action_item, reopen_action_item
from workshops.actions.meetings import issue_minutes
from workshops.letters.action_items import ASSIGNED, KINDS, OVERDUE, REMINDER, plan_action_letters
from workshops.links import address_mark, item_token, item_url, read_item_token
from workshops.models import ActionItem, AgendaItem, PlanningMeeting, Workshop

DAY = timedelta(days=1)
DUE = date(2026, 12, 7)  # a Monday


@pytest.fixture
def meeting(bureau: Bureau, now: datetime) -> PlanningMeeting:
    made = make_meeting(bureau.workshop, now=now)
    AgendaItem.objects.create(meeting=made, position=1, kind="budget", title="Anggaran", decision="Dibagi dua")
    return made


@pytest.fixture
def own(bureau: Bureau, meeting: PlanningMeeting, now: datetime) -> ActionItem:
    return make_action_item(meeting, due_on=DUE, owner=bureau.admin, issued_at=now)


@pytest.fixture
def outsider(meeting: PlanningMeeting, now: datetime) -> ActionItem:
    return make_action_item(meeting, due_on=DUE, issued_at=now, agenda_item=meeting.items.get())


def plan(now: datetime) -> int:
    return plan_letters(plan_action_letters(now), now=now)


def letters() -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(kind__in=KINDS).order_by("pk")
    return [(row.kind.partition("action_item")[2], row.to_addr, row.state) for row in rows]


def deliver(now: datetime) -> None:
    Message.objects.filter(state=State.PENDING, not_before__lte=now).update(state=State.SENT, sent_at=now)


def text_of(message: Message) -> str:
    rendered = kind_named(message.kind).render([message])[message.pk]
    assert rendered is not None
    return f"{rendered.subject}\n{rendered.text}\n{rendered.html}"


def test_letters_leave_when_the_minutes_are_issued_and_only_once(
    bureau: Bureau, meeting: PlanningMeeting, now: datetime
) -> None:
    make_action_item(meeting, due_on=DUE, owner=bureau.admin)
    make_action_item(meeting, due_on=DUE)
    make_action_item(meeting, due_on=DUE, owner_email="selesai@mitra.test", done_at=now)
    assert plan(now) == 0
    assert issue_minutes(meeting, by=bureau.staff, now=now) == 2
    assert [plan(now), plan(now), plan(now + DAY)] == [2, 0, 0]
    assert {address for _kind, address, _state in letters()} == {bureau.admin.email, "luar@mitra.test"}
    make_action_item(meeting, due_on=DUE, owner_email="susulan@mitra.test")
    assert plan(now) == 0
    assert issue_minutes(meeting, by=bureau.staff, now=now + DAY) == 1
    assert plan(now + DAY) == 1


def test_reminder_leaves_one_working_day_before_and_overdue_once(outsider: ActionItem, now: datetime) -> None:
    plan(now)
    deliver(now)
    friday = datetime(2026, 12, 4, 2, tzinfo=UTC)  # 09.00 in Jakarta
    assert plan(friday - 3 * DAY) == 0
    assert plan(friday - 2 * DAY) == 1
    reminder = Message.objects.get(kind=REMINDER)
    assert (reminder.not_before, reminder.not_after) == (friday, datetime(2026, 12, 7, 17, tzinfo=UTC))
    deliver(friday)
    assert plan(datetime(2026, 12, 8, 1, tzinfo=UTC)) == 0
    late = datetime(2026, 12, 8, 2, tzinfo=UTC)
    assert [plan(late), plan(late), plan(late + DAY), plan(late + 40 * DAY)] == [1, 0, 0, 0]
    assert [kind for kind, _address, _state in letters()] == ["", "_reminder", "_overdue"]
    for message in Message.objects.filter(kind__in=KINDS):
        text = text_of(message)
        assert "Menyusun kerangka acuan" in text
        assert "Dibagi dua" in text
        assert item_url(outsider) in text.replace("&amp;", "&")


def test_who_is_told_on_the_last_day_gets_no_reminder(meeting: PlanningMeeting, now: datetime) -> None:
    make_action_item(meeting, due_on=now.date(), issued_at=now)
    plan(now)
    assert plan(now + timedelta(hours=3)) == 0
    assert [kind for kind, *_rest in letters()] == [""]


def test_done_ones_send_nothing(outsider: ActionItem, now: datetime) -> None:
    plan(now)
    finish_action_item(outsider, by=None, now=now)
    assert [state for *_rest, state in letters()] == [State.CANCELLED]
    assert [plan(now), plan(datetime(2026, 12, 8, 3, tzinfo=UTC))] == [0, 0]
    message = Message.objects.get()
    assert kind_named(ASSIGNED).render([message]) == {message.pk: None}


def test_opened_again_it_is_told_again_where_it_had_not_arrived(outsider: ActionItem, now: datetime) -> None:
    plan(now)
    finish_action_item(outsider, by=None, now=now)
    reopen_action_item(outsider, may_always=False, now=now + timedelta(minutes=5))
    assert plan(now + timedelta(minutes=5)) == 1
    deliver(now + timedelta(minutes=6))
    finish_action_item(outsider, by=None, now=now + DAY)
    reopen_action_item(outsider, may_always=True, now=now + DAY)
    assert plan(now + DAY) == 0
    assert plan(datetime(2026, 12, 4, 3, tzinfo=UTC)) == 1


def test_taking_back_ends_after_a_quarter_of_an_hour(outsider: ActionItem, now: datetime) -> None:
    done = finish_action_item(outsider, by=None, now=now)
    assert finish_action_item(done, by=None, now=now + DAY).done_at == now
    with pytest.raises(TooLateToTakeBack):
        reopen_action_item(outsider, may_always=False, now=now + timedelta(minutes=15))
    assert reopen_action_item(outsider, may_always=True, now=now + DAY).done_at is None


def edited(client: Client, meeting: PlanningMeeting, **changes: Any) -> None:
    meeting.refresh_from_db()
    assert client.post(edit_url(meeting), known_form(meeting, **changes)).status_code == 302


def test_a_new_owner_is_told_once_and_the_old_one_no_more(
    as_user: Any, bureau: Bureau, outsider: ActionItem, now: datetime
) -> None:
    client, meeting = as_user(bureau.staff), outsider.meeting
    plan(now)
    old_link = reverse("action_item_link", args=[item_token(outsider)])
    changes = {"actions-0-owner_email": "baru@mitra.test", "actions-0-owner_name": "Orang Baru"}
    edited(client, meeting, **changes)
    assert [plan(now), plan(now)] == [1, 0]
    assert letters() == [("", "luar@mitra.test", State.CANCELLED), ("", "baru@mitra.test", State.PENDING)]
    assert Client().get(old_link).status_code == 404
    deliver(now)
    edited(client, meeting, title="Judul lain")
    assert plan(now) == 0


def test_a_moved_day_arms_the_reminders_anew(as_user: Any, bureau: Bureau, outsider: ActionItem, now: datetime) -> None:
    plan(now)
    deliver(now)
    friday = datetime(2026, 12, 4, 2, tzinfo=UTC)
    plan(friday - DAY)
    edited(as_user(bureau.staff), outsider.meeting, **{"actions-0-due_on": "2026-12-10"})
    assert [state for kind, _a, state in letters() if kind] == [State.CANCELLED]
    assert plan(friday) == 0
    assert plan(datetime(2026, 12, 9, 1, tzinfo=UTC)) == 1


def test_a_removed_item_takes_its_letters_along(
    as_user: Any, bureau: Bureau, outsider: ActionItem, now: datetime
) -> None:
    plan(now)
    edited(as_user(bureau.staff), outsider.meeting, **{"actions-0-DELETE": "on"})
    assert not ActionItem.objects.exists()
    assert [state for *_rest, state in letters()] == [State.CANCELLED]


def test_a_cancelled_workshop_reminds_nobody_and_a_move_withdraws_nothing(outsider: ActionItem, now: datetime) -> None:
    plan(now)
    message = Message.objects.get()
    assert message.topic is None
    Workshop.objects.update(state="cancelled")
    assert kind_named(ASSIGNED).render([message]) == {message.pk: None}
    assert plan(datetime(2026, 12, 4, 3, tzinfo=UTC)) == 0


@pytest.mark.parametrize("n", [1, 3])
def test_planner_and_rendering_cost_the_same_for_one_and_three(meeting: PlanningMeeting, now: datetime, n: int) -> None:
    for number in range(n):
        make_action_item(meeting, due_on=DUE, issued_at=now, owner_email=f"orang{number}@mitra.test")
    plan(now)
    messages = list(Message.objects.filter(kind__in=KINDS))
    with CaptureQueriesContext(connection) as queries:
        list(plan_action_letters(now))
        kind_named(ASSIGNED).render(messages)
    assert len(queries) == 3


# --- without an account


def test_link_shows_finishes_and_takes_back(outsider: ActionItem, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    url, browser = reverse("action_item_link", args=[item_token(outsider)]), Client()
    page = browser.get(url)
    assert "Tandai selesai" in page.content.decode()
    assert ActionItem.objects.get().done_at is None
    assert "no-store" in page["Cache-Control"]
    assert browser.post(url, {"deed": "finish"}).url == url
    assert ActionItem.objects.get().done_at == now
    assert "Sudah ditandai selesai" in browser.get(url).content.decode()
    browser.post(url, {"deed": "reopen"})
    assert ActionItem.objects.get().done_at is None
    browser.post(url)
    assert ActionItem.objects.get().done_at is None
    browser.post(url, {"deed": "finish"})
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert 'name="deed"' not in browser.get(url).content.decode()
    browser.post(url, {"deed": "reopen"})
    assert ActionItem.objects.get().done_at == now


def test_wrong_links_get_one_kind_answer(outsider: ActionItem) -> None:
    token = item_token(outsider)
    link = read_item_token(token)
    assert link == (outsider.pk, 1, address_mark("luar@mitra.test"))
    answers = set()
    for wrong in (token + "x", token.replace(token[0], "Z", 1), "abc", "%00"):
        answer = Client().get(reverse("action_item_link", args=[wrong]))
        assert answer.status_code == 404
        answers.add(answer.content.decode().partition("<main")[2])
    ActionItem.objects.update(owner_email="lain@mitra.test")
    answer = Client().post(reverse("action_item_link", args=[token]), {"deed": "finish"})
    assert answer.status_code == 404
    assert ActionItem.objects.get().done_at is None
    assert len(answers) == 1


# --- with an account


def test_owner_finds_it_on_the_home_finishes_it_and_takes_it_back(
    as_user: Any, bureau: Bureau, own: ActionItem, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    make_action_item(own.meeting, due_on=DUE, owner=bureau.admin, text="Belum terbit")
    make_action_item(own.meeting, due_on=DUE, owner=bureau.staff, text="Milik orang lain", issued_at=now)
    client, home = as_user(bureau.admin), reverse("home")

    def shown() -> list[tuple[str, bool]]:
        return [(row.item.text, row.is_done) for row in client.get(home).context["own_items"].rows]

    assert shown() == [("Menyusun kerangka acuan", False)]
    assert client.post(reverse("action_item_finish", args=[own.pk])).url == home
    assert shown() == [("Menyusun kerangka acuan", True)]
    client.post(reverse("action_item_reopen", args=[own.pk]))
    assert shown() == [("Menyusun kerangka acuan", False)]
    client.post(reverse("action_item_finish", args=[own.pk]))
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert shown() == []


def test_homes_of_all_who_can_own_show_their_items(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime
) -> None:
    for user in (bureau.staff, jateng.admin, jateng.operator):
        make_action_item(jateng.meeting, due_on=DUE, owner=user, text=f"Bagi {user.pk}", issued_at=now)
    for user, n in ((bureau.staff, 1), (jateng.admin, 1), (jateng.operator, 2), (maluku.admin, 0), (bureau.leader, 0)):
        assert len(as_user(user).get(reverse("home")).context["own_items"].rows) == n


def test_owner_reads_the_own_item_and_not_the_meeting(as_user: Any, jateng: Kanwil, maluku: Kanwil) -> None:
    client = as_user(jateng.operator)
    page = client.get(reverse("action_item_detail", args=[jateng.action_item.pk]))
    assert f"Tugas {jateng.canary}" in page.content.decode()
    meeting = reverse("meeting_detail", args=[jateng.workshop.pk, jateng.meeting.pk])
    assert meeting not in page.content.decode()
    assert client.get(meeting).status_code == 403  # the role has no business there, whoever owns what
    other = make_action_item(jateng.meeting, due_on=DUE, owner=jateng.admin, issued_at=jateng.meeting.created_at)
    for item in (other, maluku.action_item):
        assert client.get(reverse("action_item_detail", args=[item.pk])).status_code == 404
        assert client.post(reverse("action_item_finish", args=[item.pk])).status_code == 404
    for user, seen in ((jateng.operator, {jateng.action_item}), (jateng.admin, {jateng.action_item, other})):
        assert set(ActionItem.objects.visible_to(user)) == seen
        assert set(ActionItem.objects.editable_by(user)) == seen


def test_who_keeps_the_meeting_may_finish_and_reopen_from_there(
    as_user: Any, bureau: Bureau, outsider: ActionItem, now: datetime
) -> None:
    client = as_user(bureau.staff)
    there = reverse("meeting_detail", args=[bureau.workshop.pk, outsider.meeting_id])
    assert client.post(reverse("action_item_finish", args=[outsider.pk]), {"from": "meeting"}).url == there
    assert ActionItem.objects.get().done_by == bureau.staff
    ActionItem.objects.update(done_at=now - 9 * DAY)
    client.post(reverse("action_item_reopen", args=[outsider.pk]), {"from": "meeting"})
    assert ActionItem.objects.get().done_at is None


def test_owner_learns_that_it_is_too_late_to_take_back(
    as_user: Any, bureau: Bureau, jateng: Kanwil, now: datetime
) -> None:
    ActionItem.objects.filter(pk=jateng.action_item.pk).update(done_at=now - 9 * DAY, done_by=jateng.operator)
    answer = as_user(jateng.operator).post(reverse("action_item_reopen", args=[jateng.action_item.pk]), follow=True)
    assert str(TooLateToTakeBack())[:40] in answer.content.decode()


def test_an_account_is_led_to_the_portal_and_others_to_their_link(
    own: ActionItem, outsider: ActionItem, bureau: Bureau
) -> None:
    assert reverse("action_item_detail", args=[own.pk]) in item_url(own)
    bureau.admin.is_active = False
    bureau.admin.save()
    own.refresh_from_db()
    assert "tautan" in item_url(own)
    assert "tautan" in item_url(outsider)
    assert OVERDUE in KINDS
