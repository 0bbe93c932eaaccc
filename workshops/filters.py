"""How lists of this app can be narrowed; everything stands in the address."""

from datetime import date
from functools import cache
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models import Organization
from toolkit.prepared import prepared
from units.access import SEES_ALL, reach, within
from units.models import Level, Unit, User
from workshops.models import (
    BUREAU_LEVELS,
    KIND_TONES,
    CoOrganizer,
    CostKind,
    Mode,
    PackageKind,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    StandardCost,
    Venue,
    Workshop,
    WorkshopAudience,
    WorkshopKind,
    WorkshopState,
)

# Units whose tree one may filter by: technical units are found through their Kanwil.
HEADS = [Level.MINISTRY, Level.ECHELON1, Level.BUREAU, Level.REGIONAL_OFFICE]


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:100]


def matching(rows: QuerySet[Workshop], value: str) -> QuerySet[Workshop]:
    text = _clean(value)
    return rows.filter(Q(title__icontains=text) | Q(theme__icontains=text) | Q(venue__icontains=text))


@prepared()
def _seen_years(user: User) -> QuerySet[Workshop, date]:
    return Workshop.objects.visible_to(user).dates("calendar_on", "year", order="DESC")


def _years(request: Any) -> list[tuple[str, str]]:
    return [(str(day.year), str(day.year)) for day in _seen_years.rows(request.user)]


