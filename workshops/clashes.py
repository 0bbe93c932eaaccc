"""What speaks against a date: holidays in it, and other workshops near it that ask the same units, speakers or partner.

Warnings only; they never forbid. Who reads learns of other workshops what `visible_to` shows, and of units asked what
the own tree reaches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.working_days import Holiday, holidays_between
from units.access import reach
from workshops.models import Mode, SessionRole, SpeakerUnavailability, Workshop, WorkshopAudience, WorkshopState

# What still needs a day of its own: what is over or called off clashes with nothing.
LIVE = [
    WorkshopState.IDEA,
    WorkshopState.PLANNED,
    WorkshopState.APPROVED,
    WorkshopState.REGISTRATION,
    WorkshopState.RUNNING,
]
DAY = timedelta(days=1)
STILL = timedelta(0)


@dataclass(frozen=True)
class Clash:
    """Two workshops that are in each other's way `on` a day, and why, in words."""

    on: date
    workshop: Workshop
    other: Workshop
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class HolidayHit:
    """A workshop on a holiday."""

    workshop: Workshop
    holiday: Holiday


@dataclass(frozen=True)
class _Slot:
    """A workshop on days that it has, or would have: then its sessions move by `shift`."""

    workshop: Workshop
    first: date
    last: date
    shift: timedelta = STILL

    def day_of(self, moment: datetime) -> date:
        return (moment + self.shift).astimezone(self.workshop.zone).date()


@dataclass(frozen=True)
class _Pair:
    one: _Slot
    other: _Slot

    @property
    def first_shared_day(self) -> date | None:
        day = max(self.one.first, self.other.first)
        return day if day <= min(self.one.last, self.other.last) else None

    @property
    def key(self) -> frozenset[int]:
        return frozenset({self.one.workshop.pk, self.other.workshop.pk})

    @property
    def is_far(self) -> bool:
        """Whether somebody has to travel from one to the other."""
        workshops = [self.one.workshop, self.other.workshop]
        if any(workshop.mode == Mode.ONLINE for workshop in workshops):
            return False
        places = {(workshop.venue.casefold(), workshop.host_unit_id) for workshop in workshops}
        return len(places) == 2


def holidays_hit(workshops: Iterable[Workshop]) -> Iterator[HolidayHit]:
    """Each live workshop with each holiday or joint leave among its days. No query."""
    for workshop in workshops:
        if workshop.state in LIVE and workshop.first_day and workshop.last_day:
            for holiday in holidays_between(workshop.first_day, workshop.last_day):
                yield HolidayHit(workshop, holiday)


def clashes_among(workshops: Iterable[Workshop], *, user: Any) -> list[Clash]:
    """In order of days; two queries, whatever the number of workshops."""
    slots = sorted(
        (_Slot(w, w.first_day, w.last_day) for w in workshops if w.state in LIVE and w.first_day and w.last_day),
        key=lambda slot: (slot.first, slot.workshop.pk),
    )
    pairs = list(_near_pairs(slots))
    if not pairs:
        return []
    return _judged(pairs, _units_in_common(pairs, user))


def clashes_with(workshop: Workshop, first: date, last: date, *, user: Any, shift: timedelta = STILL) -> list[Clash]:
    """Of one workshop on these days, its sessions moved by `shift`; two queries at most."""
    asked = WorkshopAudience.objects.filter(reach(user, "unit"))
    in_common = (
        asked.filter(workshop=OuterRef("pk"), unit__in=asked.filter(workshop=workshop).values("unit"))
        .order_by()
        .values("workshop")
        .annotate(n=Count("pk"))
        .values("n")
    )
    # Two days more on each side: days are told by the zone of each place, and travelling takes the day between.
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=workshop.zone) for day in (first, last))
    others = (
        Workshop.objects.visible_to(user)
        .filter(state__in=LIVE, starts_at__lt=end + 3 * DAY, ends_at__gt=begin - 2 * DAY)
        .exclude(pk=workshop.pk)
        .annotate(n_in_common=Coalesce(Subquery(in_common, output_field=IntegerField()), 0))
        .order_by("starts_at", "pk")
    )
    mine = _Slot(workshop, first, last, shift)
    found: list[Any] = list(others)
    slots = [_Slot(w, w.first_day, w.last_day) for w in found if w.first_day and w.last_day]
    pairs = [_Pair(mine, slot) for slot in slots if _is_near(mine, slot)]
    common = {frozenset({workshop.pk, other.pk}): other.n_in_common for other in found}
    return _judged(pairs, common) if pairs else []


