"""Fills a database with data of national size, for measuring; says how long it took and how much memory."""

import resource
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from dashboard.management.national.agreements import make_agreements
from dashboard.management.national.deeds import make_deeds
from dashboard.management.national.letters import make_letters
from dashboard.management.national.places import make_contacts_and_accounts, make_offices, make_people
from dashboard.management.national.pouring import settle_keys, vacuum
from dashboard.management.national.publications import publish_all
from dashboard.management.national.workshops import make_workshops
from outbox.models import Message
from participants.models import Registration
from units.models import User
from workshops.models import Workshop

UNITS, WORKSHOPS, PEOPLE, REGISTRATIONS = 1_000, 300, 10_000, 100_000
AGREEMENTS, PARTNERS, ACTIVITIES, LETTERS = 7_000, 10_000, 30_000, 500_000


class Command(BaseCommand):
    help = (
        "Make 1,000 units, 300 workshops, 10,000 people, 100,000 registrations, 7,000 published agreements with ten"
        " pages of text each, 10,000 organisations, 30,000 activities, 500,000 letters."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="0.01 makes a hundredth (of units at least 120)")
        parser.add_argument("--yes", action="store_true", help="add to a database that is in use")

    def handle(self, *args: Any, scale: float, yes: bool, **options: Any) -> None:
        if not 0 < scale <= 10:
            raise CommandError("--scale lies above 0 and not above 10.")
        if not yes and (User.objects.exists() or Workshop.objects.exists()):
            raise CommandError("This database is in use. Take an empty one, or say --yes to add to this one.")
        began = time.monotonic()
        with transaction.atomic():
            self.generate(Path(settings.BASE_DIR) / "data", scale, timezone.now())
        self.timed("vacuum", vacuum)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s, at most {peak:.0f} MiB of memory.")

    def generate(self, folder: Path, scale: float, now: datetime) -> None:
        units = self.timed("units", lambda: make_offices(folder, n_units=max(120, int(UNITS * scale)), now=now))
        by = self.timed("contacts and accounts", lambda: make_contacts_and_accounts(units))
        people = self.timed("people", lambda: make_people(units, n=int(PEOPLE * scale), now=now))
        held = self.timed(
            "workshops and registrations",
            lambda: make_workshops(
                units,
                people,
                n=max(12, int(WORKSHOPS * scale)),
                n_registrations=int(REGISTRATIONS * scale),
                by=by,
                now=now,
            ),
        )
        n_partners = max(20, int(PARTNERS * scale))
        self.timed(
            "organisations and agreements",
            lambda: make_agreements(units, n=int(AGREEMENTS * scale), n_partners=n_partners, by=by, now=now),
        )
        self.timed("activities", lambda: make_deeds(n=int(ACTIVITIES * scale), by=by, now=now))
        self.timed("publications and searched words", lambda: publish_all(int(AGREEMENTS * scale), by=by, now=now))
        self.timed("letters", lambda: make_letters(held, n=int(LETTERS * scale), now=now))
        self.timed("keys and statistics", lambda: settle_keys(Registration, Message))

    def timed(self, label: str, make: Callable[[], Any]) -> Any:
        began = time.monotonic()
        made = make()
        self.stdout.write(f"{label}: {time.monotonic() - began:.1f} s")
        return made
