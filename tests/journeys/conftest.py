"""A whole portal for journeys: the pages, a Celery worker and beat as processes, and an SMTP server that keeps what it
accepts; people with browsers of their own; axe and the Content Security Policy watch every page."""

import email
import email.policy
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from icalendar import Calendar
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.factories import PASSWORD
from tests.smtp_sink import Sink

AXE = (Path(django_settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Portal:
    url: str
    sink: Sink

    def letters(self, address: str = "") -> list[EmailMessage]:
        """What the server accepted, in order; with an address only what went there."""
        lines = [line for line in self.sink.accepted() if address in line["to"][0]]
        return [self.parsed(line["message_id"]) for line in lines]

    def parsed(self, message_id: str) -> EmailMessage:
        content = self.sink.letter(message_id)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def wait_for(self, n: int, address: str = "", seconds: float = 120) -> list[EmailMessage]:
        """Until the server has accepted exactly n letters; a moment longer, to see a surplus. Where no bell is heard,
        the tick comes each minute."""
        self._until(lambda: len(self.letters(address)) >= n, seconds)
        time.sleep(1.5)
        found = self.letters(address)
        assert len(found) == n, [(letter["To"], letter["Subject"]) for letter in found]
        return found

    @staticmethod
    def _until(is_so: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not is_so():
            time.sleep(0.2)


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def calendar_of(letter: EmailMessage) -> Calendar:
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    content = part.get_content()
    return Calendar.from_ical(content if isinstance(content, (str, bytes)) else content.as_bytes())


@contextmanager
def running(*arguments: str, env: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "humas_portal", *arguments], env={**os.environ, **env}, cwd=Path.cwd()
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def portal(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Portal]:
    settings.SITE_URL = live_server.url
    with Sink(tmp_path / "sink") as sink:
        env = {
            "DJANGO_SETTINGS_MODULE": "tests.journeys.worker_settings",
            "JOURNEY_DATABASE": str(connection.settings_dict["NAME"]),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "MAIL_FROM": "Portal Humas <portal@humas.invalid>",
            "SITE_URL": live_server.url,
            "VAR_DIR": str(django_settings.VAR_DIR),
        }
        with (
            running("worker", "-l", "warning", "-c", "1", env=env),
            running("beat", "-l", "warning", "-s", str(tmp_path / "beat"), env=env),
        ):
            yield Portal(live_server.url, sink)


@dataclass
class Person:
    """Somebody at a browser. What the page's own policy refuses, and what breaks in it, is kept in `faults`."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def open(self, path: str) -> int:
        response = self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        assert response is not None
        return response.status

    def sign_in(self, address: str) -> "Person":
        self.open("/akun/masuk/")
        self.page.fill("input[name=login]", address)
        self.page.fill("input[name=password]", PASSWORD)
        self.press("Masuk")
        self.page.wait_for_url(f"{self.url}/")
        return self

    def press(self, name: str) -> None:
        """A button or a link by (a part of) its words."""
        self.page.locator(f"main :is(button, a):visible:has-text({name!r})").first.click()
        self.page.wait_for_load_state()

    def pick(self, name: str, words: str) -> None:
        """Type into a picker and choose the first thing it finds."""
        self.page.fill(f"input[name={name}_q]", words)
        row = self.page.locator(f".picker:has(input[name={name}_q]) label.picker-row", has_text=words).first
        row.click()

    def sees(self, words: str) -> None:
        """At once, or when what was pressed has led to its page."""
        end = time.monotonic() + 10
        while words not in (text := self.page.inner_text("body")):
            assert time.monotonic() < end, f"{words!r} is not on {self.page.url}:\n{text}"
            self.page.wait_for_timeout(200)

    def does_not_see(self, words: str) -> None:
        assert words not in self.page.content()

    def axe(self) -> None:
        """No page has an accessibility fault that axe knows, nor a broken script or refused resource."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        faults = [(fault["id"], [node["html"][:200] for node in fault["nodes"][:3]]) for fault in found]
        assert not faults, (self.page.url, faults)
        assert not self.faults, (self.page.url, self.faults)


@pytest.fixture
def somebody(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> Iterator[Callable[..., Person]]:
    """A new person with an empty browser: `somebody()`, or `somebody("address")` who has signed in."""
    contexts = []

    def appear(address: str = "", **options: Any) -> Person:
        context = browser.new_context(**{**browser_context_args, **options})
        contexts.append(context)
        person = Person(context.new_page(), live_server.url)
        return person.sign_in(address) if address else person

    yield appear
    for n, context in enumerate(contexts):
        if folder := os.environ.get("JOURNEY_SHOTS"):
            context.pages[0].screenshot(path=f"{folder}/{n}.png", full_page=True)
        context.close()
