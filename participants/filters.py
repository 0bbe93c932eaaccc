"""What lists may be narrowed by. A NIP never stands in an address: it is searched by POST and becomes `orang`, keys."""

from typing import Any

import django_filters
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from participants.models import SEAT_MODES, EmploymentStatus, Invitation, Participant, Registration
from units.models import Unit
from workshops.models import AudienceSegment

MOST_KEYS = 50


def keys_in(text: str) -> list[int]:
    """`12,15` as keys; whatever is no key is left out."""
    return [int(part) for part in text.split(",")[:MOST_KEYS] if part.isascii() and part.isdecimal() and len(part) < 19]


class _RegionFilter(django_filters.FilterSet):
    """With `wilayah`, the rows of one Kanwil or other unit with units below it."""

    wilayah = django_filters.ChoiceFilter(method="in_region", label=_("Wilayah"), empty_label=_("Semua wilayah"))

    def __init__(self, data: QueryDict, *, queryset: QuerySet[Any], regions: list[Unit]) -> None:
        super().__init__(data, queryset=queryset)
        self.paths = {str(unit.pk): unit.path for unit in regions}
        fields: Any = self.form.fields
        fields["wilayah"].choices = [(str(unit.pk), unit.short_name) for unit in regions]
        if len(regions) < 2:
            fields["wilayah"].widget = fields["wilayah"].hidden_widget()

    def in_tree_order(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Central offices, then each Kanwil by name with its units after it."""
        cases = [When(unit__path__startswith=path, then=Value(n)) for n, path in enumerate(self.paths.values())]
        # A constant cannot be sorted by, so without regions there is nothing to add.
        by_region = [Case(*cases, default=Value(-1), output_field=IntegerField())] if cases else []
        return queryset.order_by(*by_region, "unit__level", "unit__official_name", "pk")

    def in_region(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(unit__path__startswith=self.paths[value])


class InvitationFilter(_RegionFilter):
    ANSWERS = [*Invitation.Response.choices, ("withdrawn", _("Ditarik"))]
    ORDERS = [
        ("wilayah", _("Wilayah")),
        ("batas", _("Batas jawaban")),
        ("jawaban", _("Jawaban")),
        ("kursi", _("Kursi kosong")),
    ]

    q = django_filters.CharFilter(method="by_name", label=_("Cari"), max_length=100)
    jawaban = django_filters.ChoiceFilter(
        choices=ANSWERS, method="by_answer", label=_("Jawaban"), empty_label=_("Semua jawaban")
    )
    urut = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=None)

    class Meta:
        model = Invitation
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Nama satuan kerja"), "type": "search"}
        fields["jawaban"].widget = fields["jawaban"].hidden_widget()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Withdrawn ones only when asked for."""
        found: QuerySet[Any] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("jawaban") != "withdrawn":
            found = found.filter(withdrawn_at=None)
        return found if self.form.cleaned_data.get("urut") else self.in_tree_order(found)

    def whatever_the_answer(self, invitations: QuerySet[Any]) -> QuerySet[Any]:
        """Of these the ones of the region and the name asked for."""
        for name in self.filters.keys() & {"wilayah", "q"}:
            invitations = self.filters[name].filter(invitations, self.form.cleaned_data.get(name))
        return invitations

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(unit__official_name__icontains=value) | Q(unit__short_name__icontains=value))

    def by_answer(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False)
        return queryset.filter(response=value)

    def by_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        first = {"batas": "reply_deadline", "jawaban": "response", "kursi": "-n_free"}.get(value)
        if first is None:
            return self.in_tree_order(queryset)
        return queryset.order_by(first, "unit__official_name", "pk")


class RegistrationFilter(_RegionFilter):
    STATES = [*Registration.State.choices, ("semua", _("Semua keadaan"))]
    LETTERS = [("tanpa", _("Tanpa surel")), ("ada", _("Dengan surel"))]
    ORDERS = [("terbaru", _("Terbaru")), ("nama", _("Nama")), ("satker", pgettext_lazy("satu", "Satuan kerja"))]

    q = django_filters.CharFilter(method="by_name", label=_("Cari nama atau NIP"), max_length=100)
    orang = django_filters.CharFilter(method="by_keys", max_length=1000)
    bentuk = django_filters.ChoiceFilter(
        field_name="mode", choices=SEAT_MODES, label=_("Kursi"), empty_label=_("Semua kursi")
    )
    segmen = django_filters.ChoiceFilter(field_name="segment", label=_("Segmen"), empty_label=_("Semua segmen"))
    keadaan = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("Keadaan"), empty_label=None, initial="registered"
    )
    surel = django_filters.ChoiceFilter(choices=LETTERS, method="by_letters", label=_("Surat"), empty_label=_("Semua"))
    urut = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=None)

    class Meta:
        model = Registration
        fields: list[str] = []

    def __init__(self, *args: Any, segments: list[AudienceSegment], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {
            "placeholder": _("Nama, satuan kerja, atau NIP"),
            "type": "search",
            "autocomplete": "off",
        }
        fields["orang"].widget = fields["orang"].hidden_widget()
        fields["segmen"].choices = [(str(segment.pk), str(segment)) for segment in segments]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """People who hold a seat, unless others are asked for."""
        found: QuerySet[Any] = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("keadaan"):
            found = found.filter(state=Registration.State.REGISTERED)
        return found if self.form.cleaned_data.get("urut") else found.order_by("-pk")

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(participant__full_name__icontains=value)
            | Q(unit__short_name__icontains=value)
            | Q(unit__official_name__icontains=value)
        )

    def by_keys(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(participant__in=keys_in(value))

    def by_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset if value == "semua" else queryset.filter(state=value)

    def by_letters(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(participant__email="") if value == "tanpa" else queryset.exclude(participant__email="")

    def by_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        orders = {
            "nama": ["participant__full_name", "pk"],
            "satker": ["unit__official_name", "participant__full_name", "pk"],
        }
        return queryset.order_by(*orders.get(value, ["-pk"]))


class ParticipantFilter(_RegionFilter):
    ORDERS = [("nama", _("Nama")), ("satker", pgettext_lazy("satu", "Satuan kerja")), ("terbaru", _("Terbaru dicatat"))]

    q = django_filters.CharFilter(method="by_name", label=_("Cari nama atau NIP"), max_length=100)
    orang = django_filters.CharFilter(method="by_keys", max_length=1000)
    status = django_filters.ChoiceFilter(
        field_name="employment_status",
        choices=EmploymentStatus.choices,
        label=_("Status"),
        empty_label=_("Semua status"),
    )
    urut = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=None)

    class Meta:
        model = Participant
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Nama atau NIP"), "type": "search", "autocomplete": "off"}
        fields["orang"].widget = fields["orang"].hidden_widget()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("urut") else found.order_by("full_name", "pk")

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(full_name__icontains=value)

    def by_keys(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=keys_in(value))

    def by_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        orders = {"satker": ["unit__official_name", "full_name", "pk"], "terbaru": ["-created_at", "-pk"]}
        return queryset.order_by(*orders.get(value, ["full_name", "pk"]))
