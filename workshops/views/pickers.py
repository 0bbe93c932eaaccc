"""What is found while somebody types into a picker; parts of pages, fetched by htmx."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from partnerships.models import Agreement, Organization
from toolkit.drawing import drawn
from units.forms.picker import RESULTS, posted_pick
from workshops.forms.pickers import AGREEMENTS, FIELD_NAME, ORGANIZATIONS, SPEAKERS, Source, results_context
from workshops.models import Speaker


def organization_search(request: HttpRequest) -> HttpResponse:
    return _results(request, ORGANIZATIONS, Organization.objects.all())


def agreement_search(request: HttpRequest) -> HttpResponse:
    return _results(request, AGREEMENTS, Agreement.objects.visible_to(request.user))


def speaker_search(request: HttpRequest) -> HttpResponse:
    return _results(request, SPEAKERS, Speaker.objects.visible_to(request.user))


def _results(request: HttpRequest, source: Source, rows: QuerySet[Any]) -> HttpResponse:
    name = request.GET.get("field", "")
    if not FIELD_NAME.fullmatch(name):
        raise Http404
    many = request.GET.get("type") == "checkbox"
    context = results_context(source, rows, posted_pick(request.GET, name), name=name, many=many)
    context["picker_is_optional"] = request.GET.get("optional") == "1"
    return HttpResponse(drawn(RESULTS, context))
