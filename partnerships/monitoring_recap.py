"""The recap of a monitoring round by Kanwil; sums are made by the database, the same number of statements whatever the
size."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from partnerships.models import (
    RATING_COUNTS,
    MonitoredUnit,
    MonitoringAnswer,
    MonitoringAnswerQuerySet,
    MonitoringRound,
)


@dataclass(frozen=True)
class Bar:
    """A part of a drawn bar, in percent of its width."""

    tone: str
    x: str
    width: str


@dataclass(frozen=True)
class RecapRow:
    """Agreements of one Kanwil (or of all), by what was said of them."""

    name: str
    n_units: int
    n: int
    done: int
    partly: int
    not_yet: int
    unanswered: int

    @property
    def answered(self) -> int:
        return self.n - self.unanswered

    @property
    def percent(self) -> int:
        """Answered, of all; rounded down, so that 100 means all."""
        return 100 * self.answered // self.n if self.n else 0

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [("teal", self.done), ("gold", self.partly), ("brick", self.not_yet)]

    @property
    def bars(self) -> list[Bar]:
        found, x = [], 0.0
        for tone, n in self.parts:
            width = 100 * n / self.n if self.n else 0
            if n:
                found.append(Bar(tone, f"{x:.2f}%", f"{width:.2f}%"))
            x += width
        return found


@dataclass(frozen=True)
class Recap:
    rows: list[RecapRow]
    total: RecapRow


def recap_of(round_: MonitoringRound, *, user: Any, total_name: str) -> Recap:
    """Of the units that the reader reaches; two statements."""
    answers = MonitoringAnswer.objects.visible_to(user).filter(monitored__round=round_)
    units = MonitoredUnit.objects.visible_to(user).filter(round=round_).order_by()
    n_units = dict(units.values_list("region").annotate(n=Count("pk")))
    grouped: Any = (
        answers.order_by()
        .values("monitored__region", "monitored__region__short_name")
        .annotate(**RATING_COUNTS)
        .order_by("monitored__region__short_name", "monitored__region")
    )
    names = ("n", "done", "partly", "not_yet", "unanswered")
    rows = [
        RecapRow(
            row["monitored__region__short_name"],
            n_units[row["monitored__region"]],
            **{name: row[name] for name in names},
        )
        for row in grouped
    ]
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    return Recap(rows, RecapRow(total_name, sum(n_units.values()), **sums))


def answers_in_order(round_: MonitoringRound, *, user: Any) -> MonitoringAnswerQuerySet:
    """Every answer for a sheet, by Kanwil, unit and agreement."""
    rows = MonitoringAnswer.objects.visible_to(user).filter(monitored__round=round_)
    return rows.order_by("monitored__region__short_name", "monitored__unit__short_name", "agreement__title", "pk")
