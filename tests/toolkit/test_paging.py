import pytest
from django.test import RequestFactory

from toolkit.paging import Page, page_of
from units.models import Level, Unit, UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    Unit.objects.bulk_create(
        Unit(
            path=f"{n:04}/",
            official_name=f"Unit {n:04}",
            short_name=f"U{n}",
            level=Level.TECHNICAL_UNIT,
            kind=UnitKind.LAPAS,
        )
        for n in range(1, 24)
    )
    return Unit.objects.order_by("official_name", "pk")


def names(page: Page[Unit]) -> list[str]:
    return [unit.short_name for unit in page]


def page(units, query: str) -> Page[Unit]:
    return page_of(units, RequestFactory().get(f"/{query}"), per_page=5)


def test_every_page_once_and_in_order(units):
    seen = [name for n in range(1, 6) for name in names(page(units, f"?halaman={n}"))]
    assert seen == [f"U{n}" for n in range(1, 24)]


@pytest.mark.parametrize("n", [1, 3, 5])
def test_two_statements_on_any_page(units, n, django_assert_num_queries):
    with django_assert_num_queries(2):
        page(units, f"?halaman={n}")


@pytest.mark.parametrize(
    ("asked", "number"), [("0", 1), ("-3", 1), ("abc", 1), ("99", 5), ("9" * 30, 1), ("²", 1), ("", 1)]
)
def test_an_odd_number_gives_a_page(units, asked, number):
    assert page(units, f"?halaman={asked}").number == number


def test_an_empty_list_has_one_empty_page(db):
    empty = page(Unit.objects.order_by("pk"), "")
    assert (empty.total, empty.n_pages, empty.first, empty.last, names(empty)) == (0, 1, 0, 0, [])


def test_the_query_keeps_the_filters(units):
    assert page(units, "?q=lapas&halaman=2").query == "q=lapas"


def test_numbers_leave_gaps(units):
    assert Page([], 6, 144, 7177, 251, 300, "").numbers == [1, None, 5, 6, 7, None, 144]


def test_a_list_without_end_is_counted_up_to_a_limit(units):
    request = RequestFactory().get("/?halaman=4")
    cut = page_of(units, request, per_page=5, at_most=20)
    assert (cut.total, cut.n_pages, cut.is_cut, names(cut)) == (20, 4, True, ["U16", "U17", "U18", "U19", "U20"])
    whole = page_of(units, request, per_page=5, at_most=23)
    assert (whole.total, whole.n_pages, whole.is_cut) == (23, 5, False)
