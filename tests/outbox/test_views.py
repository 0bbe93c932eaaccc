"""The pages of the outbox: who sees which letter, how it looks, and what each button does."""

import io
import re
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from outbox.models import Attempt, Channel, Heartbeat, Message, State, SuppressedAddress, Topic
from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil, make_message, make_user
from tests.outbox.letters import ACCOUNT, HOLD, RESEND, clock
from units.access import Role
from units.models import User

TOKEN = "https://portal.test/u/rahasia-sekali-pakai/"
LETTER = (
    b"From: portal@humas.invalid\r\nTo: a@b.test\r\nSubject: Undangan lama\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b'--x\r\nContent-Type: multipart/alternative; boundary="y"\r\n\r\n'
    b"--y\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBuka " + TOKEN.encode() + b"\r\n"
    b'--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>.a{}</style><a class="button" href="'
    + TOKEN.encode()
    + b"\">Jawab</a><form action='/x'></form>\r\n--y--\r\n"
    b'--x\r\nContent-Type: application/ics; name="jadwal.ics"\r\nContent-Disposition: attachment; '
    b'filename="jadwal.ics"\r\n\r\nBEGIN:VCALENDAR\r\nDESCRIPTION:Buka https://portal.test/u/rahasia\r\n'
    b" -sekali-pakai/ sekarang\r\nEND:VCALENDAR\r\n--x--\r\n"
)


@pytest.fixture
def bureau(db: None) -> Bureau:
    return build_bureau(clock())


@pytest.fixture
def maluku(bureau: Bureau) -> Kanwil:
    return build_kanwil("Maluku", bureau, number=1)


@pytest.fixture
def bali(bureau: Bureau) -> Kanwil:
    return build_kanwil("Bali", bureau, number=2)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def letter(bureau: Bureau, state: str = State.PENDING, **fields: Any) -> Message:
    now = clock()
    values: dict[str, Any] = {"topic": bureau.workshop.topic, "topic_rev": 1, "state": state}
    if state == State.SENT:
        values["sent_at"] = now
    return make_message(
        **{"kind": RESEND.name, "to": "humas@kantor.test", "name": "Narahubung", "now": now} | values | fields
    )


def shown(client: Client, query: str = "") -> set[Message]:
    response = client.get(f"{reverse('message_list')}{query}")
    assert response.status_code == 200
    return {line.message for line in response.context["lines"]}


# --- the list


def test_list_of_a_kanwil_is_exactly_its_own_region(maluku: Kanwil, bali: Kanwil) -> None:
    client = signed_in(maluku.admin)

    found = shown(client)

    expected = set(Message.objects.filter(unit__in=[maluku.unit, maluku.child]))
    assert found == expected
    assert maluku.message in found
    assert bali.canary not in client.get(reverse("message_list")).content.decode()


def test_list_of_the_bureau_leaves_out_account_letters_except_for_its_admin(bureau: Bureau) -> None:
    plain, secret = letter(bureau), letter(bureau, kind=ACCOUNT.name, is_sensitive=True)

    assert shown(signed_in(bureau.staff)) == {plain}
    assert shown(signed_in(bureau.admin)) == {plain, secret}


def test_list_by_workshop_shows_its_letters_and_hides_foreign_workshops(maluku: Kanwil, bali: Kanwil) -> None:
    client = signed_in(maluku.admin)

    assert shown(client, f"?workshop={maluku.workshop.pk}") == set(Message.objects.filter(topic=maluku.workshop.topic))
    for asked in (bali.workshop.pk, 0, "x", "9" * 30, "-1"):
        assert client.get(f"{reverse('message_list')}?workshop={asked}").status_code == 404
        assert client.get(f"{reverse('message_export')}?workshop={asked}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        ("tindakan", {State.FAILED, State.UNCERTAIN, State.BOUNCED, State.SUPPRESSED}),
        ("menunggu", {State.PENDING, State.RETRY, State.CLAIMED, State.SENDING}),
        ("terkirim", {State.SENT}),
        ("ditarik", {State.CANCELLED, State.EXPIRED}),
    ],
)
def test_chips_split_letters_by_where_they_stand(bureau: Bureau, asked: str, states: set[str]) -> None:
    for state in State.values:
        letter(bureau, state)
    letter(bureau, State.FAILED, settled_at=clock())

    found = shown(signed_in(bureau.staff), f"?keadaan={asked}")

    assert {message.state for message in found} == states
    assert all(message.settled_at is None for message in found)


