"""Workshops of every kind, who holds them, whom they are for, and how they got where they stand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from outbox.models import Topic
from partnerships.models import Agreement, Organization
from toolkit.choices import label_of
from toolkit.local_times import retold_span
from toolkit.one_line import one_line
from units.access import SEES_ALL, Role, reach
from units.models import Level, Unit, User, Zone


class WorkshopKind(models.TextChoices):
    WORKSHOP = "workshop", pgettext_lazy("satu", "Workshop")
    TRAINING = "training", _("Pelatihan")
    TECH_GUIDANCE = "tech_guidance", _("Bimbingan teknis")
    WEBINAR = "webinar", _("Webinar")
    BRIEFING = "briefing", _("Pengarahan")
    COORDINATION_MEETING = "coordination_meeting", _("Rapat koordinasi")
    DRAFTING_RETREAT = "drafting_retreat", _("Konsinyering")
    SOCIALIZATION = "socialization", _("Sosialisasi")
    MONITORING = "monitoring", _("Monitoring dan evaluasi")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("Tatap muka")
    ONLINE = "online", _("Daring")
    HYBRID = "hybrid", _("Hibrida")


# As the history of a schedule keeps them.
_MODE_WORDS = {"daring": Mode.ONLINE, "hibrida": Mode.HYBRID}


class WorkshopState(models.TextChoices):
    IDEA = "idea", _("Usulan")
    PLANNED = "planned", _("Rencana")
    APPROVED = "approved", _("Disetujui")
    REGISTRATION = "registration", _("Pendaftaran")
    RUNNING = "running", _("Berlangsung")
    FINISHED = "finished", _("Selesai")
    REPORTED = "reported", _("Dilaporkan")
    POSTPONED = "postponed", _("Ditunda")
    CANCELLED = "cancelled", _("Dibatalkan")


# How a state looks beside its word.
STATE_TONES = {
    WorkshopState.IDEA: "grey",
    WorkshopState.PLANNED: "sky",
    WorkshopState.APPROVED: "sky",
    WorkshopState.REGISTRATION: "teal",
    WorkshopState.RUNNING: "gold",
    WorkshopState.FINISHED: "teal",
    WorkshopState.REPORTED: "grey",
    WorkshopState.POSTPONED: "gold",
    WorkshopState.CANCELLED: "brick",
}
# How a kind looks on the calendar, where many stand beside each other: four groups can be told apart.
KIND_TONES = {
    WorkshopKind.WORKSHOP: "teal",
    WorkshopKind.TRAINING: "teal",
    WorkshopKind.WEBINAR: "teal",
    WorkshopKind.SOCIALIZATION: "teal",
    WorkshopKind.TECH_GUIDANCE: "gold",
    WorkshopKind.COORDINATION_MEETING: "gold",
    WorkshopKind.DRAFTING_RETREAT: "plum",
    WorkshopKind.BRIEFING: "sky",
    WorkshopKind.MONITORING: "sky",
}
OPEN_STATES = [WorkshopState.APPROVED, WorkshopState.REGISTRATION, WorkshopState.RUNNING]
# What the public may know of, where it is meant for them.
PUBLISHED_STATES = [*OPEN_STATES, WorkshopState.FINISHED, WorkshopState.REPORTED]


# What bureau staff keep, besides bureau admins: workshops of the ministry itself.
BUREAU_LEVELS = [Level.MINISTRY, Level.ECHELON1, Level.BUREAU]


def organizers_for(user: Any) -> models.QuerySet[Unit]:
    """Units in whose name a person may hold a workshop; the same reach as `Workshop.objects.editable_by`."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Unit.objects.none()
    if user.role == Role.BUREAU_ADMIN:
        return Unit.objects.all()
    if user.role == Role.BUREAU_STAFF:
        return Unit.objects.filter(level__in=BUREAU_LEVELS)
    if user.role == Role.REGIONAL_ADMIN:
        return Unit.objects.filter(reach(user, ""))
    return Unit.objects.none()


