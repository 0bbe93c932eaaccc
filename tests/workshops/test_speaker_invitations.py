"""Speakers are asked, reminded and released: whom the letters reach, when, and what they say."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from outbox.actions.planning import plan_letters
from outbox.models import Message, State
from partnerships.models import Organization
from tests.factories import Bureau, Kanwil, make_question
from tests.workshops.forms import wall
from workshops.actions import speaker_invitations as actions
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import RegistrationWindow, Schedule, move_workshop, schedule_of
from workshops.actions.speakers import SpeakerFacts, edit_speaker
from workshops.actions.states import change_state
from workshops.letters import speaker_invitations as letters
from workshops.links import read_speaker_token
from workshops.models import Session, SessionRole, Speaker, SpeakerInvitation, Workshop

WIB = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def rules_of_2026(settings: Any, now: datetime) -> Any:
    settings.SPEAKER_REMINDER_DAYS, settings.REMINDER_HOUR = [3, 1], 9
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


@pytest.fixture
def three(bureau: Bureau) -> list[Speaker]:
    """The speaker of the factory, a moderator, and a speaker without an address; an official besides."""
    moderator = Speaker.objects.create(name="Moderator", email="moderator@humas.test")
    mute = Speaker.objects.create(name="Tanpa surel")
    official = Speaker.objects.create(name="Pejabat", email="pejabat@humas.test")
    for speaker, role in ((moderator, "moderator"), (mute, "speaker"), (official, "official")):
        SessionRole.objects.create(session=bureau.session, speaker=speaker, role=role)
    return [bureau.speaker, moderator, mute]


def plan(now: datetime) -> set[tuple[str, str, str]]:
    """Runs the planner; kind, rule and address of the letters it added."""
    before = set(Message.objects.values_list("pk", flat=True))
    plan_letters(letters.plan_speaker_invitations(now), now=now)
    new = Message.objects.exclude(pk__in=before)
    return {(row.kind.removeprefix("workshops.speaker_invitation"), row.rule, row.to_addr) for row in new}


def news(now: datetime) -> set[tuple[str, str, str]]:
    """What was planned but reminders."""
    return {row for row in plan(now) if row[0] != "_reminder"}


def send_all(now: datetime) -> None:
    Message.objects.filter(state=State.PENDING, not_before__lte=now).update(state=State.SENT, sent_at=now)


def ask(bureau: Bureau, now: datetime, speakers: Any = None, days: int = 10) -> list[SpeakerInvitation]:
    chosen = [bureau.speaker] if speakers is None else speakers
    return actions.ask_speakers(
        bureau.workshop, speakers=chosen, reply_deadline=now + days * DAY, by=bureau.staff, now=now
    )


def answer(invitation: SpeakerInvitation, said: str, now: datetime, **facts: Any) -> None:
    reply = actions.Reply(answer=said, **facts)
    actions.keep_handed_in(invitation, parts=actions.HandedIn(reply=reply), now=now)


def rendered(kind: str) -> Any:
    message = Message.objects.filter(kind=kind).latest("pk")
    return letters.render_speaker_invitations([message])[message.pk]


def test_only_people_of_the_agenda_are_asked_and_each_once(bureau: Bureau, three: list[Speaker], now: datetime) -> None:
    stranger = Speaker.objects.create(name="Bukan di rundown", email="asing@humas.test")
    assert {one.speaker for one in ask(bureau, now, [*three, stranger])} == set(three)
    assert ask(bureau, now, three) == []
    assert news(now) == {("", "", "narasumber@humas.test"), ("", "", "moderator@humas.test")}
    assert plan(now) == set()


@pytest.mark.parametrize("state", ["idea", "running", "finished", "cancelled", "postponed"])
def test_nobody_is_asked_for_a_workshop_that_is_not_coming(bureau: Bureau, now: datetime, state: str) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state=state)
    with pytest.raises(actions.AskingIsClosed):
        ask(bureau, now)


@pytest.mark.parametrize("days", [-1, 0, 22])
def test_the_reply_deadline_lies_between_now_and_the_start(bureau: Bureau, now: datetime, days: int) -> None:
    with pytest.raises(actions.ReplyDeadlineDoesNotFit):
        ask(bureau, now, days=days)


def test_the_question_names_the_session_with_local_times_and_a_link_of_its_own(
    bureau: Bureau, jateng: Kanwil, now: datetime
) -> None:
    """The Kanwil of the factory reads clocks in Makassar."""
    SessionRole.objects.create(session=bureau.session, speaker=jateng.speaker)
    Message.objects.all().delete()
    (invitation,) = ask(bureau, now, [jateng.speaker])
    plan(now)
    letter = rendered(letters.QUESTION)
    assert letter.subject == "Mohon kesediaan Anda: Workshop Nasional Media Sosial"
    for part in (letter.text, letter.html):
        assert "Menulis untuk media sosial" in part
        assert "Sabtu, 12 Desember 2026 · 10.00–12.00 WITA" in part
        assert "09.00–11.00 WIB" in part
        assert "Selasa, 1 Desember 2026 · 11.00 WITA" in part
    token = letter.text.partition("/n/")[2].partition("/")[0]
    link = read_speaker_token(token)
    assert link
    assert (link.invitation_pk, link.version) == (invitation.pk, 1)


def test_a_speaker_from_abroad_is_asked_in_english(bureau: Bureau, now: datetime) -> None:
    abroad = Organization.objects.create(name="Foundation", country="Jerman")
    Speaker.objects.filter(pk=bureau.speaker.pk).update(unit=None, organization=abroad)
    ask(bureau, now)
    plan(now)
    assert '<html lang="en">' in rendered(letters.QUESTION).html


def test_who_has_not_answered_is_reminded_on_working_days_and_nobody_else(
    bureau: Bureau, three: list[Speaker], now: datetime
) -> None:
    """The deadline is Tuesday 1 December; three days before it is a Saturday, so the Friday."""
    first, moderator, _mute = ask(bureau, now, three)
    assert {first.speaker.name, moderator.speaker.name} == {"Narasumber Pusat", "Moderator"}
    answer(moderator, "accepted", now)
    reminders = {("_reminder", "H-3", bureau.speaker.email), ("_reminder", "H-1", bureau.speaker.email)}
    assert plan(now) == {("", "", bureau.speaker.email)} | reminders
    send_all(now)
    moments = {
        row.rule: f"{row.not_before.astimezone(WIB):%a %d %H.%M}"
        for row in Message.objects.filter(kind=letters.ANSWER_REMINDER)
    }
    assert moments == {"H-3": "Fri 27 09.00", "H-1": "Mon 30 09.00"}
    assert rendered(letters.ANSWER_REMINDER).subject.startswith("Mohon jawaban Anda")
    answer(first, "declined", now, note="Cuti")
    assert rendered(letters.ANSWER_REMINDER) is None  # late facts win
    assert plan(now + HOUR) == set()


def test_a_move_asks_again_who_has_not_answered(bureau: Bureau, three: list[Speaker], now: datetime) -> None:
    first, moderator, _mute = ask(bureau, now, three)
    assert first.speaker == bureau.speaker
    plan(now)
    send_all(now)
    answer(moderator, "accepted", now)
    workshop = Workshop.objects.get(pk=bureau.workshop.pk)
    schedule = schedule_of(workshop)
    later = type(schedule)(
        **vars(schedule) | {"starts_at": workshop.starts_at + DAY, "ends_at": workshop.ends_at + DAY}
    )
    move_workshop(workshop, schedule=later, window=RegistrationWindow(), by=bureau.staff, now=now)
    assert {row for row in plan(now + HOUR) if row[0] == ""} == {("", "", bureau.speaker.email)}


def test_a_move_asks_again_who_proposed_another_time(bureau: Bureau, now: datetime) -> None:
    (asked,) = ask(bureau, now)
    plan(now)
    send_all(now)
    workshop = Workshop.objects.get(pk=bureau.workshop.pk)
    assert workshop.starts_at is not None
    assert workshop.ends_at is not None
    answer(asked, "proposed", now, session=bureau.session, starts_at=workshop.starts_at + HOUR)
    assert plan(now + HOUR) == set()
    facts = vars(schedule_of(workshop)) | {"starts_at": workshop.starts_at + DAY, "ends_at": workshop.ends_at + DAY}
    move_workshop(workshop, schedule=Schedule(**facts), window=RegistrationWindow(), by=bureau.staff, now=now + HOUR)
    assert plan(now + 2 * HOUR) == {("", "", bureau.speaker.email)}
    assert rendered(letters.QUESTION) is not None
    assert plan(now + 2 * HOUR) == set()


def test_a_move_to_an_earlier_day_leaves_no_deadline_after_the_start(bureau: Bureau, now: datetime) -> None:
    (asked,) = ask(bureau, now)
    workshop = Workshop.objects.get(pk=bureau.workshop.pk)
    assert workshop.starts_at is not None
    assert workshop.ends_at is not None
    SpeakerInvitation.objects.filter(pk=asked.pk).update(reply_deadline=workshop.starts_at)
    facts = vars(schedule_of(workshop)) | {"starts_at": workshop.starts_at - HOUR, "ends_at": workshop.ends_at}
    move_workshop(workshop, schedule=Schedule(**facts), window=RegistrationWindow(), by=bureau.staff, now=now)
    asked.refresh_from_db()
    assert asked.reply_deadline == workshop.starts_at - HOUR


def test_withdrawing_tells_who_was_asked_and_nobody_else(bureau: Bureau, three: list[Speaker], now: datetime) -> None:
    first, moderator, _mute = ask(bureau, now, three)
    plan(now)
    Message.objects.filter(ref=first.pk).update(state=State.SENT, sent_at=now)
    for invitation in (first, moderator):
        actions.withdraw_question(invitation, by=bureau.staff, now=now + HOUR)
    assert Message.objects.get(ref=moderator.pk, kind=letters.QUESTION).state == State.CANCELLED
    assert plan(now + HOUR) == {("_withdrawn", "", bureau.speaker.email)}
    assert rendered(letters.TAKEN_BACK).subject.startswith("Permintaan ditarik")
    assert plan(now + HOUR) == set()
    (again,) = ask(bureau, now + 2 * HOUR, [bureau.speaker])
    assert (again.pk, again.version, again.answer) == (first.pk, 3, "waiting")
    assert news(now + 2 * HOUR) == {("", "", bureau.speaker.email)}


def test_a_cancelled_workshop_tells_who_was_asked_and_has_not_declined(
    bureau: Bureau, three: list[Speaker], now: datetime
) -> None:
    _first, moderator, _mute = ask(bureau, now, three)
    plan(now)
    send_all(now)
    answer(moderator, "declined", now, note="Cuti")
    change_state(bureau.workshop, to="cancelled", reason="Anggaran dialihkan", by=bureau.admin, now=now)
    assert plan(now + HOUR) == {("_withdrawn", "", bureau.speaker.email)}
    letter = rendered(letters.TAKEN_BACK)
    assert letter.subject.startswith("Dibatalkan")
    assert "Anggaran dialihkan" in letter.text
    assert plan(now + HOUR) == set()


def test_a_new_address_gets_a_letter_of_its_own(bureau: Bureau, now: datetime) -> None:
    ask(bureau, now)
    plan(now)
    facts = {name: getattr(bureau.speaker, name) for name in ("name", "unit", "position")}
    edit_speaker(bureau.speaker, facts=SpeakerFacts(**facts, email="baru@humas.test"), by=bureau.staff, now=now)
    assert {row.state for row in Message.objects.filter(to_addr="narasumber@humas.test")} == {State.CANCELLED}
    assert news(now + HOUR) == {("", "", "baru@humas.test")}


# --- the pages of the staff


def preview(client: Client, workshop: Workshop, speakers: list[Speaker], **more: Any) -> Any:
    data = {"speakers": [speaker.pk for speaker in speakers], "reply_deadline": "2026-12-01T16:00", "step": "preview"}
    return client.post(reverse("speakers_ask", args=[workshop.pk]), data | more)


def test_letters_leave_only_after_the_list_and_its_count_were_seen(
    staff: Client, bureau: Bureau, three: list[Speaker]
) -> None:
    begun = staff.get(reverse("speakers_ask", args=[bureau.workshop.pk]))
    assert {speaker.name for speaker in begun.context["form"].initial["speakers"]} == {one.name for one in three}
    page = preview(staff, bureau.workshop, three)
    assert (len(page.context["rows"]), page.context["n_reachable"]) == (3, 2)
    assert not SpeakerInvitation.objects.exists()
    seen = page.context["form"].seen
    changed = preview(staff, bureau.workshop, three[:2], step="confirm", seen=seen)
    assert "Daftar berubah" in changed.content.decode()
    assert not SpeakerInvitation.objects.exists()
    sent = preview(staff, bureau.workshop, three, step="confirm", seen=seen)
    assert sent["Location"] == reverse("workshop_people", args=[bureau.workshop.pk])
    assert {row.speaker for row in SpeakerInvitation.objects.all()} == set(three)
    assert {wall(row.reply_deadline, bureau.workshop) for row in SpeakerInvitation.objects.all()} == {
        "2026-12-01T16:00"
    }


def test_reminding_reaches_exactly_those_who_have_not_answered(
    staff: Client, bureau: Bureau, jateng: Kanwil, three: list[Speaker], now: datetime
) -> None:
    more = [Speaker.objects.create(name=name, email=f"{name}@humas.test") for name in ("mau", "tolak", "usul", "tarik")]
    for speaker in more:
        SessionRole.objects.create(session=bureau.session, speaker=speaker)
    invitations = {row.speaker.name: row for row in ask(bureau, now, [*three, *more])}
    make_question(jateng.workshop, bureau.speaker, now=now)
    answer(invitations["mau"], "accepted", now)
    answer(invitations["tolak"], "declined", now, note="Cuti")
    answer(invitations["usul"], "proposed", now, session=bureau.session, starts_at=bureau.session.starts_at + HOUR)
    actions.withdraw_question(invitations["tarik"], by=bureau.staff, now=now)
    url = reverse("speakers_remind", args=[bureau.workshop.pk])
    page = staff.get(url)
    waiting = {"Narasumber Pusat", "Moderator"}
    assert {row.speaker.name for row in page.context["rows"]} == waiting
    # Somebody answers while the page lies open.
    answer(invitations["Moderator"], "accepted", now)
    for _twice in range(2):
        staff.post(url, {"shown": [row.pk for row in page.context["rows"]]})
    reminders = Message.objects.filter(kind=letters.ANSWER_REMINDER)
    assert [(row.to_addr, row.rule) for row in reminders] == [(bureau.speaker.email, "n-1")]
    assert rendered(letters.ANSWER_REMINDER) is not None


def test_staff_sees_who_answered_what(staff: Client, bureau: Bureau, three: list[Speaker], now: datetime) -> None:
    first, moderator, _mute = ask(bureau, now, three)
    answer(first, "declined", now, note="Sedang tugas luar")
    page = staff.get(reverse("workshop_people", args=[bureau.workshop.pk]))
    found = {line.speaker.name: line.invitation and line.invitation.answer for line in page.context["lines"]}
    assert found == {"Narasumber Pusat": "declined", "Moderator": "waiting", "Tanpa surel": "waiting", "Pejabat": None}
    assert (page.context["n_to_remind"], page.context["n_to_ask"]) == (1, 1)
    assert "Sedang tugas luar" in page.content.decode()
    SessionRole.objects.filter(speaker=moderator.speaker).delete()
    page = staff.get(reverse("workshop_people", args=[bureau.workshop.pk]))
    assert "tidak lagi tercantum pada rundown" in page.content.decode()


def test_answers_are_not_for_those_who_only_see_the_workshop(
    as_user: Any, bureau: Bureau, jateng: Kanwil, now: datetime
) -> None:
    (invitation,) = ask(bureau, now)
    answer(invitation, "declined", now, note="Sedang tugas luar")
    url = reverse("workshop_people", args=[bureau.workshop.pk])
    for user in (jateng.admin, jateng.operator):
        text = as_user(user).get(url).content.decode()
        assert bureau.speaker.name in text
        assert "Sedang tugas luar" not in text
        assert bureau.speaker.email not in text
    assert "Sedang tugas luar" in as_user(bureau.leader).get(url).content.decode()


def test_staff_writes_down_what_was_said_by_telephone(staff: Client, bureau: Bureau, now: datetime) -> None:
    (invitation,) = ask(bureau, now)
    url = reverse("question_answer", args=[invitation.pk])
    refused = staff.post(url, {"answer": "declined", "note": ""})
    assert "note" in refused.context["form"].errors
    staff.post(url, {"answer": "accepted", "note": "Lewat telepon"})
    invitation.refresh_from_db()
    assert (invitation.answer, invitation.note, invitation.answered_by) == ("accepted", "Lewat telepon", bureau.staff)


def test_a_proposal_is_taken_over_into_the_agenda(staff: Client, bureau: Bureau, now: datetime) -> None:
    (invitation,) = ask(bureau, now)
    starts_at = bureau.session.starts_at + 3 * HOUR
    answer(invitation, "proposed", now, session=bureau.session, starts_at=starts_at, note="Pagi rapat")
    url = reverse("proposal_take", args=[invitation.pk])
    shown = staff.get(url)
    assert shown.context["facts"].starts_at == starts_at
    assert Session.objects.get().starts_at == bureau.session.starts_at  # a GET moves nothing
    staff.post(url)
    session = Session.objects.get()
    assert (session.starts_at, session.ends_at) == (starts_at, starts_at + 2 * HOUR)
    assert [role.speaker for role in session.roles.all()] == [bureau.speaker]
    invitation.refresh_from_db()
    assert (invitation.answer, invitation.answered_by, invitation.proposed_session) == ("accepted", bureau.staff, None)
    staff.post(url)
    assert Session.objects.get().starts_at == starts_at


def test_a_proposal_outside_the_workshop_is_refused_and_nothing_moves(bureau: Bureau, now: datetime) -> None:
    (invitation,) = ask(bureau, now)
    answer(invitation, "proposed", now, session=bureau.session, starts_at=bureau.session.starts_at + 9 * DAY)
    with pytest.raises(Refusal, match="hari-hari kegiatan"):
        actions.take_proposal(invitation, by=bureau.staff, now=now)
    assert Session.objects.get().starts_at == bureau.session.starts_at
    invitation.refresh_from_db()
    assert invitation.answer == "proposed"