@pytest.mark.parametrize("narrowed", ["q=orang", "jenis=participants.moved", "unit=1"])
def test_chips_count_the_whole_workshop_or_nothing(bureau: Bureau, narrowed: str) -> None:
    client, url = signed_in(bureau.staff), f"{reverse('message_list')}?workshop={bureau.workshop.pk}"
    assert None not in [chip.count for chip in client.get(url).context["chips"]]
    assert {chip.count for chip in client.get(f"{url}&{narrowed}").context["chips"]} == {None}


def test_each_kind_is_offered_once(bureau: Bureau) -> None:
    kinds = list(signed_in(bureau.staff).get(reverse("message_list")).context["filter"].form.fields["jenis"].choices)
    assert [value for value, _label in kinds].count("") == 1


def test_search_finds_name_unit_and_address(bureau: Bureau, maluku: Kanwil) -> None:
    other = letter(bureau, to="lain@kantor.test", name="Orang Lain")
    client = signed_in(bureau.staff)

    assert shown(client, "?q=orang+lain") == {other}
    assert shown(client, "?q=LAIN@kan") == {other}
    assert maluku.message in shown(client, "?q=Wilayah+Maluku")


def test_list_of_a_unit_holds_the_units_below(bureau: Bureau, maluku: Kanwil) -> None:
    below = letter(bureau, unit=maluku.child)
    letter(bureau)

    assert below in shown(signed_in(bureau.staff), f"?unit={maluku.unit.pk}")
    assert shown(signed_in(bureau.staff), f"?unit={maluku.child.pk}") == {below}


@pytest.mark.parametrize(
    "query", ["?q=%00", "?keadaan=x", "?unit=9999999999999999999999", "?unit=x", "?urut=x", "?halaman=%00", "?jenis=x"]
)
def test_list_answers_nonsense_with_a_page(bureau: Bureau, query: str) -> None:
    assert signed_in(bureau.staff).get(f"{reverse('message_list')}{query}").status_code == 200


def test_addresses_are_whole_only_in_the_own_tree(bureau: Bureau, maluku: Kanwil) -> None:
    address = maluku.contact.email

    assert address in signed_in(maluku.admin).get(reverse("message_list")).content.decode()
    page = signed_in(bureau.staff).get(reverse("message_list")).content.decode()
    assert address not in page
    assert f"{address.partition('@')[0]}@…" in page


def test_address_on_the_page_of_a_letter_is_whole_for_the_bureau_and_masked_for_leaders(bureau: Bureau) -> None:
    url = reverse("message_detail", args=[letter(bureau, to="seseorang@kantor.test").public_id])

    assert "seseorang@kantor.test" in signed_in(bureau.staff).get(url).content.decode()
    assert "seseorang@kantor.test" not in signed_in(bureau.leader).get(url).content.decode()


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_letter_and_three(bureau: Bureau, maluku: Kanwil, rows: int) -> None:
    Message.objects.all().delete()
    Channel.objects.get_or_create(name="mail")
    for _n in range(rows):
        letter(bureau, unit=maluku.unit)
    client = signed_in(bureau.staff)

    assert queries(client, reverse("message_list")) == LIST_QUERIES
    assert queries(client, f"{reverse('message_list')}?workshop={bureau.workshop.pk}") == WORKSHOP_LIST_QUERIES


LIST_QUERIES = 6
WORKSHOP_LIST_QUERIES = 8


def test_page_of_a_letter_costs_at_most_twelve_queries(bureau: Bureau, maluku: Kanwil) -> None:
    client = signed_in(bureau.staff)

    assert queries(client, reverse("message_detail", args=[maluku.message.public_id])) <= 12


def test_export_holds_exactly_what_the_list_shows(bureau: Bureau) -> None:
    sent = letter(bureau, State.SENT, name="Penerima Surat", to="terkirim@kantor.test", smtp_reply="250 OK", attempts=1)
    letter(bureau, State.FAILED)

    response = signed_in(bureau.staff).get(f"{reverse('message_export')}?keadaan=terkirim")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0)
    head, *found = rows.to_python()
    assert head[:3] == ["Pesan", "Penerima", "Alamat"]
    assert [row[1:5] for row in found] == [["Penerima Surat", "terkirim@…", "", "Terkirim"]]
    assert sent.smtp_reply in found[0][7]


