"""What a planner may type about a speaker."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.models import Organization
from toolkit.phones import e164
from units.forms.picker import UnitChoiceField
from workshops.actions.speakers import SpeakerFacts
from workshops.forms.fields import fields_like
from workshops.forms.pickers import ORGANIZATIONS, PickField
from workshops.models import Speaker

FACTS = ["name", "is_organization", "position", "email", "whatsapp"]


class SpeakerForm(forms.Form):
    unit = UnitChoiceField(required=False, label=_("Satuan kerja"), help_text=_("Untuk narasumber dari dalam."))
    organization = PickField(
        source=ORGANIZATIONS,
        queryset=Organization.objects.all(),
        required=False,
        label=_("Instansi luar"),
        help_text=_("Untuk narasumber dari luar."),
    )
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, speaker: Speaker | None = None, **kwargs: Any) -> None:
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

    def clean_whatsapp(self) -> str:
        try:
            return e164(self.cleaned_data["whatsapp"])
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("unit") and cleaned.get("organization"):
            self.add_error("organization", _("Pilih satu saja: satuan kerja atau instansi luar."))
        return cleaned

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
            "is_organization",
            "position",
            Row(Column("unit", css_class="col-md-6"), Column("organization", css_class="col-md-6")),
            Row(Column("email", css_class="col-md-6"), Column("whatsapp", css_class="col-md-6")),
            "version",
        )
        return helper
