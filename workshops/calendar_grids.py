"""Workshops laid on days: weeks with bars side by side, small months of a year, and what has only a month.

Plain data for templates; nothing here asks the database or the clock."""

from calendar import Calendar
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from toolkit.local_times import month_name
from toolkit.working_days import SATURDAY, Holiday, holidays_between
from workshops.models import Workshop, WorkshopState

MONDAY_FIRST = Calendar(firstweekday=0)
DAY = timedelta(days=1)
# What a day of a month shows before it says "+3 lagi", and a month of the year.
LANES, LINES = 4, 5
LOOKS = {
    WorkshopState.IDEA: "is-draft",
    WorkshopState.PLANNED: "is-draft",
    WorkshopState.FINISHED: "is-done",
    WorkshopState.REPORTED: "is-done",
    WorkshopState.POSTPONED: "is-rest",
    WorkshopState.CANCELLED: "is-off",
}
OVER = [WorkshopState.FINISHED, WorkshopState.REPORTED, WorkshopState.CANCELLED]


@dataclass(frozen=True)
class Entry:
    """A workshop on the calendar. `first` and `last` are days at its place, none for a fuzzy date; `version` stands
    where the reader may move it."""

    workshop: Workshop
    when: str
    place: str
    first: date | None
    last: date | None
    version: str = ""

    @property
    def look(self) -> str:
        return f"{self.workshop.kind_tone} {LOOKS.get(WorkshopState(self.workshop.state), '')}".strip()

    @property
    def hint(self) -> str:
        """What a bar is too narrow to say: kind, state, time and place."""
        workshop = self.workshop
        parts = [workshop.get_kind_display(), workshop.get_state_display(), self.when, self.place]
        return " · ".join(str(part) for part in parts if part)

    @property
    def deadline_on(self) -> date | None:
        """The day on which registration ends, while that matters."""
        workshop = self.workshop
        if workshop.registration_deadline is None or workshop.state in [*OVER, WorkshopState.POSTPONED]:
            return None
        return workshop.registration_deadline.astimezone(workshop.zone).date()


@dataclass(frozen=True)
class Bar:
    """A piece of an entry in one day; a deadline is a bar of its own."""

    entry: Entry
    starts: bool = True
    ends: bool = True
    is_deadline: bool = False

    @property
    def look(self) -> str:
        return "brick is-deadline" if self.is_deadline else self.entry.look


@dataclass
class DayCell:
    day: date
    holiday: Holiday | None
    is_outside: bool
    is_today: bool
    bars: list[Bar | None] = field(default_factory=list)
    n_more: int = 0

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= SATURDAY

    @property
    def is_empty(self) -> bool:
        return not any(self.bars)


@dataclass(frozen=True)
class _Run:
    """Days that one bar takes in a week."""

    entry: Entry
    first: date
    last: date
    is_deadline: bool = False


def weeks_of(month: date) -> list[list[date]]:
    """Whole weeks from Monday, with the days of the neighbouring months."""
    return MONDAY_FIRST.monthdatescalendar(month.year, month.month)


def month_weeks(month: date, entries: list[Entry], *, today: date) -> list[list[DayCell]]:
    weeks = weeks_of(month)
    return laid_out(weeks, entries, today=today, month=month.month, lanes=LANES)


def laid_out(
    weeks: list[list[date]], entries: list[Entry], *, today: date, month: int | None = None, lanes: int = 10_000
) -> list[list[DayCell]]:
    """Each bar keeps its lane through a week, so that its pieces meet; days outside `month` are marked."""
    holidays = {holiday.day: holiday for holiday in holidays_between(weeks[0][0], weeks[-1][-1])}
    runs = sorted(_runs(entries), key=lambda run: (run.first, run.first - run.last, run.entry.workshop.pk))
    found = []
    for week in weeks:
        cells = {
            day: DayCell(day, holidays.get(day), is_outside=month not in (None, day.month), is_today=day == today)
            for day in week
        }
        for run in runs:
            if run.first <= week[-1] and run.last >= week[0]:
                _place(run, cells, lanes)
        found.append(list(cells.values()))
    return found


def _runs(entries: Iterable[Entry]) -> Iterable[_Run]:
    for entry in entries:
        if entry.first and entry.last:
            yield _Run(entry, entry.first, entry.last)
        if entry.deadline_on:
            yield _Run(entry, entry.deadline_on, entry.deadline_on, is_deadline=True)


def _place(run: _Run, cells: dict[date, DayCell], lanes: int) -> None:
    """Into the first lane that is free on all its days of this week."""
    own = [cell for day, cell in cells.items() if run.first <= day <= run.last]
    lane = 0
    while any(lane < len(cell.bars) and cell.bars[lane] is not None for cell in own):
        lane += 1
    for cell in own:
        if lane >= lanes:
            cell.n_more += 1
            continue
        cell.bars += [None] * (lane + 1 - len(cell.bars))
        starts, ends = cell.day == run.first, cell.day == run.last
        cell.bars[lane] = Bar(run.entry, starts, ends, is_deadline=run.is_deadline)


# --- a year


@dataclass(frozen=True)
class SmallDay:
    """A day of the year's view: `tones` are up to three dots, `n` counts the workshops."""

    day: date
    n: int
    tones: tuple[str, ...]
    holiday: Holiday | None
    is_today: bool

    @property
    def shade(self) -> str:
        """Classes of the cell: holiday before weekend, and today besides."""
        shade = "is-weekend" if self.day.weekday() >= SATURDAY else ""
        if self.holiday:
            shade = "is-joint-leave" if self.holiday.is_joint_leave else "is-holiday"
        return f"{shade} is-today".strip() if self.is_today else shade


@dataclass(frozen=True)
class SmallMonth:
    """`weeks` has None for days of other months; `entries` begin in the month, `fuzzy` are only expected in it."""

    first: date
    name: str
    weeks: list[list[SmallDay | None]]
    entries: list[Entry]
    fuzzy: list[Entry]

    @property
    def shown(self) -> list[Entry]:
        return [*self.entries, *self.fuzzy][:LINES]

    @property
    def n_more(self) -> int:
        return max(0, len(self.entries) + len(self.fuzzy) - LINES)


def year_months(year: int, entries: list[Entry], *, today: date) -> list[SmallMonth]:
    counts: Counter[date] = Counter()
    tones: dict[date, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        if entry.first and entry.last:
            for n in range((entry.last - entry.first).days + 1):
                counts[entry.first + n * DAY] += 1
                tones[entry.first + n * DAY][entry.look] = None
    holidays = {holiday.day: holiday for holiday in holidays_between(date(year, 1, 1), date(year, 12, 31))}

    def small(day: date, month: int) -> SmallDay | None:
        if day.month != month:
            return None
        return SmallDay(day, counts[day], tuple(tones[day])[:3], holidays.get(day), day == today)

    months = []
    for number in range(1, 13):
        first = date(year, number, 1)
        weeks = [[small(day, number) for day in week] for week in weeks_of(first)]
        months.append(SmallMonth(first, month_name(number), weeks, *_of_month(first, entries)))
    return months


def _of_month(first: date, entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Those that begin in the month, and those only expected in it."""
    exact: list[Entry] = []
    fuzzy: list[Entry] = []
    for entry in entries:
        day = entry.first or entry.workshop.fuzzy_month
        if day and (day.year, day.month) == (first.year, first.month):
            (exact if entry.first else fuzzy).append(entry)
    return exact, fuzzy


def fuzzy_of(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.first is None]
