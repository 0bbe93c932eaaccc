"""The way of a signed copy: handed in by a satker, checked by its Kanwil, published by the bureau."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.files import AgreementFile
from partnerships.models.sight import within_sight
from partnerships.models.terms import Classification
from toolkit.one_line import one_line
from toolkit.working_days import add_working_days, last_day_before_deadline
from units.access import EDITS_ALL, Role, reach
from units.models import Level, User


class RecordState(models.TextChoices):
    """How far a record has come; always derived, never typed."""

    DRAFT = "draft", _("Draf")
    SIGNED = "signed", _("Ditandatangani")
    SUBMITTED = "submitted", _("Diserahkan")
    RETURNED = "returned", _("Dikembalikan")
    VERIFIED = "verified", _("Diverifikasi")
    PUBLISHED = "published", _("Dipublikasikan")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {
            "draft": "grey",
            "signed": "grey",
            "submitted": "gold",
            "returned": "brick",
            "verified": "sky",
            "published": "teal",
        }[self.value]


class ChecklistPointQuerySet(models.QuerySet["ChecklistPoint"]):
    def in_use(self) -> Self:
        """In the order of the page."""
        return self.filter(is_active=True).order_by("position", "pk")


class ChecklistPoint(models.Model):
    """What a Kanwil looks at before it verifies a copy; the bureau edits the list."""

    text = models.CharField(_("Yang diperiksa"), max_length=150, unique=True, validators=[one_line])
    help_text = models.CharField(_("Penjelasan"), max_length=300, blank=True, validators=[one_line])
    position = models.PositiveSmallIntegerField(_("Urutan"), default=100)
    is_active = models.BooleanField(
        _("Dipakai"), default=True, help_text=_("Butir yang tidak dipakai tetap tertulis pada pemeriksaan lama.")
    )

    objects = ChecklistPointQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("butir pemeriksaan naskah")
        verbose_name_plural = _("butir pemeriksaan naskah")

    def __str__(self) -> str:
        return self.text


def _midnight_after(day: date) -> datetime:
    """The end of a day as the bureau's calendar counts."""
    zone = timezone.get_default_timezone()
    return datetime.combine(date.fromordinal(day.toordinal() + 1), time(0), tzinfo=zone)


# Handed in, neither verified nor returned.
WAITING = Q(verified_at=None, returned_at=None)
# Verified, never published, and of a class that may be. One that was withdrawn asks for nothing.
UNPUBLISHED = Q(verified_at__isnull=False, agreement__publication=None) & ~Q(
    agreement__classification=Classification.EXEMPT
)
# Those of the ministry, its main units and the bureau: no Kanwil stands above them.
OF_NO_KANWIL = ~Q(agreement__owner_unit__level__in=[Level.REGIONAL_OFFICE, Level.TECHNICAL_UNIT])
NOTHING = Q(pk__in=())


def _check_is_late(today: date) -> Q:
    last = last_day_before_deadline(today, settings.VERIFICATION_WORKING_DAYS)
    return Q(submitted_at__lt=_midnight_after(last))


def _publication_is_late(today: date) -> Q:
    last = last_day_before_deadline(today, settings.PUBLICATION_WORKING_DAYS)
    return Q(verified_at__lt=_midnight_after(last))


def waiting_late(today: date) -> Q:
    return WAITING & _check_is_late(today)


def unpublished_late(today: date) -> Q:
    return UNPUBLISHED & _publication_is_late(today)


def overdue(today: date) -> Q:
    """The late of rows that wait: whether they do is not asked again."""
    return (Q(verified_at=None) & _check_is_late(today)) | _publication_is_late(today)


def verifiable_by(user: Any) -> Q:
    """Waiting ones that this person may check: a Kanwil admin those of its tree, the bureau all; nobody own ones."""
    if not getattr(user, "is_authenticated", False) or user.role not in {*EDITS_ALL, Role.REGIONAL_ADMIN}:
        return NOTHING
    return WAITING & reach(user, "agreement__owner_unit") & ~Q(submitted_by=user)


def publishable_by(user: Any) -> Q:
    if not getattr(user, "is_authenticated", False) or not user.is_active or user.role not in EDITS_ALL:
        return NOTHING
    return UNPUBLISHED & ~Q(submitted_by=user)


def waiting_for(user: Any) -> Q:
    """What waits for this person's hand. The bureau need only check what no Kanwil stands above; it may all."""
    checks = verifiable_by(user)
    if getattr(user, "role", None) in EDITS_ALL:
        checks &= OF_NO_KANWIL
    return checks | publishable_by(user)


