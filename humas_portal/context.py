"""What every page shows around its content: the menu of the reader's role, the zone and the time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from humas_portal.access import may_get
from outbox.tally import open_letters
from participants.models import TAKES_PEOPLE, Invitation
from partnerships.models import copies_waiting
from toolkit.local_times import clock, zone_label
from toolkit.prepared import prepared
from units.access import Role
from units.models import User


@dataclass(frozen=True)
class Place:
    """A line of the menu, and the url names (by their beginning) under which it is the current place."""

    label: Any
    icon: str
    url_name: str
    covers: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset(Role.values)

    def holds(self, url_name: str) -> bool:
        return url_name == self.url_name or url_name.startswith(self.covers)


ASKED = frozenset({Role.REGIONAL_ADMIN, Role.UNIT_OPERATOR})

PLACES: list[tuple[Any, list[Place]]] = [
    (
        "",
        [
            Place(_("Beranda"), "house", "home"),
            Place(_("Kalender"), "calendar3", "calendar", ("calendar_",)),
            Place(_("Undangan"), "envelope-open", "invitation_list", ("invitation_", "registration_"), ASKED),
            Place(
                _("Workshop"),
                "easel",
                "workshop_list",
                (
                    "workshop_",
                    "session_",
                    "agenda_",
                    "invite_units",
                    "remind_units",
                    "speakers_",
                    "question_",
                    "proposal_",
                    "committee_",
                    "decree_",
                    "budget_",
                    "realization_",
                    "meeting_",
                    "minutes_",
                    "candidate_",
                    "checklist_item",
                    "checklist_apply",
                    "document_",
                ),
            ),
            Place(_("Rangkaian"), "collection", "series_list", ("series_",)),
            Place(_("Narasumber"), "mic", "speaker_list", ("speaker_",)),
            Place(_("Peserta"), "people", "participant_list", ("participant_",)),
            Place(
                _("Undangan & Pesan"),
                "envelope-paper",
                "message_list",
                ("message_", "topic_"),
                frozenset(
                    {
                        Role.BUREAU_ADMIN,
                        Role.BUREAU_STAFF,
                        Role.LEADER,
                    }
                ),
            ),
            Place(_("Pesan"), "envelope-paper", "message_list", ("message_", "topic_"), ASKED),
            Place(
                _("Kerja Sama"),
                "file-earmark-text",
                "agreement_list",
                ("agreement_", "activity_", "commitment_", "monitoring_", "campaign_", "work_plan_"),
            ),
            Place(_("Antrean naskah"), "inboxes", "submission_queue", ("submission_",)),
        ],
    ),
    (
        _("Pengaturan"),
        [
            Place(pgettext_lazy("menu", "Tempat"), "geo-alt", "venue_list", ("venue_",)),
            Place(_("Satuan kerja"), "diagram-3", "unit_list", ("unit_", "contact_", "group_")),
            Place(_("Standar biaya"), "cash-stack", "standard_cost_list", ("standard_cost_", "account_code_")),
            Place(
                _("Templat"),
                "ui-checks",
                "checklist_template_list",
                ("checklist_template_", "plan_template_"),
            ),
            Place(_("Pengguna"), "person-gear", "user_list", ("user_",)),
            Place(_("Admin"), "gear", "admin:index", ("admin:",)),
        ],
    ),
]


@dataclass(frozen=True)
class NavItem:
    label: Any
    icon: str
    url_name: str
    url: str
    active: bool
    count: int


@dataclass(frozen=True)
class NavGroup:
    label: Any
    items: list[NavItem]


def portal(request: HttpRequest) -> dict[str, object]:
    """`nav` counts only when a page prints it: parts of pages fetched by htmx pay nothing."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    now = timezone.now()
    user = getattr(request, "user", None)
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "nav": SimpleLazyObject(lambda: list(menu(user, here))) if user and user.is_authenticated else [],
        "reader_zone": zone,
        "now_label": SimpleLazyObject(lambda: f"{zone_label(now, zone)} · {clock(now, zone)}"),
    }


def menu(user: Any, here: str) -> Iterator[NavGroup]:
    """The menu of a person: only places that exist and that the access table opens for the role."""
    badge_place, count = badge(user)
    for label, places in PLACES:
        items = [
            NavItem(
                label=place.label,
                icon=place.icon,
                url_name=place.url_name,
                url=url,
                active=place.holds(here),
                count=count if place.url_name == badge_place else waiting_copies(user, here, place.url_name),
            )
            for place in places
            if user.role in place.roles and (url := address(place.url_name)) and may_get(user, place.url_name)
        ]
        if items:
            yield NavGroup(label=label, items=items)


@cache
def address(url_name: str) -> str:
    """Empty for a name that no url has."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def badge(user: Any) -> tuple[str, int]:
    """The one number of the menu, by one query: letters that need a hand, or invitations that wait for an answer.

    Not cached: with the embedded cache reading it would be a query too, and an answered invitation must not stay."""
    counters: dict[str, tuple[str, Callable[[], int]]] = {
        Role.BUREAU_ADMIN: ("message_list", lambda: sum(open_letters(user).values())),
        Role.BUREAU_STAFF: ("message_list", lambda: sum(open_letters(user).values())),
        Role.REGIONAL_ADMIN: ("invitation_list", lambda: waiting_invitations(user)),
        Role.UNIT_OPERATOR: ("invitation_list", lambda: waiting_invitations(user)),
    }
    if user.role not in counters:
        return "", 0
    url_name, count = counters[user.role]
    return (url_name, count()) if address(url_name) else ("", 0)


# Where the menu says how many signed copies wait: on the home, which counts them anyway, and beside the queue itself.
COUNTS_COPIES = ("home", "submission_", "agreement_check", "agreement_publication")


def waiting_copies(user: Any, here: str, url_name: str) -> int:
    if url_name != "submission_queue" or not here.startswith(COUNTS_COPIES) or user.role == Role.LEADER:
        return 0
    return copies_waiting(user, timezone.localdate()).total


@prepared()
def _waiting_invitations(user: User, now: datetime) -> QuerySet[Invitation, int]:
    open_now = Invitation.objects.unanswered().filter(workshop__state__in=TAKES_PEOPLE, reply_deadline__gte=now)
    rows = open_now.answerable_by(user).order_by()
    return rows.values(one=Value(1)).annotate(n=Count("pk")).values_list("n", flat=True)


def waiting_invitations(user: Any) -> int:
    return sum(_waiting_invitations.rows(user, timezone.now()))
