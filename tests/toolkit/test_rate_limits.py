"""How often something may be done, and by whom it is counted."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from toolkit.rate_limits import Limit, client_address, is_spent

LIMIT = Limit(3, 60)
NOW = datetime(2026, 11, 26, 2, 0, 30, tzinfo=UTC)


LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
TABLE = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "toolkit_cache"}}


@pytest.mark.django_db
@pytest.mark.parametrize("kept_in", [LOCAL, TABLE])
def test_the_limit_counts_each_thing_and_each_one_apart(settings: Any, kept_in: Any) -> None:
    settings.CACHES = kept_in
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()
    assert [is_spent(LIMIT, "page", "a", now=NOW) for _ in range(5)] == [False, False, False, True, True]
    assert not is_spent(LIMIT, "page", "b", now=NOW)
    assert not is_spent(LIMIT, "letter", "a", now=NOW)
    assert not is_spent(LIMIT, "page", "a", now=NOW + timedelta(seconds=60))


@pytest.mark.django_db
def test_in_the_table_one_statement_counts_and_what_is_over_is_cleared_away(settings: Any) -> None:
    settings.CACHES = TABLE
    call_command("createcachetable", verbosity=0)
    store: Any = caches["default"]
    assert isinstance(store, DatabaseCache)
    store.clear()
    is_spent(LIMIT, "page", "a", now=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert [is_spent(LIMIT, "page", "a", now=NOW) for _ in range(3)] == [False, False, True]
    assert len(queries) == 3
    is_spent(LIMIT, "page", "b", now=NOW + timedelta(seconds=30))
    assert rows_kept() == 2
    is_spent(LIMIT, "page", "c", now=NOW + timedelta(seconds=180))
    assert rows_kept() == 1


@pytest.mark.django_db
def test_what_an_older_version_counted_beside_this_one_disturbs_nothing(settings: Any) -> None:
    settings.CACHES = TABLE
    call_command("createcachetable", verbosity=0)
    span = int(NOW.timestamp()) // LIMIT.seconds
    theirs = f"limit:page:{span}:{hashlib.sha256(b'a').hexdigest()}"
    caches["default"].set(theirs, 7)
    assert not is_spent(LIMIT, "page", "a", now=NOW)
    assert caches["default"].get(theirs) == 7


def rows_kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM toolkit_cache")
        return int(cursor.fetchone()[0])


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
