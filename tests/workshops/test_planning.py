"""A new workshop, its facts, its move, through the pages: what is kept, what is refused and in which words."""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import State, Topic
from partnerships.models import Organization
from tests.factories import Bureau, Kanwil, make_agreement, make_message
from tests.workshops.forms import known_schedule, known_workshop, new_workshop, rows
from workshops.actions.planning import Facts, SegmentRow, With, edit_workshop, set_segments
from workshops.actions.schedule import RegistrationWindow
from workshops.models import AudienceSegment, CoOrganizer, Workshop
from workshops.versions import version_of

CREATE = reverse("workshop_create")


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


@pytest.fixture
def staff(as_user: Any, bureau: Bureau) -> Client:
    browser: Client = as_user(bureau.staff)
    return browser


def test_plan_keeps_every_field_of_the_form(staff: Client, bureau: Bureau, jateng: Kanwil) -> None:
    partner = Organization.objects.create(name="Yayasan Contoh", kind="foundation")
    guest = Organization.objects.create(name="Kementerian Tetangga", kind="ministry")
    data = new_workshop(
        bureau.unit,
        theme="Berita yang dibaca",
        aims="Kompetensi\nCitra",
        mode="hybrid",
        tz="Asia/Makassar",
        host_unit=jateng.child.pk,
        co_units=[jateng.unit.pk],
        co_organizations=[guest.pk],
        partner=partner.pk,
        agreement=bureau.agreement.pk,
        organizer_organization=guest.pk,
        venue="Aula Contoh",
        venue_address="Jalan Contoh 1",
        meeting_url="https://rapat.invalid/9",
        meeting_id="812 33",
        meeting_passcode="sandi",
        registration_opens_at="2027-02-01T08:00",
        registration_deadline="2027-03-01T16:00",
        person_in_charge=bureau.admin.pk,
        is_public="on",
        **rows("segments", of=[{"name": "Humas Kanwil", "mode": "onsite", "quota": 66}, {"name": "", "quota": ""}]),
    )
    answer = staff.post(CREATE, data)
    workshop = Workshop.objects.get(title=data["title"])
    assert answer["Location"] == reverse("workshop_detail", args=[workshop.pk])
    kept = {name: getattr(workshop, name) for name in ("theme", "aims", "mode", "tz", "venue", "venue_address")}
    assert kept == {
        "theme": "Berita yang dibaca",
        "aims": "Kompetensi\r\nCitra" if "\r" in workshop.aims else "Kompetensi\nCitra",
        "mode": "hybrid",
        "tz": "Asia/Makassar",
        "venue": "Aula Contoh",
        "venue_address": "Jalan Contoh 1",
    }
    assert workshop.starts_at == datetime(2027, 3, 10, 0, tzinfo=UTC)
    assert workshop.registration_deadline == datetime(2027, 3, 1, 8, tzinfo=UTC)
    assert (workshop.host_unit, workshop.partner, workshop.agreement) == (jateng.child, partner, bureau.agreement)
    assert (workshop.organizer_organization, workshop.person_in_charge, workshop.is_public) == (
        guest,
        bureau.admin,
        True,
    )
    assert [(s.name, s.mode, s.quota) for s in workshop.segments.all()] == [("Humas Kanwil", "onsite", 66)]
    assert {(row.unit, row.organization) for row in workshop.co_organizers.all()} == {
        (jateng.unit, None),
        (None, guest),
    }
    assert (workshop.calendar_on, workshop.state, workshop.created_by) == (date(2027, 3, 10), "planned", bureau.staff)
    assert (workshop.topic.label, workshop.topic.owner) == (workshop.title, bureau.unit)