def _around(first: date, last: date) -> tuple[datetime, datetime]:
    """A day more on each side, since days are told by the zone of each place."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    return begin, datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=2)


def _held_within(first: date, last: date) -> Q:
    begin, end = _around(first, last)
    expected = Q(starts_at=None, fuzzy_month__gte=first.replace(day=1), fuzzy_month__lte=last)
    return Q(starts_at__lt=end, ends_at__gt=begin) | expected


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for others what units they reach organise, alone or with others,
        host or are asked to."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        asked = WorkshopAudience.objects.filter(reach(user, "unit")).values("workshop")
        holding = CoOrganizer.objects.filter(reach(user, "unit")).values("workshop")
        own = reach(user, "organizer_unit") | reach(user, "host_unit")
        return self.filter(own | Q(pk__in=asked) | Q(pk__in=holding))

    def editable_by(self, user: Any) -> Self:
        """A bureau admin changes all; bureau staff what the bureau or the ministry organises; a Kanwil admin what the
        own tree organises; nobody else any."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        if user.role == Role.BUREAU_STAFF:
            return self.filter(organizer_unit__level__in=BUREAU_LEVELS)
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(reach(user, "organizer_unit"))
        return self.none()

    def announced(self) -> Self:
        """What anybody may know of: public, and approved at some time. It stays when it is called off afterwards, so
        that calendars hear of that too."""
        was_approved = StateChange.objects.filter(workshop=OuterRef("pk"), after=WorkshopState.APPROVED)
        standing = Q(state__in=[*OPEN_STATES, WorkshopState.FINISHED, WorkshopState.REPORTED])
        called_off = Q(state__in=[WorkshopState.POSTPONED, WorkshopState.CANCELLED]) & Exists(was_approved)
        return self.filter(standing | called_off, is_public=True)

    def held_within(self, first: date, last: date) -> Self:
        """Held on one of these days, or with a fuzzy date in one of their months."""
        return self.filter(_held_within(first, last))

    def touching(self, first: date, last: date) -> Self:
        """As `held_within`, and those whose registration ends on one of these days."""
        begin, end = _around(first, last)
        ends_then = Q(registration_deadline__gte=begin, registration_deadline__lt=end)
        return self.filter(_held_within(first, last) | ends_then)

    def starting_between(self, first: datetime, last: datetime) -> Self:
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def planned_by(self, user: Any) -> Self:
        """Whose planning papers and money a person may read: all for leaders, else those the person may change."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role == Role.LEADER:
            return self
        return self.editable_by(user)

    def published(self) -> Self:
        """Meant for the public and approved: anybody may open their page, signed in or not."""
        return self.filter(is_public=True, state__in=PUBLISHED_STATES)

    def upcoming(self, now: datetime, today: date) -> Self:
        """Not over yet and not called off, nearest first; those with a fuzzy date stand by their month."""
        return self.filter(Q(ends_at__gte=now) | Q(ends_at=None, fuzzy_month__gte=today.replace(day=1))).exclude(
            state__in=[WorkshopState.CANCELLED, WorkshopState.FINISHED, WorkshopState.REPORTED]
        )


class Workshop(models.Model):
    title = models.CharField(_("Judul"), max_length=200, validators=[one_line])
    kind = models.CharField(_("Jenis kegiatan"), max_length=30, choices=WorkshopKind, default=WorkshopKind.WORKSHOP)
    theme = models.CharField(_("Tema"), max_length=300, blank=True, validators=[one_line])
    aims = models.TextField(_("Tujuan"), blank=True)
    mode = models.CharField(_("Bentuk"), max_length=10, choices=Mode, default=Mode.ONSITE)
    state = models.CharField(_("Status"), max_length=20, choices=WorkshopState, default=WorkshopState.IDEA)
    starts_at = models.DateTimeField(_("Mulai"), null=True, blank=True)
    ends_at = models.DateTimeField(pgettext_lazy("waktu", "Selesai"), null=True, blank=True)
    fuzzy_date = models.CharField(
        _("Perkiraan waktu"),
        max_length=60,
        blank=True,
        help_text=_("Misalnya: akhir September 2020."),
        validators=[one_line],
    )
    fuzzy_month = models.DateField(_("Bulan perkiraan"), null=True, blank=True)
    calendar_on = models.DateField(
        editable=False, help_text=_("Hari pertama, atau awal bulan perkiraan: tempatnya di daftar.")
    )
    tz = models.CharField(_("Zona waktu"), max_length=20, choices=Zone, default=Zone.JAKARTA)
    organizer_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="organized_workshops", verbose_name=_("Penyelenggara")
    )
    organizer_organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organized_workshops",
        verbose_name=_("Penyelenggara luar"),
        help_text=_("Diisi bila kegiatan diselenggarakan instansi luar."),
    )
    host_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="hosted_workshops", verbose_name=_("Tuan rumah")
    )
    partner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="workshops", verbose_name=_("Mitra")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=pgettext_lazy("satu", "Perjanjian"),
    )
    cover_reason = models.CharField(
        _("Alasan di luar masa perjanjian"),
        max_length=300,
        blank=True,
        validators=[one_line],
        help_text=_(
            "Isi hanya bila kegiatan tetap memakai perjanjian yang tidak berlaku pada tanggalnya. Alasan, nama "
            "Anda, dan waktunya tampil pada kegiatan dan pada perjanjian; kegiatan tetap dihitung untuk komitmennya."
        ),
    )
    cover_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    cover_at = models.DateTimeField(null=True, blank=True, editable=False)
    venue = models.CharField(_("Tempat"), max_length=200, blank=True, validators=[one_line])
    venue_address = models.CharField(_("Alamat tempat"), max_length=300, blank=True, validators=[one_line])
    meeting_url = models.URLField(_("Tautan rapat daring"), blank=True)
    meeting_id = models.CharField(_("ID rapat"), max_length=60, blank=True, validators=[one_line])
    meeting_passcode = models.CharField(_("Kode sandi rapat"), max_length=60, blank=True, validators=[one_line])
    registration_opens_at = models.DateTimeField(_("Pendaftaran dibuka"), null=True, blank=True)
    registration_deadline = models.DateTimeField(_("Batas pendaftaran"), null=True, blank=True)
    person_in_charge = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Penanggung jawab")
    )
    is_public = models.BooleanField(_("Terbuka untuk umum"), default=False)
    topic = models.OneToOneField(Topic, models.PROTECT, related_name="workshop", editable=False)
    agenda_rev = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Naik setiap kali rundown berubah.")
    )
    series = models.ForeignKey(
        "workshops.Series", models.SET_NULL, null=True, blank=True, related_name="members", editable=False
    )
    series_position = models.PositiveSmallIntegerField(null=True, editable=False)
    cloned_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = WorkshopQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "topic",
            "agenda_rev",
            "form_token",
            "meeting_passcode",
            "series",
            "series_position",
            "cloned_from",
        ]
    )

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshop")
        indexes = [
            models.Index(fields=["-calendar_on", "-id"], name="workshops_workshop_newest"),
            models.Index(fields=["organizer_unit", "starts_at"], name="workshops_workshop_organizer"),
            models.Index(fields=["state", "starts_at"], name="workshops_workshop_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cover_reason="", cover_by=None, cover_at=None)
                | (~Q(cover_reason="") & Q(cover_by__isnull=False, cover_at__isnull=False)),
                name="workshops_workshop_cover_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="workshops_workshop_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | ~Q(fuzzy_date=""), name="workshops_workshop_has_some_date"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(state__in=["idea", "planned", "postponed", "cancelled"]),
                name="workshops_workshop_approved_has_exact_date",
            ),
        ]

    get_kind_display = label_of("kind", WorkshopKind)
    get_mode_display = label_of("mode", Mode)
    get_state_display = label_of("state", WorkshopState)

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def state_tone(self) -> str:
        return STATE_TONES[WorkshopState(self.state)]

    @property
    def kind_tone(self) -> str:
        return KIND_TONES[WorkshopKind(self.kind)]

    @property
    def is_published(self) -> bool:
        """Says of this row what `published` says of many."""
        return self.is_public and self.state in PUBLISHED_STATES

    @property
    def is_open(self) -> bool:
        """Whether units may answer and people be registered in this state (the deadline is checked apart)."""
        return self.state in OPEN_STATES

    def is_editable_by(self, user: Any) -> bool:
        """Says of this row what `editable_by` says of many; needs `organizer_unit` and queries nothing else."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        if user.role == Role.BUREAU_STAFF:
            return self.organizer_unit.level in BUREAU_LEVELS
        if user.role == Role.REGIONAL_ADMIN:
            return user.unit_id is not None and self.organizer_unit.path.startswith(user.unit.path)
        return bool(user.role == Role.BUREAU_ADMIN)

    def is_planned_by(self, user: Any) -> bool:
        """Says of this row what `planned_by` says of many; needs `organizer_unit` and queries nothing else."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role == Role.LEADER:
            return True
        return self.is_editable_by(user)

    @property
    def first_day(self) -> date | None:
        return self.starts_at.astimezone(self.zone).date() if self.starts_at else None

    @property
    def last_day(self) -> date | None:
        return self.ends_at.astimezone(self.zone).date() if self.ends_at else None


class WorkshopAudienceQuerySet(models.QuerySet["WorkshopAudience"]):
    def asked_through(self, user: Any) -> Self:
        """The units asked for which a person answers: of the own tree or unit. Seeing all is not being asked."""
        if getattr(user, "role", None) in SEES_ALL:
            return self.none()
        return self.filter(reach(user, "unit"))


class WorkshopAudience(models.Model):
    """A unit that is asked to a workshop and so may see it; written where units are invited."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="audience")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="asked_to")

    objects = WorkshopAudienceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "unit"], name="workshops_workshopaudience_once")]

    def __str__(self) -> str:
        return str(self.unit)