def late(today: date) -> Q:
    return waiting_late(today) | unpublished_late(today)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def waiting(self) -> Self:
        return self.filter(WAITING)

    def unpublished(self) -> Self:
        return self.filter(UNPUBLISHED)

    def waiting_late(self, today: date) -> Self:
        return self.filter(waiting_late(today))

    def unpublished_late(self, today: date) -> Self:
        return self.filter(unpublished_late(today))

    def returned_last(self) -> Self:
        """Returned, and nothing newer handed in: the satker's turn."""
        newer = Submission.objects.filter(agreement=models.OuterRef("agreement"), returned_at=None)
        latest = Submission.objects.filter(agreement=models.OuterRef("agreement")).order_by("-submitted_at", "-pk")
        rows = self.filter(returned_at__isnull=False, pk=models.Subquery(latest.values("pk")[:1]))
        return rows.filter(~models.Exists(newer))

    def late(self, today: date) -> Self:
        return self.filter(late(today))

    def verifiable_by(self, user: Any) -> Self:
        return self.filter(verifiable_by(user))

    def publishable_by(self, user: Any) -> Self:
        return self.filter(publishable_by(user))

    def waiting_for(self, user: Any) -> Self:
        return self.filter(waiting_for(user))


class Submission(models.Model):
    """One handing-in of a signed copy. A returned one stays as it was; the corrected copy is a new one."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="submissions")
    file = models.ForeignKey(AgreementFile, models.PROTECT, related_name="+")
    note = models.TextField(_("Catatan untuk Kanwil"), blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checklist = models.JSONField(default=dict, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField(_("Alasan dikembalikan"), blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SubmissionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("penyerahan naskah")
        verbose_name_plural = _("penyerahan naskah")
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(verified_at=None, returned_at=None),
                name="partnerships_sub_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(returned_at=None), name="partnerships_submission_one_open"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(verified_at=None), name="partnerships_submission_one_answer"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | ~Q(return_reason=""), name="partnerships_submission_return_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("submitted_by")),
                name="partnerships_submission_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.submitted_at:%Y-%m-%d}"

    @property
    def state(self) -> RecordState:
        if self.verified_at is not None:
            return RecordState.VERIFIED
        return RecordState.SUBMITTED if self.returned_at is None else RecordState.RETURNED

    @property
    def due_on(self) -> date:
        """The last day of the step that is open: of checking, else of publishing."""
        if self.verified_at is not None:
            return add_working_days(timezone.localtime(self.verified_at).date(), settings.PUBLICATION_WORKING_DAYS)
        return add_working_days(timezone.localtime(self.submitted_at).date(), settings.VERIFICATION_WORKING_DAYS)


@dataclass(frozen=True)
class WaitingCopies:
    """How many signed copies wait for a person, and how many of those in sight are late."""

    total: int
    late: int


def remember_copies(user: Any, total: int, late: int) -> None:
    """For a page that has counted them on its way: the menu need not ask again."""
    user.copies_waiting = WaitingCopies(total, late)


def copies_waiting(user: Any, today: date) -> WaitingCopies:
    """Asked once for each person and request, in one statement: the menu and the home say the same number."""
    if not hasattr(user, "copies_waiting"):
        rows = Submission.objects.waiting_for(user)
        found = rows.aggregate(total=models.Count("pk"), late=models.Count("pk", filter=overdue(today)))
        user.copies_waiting = WaitingCopies(**found)
    waiting: WaitingCopies = user.copies_waiting
    return waiting


class PublicationQuerySet(models.QuerySet["Publication"]):
    def standing(self) -> Self:
        """Not withdrawn; of an exempt agreement nobody sees it all the same (see `is_shown`)."""
        return self.filter(withdrawn_at=None)


class Publication(models.Model):
    """An agreement that the public may read: its facts, and the copy made for the public where there is one.

    `submitted_by` repeats who handed the copy in, so that the database can refuse the same person here."""

    agreement = models.OneToOneField("Agreement", models.CASCADE, related_name="publication")
    public_file = models.ForeignKey(AgreementFile, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(db_index=True)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField(_("Alasan ditarik"), blank=True)

    objects = PublicationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("publikasi")
        verbose_name_plural = _("publikasi")
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_by=None) | ~Q(published_by=models.F("submitted_by")),
                name="partnerships_publication_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="partnerships_publication_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.published_at:%Y-%m-%d}"

    @property
    def is_shown(self) -> bool:
        """Whether the public sees it, the twin of `conditions.public`; its agreement must be at hand."""
        return self.withdrawn_at is None and self.agreement.classification != Classification.EXEMPT