def test_fuzzy_date_is_kept_under_its_month(staff: Client, bureau: Bureau) -> None:
    staff.post(
        CREATE, new_workshop(bureau.unit, starts_at="", ends_at="", fuzzy_date="akhir September", fuzzy_month="2027-09")
    )
    workshop = Workshop.objects.get(title="Pelatihan menulis berita")
    assert (workshop.starts_at, workshop.fuzzy_date, workshop.calendar_on) == (
        None,
        "akhir September",
        date(2027, 9, 1),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "Judul\r\nBcc: lain@contoh.test"}, "title"),
        ({"title": "Judul\x00"}, "title"),
        ({"venue": "Aula\nkedua"}, "venue"),
        ({"kind": "pesta"}, "kind"),
        ({"state": "approved"}, "state"),
        ({"tz": "Europe/Berlin"}, "tz"),
        ({"starts_at": "besok pagi"}, "starts_at"),
        ({"starts_at": "2027-13-45T99:99"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59"}, "starts_at"),
        ({"starts_at": "2027-03-10T08:00+07:00"}, "starts_at"),
        ({"starts_at": "2027-03-12T08:00"}, "ends_at"),
        ({"ends_at": ""}, "ends_at"),
        ({"starts_at": "", "ends_at": ""}, "starts_at"),
        ({"fuzzy_date": "akhir Maret"}, "fuzzy_date"),
        ({"fuzzy_month": "2027-99"}, "fuzzy_month"),
        ({"registration_deadline": "2027-03-10T08:01"}, "registration_deadline"),
        ({"meeting_url": "bukan tautan"}, "meeting_url"),
        ({"meeting_url": "javascript:alert(1)"}, "meeting_url"),
        ({"partner": "999999999"}, "partner"),
        ({"partner": "99999999999999999999999"}, "partner"),
        ({"partner_q": "tidak ada siapa pun"}, "partner"),
        ({"agreement": "abc"}, "agreement"),
        ({"person_in_charge": "99999999999999999999"}, "person_in_charge"),
        ({"form_token": "bukan token"}, "form_token"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_lost(
    staff: Client, bureau: Bureau, changes: dict[str, str], field: str
) -> None:
    before = Workshop.objects.count(), Topic.objects.count()
    data = new_workshop(bureau.unit, aims="Kalimat yang tidak boleh hilang", **changes)
    answer = staff.post(CREATE, data)
    assert field in errors_of(answer)
    assert "Kalimat yang tidak boleh hilang" in answer.content.decode()
    assert (Workshop.objects.count(), Topic.objects.count()) == before


def test_the_order_of_dates_is_told_together_with_other_faults(staff: Client, bureau: Bureau) -> None:
    changes = {
        "title": "",
        "venue": "Aula\nkedua",
        "ends_at": "2027-03-10T07:00",
        "registration_deadline": "2027-03-11T08:00",
    }
    answer = staff.post(CREATE, new_workshop(bureau.unit, **{"starts_at": "2027-03-10T08:00"} | changes))
    assert set(errors_of(answer)) == set(changes)


def test_a_moment_that_cannot_be_read_is_not_called_out_of_order(staff: Client, bureau: Bureau) -> None:
    changes = {"starts_at": "besok pagi", "registration_deadline": "2030-03-11T08:00"}
    assert set(errors_of(staff.post(CREATE, new_workshop(bureau.unit, **changes)))) == {"starts_at"}
    changes = {"registration_opens_at": "kapan saja", "ends_at": "2027-03-10T07:00"}
    answer = staff.post(CREATE, new_workshop(bureau.unit, **{"starts_at": "2027-03-10T08:00"} | changes))
    assert set(errors_of(answer)) == set(changes)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "Humas", "mode": "onsite", "quota": ""},
        {"name": "Humas", "mode": "", "quota": 3},
        {"name": "", "mode": "onsite", "quota": 3},
        {"name": "Humas", "mode": "onsite", "quota": -1},
        {"name": "Humas", "mode": "onsite", "quota": 10**30},
        {"name": "Humas\x00", "mode": "onsite", "quota": 3},
        {"name": "Humas", "mode": "hybrid", "quota": 3},
    ],
)
def test_bad_segment_is_told_in_its_row(staff: Client, bureau: Bureau, row: dict[str, Any]) -> None:
    answer = staff.post(CREATE, new_workshop(bureau.unit, **rows("segments", of=[row])))
    assert answer.status_code == 200
    assert answer.context["segments"].total_error_count() > 0
    assert not Workshop.objects.filter(title="Pelatihan menulis berita").exists()


