"""The reason for a step that needs one."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.models import WorkshopState


class StepForm(forms.Form):
    to = forms.ChoiceField(choices=WorkshopState.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        required=False,
        help_text=_("Ikut dalam riwayat kegiatan."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("to", "reason")
        return helper
