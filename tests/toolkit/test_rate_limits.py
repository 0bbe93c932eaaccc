"""How often something may be done, and by whom it is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from toolkit.rate_limits import Limit, client_address, is_spent

LIMIT = Limit(3, 60)
NOW = datetime(2026, 11, 26, 2, 0, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_limit_counts_each_thing_and_each_one_apart() -> None:
    assert [is_spent(LIMIT, "page", "a", now=NOW) for _ in range(5)] == [False, False, False, True, True]
    assert not is_spent(LIMIT, "page", "b", now=NOW)
    assert not is_spent(LIMIT, "letter", "a", now=NOW)
    assert not is_spent(LIMIT, "page", "a", now=NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_counted_by_the_office_it_stands_for(address: str, counted_as: str) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=address)) == counted_as


def test_what_a_client_says_of_itself_is_not_believed() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", headers={"x-forwarded-for": "198.51.100.1"})
    assert client_address(request) == "203.0.113.9"
