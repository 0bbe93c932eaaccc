"""Files handed in at the desk, and those already filed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from partnerships.models import Agreement, AgreementFile, FileKind
from toolkit.kept_files import kept_file
from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from toolkit.xlsx import SheetIsRefused


class FileForm(forms.ModelForm[AgreementFile]):
    """One PDF, kept for its sender while the form comes back. What was found in it stays in `facts`, so that it is read
    once only."""

    # A copy for the public is made on its own page, which clears it of what tells too much.
    kind = forms.ChoiceField(
        label=_("Jenis berkas"),
        choices=[(kind.value, kind.label) for kind in FileKind if kind != FileKind.PUBLIC],
        initial=FileKind.SIGNED,
    )
    file = forms.FileField(
        label=_("Berkas PDF"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF sampai 20 MB. Naskah bertanda tangan disimpan apa adanya."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    kept = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    user_id = 0
    upload: "File[Any] | None" = None
    facts: PdfFacts | None = None

    class Meta:
        model = AgreementFile
        fields = ["kind", "file"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "file" in self.errors:
            return cleaned
        try:
            self.upload, self.kept_token = kept_file(self, user_id=self.user_id)
            if self.upload is None:
                self.add_error("file", _("Pilih berkas PDF."))
            else:
                self.facts = check_pdf(self.upload)
        except UnfitFile as problem:
            self.add_error("file", str(problem))
        except SheetIsRefused:
            self.add_error("file", _("Berkas yang tadi dipilih sudah tidak tersimpan. Pilih berkasnya sekali lagi."))
        return cleaned


FileFormSetBase = forms.models.BaseInlineFormSet[AgreementFile, Agreement, forms.ModelForm[AgreementFile]]


class NewFileFormSet(FileFormSetBase):
    @classmethod
    def get_default_prefix(cls) -> str:
        return "new_files"

    def clean(self) -> None:
        """No file twice, and a signed text needs the day it was signed."""
        super().clean()
        new = [(form, form.facts) for form in self.forms if isinstance(form, FileForm) and form.facts]
        seen = set(self.instance.files.values_list("sha256", flat=True)) if new and self.instance.pk else set()
        for form, facts in new:
            if facts.sha256 in seen:
                form.add_error("file", _("Berkas yang sama sudah tersimpan pada perjanjian ini."))
            seen.add(facts.sha256)
        signed = any(form.cleaned_data.get("kind") == FileKind.SIGNED for form, _facts in new)
        if signed and not self.instance.signed_on:
            raise ValidationError(
                _("Isi tanggal tanda tangan perjanjian, karena salinan naskah bertanda tangan disimpan.")
            )


class FiledFormSet(FileFormSetBase):
    """Copies already filed: nothing to type, and each box that takes one back says which."""

    def total_form_count(self) -> int:
        """No more than are filed, whatever number was posted: a further row would have nothing to show."""
        return min(super().total_form_count(), self.initial_form_count())

    def add_fields(self, form: forms.ModelForm[AgreementFile], index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            label = _("Hapus salinan %(name)s") % {"name": form.instance.original_name}
            form.fields["DELETE"].widget.attrs["aria-label"] = label
