"""What a planner may type about a speaker, and how one was judged."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models import Organization
from toolkit.phones import e164
from toolkit.pictures import plain_photo
from toolkit.uploads import UnfitFile
from units.forms.picker import UnitChoiceField
from units.models import User
from workshops.actions.speakers import SpeakerFacts, likely_same
from workshops.forms.fields import fields_like, order_as_shown
from workshops.forms.pickers import ORGANIZATIONS, PickField
from workshops.models import Speaker, SpeakerScore, Workshop

FACTS = [
    "name",
    "is_organization",
    "position",
    "email",
    "whatsapp",
    "alias",
    "field_of_expertise",
    "biography",
    "honorarium_grade",
    "notes",
]


class PhotoField(forms.FileField):
    """A photo; its cleaned value are the bytes to keep, drawn anew and small."""

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(required=False, widget=widget, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return plain_photo(file)
        except UnfitFile as unfit:
            raise ValidationError(str(unfit)) from unfit


class SpeakerForm(forms.Form):
    unit = UnitChoiceField(
        required=False, label=pgettext_lazy("satu", "Satuan kerja"), help_text=_("Untuk narasumber dari dalam.")
    )
    organization = PickField(
        source=ORGANIZATIONS,
        queryset=Organization.objects.all(),
        required=False,
        label=_("Instansi luar"),
        help_text=_("Untuk narasumber dari luar."),
    )
    photo = PhotoField(
        label=_("Foto"), help_text=_("JPG, PNG, atau WebP sampai 5 MB; disimpan kecil dan tanpa data lokasi.")
    )
    drops_photo = forms.BooleanField(required=False, label=_("Hapus foto yang sekarang"))
    is_another = forms.BooleanField(
        required=False, label=_("Ini orang atau lembaga lain; simpan sebagai data tersendiri")
    )
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, speaker: Speaker | None = None, **kwargs: Any) -> None:
        self.by, self.speaker = by, speaker
        self.likely_same: list[Speaker] = []
        if speaker is not None:
            first = {name: getattr(speaker, name) for name in FACTS}
            first |= {"unit": speaker.unit_id, "organization": speaker.organization_id}
            kwargs["initial"] = first | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Speaker, *FACTS))
        self.fields["name"].help_text = _("Dengan gelar, seperti akan tertulis pada rundown.")
        self.fields["is_organization"].help_text = _("Misalnya tim atau lembaga yang menugaskan orangnya nanti.")
        self.fields["position"].help_text = _("Jabatan sekarang; sesi yang sudah ada menyimpan jabatan pada saat itu.")
        self.fields["email"].help_text = _("Undangan, pengingat, dan perubahan jadwal dikirim ke alamat ini.")
        self.fields["biography"].help_text = _("Sampai 1.000 huruf; narasumber dapat menulisnya sendiri lewat tautan.")
        self.fields["biography"].widget.attrs["rows"] = 5
        self.fields["notes"].help_text = _("Hanya untuk penyelenggara.")
        self.fields["notes"].widget.attrs["rows"] = 3
        self.fields["honorarium_grade"].help_text = _("Menentukan tarif honorarium menurut standar biaya.")
        if speaker is None or not speaker.photo:
            del self.fields["drops_photo"]
        order_as_shown(self)

    def clean_whatsapp(self) -> str:
        try:
            return e164(self.cleaned_data["whatsapp"])
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("unit") and cleaned.get("organization"):
            self.add_error("organization", _("Pilih satu saja: satuan kerja atau instansi luar."))
        if not self.errors and not cleaned.get("is_another"):
            self._warn_of_likely_same()
        return cleaned

    def _warn_of_likely_same(self) -> None:
        """Warned about once, never forbidden: two people may bear one name."""
        facts, was = self.facts(), self.speaker
        if was is not None and (was.name, was.alias, was.email) == (facts.name, facts.alias, facts.email):
            return
        self.likely_same = list(likely_same(facts, by=self.by, but=was)[:5])
        if self.likely_same:
            self.add_error(
                "is_another",
                _("Nama, nama pena, atau surel ini sudah tercatat. Periksa dahulu yang tertulis di bawah."),
            )

    def facts(self) -> SpeakerFacts:
        cleaned = self.cleaned_data
        return SpeakerFacts(**{name: cleaned[name] for name in [*FACTS, "unit", "organization"]})

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "name",
            Row(Column("alias", css_class="col-md-6"), Column("field_of_expertise", css_class="col-md-6")),
            "is_organization",
            "position",
            Row(Column("unit", css_class="col-md-6"), Column("organization", css_class="col-md-6")),
            Row(Column("email", css_class="col-md-6"), Column("whatsapp", css_class="col-md-6")),
            "biography",
            Row(Column("photo", css_class="col-md-6"), Column("honorarium_grade", css_class="col-md-6")),
            *(["drops_photo"] if "drops_photo" in self.fields else []),
            "notes",
            *(["is_another"] if self.likely_same or "is_another" in self.data else []),
            "version",
        )
        return helper


class SpeakerScoreForm(forms.Form):
    """A score for a workshop of one's own in which the speaker spoke."""

    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label=pgettext_lazy("satu", "Workshop"), empty_label=_("Pilih workshop")
    )
    score = forms.DecimalField(
        label=_("Nilai"), min_value=1, max_value=5, decimal_places=2, help_text=_("Rata-rata antara 1 dan 5.")
    )
    n_answers = forms.IntegerField(label=_("Banyak penilai"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, workshops: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["workshop"]
        chosen.queryset = workshops
        self.fields.update(fields_like(SpeakerScore, "source"))
        order_as_shown(self)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "workshop",
            Row(Column("score", css_class="col-md-6"), Column("n_answers", css_class="col-md-6")),
            "source",
        )
        return helper
