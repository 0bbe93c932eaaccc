"""A person's calendar address: making it, making it anew, ending it."""

import uuid
from datetime import datetime

from units.models import User
from workshops.models import CalendarFeed


def renew_feed(user: User, *, now: datetime) -> CalendarFeed:
    """A new address; the former one, if there was one, answers 404 from now on."""
    feed, _made = CalendarFeed.objects.update_or_create(user=user, defaults={"key": uuid.uuid4(), "made_at": now})
    return feed


def end_feed(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()
