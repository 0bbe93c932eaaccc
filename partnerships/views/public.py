"""The public side of agreements, for everybody and without an account: search, page, copy, open data, feed.

Nothing here sets a cookie but the choice of a language, and nothing needs JavaScript."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.text import slugify
from django.views.decorators.http import conditional_page, require_safe

from partnerships.models import Agreement, AgreementKind, AgreementText, FileText, terms_of
from partnerships.public_data import csv_of, data_rows, feed, json_of
from partnerships.public_facts import (
    DATA_COLUMNS,
    copy_of,
    data_schema,
    implementations_of,
    page_facts,
    parties_line,
    percents_of,
    with_links,
    with_public_facts,
    with_tags,
    years_of,
)
from partnerships.public_filters import ORDER_LABELS, Counts, PublicAgreementFilter, counts_by_kind, owners
from partnerships.snippets import LONGEST_TEXT, Marker
from toolkit.downloads import stored_file
from toolkit.paging import page_of
from toolkit.rate_limits import Limit, client_address, is_spent

PER_PAGE = 20
PAGE_SECONDS, DATA_SECONDS = 60, 300
# A Kanwil stands behind one address, so these are for machines.
SEARCHES = Limit(240, 60)
DOWNLOADS = Limit(120, 60)

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """A page for everybody: in the language that `?bahasa=` asks for, and stored by browsers for a minute."""

    @login_not_required
    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = request.GET.get("bahasa", "")
        is_chosen = language in dict(settings.LANGUAGES)
        if is_chosen:
            translation.activate(language)
        response = view(request, *args, **kwargs)
        if is_chosen:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SECURE)
        elif not request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, public=True, max_age=PAGE_SECONDS)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    return shown


def is_too_much(request: HttpRequest, limit: Limit, what: str) -> bool:
    return is_spent(limit, what, client_address(request), now=timezone.now())


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


def _wider(asked: QueryDict) -> QueryDict:
    """Without kind and scope: what the chips choose from."""
    other = asked.copy()
    for name in ("jenis", "lingkup", "halaman", "bahasa"):
        other.pop(name, None)
    return other


def _chips(request: HttpRequest, kinds: list[AgreementKind], counts: Counts) -> list[dict[str, Any]]:
    """All, each kind that has rows, and foreign ones, with counts under the other filters."""
    other = _wider(request.GET)
    by_kind: Counter[str] = Counter()
    for (code, _is_foreign), n in counts.items():
        by_kind[code] += n
    foreign = sum(n for (_code, is_foreign), n in counts.items() if is_foreign)
    chosen, is_foreign = request.GET.get("jenis", ""), request.GET.get("lingkup") == "luar"

    def chip(label: Any, count: int, active: bool, **more: str) -> dict[str, Any]:
        query = other.copy()
        query.update(more)
        return {"label": label, "count": count, "active": active, "tone": "", "url": f"?{query.urlencode()}"}

    chips = [chip(translation.gettext("Semua"), by_kind.total(), not chosen and not is_foreign)]
    chips += [
        chip(str(kind), by_kind[kind.code], chosen == kind.code, jenis=kind.code)
        for kind in kinds
        if kind.code in by_kind
    ]
    if foreign:
        chips.append(chip(translation.gettext("Luar negeri"), foreign, is_foreign, lingkup="luar"))
    return chips


@open_to_all
@conditional_page
def agreement_public_list(request: HttpRequest) -> HttpResponseBase:
    words = request.GET.get("q", "").strip()
    if words and is_too_much(request, SEARCHES, "public_search"):
        return too_many(request)
    today = timezone.localdate()
    kinds = list(AgreementKind.objects.order_by("position", "name"))
    units = owners()
    filters = PublicAgreementFilter(request.GET, kinds=kinds, units=units, today=today)
    counts = counts_by_kind(PublicAgreementFilter(_wider(request.GET), kinds=kinds, units=units, today=today).qs)
    total = filters.n_found(counts)
    page = page_of(with_public_facts(filters.ordered(total)), request, per_page=PER_PAGE, total=total)
    terms = terms_of(words)
    marker = Marker(terms)
    bodies = _bodies([agreement.pk for agreement in page]) if terms else {}
    percents = percents_of(page, today=today)
    rows = [
        {
            "agreement": agreement,
            "title": marker.marked(agreement.title),
            "parties": marker.marked(parties_line(agreement)),
            "number": marker.marked(agreement.number),
            "snippet": marker.snippet(bodies.get(agreement.pk, "")),
            "tone": agreement.term_state(today).tone,
            "label": agreement.term_label(today),
            "years": years_of(agreement),
            "copy": copy_of(agreement),
            "percent": percents.get(agreement.pk),
        }
        for agreement in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "filter": filters,
        "chips": _chips(request, kinds, counts),
        "words": words,
        "is_filtered": any(request.GET.get(name) for name in ("jenis", "unit", "masa", "tahun", "mitra", "lingkup")),
        "order_label": _order_label(filters),
    }
    return render(request, "partnerships/agreement_public_list.html", context)


def _order_label(filters: PublicAgreementFilter) -> Any:
    chosen = filters.form["urut"].value()
    if not chosen and filters.words.strip():
        return translation.gettext("Paling sesuai")
    return dict(ORDER_LABELS).get(chosen, ORDER_LABELS[0][1])


def _bodies(keys: list[int]) -> dict[int, str]:
    rows = AgreementText.objects.filter(pk__in=keys).values_list("pk", "public_body")
    return {pk: body[:LONGEST_TEXT] for pk, body in rows}


@open_to_all
@conditional_page
def agreement_public(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = with_tags(with_links(with_public_facts(Agreement.objects.public())))
    agreement = get_object_or_404(rows, pk=pk)
    copy = copy_of(agreement)
    text = FileText.objects.filter(pk=copy.pk).values_list("text", flat=True).first() if copy else ""
    today = timezone.localdate()
    implementation = implementations_of([agreement], today=today).get(agreement.pk)
    facts = page_facts(agreement, today=today, text=(text or "")[:20_000], implementation=implementation)
    return render(request, "partnerships/agreement_public.html", facts | {"is_mirror": False})


@open_to_all
def agreement_public_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy made for the public, only while it is shown."""
    if is_too_much(request, DOWNLOADS, "public_copy"):
        return too_many(request)
    agreement = get_object_or_404(Agreement.objects.public().select_related("publication__public_file"), pk=pk)
    copy = copy_of(agreement)
    if copy is None:
        raise Http404
    response = stored_file(str(copy.file.name), filename=copy_name(agreement), content_type="application/pdf")
    response["Content-Length"] = str(copy.size)
    response["ETag"] = f'"{copy.sha256}"'
    response["Cache-Control"] = f"public, max-age={DATA_SECONDS}"
    return response


