"""Series: their members are made together, and later changed or moved together or alone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from toolkit.recurring_days import Occurrence, Recurrence, occurrences
from units.models import Unit, User
from workshops.actions.blueprints import (
    Blueprint,
    Days,
    Link,
    SegmentPlan,
    Source,
    Take,
    blueprint_of,
    create_from_blueprint,
)
from workshops.actions.checklists import ItemFacts
from workshops.actions.planning import OrganizerIsNotYours
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import EndsBeforeStart
from workshops.models import Series, Workshop, WorkshopState, organizers_for

MOST_MEMBERS = 36


class SeriesIsEmpty(Refusal):
    sentence = _("Isi paling sedikit satu pertemuan.")
    field = "n_members"


class SeriesIsTooLong(Refusal):
    sentence = _("Satu rangkaian paling banyak 36 pertemuan sekaligus. Buat rangkaian berikutnya kemudian.")
    field = "n_members"


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What members of a series have in common. `title` is without the number of the member."""

    title: str
    theme: str = ""
    aims: str = ""
    mode: str
    venue: str = ""
    venue_address: str = ""
    host_unit: int | None = None
    meeting_url: str = ""
    meeting_id: str = ""
    meeting_passcode: str = ""
    person_in_charge: int | None = None
    segments: tuple[tuple[str, str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"segments": [list(row) for row in self.segments]}


SHARED_FIELDS = tuple(Shared.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class SeriesFacts:
    """`first`: no member before it. `starts` and `ends`: clock of the place, on the same day. With `moves` a day on
    which offices are closed goes to the working day before."""

    organizer_unit: Unit
    kind: str
    tz: str
    recurrence: Recurrence
    first: date
    n_members: int
    starts: time
    ends: time
    moves: bool = True


@dataclass(frozen=True, kw_only=True)
class Besides:
    """What each member gets beyond what they share: the agenda and checklist of `source` (which the person may edit),
    further items to do."""

    source: Workshop | None = None
    items: Sequence[ItemFacts] = field(default_factory=tuple)
    state: str = WorkshopState.PLANNED


def member_title(title: str, position: int) -> str:
    """`Pengarahan Humas ke-3`: in the data's language whoever reads it, and the same after a move."""
    return f"{title} ke-{position}"


def shared_title(workshop: Workshop) -> str:
    return workshop.title.removesuffix(f" ke-{workshop.series_position}")


def days_of(facts: SeriesFacts) -> list[Occurrence]:
    """The days the members would get. Raises a Refusal."""
    if facts.n_members < 1:
        raise SeriesIsEmpty
    if facts.n_members > MOST_MEMBERS:
        raise SeriesIsTooLong
    if facts.ends <= facts.starts:
        raise EndsBeforeStart
    return occurrences(facts.recurrence, first=facts.first, n=facts.n_members, moves=facts.moves)


def create_series(
    *,
    facts: SeriesFacts,
    shared: Shared,
    besides: Besides | None = None,
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> Series:
    """All members at once or none, each a workshop of its own. The same `form_token` again returns the first series.

    Raises a Refusal."""
    days, besides = days_of(facts), besides or Besides()
    if not organizers_for(by).filter(pk=facts.organizer_unit.pk).exists():
        raise OrganizerIsNotYours
    with transaction.atomic():
        recurrence = facts.recurrence
        series, is_new = Series.objects.get_or_create(
            form_token=form_token or uuid.uuid4(),
            defaults={
                "title": shared.title,
                "organizer_unit": facts.organizer_unit,
                "rule": recurrence.rule,
                "weekday": recurrence.weekday,
                "nth": recurrence.nth,
                "day": recurrence.day,
                "shared": shared.as_json(),
                "created_at": now,
                "created_by": by,
            },
        )
        if is_new:
            _add_members(series, facts, shared, besides, days, by=by, now=now)
    return series


def _add_members(
    series: Series,
    facts: SeriesFacts,
    shared: Shared,
    besides: Besides,
    days: Iterable[Occurrence],
    *,
    by: User,
    now: datetime,
) -> None:
    blueprint = _blueprint(facts, shared, besides)
    link = Link(meeting_url=shared.meeting_url, meeting_id=shared.meeting_id, meeting_passcode=shared.meeting_passcode)
    source = Source(workshop=besides.source, extra_items=besides.items, link=link)
    for position, day in enumerate(days, start=1):
        member = create_from_blueprint(
            blueprint,
            title=member_title(shared.title, position),
            organizer_unit=facts.organizer_unit,
            days=Days(first=day.on, last=day.on, starts=facts.starts, ends=facts.ends),
            take=Take(),
            source=source,
            state=besides.state,
            by=by,
            now=now,
        )
        Workshop.objects.filter(pk=member.pk).update(series=series, series_position=position)


def _blueprint(facts: SeriesFacts, shared: Shared, besides: Besides) -> Blueprint:
    if besides.source is not None:
        base = blueprint_of(besides.source, with_checklist=True)
    else:
        base = Blueprint(kind=facts.kind, mode=shared.mode, tz=facts.tz)
    return replace(
        base,
        kind=facts.kind,
        tz=facts.tz,
        segments=tuple(SegmentPlan(*row) for row in shared.segments),
        **{
            name: getattr(shared, name)
            for name in ("theme", "aims", "mode", "venue", "venue_address", "host_unit", "person_in_charge")
        },
    )
