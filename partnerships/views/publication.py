"""The copy for the public and its publication: make it by drawing boxes or hand in a second PDF, look at it, publish,
withdraw."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.actions.publishing import (
    file_public_copy,
    public_copy_of,
    publish_agreement,
    redact_copy,
    withdraw_publication,
)
from partnerships.actions.refusals import Refusal
from partnerships.documents.public_copies import MAX_DRAWN_PAGES
from partnerships.forms.publication import PublicCopyForm, RedactionForm, WithdrawalForm
from partnerships.models import Agreement, AgreementFile, AgreementParty, FileKind, FileText, Publication, Submission
from partnerships.views.submissions import found_agreement, papers_context
from toolkit.uploads import UnfitFile


def agreement_publication(request: HttpRequest, pk: int) -> HttpResponse:
    """What the public would see, and what is still missing for it; POST files a second PDF as the public copy."""
    by: Any = request.user
    agreement = found_agreement(request, pk)
    form = PublicCopyForm(request.POST or None, request.FILES or None, by=by)
    if request.method == "POST" and _copy_filed(form, agreement, by):
        messages.success(request, _("Salinan untuk publik tersimpan. Periksa pratinjaunya sebelum dipublikasikan."))
        return redirect("agreement_publication", pk=pk)
    return _page(request, agreement, form, WithdrawalForm())


def _copy_filed(form: PublicCopyForm, agreement: Agreement, by: Any) -> bool:
    now = timezone.now()
    if form.is_valid() and form.upload is not None:
        try:
            file_public_copy(agreement, file=form.upload, by=by, now=now)
        except UnfitFile as problem:
            form.refuse(problem)
        else:
            form.forget_file()
            return True
    form.keep_file(now)
    return False


def _page(
    request: HttpRequest, agreement: Agreement, form: PublicCopyForm, withdrawal: WithdrawalForm, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    files = list(
        AgreementFile.objects.filter(agreement=agreement, kind__in=[FileKind.SIGNED, FileKind.PUBLIC])
        .select_related("uploaded_by")
        .order_by("-uploaded_at", "-pk")
    )
    public_copy = next((one for one in files if one.kind == FileKind.PUBLIC), None)
    submission = (
        Submission.objects.filter(agreement=agreement, verified_at__isnull=False)
        .select_related("submitted_by", "verified_by")
        .first()
    )
    publication = (
        Publication.objects.filter(agreement=agreement)
        .select_related("public_file", "published_by", "withdrawn_by")
        .first()
    )
    parties = AgreementParty.objects.filter(agreement=agreement).select_related("unit", "organization")
    shown = public_copy if public_copy and not public_copy.is_held else None
    context = papers_context(request, agreement) | {
        "form": form,
        "withdrawal": withdrawal,
        "submission": submission,
        "publication": publication,
        "is_own": submission is not None and submission.submitted_by_id == user.pk,
        "public_copy": public_copy,
        "signed": next((one for one in files if one.kind == FileKind.SIGNED and not one.is_held), None),
        "parties": parties.order_by("position", "pk"),
        "page_numbers": range(1, min(shown.n_pages, MAX_DRAWN_PAGES) + 1) if shown else [],
        "copy_text": FileText.objects.filter(file=shown).values_list("text", flat=True).first() if shown else None,
    }
    return render(request, "partnerships/agreement_publication.html", context, status=status)


def agreement_redact(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of the verified (else the newest) signed copy, on which boxes are drawn."""
    by: Any = request.user
    agreement = found_agreement(request, pk)
    source = _source_of(agreement)
    if source is None:
        raise Http404
    form = RedactionForm(request.POST or None, n_pages=source.n_pages)
    if request.method == "POST" and form.is_valid():
        try:
            redact_copy(source, boxes=form.cleaned_data["boxes"], by=by, now=timezone.now())
        except UnfitFile as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Salinan untuk publik selesai dibuat. Periksa pratinjaunya."))
            return redirect("agreement_publication", pk=pk)
    context = papers_context(request, agreement) | {
        "form": form,
        "source": source,
        "page_numbers": range(1, min(source.n_pages, MAX_DRAWN_PAGES) + 1),
        "is_too_long": source.n_pages > MAX_DRAWN_PAGES,
    }
    return render(request, "partnerships/agreement_redact.html", context)


def _source_of(agreement: Agreement) -> AgreementFile | None:
    verified = Submission.objects.filter(agreement=agreement, verified_at__isnull=False).select_related("file").first()
    if verified is not None:
        return None if verified.file.is_held else verified.file
    return agreement.signed_copies.downloadable().order_by("-uploaded_at", "-pk").first()


def agreement_publish(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    agreement = found_agreement(request, pk)
    key = request.POST.get("public_file", "")
    newest = public_copy_of(agreement)
    # what the person looked at; a newer one asks for another look
    seen = newest if newest is not None and str(newest.pk) == key else None
    try:
        publish_agreement(agreement, public_file=seen, by=by, now=timezone.now())
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Perjanjian dipublikasikan. Satker dan Kanwil menerima surel."))
    return redirect("agreement_publication", pk=pk)


def agreement_unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    agreement = found_agreement(request, pk)
    form = WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            withdraw_publication(agreement, reason=form.cleaned_data["reason"], by=by, now=timezone.now())
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Publikasi ditarik. Satker dan Kanwil menerima surel berisi alasannya."))
            return redirect("agreement_publication", pk=pk)
    return _page(request, agreement, PublicCopyForm(by=by), form)
