"""Papers of a workshop: handed in, read, taken back."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions.documents import discard_document, file_document
from workshops.actions.refusals import Refusal
from workshops.forms.documents import DocumentForm
from workshops.models import Workshop, WorkshopDocument
from workshops.views.head import head_context


def document_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    rows = Workshop.objects.editable_by(by).select_related("organizer_unit", "host_unit")
    workshop = get_object_or_404(rows, pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("jenis")})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            document = file_document(
                workshop, kind=cleaned["kind"], file=cleaned["file"], facts=form.pdf, by=by, now=timezone.now()
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("“%(name)s” tersimpan.") % {"name": document.original_name})
            return redirect("workshop_detail", pk=workshop.pk)
    context = head_context(request, workshop, "summary") | {"form": form}
    return render(request, "workshops/document_form.html", context)


def document_download(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """The PDF byte for byte, as a download that no browser runs anything of."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=pk)
    rows = WorkshopDocument.objects.visible_to(request.user).filter(workshop=workshop)
    document = get_object_or_404(rows, pk=document_pk)
    try:
        file = default_storage.open(str(document.file.name), "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, as_attachment=True, filename=document.original_name, content_type="application/pdf")
    response["Content-Length"] = str(document.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def document_remove(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = get_object_or_404(Workshop.objects.editable_by(by), pk=pk)
    document = get_object_or_404(workshop.documents, pk=document_pk)
    discard_document(document, by=by, now=timezone.now())
    messages.success(request, _("“%(name)s” dihapus.") % {"name": document.original_name})
    return redirect("workshop_detail", pk=pk)