def copy_name(agreement: Agreement) -> str:
    """Of the title: the sender's own file name may tell more than the public should read."""
    return f"{agreement.pk}-{slugify(agreement.title)[:60] or 'naskah'}.pdf"


@open_to_all
@conditional_page
def agreement_data(request: HttpRequest) -> HttpResponseBase:
    return render(request, "partnerships/agreement_data.html", {"columns": DATA_COLUMNS, "is_mirror": False})


def _absolute(name: str) -> Callable[[Agreement], str]:
    return lambda agreement: f"{settings.SITE_URL}{reverse(name, args=[agreement.pk])}"


def _data_response(request: HttpRequest, form: str, content_type: str) -> HttpResponseBase:
    if is_too_much(request, DOWNLOADS, "public_data"):
        return too_many(request)
    today = timezone.localdate()
    rows = data_rows(today=today, page=_absolute("agreement_public"), copy=_absolute("agreement_public_download"))
    lines = csv_of(rows) if form == "csv" else json_of(rows, today=today)
    return StreamingHttpResponse(
        lines,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="kerja-sama-{today}.{form}"',
            "Cache-Control": f"public, max-age={DATA_SECONDS}",
        },
    )


@open_to_all
def agreement_csv_download(request: HttpRequest) -> HttpResponseBase:
    return _data_response(request, "csv", "text/csv; charset=utf-8")


@open_to_all
def agreement_json_download(request: HttpRequest) -> HttpResponseBase:
    return _data_response(request, "json", "application/json")


@open_to_all
def agreement_schema_download(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse(data_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@open_to_all
@conditional_page
def agreement_feed_download(request: HttpRequest) -> HttpResponseBase:
    home = f"{settings.SITE_URL}{reverse('agreement_public_list')}"
    own = f"{settings.SITE_URL}{reverse('agreement_feed_download')}"
    text = feed(home=home, own=own, page=_absolute("agreement_public"))
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
