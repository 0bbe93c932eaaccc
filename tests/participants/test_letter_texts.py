"""What letters say: rendered from the newest facts, in the reader's zone, with a calendar entry that stays itself."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from outbox.actions.decisions import resend
from outbox.models import Message
from outbox.registry import Rendered, kind_named
from participants.actions import invitations, registrations
from participants.links import link_token
from participants.models import Allocation, Invitation
from tests.participants.scene import NOW, make_contact, person, plan, send_all
from tests.participants.test_letters import invite, move, seat, set_state
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def rendered(kind: str, address: str, **facts: object) -> Rendered | None:
    message = Message.objects.filter(kind=f"participants.{kind}", to_addr=address, **facts).latest("pk")
    return kind_named(message.kind).render([message])[message.pk]


def entry(letter: Rendered | None):
    """The one event in the letter's calendar file, and the file's method."""
    assert letter is not None
    (file,) = letter.attachments
    calendar = Calendar.from_ical(file.content)
    assert f"method={calendar['METHOD']}" in file.content_type
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_the_invitation_says_seats_deadline_and_the_readers_own_time_first(scene):
    scene.workshop.venue, scene.workshop.meeting_url = "Hotel Contoh", "https://rapat.invalid/rahasia"
    scene.workshop.save()
    (made,) = invite(scene, scene.papua)
    plan(NOW)
    letter = rendered("invitation", "humas@papua.test")
    token = link_token(made.pk, scene.papua_contact.pk, 1, scene.papua_contact.email)
    assert letter.subject == "Undangan: Workshop Media Sosial"
    for body in (letter.text, letter.html):
        assert "Yth. Yos Narahubung, Kanwil Papua" in body
        assert "3 peserta (2 tatap muka, 1 daring)" in body
        assert "Senin, 28 September 2026 · 11.00–19.00 WIT" in body
        assert "09.00–17.00 WIB / 10.00–18.00 WITA" in body
        assert "Kamis, 17 September 2026 · 12.00 WIT" in body
        assert "Hotel Contoh, atau daring" in body
        assert f"/u/{token}/" in body
        assert "rapat.invalid" not in body
        assert "\ue000" not in body
        assert not re.search(r"[{}]|None|{%", body.partition("</style>")[2] or body)
    assert letter.reply_to == scene.bureau.email


def test_names_are_text_in_html_and_one_line_in_subjects(scene):
    scene.workshop.title = "Humas & <b>Media</b>"
    scene.workshop.save()
    scene.java_contact.name = '<script>alert(1)</script> & "Sri" \ue000url\ue000'
    scene.java_contact.save()
    invite(scene, scene.java)
    plan(NOW)
    letter = rendered("invitation", "humas@jateng.test")
    assert letter.subject == "Undangan: Humas & <b>Media</b>"
    assert "<script>" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Sri&quot;" in letter.html
    assert "<b>Media</b>" not in letter.html
    assert "Humas & <b>Media</b>" in letter.text


def test_each_contact_gets_the_own_link_in_one_batch(scene):
    make_contact(scene.java, "Kedua", "kedua@jateng.test")
    (java, papua) = invite(scene, scene.java, scene.papua)
    plan(NOW)
    letters = list(Message.objects.filter(kind="participants.invitation"))
    texts = kind_named("participants.invitation").render(letters)
    links = {letter.to_addr: re.search(r"/u/(\S+)/", texts[letter.pk].text)[1] for letter in letters}
    assert links == {
        "humas@jateng.test": link_token(java.pk, scene.java_contact.pk, 1, scene.java_contact.email),
        "kedua@jateng.test": link_token(java.pk, scene.java.contacts.get(name="Kedua").pk, 1, "kedua@jateng.test"),
        "humas@papua.test": link_token(papua.pk, scene.papua_contact.pk, 1, scene.papua_contact.email),
    }


def test_the_confirmation_brings_a_calendar_entry_and_the_meeting_only_to_online_seats(scene):
    scene.workshop.meeting_url, scene.workshop.meeting_passcode = "https://rapat.invalid/medsos", "sandi-123"
    scene.workshop.save()
    invite(scene, scene.java)
    onsite = seat(scene, scene.java, "Budi, S.H.", "budi@jateng.test")
    seat(scene, scene.java, "Sri", "sri@jateng.test", mode="online")
    plan(NOW)
    letter = rendered("confirmation", "budi@jateng.test")
    method, event = entry(letter)
    assert (method, str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (
        "REQUEST",
        f"registration-{onsite.pk}@localhost",
        0,
        "CONFIRMED",
    )
    assert event["DTSTART"].dt == scene.workshop.starts_at
    assert "Yth. Budi, S.H." in letter.text
    assert "rapat.invalid" not in letter.text + letter.html + letter.attachments[0].content.decode()
    online = rendered("confirmation", "sri@jateng.test")
    assert "https://rapat.invalid/medsos" in online.text
    assert "sandi-123" in online.html


def places(letter: Rendered | None) -> tuple[str, str]:
    """What the letter's text says of the place, and its calendar file."""
    assert letter is not None
    said = re.search(r"^Tempat: (.*)$", letter.text, re.MULTILINE)
    return said[1] if said else "", str(entry(letter)[1].get("LOCATION", ""))


