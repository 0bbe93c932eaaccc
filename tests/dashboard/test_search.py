from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import Bureau, Kanwil, make_participant, make_workshop
from tests.partnerships.scene import NOW, build_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


def asked(client: Client, query: str) -> Any:
    answer = client.post(reverse("search"), {"q": query})
    assert (answer.status_code, answer["Location"]) == (302, reverse("search"))
    return client.get(reverse("search"))


def found(client: Client, query: str) -> dict[str, list[str]]:
    answer = asked(client, query)
    assert answer.status_code == 200
    # sorted here: databases order capitals differently
    return {str(group.label): sorted(hit.title for hit in group.hits) for group in answer.context["groups"]}


def test_search_finds_each_kind_within_the_own_reach(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    for user, seen in ((bureau.staff, True), (bureau.leader, True), (java.admin, True), (bali.admin, False)):
        client.force_login(user)
        hits = found(client, java.canary)
        expected = {
            "Workshop": [java.workshop.title],
            "Peserta": [f"Peserta UPT {java.canary}", java.participant.full_name],
            "Kerja sama": [java.agreement.title],
        }
        assert hits == (expected if seen else {}), user.email
    client.force_login(java.operator)
    assert found(client, java.canary) == {
        "Workshop": [java.workshop.title],
        "Peserta": [f"Peserta UPT {java.canary}"],
    }


def test_search_finds_units_organisations_and_speakers(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    client.force_login(bureau.staff)
    assert found(client, "Jawa")["Satuan kerja"] == [java.unit.official_name, java.child.official_name]
    assert found(client, "pemda")["Instansi luar"] == ["Pemda Bali", "Pemda Jawa"]
    assert found(client, "Narasumber Bali")["Narasumber"] == [bali.speaker.name]
    client.force_login(java.admin)
    assert found(client, "pemda")["Instansi luar"] == ["Pemda Jawa"]


def test_search_finds_people_by_nip_of_whom_one_may_see(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    nip = java.participant.employee_number or ""
    spaced = f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"
    for user, hits in (
        (bureau.admin, [java.participant.full_name]),
        (java.admin, [java.participant.full_name]),
        (java.operator, []),
        (bali.admin, []),
    ):
        client.force_login(user)
        for query in (nip, spaced):
            answer = asked(client, query)
            people = [hit.title for group in answer.context["groups"] for hit in group.hits]
            assert people == hits, user.email
            assert nip not in answer.content.decode().replace(f'value="{query}"', "").replace(f"“{query}”", "")


def test_search_never_answers_what_stands_in_the_address(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    client.force_login(bureau.admin)
    answer = client.get(reverse("search"), {"q": java.canary})
    assert answer.context["groups"] == []
    assert java.participant.full_name not in answer.content.decode()


def test_search_shows_ten_and_the_way_to_the_rest(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    for number in range(12):
        make_workshop(bureau.unit, now=NOW, title=f"Seri pelatihan {number:02}")
        make_participant(java.unit, nip=f"1990010120150310{number:02}", name=f"Seri Orang {number:02}", now=NOW)
    client.force_login(bureau.admin)
    answer = asked(client, "seri")
    groups = {str(group.label): group for group in answer.context["groups"]}
    for label, url_name in (("Workshop", "workshop_list"), ("Peserta", "participant_list")):
        assert len(groups[label].hits) == 10
        assert groups[label].more_url == f"{reverse(url_name)}?q=seri"
        assert client.get(groups[label].more_url).status_code == 200
    answer = asked(client, "19900101")
    group = answer.context["groups"][0]
    assert (len(group.hits), group.has_more, group.more_url) == (10, True, ""), "digits go into no address"
    assert "ketik lebih lengkap" in answer.content.decode()


@pytest.mark.parametrize("query", ["", " ", "a", "\0", "%", "_", "' OR 1=1 --", "x" * 5000, "\r\n", "9" * 400, "🙂🙂"])
def test_search_survives_nonsense(client: Client, scene: Any, query: str) -> None:
    client.force_login(scene[0].admin)
    assert sum(len(hits) for hits in found(client, query).values()) == 0


def test_search_link_of_each_hit_opens(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    for user in (bureau.admin, bureau.leader, java.admin, java.operator):
        client.force_login(user)
        for query in (java.canary, "Jawa", "Narasumber", "Pemda"):
            for group in asked(client, query).context["groups"]:
                for hit in group.hits:
                    assert client.get(hit.url).status_code == 200, (user.email, hit.url)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_search_costs_the_same_for_one_hit_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, _bali = scene
    for number in range(n_rows):
        make_workshop(bureau.unit, now=NOW, title=f"Ketemu {number}")
        make_participant(java.unit, nip=None, name=f"Ketemu {number}", now=NOW)
    for user, n in ((bureau.leader, 7), (bureau.admin, 8)):
        client.force_login(user)
        assert len(found(client, "ketemu")["Peserta"]) == n_rows
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("search"))
        assert len(queries) == n


def test_search_needs_the_token_of_the_page(scene: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene[0].admin)
    assert client.post(reverse("search"), {"q": "workshop"}).status_code == 403