def test_progress_counts_the_letters_of_the_workshop(bureau: Bureau) -> None:
    for state in [State.SENT, State.SENT, State.PENDING, State.RETRY, State.FAILED, State.UNCERTAIN, State.CANCELLED]:
        letter(bureau, state)
    letter(bureau, State.SENT, topic=None, topic_rev=0)
    Channel.objects.update(per_minute=2)

    tally = signed_in(bureau.staff).get(f"{reverse('message_list')}?workshop={bureau.workshop.pk}").context["tally"]

    assert (tally.sent, tally.total, tally.waiting, tally.retry, tally.failed, tally.uncertain, tally.withdrawn) == (
        2,
        6,
        1,
        1,
        1,
        1,
        1,
    )
    assert [segment.tone for segment in tally.segments] == ["teal", "gold", "brick"]


def test_estimate_follows_the_channels_rate(bureau: Bureau) -> None:
    for _n in range(5):
        letter(bureau)
    url = f"{reverse('message_list')}?workshop={bureau.workshop.pk}"
    client = signed_in(bureau.staff)

    Channel.objects.update(per_minute=2)
    assert client.get(url).context["pace"].minutes == 3
    Channel.objects.update(slowed_until=clock() + timedelta(minutes=5))
    assert client.get(url).context["pace"].minutes == 5
    Channel.objects.update(paused_until=clock() + timedelta(minutes=5), last_fault="connection refused")
    assert "connection refused" in client.get(url).content.decode()
    Channel.objects.update(paused_until=None, is_held=True)
    assert client.get(url).context["pace"].minutes is None


def test_strip_says_whether_the_machinery_moves(bureau: Bureau) -> None:
    client = signed_in(bureau.staff)
    assert not client.get(reverse("message_list")).context["pulse"].is_well
    beat = Heartbeat.objects.create(name="outbox.tick", at=clock())
    assert client.get(reverse("message_list")).context["pulse"].is_well
    late = letter(bureau, not_before=clock() - timedelta(minutes=9))
    assert client.get(reverse("message_list")).context["pulse"].oldest_due_at == late.not_before
    Topic.objects.update(is_held=True)
    assert client.get(reverse("message_list")).context["pulse"].is_well
    Heartbeat.objects.filter(pk=beat.pk).update(at=clock() - timedelta(minutes=9))
    assert not client.get(reverse("message_list")).context["pulse"].is_well


# --- one letter


def old_letter(bureau: Bureau, **fields: Any) -> Message:
    return letter(bureau, State.SENT, rendered=zlib.compress(LETTER), rendered_sha256="0" * 64, **fields)


def test_a_letter_that_left_is_shown_as_it_left(bureau: Bureau) -> None:
    page = signed_in(bureau.staff).get(reverse("message_detail", args=[old_letter(bureau).public_id]))

    assert page.context["reading"].subject == "Undangan lama"
    assert page.context["reading"].is_as_sent
    assert "jadwal.ics" in page.content.decode()


def test_a_letter_that_waits_is_shown_as_it_would_look_and_nothing_is_written(bureau: Bureau) -> None:
    message = letter(bureau)
    client = signed_in(bureau.staff)

    page = client.get(reverse("message_detail", args=[message.public_id]))
    body = client.get(reverse("message_body", args=[message.public_id]))

    assert not page.context["reading"].is_as_sent
    assert "Revisi 1." in body.content.decode()
    message.refresh_from_db()
    assert message.rendered is None


def test_signed_links_of_a_letter_are_dead_for_staff(bureau: Bureau) -> None:
    message = old_letter(bureau)
    client = signed_in(bureau.admin)
    urls = [
        reverse("message_detail", args=[message.public_id]),
        reverse("message_body", args=[message.public_id]),
        reverse("message_attachment", args=[message.public_id, 1]),
    ]

    for url in urls:
        text = re.sub(r"\s", "", client.get(url).content.decode())
        assert "rahasia" not in text, url
        assert "sekali-pakai" not in text, url
    body = client.get(urls[1]).content.decode()
    assert "href" not in body
    assert "action" not in body
    assert "<style>.a{}</style>" in body


