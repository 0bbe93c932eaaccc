"""Who sees what: exact sets, with the foreign row planted beside."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from tests.factories import Bureau, Kanwil, make_user, make_workshop
from units.access import Role
from workshops.models import Speaker, Workshop, WorkshopAudience, organizers_for

LINK, PASSCODE = "https://rapat.invalid/nasional", "sandi-nasional"


def seen(client: Any, name: str) -> set[str]:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    rows = answer.context["rows"] if name == "workshop_list" else answer.context["lines"]
    return {str(row["workshop" if name == "workshop_list" else "speaker"]) for row in rows}


def test_list_holds_exactly_what_each_reaches(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime
) -> None:
    hidden = make_workshop(maluku.unit, now=now, title="Hanya Maluku")
    hosted = make_workshop(bureau.unit, now=now, title="Bertuan rumah Rutan", host_unit=jateng.child)
    national = str(bureau.workshop)
    everything = {national, str(jateng.workshop), str(maluku.workshop), str(hidden), str(hosted)}
    assert {
        name: seen(as_user(person), "workshop_list")
        for name, person in {
            "admin": bureau.admin,
            "staff": bureau.staff,
            "leader": bureau.leader,
            "jateng": jateng.admin,
            "rutan jateng": jateng.operator,
            "maluku": maluku.admin,
            "rutan maluku": maluku.operator,
        }.items()
    } == {
        "admin": everything,
        "staff": everything,
        "leader": everything,
        "jateng": {national, str(jateng.workshop), str(hosted)},
        "rutan jateng": {national, str(jateng.workshop), str(hosted)},
        "maluku": {national, str(maluku.workshop), str(hidden)},
        "rutan maluku": {national, str(maluku.workshop)},
    }


def test_a_co_organiser_reads_the_workshop_before_it_is_invited_and_changes_nothing(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime
) -> None:
    workshop = make_workshop(bureau.unit, now=now, title="Bersama Kanwil", meeting_url=LINK)
    pages = {name: reverse(name, args=[workshop.pk]) for name in ("workshop_detail", "workshop_edit", "workshop_move")}

    def found(person: Any) -> list[int]:
        client = as_user(person)
        return [client.get(url).status_code for url in pages.values()]

    assert found(jateng.admin) == [404, 404, 404]
    co_organizer = workshop.co_organizers.create(unit=jateng.unit)
    assert found(jateng.admin) == [200, 404, 404]
    assert found(maluku.admin) == [404, 404, 404]
    assert found(jateng.operator) == [404, 403, 403]
    assert str(workshop) in seen(as_user(jateng.admin), "workshop_list")
    assert LINK not in as_user(jateng.admin).get(pages["workshop_detail"]).content.decode()
    co_organizer.unit = jateng.child
    co_organizer.save()
    assert found(jateng.admin) == [200, 404, 404]
    assert found(jateng.operator) == [200, 403, 403]


def test_row_and_queryset_agree_on_who_may_edit(bureau: Bureau, jateng: Kanwil, maluku: Kanwil, now: datetime) -> None:
    nobody = make_user("tanpa.unit@humas.test", role=Role.BUREAU_STAFF)
    people = [
        bureau.admin,
        bureau.staff,
        bureau.leader,
        jateng.admin,
        jateng.operator,
        jateng.disabled,
        maluku.admin,
        nobody,
    ]
    workshops = list(Workshop.objects.select_related("organizer_unit"))
    for person in people:
        by_query = set(Workshop.objects.editable_by(person).values_list("pk", flat=True))
        by_row = {workshop.pk for workshop in workshops if workshop.is_editable_by(person)}
        organizers = set(organizers_for(person).values_list("pk", flat=True))
        assert by_query == by_row == {w.pk for w in workshops if w.organizer_unit_id in organizers}
    editable = {
        name: {str(w) for w in Workshop.objects.editable_by(person)}
        for name, person in {"staff": bureau.staff, "jateng": jateng.admin, "operator": jateng.operator}.items()
    }
    assert editable == {"staff": {str(bureau.workshop)}, "jateng": {str(jateng.workshop)}, "operator": set()}


FOREIGN = ["workshop_detail", "workshop_agenda", "workshop_edit", "workshop_move", "session_create"]


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_workshop_does_not_exist(as_user: Any, jateng: Kanwil, maluku: Kanwil, name: str) -> None:
    answer = as_user(jateng.admin).get(reverse(name, args=[maluku.workshop.pk]))
    assert answer.status_code == 404
    assert maluku.canary not in answer.content.decode()


def test_national_workshop_is_read_but_not_changed_by_a_kanwil(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    client = as_user(jateng.admin)
    found = {name: client.get(reverse(name, args=[bureau.workshop.pk])).status_code for name in FOREIGN}
    assert found == dict(zip(FOREIGN, [200, 200, 404, 404, 404], strict=True))
    state = client.post(reverse("workshop_state", args=[bureau.workshop.pk]), {"to": "cancelled", "reason": "x"})
    assert state.status_code == 404
    bureau.workshop.refresh_from_db()
    assert bureau.workshop.state == "registration"


def test_meeting_link_is_for_those_asked_and_those_who_run_it(
    as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil
) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        meeting_url=LINK, meeting_passcode=PASSCODE, meeting_id="id-nasional", host_unit=maluku.unit
    )
    WorkshopAudience.objects.filter(unit__in=[maluku.unit, maluku.child]).delete()
    url = reverse("workshop_detail", args=[bureau.workshop.pk])
    reads = {}
    for name, person in {
        "admin": bureau.admin,
        "staff": bureau.staff,
        "leader": bureau.leader,
        "asked kanwil": jateng.admin,
        "asked rutan": jateng.operator,
        "host, not asked": maluku.admin,
    }.items():
        answer = as_user(person).get(url)
        assert answer.status_code == 200
        body = answer.content.decode()
        reads[name] = {secret for secret in (LINK, PASSCODE, "id-nasional") if secret in body}
    everything = {LINK, PASSCODE, "id-nasional"}
    assert reads == {
        "admin": everything,
        "staff": everything,
        "leader": set(),
        "asked kanwil": everything,
        "asked rutan": everything,
        "host, not asked": set(),
    }


def test_bureau_staff_do_not_read_the_link_of_a_kanwil(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    body = as_user(bureau.staff).get(reverse("workshop_detail", args=[jateng.workshop.pk])).content.decode()
    assert f"sandi {jateng.canary}" not in body


def test_agreement_is_shown_to_those_who_may_see_it(as_user: Any, bureau: Bureau, jateng: Kanwil) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(agreement=bureau.agreement)
    url = reverse("workshop_detail", args=[bureau.workshop.pk])
    shown = {
        name: bureau.agreement.title in as_user(person).get(url).content.decode()
        for name, person in {"staff": bureau.staff, "leader": bureau.leader, "jateng": jateng.admin}.items()
    }
    assert shown == {"staff": True, "leader": True, "jateng": False}


def test_register_of_speakers_is_the_own_one(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    kept = Speaker.objects.create(name="Dicatat Jateng", keeper=jateng.child)
    assert {
        name: seen(as_user(person), "speaker_list")
        for name, person in {
            "staff": bureau.staff,
            "leader": bureau.leader,
            "jateng": jateng.admin,
            "maluku": maluku.admin,
        }.items()
    } == {
        "staff": {"Narasumber Pusat", "Narasumber Jateng", "Narasumber Maluku", "Dicatat Jateng"},
        "leader": {"Narasumber Pusat", "Narasumber Jateng", "Narasumber Maluku", "Dicatat Jateng"},
        "jateng": {"Narasumber Jateng", "Dicatat Jateng"},
        "maluku": {"Narasumber Maluku"},
    }
    assert as_user(maluku.admin).get(reverse("speaker_edit", args=[kept.pk])).status_code == 404
    assert as_user(jateng.operator).get(reverse("speaker_list")).status_code == 403


def test_speaker_typed_by_another_kanwil_is_not_merged_into_a_foreign_one(
    as_user: Any, jateng: Kanwil, maluku: Kanwil
) -> None:
    Speaker.objects.create(name="Nama Sama", email="rahasia@humas.test", keeper=maluku.unit)
    as_user(jateng.admin).post(reverse("speaker_create"), {"name": "Nama Sama", "email": "lain@humas.test"})
    assert set(Speaker.objects.filter(name="Nama Sama").values_list("email", "keeper")) == {
        ("rahasia@humas.test", maluku.unit.pk),
        ("lain@humas.test", jateng.unit.pk),
    }


def test_pickers_find_only_what_one_may_choose(as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil) -> None:
    client = as_user(jateng.admin)
    for name, text in [("speaker_search", "Narasumber"), ("agreement_search", "Perjanjian")]:
        body = client.get(reverse(name), {"field": "x", "x_q": text}).content.decode()
        assert "Jateng" in body or jateng.canary in body
        assert "Maluku" not in body
        assert maluku.canary not in body
        chosen = client.get(
            reverse(name), {"field": "x", "x": [maluku.speaker.pk, maluku.agreement.pk]}
        ).content.decode()
        assert maluku.canary not in chosen
        assert "Narasumber Maluku" not in chosen


@pytest.mark.parametrize("field", ["", "a b", "x" * 61, '"><script>', "a\x00"])
def test_picker_takes_no_odd_field_name(as_user: Any, bureau: Bureau, field: str) -> None:
    assert as_user(bureau.staff).get(reverse("organization_search"), {"field": field}).status_code == 404
