"""Planning meetings: what may be typed, what is kept, minutes, and who reads them."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from tests.factories import Bureau, Kanwil, make_action_item, make_meeting
from tests.workshops.forms import rows
from units.models import User
from workshops.actions.meetings import (
    HeldMeetingStays,
    MeetingHasNotBegun,
    MinutesNeedHeldMeeting,
    MinutesNeedItems,
    addressees_of,
    cancel_meeting,
    hold_meeting,
    issue_minutes,
)
from workshops.actions.refusals import ChangedMeanwhile
from workshops.models import (
    ActionItem,
    AgendaItem,
    MeetingAttendee,
    PlanningMeeting,
    Workshop,
)
from workshops.versions import version_of_meeting

TOPICS = [
    {"position": 1, "kind": "substance", "title": "Konsep substansi acara", "decision": "Tema media sosial"},
    {"position": 2, "kind": "budget", "title": "Anggaran", "notes": "Sesuai perjanjian", "decision": "Dibagi dua"},
    {"position": 3, "kind": "place", "title": "Lokasi kegiatan", "decision": "Jakarta"},
]


def meeting_form(*, first: int = 0, **changes: Any) -> dict[str, Any]:
    """The meeting of 4 September 2020 with its three topics, as a browser posts it."""
    data = {
        "title": "Rapat perencanaan medsos",
        "starts_at": "2020-09-04T10:00",
        "ends_at": "2020-09-04T12:00",
        "tz": "Asia/Jakarta",
        "place": "Kolega Co-Working Space, Jakarta",
    }
    topics = rows("items", of=TOPICS, first=first)
    return data | rows("attendees") | topics | rows("actions") | changes


def action(**changes: Any) -> dict[str, Any]:
    """To do by somebody without an account."""
    row = {"text": "Rincian biaya", "owner_email": "mitra@luar.test", "owner_name": "Mitra", "due_on": "2020-09-11"}
    return row | changes


@pytest.fixture
def url(bureau: Bureau) -> str:
    return reverse("meeting_create", args=[bureau.workshop.pk])


def test_the_first_meeting_is_kept_whole(as_user: Any, bureau: Bureau, url: str) -> None:
    people = [
        {"name": "Kepala Biro", "side": "unit", "role": "chair", "is_present": "on"},
        {"name": "Program Officer", "side": "partner", "affiliation": "FNS", "role": "attendee"},
        {"name": "", "position": "", "is_present": "on"},
    ]
    actions = [action(item_number=2), action(text="Surat", owner_email=bureau.admin.email.upper(), owner_name="")]
    data = meeting_form(form_token="5f1c0d0e-0f5f-4a53-b7ab-1d5b7f0c3a12")
    data |= rows("attendees", of=people) | rows("actions", of=actions)
    client = as_user(bureau.staff)
    answers = {client.post(url, data).url for _ in range(2)}
    meeting = PlanningMeeting.objects.get()
    assert answers == {reverse("meeting_detail", args=[bureau.workshop.pk, meeting.pk])}
    assert meeting.starts_at.isoformat() == "2020-09-04T03:00:00+00:00"
    assert list(meeting.items.order_by("position").values_list("kind", "decision")) == [
        ("substance", "Tema media sosial"),
        ("budget", "Dibagi dua"),
        ("place", "Jakarta"),
    ]
    assert list(meeting.attendees.order_by("sequence").values_list("name", "affiliation", "is_present")) == [
        ("Kepala Biro", bureau.unit.short_name, True),
        ("Program Officer", "FNS", False),
    ]
    kept = list(meeting.action_items.order_by("sequence"))
    assert [(one.owner, one.owner_name, one.issued_at) for one in kept] == [
        (None, "Mitra", None),
        (bureau.admin, "Admin Biro", None),
    ]
    assert [one.agenda_item and one.agenda_item.kind for one in kept] == ["budget", None]
    page = client.get(answers.pop()).content.decode()
    assert "Tema media sosial" in page
    assert "Kolega Co-Working Space" in page


def test_a_new_meeting_is_asked_for_substance_budget_and_place(as_user: Any, bureau: Bureau, url: str) -> None:
    items = as_user(bureau.staff).get(url).context["items"]
    assert [form.initial.get("kind") for form in items][:3] == ["substance", "budget", "place"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": "2020-09-04T09:00"}, "sesudah waktu mulai"),
        ({"ends_at": "2020-10-04T09:00"}, "paling lama 3 hari"),
        ({"starts_at": ""}, "wajib|Bidang ini"),
        ({"starts_at": "0020-09-04T09:00"}, "2000 dan 2100"),
        (rows("attendees", of=[{"name": "Dewi"}, {"name": "dewi"}]), "tercantum dua kali"),
        (rows("attendees", of=[{"name": "A", "role": "chair"}, {"name": "B", "role": "chair"}]), "hanya satu orang"),
        (rows("attendees", of=[{"name": "", "position": "Kabag"}]), "Lengkapi baris ini"),
        (rows("items", of=[{"title": "", "decision": "Putusan yang tak boleh hilang"}]), "Putusan yang tak boleh"),
        (rows("actions", of=[action(due_on="")]), "Lengkapi baris ini"),
        (rows("actions", of=[action(owner_email="bukan surel")]), "mitra|surel|email"),
        (rows("actions", of=[action(owner_name="")]), "Isi nama penanggung jawab"),
        (rows("actions", of=[action(item_number=9)]), "Tidak ada mata acara bernomor ini"),
        (rows("actions", of=[action(due_on="1820-01-01")]), "2000 dan 2100"),
    ],
)
def test_wrong_input_comes_back_with_a_sentence_and_nothing_is_lost(
    as_user: Any, bureau: Bureau, url: str, change: dict[str, Any], words: str
) -> None:
    page = as_user(bureau.staff).post(url, meeting_form(**change)).content.decode()
    assert any(word in page for word in words.split("|"))
    assert "form-errors" in page
    assert "Rapat perencanaan medsos" in page
    assert not PlanningMeeting.objects.exists()


def test_a_day_that_is_over_is_warned_about_and_kept(as_user: Any, bureau: Bureau, url: str) -> None:
    client = as_user(bureau.staff)
    answer = client.post(url, meeting_form(**rows("actions", of=[action()])), follow=True)
    assert "Tenggat sudah lewat: Rincian biaya" in answer.content.decode()
    assert ActionItem.objects.get().due_on == date(2020, 9, 11)


def test_a_leader_owns_nothing_by_account(as_user: Any, bureau: Bureau, url: str) -> None:
    of = [action(owner_email=bureau.leader.email, owner_name="Pimpinan")]
    as_user(bureau.staff).post(url, meeting_form(**rows("actions", of=of)))
    assert ActionItem.objects.get().owner is None


def test_an_account_is_found_only_within_reach(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    url = reverse("meeting_create", args=[jateng.workshop.pk])
    of = [action(owner_email=maluku.admin.email), action(owner_email=jateng.operator.email, text="Lain")]
    as_user(jateng.admin).post(url, meeting_form(**rows("actions", of=of)))
    made = jateng.workshop.meetings.exclude(pk=jateng.meeting.pk).get().action_items.order_by("sequence")
    assert [item.owner for item in made] == [None, jateng.operator]


@pytest.fixture
def meeting(bureau: Bureau, now: datetime) -> PlanningMeeting:
    """Held yesterday, with one topic and one thing to do for the bureau's admin."""
    made = make_meeting(bureau.workshop, now=now)
    AgendaItem.objects.create(meeting=made, position=1, kind="budget", title="Anggaran", decision="Dibagi dua")
    make_action_item(made, due_on=now.date() + timedelta(days=9), owner=bureau.admin)
    return made


