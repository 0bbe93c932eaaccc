"""Accounts that a keeper makes and changes."""

from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from units.access import Role
from units.actions.accounts import roles_given_by, suits_role, units_given_by
from units.forms.picker import UnitChoiceField
from units.models import User

AGREEMENTS_HELP = _("Boleh mengelola perjanjian satuan kerjanya di panel admin.")
NEEDS_UNIT = _("Pilih satuan kerja: admin Kanwil dan operator selalu bekerja untuk satu satuan kerja.")
NEEDS_KANWIL = _("Admin Kanwil bekerja untuk sebuah Kantor Wilayah. Pilih Kantor Wilayah, atau peran lain.")
NEEDS_HEAD_OFFICE = _("Peran ini untuk kantor pusat. Pilih kementerian, unit Eselon I atau biro, atau peran lain.")
ADDRESS_TAKEN = _("Sudah ada akun dengan surel ini.")


class AccountForm(forms.ModelForm[User]):
    """Who the person is, and unit and role as far as `by` may give them; other fields do not exist in the form."""

    class Meta:
        model = User
        fields = ["full_name", "position", "unit", "role", "keeps_agreements"]
        help_texts = {"keeps_agreements": AGREEMENTS_HELP}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_given_by(by)
        self.fields["unit"] = UnitChoiceField(
            queryset=units_given_by(by),
            scope="own",
            required=Role.LEADER not in roles,
            label=pgettext_lazy("satu", "Satuan kerja"),
        )
        if len(roles) > 1:
            self.fields["role"] = forms.ChoiceField(
                label=_("Peran"), choices=[(role.value, role.label) for role in roles], initial=Role.REGIONAL_ADMIN
            )
        else:
            del self.fields["role"], self.fields["keeps_agreements"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        role = cleaned.get("role", Role.UNIT_OPERATOR)
        if role in {Role.REGIONAL_ADMIN, Role.UNIT_OPERATOR} and not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", NEEDS_UNIT)
        unit = cleaned.get("unit")
        kept = (self.instance.role, self.instance.unit_id) if self.instance.pk else None
        if unit and "role" in cleaned and (role, unit.pk) != kept and not suits_role(role, unit):
            self.add_error("unit", NEEDS_KANWIL if role == Role.REGIONAL_ADMIN else NEEDS_HEAD_OFFICE)
        return cleaned

    def account(self) -> dict[str, Any]:
        """All that the actions ask for; what the form does not offer stays as it is."""
        kept = {"role": Role.UNIT_OPERATOR, "keeps_agreements": self.instance.keeps_agreements}
        return kept | self.cleaned_data

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.rows())
        return helper

    def rows(self) -> list[Any]:
        rows: list[Any] = [Row(Column("full_name", css_class="col-md-6"), Column("position", css_class="col-md-6"))]
        if "role" in self.fields:
            rows += [
                Row(Column("role", css_class="col-md-6"), Column("unit", css_class="col-md-6")),
                "keeps_agreements",
            ]
        else:
            rows += ["unit"]
        return rows


class InviteForm(AccountForm):
    """An account that does not exist yet, with the address that gets the letter."""

    class Meta(AccountForm.Meta):
        fields = ["email", "full_name", "position", "unit", "role", "keeps_agreements", "language"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(ADDRESS_TAKEN)
        return email

    def rows(self) -> list[Any]:
        return [
            Row(Column("email", css_class="col-md-6"), Column("language", css_class="col-md-6")),
            *super().rows(),
        ]


class ReinviteForm(forms.Form):
    """The address of an account that nobody has used yet; a typing error can be corrected here."""

    email = forms.EmailField(label=_("Surel"), max_length=254)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].initial = user.email

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError(ADDRESS_TAKEN)
        return email

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("email", HTML(""))
        return helper


class AccountFilter(django_filters.FilterSet):
    """Finding an account by person, unit or state."""

    STANDING = [("active", _("Aktif")), ("invited", _("Belum pernah masuk")), ("disabled", _("Dinonaktifkan"))]
    ORDERS = [("name", _("Nama")), ("unit", pgettext_lazy("satu", "Satuan kerja")), ("newest", _("Terbaru"))]

    q = django_filters.CharFilter(method="search", label=_("Cari"))
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Peran"), empty_label=_("Semua peran"))
    standing = django_filters.ChoiceFilter(
        choices=STANDING, method="by_standing", label=_("Keadaan"), empty_label=_("Semua keadaan")
    )
    order = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=None)

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].widget.attrs.update({"placeholder": _("Nama, surel atau satuan kerja"), "type": "search"})

    def search(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.filter(
            Q(full_name__icontains=value)
            | Q(email__icontains=value)
            | Q(unit__short_name__icontains=value)
            | Q(unit__official_name__icontains=value)
        )

    def by_standing(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "disabled":
            return queryset.filter(is_active=False)
        return queryset.filter(is_active=True, last_login__isnull=value == "invited")

    def by_order(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        orders = {"unit": ["unit__official_name", "full_name", "pk"], "newest": ["-created_at", "-pk"]}
        return queryset.order_by(*orders.get(value, ["full_name", "pk"]))