def absent_speakers(workshop: Workshop, starts_at: datetime, ends_at: datetime) -> list[str]:
    """Names of speakers on the agenda who said that they cannot come in this span."""
    rows = SpeakerUnavailability.objects.filter(
        speaker__roles__session__workshop=workshop, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    return list(rows.order_by("speaker__name").values_list("speaker__name", flat=True).distinct())


def _is_near(one: _Slot, other: _Slot) -> bool:
    return one.first <= other.last + DAY and other.first <= one.last + DAY


def _near_pairs(slots: list[_Slot]) -> Iterator[_Pair]:
    """Of slots in order of their first days: those that share a day or follow each other."""
    for n, one in enumerate(slots):
        for other in slots[n + 1 :]:
            if other.first > one.last + DAY:
                break
            yield _Pair(one, other)


def _units_in_common(pairs: list[_Pair], user: Any) -> dict[frozenset[int], int]:
    """How many units are asked to both. The database pairs by days too: whole ministries are asked to a hundred
    workshops a year, and few of those lie near each other."""
    pks = {pk for pair in pairs if pair.first_shared_day for pk in pair.key}
    if not pks:
        return {}
    rows = (
        WorkshopAudience.objects.filter(
            reach(user, "unit"),
            workshop__in=pks,
            unit__asked_to__workshop__in=pks,
            unit__asked_to__workshop__gt=F("workshop"),
            unit__asked_to__workshop__starts_at__lt=F("workshop__ends_at") + DAY,
            unit__asked_to__workshop__ends_at__gt=F("workshop__starts_at") - DAY,
        )
        .order_by()
        .values_list("workshop", "unit__asked_to__workshop")
        .annotate(n=Count("pk"))
    )
    return {frozenset({one, other}): n for one, other, n in rows}


_Speaking = dict[int, dict[str, set[datetime]]]


def _speaking(pairs: list[_Pair]) -> _Speaking:
    """By workshop: the people who speak in it, and when. A team that speaks can be in two places."""
    pks = {pk for pair in pairs for pk in pair.key}
    rows = (
        SessionRole.objects.filter(
            session__workshop__in=pks, session__starts_at__isnull=False, speaker__is_organization=False
        )
        .values_list("session__workshop", "speaker", "speaker__name", "session__starts_at")
        .order_by("speaker__name", "speaker")
        .distinct()
    )
    found: _Speaking = defaultdict(lambda: defaultdict(set))
    for workshop, speaker, name, starts_at in cast("list[tuple[int, int, str, datetime]]", list(rows)):
        # Two people may bear one name: the key is told apart by the row, shown is the name before it.
        found[workshop][f"{name}\0{speaker}"].add(starts_at)
    return found


def _judged(pairs: list[_Pair], common: dict[frozenset[int], int]) -> list[Clash]:
    speaking = _speaking(pairs)
    clashes = []
    for pair in pairs:
        day = pair.first_shared_day
        reasons = [*_reasons_of_a_day(pair, common.get(pair.key, 0))] if day else []
        reasons += _reasons_of_speakers(pair, speaking)
        if reasons:
            on = day or max(pair.one.first, pair.other.first)
            clashes.append(Clash(on, pair.one.workshop, pair.other.workshop, tuple(reasons)))
    return sorted(clashes, key=lambda clash: clash.on)


def _reasons_of_a_day(pair: _Pair, n_units: int) -> Iterator[str]:
    if n_units:
        yield ngettext("%(n)d satuan kerja yang sama diundang", "%(n)d satuan kerja yang sama diundang", n_units) % {
            "n": n_units
        }
    partners = {pair.one.workshop.partner_id, pair.other.workshop.partner_id}
    if len(partners) == 1 and None not in partners:
        yield _("mitra yang sama")


def _reasons_of_speakers(pair: _Pair, speaking: _Speaking) -> Iterator[str]:
    """Somebody who speaks in both on one day, or on two days that follow each other in places apart."""
    mine, theirs = speaking.get(pair.one.workshop.pk, {}), speaking.get(pair.other.workshop.pk, {})
    same_day, next_day = [], []
    for key in mine.keys() & theirs.keys():
        gap = min(
            abs((pair.one.day_of(one) - pair.other.day_of(other)).days) for one in mine[key] for other in theirs[key]
        )
        name = key.partition("\0")[0]
        if gap == 0:
            same_day.append(name)
        elif gap == 1 and pair.is_far:
            next_day.append(name)
    if same_day:
        yield _("narasumber pada hari yang sama: %(names)s") % {"names": ", ".join(sorted(same_day))}
    if next_day:
        yield _("narasumber pada hari berikutnya di tempat lain: %(names)s") % {"names": ", ".join(sorted(next_day))}