@prepared()
def _heads() -> QuerySet[Unit]:
    return Unit.objects.filter(level__in=HEADS).order_by("level", "official_name", "pk").only("short_name", "path")


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
        queryset=Unit.objects.filter(level__in=HEADS)
        .order_by("level", "official_name", "pk")
        .only("short_name", "path"),
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
        organizer: Any = self.form.fields["penyelenggara"]
        empty = ("", organizer.empty_label)
        # A select looks at its choices more than once.
        listed = cache(lambda: [empty, *((head.pk, str(head)) for head in _heads.rows())])
        organizer.widget.choices = CallableChoiceIterator(listed)

    def search(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        return matching(rows, value)

    def in_year(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        return rows.filter(calendar_on__year=int(value))

    def organized_under(self, rows: QuerySet[Workshop], name: str, value: Unit) -> QuerySet[Workshop]:
        return rows.filter(within("organizer_unit", value.path))


# The colours of the calendar as filters: the legend above it narrows to one of them.
TONES = [
    ("teal", _("Workshop · Pelatihan")),
    ("gold", _("Bimtek · Rakor")),
    ("plum", _("Konsinyering")),
    ("sky", _("Pengarahan · Monev")),
]


def _units(request: Any) -> QuerySet[Unit]:
    """Whose calendar one may ask for: heads of trees for those who see all, else the own tree and the bureau."""
    units = Unit.objects.order_by("level", "official_name", "pk")
    if request.user.role in SEES_ALL:
        return units.filter(level__in=HEADS)
    return units.filter(reach(request.user, "") | Q(level__in=BUREAU_LEVELS))


def _partners(request: Any) -> QuerySet[Organization]:
    seen = Workshop.objects.visible_to(request.user).exclude(partner=None)
    return Organization.objects.filter(pk__in=seen.values("partner")).order_by("name", "pk")


class CalendarFilter(django_filters.FilterSet):
    """What the calendar is narrowed to; which days it shows is no filter."""

    q = django_filters.CharFilter(method="search", label=_("Cari judul, tema, atau tempat"))
    unit = django_filters.ModelChoiceFilter(
        queryset=_units, method="of_unit", label=pgettext_lazy("satu", "Satuan kerja"), empty_label=_("Semua unit")
    )
    jenis = django_filters.ChoiceFilter(
        field_name="kind", choices=WorkshopKind.choices, label=_("Jenis"), empty_label=_("Semua jenis")
    )
    status = django_filters.ChoiceFilter(
        field_name="state", choices=WorkshopState.choices, label=_("Status"), empty_label=_("Semua status")
    )
    mitra = django_filters.ModelChoiceFilter(
        queryset=_partners, field_name="partner", label=_("Mitra"), empty_label=_("Semua mitra")
    )
    warna = django_filters.ChoiceFilter(choices=TONES, method="of_tone", label=_("Warna"))

    class Meta:
        model = Workshop
        fields: list[str] = []

    def search(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        return matching(rows, value)

    def of_unit(self, rows: QuerySet[Workshop], name: str, value: Unit) -> QuerySet[Workshop]:
        """What the unit or one below it organises, alone or with others, hosts, or is asked to."""
        asked = WorkshopAudience.objects.filter(within("unit", value.path)).values("workshop")
        helped = CoOrganizer.objects.filter(within("unit", value.path)).values("workshop")
        own = within("organizer_unit", value.path) | within("host_unit", value.path)
        return rows.filter(own | Q(pk__in=asked) | Q(pk__in=helped))

    def of_tone(self, rows: QuerySet[Workshop], name: str, value: str) -> QuerySet[Workshop]:
        return rows.filter(kind__in=[kind for kind, tone in KIND_TONES.items() if tone == value])


class SpeakerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Cari nama, jabatan, bidang, atau asal"))
    asal = django_filters.ChoiceFilter(
        choices=[("internal", _("Dari dalam")), ("external", _("Dari luar"))],
        method="from_where",
        label=_("Asal"),
        empty_label=_("Semua asal"),
    )
    bentuk = django_filters.ChoiceFilter(
        choices=[("person", _("Perorangan")), ("organization", _("Lembaga atau tim"))],
        method="of_form",
        label=_("Bentuk"),
        empty_label=_("Semua bentuk"),
    )
    bidang = django_filters.CharFilter(method="in_field", label=_("Bidang keahlian"))
    jawaban = django_filters.ChoiceFilter(
        choices=SpeakerAnswer.choices, method="answering", label=_("Jawaban"), empty_label=_("Semua jawaban")
    )

    class Meta:
        model = Speaker
        fields: list[str] = []

    def search(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        text = _clean(value)
        return rows.filter(
            Q(name__icontains=text)
            | Q(alias__icontains=text)
            | Q(position__icontains=text)
            | Q(field_of_expertise__icontains=text)
            | Q(unit__official_name__icontains=text)
            | Q(organization__name__icontains=text)
        )

    def from_where(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return rows.filter(unit__isnull=value != "internal")

    def of_form(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return rows.filter(is_organization=value == "organization")

    def in_field(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return rows.filter(field_of_expertise__icontains=_clean(value))

    def answering(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        """What they said to a workshop that is still to come, as far as the reader may know."""
        said = SpeakerInvitation.objects.visible_to(self.request.user).of_coming_workshops().filter(answer=value)
        return rows.filter(pk__in=said.values("speaker"))


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


def _cities(request: Any) -> list[tuple[str, str]]:
    cities = Venue.objects.visible_to(request.user).order_by("city").values_list("city", flat=True).distinct()
    return [(city, city) for city in cities]


class VenueFilter(django_filters.FilterSet):
    """`rows` must come with capacity and prices."""

    q = django_filters.CharFilter(method="search", label=_("Cari nama, alamat, atau catatan"))
    kota = django_filters.ChoiceFilter(field_name="city", label=_("Kota"), empty_label=_("Semua kota"))
    muat = django_filters.NumberFilter(
        method="seating", label=_("Muat sedikitnya (orang)"), min_value=1, max_value=100_000
    )
    paket = django_filters.ChoiceFilter(
        choices=PackageKind.choices, method="with_package", label=_("Paket"), empty_label=_("Semua paket")
    )
    harga = django_filters.NumberFilter(
        method="costing", label=_("Harga paling tinggi (Rp)"), min_value=1, max_value=10**9
    )

    class Meta:
        model = Venue
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kota"].extra["choices"] = lambda: _cities(self.request)

    def search(self, rows: QuerySet[Venue], name: str, value: str) -> QuerySet[Venue]:
        text = _clean(value)
        return rows.filter(Q(name__icontains=text) | Q(address__icontains=text) | Q(notes__icontains=text))

    def seating(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(n_capacity__gte=int(value))

    def with_package(self, rows: QuerySet[Venue], name: str, value: str) -> QuerySet[Venue]:
        return rows.filter(**{f"price_{value}__isnull": False})

    def costing(self, rows: QuerySet[Venue], name: str, value: Any) -> QuerySet[Venue]:
        """Of the package that is asked for, else of any."""
        asked = self.form.cleaned_data.get("paket")
        cheap = Q()
        for kind in [asked] if asked else PackageKind.values:
            cheap |= Q(**{f"price_{kind}__lte": int(value)})
        return rows.filter(cheap)