@pytest.mark.parametrize(
    ("mode", "to_onsite", "to_online", "to_unit"),
    [
        ("hybrid", "Aula Biro, Jakarta", "Daring", "Aula Biro, Jakarta, atau daring"),
        ("onsite", "Aula Biro, Jakarta", "Daring", "Aula Biro, Jakarta"),
        ("online", "Aula Biro, Jakarta", "Daring", "Daring"),
    ],
)
def test_the_calendar_names_the_place_that_the_letter_names(scene, mode, to_onsite, to_online, to_unit):
    invite(scene, scene.java)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    seat(scene, scene.java, "Sri", "sri@jateng.test", mode="online")
    facts = {"venue": "Aula Biro", "venue_address": "Jakarta", "meeting_url": "https://rapat.invalid/medsos"}
    Workshop.objects.update(mode=mode, **facts)
    plan(NOW)
    for kind, address, place in (
        ("confirmation", "budi@jateng.test", to_onsite),
        ("confirmation", "sri@jateng.test", to_online),
        ("invitation", "humas@jateng.test", to_unit),
    ):
        assert places(rendered(kind, address)) == (place, place)


def test_without_a_venue_the_place_is_the_office_of_the_host(scene):
    invite(scene, scene.java)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    Workshop.objects.update(mode="hybrid", venue="", venue_address="", host_unit=scene.papua)
    plan(NOW)
    assert places(rendered("confirmation", "budi@jateng.test")) == (scene.papua.official_name,) * 2
    assert places(rendered("invitation", "humas@jateng.test")) == (f"{scene.papua.official_name}, atau daring",) * 2


def test_the_meeting_stands_in_the_calendar_where_it_stands_in_the_letter(scene):
    Workshop.objects.update(mode="hybrid", venue="Aula Biro", meeting_url="https://rapat.invalid/medsos")
    invite(scene, scene.java)
    made = seat(scene, scene.java, "Sri", "sri@jateng.test", mode="online")
    plan(NOW)
    send_all(NOW)
    told = rendered("confirmation", "sri@jateng.test")
    assert str(entry(told)[1]["URL"]) == "https://rapat.invalid/medsos"
    registrations.cancel(made, reason="Dinas luar", by=scene.staff, now=NOW + HOUR)
    plan(NOW + HOUR)
    taken_out = rendered("registration_cancelled", "sri@jateng.test")
    assert "rapat.invalid" not in taken_out.text + taken_out.html + taken_out.attachments[0].content.decode()
    assert str(entry(taken_out)[1]["LOCATION"]) == "Daring"


def answer_in(letter: Rendered | None) -> tuple[str, str]:
    attendee = entry(letter)[1]["ATTENDEE"]
    return attendee.params["PARTSTAT"], attendee.params["RSVP"]


