"""Search on lists of people. A NIP is personal, so it comes by POST and never stands in an address or a log."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django_filters import FilterSet

from participants.employee_numbers import SHORTEST_SEARCHED, searched_number
from participants.filters import MOST_KEYS
from participants.models import Participant


def asked_text(request: HttpRequest) -> str:
    return request.POST.get("q", "").replace("\0", "").strip()[:100]


def is_number(text: str) -> bool:
    return len(searched_number(text)) >= SHORTEST_SEARCHED


def search_redirect(
    request: HttpRequest, people: QuerySet[Participant, Any], *, filters: type[FilterSet]
) -> HttpResponse:
    """From the posted form to an address with its filters (those not posted stay as they are) and what was typed: a
    name as it is, a NIP as the keys of `people` that bear it. Those keys stay until something else is typed."""
    query = request.GET.copy()
    query.pop("halaman", None)
    for name in filters.base_filters:
        query[name] = request.POST.get(name, query.get(name, "")).replace("\0", "")
    text = asked_text(request)
    query["q"] = ""
    if is_number(text):
        rows: Any = people
        keys = rows.matching(text, by=request.user).order_by("pk").values_list("pk", flat=True)[:MOST_KEYS]
        query["orang"] = ",".join(str(key) for key in keys) or "0"
    elif text:
        query["q"], query["orang"] = text, ""
    said = urlencode({name: str(value) for name, value in query.items() if value})
    return redirect(f"{request.path}?{said}" if said else request.path)
