"""Which letters to speakers exist when: real rows of the outbox, exact sets, and what they say."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from outbox.actions.planning import plan_letters
from outbox.models import Message, State
from partnerships.models import Organization
from tests.factories import Bureau, Kanwil, make_message, make_question
from workshops.actions.agenda import RoleRow, SessionFacts, add_session, edit_session, remove_session
from workshops.actions.releases import release_agenda
from workshops.actions.schedule import RegistrationWindow, move_workshop, schedule_of
from workshops.actions.speakers import SpeakerFacts, edit_speaker
from workshops.actions.states import change_state
from workshops.letters import speakers as letters
from workshops.models import Session, Speaker, Workshop

WIB = ZoneInfo("Asia/Jakarta")
# The workshop of the factory: Saturday 12 December 2026, 09.00-17.00 WIB; the speaker's session 09.00-11.00.
Letters = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def start_of_2026_rules(settings: Any) -> None:
    settings.REMINDER_DAYS, settings.REMINDER_HOUR = [7, 3, 1], 9


def plan(now: datetime) -> Letters:
    """Runs the planner; the kinds and rules that it added."""
    before = set(Message.objects.values_list("pk", flat=True))
    plan_letters(letters.plan_speaker_letters(now), now=now)
    new = Message.objects.exclude(pk__in=before)
    return {(row.kind.removeprefix("workshops.speaker_"), row.rule) for row in new}


def send_due(now: datetime) -> list[str]:
    """What the outbox would do: send what is due, drop what is late."""
    due = Message.objects.filter(state=State.PENDING, not_before__lte=now).order_by("pk")
    due.filter(not_after__lte=now).update(state=State.EXPIRED)
    kinds = [row.kind.removeprefix("workshops.speaker_") for row in due]
    due.update(state=State.SENT, sent_at=now)
    return kinds


def session_facts(session: Session, **changes: Any) -> SessionFacts:
    facts = {name: getattr(session, name) for name in ("kind", "theme", "starts_at", "ends_at", "room")}
    return SessionFacts(**(facts | changes))


def reschedule(bureau: Bureau, now: datetime, days: int = 1) -> Workshop:
    workshop = Workshop.objects.get(pk=bureau.workshop.pk)
    schedule = schedule_of(workshop)
    assert schedule.starts_at
    assert schedule.ends_at
    later = dataclasses.replace(
        schedule, starts_at=schedule.starts_at + timedelta(days=days), ends_at=schedule.ends_at + timedelta(days=days)
    )
    return move_workshop(workshop, schedule=later, window=RegistrationWindow(), by=bureau.staff, now=now)


def released(bureau: Bureau, now: datetime) -> None:
    release_agenda(bureau.workshop, name="Versi baru", by=bureau.staff, now=now)


def shift_session(bureau: Bureau, now: datetime, minutes: int) -> None:
    """Another time for the session, in a version that is released at once."""
    session = Session.objects.get(pk=bureau.session.pk)
    by = timedelta(minutes=minutes)
    facts = session_facts(session, starts_at=session.starts_at + by, ends_at=session.ends_at + by)
    edit_session(session, facts=facts, roles=[RoleRow("speaker", bureau.speaker)], by=bureau.staff, now=now)
    released(bureau, now)


def rendered(kind: str, **asked: Any) -> Any:
    message = Message.objects.filter(kind=f"workshops.speaker_{kind}", **asked).latest("pk")
    return letters.render_letters([message])[message.pk]


def test_speaker_with_an_address_is_told_once_and_then_reminded(bureau: Bureau, now: datetime) -> None:
    nobody = Speaker.objects.create(name="Tanpa surel")
    add_session(
        bureau.workshop,
        facts=session_facts(bureau.session, theme="Sesi lain"),
        roles=[RoleRow("speaker", nobody), RoleRow("moderator", None)],
        by=bureau.staff,
        now=now,
    )
    released(bureau, now)
    assert plan(now) == {("confirmation", "")}
    assert plan(now + timedelta(minutes=1)) == {("reminder", "H-7"), ("reminder", "H-3"), ("reminder", "H-1")}
    assert plan(now + timedelta(minutes=2)) == set()
    assert set(Message.objects.values_list("to_addr", "ref", "topic")) == {
        (bureau.speaker.email, bureau.speaker.pk, bureau.workshop.topic_id)
    }
    confirmation = Message.objects.get(kind=letters.CONFIRMATION)
    assert (confirmation.not_before, confirmation.not_after) == (now, bureau.session.ends_at)


def test_reminders_stand_on_working_days_and_close_when_the_next_opens(bureau: Bureau, now: datetime) -> None:
    plan(now)
    plan(now)
    windows = {
        row.rule: (f"{row.not_before.astimezone(WIB):%a %d %H.%M}", f"{row.not_after.astimezone(WIB):%a %d %H.%M}")
        for row in Message.objects.filter(kind=letters.REMINDER)
        if row.not_after
    }
    assert windows == {
        "H-7": ("Fri 04 09.00", "Wed 09 09.00"),
        "H-3": ("Wed 09 09.00", "Fri 11 09.00"),
        "H-1": ("Fri 11 09.00", "Sat 12 08.30"),
    }


def test_reader_elsewhere_is_reminded_at_the_own_hour(bureau: Bureau, maluku: Kanwil, now: datetime) -> None:
    Speaker.objects.filter(pk=bureau.speaker.pk).update(unit=maluku.unit)
    plan(now)
    plan(now)
    hours = {row.not_before.astimezone(ZoneInfo("Asia/Makassar")).hour for row in letters_of(bureau, letters.REMINDER)}
    assert hours == {9}


def letters_of(bureau: Bureau, kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind, ref=bureau.speaker.pk).order_by("pk"))


@pytest.mark.parametrize("state", ["idea", "planned", "finished", "reported"])
def test_nobody_is_told_of_a_workshop_that_is_not_on(bureau: Bureau, now: datetime, state: str) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state=state)
    assert plan(now) == set()


def test_workshop_that_is_over_is_left_alone(bureau: Bureau, now: datetime) -> None:
    assert plan(now + timedelta(days=22)) == set()


def test_after_a_standstill_only_the_nearest_reminder_goes(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    plan(now + timedelta(minutes=1))
    friday_noon = datetime(2026, 12, 11, 5, tzinfo=UTC)
    assert send_due(friday_noon) == ["reminder"]
    assert Message.objects.get(kind=letters.REMINDER, state=State.SENT).rule == "H-1"
    assert plan(friday_noon) == set()


def test_planner_that_slept_makes_only_the_nearest(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    assert plan(datetime(2026, 12, 9, 5, tzinfo=UTC)) == {("reminder", "H-3"), ("reminder", "H-1")}


def test_late_speaker_is_not_reminded_within_two_hours(bureau: Bureau) -> None:
    friday_eight = datetime(2026, 12, 11, 1, tzinfo=UTC)
    plan(friday_eight)
    send_due(friday_eight)
    assert plan(friday_eight + timedelta(minutes=1)) == set()


def test_move_tells_each_told_speaker_once_and_withdraws_the_old(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    plan(now)
    reschedule(bureau, now)
    assert set(Message.objects.filter(kind=letters.REMINDER).values_list("state", flat=True)) == {State.CANCELLED}
    assert plan(now) == {("moved", "")}
    assert plan(now) == {("reminder", "H-7"), ("reminder", "H-3"), ("reminder", "H-1")}
    assert plan(now) == set()


def test_move_before_anything_left_makes_one_first_letter(bureau: Bureau, now: datetime) -> None:
    plan(now)
    reschedule(bureau, now)
    assert plan(now) == {("confirmation", "")}
    assert sorted(Message.objects.values_list("topic_rev", "state")) == [(1, "cancelled"), (2, "pending")]


def test_two_moves_before_the_notice_left_make_one_notice(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    reschedule(bureau, now)
    plan(now)
    reschedule(bureau, now)
    plan(now)
    assert send_due(now) == ["moved"]


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN])
def test_letter_that_may_have_arrived_counts_as_told(bureau: Bureau, now: datetime, state: str) -> None:
    plan(now)
    Message.objects.update(state=state)
    reschedule(bureau, now)
    assert plan(now) == {("moved", "")}


def test_other_time_of_the_own_session_is_told_to_that_speaker_alone(bureau: Bureau, now: datetime) -> None:
    other = Speaker.objects.create(name="Orang lain", email="lain@humas.test")
    roles = [RoleRow("speaker", other)]
    facts = session_facts(bureau.session, theme="Sesi lain")
    add_session(bureau.workshop, facts=facts, roles=roles, by=bureau.staff, now=now)
    released(bureau, now)
    plan(now)
    send_due(now)
    plan(now)
    shift_session(bureau, now, 30)
    added = plan(now)
    assert added == {("moved", "")}
    assert [row.to_addr for row in Message.objects.filter(kind=letters.MOVED)] == [bureau.speaker.email]
    bureau.workshop.topic.refresh_from_db()
    assert bureau.workshop.topic.schedule_rev == 1


def test_there_and_back_before_the_notice_left_tells_nothing(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    shift_session(bureau, now, 30)
    plan(now)
    shift_session(bureau, now, -30)
    assert ("moved", "") not in plan(now)
    assert send_due(now) == []


def test_there_and_back_after_the_notice_left_tells_twice(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    shift_session(bureau, now, 30)
    plan(now)
    assert "moved" in send_due(now)
    shift_session(bureau, now, -30)
    assert ("moved", "") in plan(now)


def test_corrected_spelling_disturbs_nobody(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    plan(now)
    edit_session(
        bureau.session,
        facts=session_facts(bureau.session, theme="Menulis untuk media sosial pemerintah"),
        roles=[RoleRow("speaker", bureau.speaker)],
        by=bureau.staff,
        now=now,
    )
    released(bureau, now)
    assert plan(now) == set()
    assert Message.objects.filter(state=State.CANCELLED).count() == 0


def test_letter_that_staff_withdrew_is_not_made_again(bureau: Bureau, now: datetime) -> None:
    plan(now)
    Message.objects.update(state=State.CANCELLED)
    add_session(bureau.workshop, facts=session_facts(bureau.session, theme="Lain"), by=bureau.staff, now=now)
    released(bureau, now)
    assert plan(now) == set()


def test_speaker_taken_off_the_agenda_hears_of_it_once(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    plan(now)
    remove_session(bureau.session, by=bureau.staff, now=now)
    assert plan(now) == set()
    released(bureau, now)
    assert plan(now) == {("cancelled", "")}
    assert send_due(now) == ["cancelled"]
    assert plan(now) == set()
    change_state(bureau.workshop, to="cancelled", reason="Sebab uji", by=bureau.admin, now=now)
    assert plan(now) == set()


def test_speaker_never_told_is_not_told_of_an_end(bureau: Bureau, now: datetime) -> None:
    plan(now)
    change_state(bureau.workshop, to="cancelled", reason="Sebab uji", by=bureau.admin, now=now)
    assert plan(now) == set()
    assert set(Message.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_postponed_then_cancelled_then_back_tells_each_turn_once(bureau: Bureau, now: datetime) -> None:
    plan(now)
    send_due(now)
    for to in ("postponed", "cancelled"):
        change_state(bureau.workshop, to=to, reason="Sebab uji", by=bureau.admin, now=now)
        assert plan(now) == {("cancelled", "")}
        assert send_due(now) == ["cancelled"]
        assert plan(now) == set()
    change_state(bureau.workshop, to="planned", reason="Sebab uji", by=bureau.admin, now=now)
    assert plan(now) == set()
    change_state(bureau.workshop, to="approved", by=bureau.admin, now=now)
    assert plan(now) == {("moved", "")}


def test_moved_address_is_written_to_and_the_old_one_is_not(bureau: Bureau, now: datetime) -> None:
    plan(now)
    facts = SpeakerFacts(name=bureau.speaker.name, unit=bureau.unit, email="baru@humas.test")
    edit_speaker(bureau.speaker, facts=facts, by=bureau.staff, now=now)
    assert plan(now) == {("confirmation", "")}
    assert sorted(Message.objects.values_list("to_addr", "state")) == [
        ("baru@humas.test", "pending"),
        ("narasumber@humas.test", "cancelled"),
    ]


def test_letter_names_own_time_first_and_carries_a_calendar_file(bureau: Bureau, maluku: Kanwil, now: datetime) -> None:
    Speaker.objects.filter(pk=bureau.speaker.pk).update(unit=maluku.unit)
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        venue="Aula Contoh", meeting_url="https://rapat.invalid/1", meeting_passcode="sandi-uji"
    )
    plan(now)
    letter = rendered("confirmation", ref=bureau.speaker.pk)
    assert letter.subject == "Undangan narasumber: Workshop Nasional Media Sosial"
    for body in (letter.text, letter.html):
        assert "Sabtu, 12 Desember 2026 · 10.00–12.00 WITA" in body
        assert "09.00–11.00 WIB / 11.00–13.00 WIT" in body
        assert "Aula Contoh" in body
        assert "sandi-uji" in body
    (file,) = letter.attachments
    assert file.content_type == "text/calendar; method=REQUEST; charset=utf-8"
    event = Calendar.from_ical(file.content).walk("VEVENT")[0]
    assert str(event["uid"]).startswith(f"speaker-{bureau.workshop.pk}-{bureau.speaker.pk}@")
    assert event.decoded("dtstart") == bureau.session.starts_at
    assert b"sandi-uji" not in file.content


def sequence_of(kind: str) -> tuple[str, int]:
    event = Calendar.from_ical(rendered(kind).attachments[0].content).walk("VEVENT")[0]
    return str(event["uid"]), int(event["sequence"])


def test_calendar_keeps_its_uid_and_raises_its_sequence(bureau: Bureau, now: datetime) -> None:
    plan(now)
    seen = [sequence_of("confirmation")]
    send_due(now)
    shift_session(bureau, now, 30)
    plan(now)
    seen.append(sequence_of("moved"))
    send_due(now)
    reschedule(bureau, now)
    plan(now)
    seen.append(sequence_of("moved"))
    send_due(now)
    change_state(bureau.workshop, to="cancelled", reason="Sebab uji", by=bureau.admin, now=now)
    plan(now)
    seen.append(sequence_of("cancelled"))
    assert len({uid for uid, _ in seen}) == 1
    assert [n for _, n in seen] == sorted({n for _, n in seen})
    assert rendered("cancelled").attachments[0].content_type == "text/calendar; method=CANCEL; charset=utf-8"


@pytest.mark.parametrize(
    ("undo", "kind"),
    [
        (lambda b, now: (remove_session(b.session, by=b.staff, now=now), released(b, now)), "confirmation"),
        (lambda b, now: Workshop.objects.filter(pk=b.workshop.pk).update(state="cancelled"), "confirmation"),
    ],
)
def test_letter_whose_fact_is_gone_is_not_rendered(
    bureau: Bureau, now: datetime, undo: Callable[[Bureau, datetime], Any], kind: str
) -> None:
    plan(now)
    assert rendered(kind) is not None
    undo(bureau, now)
    assert rendered(kind) is None


def test_speaker_of_a_foreign_organisation_reads_english_frame(bureau: Bureau, now: datetime) -> None:
    foundation = Organization.objects.create(name="Contoh Stiftung", kind="foundation", country="Jerman")
    Speaker.objects.filter(pk=bureau.speaker.pk).update(unit=None, organization=foundation)
    plan(now)
    letter = rendered("confirmation")
    assert "09:00–11:00 WIB" in letter.text
    assert 'lang="en"' in letter.html


def test_planning_and_rendering_cost_the_same_for_one_and_for_three(
    bureau: Bureau, now: datetime, django_assert_num_queries: Any
) -> None:
    def planned() -> list[Any]:
        return list(letters.plan_speaker_letters(now))

    with django_assert_num_queries(5):
        assert len(planned()) == 1
    for n in (1, 2):
        speaker = Speaker.objects.create(name=f"Narasumber {n}", email=f"n{n}@humas.test")
        facts = session_facts(bureau.session, theme=f"Sesi {n}")
        roles = [RoleRow("speaker", speaker)]
        add_session(bureau.workshop, facts=facts, roles=roles, by=bureau.staff, now=now)
    released(bureau, now)
    with django_assert_num_queries(5):
        assert len(planned()) == 3
    plan(now)
    messages = list(Message.objects.order_by("pk"))
    for some in (messages[:1], messages):
        with django_assert_num_queries(4):
            assert all(letters.render_letters(some).values())


def test_settled_house_costs_one_statement(bureau: Bureau, now: datetime, django_assert_num_queries: Any) -> None:
    Workshop.objects.update(state="finished")
    with django_assert_num_queries(1):
        assert list(letters.plan_speaker_letters(now)) == []


def test_letters_of_other_apps_about_the_same_number_are_not_mistaken(bureau: Bureau, now: datetime) -> None:
    make_message(
        kind="participants.confirmation",
        to="x@humas.test",
        name="X",
        now=now,
        topic=bureau.workshop.topic,
        topic_rev=1,
        ref=bureau.speaker.pk,
        state=State.SENT,
        sent_at=now,
    )
    assert plan(now) == {("confirmation", "")}


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [("waiting", False), ("declined", False), ("proposed", False), ("accepted", True), (None, True)],
)
def test_only_who_said_yes_or_was_never_asked_here_is_told_to_come(
    bureau: Bureau, now: datetime, answer: str | None, is_told: bool
) -> None:
    if answer is not None:
        answered_at = None if answer == "waiting" else now
        make_question(bureau.workshop, bureau.speaker, now=now, answer=answer, answered_at=answered_at)

    assert [wish.kind for wish in letters.plan_speaker_letters(now)] == ([letters.CONFIRMATION] if is_told else [])


def test_a_reminder_that_waits_does_not_leave_after_a_refusal_and_nobody_is_told_that_they_are_released(
    bureau: Bureau, now: datetime
) -> None:
    plan(now)
    Message.objects.filter(kind=letters.CONFIRMATION).update(state=State.SENT, sent_at=now)
    plan(now)
    reminder = Message.objects.filter(kind=letters.REMINDER).earliest("not_before")
    assert letters.render_letters([reminder])[reminder.pk] is not None

    make_question(bureau.workshop, bureau.speaker, now=now, answer="declined", answered_at=now)

    assert letters.render_letters([reminder])[reminder.pk] is None
    assert list(letters.plan_speaker_letters(now)) == []
