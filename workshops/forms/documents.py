"""Handing in a paper of a workshop."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from workshops.actions.refusals import Refusal
from workshops.forms.fields import fields_like
from workshops.models import WorkshopDocument

if TYPE_CHECKING:
    from django.core.files.base import File


class DocumentForm(forms.Form):
    """One PDF. What was found in it stays in `pdf`, so that it is read once only."""

    file = forms.FileField(
        label=_("Berkas PDF"),
        allow_empty_file=True,
        help_text=_("PDF sampai 20 MB. Disimpan apa adanya; hanya terlihat oleh penyelenggara dan biro."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    pdf: PdfFacts | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(WorkshopDocument, "kind"))
        self.order_fields(["kind", "file"])

    def clean_file(self) -> "File[Any]":
        file: File[Any] = self.cleaned_data["file"]
        try:
            self.pdf = check_pdf(file)
        except UnfitFile as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("kind", "file")
        return helper
