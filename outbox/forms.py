"""What a person may say about a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Alasan penarikan"),
        max_length=200,
        validators=[one_line],
        help_text=_("Terlihat oleh semua yang membaca daftar pesan."),
    )
