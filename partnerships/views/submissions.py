"""Handing in a signed copy: a short form for a new record, and the tab of a record with what was handed in so far."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.actions.files import FileIsKnown
from partnerships.actions.refusals import Refusal
from partnerships.actions.submissions import submit_copy, submit_filed_copy, submit_new_agreement
from partnerships.documents.public_copies import PageIsMissing, page_picture
from partnerships.forms.known_records import CompletionForm, ReturnedForm
from partnerships.forms.submissions import SubmissionForm
from partnerships.models import Agreement, AgreementFile, FileKind, Organization, Publication, Submission
from toolkit.uploads import UnfitFile
from units.access import EDITS_ALL, Role
from units.models import Unit, User

PARTNERS_SHOWN = 10


def found_agreement(request: HttpRequest, pk: int) -> Agreement:
    """One that the reader may see, with its state of record; else 404."""
    rows = Agreement.objects.visible_to(request.user).with_record_state()
    return get_object_or_404(rows.select_related("owner_unit", "agreement_type"), pk=pk)


def agreement_submit(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    units = Unit.objects.editable_by(by).open_on(timezone.localdate())
    form = SubmissionForm(
        request.POST or None, request.FILES or None, by=by, units=units, partners_url=reverse("agreement_partners")
    )
    form.today = timezone.localdate()
    if request.method == "POST":
        submission = _handed_in(form, by)
        if submission is not None:
            messages.success(request, _("Salinan naskah diserahkan. Anda akan menerima surel begitu diperiksa."))
            return redirect("agreement_papers", pk=submission.agreement_id)
    return render(request, "partnerships/agreement_submit.html", {"form": form})


def _handed_in(form: SubmissionForm, by: User) -> Submission | None:
    """The new submission, or None with the form ready to go back: typed words, choices and the file stay."""
    now = timezone.now()
    if form.is_valid() and form.upload is not None:
        owner = form.owner_of(form.cleaned_data)
        try:
            if owner is not None:
                made = submit_new_agreement(
                    owner,
                    deed=form.deed(),
                    file=form.upload,
                    facts=form.facts,
                    note=form.cleaned_data["note"],
                    by=by,
                    now=now,
                )
                form.forget_file()
                return made
        except (Refusal, UnfitFile) as problem:
            form.refuse(problem)
    form.keep_file(now)
    return None


@require_safe
def agreement_partners(request: HttpRequest) -> HttpResponse:
    """Names of organisations that match what is being typed, as options of a datalist."""
    text = " ".join(request.GET.get("partner", "").replace("\0", " ").split())[:100]
    rows = Organization.objects.filter(name__icontains=text) if len(text) > 1 else Organization.objects.none()
    context = {"organizations": rows.order_by("name", "pk")[:PARTNERS_SHOWN]}
    return render(request, "partnerships/partials/partner_options.html", context)


def agreement_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in, what was said about it, and the form for the next copy."""
    by: Any = request.user
    agreement = found_agreement(request, pk)
    submissions = list(
        Submission.objects.filter(agreement=agreement)
        .select_related("file", "submitted_by", "returned_by", "verified_by")
        .order_by("-submitted_at", "-pk")
    )
    is_open = by.role != Role.LEADER and all(one.returned_at is not None for one in submissions)
    filed = _filed_copy(request, agreement)
    data = (request.POST or None, request.FILES or None)
    said: dict[str, Any] = {"by": by, "agreement": agreement, "today": timezone.localdate(), "filed": filed}
    if submissions:
        form: CompletionForm = ReturnedForm(*data, **said, partners_url=reverse("agreement_partners"))
    else:
        form = CompletionForm(*data, **said)
    if request.method == "POST":
        if not is_open:
            messages.error(
                request, _("Salinan naskah perjanjian ini sudah diserahkan dan sedang atau sudah diperiksa.")
            )
            return redirect("agreement_papers", pk=pk)
        if _copy_handed_in(agreement, form, filed, submissions[0].file if submissions else None, by):
            messages.success(request, _("Salinan naskah diserahkan. Anda akan menerima surel begitu diperiksa."))
            return redirect("agreement_papers", pk=pk)
    context = papers_context(request, agreement) | {
        "submissions": submissions,
        "form": form if is_open else None,
        "filed": _filed_and_unsubmitted(agreement, submissions) if is_open else [],
        "publication": Publication.objects.filter(agreement=agreement)
        .select_related("public_file", "published_by", "withdrawn_by")
        .first(),
    }
    return render(request, "partnerships/agreement_papers.html", context)


def papers_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """The head of every page about the copies of one agreement."""
    user: Any = request.user
    return {
        "agreement": agreement,
        "state": agreement.record_state,
        "tab": "papers",
        "may_check": user.role in EDITS_ALL or user.role == Role.REGIONAL_ADMIN,
        "may_publish": user.role in EDITS_ALL,
    }


def _filed_and_unsubmitted(agreement: Agreement, submissions: list[Submission]) -> list[AgreementFile]:
    sent = [one.file_id for one in submissions]
    return list(agreement.signed_copies.downloadable().exclude(pk__in=sent).order_by("-uploaded_at", "-pk")[:5])


def _filed_copy(request: HttpRequest, agreement: Agreement) -> AgreementFile | None:
    """The stored copy whose button was pressed, if any was; 404 for one that is none of this agreement."""
    key = request.POST.get("filed")
    if key is None:
        return None
    return get_object_or_404(
        agreement.signed_copies.downloadable(), pk=int(key) if key.isdecimal() and len(key) < 19 else 0
    )


def _copy_handed_in(
    agreement: Agreement,
    form: CompletionForm,
    filed: AgreementFile | None,
    returned: AgreementFile | None,
    by: User,
) -> bool:
    """Whether the copy that was pressed, else the one chosen, else the one that was returned is handed in; if not, the
    form is ready to go back."""
    now = timezone.now()
    if form.is_valid():
        said: dict[str, Any] = {"note": form.cleaned_data["note"]}
        if isinstance(form, ReturnedForm):
            said["correction"] = form.correction()
        else:
            said["completion"] = form.completion()
        try:
            if filed is None and form.upload is not None:
                submit_copy(agreement, file=form.upload, facts=form.facts, **said, by=by, now=now)
                form.forget_file()
                return True
            if stored := filed or returned:
                submit_filed_copy(stored, **said, by=by, now=now)
                return True
        except (Refusal, UnfitFile, FileIsKnown) as problem:
            form.refuse(problem)
    form.keep_file(now)
    return False


@require_safe
def agreement_page(request: HttpRequest, pk: int, file_pk: int, number: int) -> HttpResponse:
    """One page of a file as a picture; nothing of a file that the scanner holds."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    rows = AgreementFile.objects.downloadable().filter(agreement=agreement)
    copy = get_object_or_404(rows, pk=file_pk, kind__in=[FileKind.SIGNED, FileKind.PUBLIC])
    try:
        with default_storage.open(str(copy.file.name), "rb") as file:
            picture = page_picture(file.read(), number)
    except (FileNotFoundError, PageIsMissing) as missing:
        raise Http404 from missing
    response = HttpResponse(picture, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
