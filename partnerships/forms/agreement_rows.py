"""What an officer may type below an agreement: funding terms, regulations, links."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import AgreementLink, FundingTerm, RegulationReference
from toolkit.rupiah import RupiahField


class FundingTermForm(forms.ModelForm[FundingTerm]):
    ceiling = RupiahField(
        required=False,
        label=_("Batas jumlah"),
        help_text=_("Untuk seluruh kegiatan di bawah perjanjian ini; kosong berarti tanpa batas."),
    )

    class Meta:
        model = FundingTerm
        fields = ["cost", "account_prefix", "ceiling", "currency", "needs_consent", "note"]


class RegulationForm(forms.ModelForm[RegulationReference]):
    class Meta:
        model = RegulationReference
        fields = ["title", "url"]
        widgets = {"title": forms.TextInput(attrs={"class": "vLargeTextField"})}
        help_texts = {"title": _("Misalnya: Permenkumham 65 Tahun 2016.")}


class LinkForm(forms.ModelForm[AgreementLink]):
    class Meta:
        model = AgreementLink
        fields = ["kind", "earlier"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        earlier = cleaned.get("earlier")
        if earlier and self.instance.later_id and earlier.pk == self.instance.later_id:
            self.add_error("earlier", _("Sebuah perjanjian tidak dapat dihubungkan dengan dirinya sendiri."))
        return cleaned


class RowFormSet(forms.models.BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]):
    """Rows of a table whose box that takes one out says which."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            row = str(form.instance) if form.instance.pk else _("baris baru")
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Hapus %(row)s") % {"row": row}
