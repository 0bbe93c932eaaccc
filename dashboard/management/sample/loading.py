"""All sample data, once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import translation

from dashboard.management.sample.accounts import ACCOUNTS, make_accounts, make_contacts
from dashboard.management.sample.agreements import make_agreements, make_organizations
from dashboard.management.sample.budgets import load_budgets
from dashboard.management.sample.calendar_events import fill_calendar
from dashboard.management.sample.current_events import load_current_events
from dashboard.management.sample.deeds import load_deeds
from dashboard.management.sample.endings import load_endings
from dashboard.management.sample.meetings import make_venues
from dashboard.management.sample.past_events import load_past_events
from dashboard.management.sample.people import People
from dashboard.management.sample.post import deliver
from dashboard.management.sample.preparation import load_preparation
from dashboard.management.sample.publications import publish_agreements
from dashboard.management.sample.scene import Scene
from dashboard.management.sample.speakers import know_speakers
from dashboard.management.sample.submissions import load_submissions
from units.actions.loading import load_offices
from units.models import Unit, User

LONG_AGO = datetime(2020, 1, 6, 2, tzinfo=UTC)


class DatabaseIsInUse(Exception):
    """There are accounts of other people: sample data and its known passwords do not belong there."""


def is_loaded() -> bool:
    return User.objects.filter(email=ACCOUNTS[0].email).exists()


@transaction.atomic
def load_sample_data(folder: Path, *, now: datetime) -> bool:
    """Offices, accounts, partners, agreements and events; False when they were there already.

    Raises DatabaseIsInUse where others have accounts."""
    if is_loaded():
        return False
    if User.objects.exists():
        raise DatabaseIsInUse
    with translation.override("id"):
        load_offices(folder, now=LONG_AGO)
        units = {unit.short_name: unit for unit in Unit.objects.order_by("pk")}
        users, people = make_accounts(units), People()
        make_contacts(people, by=users["admin.biro"], now=LONG_AGO)
        partners = make_organizations(by=users["petugas.kerjasama"], now=LONG_AGO)
        agreements = make_agreements(units, partners, by=users["petugas.kerjasama"], now=now)
        publish_agreements(agreements, by=users["admin.biro"], now=now)
        scene = Scene(now, units, users, partners, agreements, people)
        scene.venues.update(make_venues(scene))
        load_past_events(scene)
        current = load_current_events(scene)
        fill_calendar(scene, beside=current)
        know_speakers(scene)
        load_budgets(scene)
        load_preparation(scene, current)
        load_submissions(scene)
        load_endings(scene)
        load_deeds(scene)
        deliver(now - timedelta(minutes=1))
    return True
