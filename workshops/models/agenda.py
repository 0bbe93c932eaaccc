"""The agenda: sessions, who speaks or moderates in them, and the register of speakers."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from partnerships.models import Organization
from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import EDITS_ALL, SEES_ALL, Role, reach
from units.models import Unit
from workshops.models.workshops import Workshop


class SessionKind(models.TextChoices):
    CHECK_IN = "check_in", _("Registrasi")
    OPENING = "opening", _("Pembukaan")
    COMMITTEE_REPORT = "committee_report", _("Laporan panitia")
    REMARKS = "remarks", _("Sambutan")
    MATERIAL = "material", _("Materi")
    DISCUSSION = "discussion", _("Diskusi")
    PANEL = "panel", _("Panel")
    PRE_TEST = "pre_test", _("Pre-test")
    POST_TEST = "post_test", _("Post-test")
    BREAK = "break", _("Jeda")
    PHOTO = "photo", _("Foto bersama")
    CLOSING = "closing", _("Penutupan")
    OTHER = "other", _("Lainnya")


TAUGHT = [SessionKind.MATERIAL, SessionKind.DISCUSSION, SessionKind.PANEL]
LESSON_MINUTES, HOUR_MINUTES = 45, 60


def credit_hours(kind: str, minutes: int) -> int:
    """JP: whole lessons of 45 minutes, of taught sessions only (DOMAIN.md 3)."""
    return minutes // LESSON_MINUTES if kind in TAUGHT else 0


def person_hours(kind: str, minutes: int) -> float:
    """OJ: hours of 60 minutes, of taught sessions only (SBM, DOMAIN.md 3)."""
    return round(minutes / HOUR_MINUTES, 2) if kind in TAUGHT else 0


class SessionQuerySet(models.QuerySet["Session"]):
    def scheduled(self) -> Self:
        """Those with a time; the others wait in the tray."""
        return self.filter(starts_at__isnull=False)

    def unscheduled(self) -> Self:
        return self.filter(starts_at=None)


class Session(models.Model):
    """A line of the draft agenda. Without times it waits in the tray, and `duration` says how long it will be."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sessions")
    kind = models.CharField(_("Jenis"), max_length=20, choices=SessionKind, default=SessionKind.MATERIAL)
    theme = models.CharField(_("Tema"), max_length=300, validators=[one_line])
    starts_at = models.DateTimeField(_("Mulai"), null=True, blank=True)
    ends_at = models.DateTimeField(pgettext_lazy("waktu", "Selesai"), null=True, blank=True)
    duration = models.PositiveSmallIntegerField(_("Lama (menit)"), null=True, blank=True)
    is_pinned = models.BooleanField(_("Jam tetap"), default=False)
    room = models.CharField(_("Ruang"), max_length=100, blank=True, validators=[one_line])

    objects = SessionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sesi")
        verbose_name_plural = _("sesi")
        indexes = [models.Index(fields=["workshop", "starts_at", "id"], name="workshops_session_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at"), starts_at__isnull=False),
                name="workshops_session_ends_after_start",
            ),
            # Either times, or a length: never two answers to how long a session is.
            models.CheckConstraint(
                condition=Q(starts_at=None, duration__gt=0) | Q(starts_at__isnull=False, duration=None),
                name="workshops_session_times_or_duration",
            ),
        ]

    get_kind_display = label_of("kind", SessionKind)

    def __str__(self) -> str:
        return self.theme

    @property
    def minutes(self) -> int:
        if self.starts_at is None or self.ends_at is None:
            return self.duration or 0
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def credit_hours(self) -> int:
        return credit_hours(self.kind, self.minutes)

    @property
    def person_hours(self) -> float:
        return person_hours(self.kind, self.minutes)

    @property
    def keeps_its_time(self) -> bool:
        """Whether the clock time stays when sessions around it are moved."""
        return self.is_pinned or self.kind == SessionKind.BREAK


