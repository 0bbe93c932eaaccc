"""How lists of this app can be narrowed; everything stands in the address."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from units.access import within
from units.models import Level, Unit
from workshops.models import CostKind, Mode, Speaker, StandardCost, Workshop, WorkshopKind, WorkshopState

# Units whose tree one may filter by: technical units are found through their Kanwil.
HEADS = [Level.MINISTRY, Level.ECHELON1, Level.BUREAU, Level.REGIONAL_OFFICE]


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:100]


def _years(request: Any) -> list[tuple[str, str]]:
    seen = Workshop.objects.visible_to(request.user)
    return [(str(day.year), str(day.year)) for day in seen.dates("calendar_on", "year", order="DESC")]


class WorkshopFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Cari judul, tema, atau tempat"))
    tahun = django_filters.ChoiceFilter(method="in_year", label=_("Tahun"), empty_label=_("Semua tahun"))
    jenis = django_filters.ChoiceFilter(
        field_name="kind", choices=WorkshopKind.choices, label=_("Jenis"), empty_label=_("Semua jenis")
    )
    status = django_filters.ChoiceFilter(
        field_name="state", choices=WorkshopState.choices, label=_("Status"), empty_label=_("Semua status")
    )
    bentuk = django_filters.ChoiceFilter(
        field_name="mode", choices=Mode.choices, label=_("Bentuk"), empty_label=_("Semua bentuk")
    )
    penyelenggara = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.filter(level__in=HEADS).order_by("level", "official_name", "pk"),
        method="organized_under",
        label=_("Penyelenggara"),
        empty_label=_("Semua penyelenggara"),
    )

    class Meta:
        model = Workshop
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tahun"].extra["choices"] = lambda: _years(self.request)

    def search(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        text = _clean(value)
        return rows.filter(Q(title__icontains=text) | Q(theme__icontains=text) | Q(venue__icontains=text))

    def in_year(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        return rows.filter(calendar_on__year=int(value))

    def organized_under(self, rows: QuerySet[Workshop], name: str, value: Unit) -> QuerySet[Workshop]:
        return rows.filter(within("organizer_unit", value.path))


class SpeakerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Cari nama, jabatan, atau asal"))
    asal = django_filters.ChoiceFilter(
        choices=[("internal", _("Dari dalam")), ("external", _("Dari luar"))],
        method="from_where",
        label=_("Asal"),
        empty_label=_("Semua asal"),
    )

    class Meta:
        model = Speaker
        fields: list[str] = []

    def search(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        text = _clean(value)
        return rows.filter(
            Q(name__icontains=text)
            | Q(position__icontains=text)
            | Q(unit__official_name__icontains=text)
            | Q(organization__name__icontains=text)
        )

    def from_where(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return rows.filter(unit__isnull=value != "internal")


class StandardCostFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Cari kode atau uraian"))
    jenis = django_filters.ChoiceFilter(
        field_name="kind", choices=CostKind.choices, label=_("Jenis biaya"), empty_label=_("Semua jenis")
    )

    class Meta:
        model = StandardCost
        fields: list[str] = []

    def search(self, rows: QuerySet[StandardCost], name: str, value: str) -> QuerySet[StandardCost]:
        text = _clean(value)
        return rows.filter(Q(code__icontains=text) | Q(description__icontains=text) | Q(province__icontains=text))
