"""A workshop that is over counts for the agreements it was held under, and stands there as evidence."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from partnerships.actions.activities import HeldWorkshop, Share, record_workshop, withdraw_workshop
from toolkit.local_times import day_short
from units.models import User
from workshops.models import BudgetRealization, Workshop, WorkshopState

OVER = [WorkshopState.FINISHED, WorkshopState.REPORTED]

# Who took part is known by an app above, which tells here how many people a workshop trained; by its key.
_counts: list[Callable[[int], int]] = []


def register_count_of_people(count: Callable[[int], int]) -> None:
    """The same again changes nothing."""
    if count not in _counts:
        _counts.append(count)


def file_evidence(workshop_pk: int, *, by: User | None, now: datetime) -> None:
    """Files, corrects or withdraws what the workshop counts for; call it in the transaction that changed its state,
    dates, agreement, people or payments. Again changes nothing.

    The agreement it was held under counts the workshop and its people; every agreement whose partner paid for it counts
    the rupiah that were really paid."""
    workshop = Workshop.objects.select_related("organizer_unit", "cover_by").get(pk=workshop_pk)
    first_day = workshop.first_day
    if workshop.state not in OVER or first_day is None:
        withdraw_workshop(workshop.pk, by=by, now=now)
        return
    paid = dict(
        BudgetRealization.objects.filter(line__budget__workshop=workshop, line__agreement__isnull=False)
        .order_by()
        .values_list("line__agreement")
        .annotate(total=Sum("amount"))
    )
    shares = {key: Share(key == workshop.agreement_id, total) for key, total in paid.items()}
    if workshop.agreement_id is not None:
        shares.setdefault(workshop.agreement_id, Share(is_held_under=True, rupiah=0))
    held = HeldWorkshop(
        pk=workshop.pk,
        title=workshop.title,
        first_day=first_day,
        unit=workshop.organizer_unit,
        outside_term=_outside_term(workshop),
        n_people=sum(count(workshop.pk) for count in _counts),
    )
    record_workshop(held, shares=shares, by=by, now=now)


def _outside_term(workshop: Workshop) -> str:
    """Why, by whom and when it was linked to an agreement whose term does not hold it; empty where it does."""
    if workshop.cover_at is None:
        return ""
    day = day_short(timezone.localtime(workshop.cover_at).date())
    return f"{workshop.cover_reason} ({workshop.cover_by}, {day})"
