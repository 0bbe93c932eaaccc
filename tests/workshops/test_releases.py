"""Versions of an agenda: a draft tells nobody, a release tells exactly those concerned, and what was told is kept."""

import dataclasses
import importlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from outbox.actions.planning import plan_letters
from outbox.models import Message, State
from tests.factories import Bureau, Kanwil
from tests.workshops.agendas import put
from workshops.actions.agenda import RoleRow, SessionFacts, edit_session, remove_session
from workshops.actions.ordering import Target, move_session
from workshops.actions.releases import (
    AgendaChangedMeanwhile,
    AgendaIsEmpty,
    NothingHasChanged,
    VersionNeedsName,
    draft_lines,
    newest_release,
    release_agenda,
)
from workshops.actions.schedule import RegistrationWindow, move_workshop, schedule_of
from workshops.differences import differences
from workshops.letters.speakers import plan_speaker_letters
from workshops.models import AgendaRelease, Session, Speaker, Workshop

HALF_HOUR = timedelta(minutes=30)


def plan_and_send(now: datetime) -> set[tuple[str, str]]:
    """What the outbox would send now, as (letter, address); reminders are planned but not due."""
    plan_letters(plan_speaker_letters(now), now=now)
    due = Message.objects.filter(state=State.PENDING, not_before__lte=now)
    sent = {(row.kind.removeprefix("workshops.speaker_"), row.to_addr) for row in due}
    due.update(state=State.SENT, sent_at=now)
    return sent


def shifted(session: Session, by: Any, now: datetime) -> None:
    current = Session.objects.get(pk=session.pk)
    assert current.starts_at
    assert current.ends_at
    facts = SessionFacts(
        kind=current.kind,
        theme=current.theme,
        starts_at=current.starts_at + HALF_HOUR,
        ends_at=current.ends_at + HALF_HOUR,
    )
    roles = [RoleRow(role.role, role.speaker, role.position_title) for role in current.roles.select_related("speaker")]
    edit_session(current, facts=facts, roles=roles, by=by, now=now)


@pytest.fixture
def three(bureau: Bureau, now: datetime) -> dict[str, Speaker]:
    """Three speakers with a session each, told of version 2."""
    people = {"lama": bureau.speaker}
    for name in ("dipindah", "tetap", "pergi"):
        people[name] = Speaker.objects.create(name=name.title(), email=f"{name}@humas.test")
    for place, name in enumerate(["dipindah", "tetap", "pergi"]):
        put(bureau.workshop, f"Sesi {name}", f"{12 + place}.00", speaker=people[name])
    release_agenda(bureau.workshop, name="Versi 2", by=bureau.staff, now=now)
    plan_and_send(now)
    return people


def test_draft_tells_nobody_and_its_release_exactly_those_concerned(
    bureau: Bureau, three: dict[str, Speaker], now: datetime
) -> None:
    workshop = bureau.workshop
    newcomer = Speaker.objects.create(name="Baru", email="baru@humas.test")
    shifted(workshop.sessions.get(theme="Sesi dipindah"), bureau.staff, now)
    remove_session(workshop.sessions.get(theme="Sesi pergi"), by=bureau.staff, now=now)
    put(workshop, "Sesi baru", "15.00", speaker=newcomer)
    put(workshop, "Sesi di laci", speaker=newcomer)
    assert plan_and_send(now) == set()
    later = now + timedelta(minutes=1)
    release = release_agenda(workshop, name=" Edaran ", note="Sebab uji", by=bureau.staff, now=later)
    assert (release.number, release.name, release.released_by, release.released_at) == (
        3,
        "Edaran",
        bureau.staff,
        later,
    )
    assert plan_and_send(later) == {
        ("moved", "dipindah@humas.test"),
        ("cancelled", "pergi@humas.test"),
        ("confirmation", "baru@humas.test"),
    }
    assert plan_and_send(later) == set()
    assert [line.theme for line in release.lines] == [
        "Menulis untuk media sosial",
        "Sesi dipindah",
        "Sesi tetap",
        "Sesi baru",
    ]


