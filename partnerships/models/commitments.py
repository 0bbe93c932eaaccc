"""What the parties promise each other, and what has been done of it."""

import secrets
from datetime import date
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from partnerships.models.parties import AgreementParty
from partnerships.models.sight import within_sight
from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.rupiah import MAX_RUPIAH, dotted, rupiah
from units.access import Role
from units.models import Unit, User

# Years have two halves; a half is told by one number, so that a period is a range of them.
ALWAYS = (0, 30_000)


def half_of(day: date) -> int:
    """The half of the year in which a day lies: 2026 is 4052 until June and 4053 from July on."""
    return day.year * 2 + (day.month > 6)


class Measure(models.TextChoices):
    EVENTS = "events", _("Jumlah kegiatan")
    PEOPLE = "people", _("Orang yang dilatih")
    RUPIAH = "rupiah", _("Rupiah")
    OTHER = "other", _("Lainnya")


class Recurrence(models.TextChoices):
    ONCE = "once", _("Sekali selama masa berlaku")
    YEARLY = "yearly", _("Setiap tahun")
    SEMESTER = "semester", _("Setiap semester")


class ActivitySource(models.TextChoices):
    REPORTED = "reported", _("Dilaporkan satuan kerja")
    WORKSHOP = "workshop", _("Tercatat dari kegiatan portal")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def with_period(self, today: date) -> Self:
        """Annotates `from_half` and `to_half`: the period in which it is counted now. Of an agreement that is over it
        is the last one; what recurs begins anew with each year or half."""
        last = Coalesce(F("agreement__effective_until"), Value(today), output_field=models.DateField())
        stop = Coalesce(F("agreement__terminated_on"), Value(today), output_field=models.DateField())
        day = Least(Value(today, output_field=models.DateField()), last, stop, output_field=models.DateField())
        year = ExtractYear(day) * 2
        half = year + Case(When(term_month__gt=6, then=1), default=0)
        whole = models.IntegerField()
        return self.annotate(
            term_month=ExtractMonth(day),
            from_half=Case(
                When(recurrence=Recurrence.YEARLY, then=year),
                When(recurrence=Recurrence.SEMESTER, then=half),
                default=ALWAYS[0],
                output_field=whole,
            ),
            to_half=Case(
                When(recurrence=Recurrence.YEARLY, then=year + 1),
                When(recurrence=Recurrence.SEMESTER, then=half),
                default=ALWAYS[1],
                output_field=whole,
            ),
        )

    def with_used(self, today: date) -> Self:
        """Annotates `used`: what activities have consumed in the period that counts now.

        An activity that a unit reported counts by its amount for the commitment it names. A workshop counts by itself
        for the one commitment of each measure that takes workshops (the database allows one only)."""
        held = Activity.objects.filter(
            agreement=OuterRef("agreement"),
            source=ActivitySource.WORKSHOP,
            half_year__gte=OuterRef("from_half"),
            half_year__lte=OuterRef("to_half"),
        )
        named = Activity.objects.filter(
            commitment=OuterRef("pk"), half_year__gte=OuterRef("from_half"), half_year__lte=OuterRef("to_half")
        )
        counted = Case(
            *(When(wanted=measure, then=F(column)) for measure, column in WORKSHOP_COLUMNS.items()),
            default=Value(0),
            output_field=models.BigIntegerField(),
        )
        measured = held.annotate(wanted=ExpressionWrapper(OuterRef("measure"), output_field=models.CharField()))
        by_itself = When(counts_workshops=True, then=_sum_of(measured, "agreement", counted))
        return self.with_period(today).annotate(
            used=_sum_of(named, "commitment", F("amount"))
            + Case(by_itself, default=Value(0), output_field=models.BigIntegerField())
        )

    def with_percent(self, today: date) -> Self:
        """Annotates `used` and `percent`, 0 to 100; what is done beyond the promise is no more than all of it."""
        done = F("used") * Value(100.0) / F("quantity")
        return self.with_used(today).annotate(percent=Least(done, Value(100.0), output_field=models.FloatField()))


