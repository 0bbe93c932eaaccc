"""What a move brings beyond the workshop itself: letters by kind, holidays, and who or what is in the way that day."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from outbox.models import UNSENT, Message
from outbox.registry import Wish, kind_named
from toolkit.working_days import SATURDAY, Holiday, holidays_between
from units.models import User
from workshops.actions.schedule import Schedule, schedule_of, shift_between
from workshops.clashes import Clash, absent_speakers, clashes_with
from workshops.letters.speakers import AT_REST
from workshops.models import Workshop

# Invitations are kept by an app above, which tells here how many stand; by the key of the workshop.
_counts: list[Callable[[int], int]] = []


def register_count_of_invited(count: Callable[[int], int]) -> None:
    """The same again changes nothing."""
    if count not in _counts:
        _counts.append(count)


@dataclass(frozen=True)
class Letters:
    """How many of one kind, by the name people know."""

    label: str
    n: int


@dataclass(frozen=True)
class Surroundings:
    """`leaving` goes out at once after the move, `withdrawn` has not left and will not; `weekend` are the days of the
    new dates on which offices are closed without being holidays."""

    n_invited: int
    leaving: list[Letters]
    withdrawn: list[Letters]
    holidays: list[Holiday]
    weekend: list[date]
    clashes: list[Clash]
    absent: list[str]


def surroundings_of(
    workshop: Workshop, schedule: Schedule, *, shift_sessions: bool, leaving: Sequence[Wish], by: User
) -> Surroundings:
    """Reads only. `leaving` are the `letters_of_move`. For dates that are still fuzzy there are letters, but no days
    to look at."""
    is_told = schedule != schedule_of(workshop) and workshop.state not in AT_REST
    unsent = Message.objects.filter(topic=workshop.topic_id, state__in=UNSENT)
    waiting = unsent.order_by().values_list("kind").annotate(n=Count("pk"))
    return Surroundings(
        n_invited=sum(count(workshop.pk) for count in _counts),
        leaving=_named(Counter(wish.kind for wish in leaving)),
        withdrawn=_named(dict(waiting)) if is_told else [],
        **_days(workshop, schedule, shift_sessions=shift_sessions, by=by),
    )


def _named(counts: Mapping[str, int]) -> list[Letters]:
    return [Letters(str(kind_named(kind).label), n) for kind, n in sorted(counts.items()) if n]


def _days(workshop: Workshop, schedule: Schedule, *, shift_sessions: bool, by: User) -> dict[str, list]:  # type: ignore[type-arg]
    if schedule.starts_at is None or schedule.ends_at is None:
        return {"holidays": [], "weekend": [], "clashes": [], "absent": []}
    first, last = schedule.calendar_on, schedule.last_day or schedule.calendar_on
    shift = shift_between(workshop, schedule_of(workshop), schedule) if shift_sessions else timedelta(0)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    holidays = holidays_between(first, last)
    off = {holiday.day for holiday in holidays}
    return {
        "holidays": holidays,
        "weekend": [day for day in days if day.weekday() >= SATURDAY and day not in off],
        "clashes": clashes_with(workshop, first, last, user=by, shift=shift),
        "absent": absent_speakers(workshop, schedule.starts_at, schedule.ends_at),
    }