class HonorariumGrade(models.TextChoices):
    """The rows of the standard costs for those who speak; moderating is a role there, not a grade."""

    MINISTER = "minister", _("Menteri/setingkat")
    ECHELON_1 = "echelon_1", _("Eselon I/setingkat")
    ECHELON_2 = "echelon_2", _("Eselon II/setingkat")
    ECHELON_3_BELOW = "echelon_3_below", _("Eselon III ke bawah")
    EXPERT = "expert", _("Pakar/praktisi/profesional")


def photo_path(speaker: "Speaker", filename: str) -> str:
    """A random name in private storage: nobody can guess the photo of another person."""
    return f"speakers/{secrets.token_hex(16)}.jpg"


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def visible_to(self, user: Any) -> Self:
        """The whole register for the bureau and leaders; for a Kanwil admin the speakers of the own tree, those it
        registered, and those of its own workshops. Speakers have e-mail addresses and numbers, so nobody else."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            heard = SessionRole.objects.filter(session__workshop__in=Workshop.objects.editable_by(user).values("pk"))
            return self.filter(reach(user, "unit") | reach(user, "keeper") | Q(pk__in=heard.values("speaker")))
        return self.none()

    def editable_by(self, user: Any) -> Self:
        """All for the bureau; for a Kanwil admin the speakers of the own tree and those it registered."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in EDITS_ALL:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(reach(user, "unit") | reach(user, "keeper"))
        return self.none()


class Speaker(models.Model):
    """A person or an organisation that speaks or moderates; needs no account. `keeper` is whose register it is in."""

    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    is_organization = models.BooleanField(_("Lembaga atau tim"), default=False)
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="speakers",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="speakers", verbose_name=_("Instansi luar")
    )
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    email = models.EmailField(_("Surel"), blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=20, blank=True)
    alias = models.CharField(
        _("Dikenal sebagai"),
        max_length=100,
        blank=True,
        default="",
        validators=[one_line],
        help_text=_("Nama pena atau panggilan."),
    )
    field_of_expertise = models.CharField(
        _("Bidang keahlian"), max_length=150, blank=True, default="", validators=[one_line]
    )
    biography = models.TextField(
        _("Biografi singkat"), max_length=1000, blank=True, default="", validators=[MaxLengthValidator(1000)]
    )
    photo = models.FileField(_("Foto"), upload_to=photo_path, max_length=100, blank=True, editable=False)
    notes = models.TextField(
        _("Catatan"), max_length=2000, blank=True, default="", validators=[MaxLengthValidator(2000)]
    )
    honorarium_grade = models.CharField(
        _("Golongan honorarium"), max_length=20, choices=HonorariumGrade, blank=True, default=""
    )

    keeper = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("narasumber")
        verbose_name_plural = _("narasumber")
        indexes = [models.Index(fields=["name", "id"], name="workshops_speaker_name")]

    get_honorarium_grade_display = label_of("honorarium_grade", HonorariumGrade)

    def __str__(self) -> str:
        return self.name

    @property
    def is_internal(self) -> bool:
        return self.unit_id is not None

    def is_editable_by(self, user: Any) -> bool:
        """Says of this row what `editable_by` says of many; needs `unit` and `keeper` and queries nothing else."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        if user.role == Role.REGIONAL_ADMIN and user.unit is not None:
            return any(home is not None and home.path.startswith(user.unit.path) for home in (self.unit, self.keeper))
        return user.role in EDITS_ALL


class SessionRole(models.Model):
    """Who does what in a session; no speaker yet means "akan dikonfirmasi". The position is kept as of the event."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("Narasumber")
        MODERATOR = "moderator", _("Moderator")
        HOST_MC = "host_mc", _("Pembawa acara")
        OFFICIAL = "official", _("Pejabat")

    session = models.ForeignKey(Session, models.CASCADE, related_name="roles")
    role = models.CharField(_("Peran"), max_length=20, choices=Role, default=Role.SPEAKER)
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("Narasumber")
    )
    position_title = models.CharField(_("Jabatan saat kegiatan"), max_length=150, blank=True, validators=[one_line])

    objects = models.Manager["SessionRole"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "speaker", "role"],
                condition=Q(speaker__isnull=False),
                name="workshops_sessionrole_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.speaker or _("Akan dikonfirmasi"))