def test_frame_of_a_letter_is_a_sandbox(bureau: Bureau) -> None:
    response = signed_in(bureau.staff).get(reverse("message_body", args=[old_letter(bureau).public_id]))

    policy = {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_attachment_is_a_download_of_the_letters_own_file(bureau: Bureau) -> None:
    message = old_letter(bureau)
    client = signed_in(bureau.staff)

    response = client.get(reverse("message_attachment", args=[message.public_id, 1]))

    assert response.headers["Content-Disposition"] == 'attachment; filename="jadwal.ics"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"BEGIN:VCALENDAR" in response.content
    for number in (0, 2, 99999999999999999999):
        assert client.get(reverse("message_attachment", args=[message.public_id, number])).status_code == 404


def test_account_letters_show_no_text_to_anybody(bureau: Bureau) -> None:
    message = letter(bureau, kind=ACCOUNT.name, is_sensitive=True)
    admin = signed_in(bureau.admin)

    assert admin.get(reverse("message_detail", args=[message.public_id])).context["reading"] is None
    assert admin.get(reverse("message_body", args=[message.public_id])).status_code == 404
    assert signed_in(bureau.staff).get(reverse("message_detail", args=[message.public_id])).status_code == 404


@pytest.mark.parametrize("context", [{"breaks": True}, {"gone": True}])
def test_a_letter_that_cannot_be_rendered_still_shows_its_facts(bureau: Bureau, context: dict[str, bool]) -> None:
    message = letter(bureau, context=context)
    client = signed_in(bureau.staff)

    assert client.get(reverse("message_detail", args=[message.public_id])).status_code == 200
    assert client.get(reverse("message_body", args=[message.public_id])).status_code == 404


def test_foreign_letters_are_not_found_by_any_door(maluku: Kanwil, bali: Kanwil) -> None:
    client = signed_in(maluku.admin)
    before = list(Message.objects.order_by("pk").values_list("pk", "state"))

    for name, args in [("message_detail", []), ("message_body", []), ("message_attachment", [1])]:
        assert client.get(reverse(name, args=[bali.message.public_id, *args])).status_code == 404
    for name in ("message_withdraw", "message_resend", "message_settle"):
        data = {"reason": "x", "putusan": "selesai"}
        assert client.post(reverse(name, args=[bali.message.public_id]), data).status_code == 404
    assert client.post(reverse("topic_hold", args=[bali.workshop.topic.pk])).status_code == 404
    assert list(Message.objects.order_by("pk").values_list("pk", "state")) == before


def test_reading_writes_nothing(bureau: Bureau, maluku: Kanwil) -> None:
    client, message = signed_in(bureau.admin), old_letter(bureau)
    urls = [
        reverse("message_list"),
        f"{reverse('message_list')}?workshop={bureau.workshop.pk}",
        reverse("message_export"),
        reverse("message_detail", args=[message.public_id]),
        reverse("message_detail", args=[maluku.message.public_id]),
        reverse("message_body", args=[maluku.message.public_id]),
        reverse("message_attachment", args=[message.public_id, 1]),
    ]
    client.get(urls[0])
    with CaptureQueriesContext(connection) as captured:
        for url in urls:
            b"".join(client.get(url))
    statements = [query["sql"] for query in captured]
    assert [sql for sql in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql)] == []


def test_an_uncertain_letter_says_so_calmly_before_the_technical_words(bureau: Bureau) -> None:
    message = letter(bureau, State.UNCERTAIN, last_error="no answer: TimeoutError", in_doubt_at=clock())
    page = signed_in(bureau.staff).get(reverse("message_list"))
    (line,) = [line for line in page.context["lines"] if line.message == message]
    assert line.note == (
        "Server surel tidak memberi jawaban yang jelas; surat ini mungkin sudah sampai. · no answer: TimeoutError"
    )


