"""The register of venues: rooms, packages, contacts, and how it was there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.models import MeetingPackage, Venue, VenueContact, VenueRoom, VenueUse, Workshop
from workshops.versions import version_of_venue


class RoomTwice(Refusal):
    sentence = _("Ruang dengan nama yang sama hanya boleh satu.")


class PackageTwice(Refusal):
    sentence = _("Paket yang sama untuk tahun anggaran yang sama hanya boleh satu.")


@dataclass(frozen=True, kw_only=True)
class VenueFacts:
    name: str
    city: str
    address: str = ""
    website: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class RoomRow:
    """How many people sit in each set-up; None where nobody has asked."""

    name: str
    theater: int | None = None
    classroom: int | None = None
    u_shape: int | None = None
    round_table: int | None = None


@dataclass(frozen=True, kw_only=True)
class PackageRow:
    """`price` in whole rupiah for one person and day."""

    kind: str
    price: int
    fiscal_year: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    name: str
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Offer:
    """What a venue has to offer, beside its name and address: rows of their own tables."""

    rooms: Sequence[RoomRow] = field(default_factory=tuple)
    packages: Sequence[PackageRow] = field(default_factory=tuple)
    contacts: Sequence[ContactRow] = field(default_factory=tuple)


def create_venue(*, facts: VenueFacts, offer: Offer, form_token: uuid.UUID | None = None, by: User) -> Venue:
    """The same `form_token` again returns the first one. Raises a Refusal."""
    check_offer(offer)
    try:
        with transaction.atomic():
            venue = Venue.objects.create(**vars(facts), keeper=by.unit, form_token=form_token)
            _write_offer(venue, offer)
            return venue
    except IntegrityError:
        first = Venue.objects.editable_by(by).filter(form_token=form_token).first() if form_token else None
        if first is None:
            raise
        return first


def edit_venue(venue: Venue, *, facts: VenueFacts, offer: Offer, version: str | None = None) -> Venue:
    """`version` (what the person had seen) refuses a stale edit. Raises a Refusal."""
    check_offer(offer)
    with transaction.atomic():
        current = Venue.objects.select_for_update().get(pk=venue.pk)
        if version is not None and version != version_of_venue(current):
            raise ChangedMeanwhile
        for name, value in vars(facts).items():
            setattr(current, name, value)
        current.save()
        _write_offer(current, offer)
    return current


def check_offer(offer: Offer) -> None:
    rooms = [room.name.casefold() for room in offer.rooms]
    if len(set(rooms)) < len(rooms):
        raise RoomTwice
    packages = [(package.kind, package.fiscal_year) for package in offer.packages]
    if len(set(packages)) < len(packages):
        raise PackageTwice


def _write_offer(venue: Venue, offer: Offer) -> None:
    """Nothing refers to these rows, so they are written anew rather than compared."""
    for rows in (venue.rooms, venue.packages, venue.contacts):
        rows.all().delete()
    VenueRoom.objects.bulk_create(
        VenueRoom(venue=venue, position=n, **vars(room)) for n, room in enumerate(offer.rooms)
    )
    MeetingPackage.objects.bulk_create(MeetingPackage(venue=venue, **vars(row)) for row in offer.packages)
    VenueContact.objects.bulk_create(VenueContact(venue=venue, **vars(row)) for row in offer.contacts)


def note_use(
    venue: Venue, *, event: str, used_on: date, note: str, workshop: Workshop | None = None, by: User, now: datetime
) -> VenueUse:
    """How it was there. The very same note of the same person again is one."""
    found, _made = VenueUse.objects.get_or_create(
        venue=venue,
        event=event,
        used_on=used_on,
        note=note,
        noted_by=by,
        defaults={"workshop": workshop, "noted_at": now},
    )
    return found


def remove_use(use: VenueUse) -> None:
    use.delete()
