"""Workshops from an earlier one and from templates: what is taken, what never is."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from participants.models import Invitation, Registration
from tests.factories import Bureau, Kanwil, make_agreement, make_workshop
from workshops.actions.blueprints import Blueprint, Days, Source, Take, blueprint_of, create_from_blueprint
from workshops.actions.templates import WorkshopTemplateNameTaken, plan_of, save_as_template
from workshops.models import (
    AudienceSegment,
    ChecklistItem,
    CoOrganizer,
    Mode,
    Session,
    SessionRole,
    Workshop,
    WorkshopRoom,
    WorkshopState,
    WorkshopTemplate,
)

WIB = ZoneInfo("Asia/Jakarta")
NEW_DAYS = Days(first=date(2027, 3, 10), last=date(2027, 3, 11), starts=time(9), ends=time(15))


@pytest.fixture
def source(bureau: Bureau, jateng: Kanwil, now: datetime) -> Workshop:
    """Two days with everything that can be taken."""
    starts_at = datetime(2026, 12, 17, 8, tzinfo=WIB)
    workshop = make_workshop(
        bureau.unit,
        now=now,
        title="Edisi lama",
        theme="Tema",
        mode=Mode.HYBRID,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=1, hours=8),
        meeting_url="https://rapat.invalid/lama",
        meeting_passcode="rahasia",
        person_in_charge=bureau.staff,
        agreement=make_agreement(bureau.unit, title="Lama", number="L", effective_until=date(2026, 12, 31)),
    )
    second = starts_at + timedelta(days=1, hours=2)
    session = Session.objects.create(
        workshop=workshop, theme="Hari kedua", starts_at=second, ends_at=second + timedelta(minutes=90), room="A"
    )
    SessionRole.objects.create(session=session, speaker=bureau.speaker, position_title="Ahli")
    Session.objects.create(
        workshop=workshop, theme="Tertinggal", starts_at=second + timedelta(days=9), ends_at=second + timedelta(days=10)
    )
    AudienceSegment.objects.create(workshop=workshop, name="ASN", mode=Mode.ONSITE, quota=40)
    CoOrganizer.objects.create(workshop=workshop, unit=jateng.unit)
    WorkshopRoom.objects.create(workshop=workshop, name="A", capacity=50)
    ChecklistItem.objects.create(workshop=workshop, title="RAB", days=-30, done_at=now, done_by=bureau.staff)
    return workshop


def copy(source: Workshop, by: Any, now: datetime, **take: bool) -> Workshop:
    return create_from_blueprint(
        blueprint_of(source, with_checklist=True),
        title="Edisi baru",
        organizer_unit=source.organizer_unit,
        days=NEW_DAYS,
        take=Take(**take),
        source=Source(workshop=source),
        by=by,
        now=now,
    )


def test_a_copy_keeps_the_plan_and_the_clock_of_each_session(source: Workshop, bureau: Bureau, now: datetime) -> None:
    made = copy(source, bureau.admin, now, speakers=True)
    assert (made.cloned_from, made.state, made.theme) == (source, WorkshopState.PLANNED, "Tema")
    (session,) = made.sessions.all()
    assert session.starts_at == datetime(2027, 3, 11, 10, tzinfo=WIB)
    assert (session.minutes, session.room) == (90, "A")
    (role,) = session.roles.all()
    assert (role.speaker, role.position_title) == (bureau.speaker, "Ahli")
    assert list(made.segments.values_list("name", "mode", "quota")) == [("ASN", "onsite", 40)]
    assert [str(row) for row in made.co_organizers.all()] == ["Kantor Wilayah Jateng"]
    assert list(made.rooms.values_list("name", "capacity")) == [("A", 50)]
    assert list(made.checklist.values_list("title", "days", "done_at")) == [("RAB", -30, None)]
    assert made.person_in_charge == bureau.staff
    assert made.topic != source.topic


def test_a_copy_never_takes_answers_letters_state_or_link(source: Workshop, bureau: Bureau, now: datetime) -> None:
    made = copy(bureau.workshop, bureau.admin, now)
    assert bureau.workshop.state == WorkshopState.REGISTRATION
    assert made.state == WorkshopState.PLANNED
    assert not Invitation.objects.filter(workshop=made).exists()
    assert not Registration.objects.filter(workshop=made).exists()
    assert not made.topic.messages.exists()
    linked = copy(source, bureau.admin, now)
    assert (linked.meeting_url, linked.meeting_passcode, linked.registration_deadline) == ("", "", None)


def test_only_what_is_asked_is_taken_and_speakers_may_stay_open(
    source: Workshop, bureau: Bureau, now: datetime
) -> None:
    nothing = copy(
        source,
        bureau.admin,
        now,
        agenda=False,
        segments=False,
        checklist=False,
        co_organizers=False,
        rooms=False,
        person_in_charge=False,
    )
    beside = ("sessions", "segments", "checklist", "co_organizers", "rooms")
    assert {name: getattr(nothing, name).count() for name in beside} == dict.fromkeys(beside, 0)
    assert nothing.person_in_charge is None
    open_places = copy(source, bureau.admin, now).sessions.get().roles.get()
    assert (open_places.speaker, open_places.position_title) == (None, "")


def test_a_copy_does_not_open_the_register_of_others(
    source: Workshop, bureau: Bureau, jateng: Kanwil, now: datetime
) -> None:
    """A Kanwil that was asked copies the national plan; the bureau's speaker and agreement do not come along."""
    made = create_from_blueprint(
        blueprint_of(source, with_checklist=False),
        title="Versi wilayah",
        organizer_unit=jateng.unit,
        days=NEW_DAYS,
        take=Take(speakers=True),
        by=jateng.admin,
        now=now,
    )
    assert made.sessions.get().roles.get().speaker is None
    assert (made.agreement, made.person_in_charge) == (None, None)


