import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.actions import put_aside, resend
from outbox.models import Message, State
from participants.models import Invitation
from partnerships.models import ENDING_DAYS, Agreement, Campaign, CampaignItem, EndingDecision
from tests.factories import (
    Bureau,
    Kanwil,
    make_agreement,
    make_invitation,
    make_message,
    make_participant,
    make_registration,
    make_user,
    make_workshop,
)
from tests.partnerships.scene import NOW, build_scene
from units.access import Role
from workshops.models import ChecklistItem, Session, WorkshopState

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to(NOW)


def home(client: Client, user: Any, **query: Any) -> Any:
    client.force_login(user)
    answer = client.get(reverse("home"), query)
    assert answer.status_code == 200
    return answer


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.parametrize(
    ("hour", "words"),
    [(1, "Selamat pagi"), (5, "Selamat siang"), (9, "Selamat sore"), (13, "Selamat malam"), (19, "Selamat malam")],
)
def test_national_home_greets_by_the_reader_s_clock(
    client: Client, scene: Any, time_machine: Any, hour: int, words: str
) -> None:
    time_machine.move_to(datetime(2026, 11, 20, hour, 30, tzinfo=UTC))
    assert words in text_of(home(client, scene[0].admin))


def test_national_home_shows_how_the_country_answers(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    make_registration(
        make_participant(java.child, nip=None, name="Orang Daring", now=NOW), java.allocation, now=NOW, mode="online"
    )
    Invitation.objects.filter(pk=bali.invitation.pk).update(
        response="none", responded_at=None, reply_deadline=NOW + timedelta(days=2)
    )
    answer = home(client, bureau.admin)
    focus = answer.context["focus"]
    assert focus.workshop == bureau.workshop
    # one more seat of each Kanwil was passed on to a UPT; the invitation's own number of seats counts
    by_name = {region.unit.pk: (region.taken, region.seats, region.tone) for region in focus.regions}
    assert by_name == {java.unit.pk: (2, 4, "some"), bali.unit.pk: (1, 4, "some")}
    assert (focus.n_present_regions, focus.n_registered, focus.n_onsite, focus.n_online, focus.seats) == (2, 3, 2, 1, 8)
    assert focus.n_letters_failed == 2
    words = text_of(answer)
    assert "Kantor Wilayah Bali belum menjawab undangan" in words
    assert "Sabtu, 21 November 2026 · 3 workshop dalam 6 pekan ke depan" in words
    assert 'class="tile some r1 c1"' in answer.content.decode()


def test_national_home_counts_invitations_not_letters_seen_to(client: Client, scene: Any) -> None:
    bureau = scene[0]
    Message.objects.filter(topic=bureau.workshop.topic).delete()

    def letter(ref: int, state: str, **fields: Any) -> Message:
        facts = {
            "topic": bureau.workshop.topic,
            "topic_rev": 1,
            "ref": ref,
            "sent_at": NOW if state == State.SENT else None,
        }
        kind = "participants.invitation"
        return make_message(kind=kind, to="a@humas.test", name="A", now=NOW, state=state, **facts, **fields)

    def figures() -> tuple[int, int, int, int]:
        focus = home(client, bureau.admin).context["focus"]
        return focus.n_letters_sent, focus.n_letters, focus.n_letters_failed, focus.n_letters_open

    sent = letter(1, State.SENT)
    failed = letter(2, State.FAILED)
    assert figures() == (1, 2, 1, 0)
    again = resend(failed, by=bureau.admin, now=NOW)
    assert figures() == (1, 2, 0, 1)
    Message.objects.filter(pk=again.pk).update(state=State.SENT, sent_at=NOW)
    assert figures() == (2, 2, 0, 0)
    # A person let it go once more, or knows that it arrived: it counts by its state.
    letter(3, State.RETRY, settled_at=NOW)
    letter(4, State.SENT, settled_at=NOW)
    assert figures() == (3, 4, 0, 1)
    # Withdrawn by a move and planned anew, or sent once more: still one invitation.
    letter(5, State.CANCELLED)
    letter(5, State.PENDING)
    resend(sent, by=bureau.admin, now=NOW)
    assert figures() == (2, 5, 0, 3)
    put_aside(letter(6, State.BOUNCED), by=bureau.admin, now=NOW)
    assert figures() == (2, 5, 0, 3)


def test_national_home_lists_what_waits(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    waiting = make_workshop(bureau.unit, now=NOW, title="Menunggu restu", state=WorkshopState.PLANNED)
    Session.objects.create(
        workshop=waiting, theme="Tanpa pembicara", starts_at=waiting.starts_at, ends_at=waiting.ends_at
    )
    make_agreement(java.child, title="Segera habis", number="A", effective_until=(NOW + timedelta(days=41)).date())
    tasks = home(client, bureau.admin).context["tasks"]
    assert [task.title for task in tasks] == [
        "2 pesan memerlukan keputusan",
        "Menunggu restu menunggu persetujuan",
        "1 sesi belum ada narasumber",
        "1 perjanjian berakhir dalam 90 hari",
        "2 perjanjian tanpa salinan naskah",
    ]
    assert {client.get(task.url).status_code for task in tasks} == {200}


def test_members_of_one_series_wait_for_approval_in_one_line(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    series = java.preparation.series
    for number in range(3):
        make_workshop(bureau.unit, now=NOW, title=f"Ke-{number}", state=WorkshopState.PLANNED, series=series)
    tasks = [task for task in home(client, bureau.admin).context["tasks"] if "persetujuan" in task.title]
    assert [task.title for task in tasks] == [f"3 pertemuan {series.title} menunggu persetujuan"]
    assert client.get(tasks[0].url).status_code == 200


def test_homes_name_what_is_late_in_one_s_own_workshops(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    mine = make_workshop(bureau.unit, now=NOW, title="Dekat", person_in_charge=bureau.staff)
    for title in ("Anggaran", "Tempat"):
        ChecklistItem.objects.create(workshop=mine, title=title, days=-40)
    ChecklistItem.objects.create(workshop=mine, title="Disetujui", days=-40, closes_by="approved")
    for kanwil in (java, bali):
        ChecklistItem.objects.create(workshop=kanwil.workshop, title=f"Surat {kanwil.name}", days=-40)
    first = home(client, bureau.staff).context["tasks"][0]
    assert (first.title, first.note) == ("2 butir persiapan terlambat", "Dekat · Anggaran, Tempat")
    assert client.get(first.url).status_code == 200
    notes = [task.note for task in home(client, java.admin).context["tasks"] if "terlambat" in task.title]
    assert notes == [f"{java.workshop.title} · Surat {java.name}"]
    assert "terlambat" not in text_of(home(client, bureau.leader))


def test_national_home_shows_the_map_of_the_workshop_that_is_asked_for(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    assert home(client, bureau.admin).context["focus"].workshop == bureau.workshop
    chosen = home(client, bureau.admin, kegiatan=java.workshop.pk).context["focus"]
    assert chosen.workshop == java.workshop
    assert [region.tone for region in chosen.regions] == ["unasked", "declined"]
    for nonsense in ("0", "abc", "9" * 30, "\0"):
        assert home(client, bureau.admin, kegiatan=nonsense).context["focus"].workshop == bureau.workshop


def test_leader_reads_the_country_and_is_offered_nothing_to_change(client: Client, scene: Any) -> None:
    bureau, _java, _bali = scene
    answer = home(client, bureau.leader)
    assert "Perlu perhatian" in text_of(answer)
    page = answer.content.decode()
    assert reverse("workshop_create") not in page
    assert "/admin/" not in page
    for url in set(re.findall(r'href="(/[^"#?]*)', page.partition("<main")[2])):
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("who", ["admin", "staff", "leader"])
def test_every_link_of_the_national_home_opens(client: Client, scene: Any, who: str) -> None:
    answer = home(client, getattr(scene[0], who))
    for url in set(re.findall(r'href="(/[^"#?]*)', answer.content.decode())):
        if not url.startswith("/static/"):
            assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("who", ["admin", "operator", "officer"])
def test_every_link_of_a_regional_home_opens(client: Client, scene: Any, who: str) -> None:
    answer = home(client, getattr(scene[1], who))
    for url in set(re.findall(r'href="(/[^"#?]*)', answer.content.decode())):
        if not url.startswith("/static/"):
            assert client.get(url).status_code == 200, url


def test_kanwil_home_shows_what_is_asked_of_the_own_region_only(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    answer = home(client, java.admin)
    cards = {asked.workshop: asked for asked, _when in answer.context["cards"]}
    assert set(cards) == {bureau.workshop, java.workshop}
    national = cards[bureau.workshop]
    assert (national.taken, national.seats, national.n_units, national.n_silent) == (1, 5, 2, 0)
    assert cards[java.workshop].is_declined
    assert [workshop for workshop, _when in answer.context["own"]] == [java.workshop]
    assert bali.canary not in answer.content.decode()
    assert not any(secret in answer.content.decode() for secret in bali.secrets)


def test_postponed_workshop_is_not_said_to_be_past_its_deadline(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    workshop = make_workshop(bureau.unit, now=NOW, title="Menunggu anggaran", state=WorkshopState.POSTPONED)
    make_invitation(workshop, java.unit, now=NOW, reply_deadline=NOW + timedelta(days=9))
    page = home(client, java.admin).content.decode()
    card = page[page.index(f'aria-labelledby="asked-{workshop.pk}"') :].split("</article>")[0]
    assert "Ditunda" in card
    assert not re.search(r"Batas\s+lewat", card)


def test_kanwil_home_puts_the_nearest_deadline_first(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    made = {}
    for days in (9, 2, 5):
        workshop = make_workshop(bureau.unit, now=NOW, title=f"Batas {days} hari")
        made[days] = make_invitation(workshop, java.unit, now=NOW, reply_deadline=NOW + timedelta(days=days))
    past = make_workshop(bureau.unit, now=NOW, title="Batas lewat")
    make_invitation(past, java.unit, now=NOW, reply_deadline=NOW - timedelta(days=1))
    gone = make_workshop(bureau.unit, now=NOW, title="Batal", state=WorkshopState.CANCELLED)
    make_invitation(gone, java.unit, now=NOW)
    withdrawn = make_workshop(bureau.unit, now=NOW, title="Ditarik")
    make_invitation(withdrawn, java.unit, now=NOW, withdrawn_at=NOW)
    answer = home(client, java.admin)
    titles = [asked.workshop.title for asked, _when in answer.context["cards"]]
    assert titles[:3] == ["Batas 2 hari", "Batas 5 hari", "Batas 9 hari"]
    assert set(titles[3:]) == {bureau.workshop.title, java.workshop.title, "Batas lewat"}
    assert answer.context["n_waiting"] == 4
    # The reader sits in WITA: the deadline is shown by that clock.
    assert "Batas menjawab Sen, 23 Nov 2026 11.00 WITA · 2 hari lagi" in text_of(answer)


def test_card_says_which_deadline_it_shows(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene

    def badge(response: str, *, answer_in: int, register_in: int, state: str = WorkshopState.REGISTRATION) -> str:
        workshop = make_workshop(
            bureau.unit, now=NOW, state=state, registration_deadline=NOW + timedelta(days=register_in)
        )
        reply_deadline = NOW + timedelta(days=answer_in)
        responded_at = NOW - timedelta(days=9) if response != "none" else None
        make_invitation(
            workshop, java.unit, now=NOW, reply_deadline=reply_deadline, response=response, responded_at=responded_at
        )
        page = home(client, java.admin).content.decode()
        card = page[page.index(f'aria-labelledby="asked-{workshop.pk}">') :].partition(">")[2].split("</article>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", card).split()).split(" 11.00")[0]

    assert badge("none", answer_in=2, register_in=6) == "Batas menjawab Sen, 23 Nov 2026"
    assert badge("accepted", answer_in=2, register_in=6) == "Batas mendaftarkan Jum, 27 Nov 2026"
    assert badge("accepted", answer_in=-1, register_in=6) == "Batas mendaftarkan Jum, 27 Nov 2026"
    assert badge("none", answer_in=-1, register_in=6) == "Batas menjawab lewat Jum, 20 Nov 2026"
    assert badge("accepted", answer_in=-5, register_in=-1) == "Batas mendaftarkan lewat Jum, 20 Nov 2026"
    closed = badge("accepted", answer_in=-5, register_in=6, state=WorkshopState.APPROVED)
    assert closed == "Batas mendaftarkan Jum, 27 Nov 2026"


def test_operator_home_shows_the_seats_of_the_own_unit(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    answer = home(client, java.operator)
    cards = {asked.workshop: asked for asked, _when in answer.context["cards"]}
    assert set(cards) == {bureau.workshop, java.workshop}
    assert (cards[bureau.workshop].taken, cards[bureau.workshop].seats) == (0, 1)
    assert "Undangan untuk unit Anda" in text_of(answer)


def test_officer_sees_what_ends_and_what_lacks_its_text(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    ending = make_agreement(
        java.unit, title="Segera habis", number="A", effective_until=(NOW + timedelta(days=9)).date()
    )
    bare = make_agreement(java.unit, title="Tanpa naskah", number="B")
    make_agreement(bali.unit, title="Tetangga", number="C", effective_until=(NOW + timedelta(days=9)).date())
    answer = home(client, java.officer)
    assert [row.title for row, _state, _label in answer.context["agreement_rows"]] == [ending.title, bare.title]
    assert "Akan berakhir 9 hari lagi" in text_of(answer)
    assert home(client, java.admin).context["agreement_rows"] == []
    staff_officer = make_user("petugas.b@humas.test", role=Role.BUREAU_STAFF, unit=bureau.unit, keeps_agreements=True)
    assert len(home(client, staff_officer).context["agreement_rows"]) == 4


def test_the_number_of_ends_leaves_out_plans_of_one_year(client: Client, scene: Any) -> None:
    """On the home and on the list it leads to, and among what an officer of the Kanwil is to look at."""
    _bureau, java, _bali = scene
    end = (NOW + timedelta(days=9)).date()
    make_agreement(java.unit, title="Segera habis", number="A", effective_until=end)
    make_agreement(java.unit, title="RKT 2026", number="R", effective_until=end, signed_on=None)
    Agreement.objects.filter(number="R").update(agreement_type="rencana_kerja_tahunan")
    sentence = f"1 perjanjian berakhir dalam {ENDING_DAYS} hari"
    assert sentence in text_of(home(client, java.admin))
    listed = client.get(reverse("agreement_ending_list"), {"hari": ENDING_DAYS})
    assert [row.title for row in listed.context["page"]] == ["Segera habis"]
    rows = home(client, java.officer).context["agreement_rows"]
    assert [row.title for row, _state, _label in rows] == ["Segera habis"]


def test_an_end_that_is_decided_asks_for_nothing_more(client: Client, scene: Any) -> None:
    """On the home, behind its link and among what an officer is to look at; taken back, it asks again."""
    _bureau, java, _bali = scene
    end = (NOW + timedelta(days=9)).date()
    agreement = make_agreement(java.unit, title="Segera habis", number="A", effective_until=end, signed_on=None)
    listed = {"hari": ENDING_DAYS, "putusan": "belum"}
    sentence = f"1 perjanjian berakhir dalam {ENDING_DAYS} hari"

    def seen() -> tuple[bool, list[str], list[str]]:
        page = home(client, java.admin)
        urls = [task.url for task in page.context["tasks"] if task.title == sentence]
        titles = [row.title for row in client.get(urls[0]).context["page"]] if urls else []
        rows = home(client, java.officer).context["agreement_rows"]
        return bool(urls), titles, [row.title for row, _state, _label in rows]

    assert seen() == (True, ["Segera habis"], ["Segera habis"])
    decided = EndingDecision.objects.create(
        agreement=agreement, choice="let_end", for_until=end, reason="Selesai", decided_at=NOW, decided_by=java.admin
    )
    assert seen() == (False, [], [])
    assert not client.get(reverse("agreement_ending_list"), listed).context["page"].total
    EndingDecision.objects.filter(pk=decided.pk).update(withdrawn_at=NOW, withdrawn_by=java.admin)
    assert seen() == (True, ["Segera habis"], ["Segera habis"])


def test_homes_of_an_empty_portal_say_what_comes_here(client: Client) -> None:
    admin = make_user("pertama@humas.test", role=Role.BUREAU_ADMIN)
    words = text_of(home(client, admin))
    for sentence in (
        "Belum ada workshop yang akan datang",
        "Tidak ada yang menunggu",
        "Belum ada workshop dengan undangan",
    ):
        assert sentence in words


def test_home_of_a_unit_without_invitations_says_so(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    lone = make_user("sepi@humas.test", role=Role.UNIT_OPERATOR, unit=java.child)
    Invitation.objects.update(withdrawn_at=NOW)
    assert "Belum ada undangan" in text_of(home(client, lone))


@pytest.mark.parametrize("n_rows", [1, 3])
def test_homes_cost_the_same_for_one_workshop_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, _bali = scene
    for number in range(n_rows):
        workshop = make_workshop(bureau.unit, now=NOW, title=f"Lagi {number}", person_in_charge=bureau.admin)
        for title, owner in (("Anggaran", None), ("Utusan", java.admin)):
            ChecklistItem.objects.create(
                workshop=workshop, title=title, days=-40, owner=owner, closes_by="invitations_sent"
            )
        invitation = make_invitation(workshop, java.unit, now=NOW)
        make_registration(
            make_participant(java.unit, nip=None, name=f"Orang {number}", now=NOW),
            invitation.allocations.get(),
            now=NOW,
        )
        make_agreement(java.unit, title=f"Perjanjian {number}", number=str(number))
    Agreement.objects.filter(pk=java.agreement.pk).update(effective_until=(NOW + timedelta(days=9)).date())
    for user, n in ((bureau.admin, 12), (bureau.staff, 11), (bureau.leader, 9), (java.admin, 10), (java.officer, 10)):
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("home"))
        assert len(queries) == n, user.email


def test_an_open_re_evaluation_stands_on_the_homes_of_those_it_asks(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    words = "perjanjian menunggu jawaban evaluasi ulang"
    Campaign.objects.all().delete()
    campaign = Campaign.objects.create(
        title="Nama baru",
        reason="x",
        due_on=(NOW + timedelta(days=9)).date(),
        created_at=NOW,
        created_by=bureau.admin,
        started_at=NOW,
        started_by=bureau.admin,
    )
    agreement = make_agreement(java.child, title="Layanan", number="1")
    client.force_login(java.admin)
    with CaptureQueriesContext(connection) as before:
        assert words not in text_of(home(client, java.admin))
    CampaignItem.objects.create(campaign=campaign, agreement=agreement, region=java.unit)
    with CaptureQueriesContext(connection) as after:
        assert f"1 {words} Batas" in text_of(home(client, java.admin))
    assert len(after) == len(before)
    told = {user.email for user in (java.operator, bureau.staff, bureau.admin) if words in text_of(home(client, user))}
    assert told == {java.operator.email, bureau.staff.email, bureau.admin.email}
    assert words not in text_of(home(client, bali.admin))
    leader = make_user("pimpinan@pusat.test", role=Role.LEADER, unit=bureau.unit)
    assert words not in text_of(home(client, leader))
    Agreement.objects.update(effective_from=None, effective_until=(NOW - timedelta(days=1)).date())
    assert f"1 {words}" in text_of(home(client, java.admin)), "asked of agreements in force only"
    CampaignItem.objects.update(answer="keep", answered_at=NOW, answered_by=java.admin)
    assert words not in text_of(home(client, java.admin))


@pytest.mark.parametrize(("state", "n"), [(WorkshopState.REGISTRATION, 1), (WorkshopState.CANCELLED, 0)])
def test_menu_counts_invitations_that_can_still_be_answered(
    client: Client, scene: Any, state: WorkshopState, n: int
) -> None:
    bureau, alfa, _bravo = scene
    make_invitation(make_workshop(bureau.unit, now=NOW, state=state), alfa.unit, now=NOW)

    answer = home(client, alfa.admin)

    assert re.findall(r"Undangan (\d+) perlu perhatian", text_of(answer)) == ([str(n)] if n else [])
