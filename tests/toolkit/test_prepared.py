"""Kept statements: the same rows as Django's own, whoever asks, and refused where they could not be."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil
from toolkit.prepared import MOST_KEPT, NotFixed, Prepared, prepared
from units.access import Role, reach
from units.models import Unit, User
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Bureau:
    return build_bureau()


@pytest.fixture
def alfa(bureau: Bureau) -> Kanwil:
    return build_kanwil("Alfa", bureau, number=1)


@pytest.fixture
def beta(bureau: Bureau) -> Kanwil:
    return build_kanwil("Beta", bureau, number=2)


def names(units: list[Unit]) -> list[str]:
    return [unit.short_name for unit in units]


def test_the_statement_is_put_together_once_and_run_with_each_value(bureau: Bureau) -> None:
    built = []

    @prepared()
    def of_level(level: str) -> QuerySet[Unit]:
        built.append(level)
        return Unit.objects.filter(level=level).order_by("pk")

    for level in ("bureau", "regional_office", "technical_unit", "nothing"):
        assert of_level.rows(str(level)) == list(Unit.objects.filter(level=level).order_by("pk"))
    # Twice with values that no row holds; the guard in conftest.py asks with the others.
    assert [level for level in built if level.startswith("mark-")] == ["mark-0-1", "mark-1-1"]


def test_rows_are_asked_for_each_time(alfa: Kanwil) -> None:
    @prepared()
    def named(name: str) -> QuerySet[Unit]:
        return Unit.objects.filter(short_name=name)

    assert named.rows("Kantor baru") == []
    Unit.objects.filter(pk=alfa.unit.pk).update(short_name="Kantor baru")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert names(named.rows("Kantor baru")) == ["Kantor baru"]
    assert len(asked) == 1


def test_a_person_goes_in_whole_and_each_role_has_its_own_statement(alfa: Kanwil, beta: Kanwil) -> None:
    @prepared()
    def seen(user: User) -> QuerySet[Unit]:
        return Unit.objects.filter(reach(user, "")).order_by("pk")

    people = list(User.objects.select_related("unit").order_by("pk"))
    assert len({person.role for person in people}) > 2
    for _again in range(2):
        for person in people:
            assert seen.rows(person) == list(seen.build(person))
    disabled = User.objects.select_related("unit").filter(role=Role.REGIONAL_ADMIN)[0]
    assert seen.rows(disabled)
    disabled.is_active = False
    assert seen.rows(disabled) == []


def test_the_beginning_of_a_text_is_taken_as_it_stands(alfa: Kanwil, beta: Kanwil) -> None:
    @prepared()
    def beginning(text: str) -> QuerySet[Unit]:
        return Unit.objects.filter(official_name__startswith=text)

    Unit.objects.filter(pk=alfa.unit.pk).update(official_name="100% kantor_a")
    Unit.objects.filter(pk=beta.unit.pk).update(official_name="100x kantor_a")
    assert [unit.pk for unit in beginning.rows("100%")] == [alfa.unit.pk]
    assert beginning.rows("100_") == []
    assert beginning.rows("10\\") == []


def test_moments_days_tuples_and_other_values(bureau: Bureau) -> None:
    @prepared()
    def made(first: datetime, day: date, keys: tuple[int, ...]) -> QuerySet[Any, Any]:
        rows = User.objects.filter(Q(created_at__gte=first) | Q(unit__valid_from__gt=day), pk__in=keys).order_by()
        return rows.values_list("role").annotate(n=Count("pk")).order_by("role")

    now, today = timezone.now(), timezone.localdate()
    everybody = tuple(User.objects.values_list("pk", flat=True))
    for first in (now - timedelta(days=2), now + timedelta(days=2)):
        for keys in (everybody, everybody[:1], ()):
            assert made.rows(first, today, keys) == list(made.build(first, today, keys))
    assert sum(n for _role, n in made.rows(now - timedelta(days=2), today, everybody)) == len(everybody)


def test_what_is_not_there_is_a_404_also_beyond_every_key(alfa: Kanwil) -> None:
    @prepared()
    def one(pk: int) -> QuerySet[Unit]:
        return Unit.objects.filter(pk=pk)

    assert one.row_or_404(alfa.unit.pk) == alfa.unit
    for pk in (0, 2**31, 2**63, 10**30):
        with pytest.raises(Http404):
            one.row_or_404(pk)


def test_a_day_that_is_computed_with_must_be_fixed() -> None:
    def from_tomorrow(today: date) -> QuerySet[Unit]:
        return Unit.objects.filter(valid_from__gte=today + timedelta(days=1))

    with pytest.raises(NotFixed):
        Prepared(from_tomorrow).rows(timezone.localdate())
    assert Prepared(from_tomorrow, fixed=["today"]).rows(timezone.localdate()) == []


def test_a_statement_that_reads_the_clock_is_refused() -> None:
    @prepared()
    def later(level: str) -> QuerySet[Unit]:
        return Unit.objects.filter(level=level, users__created_at__gte=timezone.now())

    with pytest.raises(NotFixed):
        later.rows("bureau")


def test_a_statement_that_hangs_on_a_value_is_refused() -> None:
    @prepared()
    def either(name: str) -> QuerySet[Unit]:
        return Unit.objects.filter(short_name=name) if "0" in name else Unit.objects.filter(official_name=name)

    with pytest.raises(NotFixed):
        either.rows("a")


def test_nothing_else_can_be_read_of_a_person(bureau: Bureau) -> None:
    @prepared()
    def of_the_same_name(user: User) -> QuerySet[User]:
        return User.objects.filter(full_name=user.full_name)

    with pytest.raises(ObjectDoesNotExist):
        of_the_same_name.rows(bureau.admin)


def test_arguments_stand_at_their_places(alfa: Kanwil) -> None:
    @prepared()
    def one(pk: int) -> QuerySet[Unit]:
        return Unit.objects.filter(pk=pk)

    with pytest.raises(TypeError):
        one.rows(pk=alfa.unit.pk)


def test_statements_of_past_days_are_let_go() -> None:
    @prepared(fixed=["day"])
    def open_on(day: date) -> QuerySet[Unit]:
        return Unit.objects.filter(valid_until__gt=day)

    for n in range(MOST_KEPT + 3):
        open_on.rows(date(2026, 1, 1) + timedelta(days=n))
    assert 0 < len(open_on.kept) <= MOST_KEPT


def test_related_rows_come_with_theirs(bureau: Bureau) -> None:
    @prepared()
    def with_unit(pk: int) -> QuerySet[User]:
        return User.objects.select_related("unit").prefetch_related("unit__children").filter(pk=pk)

    person = with_unit.rows(bureau.admin.pk)[0]
    with CaptureQueriesContext(connection) as asked:
        assert person.unit == bureau.admin.unit
    assert not asked.captured_queries


def test_two_that_ask_at_once_do_not_meet(bureau: Bureau) -> None:
    """A row of the one must never be read by the values of the other: the kept statement itself does not change."""

    @prepared()
    def seen(user: User) -> QuerySet[Workshop]:
        return Workshop.objects.visible_to(user)

    seen.rows(bureau.admin)
    statement = next(iter(seen.kept.values()))
    assert statement is not None
    before = statement.params
    seen.rows(bureau.staff)
    assert statement.params == before