def test_the_calendar_says_of_a_unit_what_it_answered_and_of_people_that_they_come(scene):
    invite(scene, scene.java, scene.papua)
    plan(NOW)
    send_all(NOW)
    assert answer_in(rendered("invitation", "humas@jateng.test")) == ("NEEDS-ACTION", "FALSE")
    seat(scene, scene.java, "Budi", "budi@jateng.test")  # counts as the unit's yes
    plan(NOW)
    assert answer_in(rendered("invitation", "humas@jateng.test")) == ("ACCEPTED", "FALSE")
    assert answer_in(rendered("confirmation", "budi@jateng.test")) == ("ACCEPTED", "FALSE")
    invitations.decline(Invitation.objects.get(unit=scene.papua), reason="Bentrok", by=scene.papua_admin, now=NOW)
    move(scene, timedelta(days=1), now=NOW + HOUR)
    plan(NOW + HOUR)
    assert answer_in(rendered("invitation_moved", "humas@jateng.test")) == ("ACCEPTED", "FALSE")
    assert answer_in(rendered("invitation_moved", "humas@papua.test")) == ("DECLINED", "FALSE")


def numbered(kind: str, address: str) -> tuple[str, str, int]:
    method, event = entry(rendered(kind, address))
    return method, str(event["UID"]), int(event["SEQUENCE"])


@pytest.mark.parametrize("end", ["cancelled", "replaced"])
def test_taking_one_person_out_raises_the_sequence_and_no_later_letter_lowers_it(scene, end):
    invite(scene, scene.java)
    made = seat(scene, scene.java, "Budi", "budi@jateng.test")
    seat(scene, scene.java, "Tetap", "tetap@jateng.test")
    plan(NOW)
    send_all(NOW)
    uid = f"registration-{made.pk}@localhost"
    assert numbered("confirmation", "budi@jateng.test") == ("REQUEST", uid, 0)
    if end == "cancelled":
        registrations.cancel(made, reason="Dinas luar", by=scene.staff, now=NOW + HOUR)
    else:
        other = person("Ganti", unit=scene.java, email="ganti@jateng.test")
        registrations.replace(made, person=other, reason="Dinas luar", by=scene.staff, now=NOW + HOUR)
    plan(NOW + HOUR)
    assert numbered("registration_cancelled", "budi@jateng.test") == ("CANCEL", uid, 1)
    send_all(NOW + HOUR)
    farewell = Message.objects.get(kind="participants.registration_cancelled")
    resend(farewell, by=scene.staff, now=NOW + 2 * HOUR)
    assert numbered("registration_cancelled", "budi@jateng.test") == ("CANCEL", uid, 1)
    assert numbered("confirmation", "tetap@jateng.test")[2] == 0

    Allocation.objects.update(seats_onsite=9)
    again = registrations.register(
        made.allocation, person=made.participant, mode="onsite", by=scene.staff, now=NOW + 3 * HOUR
    )
    plan(NOW + 3 * HOUR)
    new_uid = f"registration-{again.pk}@localhost"
    assert numbered("confirmation", "budi@jateng.test") == ("REQUEST", new_uid, 1)
    send_all(NOW + 3 * HOUR)
    move(scene, timedelta(days=1), now=NOW + 4 * HOUR)
    plan(NOW + 4 * HOUR)
    assert numbered("moved", "budi@jateng.test") == ("REQUEST", new_uid, 2)
    send_all(NOW + 4 * HOUR)
    set_state(scene, "cancelled", now=NOW + 5 * HOUR)
    plan(NOW + 5 * HOUR)
    assert numbered("cancelled", "budi@jateng.test") == ("CANCEL", new_uid, 3)
    assert numbered("cancelled", "tetap@jateng.test")[2] == 2


