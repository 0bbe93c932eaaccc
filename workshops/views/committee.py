"""The committee of a workshop, its decree, and the list as a paper."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from toolkit.downloads import stored_file
from toolkit.papers.word import CONTENT_TYPE as WORD
from workshops.actions.committee import save_committee, save_decree
from workshops.actions.refusals import Refusal
from workshops.documents.committee import committee_pdf, committee_word
from workshops.forms.people import DecreeForm, MemberFormSet, accounts_for, member_rows
from workshops.models import CommitteeDecree, CommitteeMember, Workshop
from workshops.versions import version_of_committee
from workshops.views.head import head_context


def _editable(request: HttpRequest, pk: int) -> Workshop:
    rows = Workshop.objects.editable_by(request.user).select_related("organizer_unit", "host_unit")
    return get_object_or_404(rows, pk=pk)


def committee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    members = list(workshop.committee.order_by("place"))
    formset = MemberFormSet(
        request.POST or None,
        prefix="members",
        initial=member_rows(members),
        form_kwargs={"people": accounts_for(by, members)},
    )
    problem = ""
    if request.method == "POST" and formset.is_valid():
        try:
            save_committee(
                workshop,
                members=formset.members(),
                version=request.POST.get("version"),
                by=by,
                now=timezone.now(),
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Susunan panitia tersimpan."))
            return redirect("workshop_people", workshop.pk)
    context = {
        **head_context(request, workshop, "people"),
        "formset": formset,
        "problem": problem,
        "version": request.POST.get("version") or version_of_committee(workshop),
    }
    return render(request, "workshops/committee_edit.html", context)


def decree_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    workshop = _editable(request, pk)
    decree = CommitteeDecree.objects.filter(workshop=workshop).first()
    subject = _("Pembentukan Panitia %(title)s") % {"title": workshop.title}
    form = DecreeForm(request.POST or None, request.FILES or None, decree=decree, subject=subject[:300])
    if request.method == "POST" and form.is_valid():
        save_decree(
            workshop,
            facts=form.facts(),
            file=form.cleaned_data["file"],
            file_facts=form.file_facts,
            by=by,
            now=timezone.now(),
        )
        messages.success(request, _("SK panitia tersimpan."))
        return redirect("workshop_people", workshop.pk)
    context = {**head_context(request, workshop, "people"), "form": form, "decree": decree}
    return render(request, "workshops/decree_edit.html", context)


def decree_download(request: HttpRequest, pk: int) -> FileResponse:
    """The signed decree byte for byte."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=pk)
    decree = get_object_or_404(CommitteeDecree.objects.visible_to(request.user), workshop=workshop)
    name = decree.original_name or "sk.pdf"
    return stored_file(str(decree.file.name or ""), filename=name, content_type="application/pdf")


def _listed(request: HttpRequest, pk: int) -> tuple[Workshop, list[CommitteeMember], CommitteeDecree | None]:
    workshop = _editable(request, pk)
    members = list(workshop.committee.select_related("unit").order_by("place"))
    return workshop, members, CommitteeDecree.objects.filter(workshop=workshop).first()


def committee_pdf_download(request: HttpRequest, pk: int) -> HttpResponse:
    workshop, members, decree = _listed(request, pk)
    return _paper(
        committee_pdf(workshop, members, decree), f"panitia-{slugify(workshop.title)[:60]}.pdf", "application/pdf"
    )


def committee_word_download(request: HttpRequest, pk: int) -> HttpResponse:
    workshop, members, decree = _listed(request, pk)
    return _paper(committee_word(workshop, members, decree), f"panitia-{slugify(workshop.title)[:60]}.docx", WORD)


def _paper(content: bytes, filename: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