# Which fact of a workshop counts for which measure.
WORKSHOP_COLUMNS = {Measure.EVENTS: "n_events", Measure.PEOPLE: "n_people", Measure.RUPIAH: "rupiah"}


def _sum_of(rows: "models.QuerySet[Any]", group: str, column: F | Case) -> Coalesce:
    sums = rows.order_by().values(group).annotate(total=Sum(column)).values("total")
    number = models.BigIntegerField()
    return Coalesce(Subquery(sums, output_field=number), Value(0, output_field=number))


class Commitment(models.Model):
    """What one party promised: how much of what, by when or how often."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="commitments")
    party = models.ForeignKey(
        AgreementParty,
        models.SET_NULL,
        null=True,
        related_name="commitments",
        verbose_name=_("Pihak yang berjanji"),
    )
    what = models.CharField(
        _("Komitmen"), max_length=300, validators=[one_line], help_text=_("Misalnya: pelatihan media sosial.")
    )
    measure = models.CharField(_("Diukur dengan"), max_length=10, choices=Measure, default=Measure.EVENTS)
    quantity = models.BigIntegerField(_("Jumlah"), validators=[MinValueValidator(1), MaxValueValidator(MAX_RUPIAH)])
    unit_of_measure = models.CharField(
        _("Satuan"),
        max_length=30,
        blank=True,
        validators=[one_line],
        help_text=_("Misalnya: naskah, kunjungan. Wajib bila diukur dengan cara lain."),
    )
    recurrence = models.CharField(_("Berulang"), max_length=10, choices=Recurrence, default=Recurrence.ONCE)
    due_on = models.DateField(
        _("Tenggat"), null=True, blank=True, help_text=_("Kosong berarti sampai perjanjian berakhir.")
    )
    counts_workshops = models.BooleanField(
        _("Kegiatan portal di bawah perjanjian ini dihitung otomatis"),
        default=False,
        help_text=_("Hanya satu komitmen untuk setiap cara mengukur, agar satu kegiatan tidak dihitung dua kali."),
    )

    used: int  # by `with_used`
    percent: float  # by `with_percent`
    from_half: int
    to_half: int

    objects = CommitmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("komitmen")
        verbose_name_plural = _("komitmen")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_RUPIAH),
                name="partnerships_commitment_quantity_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(recurrence=Recurrence.ONCE),
                name="partnerships_commitment_due_or_recurring",
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.OTHER) | (Q(counts_workshops=False) & ~Q(unit_of_measure="")),
                name="partnerships_commitment_other_has_unit",
            ),
            models.UniqueConstraint(
                fields=["agreement", "measure"],
                condition=Q(counts_workshops=True),
                name="partnerships_commitment_workshops_once",
            ),
        ]

    get_measure_display = label_of("measure", Measure)
    get_recurrence_display = label_of("recurrence", Recurrence)

    def __str__(self) -> str:
        return self.what

    def shown(self, n: int) -> str:
        """`4 kegiatan`, `120 orang`, `Rp 5.000.000`, `3 naskah`."""
        if self.measure == Measure.RUPIAH:
            return rupiah(n)
        if self.measure == Measure.EVENTS:
            return ngettext("%(n)s kegiatan", "%(n)s kegiatan", n) % {"n": dotted(n)}
        if self.measure == Measure.PEOPLE:
            return ngettext("%(n)s orang", "%(n)s orang", n) % {"n": dotted(n)}
        return f"{dotted(n)} {self.unit_of_measure}"

    def taken_by(self, activity: "Activity") -> int:
        """How much of it an activity consumes, in its own measure; 0 for none."""
        if activity.commitment_id == self.pk:
            return activity.amount or 0
        column = WORKSHOP_COLUMNS.get(Measure(self.measure), "")
        is_counted = self.counts_workshops and activity.source == ActivitySource.WORKSHOP and column
        return getattr(activity, column) if is_counted else 0

    @property
    def left(self) -> int:
        return max(0, self.quantity - self.used)

    def is_late(self, today: date) -> bool:
        """Its day has passed and something is left; what recurs is never late, it begins anew."""
        return self.due_on is not None and self.due_on < today and self.left > 0


def evidence_path(row: Any, filename: str) -> str:
    """A random name in private storage with the ending of what it was found to be."""
    return f"evidence/{secrets.token_hex(16)}{'.jpg' if filename.endswith('.jpg') else '.pdf'}"


class Evidence(models.Model):
    """A file or a link that shows that something was done."""

    link = models.URLField(_("Tautan bukti"), max_length=500, blank=True)
    file = models.FileField(_("Berkas bukti"), upload_to=evidence_path, blank=True)
    original_name = models.CharField(max_length=200, blank=True, editable=False)
    content_type = models.CharField(max_length=60, blank=True, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def has_evidence(self) -> bool:
        return bool(self.link or self.file)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def editable_by(self, user: Any) -> Self:
        """What was reported by hand: by the unit that did, by whoever keeps the agreement, never by a leader. What a
        workshop filed follows the workshop."""
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        rows = self.visible_to(user).filter(source=ActivitySource.REPORTED)
        keeps = getattr(user, "role", None) == Role.BUREAU_ADMIN or getattr(user, "keeps_agreements", False)
        return rows if keeps or getattr(user, "role", None) == Role.REGIONAL_ADMIN else rows.filter(unit=user.unit_id)

    def newest(self) -> Self:
        return self.order_by("-held_on", "-pk")


class Activity(Evidence):
    """Something done under an agreement. A workshop of the portal files itself when it is over: once for each
    agreement, with `n_events`, `n_people` and `rupiah`; what a unit reports counts by `amount`."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="activities")
    commitment = models.ForeignKey(
        Commitment,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("Komitmen yang dilaksanakan"),
    )
    plan_line = models.ForeignKey(
        "WorkPlanLine",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("Baris rencana kerja tahunan (RKT)"),
    )
    source = models.CharField(max_length=10, choices=ActivitySource, default=ActivitySource.REPORTED, editable=False)
    title = models.CharField(_("Kegiatan"), max_length=200, validators=[one_line])
    held_on = models.DateField(_("Tanggal"))
    half_year = models.PositiveIntegerField(editable=False)
    amount = models.BigIntegerField(_("Jumlah yang dihitung"), null=True, blank=True)
    result_ours = models.TextField(_("Hasil bagi kita"), blank=True, max_length=2000)
    result_partner = models.TextField(_("Hasil bagi mitra"), blank=True, max_length=2000)
    obstacles = models.TextField(_("Kendala"), blank=True, max_length=2000)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("Satuan kerja pelapor"))
    workshop_pk = models.BigIntegerField(null=True, editable=False)
    n_events = models.PositiveIntegerField(default=0, editable=False)
    n_people = models.PositiveIntegerField(default=0, editable=False)
    rupiah = models.BigIntegerField(default=0, editable=False)
    outside_term = models.CharField(max_length=600, blank=True, editable=False)
    reported_at = models.DateTimeField(editable=False)
    reported_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = ActivityQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("pelaksanaan")
        verbose_name_plural = _("pelaksanaan")
        indexes = [
            models.Index(fields=["agreement", "-held_on", "-id"], name="partnerships_activity_newest"),
            models.Index(fields=["commitment", "half_year"], name="partnerships_activity_counted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "workshop_pk"], name="partnerships_activity_workshop_once"),
            models.CheckConstraint(
                condition=Q(source="reported", workshop_pk=None, n_events=0, n_people=0, rupiah=0)
                | Q(source="workshop", workshop_pk__isnull=False, commitment=None),
                name="partnerships_activity_source_is_told",
            ),
            models.CheckConstraint(
                condition=Q(commitment=None, amount=None) | Q(commitment__isnull=False, amount__gte=1),
                name="partnerships_activity_amount_with_commitment",
            ),
            models.CheckConstraint(
                condition=(Q(amount=None) | Q(amount__lte=MAX_RUPIAH)) & Q(rupiah__gte=0),
                name="partnerships_activity_amounts_in_bounds",
            ),
        ]

    get_source_display = label_of("source", ActivitySource)

    def __str__(self) -> str:
        return self.title
