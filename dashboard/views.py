"""Home pages and the one search box; they read everything and change nothing."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dashboard.action_items import own_items
from dashboard.attention import copy_tasks, late_tasks, tasks_of_bureau, tasks_of_region
from dashboard.national import (
    LISTED,
    LOOKED_AT,
    WEEKS_AHEAD,
    AgreementFigures,
    agreement_figures,
    focus_among,
    focus_figures,
    held_seats,
    nearest_workshops,
)
from dashboard.regional import asked_of, own_workshops
from dashboard.search import SHORTEST, found_for, is_number, plain_query
from outbox.tally import open_letters
from partnerships.models import ENDING_DAYS, Agreement, remember_copies
from toolkit.local_times import day_line
from units.access import EDITS_ALL, SEES_ALL, Role
from units.models import User
from workshops.views.head import when_text

LISTED_AGREEMENTS = 5
LAST_QUESTION = "search"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each role's own: the bureau and leaders see the country, others what is asked of their units."""
    user: Any = request.user
    if user.role in SEES_ALL:
        return _national_home(request, user)
    return _regional_home(request, user)


def greeting(moment: datetime) -> str:
    """By the reader's own clock."""
    hour = timezone.localtime(moment).hour
    if 3 <= hour < 11:
        return _("Selamat pagi")
    if 11 <= hour < 15:
        return _("Selamat siang")
    return _("Selamat sore") if 15 <= hour < 19 else _("Selamat malam")


def date_tile(workshop: Any) -> tuple[str, str]:
    """Day and month as a leaf of a calendar shows them, of what is known of the date."""
    if workshop.starts_at:
        start = timezone.localtime(workshop.starts_at)
        return str(start.day), date_format(start, "M")
    return "?", date_format(workshop.fuzzy_month, "M") if workshop.fuzzy_month else "–"


def _agreement_figures(user: User, today: date) -> AgreementFigures:
    figures = agreement_figures(user, today)
    if figures.copies is not None:
        remember_copies(user, figures.copies, figures.copies_late or 0)
    return figures


def _officer_context(user: User, today: date) -> dict[str, Any]:
    """For officers: of what they keep, what ends soon or lacks its signed text."""
    keeps = user.keeps_agreements and user.is_staff
    rows: list[Any] = []
    if keeps:
        kept = (
            Agreement.objects.editable_by(user).needing_attention(today).select_related("owner_unit", "agreement_type")
        )
        rows = [(row, row.term_state(today), row.term_label(today)) for row in kept[:LISTED_AGREEMENTS]]
    return {"keeps_agreements": keeps, "agreement_rows": rows, "ending_days": ENDING_DAYS}


def _national_home(request: HttpRequest, user: User) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    workshops = nearest_workshops(user, now, today)
    chosen = focus_among(workshops, request.GET.get("kegiatan", ""))
    held = held_seats([chosen, *workshops[:LISTED]]) if chosen else {}
    focus = focus_figures(chosen, held) if chosen else None
    figures = _agreement_figures(user, today)
    letters = open_letters(user)
    return render(
        request,
        "dashboard/home_national.html",
        {
            "greeting": greeting(now),
            "lead": f"{day_line(today)} · {_coming(workshops, now)}",
            "nearest": [
                (workshop, date_tile(workshop), when_text(workshop), sum(held.get(workshop.pk, {}).values()))
                for workshop in workshops[:LISTED]
            ],
            "focus": focus,
            "focus_choices": [workshop for workshop in workshops if workshop.has_invitations],
            "figures": figures,
            "tasks": late_tasks(user, today)
            + copy_tasks(user, today)
            + tasks_of_bureau(workshops, focus, figures, letters, now=now),
            "acts": user.role in EDITS_ALL,
            "is_national": True,
            "own_items": own_items(user, now=now, today=today),
            **_officer_context(user, today),
        },
    )


def _coming(workshops: list[Any], now: datetime) -> str:
    """`3 workshop dalam 6 pekan ke depan`; beyond what the home looks at it says so."""
    last = now + timedelta(weeks=WEEKS_AHEAD)
    n = sum(1 for workshop in workshops if workshop.starts_at and workshop.starts_at <= last)
    if n == LOOKED_AT:
        return _("lebih dari %(n)d workshop dalam %(weeks)d pekan ke depan") % {"n": n - 1, "weeks": WEEKS_AHEAD}
    line = ngettext("%(n)d workshop dalam %(weeks)d pekan ke depan", "%(n)d workshop dalam %(weeks)d pekan ke depan", n)
    return line % {"n": n, "weeks": WEEKS_AHEAD}


def _regional_home(request: HttpRequest, user: User) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    asked = asked_of(user, now)
    figures = _agreement_figures(user, today)
    tasks = late_tasks(user, today) + copy_tasks(user, today) + tasks_of_region(figures, open_letters(user), today)
    return render(
        request,
        "dashboard/home_regional.html",
        {
            "is_region": user.role == Role.REGIONAL_ADMIN,
            "is_national": False,
            "own_items": own_items(user, now=now, today=today),
            "cards": [(one, when_text(one.workshop)) for one in asked],
            "n_waiting": sum(1 for one in asked if one.needs_hand),
            "today_line": day_line(today),
            "own": [(workshop, when_text(workshop)) for workshop in own_workshops(user, now, today)],
            "figures": figures,
            "tasks": tasks,
            **_officer_context(user, today),
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    """Asked by POST, so that a typed NIP never stands in an address or a log (docs/decisions). The session keeps the
    last question, so that Back and reload show the answer again."""
    user: Any = request.user
    if request.method == "POST":
        request.session[LAST_QUESTION] = plain_query(request.POST.get("q", ""))
        return redirect("search")
    query: str = request.session.get(LAST_QUESTION, "")
    context = {
        "query": query,
        "was_asked": LAST_QUESTION in request.session,
        "is_too_short": len(query) < SHORTEST,
        "is_number": is_number(query),
        "groups": found_for(query, user),
    }
    return render(request, "dashboard/search.html", context)
