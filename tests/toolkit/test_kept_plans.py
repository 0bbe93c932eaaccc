"""Plans that PostgreSQL keeps: the same rows, one line to the server, and nothing that outlives a connection."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import Bureau, build_bureau
from toolkit.kept_plans import Plans
from toolkit.prepared import Prepared, prepared
from units.models import Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def as_in_use(kept_statements_are_right: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plans, "is_worth_it", lambda self, statement: statement in self.names)
        yield


@pytest.fixture
def bureau() -> Bureau:
    return build_bureau()


def named() -> Prepared[[str], Unit]:
    @prepared()
    def of_name(name: str) -> QuerySet[Unit]:
        return Unit.objects.filter(short_name=name).exclude(official_name__endswith="100%")

    return of_name


def texts(statement: Prepared[[str], Unit], name: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        statement.rows(name)
    return [query["sql"] for query in asked]


def n_prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_the_second_time_it_is_prepared_and_then_only_run(bureau: Bureau) -> None:
    statement, before = named(), n_prepared()
    first, second, third = (texts(statement, bureau.unit.short_name) for _time in range(3))
    assert first[0].startswith("SELECT")
    assert n_prepared() == before + 1
    (both,) = second
    assert both.startswith("PREPARE kept_")
    assert "; EXECUTE kept_" in both
    (run,) = third
    assert run.startswith("EXECUTE kept_")
    assert "SELECT" not in run
    assert statement.rows(bureau.unit.short_name) == [bureau.unit]
    assert statement.rows("100%") == []


def test_each_kind_of_value_is_what_the_driver_would_write(bureau: Bureau) -> None:
    @prepared()
    def people(pk: int, day: date, moment: datetime, text: str, keys: tuple[int, ...]) -> QuerySet[Any, Any]:
        rows = User.objects.filter(unit=pk, unit__valid_from__lte=day, created_at__lte=moment, unit_id__in=keys)
        return rows.filter(full_name__startswith=text).values_list("pk", Value(pk), "email")

    unit, today, now = bureau.unit, timezone.localdate(), timezone.now() + timedelta(days=1)
    Unit.objects.update(valid_from=date(2000, 1, 1))
    name = bureau.admin.full_name[:5]
    answers = [people.rows(unit.pk, today, now, name, (unit.pk, 2**40)) for _time in range(8)]
    assert (bureau.admin.pk, unit.pk, bureau.admin.email) in answers[0]
    assert answers[1:] == answers[:1] * 7
    assert people.rows(unit.pk, date(1900, 1, 1), now, name, (unit.pk, 1)) == []
    assert people.rows(unit.pk, today, now - timedelta(days=9), name, (unit.pk, 1)) == []
    assert people.rows(unit.pk, today, now, "%", (unit.pk, 1)) == []


def test_a_new_connection_knows_no_plan(bureau: Bureau) -> None:
    statement = named()
    for _time in range(3):
        statement.rows("a")
    vars(connections["default"])["kept_plans"].raw = None
    assert texts(statement, "a")[0].startswith("SELECT")


def test_a_plan_whose_first_run_failed_is_prepared_anew(bureau: Bureau) -> None:
    @prepared()
    def divided(n: int) -> QuerySet[Any, Any]:
        return Unit.objects.extra(select={"part": "10 / %s"}, select_params=[n]).values_list("part", flat=True)

    assert set(divided.rows(5)) == {2}
    for _time in range(2):
        with pytest.raises(DatabaseError), transaction.atomic():
            divided.rows(0)
    assert set(divided.rows(2)) == {5}
