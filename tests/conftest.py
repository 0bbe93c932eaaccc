"""Shared by all tests: what a test needs of the machine, and the browser."""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.signals import setting_changed  # noqa: TID251 -- Django says by it that a test has its own settings
from django.db import connection
from django.db.models.signals import post_migrate  # noqa: TID251 -- Django says by it that a database was emptied

from toolkit.kept_plans import Plans
from toolkit.prepared import LARGEST_KEY, Prepared

# Playwright keeps an event loop in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SERVERS_REQUIRED = os.environ.get("CI_REQUIRE_SERVERS") == "1"
LEFT_OUT = "left out: "


def uses_postgres() -> bool:
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


def uses_redis() -> bool:
    return settings.CELERY["broker_url"].startswith("redis") or "redis" in settings.CACHES["default"]["BACKEND"]


# Marker -> (is it here, what to say when it is not).
NEEDS = {
    "journey": (lambda: CHROMIUM is not None, "needs Chromium (install it, or name the program in CHROMIUM)"),
    "postgres": (uses_postgres, "needs PostgreSQL (set DATABASE_URL)"),
    "redis": (uses_redis, "needs Redis (set CELERY_BROKER_URL and CACHE_URL)"),
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last: the browser's event loop stays in the thread of the tests, where forks and threads feel it."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose server is not there is left out and named at the end; where servers are demanded it fails."""
    for marker, (is_here, sentence) in NEEDS.items():
        if item.get_closest_marker(marker) and not is_here():
            if SERVERS_REQUIRED:
                pytest.fail(sentence, pytrace=False)
            pytest.skip(LEFT_OUT + sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = Counter(
        str(report.longrepr[2]).partition(LEFT_OUT)[2]
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and LEFT_OUT in str(report.longrepr[2])
    )
    if reasons:
        terminalreporter.section("what this run left out")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count} tests: {reason}")


# The lists of the bureau that migrations bring: table, migration, its function.
SEEDED = [
    ("AgreementKind", "0006_kinds_and_files", "fill"),
    ("ChecklistPoint", "0008_submission_steps", "seed_points"),
    ("SigningAuthority", "0012_desk", "fill"),
]


def _seed(sender: Any, **kwargs: Any) -> None:
    if sender.label != "partnerships":
        return
    for table, migration, function in SEEDED:
        if not apps.get_model("partnerships", table).objects.exists():
            getattr(import_module(f"partnerships.migrations.{migration}"), function)(apps, None)


@pytest.fixture(scope="session", autouse=True)
def seeded_lists() -> Iterator[None]:
    """A test with real transactions empties every table; what migrations bring comes back for the next one."""
    post_migrate.connect(_seed)
    yield
    post_migrate.disconnect(_seed)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of limits in a Redis outlive a test, as its rows do not: each test counts for itself."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid.uuid4().hex)


@pytest.fixture(scope="session", autouse=True)
def kept_statements_are_right() -> Iterator[None]:
    """Whatever test runs a kept statement, it is the one that Django would put together now, value for value. Those of
    every request are looked at the first times, and then at each tenth."""
    used: Counter[Prepared[Any, Any]] = Counter()
    run = Prepared.rows

    def checked(self: Prepared[Any, Any], *args: Any, **named: Any) -> list[Any]:
        used[self] += 1
        found = run(self, *args, **named)
        if used[self] > 100 and used[self] % 10:
            return found
        statement, values = self.kept_for(*args)
        if statement is not None and all(not isinstance(value, int) or value <= LARGEST_KEY for value in values):
            fresh = self.build(*args).query.get_compiler(connection=connection).as_sql()
            assert (statement.sql, statement.filled(statement.arguments(values))) == (fresh[0], tuple(fresh[1])), (
                self.build.__qualname__
            )
        return found

    def forget(*, setting: str, **_news: Any) -> None:
        """A process keeps its settings for life; a test does not."""
        if setting.endswith("DAYS") or setting.startswith(("AGREEMENT", "HOLIDAYS")):
            for one in used:
                one.kept.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "rows", checked)
        # What a connection would ask once only is prepared all the same: most tests ask once.
        patch.setattr(Plans, "is_worth_it", lambda _self, _statement: True)
        setting_changed.connect(forget)
        yield
        setting_changed.disconnect(forget)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"locale": "id-ID", "timezone_id": "Asia/Jakarta", "viewport": {"width": 1360, "height": 900}}
