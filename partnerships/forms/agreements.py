"""What an officer may type about organisations, agreements, their parties and their signed copies."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementLink,
    AgreementParty,
    Classification,
    FileKind,
    FundingTerm,
    Organization,
    RegulationReference,
    ScopeTag,
)
from toolkit.one_line import one_line
from toolkit.phones import e164
from toolkit.rupiah import RupiahField
from toolkit.uploads import PdfFacts, UnfitFile, check_pdf

FOCAL_FIELDS = ("name", "job_title", "email", "whatsapp")


class OrganizationForm(forms.ModelForm[Organization]):
    class Meta:
        model = Organization
        fields = ["name", "short_name", "kind", "country", "contact_name", "contact_position", "contact_email"]
        help_texts = {
            "name": _("Nama resmi lengkap, seperti pada naskah."),
            "short_name": _("Dipakai di daftar; kosong berarti nama lengkap."),
        }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = Organization.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).first()
        if same:
            raise ValidationError(_("Instansi ini sudah tercatat sebagai %(name)s."), params={"name": same.name})
        return name


class MergeForm(forms.Form):
    """Which organisation stays, by its name as the register writes it."""

    into = forms.CharField(
        label=_("Instansi yang dipakai"), max_length=200, help_text=_("Nama atau singkatannya, persis.")
    )

    def __init__(self, *args: Any, gone: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gone = gone

    def clean_into(self) -> Organization:
        name = " ".join(self.cleaned_data["into"].split())
        others = Organization.objects.exclude(pk=self.gone.pk)
        found = list(others.filter(Q(name__iexact=name) | Q(short_name__iexact=name)).order_by("pk")[:2])
        if not found:
            raise ValidationError(_("Tidak ada instansi lain dengan nama ini."))
        if len(found) > 1:
            raise ValidationError(_("Lebih dari satu instansi memakai singkatan ini; tulis nama lengkapnya."))
        return found[0]


class AgreementForm(forms.ModelForm[Agreement]):
    until_ended = forms.BooleanField(
        label=_("Berlaku sampai diakhiri"),
        required=False,
        help_text=_("Centang bila naskah tidak menyebut tanggal akhir."),
    )
    is_correction = False
    correction_reason = forms.CharField(
        label=_("Alasan koreksi"),
        max_length=100,
        validators=[one_line],
        help_text=_("Tersimpan dalam riwayat di samping apa yang dibetulkan."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    class Meta:
        model = Agreement
        fields = [
            "agreement_type",
            "title",
            "number",
            "is_foreign",
            "level",
            "owner_unit",
            "signed_on",
            "signed_at_place",
            "effective_from",
            "effective_until",
            "renews_itself",
            "scope_tags",
            "scope",
            "classification",
            "classification_reason",
        ]
        widgets = {
            "scope_tags": forms.CheckboxSelectMultiple,
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "scope": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 5}),
        }
        help_texts = {
            "number": _("Nomor yang dipakai unit pemilik. Nomor pihak lain diisi pada daftar pihak."),
            "owner_unit": _("Ketik nama satuan kerja, lalu pilih."),
            "signed_on": _("Wajib bila salinan naskah bertanda tangan disimpan."),
            "effective_from": _("Kosong selama naskah masih dibahas."),
            "effective_until": "",
            "level": _("Pihak kita yang membuat perjanjian; kosong berarti menurut unit pemilik."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreement = self.instance
        if not self.is_correction:
            self.fields.pop("correction_reason", None)
        if "agreement_type" in self.fields:
            kinds: Any = self.fields["agreement_type"]
            kinds.queryset = AgreementKind.objects.filter(
                Q(is_active=True) | Q(pk=agreement.agreement_type_id)
            ).order_by("position", "name")
        if "scope_tags" in self.fields:
            tags: Any = self.fields["scope_tags"]
            tags.queryset = (
                ScopeTag.objects.filter(Q(is_active=True) | Q(agreements=agreement.pk or 0)).distinct().order_by("name")
            )
        if agreement.pk and "until_ended" in self.fields:
            self.initial["until_ended"] = agreement.effective_from is not None and agreement.effective_until is None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("effective_from"), cleaned.get("effective_until")
        if first and last and last < first:
            self.add_error("effective_until", _("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."))
        if last and not first and "effective_from" not in self.errors:
            self.add_error("effective_from", _("Isi tanggal mulai berlaku, karena tanggal akhirnya sudah diisi."))
        if "effective_until" in self.fields and "effective_until" not in self.errors:
            endless = cleaned.get("until_ended")
            if endless and last:
                self.add_error("until_ended", _("Kosongkan tanggal akhir, atau hapus centang ini."))
            if first and not last and not endless:
                self.add_error("effective_until", _("Isi tanggal akhir, atau centang berlaku sampai diakhiri."))
        closed = cleaned.get("classification") not in {None, "", Classification.PUBLIC}
        if closed and not cleaned.get("classification_reason") and "classification_reason" not in self.errors:
            self.add_error("classification_reason", _("Tulis alasan mengapa naskah ini tidak terbuka untuk publik."))
        return cleaned


class PartyForm(forms.ModelForm[AgreementParty]):
    """A party with the person to ask on its side."""

    focal_name = forms.CharField(label=_("Narahubung"), max_length=150, required=False, validators=[one_line])
    focal_job_title = forms.CharField(
        label=_("Jabatan narahubung"), max_length=150, required=False, validators=[one_line]
    )
    focal_email = forms.EmailField(label=_("Surel narahubung"), required=False)
    focal_whatsapp = forms.CharField(label=_("WhatsApp narahubung"), max_length=30, required=False)

    class Meta:
        model = AgreementParty
        fields = [
            "position",
            "unit",
            "organization",
            "party_number",
            "signatory_name",
            "signatory_position",
            "signing_capacity",
            "signed_on",
            "rights",
            "duties",
        ]
        widgets = {
            "rights": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
            "duties": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
        }
        help_texts = {
            "position": _("Kosong berarti urutan berikutnya."),
            "unit": _("Untuk pihak dari lingkungan kita; kosongkan instansi luar."),
            "organization": _("Untuk pihak dari luar; kosongkan satuan kerja."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The formset numbers a party whose place was left empty.
        self.fields["position"].required = False
        if not self.instance.pk:
            self.initial["position"] = None
            return
        person = next(iter(self.instance.focal_points.all()), None)
        for name in FOCAL_FIELDS if person else ():
            self.initial[f"focal_{name}"] = getattr(person, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit, organization = cleaned.get("unit"), cleaned.get("organization")
        if unit and organization:
            self.add_error("organization", _("Satu pihak adalah satuan kerja atau instansi luar, bukan keduanya."))
        elif not unit and not organization and not {"unit", "organization"} & set(self.errors):
            self.add_error("unit", _("Pilih satuan kerja atau instansi luar untuk pihak ini."))
        others = any(cleaned.get(f"focal_{name}") for name in FOCAL_FIELDS if name != "name")
        if others and not cleaned.get("focal_name") and "focal_name" not in self.errors:
            self.add_error("focal_name", _("Tulis nama narahubungnya."))
        return cleaned

    @property
    def focal_point(self) -> dict[str, str]:
        """Who is asked on this side, as typed."""
        return {name: self.cleaned_data.get(f"focal_{name}", "") for name in FOCAL_FIELDS}

    def clean_focal_whatsapp(self) -> str:
        try:
            return e164(self.cleaned_data["focal_whatsapp"])
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem


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


PartyFormSetBase = forms.models.BaseInlineFormSet[AgreementParty, Agreement, forms.ModelForm[AgreementParty]]


class PartyFormSet(PartyFormSetBase):
    def clean(self) -> None:
        """Gives the next free place to parties that name none."""
        filled = [
            form
            for form in self.forms
            if (form.has_changed() or form.instance.pk) and form.is_valid() and not form.cleaned_data.get("DELETE")
        ]
        without_place = [form for form in filled if not form.cleaned_data.get("position")]
        taken = {form.cleaned_data["position"] for form in filled if form.cleaned_data.get("position")}
        if without_place:
            taken |= self._places_of_others()
        for form in without_place:
            place = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(place)
            form.cleaned_data["position"] = form.instance.position = place
        super().clean()
        if self.instance.signed_on:
            for form in filled:
                lacks = not form.cleaned_data.get("signatory_name") and "signatory_name" not in form.errors
                if lacks and not getattr(form, "is_locked", False):
                    form.add_error(
                        "signatory_name", _("Tulis penanda tangan pihak ini, karena perjanjian sudah ditandatangani.")
                    )

    def _places_of_others(self) -> set[int]:
        """Places of parties that this form does not show: somebody saved them after it was opened."""
        if not self.instance.pk:
            return set()
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        return set(self.instance.parties.exclude(pk__in=shown).values_list("position", flat=True))


class FileForm(forms.ModelForm[AgreementFile]):
    """One PDF. What was found in it stays in `facts`, so that it is read once only."""

    file = forms.FileField(
        label=_("Berkas PDF"),
        allow_empty_file=True,
        help_text=_("PDF sampai 20 MB. Naskah bertanda tangan disimpan apa adanya."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    facts: PdfFacts | None = None

    class Meta:
        model = AgreementFile
        fields = ["kind", "file"]

    def clean_file(self) -> "File[Any]":
        file: File[Any] = self.cleaned_data["file"]
        try:
            self.facts = check_pdf(file)
        except UnfitFile as problem:
            raise ValidationError(str(problem)) from problem
        return file


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


class RowFormSet(forms.models.BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]):
    """Rows of a table whose box that takes one out says which."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            row = str(form.instance) if form.instance.pk else _("baris baru")
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Hapus %(row)s") % {"row": row}


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
