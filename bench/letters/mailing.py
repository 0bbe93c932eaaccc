"""A mailing as the bureau starts it: a workshop with ten thousand registered people, its move and an invitation of all
offices by the portal's own pages, planned by its own planners."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from bench.browser import AGENT, Answer, Browser, Forms, changed
from dashboard.management.national.places import make_contacts_and_accounts, make_offices, make_people
from dashboard.management.national.pouring import settle_keys
from dashboard.management.national.workshops import make_workshops
from outbox.delivery.clock import database_now
from outbox.models import Message
from participants.models import Invitation, Registration
from units.models import User
from workshops.models import Workshop, WorkshopState

UNITS = 1_000


@dataclass(frozen=True)
class Scene:
    """`mailing` has the people, `other` asks nobody yet."""

    mailing: Workshop
    other: Workshop
    by: User


def prepare(people: int) -> Scene:
    """Offices, contacts and people of national size in an empty database; nobody has been written to."""
    now = database_now()
    with transaction.atomic():
        units = make_offices(Path(settings.BASE_DIR) / "data", n_units=UNITS, now=now)
        by = make_contacts_and_accounts(units)
        everybody = make_people(units, n=people, now=now)
        other, mailing = make_workshops(units, everybody, n=2, n_registrations=people, by=by, now=now)
        settle_keys(Registration, Message)
    starts_at = (mailing.workshop.starts_at or now) + timedelta(days=30)
    Workshop.objects.filter(pk=other.workshop.pk).update(
        state=WorkshopState.APPROVED, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8),
        calendar_on=starts_at.date(), registration_deadline=starts_at - timedelta(days=3),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return Scene(mailing.workshop, other.workshop, by)


def signed_in(port: int, by: User) -> Browser:
    from django.test import Client

    client = Client(headers={"user-agent": AGENT, "host": "localhost"})
    client.force_login(by)
    name = settings.SESSION_COOKIE_NAME
    return Browser(port, {name: client.cookies[name].value})


@dataclass(frozen=True)
class Ready:
    """A deed as it stands on the page before it; `preview` is how that page came."""

    url: str
    fields: list[tuple[str, str]]
    preview: Answer

    def do(self, browser: Browser) -> Answer:
        answer = browser.post(self.url, self.fields)
        if answer.status != 302:
            raise SystemExit(f"the deed answered {answer.status}: {answer.page[:2000]}")
        return answer


def ready_to_move(browser: Browser, workshop: Workshop, *, days: int = 1) -> Ready:
    """The workshop goes to another day."""
    url = reverse("workshop_move", args=[workshop.pk])
    fields = Forms(browser.get(url).page).with_button("starts_at")
    times: dict[str, str | list[str]] = {
        name: _later(value, days) for name, value in fields if name in {"starts_at", "ends_at"}
    }
    return _ready(browser, url, changed(fields, **times))


def ready_to_invite(browser: Browser, workshop: Workshop) -> Ready:
    """All Kanwil and UPT are asked."""
    url = reverse("invite_units", args=[workshop.pk])
    fields = Forms(browser.get(url).page).with_button("reply_deadline")
    return _ready(browser, url, changed(fields, levels=["regional_office", "technical_unit"], step="preview"))


def _ready(browser: Browser, url: str, fields: list[tuple[str, str]]) -> Ready:
    preview = browser.post(url, fields)
    return Ready(url, changed(Forms(preview.page).with_button("step"), step="confirm"), preview)


def n_asked(workshop: Workshop) -> int:
    return Invitation.objects.filter(workshop=workshop).count()


def publish_static() -> None:
    """The pages of a server under measure need their files."""
    if not any(Path(settings.STATIC_ROOT).glob("*.json")):
        call_command("collectstatic", interactive=False, verbosity=0)


def _later(value: str, days: int) -> str:
    return (datetime.fromisoformat(value) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
