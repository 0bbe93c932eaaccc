"""The tests of delivery run a worker of their own against a real SMTP sink or the file transport, in a test folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outbox.delivery.worker import Tally, Worker
from tests.outbox import letters
from tests.smtp_sink import Sink
from units.access import Role
from units.models import User


@pytest.fixture(autouse=True)
def kinds() -> None:
    letters.register()


@pytest.fixture
def sink(tmp_path: Path, settings: Any) -> Iterator[Sink]:
    with Sink(tmp_path / "sink") as sink:
        settings.EMAIL = sink.url
        yield sink


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where the file transport keeps letters."""
    settings.EMAIL = {"transport": "file", "folder": tmp_path / "letters"}
    return tmp_path / "letters"


def drain(seconds: float = 20) -> Tally:
    return Worker().drain(seconds=seconds)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create(email="admin@biro.test", role=Role.BUREAU_ADMIN)
