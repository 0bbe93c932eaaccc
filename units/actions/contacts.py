"""Who is written to at a unit."""

from datetime import datetime

from toolkit.history import save_by
from units.models import UnitContact, User


def save_contact(contact: UnitContact, *, by: User, now: datetime) -> UnitContact:
    """A new or changed contact."""
    save_by(contact, by=by, now=now)
    return contact


def remove_contact(contact: UnitContact, *, by: User, now: datetime) -> UnitContact:
    """The contact gets no more letters; the row stays, because letters and answers name it."""
    contact.is_active = False
    save_by(contact, by=by, now=now)
    return contact
