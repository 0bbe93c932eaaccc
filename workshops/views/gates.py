"""What a planner sees at once on choosing an agreement: whether it is in force on the dates, what it is about, what its
partner pays, and what is left of each commitment. A part of the form, fetched by htmx."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from partnerships.models import Agreement, Commitment
from workshops.models import Workshop


def agreement_gate(request: HttpRequest) -> HttpResponse:
    """Of the agreement that is picked; empty for none, or for one that the reader may not see."""
    key = request.GET.get("agreement", "")
    rows = Agreement.objects.visible_to(request.user).select_related("agreement_type", "owner_unit")
    agreement = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    context: dict[str, Any] = {"gate_agreement": agreement}
    if agreement is not None:
        today = timezone.localdate()
        first, last, month = _days_of(request)
        commitments = Commitment.objects.with_percent(today).filter(agreement=agreement).order_by("pk")
        context |= {
            "gate_has_dates": first and last,
            "gate_month": month,
            "gate_problem": _problem(agreement, first, last, month),
            "gate_term": agreement.term_label(today),
            "gate_terms": list(agreement.funding_terms.order_by("pk")),
            "gate_left": [
                (one.what, one.shown(one.left), one.shown(one.quantity), one.left == 0) for one in commitments[:20]
            ],
        }
    return render(request, "workshops/partials/agreement_gate.html", context)


def _days_of(request: HttpRequest) -> tuple[date | None, date | None, date | None]:
    """The first and last day and the expected month: as typed, or those of the workshop whose form asks for none."""
    key = request.GET.get("workshop", "")
    if key.isdecimal() and len(key) < 19:
        workshop = Workshop.objects.editable_by(request.user).filter(pk=int(key)).first()
        return (workshop.first_day, workshop.last_day, workshop.fuzzy_month) if workshop else (None, None, None)
    return _day(request, "starts_at"), _day(request, "ends_at"), _day(request, "fuzzy_month", "-01")


def _problem(agreement: Agreement, first: date | None, last: date | None, month: date | None) -> str:
    if first and last:
        return agreement.in_force_problem(first, last)
    return agreement.month_problem(month) if month else ""


def _day(request: HttpRequest, name: str, rest: str = "") -> date | None:
    """The day of a moment as it is typed: the clock of the place needs no zone here."""
    try:
        return parse_date(request.GET.get(name, "")[: 10 - len(rest)] + rest)
    except ValueError:
        return None
