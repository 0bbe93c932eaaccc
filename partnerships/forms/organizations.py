"""What an officer may type about organisations."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.countries import country_choices
from partnerships.models import Organization


class OrganizationForm(forms.ModelForm[Organization]):
    class Meta:
        model = Organization
        fields = ["name", "short_name", "kind", "country", "contact_name", "contact_position", "contact_email"]
        help_texts = {
            "name": _("Nama resmi lengkap, seperti pada naskah."),
            "short_name": _("Dipakai di daftar; kosong berarti nama lengkap."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        self.fields["country"] = forms.ChoiceField(
            label=country.label, initial=country.initial, choices=country_choices(self.instance.country)
        )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = Organization.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).first()
        if same:
            raise ValidationError(_("Instansi ini sudah tercatat sebagai %(name)s."), params={"name": same.name})
        return name


class MergeForm(forms.Form):
    """Which organisation stays."""

    into = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Instansi yang dipakai"),
        help_text=_("Ketik nama atau singkatannya, lalu pilih."),
        error_messages={"invalid_choice": _("Pilih instansi lain yang tercatat.")},
    )

    def __init__(self, *args: Any, gone: Organization, widget: forms.Select, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = Organization.objects.exclude(pk=gone.pk)
        field.widget = widget
        field.widget.choices = field.choices
