"""Agreements for everybody who signs in, within what each may see; officers change them in the admin panel."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.changes import changes_of_agreement
from partnerships.doubts import authority_doubts
from partnerships.filters import AgreementFilter
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementLink,
    AgreementParty,
    AgreementQuerySet,
    FocalPoint,
    FundingTerm,
    LinkKind,
    RegulationReference,
)
from partnerships.spreadsheets.agreements import write_agreements
from toolkit.paging import page_of
from units.access import Role

# A page of history shows so many steps; the panel shows them all.
MOST_CHANGES = 300


def _found(request: HttpRequest) -> AgreementFilter:
    user: Any = request.user
    agreements = Agreement.objects.visible_to(user)
    return AgreementFilter(request.GET, queryset=agreements, user=user, today=timezone.localdate())


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    filters = _found(request)
    found: AgreementQuerySet = filters.qs
    today = timezone.localdate()
    page = page_of(found, request, shown=lambda rows: rows.listed(today))
    rows = [(agreement, agreement.term_state(today).tone, agreement.term_label(today)) for agreement in page]
    return render(
        request,
        "partnerships/agreement_list.html",
        {
            "filter": filters,
            "page": page,
            "rows": rows,
            "keeps_agreements": user.is_staff,
            "may_submit": user.role != Role.LEADER,
        },
    )


@require_safe
def agreement_export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under the same filters, all pages."""
    return write_agreements(_found(request).qs, today=timezone.localdate())


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    agreements = Agreement.objects.visible_to(request.user).select_related("owner_unit", "agreement_type")
    return get_object_or_404(agreements.with_record_state(), pk=pk)


@require_safe
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    agreement = _agreement(request, pk)
    today = timezone.localdate()
    visible = Agreement.objects.visible_to(user).values("pk")
    links = AgreementLink.objects.filter(
        Q(later=agreement, earlier__in=visible) | Q(earlier=agreement, later__in=visible)
    )
    parties = list(
        AgreementParty.objects.filter(agreement=agreement)
        .select_related("unit", "organization")
        .prefetch_related(Prefetch("focal_points", FocalPoint.objects.order_by("pk")))
        .order_by("position", "pk")
    )
    return render(
        request,
        "partnerships/agreement_detail.html",
        {
            "agreement": agreement,
            "tab": "detail",
            "stage": agreement.record_state,
            "state": agreement.term_state(today),
            "state_label": agreement.term_label(today),
            "parties": parties,
            "doubts": [doubt.sentence for doubt in authority_doubts(agreement, parties)] if user.is_staff else [],
            "terms": list(FundingTerm.objects.filter(agreement=agreement).order_by("pk")),
            "copies": AgreementFile.objects.filter(agreement=agreement)
            .select_related("uploaded_by")
            .order_by("uploaded_at", "pk"),
            "tags": list(agreement.scope_tags.order_by("name").values_list("name", flat=True)),
            "regulations": list(RegulationReference.objects.filter(agreement=agreement).order_by("pk")),
            "links": [_shown(link, agreement) for link in links.select_related("earlier", "later").order_by("pk")],
            # an officer of the bureau, of a Kanwil or of a unit keeps exactly what `visible_to` lets them see
            "may_edit": user.is_staff,
            "sees_contacts": user.is_staff or user.unit_id == agreement.owner_unit_id,
        },
    )


def _shown(link: AgreementLink, here: Agreement) -> tuple[str, Agreement]:
    """A link in the words of the page it stands on, and the agreement at its other end."""
    if link.later_id == here.pk:
        return link.get_kind_display(), link.earlier
    return LinkKind(link.kind).seen_from_earlier, link.later


@require_safe
def agreement_history(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    changes = changes_of_agreement(agreement, seen=Agreement.objects.visible_to(request.user))
    return render(
        request,
        "partnerships/agreement_history.html",
        {"agreement": agreement, "tab": "history", "changes": changes[:MOST_CHANGES], "n_changes": len(changes)},
    )


@require_safe
def agreement_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed PDF byte for byte, as a download that no browser runs anything of."""
    copy = get_object_or_404(AgreementFile.objects.visible_to(request.user).downloadable(), pk=pk)
    try:
        file = default_storage.open(str(copy.file.name), "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, as_attachment=True, filename=copy.original_name, content_type="application/pdf")
    response["Content-Length"] = str(copy.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
