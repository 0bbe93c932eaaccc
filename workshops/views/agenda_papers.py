"""The rundown to print and to keep: PDF and DOCX of a version or of the draft."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify

from toolkit.papers.word import CONTENT_TYPE
from workshops.actions.releases import draft_lines, newest_release
from workshops.documents.agenda import AgendaPaper, agenda_docx, agenda_pdf
from workshops.models import AgendaRelease, Workshop

DRAFT = "rancangan"


def _paper(request: HttpRequest, pk: int) -> AgendaPaper:
    """`?versi=2` that version, `?versi=rancangan` the draft for those who may edit it, else the newest version; where
    nothing was released yet, editors get the draft."""
    rows = Workshop.objects.visible_to(request.user).select_related(
        "organizer_unit__parent", "host_unit", "person_in_charge"
    )
    workshop = get_object_or_404(rows, pk=pk)
    asked, can_edit = request.GET.get("versi", ""), workshop.is_editable_by(request.user)
    release = _asked_release(workshop, asked)
    if release is None and not can_edit:
        raise Http404
    today = timezone.localdate(timezone=workshop.zone)
    return AgendaPaper(workshop, release.lines if release else draft_lines(workshop), release, today)


def _asked_release(workshop: Workshop, asked: str) -> AgendaRelease | None:
    if asked == DRAFT:
        return None
    if not asked:
        return newest_release(workshop)
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    found: AgendaRelease = get_object_or_404(workshop.agenda_releases.all(), number=number)
    return found


def _file(content: bytes, paper: AgendaPaper, ending: str, content_type: str) -> HttpResponse:
    which = f"versi-{paper.release.number}" if paper.release else DRAFT
    name = f"susunan-acara-{slugify(paper.workshop.title)[:60]}-{which}.{ending}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def agenda_pdf_download(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    return _file(agenda_pdf(paper), paper, "pdf", "application/pdf")


def agenda_docx_download(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    return _file(agenda_docx(paper), paper, "docx", CONTENT_TYPE)
