"""Letters of a re-evaluation: to each unit when it begins, and once more to those that are late; and their planner."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from outbox.models import Message
from outbox.registry import Rendered, Wish
from partnerships.letters.recipients import Reader, readers_of
from partnerships.models import Campaign, CampaignItem
from units.models import Unit

START = "partnerships.campaign_start"
REMINDER = "partnerships.campaign_reminder"
# How long a campaign that is late is still reminded of; after that somebody has to call.
STILL_NEWS = timedelta(days=30)
ONE_DAY = timedelta(days=1)


def plan_campaign_letters(now: datetime) -> Iterator[Wish]:
    """What is missing; one statement where no campaign runs, two more for each that does."""
    today = timezone.localtime(now).date()
    for campaign in Campaign.objects.running().order_by("pk"):
        yield from _wishes(campaign, START, now)
        if campaign.due_on < today <= campaign.due_on + STILL_NEWS:
            yield from _wishes(campaign, REMINDER, now)


def asked_units(campaign: Campaign) -> Any:
    """Units that owe an answer: owners, and the Kanwil above them, which sees to it."""
    open_items = CampaignItem.objects.filter(campaign=campaign).unanswered()
    owns = open_items.filter(agreement__owner_unit=OuterRef("pk"))
    minds = open_items.filter(region=OuterRef("pk"))
    return Unit.objects.filter(Q(Exists(owns)) | Q(Exists(minds)))


def _wishes(campaign: Campaign, kind: str, now: datetime) -> Iterator[Wish]:
    told = Message.objects.filter(kind=kind, ref=campaign.pk, unit=OuterRef("pk"))
    units = list(asked_units(campaign).filter(~Exists(told)).order_by("pk").values_list("pk", flat=True))
    if not units:
        return
    for readers in readers_of(units).values():
        for reader in readers:
            yield _wish(campaign, kind, reader, now)


def _wish(campaign: Campaign, kind: str, reader: Reader, now: datetime) -> Wish:
    last = datetime.combine(campaign.due_on + ONE_DAY, time(0), tzinfo=timezone.get_current_timezone())
    return Wish(
        kind=kind,
        dedup_key=f"{kind}:{campaign.pk}:{reader.unit_id}:{reader.mark}",
        recipient_name=reader.name,
        to_addr=reader.address,
        not_before=now,
        not_after=max(last, now + ONE_DAY) if kind == START else last + STILL_NEWS,
        unit_id=reader.unit_id,
        user_id=reader.user_id,
        ref=campaign.pk,
    )


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of either kind; None where the campaign is over or the unit has answered everything."""
    campaigns = Campaign.objects.running().in_bulk([message.ref for message in messages if message.ref is not None])
    units = Unit.objects.in_bulk([message.unit_id for message in messages if message.unit_id is not None])
    counts = _open_counts(campaigns, units)
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            campaign, unit = campaigns.get(message.ref or 0), units.get(message.unit_id or 0)
            own, below = counts.get((message.ref or 0, message.unit_id or 0), (0, 0))
            is_due = campaign is not None and unit is not None and own + below > 0
            found[message.pk] = _render(message, campaign, unit, own, below) if is_due else None
    return found


def _open_counts(campaigns: dict[int, Campaign], units: dict[int, Unit]) -> dict[tuple[int, int], tuple[int, int]]:
    """By campaign and unit: unanswered agreements of its own, and those of the units below it. Two statements."""
    rows = CampaignItem.objects.filter(campaign__in=campaigns).unanswered().order_by()
    own = rows.filter(agreement__owner_unit__in=units).values_list("campaign_id", "agreement__owner_unit_id")
    minded = rows.filter(region__in=units).values_list("campaign_id", "region_id")
    n_own = {(campaign, unit): n for campaign, unit, n in own.annotate(n=Count("pk"))}
    n_minded = {(campaign, unit): n for campaign, unit, n in minded.annotate(n=Count("pk"))}
    return {key: (n_own.get(key, 0), max(0, n_minded.get(key, 0) - n_own.get(key, 0))) for key in {*n_own, *n_minded}}


def _render(message: Message, campaign: Any, unit: Any, own: int, below: int) -> Rendered:
    letter = message.kind.removeprefix("partnerships.")
    context = {
        "name": message.recipient_name,
        "campaign": campaign,
        "unit": unit,
        "n_own": own,
        "n_below": below,
        "n": own + below,
        "url": settings.SITE_URL + reverse("campaign_items", args=[campaign.pk]),
    }
    return Rendered(
        subject=" ".join(render_to_string(f"partnerships/letters/{letter}.subject.txt", context).split()),
        text=render_to_string(f"partnerships/letters/{letter}.txt", context),
        html=render_to_string(f"partnerships/letters/{letter}.html", context),
    )