def test_a_withdrawn_invitation_raises_the_sequence_and_so_does_asking_again(scene):
    (made,) = invite(scene, scene.java)
    uid = f"invitation-{made.pk}@localhost"
    plan(NOW)
    send_all(NOW)
    seen = [numbered("invitation", "humas@jateng.test")]
    invitations.withdraw_invitation(made, by=scene.staff, now=NOW + HOUR)
    plan(NOW + HOUR)
    send_all(NOW + HOUR)
    seen.append(numbered("invitation_cancelled", "humas@jateng.test"))
    invitations.invite_units(
        scene.workshop,
        units=[scene.java],
        seats_onsite=1,
        seats_online=0,
        reply_deadline=NOW + timedelta(days=10),
        by=scene.staff,
        now=NOW + 2 * HOUR,
    )
    plan(NOW + 2 * HOUR)
    seen.append(numbered("invitation", "humas@jateng.test"))
    assert seen == [("REQUEST", uid, 0), ("CANCEL", uid, 1), ("REQUEST", uid, 2)]


def test_a_move_keeps_the_uid_and_raises_the_sequence(scene):
    invite(scene, scene.java)
    made = seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW)
    send_all(NOW)
    move(scene, timedelta(days=1), now=NOW + HOUR)
    plan(NOW + HOUR)
    letter = rendered("moved", "budi@jateng.test")
    method, event = entry(letter)
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", f"registration-{made.pk}@localhost", 1)
    assert "Selasa, 29 September 2026 · 09.00–17.00 WIB" in letter.text
    unit_letter = rendered("invitation_moved", "humas@jateng.test")
    method, event = entry(unit_letter)
    invitation = Invitation.objects.get()
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", f"invitation-{invitation.pk}@localhost", 1)
    assert "Peserta yang sudah Anda daftarkan tetap terdaftar" in unit_letter.text


@pytest.mark.parametrize(("state", "word"), [("cancelled", "Dibatalkan"), ("postponed", "Ditunda")])
def test_a_cancellation_takes_the_entry_out_and_says_why(scene, state, word):
    invite(scene, scene.java)
    made = seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW)
    send_all(NOW)
    set_state(scene, state, now=NOW + HOUR)
    plan(NOW + HOUR)
    for kind, address, uid in (
        ("cancelled", "budi@jateng.test", f"registration-{made.pk}@localhost"),
        ("invitation_cancelled", "humas@jateng.test", f"invitation-{Invitation.objects.get().pk}@localhost"),
    ):
        letter = rendered(kind, address)
        method, event = entry(letter)
        assert (method, str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == ("CANCEL", uid, 1, "CANCELLED")
        assert letter.subject == f"{word}: Workshop Media Sosial"
        assert "Gedung dipakai" in letter.text
        assert "Gedung dipakai" in letter.html


@pytest.mark.parametrize(
    ("closes_after", "deadline"),
    [(None, "Senin, 14 September 2026 · 09.00 WIB"), (2, "Rabu, 9 September 2026 · 10.00 WIB")],
)
def test_a_move_to_an_earlier_day_leaves_no_deadline_after_its_start(scene, closes_after, deadline):
    invite(scene, scene.java, scene.papua)
    soon = NOW + timedelta(days=3)
    Invitation.objects.filter(unit=scene.papua).update(reply_deadline=soon)
    closes_at = NOW + timedelta(days=closes_after) if closes_after else None
    Workshop.objects.update(registration_deadline=closes_at)
    plan(NOW)
    send_all(NOW)
    move(scene, timedelta(days=-14), now=NOW + HOUR)
    plan(NOW + HOUR)
    assert f"Jawab sebelum: {deadline}" in rendered("invitation_moved", "humas@jateng.test").text
    java, papua = Invitation.objects.get(unit=scene.java), Invitation.objects.get(unit=scene.papua)
    assert (papua.reply_deadline, papua.deadline_set_at) == (soon, None)
    assert java.deadline_set_at == NOW + HOUR
    assert java.registration_closes_at() <= Workshop.objects.get().starts_at
    assert java.history.latest().history_user == scene.staff


def test_no_letter_asks_for_an_answer_that_is_not_taken(scene):
    invite(scene, scene.java)
    plan(NOW)
    send_all(NOW)
    scene.staff.role = "bureau_admin"
    set_state(scene, "postponed", "approved", now=NOW + HOUR)
    plan(NOW + HOUR)
    moved = rendered("invitation_moved", "humas@jateng.test")
    assert [word for word in ("Jawab sebelum", "Jawab undangan") if word in moved.text + moved.html] == []
    assert "Lihat undangan" in moved.text
    with pytest.raises(invitations.WorkshopTakesNoInvitations):
        invitations.remind_units(Workshop.objects.get(), by=scene.staff, now=NOW + HOUR)
    set_state(scene, "registration", now=NOW + HOUR)
    assert len(invitations.remind_units(Workshop.objects.get(), by=scene.staff, now=NOW + HOUR)) == 1


def test_a_cancelled_registration_is_taken_out_with_its_reason(scene):
    invite(scene, scene.java)
    made = seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW)
    send_all(NOW)
    registrations.cancel(made, reason="Dinas luar", by=scene.staff, now=NOW + HOUR)
    plan(NOW + HOUR)
    letter = rendered("registration_cancelled", "budi@jateng.test")
    method, event = entry(letter)
    assert (method, str(event["UID"])) == ("CANCEL", f"registration-{made.pk}@localhost")
    assert "Dinas luar" in letter.text


