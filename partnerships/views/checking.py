"""The Kanwil's side: look at the pages, tick the list, verify or give back; and the queue of all that waits."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.actions.refusals import Refusal
from partnerships.actions.submissions import IsAnsweredAlready, return_submission, verify_submission
from partnerships.filters import STEPS, SubmissionFilter
from partnerships.forms.submissions import CheckForm
from partnerships.models import AgreementParty, Submission, remember_copies, submissions
from partnerships.views.submissions import found_agreement, papers_context
from toolkit.paging import page_of
from units.access import Role

# Pages of a copy that are shown beside the checklist; the rest is in the file.
PAGES_SHOWN = 40


def agreement_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The open submission of an agreement. What was answered meanwhile is said, and leads back to the tab."""
    by: Any = request.user
    agreement = found_agreement(request, pk)
    rows = Submission.objects.filter(agreement=agreement).select_related("file", "submitted_by")
    submission = rows.waiting().first()
    if submission is None:
        messages.info(request, str(IsAnsweredAlready.sentence) if request.method == "POST" else _nothing_waits())
        return redirect("agreement_papers", pk=pk)
    form = CheckForm(request.POST or None, initial={"submission": submission.pk})
    if request.method == "POST" and form.is_valid() and _answered(request, form, submission):
        return redirect("submission_queue")
    parties = AgreementParty.objects.filter(agreement=agreement).select_related("unit", "organization")
    context = papers_context(request, agreement) | {
        "submission": submission,
        "copy": submission.file,
        "form": form,
        "is_own": submission.submitted_by_id == by.pk,
        "is_late": submission.due_on < timezone.localdate(),
        "today": timezone.localdate(),
        "parties": parties.order_by("position", "pk"),
        "page_numbers": range(1, min(submission.file.n_pages, PAGES_SHOWN) + 1),
        "n_hidden_pages": max(0, submission.file.n_pages - PAGES_SHOWN),
    }
    return render(request, "partnerships/agreement_check.html", context)


def _nothing_waits() -> str:
    return _("Tidak ada salinan naskah yang menunggu pemeriksaan pada perjanjian ini.")


def _answered(request: HttpRequest, form: CheckForm, shown: Submission) -> bool:
    """Verifies or returns what the person looked at; a copy handed in since then is another one."""
    by: Any = request.user
    now, cleaned = timezone.now(), form.cleaned_data
    try:
        if cleaned["submission"] != shown.pk:
            raise IsAnsweredAlready
        if request.POST.get("answer") == "return":
            return_submission(shown, reason=cleaned["reason"], ticked=list(cleaned["points"]), by=by, now=now)
            messages.success(request, _("Naskah dikembalikan. Satker menerima surel berisi alasannya."))
        else:
            verify_submission(shown, ticked=list(cleaned["points"]), by=by, now=now)
            messages.success(request, _("Naskah diverifikasi. Satker dan Biro menerima surel."))
    except Refusal as problem:
        form.refuse(problem)
        return False
    return True


@require_safe
def submission_queue(request: HttpRequest) -> HttpResponse:
    """What waits for a hand, the oldest and so the latest first."""
    user: Any = request.user
    today = timezone.localdate()
    visible = Submission.objects.visible_to(user)
    step = request.GET.get("langkah") or ("semua" if user.role == Role.LEADER else "saya")
    filters = SubmissionFilter(request.GET, queryset=visible, user=user, today=today, step=step)
    parties = AgreementParty.objects.filter(organization__isnull=False).select_related("organization")
    rows = (
        filters.qs.select_related("agreement__owner_unit", "agreement__agreement_type", "file", "submitted_by")
        .prefetch_related(Prefetch("agreement__parties", parties.order_by("position", "pk"), to_attr="partners"))
        .order_by(Coalesce("verified_at", "submitted_at"), "pk")
    )
    page = page_of(rows, request)
    counts = visible.order_by().aggregate(
        periksa=Count("pk", filter=submissions.WAITING),
        publikasi=Count("pk", filter=submissions.UNPUBLISHED),
        terlambat=Count("pk", filter=submissions.late(today)),
        dikembalikan=Count("pk", filter=Q(pk__in=visible.returned_last().values("pk"))),
        saya=Count("pk", filter=submissions.waiting_for(user)),
    )
    remember_copies(user, counts["saya"], counts["terlambat"])
    if user.role == Role.LEADER:
        del counts["saya"]
    counts["semua"] = counts["periksa"] + counts["publikasi"]
    query = request.GET.copy()
    chips = []
    for name, label in STEPS:
        if name in counts:
            query["langkah"] = name
            query.pop("halaman", None)
            chips.append(
                {"label": label, "url": f"?{query.urlencode()}", "active": name == step, "count": counts[name]}
            )
    context = {
        "page": page,
        "rows": [(row, row.due_on < today and row.returned_at is None) for row in page],
        "filter": filters,
        "chips": chips,
        "step": step,
        "today": today,
        "may_check": user.role != Role.LEADER,
    }
    return render(request, "partnerships/submission_queue.html", context)