def known_form(meeting: PlanningMeeting, **changes: Any) -> dict[str, Any]:
    """The edit form of `meeting`, unchanged."""
    item, todo = meeting.items.get(), meeting.action_items.select_related("owner").get()
    data = {
        "title": meeting.title,
        "starts_at": meeting.starts_at.astimezone(meeting.zone).strftime("%Y-%m-%dT%H:%M"),
        "tz": meeting.tz,
        "place": meeting.place,
        "version": version_of_meeting(meeting),
    }
    topic = {"pk": item.pk, "position": 1, "kind": item.kind, "title": item.title, "decision": item.decision}
    task = {
        "pk": todo.pk,
        "text": todo.text,
        "owner_email": todo.address,
        "owner_name": todo.owner_name,
        "due_on": todo.due_on.isoformat(),
    }
    data |= rows("attendees") | rows("items", first=1, of=[topic]) | rows("actions", first=1, of=[task])
    return data | changes


def edit_url(meeting: PlanningMeeting) -> str:
    return reverse("meeting_edit", args=[meeting.workshop_id, meeting.pk])


def test_edit_keeps_rows_and_orders_topics_by_number(as_user: Any, bureau: Bureau, meeting: PlanningMeeting) -> None:
    item, todo = meeting.items.get(), meeting.action_items.get()
    topics = [
        {"pk": item.pk, "position": 2, "kind": "budget", "title": "Anggaran", "decision": "Lain"},
        {"position": 1, "kind": "place", "title": "Lokasi"},
    ]
    data = known_form(meeting, **rows("items", first=1, of=topics), **{"actions-0-item_number": 2})
    answer = as_user(bureau.staff).post(edit_url(meeting), data | {"more": "1"})
    assert answer.url == edit_url(meeting)
    assert list(meeting.items.order_by("position").values_list("title", "position")) == [("Lokasi", 1), ("Anggaran", 2)]
    item.refresh_from_db()
    todo.refresh_from_db()
    assert (item.position, item.decision, todo.agenda_item, todo.version) == (2, "Lain", item, 1)


