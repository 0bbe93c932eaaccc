"""Search on lists of people. A NIP is personal, so it comes by POST and never stands in an address or a log."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from participants.employee_numbers import SHORTEST_SEARCHED, searched_number
from participants.filters import MOST_KEYS
from participants.models import Participant


def asked_text(request: HttpRequest) -> str:
    return request.POST.get("q", "").replace("\0", "").strip()[:100]


def is_number(text: str) -> bool:
    return len(searched_number(text)) >= SHORTEST_SEARCHED


def search_redirect(request: HttpRequest, people: QuerySet[Participant, Any]) -> HttpResponse:
    """From the posted text to an address that keeps the other filters: a name as it is, a NIP as the keys of `people`
    that bear it."""
    query = request.GET.copy()
    for name in ("q", "orang", "halaman"):
        query.pop(name, None)
    text = asked_text(request)
    if is_number(text):
        rows: Any = people
        keys = rows.matching(text, by=request.user).order_by("pk").values_list("pk", flat=True)[:MOST_KEYS]
        query["orang"] = ",".join(str(key) for key in keys) or "0"
    elif text:
        query["q"] = text
    return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
