"""Which letters exist when: real rows of the outbox, exact sets, with the rows beside them that must get nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from outbox import planners
from outbox.actions import plan_letters
from outbox.models import Message, State
from participants.actions import invitations, registrations
from participants.letters.wishes import wishes
from participants.models import Allocation, Invitation, Registration
from tests.factories import make_question
from tests.participants.scene import NOW, Scene, make_contact, make_scene, person, plan, send_all
from workshops.actions.schedule import (
    RegistrationWindow,
    Schedule,
    consequences_of,
    letters_of_move,
    move_workshop,
    schedule_of,
)
from workshops.actions.states import change_state
from workshops.models import Session, SessionRole, Speaker, Workshop, WorkshopState

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
JAVA, PAPUA = "humas@jateng.test", "humas@papua.test"


def invite(scene: Scene, *units, **terms) -> list[Invitation]:
    terms = {"seats_onsite": 2, "seats_online": 1, "reply_deadline": NOW + 10 * DAY} | terms
    return invitations.invite_units(scene.workshop, units=units, by=scene.staff, now=NOW, **terms)


def seat(scene: Scene, unit, name: str, email: str, *, now=NOW, mode="onsite") -> Registration:
    allocation = Allocation.objects.get(invitation__workshop=scene.workshop, unit=unit)
    return registrations.register(
        allocation, person=person(name, unit=unit, email=email), mode=mode, by=scene.staff, now=now
    )


def move(scene: Scene, by: timedelta, *, now) -> Workshop:
    workshop = Workshop.objects.get(pk=scene.workshop.pk)
    before = schedule_of(workshop)
    facts = {**vars(before), "starts_at": before.starts_at + by, "ends_at": before.ends_at + by}
    window = RegistrationWindow(workshop.registration_opens_at, workshop.registration_deadline)
    return move_workshop(workshop, schedule=Schedule(**facts), window=window, by=scene.staff, now=now)


def set_state(scene: Scene, *states: str, now) -> None:
    for state in states:
        workshop = Workshop.objects.get(pk=scene.workshop.pk)
        change_state(workshop, to=state, reason="Gedung dipakai", by=scene.staff, now=now)


def bring_back(scene: Scene, *, now) -> None:
    """From cancelled to open again, by the states there are."""
    scene.staff.role = "bureau_admin"
    scene.staff.save()
    set_state(scene, WorkshopState.PLANNED, WorkshopState.APPROVED, WorkshopState.REGISTRATION, now=now)


def without_reminders(letters: set[tuple[str, str, str]]) -> set[tuple[str, str]]:
    return {(kind, address) for kind, rule, address in letters if not rule}


# --- units


def test_invited_units_get_one_letter_for_each_publicity_contact(scene):
    make_contact(scene.java, "Kedua", "kedua@jateng.test")
    make_contact(scene.java, "Kembar", "HUMAS@jateng.test")
    make_contact(scene.java, "Kerja sama", "kerjasama@jateng.test", for_publicity=False)
    make_contact(scene.java, "Lama", "lama@jateng.test", is_active=False)
    make_contact(scene.java, "Tanpa surel", "")
    make_contact(scene.semarang, "Tidak diundang", "lapas@jateng.test")
    invite(scene, scene.java, scene.papua)
    assert without_reminders(plan(NOW)) == {
        ("invitation", JAVA),
        ("invitation", "kedua@jateng.test"),
        ("invitation", PAPUA),
    }
    assert plan(NOW + MINUTE) == set()


def test_ticks_may_be_repeated_and_come_late(scene):
    invite(scene, scene.java, scene.papua)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW)
    letters = Message.objects.count()
    for tick in (NOW, NOW, NOW + MINUTE, NOW + HOUR, NOW + 3 * DAY):
        plan_letters(wishes(tick), now=tick)
    assert Message.objects.count() == letters


def test_invitations_carry_their_window_topic_and_recipient(scene):
    (made,) = invite(scene, scene.java)
    plan(NOW)
    letter = Message.objects.get(kind="participants.invitation")
    assert (letter.topic, letter.topic_rev, letter.unit, letter.ref) == (
        scene.workshop.topic,
        1,
        scene.java,
        made.pk,
    )
    assert (letter.not_before, letter.not_after, letter.context) == (
        NOW,
        NOW + 10 * DAY,
        {"contact": scene.java_contact.pk},
    )


def test_a_unit_that_accepted_still_gets_its_link_but_one_that_declined_nothing(scene):
    invite(scene, scene.java, scene.papua)
    invitations.accept(Invitation.objects.get(unit=scene.java), by=scene.java_admin, now=NOW)
    invitations.decline(Invitation.objects.get(unit=scene.papua), reason="Bentrok", by=scene.papua_admin, now=NOW)
    assert without_reminders(plan(NOW)) == {("invitation", JAVA)}


def test_unanswered_units_are_reminded_three_and_one_working_day_before_at_their_own_hour(scene):
    invite(scene, scene.java, scene.papua, reply_deadline=NOW + 14 * DAY)  # Monday 21 September, 10.00 WIB
    assert plan(NOW) == {
        ("invitation", "", JAVA),
        ("unit_reminder", "H-3", JAVA),
        ("unit_reminder", "H-1", JAVA),
        ("invitation", "", PAPUA),
        ("unit_reminder", "H-3", PAPUA),
        ("unit_reminder", "H-1", PAPUA),
    } - {("unit_reminder", "H-3", JAVA), ("unit_reminder", "H-3", PAPUA)}
    # Both fall on Friday 18 September: the nearest is the one that leaves, at nine o'clock of each place.
    due = dict(Message.objects.filter(rule="H-1").values_list("to_addr", "not_before"))
    assert {address: f"{moment:%d %H.%M}" for address, moment in due.items()} == {JAVA: "18 02.00", PAPUA: "18 00.00"}


def test_reminders_to_units_end_with_the_answer(scene):
    invite(scene, scene.java, scene.papua)
    plan(NOW)
    send_all(NOW)
    invitations.accept(Invitation.objects.get(unit=scene.java), by=scene.java_admin, now=NOW + DAY)
    assert set(Message.objects.filter(kind="participants.unit_reminder").values_list("to_addr", "state")) == {
        (JAVA, State.CANCELLED),
        (PAPUA, State.PENDING),
    }
    assert plan(NOW + 2 * DAY) == set()


def test_reasons_of_withdrawn_letters_are_kept_in_indonesian_whoever_acts(scene):
    invite(scene, scene.java, scene.papua)
    gone = seat(scene, scene.papua, "Lepas", "lepas@papua.test")
    seat(scene, scene.papua, "Tetap", "tetap@papua.test")
    plan(NOW)
    with translation.override("en"):
        invitations.accept(Invitation.objects.get(unit=scene.java), by=scene.java_admin, now=NOW)
        registrations.cancel(gone, reason="Sakit", by=scene.staff, now=NOW)
        move(scene, DAY, now=NOW + HOUR)
        plan(NOW + HOUR)
        set_state(scene, WorkshopState.CANCELLED, now=NOW + 2 * HOUR)
    assert set(Message.objects.filter(state=State.CANCELLED).values_list("last_error", flat=True)) == {
        "Satuan kerja sudah menjawab.",
        "Pendaftaran sudah dibatalkan atau diganti.",
        "Jadwal atau tempat berubah.",
        "Status menjadi Dibatalkan.",
    }


def test_a_new_deadline_plans_new_reminders_and_withdraws_the_old(scene):
    (made,) = invite(scene, scene.java)
    plan(NOW)
    send_all(NOW)
    later = NOW + 16 * DAY  # Wednesday 23 September
    invitations.edit_invitation(
        made, seats_onsite=2, seats_online=1, reply_deadline=later, by=scene.staff, now=NOW + DAY
    )
    assert plan(NOW + DAY) == {("unit_reminder", "H-3", JAVA), ("unit_reminder", "H-1", JAVA)}
    waiting = Message.objects.filter(kind="participants.unit_reminder", state=State.PENDING)
    assert {f"{row.not_before:%d}" for row in waiting} == {"18", "22"}


def test_reminding_by_hand_reaches_exactly_those_who_have_not_answered_and_once(scene):
    make_contact(scene.semarang, "Lapas", "lapas@jateng.test")
    make_contact(scene.jepara, "Rutan", "rutan@jateng.test")
    invite(scene, scene.java, scene.papua, scene.semarang, scene.jepara)
    plan(NOW)
    send_all(NOW)
    invitations.accept(Invitation.objects.get(unit=scene.java), by=scene.java_admin, now=NOW)
    invitations.decline(Invitation.objects.get(unit=scene.semarang), reason="Bentrok", by=scene.java_admin, now=NOW)
    invitations.withdraw_invitation(Invitation.objects.get(unit=scene.jepara), by=scene.staff, now=NOW)
    before = set(Message.objects.values_list("pk", flat=True))
    for minute in range(10):
        invitations.remind_units(scene.workshop, by=scene.staff, now=NOW + DAY + minute * MINUTE)
    new = Message.objects.exclude(pk__in=before)
    assert set(new.values_list("kind", "to_addr", "rule")) == {("participants.unit_reminder", PAPUA, "n-1")}
    assert set(Invitation.objects.filter(n_reminders__gt=0).values_list("unit__short_name", "n_reminders")) == {
        ("Kanwil Papua", 1)
    }
    assert invitations.to_remind(scene.workshop, now=NOW + DAY + 2 * HOUR) == [Invitation.objects.get(unit=scene.papua)]


def test_a_withdrawn_unit_hears_of_it_if_told_and_may_be_asked_anew(scene):
    java, papua = invite(scene, scene.java, scene.papua)
    plan(NOW)
    send_all(NOW, to_addr=JAVA)
    for invitation in (java, papua):
        invitations.withdraw_invitation(invitation, by=scene.staff, now=NOW + HOUR)
    assert plan(NOW + HOUR) == {("invitation_cancelled", "", JAVA)}
    assert set(Message.objects.filter(kind="participants.invitation").values_list("to_addr", "state")) == {
        (JAVA, State.SENT),
        (PAPUA, State.CANCELLED),
    }
    send_all(NOW + HOUR)
    assert plan(NOW + 2 * HOUR) == set()
    invitations.invite_units(
        scene.workshop,
        units=[scene.java],
        seats_onsite=1,
        seats_online=0,
        reply_deadline=NOW + 10 * DAY,
        by=scene.staff,
        now=NOW + DAY,
    )
    assert without_reminders(plan(NOW + DAY)) == {("invitation", JAVA)}
    java.refresh_from_db()
    assert java.link_version == 3


# --- people


def test_people_with_an_address_get_a_confirmation_and_their_reminders(scene):
    invite(scene, scene.java, scene.papua)
    seat(scene, scene.java, "Budi", "Budi@Jateng.test")
    seat(scene, scene.java, "Tanpa Surel", "")
    seat(scene, scene.papua, "Yos", "yos@papua.test")
    cancelled = seat(scene, scene.papua, "Batal", "batal@papua.test", mode="online")
    registrations.cancel(cancelled, reason="Sakit", by=scene.staff, now=NOW)
    kinds = {"confirmation", "reminder", "registration_cancelled"}
    assert {letter for letter in plan(NOW) if letter[0] in kinds} == {
        ("confirmation", "", "budi@jateng.test"),
        ("confirmation", "", "yos@papua.test"),
    }
    # The workshop is on Monday 28 September: H-3 and H-1 both fall on the Friday before, the nearest is kept.
    # Reminders are written ten days before they leave.
    nearer = plan(NOW + 5 * DAY)
    assert {letter for letter in nearer if letter[0] in kinds} == {
        ("reminder", "H-7", "budi@jateng.test"),
        ("reminder", "H-7", "yos@papua.test"),
    }
    assert {letter for letter in plan(NOW + 9 * DAY) if letter[0] in kinds} == {
        ("reminder", "H-1", "budi@jateng.test"),
        ("reminder", "H-1", "yos@papua.test"),
    }
    due = Message.objects.filter(kind="participants.reminder").values_list("to_addr", "rule", "not_before")
    assert {(address, rule, f"{moment:%m-%d %H.%M}") for address, rule, moment in due} == {
        ("budi@jateng.test", "H-7", "09-21 02.00"),
        ("budi@jateng.test", "H-1", "09-25 02.00"),
        ("yos@papua.test", "H-7", "09-21 00.00"),
        ("yos@papua.test", "H-1", "09-25 00.00"),
    }


def test_a_late_registrant_gets_only_reminders_still_open_and_none_within_two_hours(scene):
    invite(scene, scene.java, reply_deadline=NOW + 20 * DAY)
    scene.workshop.registration_deadline = scene.workshop.starts_at
    scene.workshop.save()
    friday = scene.workshop.starts_at - 3 * DAY  # 09.00 WIB, when the last reminder leaves
    seat(scene, scene.java, "Kamis", "kamis@jateng.test", now=friday - DAY)
    assert {(kind, rule) for kind, rule, address in plan(friday - DAY) if address == "kamis@jateng.test"} == {
        ("confirmation", ""),
        ("reminder", "H-1"),
    }
    seat(scene, scene.java, "Jumat", "jumat@jateng.test", now=friday - HOUR)
    assert {(kind, rule) for kind, rule, address in plan(friday - HOUR) if address == "jumat@jateng.test"} == {
        ("confirmation", ""),
    }


def test_after_a_standstill_only_the_nearest_reminder_goes_out(scene):
    invite(scene, scene.java)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    Message.objects.all().delete()
    late = scene.workshop.starts_at - DAY
    Message.objects.create(
        **{
            field: getattr(_first_letter(scene), field)
            for field in (
                "dedup_key",
                "kind",
                "channel",
                "topic",
                "topic_rev",
                "ref",
                "to_addr",
                "message_id",
                "not_before",
                "recipient_name",
            )
        },
        state=State.SENT,
        sent_at=NOW,
        created_at=NOW,
    )
    assert {(kind, rule) for kind, rule, address in plan(late) if address == "budi@jateng.test"} == {
        ("reminder", "H-1"),
    }


def _first_letter(scene: Scene) -> Message:
    """The confirmation as the planner writes it, taken out again."""
    plan(NOW)
    letter = Message.objects.get(kind="participants.confirmation")
    Message.objects.all().delete()
    return letter


def test_a_cancelled_registration_is_told_to_who_knew_of_it_and_the_rest_is_withdrawn(scene):
    invite(scene, scene.java)
    knew = seat(scene, scene.java, "Tahu", "tahu@jateng.test")
    unaware = seat(scene, scene.java, "Belum", "belum@jateng.test")
    plan(NOW)
    send_all(NOW, to_addr="tahu@jateng.test")
    for one in (knew, unaware):
        registrations.cancel(one, reason="Sakit", by=scene.staff, now=NOW + HOUR)
    assert plan(NOW + HOUR) == {("registration_cancelled", "", "tahu@jateng.test")}
    states = Message.objects.exclude(kind="participants.registration_cancelled").filter(ref=unaware.pk)
    assert set(states.filter(kind__in=["participants.confirmation", "participants.reminder"]).values_list("state")) == {
        (State.CANCELLED,)
    }
    send_all(NOW + HOUR)
    assert plan(NOW + 2 * HOUR) == set()


def test_a_replaced_person_is_told_and_the_substitute_confirmed(scene):
    invite(scene, scene.java)
    first = seat(scene, scene.java, "Satu", "satu@jateng.test")
    plan(NOW)
    send_all(NOW)
    registrations.replace(
        first,
        person=person("Dua", unit=scene.java, email="dua@jateng.test"),
        reason="Dinas luar",
        by=scene.staff,
        now=NOW + HOUR,
    )
    assert without_reminders(plan(NOW + HOUR)) == {
        ("registration_cancelled", "satu@jateng.test"),
        ("confirmation", "dua@jateng.test"),
    }


# --- told or not, moved, cancelled, brought back


@pytest.fixture
def told_and_untold() -> Scene:
    """Kanwil Jawa Tengah and `tahu` were told; Kanwil Papua and `belum` are still waiting; `lepas` had left before."""
    scene = make_scene()
    invite(scene, scene.java, scene.papua)
    seat(scene, scene.java, "Tahu", "tahu@jateng.test")
    seat(scene, scene.papua, "Belum", "belum@papua.test")
    gone = seat(scene, scene.java, "Lepas", "lepas@jateng.test")
    plan(NOW)
    for address in (JAVA, "tahu@jateng.test", "lepas@jateng.test"):
        send_all(NOW, to_addr=address)
    registrations.cancel(gone, reason="Sakit", by=scene.staff, now=NOW)
    plan(NOW)
    send_all(NOW, to_addr="lepas@jateng.test")
    return scene


def last_letter() -> int:
    return Message.objects.order_by("-pk").values_list("pk", flat=True)[0]


def written_to_since(last: int, scene: Scene, *, now) -> set[str]:
    """The addresses told before that the tick writes to at once."""
    told = set(
        Message.objects.filter(topic=scene.workshop.topic, pk__lte=last).told().values_list("to_addr", flat=True)
    )
    planners.tick(now)
    at_once = Message.objects.filter(topic=scene.workshop.topic, pk__gt=last, not_before__lte=now)
    return told & set(at_once.values_list("to_addr", flat=True))


@pytest.fixture
def replaced(told_and_untold: Scene) -> Scene:
    """`ganti` was told of a seat and of its end; `penerus` holds it and was told."""
    scene = told_and_untold
    first = seat(scene, scene.java, "Ganti", "ganti@jateng.test")
    plan(NOW)
    send_all(NOW, to_addr="ganti@jateng.test")
    after = person("Penerus", unit=scene.java, email="penerus@jateng.test")
    registrations.replace(first, person=after, reason="Sakit", by=scene.staff, now=NOW)
    plan(NOW)
    for address in ("ganti@jateng.test", "penerus@jateng.test"):
        send_all(NOW, to_addr=address)
    speaker = Speaker.objects.create(name="Belum Menjawab", email="tanya@humas.test")
    session = Session.objects.create(
        workshop=scene.workshop, theme="Materi", starts_at=scene.workshop.starts_at, ends_at=scene.workshop.ends_at
    )
    SessionRole.objects.create(session=session, speaker=speaker)
    make_question(scene.workshop, speaker, now=NOW)
    planners.tick(NOW)
    send_all(NOW, to_addr="tanya@humas.test")
    return scene


TOLD_NOW = {JAVA, "tahu@jateng.test", "penerus@jateng.test", "tanya@humas.test"}


def test_the_preview_of_a_move_counts_whom_it_writes_to(replaced):
    scene, now, last = replaced, NOW + HOUR, last_letter()
    workshop = Workshop.objects.select_related("topic", "agreement").get(pk=scene.workshop.pk)
    before = schedule_of(workshop)
    after = Schedule(**{**vars(before), "starts_at": before.starts_at + DAY, "ends_at": before.ends_at + DAY})
    foretold = consequences_of(workshop, after, shift_sessions=True, leaving=letters_of_move(workshop, after, now))
    past = Schedule(**{**vars(before), "starts_at": NOW - 2 * DAY, "ends_at": NOW - DAY})
    assert letters_of_move(workshop, past, now) == []
    assert letters_of_move(workshop, before, now) == []
    move(scene, DAY, now=now)
    told = written_to_since(last, scene, now=now)
    assert told == TOLD_NOW
    assert (foretold.n_told, foretold.n_told_units) == (len(told), 1)


@pytest.mark.parametrize("rest", [WorkshopState.CANCELLED, WorkshopState.POSTPONED])
def test_the_page_of_a_workshop_counts_whom_a_cancellation_writes_to(replaced, sign_in, rest, monkeypatch):
    scene, now, last = replaced, NOW + HOUR, last_letter()
    address = f"/workshop/{scene.workshop.pk}/"
    with time_machine.travel(now, tick=False):
        assert f"{address}status/kabar/" in sign_in(scene.staff).get(address).text
        told = sign_in(scene.staff).get(f"{address}status/kabar/").text
    assert told == f"{len(TOLD_NOW)} alamat mendapat satu surat pemberitahuan."
    monkeypatch.setattr("workshops.views.moves.MOST_COUNTED", 2)
    with time_machine.travel(now, tick=False):
        cut = sign_in(scene.staff).get(f"{address}status/kabar/").text
    assert cut == "Lebih dari 2 alamat mendapat satu surat pemberitahuan."
    set_state(scene, rest, now=now)
    assert written_to_since(last, scene, now=now) == TOLD_NOW
    rested = sign_in(scene.staff).get(address)
    assert rested.context["was_told"] == (rest == WorkshopState.POSTPONED)


@pytest.mark.parametrize("as_if", [State.SENT, State.SENDING, State.UNCERTAIN])
def test_a_move_tells_who_was_told_and_invites_the_rest_to_the_new_date(told_and_untold, as_if):
    scene = told_and_untold
    Message.objects.filter(state=State.SENT).update(state=as_if)
    move(scene, DAY, now=NOW + HOUR)
    assert without_reminders(plan(NOW + HOUR)) == {
        ("invitation_moved", JAVA),
        ("invitation", PAPUA),
        ("moved", "tahu@jateng.test"),
        ("confirmation", "belum@papua.test"),
    }
    assert set(Message.objects.filter(topic_rev=1, state=State.PENDING)) == set()
    assert plan(NOW + 2 * HOUR) == set()


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.EXPIRED, State.SUPPRESSED, State.BOUNCED])
def test_who_never_got_the_first_letter_is_not_told_of_a_move(scene, state):
    invite(scene, scene.java)
    plan(NOW)
    Message.objects.update(state=state)
    move(scene, DAY, now=NOW + HOUR)
    assert without_reminders(plan(NOW + HOUR)) == {("invitation", JAVA)}


@pytest.mark.parametrize("rest", [WorkshopState.CANCELLED, WorkshopState.POSTPONED])
def test_a_cancellation_tells_exactly_who_was_told_once(told_and_untold, rest):
    scene = told_and_untold
    set_state(scene, rest, now=NOW + HOUR)
    assert plan(NOW + HOUR) == {("invitation_cancelled", "", JAVA), ("cancelled", "", "tahu@jateng.test")}
    send_all(NOW + HOUR)
    assert plan(NOW + 2 * HOUR) == set()
    assert not Message.objects.filter(state=State.PENDING).exists()


def test_a_workshop_brought_back_tells_the_told_anew_and_the_rest_for_the_first_time(told_and_untold):
    scene = told_and_untold
    set_state(scene, WorkshopState.CANCELLED, now=NOW + HOUR)
    plan(NOW + HOUR)
    send_all(NOW + HOUR)
    bring_back(scene, now=NOW + 2 * HOUR)
    assert without_reminders(plan(NOW + 2 * HOUR)) == {
        ("invitation_moved", JAVA),
        ("invitation", PAPUA),
        ("moved", "tahu@jateng.test"),
        ("confirmation", "belum@papua.test"),
    }


def test_moved_cancelled_and_back_before_anything_left_is_one_notice(told_and_untold):
    scene = told_and_untold
    move(scene, DAY, now=NOW + HOUR)
    plan(NOW + HOUR)
    set_state(scene, WorkshopState.CANCELLED, now=NOW + HOUR)
    plan(NOW + HOUR)
    bring_back(scene, now=NOW + 2 * HOUR)
    plan(NOW + 2 * HOUR)
    waiting = Message.objects.filter(state=State.PENDING, rule="").values_list("kind", "to_addr")
    assert {(kind.removeprefix("participants."), address) for kind, address in waiting} == {
        ("invitation_moved", JAVA),
        ("invitation", PAPUA),
        ("moved", "tahu@jateng.test"),
        ("confirmation", "belum@papua.test"),
    }


def test_a_second_move_tells_again_and_only_the_last_schedule_waits(told_and_untold):
    scene = told_and_untold
    for n in (1, 2, 3):
        move(scene, n * DAY, now=NOW + n * HOUR)
        plan(NOW + n * HOUR)
    assert set(Message.objects.filter(state=State.PENDING).values_list("topic_rev", flat=True)) == {4}
    send_all(NOW + 4 * HOUR)
    notices = Message.objects.filter(state=State.SENT, kind="participants.moved")
    assert set(notices.values_list("to_addr", "topic_rev")) == {("tahu@jateng.test", 4)}


def test_finished_and_past_workshops_plan_nothing(scene):
    invite(scene, scene.java)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    assert plan(scene.workshop.ends_at + MINUTE) == set()


# --- cost


def queries_of_a_tick(now) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        list(wishes(now))
    return len(caught)


def test_a_tick_costs_the_same_few_statements_whatever_is_there(scene):
    far, near = NOW, scene.workshop.starts_at - 8 * DAY
    empty = queries_of_a_tick(far), queries_of_a_tick(near)
    invite(scene, scene.java)
    seat(scene, scene.java, "Satu", "satu@jateng.test")
    missing = queries_of_a_tick(far), queries_of_a_tick(near)
    plan(NOW)
    plan(near)
    assert (empty, missing) == ((9, 11), (9, 11))
    assert (queries_of_a_tick(far), queries_of_a_tick(near)) == (9, 11)
    invite(scene, scene.papua, scene.semarang)
    for n in range(2):
        seat(scene, scene.papua, f"Yos {n}", f"yos{n}@papua.test")
    assert (queries_of_a_tick(far), queries_of_a_tick(near)) == (9, 11)