def test_same_segment_twice_is_told_once(staff: Client, bureau: Bureau) -> None:
    row = {"name": "Humas", "mode": "onsite", "quota": 3}
    answer = staff.post(CREATE, new_workshop(bureau.unit, **rows("segments", of=[row, row | {"name": "HUMAS"}])))
    assert "hanya boleh satu" in answer.content.decode()


def test_form_posted_twice_makes_one_workshop(staff: Client, bureau: Bureau) -> None:
    data = new_workshop(bureau.unit, form_token=uuid.uuid4())
    answers = [staff.post(CREATE, data) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Workshop.objects.filter(title=data["title"]).count() == 1
    staff.post(CREATE, data | {"form_token": uuid.uuid4()})
    assert Workshop.objects.filter(title=data["title"]).count() == 2


def test_token_of_another_person_opens_nothing(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    token = uuid.uuid4()
    as_user(bureau.staff).post(CREATE, new_workshop(bureau.unit, form_token=token))
    foreign = Workshop.objects.get(form_token=token)
    client = as_user(jateng.admin)
    client.raise_request_exception = False
    answer = client.post(CREATE, new_workshop(jateng.unit, form_token=token))
    assert reverse("workshop_detail", args=[foreign.pk]) not in answer.get("Location", "")


@pytest.mark.parametrize("place", ["unit", "child"])
def test_kanwil_plans_in_its_own_tree(as_user: Any, jateng: Kanwil, place: str) -> None:
    as_user(jateng.admin).post(CREATE, new_workshop(getattr(jateng, place)))
    workshop = Workshop.objects.get(title="Pelatihan menulis berita")
    assert workshop.organizer_unit == getattr(jateng, place)


def test_nobody_plans_for_others(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    tries = [(jateng.admin, maluku.unit), (jateng.admin, bureau.unit), (bureau.staff, jateng.unit)]
    for person, organizer in tries:
        answer = as_user(person).post(CREATE, new_workshop(organizer))
        assert "organizer_unit" in errors_of(answer)
    assert not Workshop.objects.filter(title="Pelatihan menulis berita").exists()


def test_kanwil_cannot_link_a_foreign_agreement(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    client = as_user(jateng.admin)
    for agreement in (maluku.agreement, bureau.agreement):
        answer = client.post(CREATE, new_workshop(jateng.unit, agreement=agreement.pk))
        assert "agreement" in errors_of(answer)
        assert agreement.title not in answer.content.decode()


# --- facts


def edit_url(workshop: Workshop) -> str:
    return reverse("workshop_edit", args=[workshop.pk])


def test_edit_changes_facts_and_keeps_the_schedule(staff: Client, bureau: Bureau) -> None:
    workshop = bureau.workshop
    set_segments(workshop, rows=[SegmentRow("Humas", "onsite", 10), SegmentRow("Mahasiswa", "online", 5)])
    kept, struck = workshop.segments.order_by("pk")
    changes = rows(
        "segments",
        first=2,
        of=[
            {"pk": kept.pk, "name": "Humas Kanwil", "mode": "onsite", "quota": 20},
            {"pk": struck.pk, "name": struck.name, "mode": struck.mode, "quota": 5, "DELETE": "on"},
            {"name": "Media", "mode": "online", "quota": 7},
        ],
    )
    data = known_workshop(workshop, title="Judul baru", starts_at="2030-01-01T08:00", venue="Diselipkan", **changes)
    answer = staff.post(edit_url(workshop), data)
    assert answer.status_code == 302
    after = Workshop.objects.get(pk=workshop.pk)
    assert (after.title, after.starts_at, after.venue) == ("Judul baru", workshop.starts_at, "")
    assert {(s.pk == kept.pk, s.name, s.quota) for s in after.segments.all()} == {
        (True, "Humas Kanwil", 20),
        (False, "Media", 7),
    }
    assert (after.topic.label, after.topic.schedule_rev) == ("Judul baru", 1)


def test_rows_that_are_called_new_and_known_at_once_come_back_with_their_errors(staff: Client, bureau: Bureau) -> None:
    set_segments(bureau.workshop, rows=[SegmentRow("Humas", "onsite", 10)])
    segment = {"pk": bureau.workshop.segments.get().pk, "name": "Humas", "mode": "onsite", "quota": 10}
    data = known_workshop(bureau.workshop, title="", **rows("segments", first=0, of=[segment]))
    assert "title" in errors_of(staff.post(edit_url(bureau.workshop), data))


def test_plan_may_change_its_date_in_the_edit_form(staff: Client, bureau: Bureau) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state="planned", registration_deadline=None)
    bureau.workshop.refresh_from_db()
    data = known_schedule(bureau.workshop, starts_at="2027-05-01T08:00", ends_at="2027-05-01T12:00")
    data |= known_workshop(bureau.workshop, registration_opens_at="")
    assert staff.post(edit_url(bureau.workshop), data).status_code == 302
    after = Workshop.objects.get(pk=bureau.workshop.pk)
    assert (after.calendar_on, after.changes.count()) == (date(2027, 5, 1), 1)
    bureau.session.refresh_from_db()
    assert bureau.session.starts_at == datetime(2027, 5, 1, 1, tzinfo=UTC)


def test_stale_edit_overwrites_nothing_and_keeps_what_was_typed(staff: Client, bureau: Bureau) -> None:
    stale = known_workshop(bureau.workshop, title="Judul yang terlambat")
    staff.post(edit_url(bureau.workshop), known_workshop(bureau.workshop, title="Judul yang pertama"))
    answer = staff.post(edit_url(bureau.workshop), stale)
    assert "diubah orang lain" in str(errors_of(answer)["__all__"])
    assert "Judul yang terlambat" in answer.content.decode()
    assert Workshop.objects.get(pk=bureau.workshop.pk).title == "Judul yang pertama"


def test_without_its_token_a_stale_edit_would_overwrite(staff: Client, bureau: Bureau) -> None:
    stale = known_workshop(bureau.workshop, title="Judul yang terlambat", version="")
    staff.post(edit_url(bureau.workshop), known_workshop(bureau.workshop, title="Judul yang pertama"))
    by, now = bureau.staff, bureau.workshop.created_at
    workshop = bureau.workshop
    facts = Facts(title=stale["title"], kind=workshop.kind, organizer_unit=workshop.organizer_unit)
    edit_workshop(workshop, facts=facts, beside=With(), window=RegistrationWindow(), version=None, by=by, now=now)
    assert Workshop.objects.get(pk=bureau.workshop.pk).title == "Judul yang terlambat"


def test_edit_form_without_token_is_refused(staff: Client, bureau: Bureau) -> None:
    data = known_workshop(bureau.workshop, title="Tanpa token", version="")
    assert "__all__" in errors_of(staff.post(edit_url(bureau.workshop), data))


@pytest.mark.parametrize("what", ["segment", "co_organizer"])
def test_edit_is_stale_too_when_a_row_beside_changed(staff: Client, bureau: Bureau, jateng: Kanwil, what: str) -> None:
    stale = known_workshop(bureau.workshop)
    if what == "segment":
        AudienceSegment.objects.create(workshop=bureau.workshop, name="Baru", mode="online", quota=1)
    else:
        CoOrganizer.objects.create(workshop=bureau.workshop, unit=jateng.unit)
    assert "__all__" in errors_of(staff.post(edit_url(bureau.workshop), stale))
    assert bureau.workshop.segments.count() + bureau.workshop.co_organizers.count() == 1


def test_deadline_after_the_start_is_told_in_the_edit_form_too(staff: Client, bureau: Bureau) -> None:
    data = known_workshop(bureau.workshop, registration_deadline="2026-12-12T09:01")
    assert "registration_deadline" in errors_of(staff.post(edit_url(bureau.workshop), data))


def test_segment_of_another_workshop_is_not_touched(staff: Client, bureau: Bureau, jateng: Kanwil) -> None:
    foreign = rows("segments", first=1, of=[{"pk": jateng.segment.pk, "name": "Dicuri", "mode": "onsite", "quota": 1}])
    staff.post(edit_url(bureau.workshop), known_workshop(bureau.workshop, **foreign))
    jateng.segment.refresh_from_db()
    assert (jateng.segment.name, jateng.segment.workshop) == (f"Segmen {jateng.canary}", jateng.workshop)


# --- moving


def move_url(workshop: Workshop) -> str:
    return reverse("workshop_move", args=[workshop.pk])


def test_move_shows_consequences_before_it_acts(staff: Client, bureau: Bureau, now: datetime) -> None:
    workshop = bureau.workshop
    told = {"kind": "participants.invitation", "now": now, "topic": workshop.topic, "topic_rev": 1}
    for n in range(3):
        make_message(to=f"p{n}@humas.test", name="P", state=State.SENT, sent_at=now, **told)
    waiting = make_message(to="q@humas.test", name="Q", **told)
    data = known_schedule(workshop, starts_at="2026-12-14T09:00", ends_at="2026-12-14T17:00")
    preview = staff.post(move_url(workshop), data | {"step": "preview"})
    text = preview.content.decode()
    assert "kabari" not in text, "letters behind which no invitation stands: nobody is told"
    assert "<b>1</b> surat dengan jadwal lama" in text
    workshop.refresh_from_db()
    assert (workshop.first_day, workshop.changes.count()) == (date(2026, 12, 12), 0)
    again = staff.post(move_url(workshop), data | {"step": "edit"})
    assert "2026-12-14T09:00" in again.content.decode()
    done = staff.post(move_url(workshop), data | {"step": "confirm", "reason": "Bertepatan dengan libur"})
    assert done.status_code == 302
    workshop.refresh_from_db()
    waiting.refresh_from_db()
    assert (workshop.first_day, waiting.state) == (date(2026, 12, 14), "cancelled")
    change = workshop.changes.get()
    assert (change.reason, change.by) == ("Bertepatan dengan libur", bureau.staff)
    assert "12 Des 2026" in change.schedule
    assert "14 Des 2026" in change.schedule


def test_move_posted_twice_tells_people_once(staff: Client, bureau: Bureau) -> None:
    data = known_schedule(bureau.workshop, venue="Aula kedua", step="confirm")
    staff.post(move_url(bureau.workshop), data)
    answer = staff.post(move_url(bureau.workshop), data)
    assert "diubah orang lain" in answer.content.decode()
    bureau.workshop.topic.refresh_from_db()
    assert bureau.workshop.topic.schedule_rev == 2


def test_a_move_out_of_the_term_asks_as_planning_does(as_user: Any, bureau: Bureau) -> None:
    agreement = make_agreement(bureau.unit, title="MSP", number="MSP-9", effective_until=date(2026, 12, 13))
    Workshop.objects.filter(pk=bureau.workshop.pk).update(agreement=agreement)
    bureau.workshop.refresh_from_db()
    days, reason = {"starts_at": "2026-12-14T09:00", "ends_at": "2026-12-14T17:00"}, "Atas permintaan mitra"
    url = move_url(bureau.workshop)
    data = known_schedule(bureau.workshop, **days)
    for step in ("preview", "confirm"):
        refused = as_user(bureau.staff).post(url, data | {"step": step, "cover_reason": reason})
        assert "Perjanjian ini sudah berakhir pada 13 Desember 2026" in refused.content.decode()
        assert "cover_reason" not in refused.context["form"].fields
        assert errors_of(as_user(bureau.admin).post(url, data | {"step": step, "cover_reason": " "})).keys() == {
            "cover_reason"
        }
    bureau.workshop.refresh_from_db()
    assert bureau.workshop.first_day != date(2026, 12, 14)
    preview = as_user(bureau.admin).post(url, data | {"step": "preview", "cover_reason": reason})
    assert preview.context["consequences"].agreement_problem in preview.content.decode()
    assert f'name="cover_reason" value="{reason}"' in preview.content.decode()
    assert f"Alasan: {reason}" in preview.content.decode()
    assert as_user(bureau.admin).post(url, data | {"step": "confirm", "cover_reason": reason}).status_code == 302
    moved = Workshop.objects.get(pk=bureau.workshop.pk)
    assert (moved.first_day, moved.cover_reason, moved.cover_by) == (date(2026, 12, 14), reason, bureau.admin)
    place = known_schedule(moved, venue="Aula lain", step="confirm")
    assert as_user(bureau.staff).post(url, place).status_code == 302, "another place asks nothing again"
    moved.refresh_from_db()
    assert (moved.venue, moved.cover_by) == ("Aula lain", bureau.admin)
    within = known_schedule(moved, starts_at="2026-12-10T09:00", ends_at="2026-12-10T17:00", step="confirm")
    assert as_user(bureau.staff).post(url, within | {"registration_deadline": ""}).status_code == 302
    moved.refresh_from_db()
    assert (moved.cover_reason, moved.cover_by, moved.cover_at) == ("", None, None)


def test_the_calendar_leads_to_the_form_where_the_term_ends_before(as_user: Any, bureau: Bureau) -> None:
    agreement = make_agreement(bureau.unit, title="MSP", number="MSP-9", effective_until=date(2026, 12, 13))
    Workshop.objects.filter(pk=bureau.workshop.pk).update(agreement=agreement)
    asked = {"mulai": "2026-12-21", "selesai": "2026-12-21"}
    page = as_user(bureau.admin).get(move_url(bureau.workshop), asked)
    assert errors_of(page).keys() == {"cover_reason"}


def test_refused_step_keeps_the_reason(staff: Client, bureau: Bureau) -> None:
    url = reverse("workshop_state", args=[bureau.workshop.pk])
    answer = staff.post(url, {"to": "finished", "reason": "Alasan panjang yang diketik"})
    assert "tidak dapat langsung" in answer.content.decode()
    assert "reason" in errors_of(staff.post(url, {"to": "postponed", "reason": ""}))
    assert "to" in errors_of(staff.post(url, {"to": "apa saja"}))
    done = staff.post(url, {"to": "postponed", "reason": "Alasan"})
    assert done.status_code == 302
    assert Workshop.objects.get(pk=bureau.workshop.pk).state == "postponed"


def test_summary_of_errors_follows_the_page(staff: Client, bureau: Bureau) -> None:
    data = new_workshop(bureau.unit, title="", starts_at="kapan", meeting_url="rapat", registration_deadline="kapan")
    answer = staff.post(CREATE, data)
    shown = [field.name for field in answer.context["form"] if field.errors]
    assert shown == ["title", "starts_at", "meeting_url", "registration_deadline"]


def test_month_left_behind_by_an_approximate_date_is_dropped(staff: Client, bureau: Bureau) -> None:
    data = new_workshop(bureau.unit, fuzzy_date="", fuzzy_month="2027-02")
    staff.post(CREATE, data)
    workshop = Workshop.objects.get(title=data["title"])
    assert (workshop.first_day, workshop.fuzzy_month) == (date(2027, 3, 10), None)


def test_page_says_who_approves_a_plan(as_user: Any, bureau: Bureau) -> None:
    data = new_workshop(bureau.unit)
    staff = as_user(bureau.staff)
    page = staff.get(staff.post(CREATE, data)["Location"])
    assert "menunggu persetujuan admin biro" in page.content.decode().casefold()
    page = as_user(bureau.admin).get(page.request["PATH_INFO"])
    assert "menunggu persetujuan admin biro" not in page.content.decode().casefold()


def test_only_a_bureau_admin_links_a_workshop_outside_the_term_and_says_why(as_user: Any, bureau: Bureau) -> None:
    over = make_agreement(bureau.unit, title="Sudah berakhir", number="L-1", effective_until=date(2026, 12, 31))
    data = new_workshop(bureau.unit, agreement=over.pk)
    reason = "Jadwal mundur atas permintaan mitra"
    assert errors_of(as_user(bureau.staff).post(CREATE, data | {"cover_reason": reason})).keys() == {"agreement"}
    admin = as_user(bureau.admin)
    assert errors_of(admin.post(CREATE, data | {"cover_reason": "  "})).keys() == {"agreement"}
    assert admin.post(CREATE, data | {"cover_reason": reason}).status_code == 302
    made = Workshop.objects.get(title=data["title"])
    assert (made.cover_reason, made.cover_by, made.cover_at is not None) == (reason, bureau.admin, True)
    page = admin.get(reverse("workshop_detail", args=[made.pk])).content.decode()
    assert reason in page
    assert str(bureau.admin) in page

    edit = reverse("workshop_edit", args=[made.pk])
    known = known_workshop(made, **{name: data[name] for name in ("mode", "tz", "starts_at", "ends_at")})
    known |= {"agreement": over.pk, "theme": "Lain"}
    assert as_user(bureau.staff).post(edit, known).status_code == 302
    made.refresh_from_db()
    assert (made.theme, made.cover_by) == ("Lain", bureau.admin), "an edit of something else keeps the reason"
    later = known | {"version": version_of(made), "ends_at": "2027-03-12T16:00"}
    assert errors_of(as_user(bureau.staff).post(edit, later)).keys() == {"agreement"}, "other dates ask again"
    within = later | {"starts_at": "2026-12-10T08:00", "ends_at": "2026-12-11T16:00"}
    assert as_user(bureau.staff).post(edit, within).status_code == 302
    made.refresh_from_db()
    assert (made.cover_reason, made.cover_by, made.cover_at) == ("", None, None)


def test_a_reason_is_kept_only_where_the_term_does_not_cover(as_user: Any, bureau: Bureau) -> None:
    data = new_workshop(bureau.unit, agreement=bureau.agreement.pk, cover_reason="Tidak perlu")
    assert as_user(bureau.admin).post(CREATE, data).status_code == 302
    assert Workshop.objects.get(title=data["title"]).cover_reason == ""


def test_the_gate_reads_the_days_of_a_workshop_whose_form_asks_for_none(
    as_user: Any, bureau: Bureau, jateng: Kanwil
) -> None:
    client, gate = as_user(bureau.staff), reverse("agreement_gate")
    form = client.get(reverse("workshop_edit", args=[bureau.workshop.pk])).content.decode()
    assert re.search(rf'name="workshop"\s+value="{bureau.workshop.pk}"', form)
    assert 'name="workshop"' not in client.get(CREATE).content.decode()
    over = make_agreement(bureau.unit, title="MSP", number="MSP-9", effective_until=date(2026, 12, 11))
    asked = {"agreement": bureau.agreement.pk, "workshop": bureau.workshop.pk}
    assert "Berlaku pada semua hari kegiatan ini." in client.get(gate, asked).content.decode()
    assert "sudah berakhir pada 11 Desember 2026" in client.get(gate, asked | {"agreement": over.pk}).content.decode()
    assert "Isi tanggal mulai" in client.get(gate, {"agreement": over.pk}).content.decode()
    foreign = {"agreement": jateng.agreement.pk, "workshop": bureau.workshop.pk}
    assert "Isi tanggal mulai" in as_user(jateng.admin).get(gate, foreign).content.decode()


@pytest.mark.parametrize(
    ("month", "problem"),
    [
        ("2029-03", "sudah berakhir pada 10 Desember 2026"),
        ("2026-01", "baru berlaku mulai 2 Februari 2026"),
        ("2026-12", ""),
        ("2026-02", ""),
        ("2026-05", ""),
    ],
)
def test_a_month_of_which_no_day_lies_in_the_term_is_warned_of(
    as_user: Any, bureau: Bureau, month: str, problem: str
) -> None:
    term = {"effective_from": date(2026, 2, 2), "effective_until": date(2026, 12, 10)}
    agreement = make_agreement(bureau.unit, title="MSP", number="MSP-9", **term)
    client = as_user(bureau.staff)
    asked = {"agreement": agreement.pk, "starts_at": "", "ends_at": "", "fuzzy_month": month}
    gate = client.get(reverse("agreement_gate"), asked).content.decode()
    assert ("strip brick" in gate, problem in gate) == (bool(problem), True)
    fuzzy = {"starts_at": "", "ends_at": "", "fuzzy_date": "Suatu hari", "fuzzy_month": month}
    data = new_workshop(bureau.unit, agreement=agreement.pk, **fuzzy)
    page = client.post(CREATE, data, follow=True).content.decode()
    assert ("Tidak mencakup tanggal kegiatan" in page, problem in page) == (bool(problem), True)
    made = Workshop.objects.get(title=data["title"])
    other = known_schedule(made, fuzzy_date="Lain", fuzzy_month="2029-04", step="confirm")
    assert client.post(reverse("workshop_move", args=[made.pk]), other).status_code == 302, "a warning is enough"
