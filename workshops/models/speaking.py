"""Whether a speaker comes: what was asked of them for one workshop, and when they cannot."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.models import User
from workshops.models.agenda import Speaker
from workshops.models.workshops import Workshop


class SpeakerAnswer(models.TextChoices):
    WAITING = "waiting", _("Belum menjawab")
    ACCEPTED = "accepted", _("Bersedia")
    DECLINED = "declined", _("Tidak bersedia")
    PROPOSED = "proposed", _("Mengusulkan waktu lain")


class SpeakerInvitationQuerySet(models.QuerySet["SpeakerInvitation"]):
    def unanswered(self) -> "SpeakerInvitationQuerySet":
        return self.filter(answer=SpeakerAnswer.WAITING, withdrawn_at=None)

    def standing(self) -> "SpeakerInvitationQuerySet":
        return self.filter(withdrawn_at=None)


class SpeakerInvitation(models.Model):
    """That a speaker was asked to a workshop, and the answer. No row means nobody has asked yet."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="speaker_invitations")
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="invitations", verbose_name=_("Narasumber"))
    answer = models.CharField(_("Jawaban"), max_length=10, choices=SpeakerAnswer, default=SpeakerAnswer.WAITING)
    reply_deadline = models.DateTimeField(_("Batas jawaban"))
    note = models.CharField(_("Catatan narasumber"), max_length=500, blank=True, validators=[one_line])
    proposed_time = models.CharField(_("Waktu yang diusulkan"), max_length=200, blank=True, validators=[one_line])
    printed_title = models.CharField(_("Jabatan untuk dicetak"), max_length=150, blank=True, validators=[one_line])
    version = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text=_("Naik bila tautan lama tidak boleh berlaku lagi.")
    )
    asked_at = models.DateTimeField(editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
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


class SpeakerUnavailability(models.Model):
    """A span in which a speaker cannot come, in whichever workshop."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="unavailabilities")
    starts_at = models.DateTimeField(_("Mulai"))
    ends_at = models.DateTimeField(_("Selesai"))
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
