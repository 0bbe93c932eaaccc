"""The way of a signed copy: handed in by a satker, checked by its Kanwil, published by the bureau."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.files import AgreementFile
from partnerships.models.sight import within_sight
from units.models import User


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


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def waiting(self) -> Self:
        """Handed in, neither verified nor returned."""
        return self.filter(verified_at=None, returned_at=None)


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


class PublicationQuerySet(models.QuerySet["Publication"]):
    def shown(self) -> Self:
        """What the public sees now."""
        return self.filter(withdrawn_at=None)


class Publication(models.Model):
    """An agreement that the public may read: its facts, and the copy made for the public where there is one."""

    agreement = models.OneToOneField("Agreement", models.CASCADE, related_name="publication")
    public_file = models.ForeignKey(AgreementFile, models.PROTECT, null=True, blank=True, related_name="+")
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

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.published_at:%Y-%m-%d}"
