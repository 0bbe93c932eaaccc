from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil
from units.models import User

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)  # a Saturday, 10.00 WIB


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock_stands(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the clock themselves: here it shows `now`."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def bureau(db: None) -> Bureau:
    return build_bureau(NOW)


@pytest.fixture
def jateng(bureau: Bureau) -> Kanwil:
    return build_kanwil("Jateng", bureau, number=1, now=NOW, has_letters=False)


@pytest.fixture
def maluku(bureau: Bureau) -> Kanwil:
    return build_kanwil("Maluku", bureau, number=2, now=NOW, has_letters=False)


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="units.login.AccountBackend")
        return client

    return sign_in
