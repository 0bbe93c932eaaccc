"""What a planner sees at once on choosing an agreement: whether it is in force on the dates, what it is about, what its
partner pays, and what is left of each commitment. A part of the form, fetched by htmx."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from partnerships.models import Agreement, Commitment


def agreement_gate(request: HttpRequest) -> HttpResponse:
    """Of the agreement that is picked; empty for none, or for one that the reader may not see."""
    key = request.GET.get("agreement", "")
    rows = Agreement.objects.visible_to(request.user).select_related("agreement_type", "owner_unit")
    agreement = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    context: dict[str, Any] = {"gate_agreement": agreement}
    if agreement is not None:
        today = timezone.localdate()
        first, last = _day(request, "starts_at"), _day(request, "ends_at")
        has_dates = first is not None and last is not None
        commitments = Commitment.objects.with_percent(today).filter(agreement=agreement).order_by("pk")
        context |= {
            "gate_has_dates": has_dates,
            "gate_problem": agreement.in_force_problem(first, last) if first and last else "",
            "gate_term": agreement.term_label(today),
            "gate_terms": list(agreement.funding_terms.order_by("pk")),
            "gate_left": [
                (one.what, one.shown(one.left), one.shown(one.quantity), one.left == 0) for one in commitments[:20]
            ],
        }
    return render(request, "workshops/partials/agreement_gate.html", context)


def _day(request: HttpRequest, name: str) -> date | None:
    """The day of a moment as it is typed: the clock of the place needs no zone here."""
    try:
        return parse_date(request.GET.get(name, "")[:10])
    except ValueError:
        return None