def form(source: Workshop, **changes: Any) -> dict[str, Any]:
    take = ["agenda", "segments", "checklist", "co_organizers", "rooms", "person_in_charge"]
    data = {
        "title": "Edisi baru",
        "organizer_unit": source.organizer_unit_id,
        "first_on": "2027-03-10",
        "starts": "09:00",
        "ends": "15:00",
        "take": take,
        "speakers": "open",
        "state": "planned",
    }
    return data | changes


def test_posting_twice_makes_one_workshop_and_warns_of_the_agreement(
    as_user: Any, source: Workshop, bureau: Bureau
) -> None:
    client, url = as_user(bureau.staff), reverse("workshop_clone", args=[source.pk])
    token = str(client.get(url).context["form"]["form_token"].value())
    for _again in range(2):
        answer = client.post(url, form(source, form_token=token), follow=True)
    made = Workshop.objects.get(title="Edisi baru")
    assert (made.sessions.count(), made.rooms.count(), made.checklist.count()) == (1, 1, 1)
    assert "Perjanjian ini sudah berakhir pada 31 Desember 2026" in answer.content.decode()
    assert "Disalin dari" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_on": "2027-02-31"}, "first_on"),
        ({"first_on": "31/02/2027"}, "first_on"),
        ({"first_on": "0001-01-01"}, "first_on"),
        ({"first_on": ""}, "first_on"),
        ({"starts": "25:00"}, "starts"),
        ({"title": ""}, "title"),
        ({"take": ["invitations"]}, "take"),
        ({"state": "registration"}, "state"),
        ({"organizer_unit": "999999999999999999999"}, "organizer_unit"),
    ],
)
def test_bad_input_is_said_beside_the_field(
    as_user: Any, source: Workshop, bureau: Bureau, wrong: dict[str, Any], field: str
) -> None:
    answer = as_user(bureau.staff).post(reverse("workshop_clone", args=[source.pk]), form(source, **wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])


def test_an_end_before_the_start_of_a_one_day_copy_is_refused(as_user: Any, bureau: Bureau) -> None:
    data = form(bureau.workshop, starts="15:00", ends="09:00", take=["agenda"])
    answer = as_user(bureau.staff).post(reverse("workshop_clone", args=[bureau.workshop.pk]), data)
    assert list(answer.context["form"].errors) == ["ends"]


def test_a_plan_survives_json() -> None:
    plan = Blueprint(kind="workshop", mode="onsite", tz="Asia/Jakarta", co_units=(1, 2))
    assert Blueprint.from_json(plan.as_json() | {"part_of_tomorrow": 1}) == plan


def test_a_template_is_saved_used_and_independent(as_user: Any, source: Workshop, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    client.post(reverse("workshop_template_create", args=[source.pk]), {"name": "Dua hari"})
    template = WorkshopTemplate.objects.get(name="Dua hari")
    assert (template.keeper, template.source) == (None, source)
    assert [role.speaker for plan in plan_of(template).sessions for role in plan.roles] == [None]
    source.sessions.all().delete()
    client.post(
        reverse("plan_template_use", args=[template.pk]),
        form(source, title="Dari templat", take=["agenda", "checklist"]),
    )
    made = Workshop.objects.get(title="Dari templat")
    assert (made.sessions.count(), made.checklist.count(), made.cloned_from) == (1, 1, None)
    client.post(reverse("plan_template_remove", args=[template.pk]))
    assert not WorkshopTemplate.objects.filter(pk=template.pk).exists()
    assert Workshop.objects.filter(pk=made.pk).exists()


def test_a_name_is_one_template_for_each_keeper(
    source: Workshop, bureau: Bureau, jateng: Kanwil, now: datetime
) -> None:
    save_as_template(source, name="Sama", by=bureau.admin, now=now)
    assert save_as_template(jateng.workshop, name="Sama", by=jateng.admin, now=now).keeper == jateng.unit
    for workshop, by in ((source, bureau.staff), (jateng.workshop, jateng.admin)):
        with pytest.raises(WorkshopTemplateNameTaken):
            save_as_template(workshop, name="Sama", by=by, now=now)


def test_the_ways_to_begin_stand_on_the_new_page(as_user: Any, bureau: Bureau) -> None:
    page = as_user(bureau.staff).get(reverse("workshop_create")).content.decode()
    for name in ("plan_template_list", "workshop_clone_choose", "series_create"):
        assert reverse(name) in page