def test_preview_names_the_letters_that_then_go(
    as_user: Any, bureau: Bureau, three: dict[str, Speaker], now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    shifted(bureau.workshop.sessions.get(theme="Sesi dipindah"), bureau.staff, now)
    put(bureau.workshop, "Tanpa surel", "16.00", speaker=Speaker.objects.create(name="Tanpa Surel"))
    staff: Client = as_user(bureau.staff)
    url = reverse("agenda_release", args=[bureau.workshop.pk])
    page = staff.get(url)
    planned = {(letter["label"], letter["to"]) for letter in page.context["letters"]}
    assert planned == {("Perubahan jadwal", "dipindah@humas.test")}
    assert page.context["mute"] == ["Tanpa Surel"]
    assert [(change.line.theme, change.kinds) for change in page.context["changes"]] == [
        ("Sesi dipindah", ("moved",)),
        ("Tanpa surel", ("new",)),
    ]
    assert Message.objects.filter(state=State.PENDING, not_before__lte=now).count() == 0
    rev = page.context["form"]["rev"].value()
    answer = staff.post(url, {"name": "Edaran kedua", "note": "", "rev": rev})
    assert answer["Location"] == reverse("agenda_version", args=[bureau.workshop.pk, 3])
    assert plan_and_send(now) == {("moved", "dipindah@humas.test")}


def test_release_from_an_old_tab_is_refused_and_the_page_shows_the_present(
    as_user: Any, bureau: Bureau, now: datetime
) -> None:
    staff: Client = as_user(bureau.staff)
    url = reverse("agenda_release", args=[bureau.workshop.pk])
    put(bureau.workshop, "Satu", "12.00")
    rev = staff.get(url).context["form"]["rev"].value()
    shifted(bureau.session, bureau.staff, now)
    answer = staff.post(url, {"name": "Nama yang diketik", "rev": rev})
    assert "diubah orang lain" in answer.content.decode()
    assert 'value="Nama yang diketik"' in answer.content.decode()
    assert {change.line.theme for change in answer.context["changes"]} == {"Satu", bureau.session.theme}
    assert bureau.workshop.agenda_releases.count() == 1
    again = answer.context["form"]["rev"].value()
    staff.post(url, {"name": "Nama yang diketik", "rev": again})
    assert bureau.workshop.agenda_releases.count() == 2


def test_what_cannot_be_released_is_said(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    with pytest.raises(NothingHasChanged):
        release_agenda(bureau.workshop, name="Lagi", by=bureau.staff, now=now)
    put(bureau.workshop, "Baru", "12.00")
    with pytest.raises(VersionNeedsName):
        release_agenda(bureau.workshop, name="  ", by=bureau.staff, now=now)
    with pytest.raises(AgendaChangedMeanwhile):
        release_agenda(bureau.workshop, name="Lagi", rev=bureau.workshop.agenda_rev + 7, by=bureau.staff, now=now)
    AgendaRelease.objects.filter(workshop=jateng.workshop).delete()
    jateng.workshop.sessions.all().delete()
    put(jateng.workshop, "Di laci")
    with pytest.raises(AgendaIsEmpty):
        release_agenda(jateng.workshop, name="Kosong", by=bureau.admin, now=now)


def test_never_released_workshop_tells_nobody_and_cancels_nobody(bureau: Bureau, now: datetime) -> None:
    AgendaRelease.objects.all().delete()
    assert plan_and_send(now) == set()
    release_agenda(bureau.workshop, name="Pertama", by=bureau.staff, now=now)
    assert plan_and_send(now) == {("confirmation", "narasumber@humas.test")}
    AgendaRelease.objects.all().delete()
    assert plan_and_send(now) == set()


def moved_by(bureau: Bureau, now: datetime, **shift: int) -> None:
    workshop = Workshop.objects.get(pk=bureau.workshop.pk)
    schedule = schedule_of(workshop)
    assert schedule.starts_at
    assert schedule.ends_at
    by = timedelta(**shift)
    later = dataclasses.replace(schedule, starts_at=schedule.starts_at + by, ends_at=schedule.ends_at + by)
    move_workshop(workshop, schedule=later, window=RegistrationWindow(), by=bureau.staff, now=now)


def test_moved_workshop_takes_the_release_along_and_leaves_the_draft_unreleased(
    bureau: Bureau, three: dict[str, Speaker], now: datetime
) -> None:
    remove_session(bureau.workshop.sessions.get(theme="Sesi pergi"), by=bureau.staff, now=now)
    before = newest_release(bureau.workshop)
    moved_by(bureau, now, days=1)
    after = newest_release(bureau.workshop)
    assert before
    assert after
    assert (after.number, after.name) == (before.number + 1, "Jadwal digeser")
    assert [(line.pk, line.starts_at - timedelta(days=1)) for line in after.lines] == [
        (line.pk, line.starts_at) for line in before.lines
    ]
    assert [change.kinds for change in differences(after.lines, draft_lines(bureau.workshop))] == [("cancelled",)]
    assert {kind for kind, _to in plan_and_send(now)} == {"moved"}


def test_unsent_letters_of_an_older_version_are_withdrawn(bureau: Bureau, now: datetime) -> None:
    plan_letters(plan_speaker_letters(now), now=now)
    shifted(bureau.session, bureau.staff, now)
    assert set(Message.objects.values_list("state", flat=True)) == {State.PENDING}
    release_agenda(bureau.workshop, name="Versi 2", by=bureau.staff, now=now)
    assert set(Message.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert plan_and_send(now) == {("confirmation", "narasumber@humas.test")}


def test_migration_makes_what_was_told_the_first_version(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    """Nobody is told again, nobody is taken off, and an idea that nobody heard of stays a draft."""
    plan_and_send(now)
    told = AgendaRelease.objects.get(workshop=bureau.workshop).snapshot
    AgendaRelease.objects.all().delete()
    Workshop.objects.filter(pk=jateng.workshop.pk).update(state="planned")
    Message.objects.filter(topic=jateng.workshop.topic).delete()
    importlib.import_module("workshops.migrations.0010_agenda_releases").release_what_stands(apps, None)
    assert [(row.workshop, row.number, row.snapshot) for row in AgendaRelease.objects.all()] == [
        (bureau.workshop, 1, told)
    ]
    assert plan_and_send(now) == set()


# --- the pages of versions


def test_earlier_versions_can_be_read_and_compared(
    as_user: Any, bureau: Bureau, jateng: Kanwil, now: datetime, django_assert_num_queries: Any
) -> None:
    workshop = bureau.workshop
    room = put(workshop, "Dipindah ruang", "12.00", speaker=bureau.speaker, room="Ruang A")
    gone = put(workshop, "Akan hilang", "13.00")
    release_agenda(workshop, name="Versi dua", by=bureau.staff, now=now)
    day = workshop.first_day
    assert day
    move_session(room, target=Target(day, room="Ruang B"), by=bureau.staff, now=now)
    edit_session(
        Session.objects.get(pk=room.pk),
        facts=SessionFacts(
            kind="panel", theme="Tema lain", starts_at=room.starts_at, ends_at=room.ends_at, room="Ruang B"
        ),
        roles=[RoleRow("speaker", None)],
        by=bureau.staff,
        now=now,
    )
    remove_session(gone, by=bureau.staff, now=now)
    release_agenda(workshop, name="Versi tiga", by=bureau.staff, now=now)
    put(workshop, "Belum dirilis", "16.00")
    reader: Client = as_user(jateng.operator)
    rows = reader.get(reverse("agenda_version_list", args=[workshop.pk])).context["rows"]
    assert [(row["release"].name, [(str(kind), n) for kind, n in row["counted"]]) for row in rows] == [
        ("Versi tiga", [("cancelled", 1), ("room", 1), ("people", 1), ("text", 1)]),
        ("Versi dua", [("new", 2)]),
        ("Versi 1", []),
    ]
    old = reader.get(reverse("agenda_version", args=[workshop.pk, 2]))
    assert not old.context["is_newest"]
    assert "Akan hilang" in old.content.decode()
    assert reader.get(reverse("agenda_version", args=[workshop.pk, 4])).status_code == 404
    compare = reverse("agenda_compare", args=[workshop.pk])
    asked: dict[str, Any] = {"dari": "1", "ke": "3"}
    assert {change.line.theme for change in reader.get(compare, asked).context["changes"]} == {"Tema lain"}
    assert {change.line.theme for change in reader.get(compare).context["changes"]} == {"Tema lain", "Akan hilang"}
    for wrong in ({"dari": "9"}, {"ke": "rancangan"}, {"dari": "x"}):
        assert reader.get(compare, wrong).status_code == 404
    staff: Client = as_user(bureau.staff)
    assert {change.line.theme for change in staff.get(compare).context["changes"]} == {"Belum dirilis"}


def test_release_is_never_changed(bureau: Bureau, now: datetime) -> None:
    """Whatever becomes of the sessions, the people and the rooms, a version says what it said."""
    before = AgendaRelease.objects.values().get(workshop=bureau.workshop)
    Speaker.objects.filter(pk=bureau.speaker.pk).update(name="Nama baru")
    moved_by(bureau, now, hours=1)
    bureau.workshop.sessions.all().delete()
    assert AgendaRelease.objects.values().get(pk=before["id"]) == before
