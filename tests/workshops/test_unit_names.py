"""What is over keeps the names that its units bore then; what is not over shows the names of today."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories import Bureau, Kanwil, make_invitation, make_workshop
from units.actions.offices import rename_unit
from units.models import Unit, User
from workshops.models import Workshop

AsUser = Callable[[User], Client]
OLD_HOST, NEW_HOST = "Rutan Lama Sekali", "Rutan Baru Sekali"
OLD_HOLDER, NEW_HOLDER = "Kanwil Lama Sekali", "Kanwil Baru Sekali"
OLD_BESIDE, NEW_BESIDE = "Biro Lama Sekali", "Biro Baru Sekali"

pytestmark = pytest.mark.usefixtures("clock_stands")


def renamed(unit: Unit, old: str, new: str, *, by: User, now: datetime) -> None:
    Unit.objects.filter(pk=unit.pk).update(official_name=old, short_name=old)
    rename_unit(
        unit, official_name=new, short_name=new, from_day=date(2025, 7, 1), by=by, now=now, today=date(2026, 11, 21)
    )


@pytest.fixture
def renamed_units(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    renamed(jateng.unit, OLD_HOLDER, NEW_HOLDER, by=bureau.admin, now=now)
    renamed(jateng.child, OLD_HOST, NEW_HOST, by=bureau.admin, now=now)
    renamed(bureau.unit, OLD_BESIDE, NEW_BESIDE, by=bureau.admin, now=now)


def held(jateng: Kanwil, now: datetime, starts_at: datetime, **fields: Any) -> Workshop:
    """By the Kanwil at its Rutan."""
    values: dict[str, Any] = {
        "title": f"Pelatihan {starts_at:%Y}",
        "mode": "onsite",
        "state": "finished",
        "is_public": True,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=8),
        "calendar_on": starts_at.date(),
        "host_unit": jateng.child,
    }
    return make_workshop(jateng.unit, now=now, **values | fields)


@pytest.fixture
def old(jateng: Kanwil, bureau: Bureau, renamed_units: None, now: datetime) -> Workshop:
    workshop = held(jateng, now, datetime(2024, 5, 14, 2, tzinfo=UTC))
    workshop.co_organizers.create(unit=bureau.unit)
    make_invitation(workshop, jateng.child, now=now)
    return workshop


OWN_PAGES = ["workshop_detail", "workshop_agenda", "workshop_people", "workshop_invitations", "workshop_registrations"]


@pytest.mark.parametrize("name", OWN_PAGES)
def test_every_page_of_a_workshop_that_is_over_names_its_units_as_then(
    as_user: AsUser, bureau: Bureau, old: Workshop, name: str
) -> None:
    client, url = as_user(bureau.leader), reverse(name, args=[old.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    head = answer.content.decode().partition('<div class="page-head">')[2].partition("</h1>")[2].partition("</div>")[0]
    assert OLD_HOLDER in head
    assert OLD_HOST in head
    assert NEW_HOLDER not in head
    assert NEW_HOST not in head
    assert len(asked) <= 12


def test_the_rows_of_its_page_name_organiser_host_and_co_organiser_as_then(
    as_user: AsUser, bureau: Bureau, old: Workshop
) -> None:
    page = as_user(bureau.leader).get(reverse("workshop_detail", args=[old.pk])).content.decode()
    facts = page.partition('<dl class="facts">')[2].partition("</dl>")[0]
    assert [name in facts for name in (OLD_HOLDER, OLD_HOST, OLD_BESIDE)] == [True] * 3
    assert [name in facts for name in (NEW_HOLDER, NEW_HOST, NEW_BESIDE)] == [False] * 3


@pytest.mark.parametrize(
    ("name", "query", "names"),
    [
        ("workshop_list", {}, (OLD_HOLDER, OLD_HOST)),
        ("calendar", {"tampilan": "daftar", "tanggal": "2024-05-14"}, (OLD_HOLDER, OLD_HOST)),
        ("calendar", {"tampilan": "pekan", "tanggal": "2024-05-14"}, (OLD_HOST,)),
        ("calendar", {"tampilan": "tahun", "tanggal": "2024-05-14"}, (OLD_HOST,)),
        ("invitation_list", {"tampil": "selesai"}, (OLD_HOST,)),
        ("workshop_clone_choose", {}, (OLD_HOLDER, OLD_HOST)),
    ],
)
def test_lists_name_the_units_of_what_is_over_as_then(
    as_user: AsUser, jateng: Kanwil, old: Workshop, name: str, query: dict[str, str], names: tuple[str, ...]
) -> None:
    Workshop.objects.exclude(pk=old.pk).update(is_public=False, host_unit=None)
    page = as_user(jateng.admin).get(reverse(name), query).content.decode()
    rows = page.partition(old.title)
    around = rows[0][-600:] + rows[2][:600]
    assert rows[1]
    for former in names:
        assert former in around
    assert NEW_HOST not in around


def test_the_public_page_names_them_as_then(client: Client, old: Workshop) -> None:
    page = client.get(reverse("workshop_public", args=[old.pk])).content.decode()
    assert OLD_HOLDER in page
    assert NEW_HOLDER not in page


def test_the_invitation_names_the_place_as_then(as_user: AsUser, jateng: Kanwil, old: Workshop) -> None:
    invitation = old.invitations.get()
    answer = as_user(jateng.admin).get(reverse("invitation_detail", args=[invitation.pk]))
    assert answer.context["place"] == OLD_HOST


def test_the_sheet_names_them_as_then(
    as_user: AsUser, bureau: Bureau, jateng: Kanwil, old: Workshop, now: datetime
) -> None:
    held(jateng, now, datetime(2025, 9, 1, 2, tzinfo=UTC))
    answer: Any = as_user(bureau.leader).get(reverse("workshop_export"))
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    said = {str(row[0]): tuple(row[6:8]) for row in book.get_sheet_by_index(0).to_python()[1:]}
    assert said["Pelatihan 2024"] == (OLD_HOST, OLD_HOLDER)
    assert said["Pelatihan 2025"] == (NEW_HOST, NEW_HOLDER)


@pytest.mark.parametrize(
    ("starts_at", "then"),
    [
        (datetime(2025, 6, 29, 20, tzinfo=UTC), OLD_HOLDER),
        # In Jayapura it is the first of July already.
        (datetime(2025, 6, 30, 8, tzinfo=UTC), NEW_HOLDER),
        (datetime(2026, 12, 1, 2, tzinfo=UTC), NEW_HOLDER),
    ],
)
def test_the_last_day_at_its_place_decides(
    as_user: AsUser,
    bureau: Bureau,
    jateng: Kanwil,
    renamed_units: None,
    now: datetime,
    starts_at: datetime,
    then: str,
) -> None:
    workshop = held(jateng, now, starts_at, tz="Asia/Jayapura")
    answer = as_user(bureau.leader).get(reverse("workshop_detail", args=[workshop.pk]))
    assert answer.context["workshop"].organizer_unit.official_name == then


def test_names_cost_one_statement_and_none_while_nothing_is_over(
    as_user: AsUser, bureau: Bureau, jateng: Kanwil, renamed_units: None, now: datetime
) -> None:
    client = as_user(bureau.leader)
    client.get(reverse("workshop_list"))

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("workshop_list"))
        assert len(captured) <= 8
        return [query["sql"] for query in captured if "units_unitname" in query["sql"]]

    assert asked() == []
    for year in (2023, 2024, 2025):
        held(jateng, now, datetime(year, 5, 14, 2, tzinfo=UTC))
    assert len(asked()) == 1