def test_rows_of_another_meeting_cannot_be_taken(
    as_user: Any, bureau: Bureau, meeting: PlanningMeeting, now: datetime
) -> None:
    other = make_meeting(bureau.workshop, now=now, title="Lain")
    foreign = AgendaItem.objects.create(meeting=other, position=1, title="Milik rapat lain")
    data = known_form(meeting, **{"items-0-pk": foreign.pk})
    as_user(bureau.staff).post(edit_url(meeting), data)
    foreign.refresh_from_db()
    assert (foreign.title, foreign.meeting) == ("Milik rapat lain", other)
    assert [item.title for item in meeting.items.all()] == ["Anggaran"]


def test_stale_edit_is_refused_and_finishing_is_no_edit(
    as_user: Any, bureau: Bureau, meeting: PlanningMeeting, now: datetime
) -> None:
    data = known_form(meeting, title="Baru")
    meeting.action_items.update(done_at=now)
    client = as_user(bureau.staff)
    assert client.post(edit_url(meeting), data).status_code == 302
    MeetingAttendee.objects.create(meeting=meeting, name="Tamu")
    page = client.post(edit_url(meeting), data)
    assert str(ChangedMeanwhile())[:40] in page.content.decode()
    assert meeting.action_items.get().done_at == now


def test_the_way_of_a_meeting(bureau: Bureau, now: datetime) -> None:
    coming = make_meeting(bureau.workshop, now=now, state="planned", starts_at=now + timedelta(days=1), ends_at=None)
    with pytest.raises(MeetingHasNotBegun):
        hold_meeting(coming, now=now)
    with pytest.raises(MinutesNeedHeldMeeting):
        issue_minutes(coming, by=bureau.staff, now=now)
    held = hold_meeting(coming, now=now + timedelta(days=2))
    with pytest.raises(MinutesNeedItems):
        issue_minutes(held, by=bureau.staff, now=now)
    with pytest.raises(HeldMeetingStays):
        cancel_meeting(held, reason="Batal")
    for wrong in ({"ends_at": coming.starts_at}, {"state": "cancelled"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanningMeeting.objects.filter(pk=coming.pk).update(**wrong)


def test_buttons_hold_cancel_and_issue(as_user: Any, bureau: Bureau, meeting: PlanningMeeting, now: datetime) -> None:
    client = as_user(bureau.staff)

    def at(name: str, of: PlanningMeeting) -> str:
        return reverse(name, args=[bureau.workshop.pk, of.pk])

    coming = make_meeting(bureau.workshop, now=now, state="planned")
    client.post(at("meeting_hold", coming))
    off = make_meeting(bureau.workshop, now=now, state="planned", title="Batal nanti")
    assert client.post(at("meeting_cancel", off), {"reason": ""}).status_code == 200
    for reason in ("Mitra berhalangan", "Alasan lain"):
        client.post(at("meeting_cancel", off), {"reason": reason})
    assert "tidak dapat dibatalkan" in client.get(at("meeting_cancel", coming)).content.decode()
    states = dict(PlanningMeeting.objects.values_list("pk", "state"))
    assert states == {meeting.pk: "held", coming.pk: "held", off.pk: "cancelled"}
    assert "Mitra berhalangan" in client.get(at("meeting_detail", off)).content.decode()
    assert client.get(at("meeting_edit", off)).status_code == 404
    preview = client.get(at("minutes_issue", meeting))
    assert [(one.name, one.texts) for one in preview.context["people"]] == [("Admin Biro", ["Menyusun kerangka acuan"])]
    assert not ActionItem.objects.exclude(issued_at=None).exists()
    client.post(at("minutes_issue", meeting))
    assert ActionItem.objects.exclude(issued_at=None).count() == 1
    assert addressees_of(meeting) == []
    client.post(at("minutes_issue", coming))
    coming.refresh_from_db()
    assert coming.minutes_issued_at is None


def test_minutes_are_the_same_as_pdf_and_as_docx(as_user: Any, bureau: Bureau, meeting: PlanningMeeting) -> None:
    MeetingAttendee.objects.create(meeting=meeting, name="Šarūnas #strong[x]", role="chair", affiliation="Biro & Mitra")
    MeetingAttendee.objects.create(meeting=meeting, name="Pencatat", role="note_taker", is_present=False, sequence=1)
    client = as_user(bureau.leader)
    found = {}
    for ending in ("pdf", "docx"):
        answer = client.get(reverse(f"minutes_{ending}", args=[meeting.workshop_id, meeting.pk]))
        assert answer["Content-Disposition"].endswith(f'.{ending}"')
        found[ending] = answer.content
    pdf = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(found["pdf"])).pages).split())
    document = Document(io.BytesIO(found["docx"]))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for words in (
        "Šarūnas #strong[x]",
        "Anggaran",
        "Dibagi dua",
        "Menyusun kerangka acuan",
        "Admin Biro",
        "tidak hadir",
    ):
        assert words in pdf
        assert any(words in text for text in texts)
    assert "Pimpinan rapat" in texts


