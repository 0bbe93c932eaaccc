"""Finding units."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.models import Level, Unit, UnitContact, UnitKind, UnitQuerySet

STANDINGS = [("tutup", _("Sudah ditutup")), ("semua", _("Semua"))]
REACHED = [("ada", _("Ada")), ("belum", _("Belum ada"))]
ORDERS = [("nama", _("Nama")), ("tingkat", _("Tingkat")), ("provinsi", _("Provinsi"))]


class UnitFilter(django_filters.FilterSet):
    """Of the flat list: by name, level, kind, province, standing, contacts, and below one unit (`induk`)."""

    q = django_filters.CharFilter(method="by_name", label=_("Cari"), max_length=100)
    tingkat = django_filters.ChoiceFilter(
        field_name="level", choices=Level.choices, label=_("Tingkat"), empty_label=_("Semua tingkat")
    )
    jenis = django_filters.ChoiceFilter(
        field_name="kind", choices=UnitKind.choices, label=_("Jenis"), empty_label=_("Semua jenis")
    )
    provinsi = django_filters.ChoiceFilter(field_name="province", label=_("Provinsi"), empty_label=_("Semua provinsi"))
    narahubung = django_filters.ChoiceFilter(
        choices=REACHED, method="by_contacts", label=_("Narahubung"), empty_label=_("Semua")
    )
    keadaan = django_filters.ChoiceFilter(
        choices=STANDINGS, method="by_standing", label=_("Keadaan"), empty_label=_("Masih berlaku")
    )
    urut = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=None)
    induk = django_filters.ModelChoiceFilter(method="below", queryset=Unit.objects.all(), label=_("Di bawah"))

    class Meta:
        model = Unit
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, queryset: UnitQuerySet) -> None:
        super().__init__(data, queryset=queryset)
        self.today = timezone.localdate()
        fields: Any = self.form.fields
        provinces = Unit.objects.exclude(province="").order_by("province").values_list("province", flat=True).distinct()
        fields["provinsi"].choices = [(province, province) for province in provinces]
        fields["q"].widget.attrs |= {"placeholder": _("Nama satuan kerja atau kota"), "type": "search"}
        fields["induk"].widget = fields["induk"].hidden_widget()

    @property
    def is_asked(self) -> bool:
        """Whether the person looks for something; without a question the tree is shown."""
        return any(self.data.get(name) for name in self.filters)

    def filter_queryset(self, queryset: UnitQuerySet) -> UnitQuerySet:
        """Closed units only when asked for."""
        found: UnitQuerySet = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("keadaan"):
            found = found.open_on(self.today)
        if not self.form.cleaned_data.get("urut"):
            found = found.order_by("official_name", "pk")
        return found

    def by_name(self, queryset: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        return queryset.matching(value)

    def by_standing(self, queryset: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        return queryset.filter(valid_until__lt=self.today) if value == "tutup" else queryset

    def by_contacts(self, queryset: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        reached = Exists(UnitContact.objects.for_letters().filter(unit=OuterRef("pk")))
        return queryset.filter(reached if value == "ada" else ~reached)

    def by_order(self, queryset: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        orders = {"tingkat": ["level", "official_name", "pk"], "provinsi": ["province", "official_name", "pk"]}
        return queryset.order_by(*orders.get(value, ["official_name", "pk"]))

    def below(self, queryset: UnitQuerySet, name: str, value: Unit) -> UnitQuerySet:
        return queryset.under(value).exclude(pk=value.pk)
