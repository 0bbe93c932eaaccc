"""The lists: what the address asks is what is shown and exported, at a fixed number of statements."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories import Bureau, make_unit, make_workshop
from units.models import Level, Unit
from workshops.models import Session, SessionRole, Speaker, Workshop

LIST = reverse("workshop_list")


@pytest.fixture
def region(bureau: Bureau) -> Unit:
    return make_unit("Kantor Wilayah Contoh", parent=bureau.ministry, level=Level.REGIONAL_OFFICE)


@pytest.fixture
def some(bureau: Bureau, region: Unit, now: datetime) -> None:
    office = make_unit("Rutan Contoh", parent=region)
    values: list[dict[str, Any]] = [
        {"title": "Pelatihan foto", "kind": "training", "mode": "online", "state": "planned"},
        {"title": "Webinar krisis", "kind": "webinar", "mode": "online", "state": "finished", "theme": "Media sosial"},
        {"title": "Bimtek Pati", "kind": "tech_guidance", "mode": "onsite", "venue": "Aula Jepara"},
    ]
    organizers = [bureau.unit, bureau.unit, office]
    for value, organizer in zip(values, organizers, strict=True):
        make_workshop(organizer, now=now, **value)
    Workshop.objects.filter(title="Webinar krisis").update(calendar_on=date(2025, 5, 18))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "media sosial"}, {"Workshop Nasional Media Sosial", "Webinar krisis"}),
        ({"q": "jepara"}, {"Bimtek Pati"}),
        ({"q": "\x00"}, None),
        ({"tahun": "2025"}, {"Webinar krisis"}),
        ({"tahun": "2026"}, {"Workshop Nasional Media Sosial", "Pelatihan foto", "Bimtek Pati"}),
        ({"jenis": "training"}, {"Pelatihan foto"}),
        ({"status": "planned"}, {"Pelatihan foto"}),
        ({"bentuk": "online"}, {"Pelatihan foto", "Webinar krisis"}),
        ({"bentuk": "online", "status": "finished"}, {"Webinar krisis"}),
        ({"penyelenggara": "region"}, {"Bimtek Pati"}),
        ({"tahun": "abc", "jenis": "pesta", "penyelenggara": "999999999999999999999", "halaman": "-3"}, None),
    ],
)
def test_filters_narrow_to_exactly_what_is_asked(
    as_user: Any, bureau: Bureau, region: Unit, some: None, query: dict[str, str], titles: set[str] | None
) -> None:
    if query.get("penyelenggara") == "region":
        query = {"penyelenggara": str(region.pk)}
    client = as_user(bureau.staff)
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    if titles is not None:
        assert {row["workshop"].title for row in answer.context["rows"]} == titles
        book = CalamineWorkbook.from_filelike(exported(client, query))
        assert {row[0] for row in book.get_sheet_by_index(0).to_python()[1:]} == titles


def exported(client: Any, query: dict[str, str]) -> BytesIO:
    answer = client.get(reverse("workshop_export"), query)
    assert answer.status_code == 200
    return BytesIO(b"".join(answer.streaming_content))


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("terbaru", "Bimtek Pati"),
        ("terlama", "Webinar krisis"),
        ("judul", "Bimtek Pati"),
        ("status", "Webinar krisis"),
        ("x", "Bimtek Pati"),
    ],
)
def test_order_stands_in_the_address(as_user: Any, bureau: Bureau, some: None, order: str, first: str) -> None:
    answer = as_user(bureau.staff).get(LIST, {"urut": order})
    assert answer.context["rows"][0]["workshop"].title == first


def statements(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_costs_the_same_for_one_and_for_three(as_user: Any, bureau: Bureau, now: datetime) -> None:
    client = as_user(bureau.staff)
    assert statements(client, LIST) == 7
    for n in (1, 2):
        make_workshop(bureau.unit, now=now, title=f"Workshop {n}", host_unit=bureau.unit)
    assert statements(client, LIST) == 7


def test_speakers_cost_the_same_for_one_and_for_three(as_user: Any, bureau: Bureau) -> None:
    client, url = as_user(bureau.staff), reverse("speaker_list")
    assert statements(client, url) == 8
    for n in (1, 2):
        speaker = Speaker.objects.create(name=f"Narasumber {n}", unit=bureau.unit)
        SessionRole.objects.create(session=bureau.session, speaker=speaker)
    assert statements(client, url) == 8


def test_pages_of_a_workshop_cost_the_same_for_one_session_and_for_three(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    pages = {
        name: reverse(name, args=[bureau.workshop.pk])
        for name in ("workshop_detail", "workshop_agenda", "workshop_edit", "workshop_move")
    }
    one = {name: statements(client, url) for name, url in pages.items()}
    for n in (1, 2):
        speaker = Speaker.objects.create(name=f"Narasumber {n}", unit=bureau.unit)
        session = Session.objects.create(
            workshop=bureau.workshop,
            theme=f"Sesi {n}",
            starts_at=bureau.session.starts_at,
            ends_at=bureau.session.ends_at,
        )
        SessionRole.objects.create(session=session, speaker=speaker)
    three = {name: statements(client, url) for name, url in pages.items()}
    assert one == three == {"workshop_detail": 11, "workshop_agenda": 11, "workshop_edit": 8, "workshop_move": 6}
