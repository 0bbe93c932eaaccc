"""The owner's pages of long work; they work by reloading, and by themselves where there is JavaScript."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.actions import cancel_job
from jobs.models import Job
from jobs.registry import KindIsUnknown, kind_of
from toolkit.downloads import stored_file
from toolkit.paging import page_of
from units.login import lately_signed_in_for_file


@dataclass(frozen=True)
class ShownJob:
    """A job with what its kind says of it."""

    job: Job
    label: str
    back: str
    has_file: bool


def _shown(job: Job, user: Any) -> ShownJob:
    try:
        kind = kind_of(job.kind)
    except KindIsUnknown:
        return ShownJob(job, job.kind, "", has_file=False)
    return ShownJob(job, str(kind.label), kind.back(job), has_file=bool(job.result) and kind.allows(user))


def job_list(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user).order_by("-pk")
    page = page_of(jobs, request, per_page=20)
    return render(request, "jobs/job_list.html", {"page": page, "rows": [_shown(job, request.user) for job in page]})


def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; for htmx, which asks again while it is open, only the card."""
    row = _shown(get_object_or_404(Job.objects.visible_to(request.user), pk=pk), request.user)
    template = "jobs/partials/job.html" if getattr(request, "htmx", False) else "jobs/job_detail.html"
    return render(request, template, {"row": row})


def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    cancel_job(job, now=timezone.now())
    messages.success(request, _("Pekerjaan dibatalkan; yang sedang berjalan berhenti pada langkah berikutnya."))
    return redirect("job_detail", pk=job.pk)


def job_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The result, to its owner only and while the owner still may have it."""
    job = get_object_or_404(Job.objects.visible_to(request.user).with_result(), pk=pk)
    try:
        kind = kind_of(job.kind)
    except KindIsUnknown as unknown:
        raise Http404 from unknown
    if not kind.allows(request.user):
        raise Http404
    return (_sensitive_file if kind.is_sensitive else _file)(request, pk=job.pk)


def _file(request: HttpRequest, pk: int) -> HttpResponseBase:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    response = stored_file(job.result, filename=job.result_name, content_type="application/octet-stream")
    response["Content-Length"] = str(job.result_size)
    return response


_sensitive_file = lately_signed_in_for_file("job_detail")(_file)
