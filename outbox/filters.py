"""Finding letters."""

from typing import Any

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.models import NEEDS_ACTION, Message, MessageQuerySet, State, Topic
from outbox.registry import finders, kinds
from units.models import Unit, User

WAITING = [State.PENDING, State.RETRY, State.CLAIMED, State.SENDING]
WITHDRAWN = [State.CANCELLED, State.EXPIRED]
STANDINGS = [
    ("tindakan", _("Perlu tindakan")),
    ("menunggu", _("Menunggu")),
    ("terkirim", _("Terkirim")),
    ("ditarik", _("Ditarik")),
]
ORDERS = [("jadwal", _("Jadwal kirim")), ("penerima", _("Penerima"))]


class MessageFilter(django_filters.FilterSet):
    """By recipient or subject, kind, state and unit (the unit and all below it); `workshop` is kept for the view."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=100)
    jenis = django_filters.ChoiceFilter(
        field_name="kind", choices=list, label=_("Jenis surat"), empty_label=_("Semua jenis")
    )
    urut = django_filters.ChoiceFilter(choices=ORDERS, method="by_order", label=_("Urutan"), empty_label=_("Terbaru"))
    keadaan = django_filters.ChoiceFilter(choices=STANDINGS, method="by_standing", label=_("Keadaan"))
    unit = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.all(), method="by_unit", label=pgettext_lazy("satu", "Satuan kerja")
    )

    class Meta:
        model = Message
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, queryset: MessageQuerySet, user: User) -> None:
        super().__init__(data, queryset=queryset)
        self.user = user
        fields: Any = self.form.fields
        fields["jenis"].choices = [(kind.name, kind.label) for kind in kinds()]
        fields["q"].widget.attrs |= {
            "placeholder": _("Penerima, satuan kerja, kegiatan, atau perjanjian"),
            "type": "search",
        }
        for name in ("keadaan", "unit"):
            fields[name].widget = fields[name].hidden_widget()

    def filter_queryset(self, queryset: MessageQuerySet) -> MessageQuerySet:
        found: MessageQuerySet = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("urut") else found.order_by("-pk")

    def by_words(self, queryset: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        found = (
            Q(recipient_name__icontains=value)
            | Q(to_addr__istartswith=value)
            | Q(unit__in=Unit.objects.filter(Q(official_name__icontains=value) | Q(short_name__icontains=value)))
            | Q(topic__in=Topic.objects.filter(label__icontains=value))
        )
        for finder in finders():
            found |= finder(value, self.user)
        return queryset.filter(found)

    def by_standing(self, queryset: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        if value == "tindakan":
            return queryset.filter(state__in=NEEDS_ACTION, settled_at=None)
        wanted = {"menunggu": WAITING, "terkirim": [State.SENT], "ditarik": WITHDRAWN}
        return queryset.filter(state__in=wanted[value])

    def by_unit(self, queryset: MessageQuerySet, name: str, value: Unit) -> MessageQuerySet:
        return queryset.filter(unit__in=Unit.objects.under(value))

    def by_order(self, queryset: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        return queryset.order_by(*(["not_before", "pk"] if value == "jadwal" else ["recipient_name", "pk"]))