@pytest.mark.parametrize(
    ("stored", "in_english"),
    [
        ("Jadwal atau tempat berubah.", "Schedule or place changed."),
        ("Satuan kerja sudah menjawab.", "The work unit has answered."),
        ("Status menjadi Dibatalkan.", "The status is now Cancelled."),
        ("Staf Biro: Undangan ditarik.", "Staf Biro: Undangan ditarik."),
        ("550 5.1.1 Unknown user", "550 5.1.1 Unknown user"),
        ("", ""),
    ],
)
def test_reasons_of_the_portal_are_told_in_the_readers_language(bureau: Bureau, stored: str, in_english: str) -> None:
    message, client = letter(bureau, State.CANCELLED, last_error=stored), signed_in(bureau.staff)
    for language, told in (("id", stored), ("en", in_english)):
        User.objects.update(language=language)
        (line,) = client.get(reverse("message_list")).context["lines"]
        assert (line.message, line.note) == (message, told)


@pytest.mark.parametrize(
    ("code", "reply", "shown_as"),
    [
        (550, "550 5.1.1 Unknown user", "550 5.1.1 Unknown user"),
        (550, "550-5.1.1 Unknown user", "550-5.1.1 Unknown user"),
        (550, "5.1.1 Unknown user", "550 5.1.1 Unknown user"),
        (550, "5501 users", "550 5501 users"),
        (550, "", "550"),
        (None, "no answer: TimeoutError", "no answer: TimeoutError"),
    ],
)
def test_a_try_names_the_code_of_the_answer_once(bureau: Bureau, code: int | None, reply: str, shown_as: str) -> None:
    now, message = clock(), letter(bureau, State.FAILED)
    Attempt.objects.create(
        message=message, n=1, phase="rcpt", outcome="failed", code=code, reply=reply, started_at=now, ended_at=now
    )
    page = signed_in(bureau.staff).get(reverse("message_detail", args=[message.public_id]))
    assert f'<td class="wrap-anywhere">{shown_as}</td>' in re.sub(r"\s*\n\s*", "", page.content.decode())


# --- the buttons


def post(user: User, name: str, message: Message, **data: str) -> Any:
    return signed_in(user).post(reverse(name, args=[message.public_id]), data)


def test_withdraw_cancels_with_the_persons_reason(bureau: Bureau) -> None:
    message = letter(bureau)

    response = post(bureau.staff, "message_withdraw", message, reason="Salah alamat")

    assert response.headers["Location"] == reverse("message_detail", args=[message.public_id])
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.CANCELLED, f"{bureau.staff}: Salah alamat")


@pytest.mark.parametrize("reason", ["", " ", "dua\nbaris", "x" * 201, "a\x00b"])
def test_withdraw_asks_for_one_line_and_keeps_what_was_typed(bureau: Bureau, reason: str) -> None:
    message = letter(bureau)

    response = post(bureau.staff, "message_withdraw", message, reason=reason)

    assert response.status_code == 422
    assert response.context["withdraw_form"]["reason"].value() == reason
    message.refresh_from_db()
    assert message.state == State.PENDING


def test_withdraw_does_not_touch_what_has_left(bureau: Bureau) -> None:
    message = letter(bureau, State.SENT)

    post(bureau.staff, "message_withdraw", message, reason="Salah alamat")

    message.refresh_from_db()
    assert message.state == State.SENT


def test_resend_makes_one_new_letter_and_opens_it(bureau: Bureau) -> None:
    message = letter(bureau, State.SENT)

    first = post(bureau.staff, "message_resend", message)
    second = post(bureau.staff, "message_resend", message)

    copy = Message.objects.exclude(pk=message.pk).get()
    assert copy.state == State.PENDING
    assert first.headers["Location"] == second.headers["Location"] == reverse("message_detail", args=[copy.public_id])


def test_resend_refuses_an_outdated_letter_with_a_sentence(bureau: Bureau) -> None:
    message = letter(bureau, State.SENT)
    Topic.objects.update(schedule_rev=2)

    page = signed_in(bureau.staff).post(reverse("message_resend", args=[message.public_id]), follow=True)

    assert "Jadwal sudah berubah" in page.content.decode()
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("verdict", "before", "after"),
    [
        ("kirim", State.UNCERTAIN, State.RETRY),
        ("terkirim", State.UNCERTAIN, State.SENT),
        ("selesai", State.FAILED, State.FAILED),
        ("selesai", State.UNCERTAIN, State.UNCERTAIN),
    ],
)
def test_settle_writes_what_the_person_decided(bureau: Bureau, verdict: str, before: str, after: str) -> None:
    message = letter(bureau, before, kind=HOLD.name)

    response = post(bureau.staff, "message_settle", message, putusan=verdict)

    assert response.status_code == 302
    message.refresh_from_db()
    assert (message.state, message.settled_by) == (after, bureau.staff)