class CoOrganizer(models.Model):
    """Who holds the workshop with us: one of our units or an external body."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="co_organizers")
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Instansi luar")
    )

    objects = models.Manager["CoOrganizer"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, organization=None) | Q(unit=None, organization__isnull=False),
                name="workshops_coorganizer_unit_or_organization",
            ),
            models.UniqueConstraint(
                fields=["workshop", "unit"], condition=Q(unit__isnull=False), name="workshops_coorganizer_unit_once"
            ),
            models.UniqueConstraint(
                fields=["workshop", "organization"],
                condition=Q(organization__isnull=False),
                name="workshops_coorganizer_organization_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.organization)


class AudienceSegment(models.Model):
    """Whom a workshop is for, with how many places and in which mode."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="segments")
    name = models.CharField(_("Segmen peserta"), max_length=100, validators=[one_line])
    mode = models.CharField(
        _("Bentuk"), max_length=10, choices=[(m.value, m.label) for m in (Mode.ONSITE, Mode.ONLINE)]
    )
    quota = models.PositiveIntegerField(_("Kuota"))

    objects = models.Manager["AudienceSegment"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "name", "mode"], name="workshops_audiencesegment_once")
        ]

    def __str__(self) -> str:
        return self.name


class StateChange(models.Model):
    """Each move of a workshop's state or schedule, with its reason; rows are only added."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, choices=WorkshopState)
    after = models.CharField(max_length=20, choices=WorkshopState)
    reason = models.CharField(_("Alasan"), max_length=300, blank=True)
    schedule = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager["StateChange"]()

    def __str__(self) -> str:
        return f"{self.before} > {self.after}"

    @property
    def schedule_line(self) -> str:
        """`schedule`, which is kept in Indonesian, in the reader's language."""
        return " → ".join(_retold(side) for side in self.schedule.split(" → "))


def _retold(schedule: str) -> str:
    when, *rest = schedule.split(" · ")
    if rest and rest[-1] in _MODE_WORDS:
        rest[-1] = str(_MODE_WORDS[rest[-1]].label).lower()
    return " · ".join([retold_span(when), *rest])
