"""Finding agreements."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partnerships.models import (
    ENDING_STEPS,
    Agreement,
    AgreementKind,
    AgreementQuerySet,
    CampaignAnswer,
    CampaignItemQuerySet,
    RecordState,
    SubmissionQuerySet,
    TermState,
)
from partnerships.models.submissions import UNPUBLISHED, WAITING
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User

SCOPES = [("dalam", _("Dalam negeri")), ("luar", _("Luar negeri"))]
COPIES = [("ada", _("Ada")), ("belum", _("Belum ada"))]
DEEDS = [("belum", _("Belum pernah dilaksanakan")), ("tidur", _("Tidur")), ("pernah", _("Pernah dilaksanakan"))]
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


# What a queue of signed copies may show.
STEPS = [
    ("saya", _("Menunggu saya")),
    ("semua", _("Semua yang berjalan")),
    ("periksa", _("Menunggu pemeriksaan")),
    ("publikasi", _("Menunggu publikasi")),
    ("terlambat", _("Lewat tenggat")),
    ("dikembalikan", _("Dikembalikan")),
]


class AgreementFilter(django_filters.FilterSet):
    """By words, kind, stage, state of the term, owner (a unit with all below it), scope, and what is filed."""

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
    tahap = django_filters.ChoiceFilter(
        choices=RecordState.choices, method="by_stage", label=_("Tahap"), empty_label=_("Semua tahap")
    )
    unit = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.none(), method="by_owner", label=_("Unit pemilik"), empty_label=_("Semua unit")
    )
    lingkup = django_filters.ChoiceFilter(choices=SCOPES, method="by_scope", label=_("Lingkup"), empty_label=_("Semua"))
    naskah = django_filters.ChoiceFilter(
        choices=COPIES, method="by_copy", label=_("Salinan naskah"), empty_label=_("Semua")
    )
    pelaksanaan = django_filters.ChoiceFilter(
        choices=DEEDS, method="by_deeds", label=_("Pelaksanaan"), empty_label=_("Semua")
    )
    urut = django_filters.ChoiceFilter(choices=ORDER_LABELS, method="by_order", label=_("Urutan"), empty_label=None)

    def __init__(self, data: QueryDict, *, queryset: AgreementQuerySet, user: User, today: date) -> None:
        super().__init__(data, queryset=queryset)
        self.today = today
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Judul, nomor, pihak, isi PDF"), "type": "search"}
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
        return agreements.searched(value)

    def by_term(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.in_term_state(value, self.today)

    def by_stage(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.in_record_state(value)

    def by_owner(self, agreements: AgreementQuerySet, name: str, value: Unit) -> AgreementQuerySet:
        """A ministry or a bureau stands for itself; everything else with all below it."""
        if value.level in {Level.MINISTRY, Level.ECHELON1}:
            return agreements.filter(owner_unit=value)
        return agreements.filter(owner_unit__path__startswith=value.path)

    def by_scope(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.filter(is_foreign=value == "luar")

    def by_copy(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.with_copy() if value == "ada" else agreements.without_copy()

    def by_deeds(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        if value == "tidur":
            return agreements.asleep(self.today)
        return agreements.never_implemented() if value == "belum" else agreements.implemented()

    def by_order(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.order_by(*ORDERS[value])


class SubmissionFilter(django_filters.FilterSet):
    """Signed copies on their way: by words, owner and the step that is open."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=100)
    unit = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.none(), method="by_owner", label=_("Unit pemilik"), empty_label=_("Semua unit")
    )
    langkah = django_filters.ChoiceFilter(choices=STEPS, method="by_step", label=_("Langkah"), empty_label=None)

    def __init__(self, data: QueryDict, *, queryset: SubmissionQuerySet, user: User, today: date, step: str) -> None:
        data = data.copy()
        data["langkah"] = step
        super().__init__(data, queryset=queryset)
        self.today, self.user = today, user
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Judul, nomor, atau nama pihak"), "type": "search"}
        owners = Unit.objects.filter(reach(user, ""))
        if user.role in SEES_ALL:
            owners = owners.exclude(level=Level.TECHNICAL_UNIT)
        fields["unit"].queryset = owners.order_by("level", "short_name", "pk").only("short_name", "level", "path")

    def by_words(self, rows: SubmissionQuerySet, name: str, value: str) -> SubmissionQuerySet:
        found = Agreement.objects.matching(" ".join(value.split()))
        return rows.filter(agreement__in=found.values("pk"))

    def by_owner(self, rows: SubmissionQuerySet, name: str, value: Unit) -> SubmissionQuerySet:
        if value.level in {Level.MINISTRY, Level.ECHELON1}:
            return rows.filter(agreement__owner_unit=value)
        return rows.filter(agreement__owner_unit__path__startswith=value.path)

    def by_step(self, rows: SubmissionQuerySet, name: str, value: str) -> SubmissionQuerySet:
        found: dict[str, SubmissionQuerySet] = {
            "saya": rows.waiting_for(self.user),
            "semua": rows.filter(WAITING | UNPUBLISHED),
            "periksa": rows.waiting(),
            "publikasi": rows.unpublished(),
            "terlambat": rows.late(self.today),
            "dikembalikan": rows.returned_last(),
        }
        return found[value]


