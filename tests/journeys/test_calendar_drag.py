"""The calendar in a real browser: a drag over 33 invited Kanwil, a stretch, the keys, and a tab that has grown old."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from outbox.models import Message, State
from outbox.planners import tick
from participants.actions.invitations import invite_units
from tests.factories import make_user, make_workshop
from tests.journeys.conftest import Person
from units.access import Role
from units.actions.loading import load_offices
from units.models import Level, Unit, UnitContact
from workshops.models import Workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invited() -> Workshop:
    """A workshop in the middle of a month to come; all 33 Kanwil have had their letter."""
    now = timezone.now()
    load_offices(Path(settings.BASE_DIR) / "data", now=now)
    kanwil = list(Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("pk"))
    UnitContact.objects.bulk_create(
        UnitContact(unit=unit, name="Narahubung", email=f"humas.{unit.pk}@kanwil.invalid") for unit in kanwil
    )
    bureau = Unit.objects.get(level=Level.BUREAU)
    admin = make_user("admin@biro.invalid", role=Role.BUREAU_ADMIN, unit=bureau, full_name="Admin Biro")
    starts_at = wednesday_after(now + timedelta(days=40))
    workshop = make_workshop(
        bureau,
        now=now,
        title="Workshop Media Sosial",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        registration_deadline=starts_at - timedelta(days=20),
    )
    deadline = starts_at - timedelta(days=20)
    invite_units(workshop, units=kanwil, seats_onsite=2, seats_online=2, reply_deadline=deadline, by=admin, now=now)
    tick(now)
    told = Message.objects.filter(kind="participants.invitation")
    assert told.update(state=State.SENT, sent_at=now) == 33
    return workshop


def wednesday_after(moment: datetime) -> datetime:
    """The second Wednesday of the next month, 08.00 WIB: with days of its month all around it."""
    first = (moment.replace(day=1) + timedelta(days=32)).replace(day=1, hour=1, minute=0, second=0, microsecond=0)
    return first + timedelta(days=(2 - first.weekday()) % 7 + 7)


def days_of(workshop: Workshop) -> tuple[date | None, date | None]:
    workshop.refresh_from_db()
    return workshop.first_day, workshop.last_day


def open_month(person: Person, workshop: Workshop) -> None:
    person.open(f"/kalender/?tampilan=bulan&tanggal={days_of(workshop)[0]}")
    person.page.wait_for_selector("body[data-calendar=ready]")


def middle(person: Person, selector: str) -> tuple[float, float, float]:
    """x and y of the middle, and the x just inside the right edge."""
    box = person.page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["x"] + box["width"] - 4


def drag(person: Person, day: date, *, by_edge: bool = False) -> None:
    x, y, edge = middle(person, "a.cal-bar.ends[data-move]")
    to_x, to_y, _edge = middle(person, f"td[data-day='{day}']")
    mouse = person.page.mouse
    mouse.move(edge if by_edge else x, y)
    mouse.down()
    mouse.move(to_x, to_y, steps=6)
    mouse.up()
    person.page.wait_for_selector("#cal-dialog[open]")


def test_a_drag_shows_its_consequences_and_an_old_tab_overwrites_nothing(somebody: Any, invited: Workshop) -> None:
    first = invited.first_day
    assert first is not None
    letters = Message.objects.count()
    person, late = somebody("admin@biro.invalid"), somebody("admin@biro.invalid")
    open_month(late, invited)
    open_month(person, invited)
    person.axe()

    # A drag: first what follows, and nothing yet.
    drag(person, first + timedelta(days=1))
    told = re.sub(r"\s+", " ", person.page.inner_text("#cal-dialog"))
    for words in ("33 satuan kerja sudah diundang", "Perubahan jadwal (satuan kerja) 33", "Dari 33 satuan kerja"):
        assert words in told, (words, told)
    person.axe()
    assert (days_of(invited), Message.objects.count()) == ((first, first), letters)
    person.page.locator("#cal-dialog [data-close]").click()
    assert person.page.locator("#cal-dialog[open]").count() == 0
    assert days_of(invited) == (first, first)

    # Again, and confirmed: back on the calendar, one notice for each who had been told.
    drag(person, first + timedelta(days=1))
    person.page.click("#cal-dialog button[value=confirm]")
    person.page.wait_for_url("**/kalender/?*")
    person.sees("tersimpan")
    moved = first + timedelta(days=1)
    assert days_of(invited) == (moved, moved)
    tick(timezone.now())
    new = Message.objects.filter(state=State.PENDING, not_before__lte=timezone.now())
    assert Counter(new.values_list("kind", flat=True)) == {"participants.invitation_moved": 33}
    planned = Message.objects.count()
    tick(timezone.now())
    assert Message.objects.count() == planned

    # Stretched by its edge.
    open_month(person, invited)
    drag(person, moved + timedelta(days=1), by_edge=True)
    person.page.click("#cal-dialog button[value=confirm]")
    person.page.wait_for_url("**/kalender/?*")
    person.sees("tersimpan")
    assert days_of(invited) == (moved, moved + timedelta(days=1))

    # The same by keys: a day back, and the last day too.
    open_month(person, invited)
    person.page.locator("a.cal-bar.starts[data-move]").first.focus()
    for keys in ("Shift+ArrowLeft", "Shift+ArrowUp", "Shift+ArrowDown", "Enter"):
        person.page.keyboard.press(keys)
    person.page.wait_for_selector("#cal-dialog[open]")
    person.page.click("#cal-dialog button[value=confirm]")
    person.page.wait_for_url("**/kalender/?*")
    person.sees("tersimpan")
    assert days_of(invited) == (first, moved)

    # The tab from before all this: told, and nothing happens.
    drag(late, first + timedelta(days=2))
    assert "Jadwal ini sudah berubah" in late.page.inner_text("#cal-dialog")
    assert late.page.locator("#cal-dialog button[value=confirm]").count() == 0
    late.axe()
    assert days_of(invited) == (first, moved)
    assert not person.faults
