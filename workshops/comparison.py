"""Candidates for a workshop's place side by side: what each holds, costs, lacks, and how it was there before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.models import Mode, PackageKind, VenueCandidate, Workshop


@dataclass(frozen=True)
class Need:
    """What the workshop asks of a place: seats in one room, days, and the fiscal year that pays."""

    seats: int
    days: int
    has_dates: bool
    year: int


@dataclass(frozen=True)
class Price:
    """A package: `price` a person and day, `total` for all seats and days (None while no seats are planned). Where the
    fiscal year of the workshop has none, the latest earlier one stands in and `is_other_year` says so."""

    kind: str
    label: str
    price: int
    total: int | None
    year: int
    is_other_year: bool


@dataclass
class Compared:
    candidate: VenueCandidate
    capacity: int | None
    n_rooms: int
    is_too_small: bool
    prices: list[Price | None]
    n_held: int
    n_uses: int
    missing: list[str] = field(default_factory=list)


def need_of(workshop: Workshop) -> Need:
    """Seats are those of the segments that come in person; without exact dates one day is reckoned with."""
    seats = workshop.segments.filter(mode=Mode.ONSITE).aggregate(n=Sum("quota"))["n"] or 0
    first, last = workshop.first_day, workshop.last_day
    days = (last - first).days + 1 if first and last else 1
    return Need(seats, days, first is not None, workshop.calendar_on.year)


def compared(workshop: Workshop, need: Need) -> list[Compared]:
    """The chosen one first, then those considered, then those passed over; four statements, whatever their number."""
    rows = (
        workshop.venue_candidates.all()
        .with_held()
        .select_related("venue", "workshop", "decided_by")
        .prefetch_related("venue__rooms", "venue__packages", "venue__contacts")
        .order_by("added_at", "pk")
    )
    order = {"chosen": 0, "considered": 1, "passed": 2}
    return sorted((_compare(row, need) for row in rows), key=lambda one: order[one.candidate.verdict])


def _compare(row: VenueCandidate, need: Need) -> Compared:
    rooms = list(row.venue.rooms.all())
    capacity = max((room.capacity for room in rooms if room.capacity), default=None)
    prices = [_price(row, kind, need) for kind in PackageKind]
    found = Compared(
        candidate=row,
        capacity=capacity,
        n_rooms=len(rooms),
        is_too_small=capacity is not None and capacity < need.seats,
        prices=prices,
        n_held=getattr(row, "n_held", 0),
        n_uses=getattr(row, "n_uses", 0),
    )
    found.missing = _missing(found, need)
    return found


def _price(row: VenueCandidate, kind: PackageKind, need: Need) -> Price | None:
    known = [one for one in row.venue.packages.all() if one.kind == kind]
    # The year itself, else the latest before it, else the earliest after it.
    known.sort(key=lambda one: (one.fiscal_year != need.year, one.fiscal_year > need.year, -one.fiscal_year))
    if not known:
        return None
    best = known[0]
    total = best.price * need.seats * need.days if need.seats else None
    return Price(kind, str(kind.label), best.price, total, best.fiscal_year, best.fiscal_year != need.year)


def _missing(found: Compared, need: Need) -> list[str]:
    """In words, what must still be found out before this place can be chosen."""
    venue, missing = found.candidate.venue, []
    if not found.n_rooms:
        missing.append(_("ruang belum dicatat"))
    elif found.capacity is None:
        missing.append(_("daya tampung belum dicatat"))
    elif found.is_too_small:
        n = need.seats - found.capacity
        missing.append(ngettext("kurang %(n)d kursi", "kurang %(n)d kursi", n) % {"n": n})
    if not _has_price_of_year(found.prices):
        missing.append(_("harga paket tahun %(year)s belum ada") % {"year": need.year})
    for is_there, sentence in (
        (venue.contacts.all(), _("narahubung belum dicatat")),
        (venue.address, _("alamat belum dicatat")),
        (found.candidate.distance, _("jarak belum dicatat")),
    ):
        if not is_there:
            missing.append(sentence)
    return missing


def _has_price_of_year(prices: Sequence[Price | None]) -> bool:
    return any(price is not None and not price.is_other_year for price in prices)