def step_choices() -> list[tuple[str, str]]:
    """The steps of the letters, in the reader's language."""
    return [(str(days), ngettext("%(n)d hari", "%(n)d hari", days) % {"n": days}) for days in ENDING_STEPS]


class EndingFilter(django_filters.FilterSet):
    """Ends to come: by words, Kanwil, how near, and whether something was decided."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=100)
    kanwil = django_filters.ModelChoiceFilter(
        queryset=Unit.objects.none(), method="by_region", label=_("Kanwil"), empty_label=_("Semua")
    )
    hari = django_filters.ChoiceFilter(
        choices=step_choices, method="by_days", label=_("Berakhir dalam"), empty_label=_("Semua")
    )
    putusan = django_filters.ChoiceFilter(
        choices=[("belum", _("Belum diputuskan")), ("sudah", _("Sudah diputuskan"))],
        method="by_decision",
        label=_("Keputusan"),
        empty_label=_("Semua"),
    )

    def __init__(self, data: QueryDict, *, queryset: AgreementQuerySet, user: User, today: date) -> None:
        super().__init__(data, queryset=queryset)
        self.today = today
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Judul, nomor, atau nama pihak"), "type": "search"}
        if user.role in SEES_ALL:
            fields["kanwil"].queryset = (
                Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("short_name", "pk").only("short_name", "path")
            )
        else:
            del fields["kanwil"]

    def by_words(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.matching(" ".join(value.split()))

    def by_region(self, agreements: AgreementQuerySet, name: str, value: Unit) -> AgreementQuerySet:
        return agreements.filter(owner_unit__path__startswith=value.path)

    def by_days(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return agreements.ending_within(int(value), self.today)

    def by_decision(self, agreements: AgreementQuerySet, name: str, value: str) -> AgreementQuerySet:
        return (
            agreements.undecided()
            if value == "belum"
            else agreements.exclude(pk__in=agreements.undecided().order_by().values("pk"))
        )


class CampaignItemFilter(django_filters.FilterSet):
    """Rows of a re-evaluation: by words, Kanwil, and what was answered."""

    q = django_filters.CharFilter(method="by_words", label=_("Cari"), max_length=100)
    kanwil = django_filters.ModelChoiceFilter(
        field_name="region", queryset=Unit.objects.none(), label=_("Kanwil"), empty_label=_("Semua")
    )
    jawaban = django_filters.ChoiceFilter(
        choices=[("belum", _("Belum dijawab")), *CampaignAnswer.choices],
        method="by_answer",
        label=_("Jawaban"),
        empty_label=_("Semua"),
    )

    def __init__(self, data: QueryDict, *, queryset: CampaignItemQuerySet, user: User) -> None:
        super().__init__(data, queryset=queryset)
        fields: Any = self.form.fields
        fields["q"].widget.attrs |= {"placeholder": _("Judul, nomor, atau nama pihak"), "type": "search"}
        if user.role in SEES_ALL:
            fields["kanwil"].queryset = (
                Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("short_name", "pk").only("short_name")
            )
        else:
            del fields["kanwil"]

    def by_words(self, items: CampaignItemQuerySet, name: str, value: str) -> CampaignItemQuerySet:
        found = Agreement.objects.matching(" ".join(value.split()))
        return items.filter(agreement__in=found.values("pk"))

    def by_answer(self, items: CampaignItemQuerySet, name: str, value: str) -> CampaignItemQuerySet:
        return items.unanswered() if value == "belum" else items.filter(answer=value)