def test_reminders_name_the_day_and_bring_no_second_entry(scene):
    invite(scene, scene.java)
    seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW + timedelta(days=5))
    letter = rendered("reminder", "budi@jateng.test", rule="H-7")
    assert (letter.subject, letter.attachments) == ("Pengingat H-7: Workshop Media Sosial", ())
    invite(scene, scene.papua)
    plan(NOW)
    unit_letter = rendered("unit_reminder", "humas@papua.test")
    assert (unit_letter.subject, unit_letter.attachments) == ("Mohon jawaban: Workshop Media Sosial", ())
    assert "Kamis, 17 September 2026 · 12.00 WIT" in unit_letter.text


def test_letters_whose_fact_is_gone_are_not_rendered(scene):
    invite(scene, scene.java, scene.papua)
    plan(NOW)
    assert rendered("unit_reminder", "humas@papua.test") is not None
    made = seat(scene, scene.java, "Budi", "budi@jateng.test")
    plan(NOW)
    assert rendered("invitation", "humas@jateng.test") is not None
    scene.java_contact.email = "baru@jateng.test"
    scene.java_contact.save()
    assert rendered("invitation", "humas@jateng.test") is None
    made.participant.email = "lain@jateng.test"
    made.participant.save()
    assert rendered("confirmation", "budi@jateng.test") is None
    Invitation.objects.filter(unit=scene.papua).update(withdrawn_at=NOW)
    assert rendered("invitation", "humas@papua.test") is None
    assert rendered("unit_reminder", "humas@papua.test") is None


def test_a_batch_costs_a_fixed_number_of_statements(scene):
    invite(scene, scene.java, scene.papua, seats_onsite=30)
    for n in range(20):
        seat(scene, scene.java, f"Orang {n}", f"orang{n}@jateng.test")
    plan(NOW)
    for kind, size, n_queries in (
        ("confirmation", 1, 1),
        ("confirmation", 20, 1),
        ("invitation", 1, 2),
        ("invitation", 2, 2),
    ):
        batch = list(Message.objects.filter(kind=f"participants.{kind}")[:size])
        assert len(batch) == size
        with CaptureQueriesContext(connection) as caught:
            kind_named(f"participants.{kind}").render(batch)
        assert len(caught) == n_queries, kind


def test_every_kind_of_this_app_is_registered_with_its_policy():
    kinds = {
        name: (kind_named(f"participants.{name}").when_uncertain, kind_named(f"participants.{name}").channel)
        for name in (
            "invitation",
            "unit_reminder",
            "invitation_moved",
            "invitation_cancelled",
            "confirmation",
            "reminder",
            "moved",
            "cancelled",
            "registration_cancelled",
        )
    }
    assert {name for name, policy in kinds.items() if policy == ("hold", "mail")} == {"unit_reminder", "reminder"}
    assert set(kinds.values()) == {("hold", "mail"), ("resend", "mail")}
