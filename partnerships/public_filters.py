"""Finding published agreements."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import Agreement, AgreementKind, AgreementParty, AgreementQuerySet, TermState
from units.models import Level, Unit

SCOPES = [("dalam", _("Dalam negeri")), ("luar", _("Luar negeri"))]
STATES = [
    ("berlaku", _("Sedang berlaku")),
    ("akan-berakhir", _("Akan berakhir")),
    ("berakhir", _("Sudah berakhir")),
]
ORDERS: dict[str, list[Any]] = {
    "terbaru": ["-publication__published_at", "-pk"],
    "ditandatangani": ["-signed_on", "-pk"],
    "berakhir": ["effective_until", "pk"],
    "judul": ["title", "pk"],
}
ORDER_LABELS = [
    ("terbaru", _("Terbaru dipublikasikan")),
    ("ditandatangani", _("Terbaru ditandatangani")),
    ("berakhir", _("Paling cepat berakhir")),
    ("judul", _("Judul")),
]

# Agreements by kind and whether they are foreign.
Counts = dict[tuple[str, bool], int]


class PublicAgreementFilter(django_filters.FilterSet):
    """By words, kind, owner (a Kanwil with all below it), validity, year of signing, partner and scope."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=200)
    jenis = django_filters.ChoiceFilter(method="by_kind", label=_("Jenis"), empty_label=_("Semua jenis"))
    unit = django_filters.ChoiceFilter(method="by_owner", label=_("Kanwil atau unit"), empty_label=_("Semua unit"))
    masa = django_filters.ChoiceFilter(choices=STATES, method="by_term", label=_("Masa"), empty_label=_("Semua"))
    tahun = django_filters.NumberFilter(method="by_year", label=_("Tahun tanda tangan"), min_value=1945, max_value=2100)
    mitra = django_filters.CharFilter(method="by_partner", label=_("Mitra"), max_length=100)
    lingkup = django_filters.ChoiceFilter(choices=SCOPES, method="by_scope", label=_("Lingkup"), empty_label=_("Semua"))
    urut = django_filters.ChoiceFilter(choices=ORDER_LABELS, method="by_order", label=_("Urutan"), empty_label=None)

    def __init__(self, data: Mapping[str, Any], *, kinds: list[AgreementKind], units: list[Unit], today: date) -> None:
        self.today = today
        self.words = str(data.get("q", ""))
        self.units = {str(unit.pk): unit for unit in units}
        super().__init__(data, queryset=Agreement.objects.searched(self.words, public=True))
        fields: Any = self.form.fields
        fields["jenis"].choices = [(kind.code, str(kind)) for kind in kinds]
        fields["unit"].choices = [(str(unit.pk), unit.short_name) for unit in units]
        if self.words.strip():
            fields["urut"].choices = [("", _("Paling sesuai")), *ORDER_LABELS]
        fields["tahun"].widget.attrs |= {"inputmode": "numeric"}

    def ordered(self, n_found: int) -> AgreementQuerySet:
        """As asked for; else the best of the `n_found` first, or without words the newest."""
        found: AgreementQuerySet = self.qs
        if found.ordered:
            return found
        if self.words.strip():
            return found.by_relevance(self.words, n_found=n_found, public=True)
        return found.order_by(*ORDERS["terbaru"])

    def n_found(self, counts: Counts) -> int:
        """Of `counts` without kind and scope, those of the kind and scope asked for."""
        self.form.full_clean()
        chosen = self.form.cleaned_data
        kind, scope = chosen.get("jenis"), chosen.get("lingkup")
        return sum(
            n
            for (code, is_foreign), n in counts.items()
            if kind in {"", None, code} and scope in {"", None, "luar" if is_foreign else "dalam"}
        )

    def by_words(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        """They are where the search begins (see `__init__`): what follows narrows what their index has found."""
        return agreements

    def by_kind(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.filter(agreement_type=value)

    def by_owner(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        unit = self.units[value]
        if unit.level in {Level.MINISTRY, Level.ECHELON1}:
            return agreements.filter(owner_unit=unit)
        return agreements.filter(owner_unit__path__startswith=unit.path)

    def by_term(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        if value == "berlaku":
            return agreements.in_force_on(self.today)
        if value == "akan-berakhir":
            return agreements.in_term_state(TermState.ENDING, self.today)
        return agreements.filter(
            Q(effective_until__lt=self.today) | Q(terminated_on__lte=self.today) | Q(superseded_on__lte=self.today)
        )

    def by_year(self, agreements: AgreementQuerySet, name: str, value: Any) -> AgreementQuerySet:
        year = int(value)
        return agreements.filter(signed_on__gte=date(year, 1, 1), signed_on__lte=date(year, 12, 31))

    def by_partner(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        named = Q(organization__name__icontains=value) | Q(organization__short_name__icontains=value)
        return agreements.filter(pk__in=AgreementParty.objects.filter(named).values("agreement"))

    def by_scope(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.filter(is_foreign=value == "luar")

    def by_order(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        if value == "terbaru" and self.words.strip() and "urut" not in self.data:
            return agreements
        return agreements.order_by(*ORDERS[value])


def owners() -> list[Unit]:
    """Units to choose from: everything above a UPT."""
    rows = Unit.objects.exclude(level=Level.TECHNICAL_UNIT).order_by("level", "short_name", "pk")
    return list(rows.only("short_name", "level", "path"))


def counts_by_kind(agreements: AgreementQuerySet) -> Counts:
    """How many of each kind, domestic and foreign apart; one statement."""
    rows = agreements.order_by().values_list("agreement_type", "is_foreign").annotate(n=Count("pk"))
    return {(kind, is_foreign): n for kind, is_foreign, n in rows}
