"""Finding agreements."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partnerships.models import AgreementKind, AgreementQuerySet, TermState
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User

SCOPES = [("dalam", _("Dalam negeri")), ("luar", _("Luar negeri"))]
COPIES = [("ada", _("Ada")), ("belum", _("Belum ada"))]
ORDERS: dict[str, list[Any]] = {
    "terbaru": ["-pk"],
    "judul": ["title", "pk"],
    "berakhir": [F("effective_until").asc(nulls_last=True), "pk"],
    "nomor": ["number", "pk"],
}
ORDER_LABELS = [
    ("terbaru", _("Terbaru dicatat")),
    ("berakhir", _("Paling cepat berakhir")),
    ("judul", _("Judul")),
    ("nomor", _("Nomor")),
]


class AgreementFilter(django_filters.FilterSet):
    """By words, kind, state of the term, owner (a unit with all below it), scope, and whether a copy is filed."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=100)
    jenis = django_filters.ModelChoiceFilter(
        field_name="agreement_type",
        queryset=AgreementKind.objects.order_by("position", "name"),
        label=_("Jenis"),
        empty_label=_("Semua jenis"),
    )
    masa = django_filters.ChoiceFilter(
        choices=TermState.choices, method="by_term", label=_("Masa"), empty_label=_("Semua")
    )
    unit = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.none(), method="by_owner", label=_("Unit pemilik"), empty_label=_("Semua unit")
    )
    lingkup = django_filters.ChoiceFilter(choices=SCOPES, method="by_scope", label=_("Lingkup"), empty_label=_("Semua"))
    naskah = django_filters.ChoiceFilter(
        choices=COPIES, method="by_copy", label=_("Salinan naskah"), empty_label=_("Semua")
    )
    urut = django_filters.ChoiceFilter(choices=ORDER_LABELS, method="by_order", label=_("Urutan"), empty_label=None)

    def __init__(self, data: QueryDict, *, queryset: AgreementQuerySet, user: User, today: date) -> None:
        super().__init__(data, queryset=queryset)
        self.today = today
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Judul, nomor, atau nama pihak"), "type": "search"}
        if user.role in SEES_ALL or user.role == Role.REGIONAL_ADMIN:
            owners = Unit.objects.filter(reach(user, ""))
            if user.role in SEES_ALL:
                owners = owners.exclude(level=Level.TECHNICAL_UNIT)
            fields["unit"].queryset = owners.order_by("level", "short_name", "pk").only("short_name", "level", "path")
        else:
            del fields["unit"]

    def filter_queryset(self, queryset: AgreementQuerySet) -> AgreementQuerySet:
        found: AgreementQuerySet = super().filter_queryset(queryset)
        return found if found.ordered else found.order_by(*ORDERS["terbaru"])

    def by_words(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.matching(" ".join(value.split()))

    def by_term(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.in_term_state(value, self.today)

    def by_owner(self, agreements: AgreementQuerySet, name: str, value: Unit) -> AgreementQuerySet:
        """A ministry or a bureau stands for itself; everything else with all below it."""
        if value.level in {Level.MINISTRY, Level.ECHELON1}:
            return agreements.filter(owner_unit=value)
        return agreements.filter(owner_unit__path__startswith=value.path)

    def by_scope(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.filter(is_foreign=value == "luar")

    def by_copy(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.with_copy() if value == "ada" else agreements.without_copy()

    def by_order(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.order_by(*ORDERS[value])
