"""What a person may change in the own account."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from units.models import User


class ProfileForm(forms.ModelForm[User]):
    """Name, position and language; address, unit and role are given by who keeps the accounts."""

    class Meta:
        model = User
        fields = ["full_name", "position", "language"]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("full_name", "position", "language")
        return helper
