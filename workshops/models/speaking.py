"""Whether a speaker comes: what was asked of them for one workshop, what they handed in, when they cannot, and how
they were judged."""

import secrets
from datetime import datetime
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import SEES_ALL
from units.models import User
from workshops.models.agenda import Session, Speaker
from workshops.models.workshops import Workshop, WorkshopState

# Workshops for which speakers can be asked and can answer; once it has begun nothing is open any more.
ASKING_STATES = [WorkshopState.PLANNED, WorkshopState.APPROVED, WorkshopState.REGISTRATION]


class SpeakerAnswer(models.TextChoices):
    WAITING = "waiting", _("Belum menjawab")
    ACCEPTED = "accepted", _("Bersedia")
    DECLINED = "declined", _("Tidak bersedia")
    PROPOSED = "proposed", _("Mengusulkan waktu lain")


class SpeakerInvitationQuerySet(models.QuerySet["SpeakerInvitation"]):
    def unanswered(self) -> Self:
        return self.filter(answer=SpeakerAnswer.WAITING, withdrawn_at=None)

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def of_coming_workshops(self) -> Self:
        """Standing ones of workshops that are neither over nor called off."""
        return self.standing().filter(workshop__state__in=[*ASKING_STATES, WorkshopState.RUNNING])

    def open_at(self, now: datetime) -> Self:
        """Those that can still be answered: neither withdrawn, nor of a workshop that is off or has begun."""
        return self.standing().filter(workshop__state__in=ASKING_STATES, workshop__starts_at__gt=now)

    def visible_to(self, user: Any) -> Self:
        """Answers are for who runs the workshop, and for those who see everything."""
        seen = (
            Workshop.objects.visible_to(user)
            if getattr(user, "role", None) in SEES_ALL
            else Workshop.objects.editable_by(user)
        )
        return self.filter(workshop__in=seen.values("pk"))

    def editable_by(self, user: Any) -> Self:
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))


class SpeakerInvitation(models.Model):
    """That a speaker was asked to a workshop, and the answer. No row means nobody has asked yet."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="speaker_invitations")
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="invitations", verbose_name=_("Narasumber"))
    answer = models.CharField(_("Jawaban"), max_length=10, choices=SpeakerAnswer, default=SpeakerAnswer.WAITING)
    reply_deadline = models.DateTimeField(_("Batas jawaban"))
    note = models.CharField(_("Catatan narasumber"), max_length=500, blank=True, validators=[one_line])
    proposed_time = models.CharField(_("Waktu yang diusulkan"), max_length=200, blank=True, validators=[one_line])
    proposed_session = models.ForeignKey(
        Session, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Sesi yang diusulkan pindah")
    )
    proposed_starts_at = models.DateTimeField(_("Usulan waktu mulai"), null=True, blank=True)
    printed_title = models.CharField(_("Jabatan untuk dicetak"), max_length=150, blank=True, validators=[one_line])
    version = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text=_("Naik bila tautan lama tidak boleh berlaku lagi.")
    )
    asked_at = models.DateTimeField(editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, help_text=_("Kosong: dijawab lewat tautan.")
    )
    reminded_at = models.DateTimeField(null=True, editable=False)
    n_reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = SpeakerInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "speaker"], name="workshops_speakerinvitation_once"),
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_at=None) | (~Q(answer="waiting") & Q(answered_at__isnull=False)),
                name="workshops_speakerinvitation_answer_has_moment",
            ),
        ]

    get_answer_display = label_of("answer", SpeakerAnswer)

    def __str__(self) -> str:
        return str(self.speaker)

    def is_open(self, now: datetime) -> bool:
        """Says of this row what `open_at` says of many; needs `workshop`."""
        workshop = self.workshop
        is_coming = workshop.starts_at is not None and now < workshop.starts_at
        return self.withdrawn_at is None and workshop.state in ASKING_STATES and is_coming


def presentation_path(presentation: "SpeakerPresentation", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"presentations/{secrets.token_hex(16)}"


class SpeakerPresentationQuerySet(models.QuerySet["SpeakerPresentation"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(invitation__in=SpeakerInvitation.objects.visible_to(user).values("pk"))


class SpeakerPresentation(models.Model):
    """A file for a talk as it was handed in; rows are only added, the newest is the one to show."""

    invitation = models.ForeignKey(SpeakerInvitation, models.CASCADE, related_name="presentations")
    file = models.FileField(_("Bahan paparan"), upload_to=presentation_path, max_length=100)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    objects = SpeakerPresentationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "sha256"], name="workshops_speakerpresentation_once"),
        ]

    def __str__(self) -> str:
        return self.original_name


class SpeakerUnavailability(models.Model):
    """A span in which a speaker cannot come, in whichever workshop."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="unavailabilities")
    starts_at = models.DateTimeField(_("Mulai"))
    ends_at = models.DateTimeField(pgettext_lazy("waktu", "Selesai"))
    note = models.CharField(_("Keterangan"), max_length=200, blank=True, validators=[one_line])

    objects = models.Manager["SpeakerUnavailability"]()

    class Meta:
        indexes = [models.Index(fields=["speaker", "starts_at"], name="workshops_unavailable_speaker")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="workshops_speakerunavailability_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.starts_at:%Y-%m-%d %H:%M}"


class SpeakerScoreQuerySet(models.QuerySet["SpeakerScore"]):
    def visible_to(self, user: Any) -> Self:
        """Scores from workshops one may see; the page of the speaker says who may open it."""
        return self.filter(workshop__in=Workshop.objects.visible_to(user).values("pk"))


class SpeakerScore(models.Model):
    """How a speaker was judged in one workshop: the mean of the answers to an evaluation."""

    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="speaker_scores", verbose_name=pgettext_lazy("satu", "Workshop")
    )
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="scores")
    score = models.DecimalField(
        _("Nilai"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("Rata-rata antara 1 dan 5."),
    )
    n_answers = models.PositiveIntegerField(_("Banyak penilai"), validators=[MinValueValidator(1)])
    source = models.CharField(
        _("Sumber"), max_length=200, validators=[one_line], help_text=_("Misalnya: formulir evaluasi hari kedua.")
    )
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = SpeakerScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "speaker"], name="workshops_speakerscore_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="workshops_speakerscore_range"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.score}"
