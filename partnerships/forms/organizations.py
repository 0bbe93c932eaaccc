"""What an officer may type about organisations."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.forms.countries import country_choices
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
