"""Contacts of a unit, and groups of units."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from toolkit.phones import shown
from units.access import EDITS_ALL
from units.forms.offices import clean_phone, helper_of, pair
from units.forms.picker import UnitChoiceField, UnitMultipleChoiceField
from units.models import Unit, UnitContact, UnitGroup, User


class ContactForm(forms.ModelForm[UnitContact]):
    # Longer than what is kept: people type spaces and dashes.
    whatsapp = forms.CharField(
        label=_("WhatsApp"),
        required=False,
        max_length=40,
        help_text=_("Contoh: 0811-0000-123."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    class Meta:
        model = UnitContact
        fields = ["name", "position", "email", "whatsapp", "for_publicity", "for_cooperation", "is_active"]
        help_texts = {
            "email": _("Undangan dan pengingat dikirim ke alamat ini."),
            "is_active": _("Narahubung yang tidak aktif tidak menerima surat."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance.pk:
            del self.fields["is_active"]
        elif self.instance.whatsapp:
            self.initial["whatsapp"] = shown(self.instance.whatsapp)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        same = self.instance.unit.contacts.filter(email__iexact=email, is_active=True).exclude(pk=self.instance.pk)
        if email and same.exists():
            raise forms.ValidationError(_("Narahubung lain dari unit ini sudah memakai surel ini."))
        return email

    def clean_whatsapp(self) -> str:
        return clean_phone(self.cleaned_data["whatsapp"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("email") and not cleaned.get("whatsapp"):
            self.add_error("email", _("Isi surel atau WhatsApp, supaya narahubung dapat dihubungi."))
        if not self.errors and not cleaned.get("for_publicity") and not cleaned.get("for_cooperation"):
            self.add_error("for_publicity", _("Pilih paling sedikit satu urusan."))
        return cleaned

    @property
    def helper(self) -> FormHelper:
        rows: list[Any] = [pair("name", "position"), pair("email", "whatsapp"), "for_publicity", "for_cooperation"]
        return helper_of(*rows, *(["is_active"] if "is_active" in self.fields else []))


class GroupForm(forms.ModelForm[UnitGroup]):
    owner = UnitChoiceField(label=_("Pemilik"), scope="own", help_text=_("Kanwil atau biro yang memakai kelompok ini."))
    members = UnitMultipleChoiceField(
        label=_("Anggota"), required=False, help_text=_("Cari, centang, lalu cari lagi; yang dicentang tetap terpilih.")
    )

    class Meta:
        model = UnitGroup
        fields = ["name", "owner", "members"]

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        owner: Any = self.fields["owner"]
        members: Any = self.fields["members"]
        if by.unit is None or by.role in EDITS_ALL:
            owner.queryset = Unit.objects.editable_by(by)
        else:
            del self.fields["owner"]
            if not self.instance.pk:
                self.instance.owner = by.unit
            members.queryset = Unit.objects.editable_by(by)
            members.widget.scope = "own"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return " ".join(name.split())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        owner = cleaned.get("owner") if "owner" in self.fields else self.instance.owner
        if owner and cleaned.get("name") and self.same_name(owner).filter(name__iexact=cleaned["name"]).exists():
            self.add_error("name", _("Sudah ada kelompok dengan nama ini."))
        return cleaned

    def same_name(self, owner: Unit) -> QuerySet[UnitGroup]:
        return UnitGroup.objects.filter(owner=owner).exclude(pk=self.instance.pk)

    @property
    def helper(self) -> FormHelper:
        return helper_of("name", *(["owner"] if "owner" in self.fields else []), "members")