def test_who_reads_a_meeting(bureau: Bureau, jateng: Kanwil, maluku: Kanwil, meeting: PlanningMeeting) -> None:
    everything = {meeting, jateng.meeting, maluku.meeting}
    for user, seen, edited in (
        (bureau.admin, everything, everything),
        (bureau.staff, {meeting}, {meeting}),
        (bureau.leader, everything, set()),
        (jateng.admin, {jateng.meeting}, {jateng.meeting}),
        (jateng.operator, set(), set()),
        (jateng.disabled, set(), set()),
    ):
        assert set(PlanningMeeting.objects.visible_to(user)) == seen
        assert set(PlanningMeeting.objects.editable_by(user)) == edited


def test_the_tab_is_for_those_who_plan(as_user: Any, bureau: Bureau, jateng: Kanwil, meeting: PlanningMeeting) -> None:
    def tabs(user: User, workshop: Workshop) -> set[str]:
        answer = as_user(user).get(reverse("workshop_detail", args=[workshop.pk]))
        return {tab.name for tab in answer.context["head_tabs"]}

    assert "meetings" in tabs(bureau.staff, bureau.workshop)
    assert "meetings" in tabs(bureau.leader, bureau.workshop)
    assert "meetings" not in tabs(jateng.admin, bureau.workshop)
    tab = reverse("workshop_meetings", args=[bureau.workshop.pk])
    assert as_user(jateng.admin).get(tab).status_code == 404
    leader = as_user(bureau.leader).get(tab)
    assert [row.n_open for row in leader.context["meetings"]] == [1]
    assert reverse("meeting_create", args=[bureau.workshop.pk]) not in leader.content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_tab_and_meeting_cost_the_same_for_one_and_three(as_user: Any, bureau: Bureau, now: datetime, n: int) -> None:
    for number in range(n):
        made = make_meeting(bureau.workshop, now=now, title=f"Rapat {number}")
        for _ in range(n):
            make_action_item(made, due_on=now.date(), owner=bureau.admin)
    client = as_user(bureau.staff)
    for url, most in (
        (reverse("workshop_meetings", args=[bureau.workshop.pk]), 7),
        (reverse("meeting_detail", args=[bureau.workshop.pk, made.pk]), 9),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) == most
