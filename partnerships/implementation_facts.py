"""What the public may know of how an agreement is implemented: numbers, never a name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, Sum

from partnerships.models import Activity, Agreement, Commitment


@dataclass(frozen=True)
class Implementation:
    """`percent` is the mean of all commitments, None where there are none; `ours` and `theirs` are those of each side.
    `n_people` were trained in `n_events` workshops; `n_reported` are other activities."""

    percent: int | None
    ours: int | None
    theirs: int | None
    n_commitments: int
    n_activities: int
    n_events: int
    n_people: int
    rupiah: int
    n_reported: int
    last_on: date | None
    is_asleep: bool


def implementation_of(agreement: Agreement, *, today: date) -> Implementation:
    """Three statements; two where the agreement comes `with_progress`."""
    done = Activity.objects.filter(agreement=agreement).aggregate(
        n=Count("pk"),
        events=Sum("n_events", default=0),
        people=Sum("n_people", default=0),
        rupiah=Sum("rupiah", default=0),
        reported=Count("pk", filter=Q(workshop_pk=None)),
        last=Max("held_on"),
    )
    rows: Any = Commitment.objects.with_percent(today).filter(agreement=agreement)
    percents = list(rows.values_list("percent", "party__unit").order_by("pk"))
    asleep = vars(agreement).get("is_asleep")
    if asleep is None:
        asleep = Agreement.objects.asleep(today).filter(pk=agreement.pk).exists()
    return Implementation(
        percent=_mean([percent for percent, _unit in percents]),
        ours=_mean([percent for percent, unit in percents if unit is not None]),
        theirs=_mean([percent for percent, unit in percents if unit is None]),
        n_commitments=len(percents),
        n_activities=done["n"],
        n_events=done["events"],
        n_people=done["people"],
        rupiah=done["rupiah"],
        n_reported=done["reported"],
        last_on=done["last"],
        is_asleep=asleep,
    )


def _mean(percents: list[float]) -> int | None:
    return int(sum(percents) / len(percents)) if percents else None