@pytest.mark.parametrize("verdict", ["kirim", "terkirim", "selesai", "", "x", "a\x00b"])
def test_settle_changes_nothing_where_nothing_is_open(bureau: Bureau, verdict: str) -> None:
    message = letter(bureau, State.SENT)

    response = post(bureau.staff, "message_settle", message, putusan=verdict)

    assert response.status_code == 302
    message.refresh_from_db()
    assert (message.state, message.settled_by) == (State.SENT, None)


def test_unblock_frees_the_letters_to_an_address(bureau: Bureau) -> None:
    message = letter(bureau, State.SUPPRESSED, to="terpental@kantor.test")
    SuppressedAddress.objects.create(address="terpental@kantor.test", reason="550", since=clock())

    post(bureau.staff, "message_settle", message, putusan="buka")

    message.refresh_from_db()
    assert message.state == State.PENDING
    assert not SuppressedAddress.objects.exists()


def test_unblock_is_the_bureaus(maluku: Kanwil, bureau: Bureau) -> None:
    message = letter(bureau, State.SUPPRESSED, topic=maluku.workshop.topic, unit=maluku.child)

    assert post(maluku.admin, "message_settle", message, putusan="buka").status_code == 404


def test_hold_and_release_stop_and_start_a_mailing(bureau: Bureau) -> None:
    topic = bureau.workshop.topic
    client = signed_in(bureau.staff)

    held = client.post(reverse("topic_hold", args=[topic.pk]))
    topic.refresh_from_db()
    assert topic.is_held
    client.post(reverse("topic_release", args=[topic.pk]))
    topic.refresh_from_db()

    assert not topic.is_held
    assert held.headers["Location"] == f"{reverse('message_list')}?workshop={bureau.workshop.pk}"


def test_a_kanwil_decides_about_letters_of_its_own_workshops_only(maluku: Kanwil, bureau: Bureau) -> None:
    own = letter(bureau, topic=maluku.workshop.topic, unit=maluku.child)
    of_the_bureau = letter(bureau, unit=maluku.unit)

    assert post(maluku.admin, "message_withdraw", own, reason="Salah alamat").status_code == 302
    assert post(maluku.admin, "message_withdraw", of_the_bureau, reason="Salah alamat").status_code == 404
    client = signed_in(maluku.admin)
    assert client.post(reverse("topic_hold", args=[maluku.workshop.topic.pk])).status_code == 302
    assert client.post(reverse("topic_hold", args=[bureau.workshop.topic.pk])).status_code == 404


def test_leaders_and_operators_decide_nothing(maluku: Kanwil, bureau: Bureau) -> None:
    message = letter(bureau, unit=maluku.child)
    operator = make_user("operator.lain@humas.test", role=Role.UNIT_OPERATOR, unit=maluku.child)

    for user in (bureau.leader, operator):
        page = signed_in(user).get(reverse("message_detail", args=[message.public_id]))
        assert [name for name in ("may_withdraw", "may_resend", "may_put_aside") if page.context[name]] == []
        assert post(user, "message_withdraw", message, reason="x").status_code == 403


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (State.PENDING, {"may_withdraw"}),
        (State.SENT, {"may_resend"}),
        (State.FAILED, {"may_resend", "may_put_aside"}),
        (State.UNCERTAIN, {"may_decide_fate", "may_put_aside"}),
        (State.SUPPRESSED, {"may_resend", "may_put_aside", "may_unblock"}),
        (State.SENDING, set()),
    ],
)
def test_page_offers_the_buttons_that_can_work(bureau: Bureau, state: str, buttons: set[str]) -> None:
    page = signed_in(bureau.staff).get(reverse("message_detail", args=[letter(bureau, state).public_id]))

    names = {"may_withdraw", "may_resend", "may_decide_fate", "may_put_aside", "may_unblock"}
    assert {name for name in names if page.context[name]} == buttons
