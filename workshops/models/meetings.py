"""Planning meetings of a workshop: who sat there, what was talked about and decided, who does what until when."""

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import Role
from units.models import User, Zone
from workshops.models.workshops import Workshop

# So long a finished action item may be taken back by who finished it.
UNDO_FOR = timedelta(minutes=15)


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Direncanakan")
    HELD = "held", _("Terlaksana")
    CANCELLED = "cancelled", _("Dibatalkan")


MEETING_TONES = {MeetingState.PLANNED: "sky", MeetingState.HELD: "teal", MeetingState.CANCELLED: "brick"}


class PlanningMeetingQuerySet(models.QuerySet["PlanningMeeting"]):
    def visible_to(self, user: Any) -> Self:
        """Planning papers are internal: for leaders, and for who may change the workshop."""
        return self.filter(workshop__in=Workshop.objects.planned_by(user).values("pk"))

    def editable_by(self, user: Any) -> Self:
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))


class PlanningMeeting(models.Model):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="meetings")
    title = models.CharField(_("Judul rapat"), max_length=200, validators=[one_line])
    starts_at = models.DateTimeField(_("Mulai"))
    ends_at = models.DateTimeField(pgettext_lazy("waktu", "Selesai"), null=True, blank=True)
    tz = models.CharField(_("Zona waktu"), max_length=20, choices=Zone, default=Zone.JAKARTA)
    place = models.CharField(_("Tempat"), max_length=200, blank=True, validators=[one_line])
    meeting_url = models.URLField(_("Tautan rapat daring"), blank=True)
    notes = models.TextField(_("Catatan lain"), blank=True, max_length=4000)
    state = models.CharField(_("Status"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    cancel_reason = models.CharField(_("Alasan pembatalan"), max_length=300, blank=True, validators=[one_line])
    minutes_issued_at = models.DateTimeField(_("Notula terbit"), null=True, editable=False)
    minutes_issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = PlanningMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapat perencanaan")
        verbose_name_plural = _("rapat perencanaan")
        indexes = [models.Index(fields=["workshop", "-starts_at", "-id"], name="workshops_meeting_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="workshops_planningmeeting_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(minutes_issued_at=None) | Q(state="held"),
                name="workshops_planningmeeting_minutes_of_held",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="workshops_planningmeeting_cancelled_with_reason",
            ),
        ]

    get_state_display = label_of("state", MeetingState)

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def state_tone(self) -> str:
        return MEETING_TONES[MeetingState(self.state)]


class AttendeeSide(models.TextChoices):
    UNIT = "unit", pgettext_lazy("satu", "Satuan kerja")
    PARTNER = "partner", _("Mitra")


class AttendeeRole(models.TextChoices):
    CHAIR = "chair", _("Pimpinan rapat")
    NOTE_TAKER = "note_taker", _("Notulis")
    ATTENDEE = "attendee", _("Peserta")


class MeetingAttendee(models.Model):
    """Somebody from a unit or from a partner; needs no account. `affiliation` is kept as it was on that day."""

    meeting = models.ForeignKey(PlanningMeeting, models.CASCADE, related_name="attendees")
    side = models.CharField(_("Dari"), max_length=10, choices=AttendeeSide, default=AttendeeSide.UNIT)
    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    affiliation = models.CharField(_("Satuan kerja atau instansi"), max_length=200, blank=True, validators=[one_line])
    role = models.CharField(_("Tugas"), max_length=10, choices=AttendeeRole, default=AttendeeRole.ATTENDEE)
    is_present = models.BooleanField(_("Hadir"), default=True)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = models.Manager["MeetingAttendee"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "name", "affiliation"], name="workshops_meetingattendee_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(role="chair"), name="workshops_meetingattendee_one_chair"
            ),
        ]

    get_side_display = label_of("side", AttendeeSide)
    get_role_display = label_of("role", AttendeeRole)

    def __str__(self) -> str:
        return self.name


class AgendaItemKind(models.TextChoices):
    SUBSTANCE = "substance", _("Substansi")
    BUDGET = "budget", _("Anggaran")
    PLACE = "place", _("Lokasi")
    OTHER = "other", _("Lainnya")


ITEM_TONES = {
    AgendaItemKind.SUBSTANCE: "sky",
    AgendaItemKind.BUDGET: "gold",
    AgendaItemKind.PLACE: "plum",
    AgendaItemKind.OTHER: "grey",
}


class AgendaItem(models.Model):
    """A topic of a meeting, in its order, with what was said and what was decided."""

    meeting = models.ForeignKey(PlanningMeeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("Nomor"))
    kind = models.CharField(_("Jenis"), max_length=10, choices=AgendaItemKind, default=AgendaItemKind.OTHER)
    title = models.CharField(_("Mata acara"), max_length=200, validators=[one_line])
    notes = models.TextField(_("Pembahasan"), blank=True, max_length=4000)
    decision = models.TextField(_("Keputusan"), blank=True, max_length=2000)

    objects = models.Manager["AgendaItem"]()

    get_kind_display = label_of("kind", AgendaItemKind)

    def __str__(self) -> str:
        return self.title

    @property
    def kind_tone(self) -> str:
        return ITEM_TONES[AgendaItemKind(self.kind)]


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def open(self) -> Self:
        """Told to the owner and not done."""
        return self.filter(issued_at__isnull=False, done_at=None)

    def owned_by(self, user: Any) -> Self:
        """Those that an account is to do and was told of; a leader owns none (the table of access: reads only)."""
        if not getattr(user, "is_authenticated", False) or not user.is_active or user.role == Role.LEADER:
            return self.none()
        return self.filter(owner=user, issued_at__isnull=False)

    def shown_on_home(self, user: Any, since: datetime) -> Self:
        """Open ones, and what the reader finished since then and may still take back; nearest first."""
        lately = Q(done_by=user, done_at__gt=since)
        rows = self.owned_by(user).filter(Q(done_at=None) | lately)
        return rows.select_related("meeting__workshop").order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")

    def visible_to(self, user: Any) -> Self:
        """The own ones, and those of meetings one may read."""
        own = self.model.objects.owned_by(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(meeting__in=PlanningMeeting.objects.visible_to(user).values("pk")))

    def editable_by(self, user: Any) -> Self:
        """Whose end a person may write down: the own ones, and those of meetings one may change."""
        own = self.model.objects.owned_by(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(meeting__in=PlanningMeeting.objects.editable_by(user).values("pk")))


class ActionItem(models.Model):
    """Who does what until when. The owner is an account (`owner`) or somebody known by name and e-mail alone; both are
    kept, so that the minutes read the same when the account goes.

    `issued_at`: since when the owner is to know of it. `version` rises with a new owner and makes the old links
    worthless; `turn` rises when it is opened again or its day moves, so that its reminders start anew."""

    meeting = models.ForeignKey(PlanningMeeting, models.CASCADE, related_name="action_items")
    agenda_item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="action_items", verbose_name=_("Mata acara")
    )
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    text = models.CharField(_("Tindak lanjut"), max_length=300, validators=[one_line])
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="action_items", verbose_name=_("Akun")
    )
    owner_name = models.CharField(_("Penanggung jawab"), max_length=150, validators=[one_line])
    owner_email = models.EmailField(_("Surel penanggung jawab"))
    due_on = models.DateField(_("Tenggat"))
    note = models.CharField(_("Catatan"), max_length=300, blank=True, validators=[one_line])
    issued_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    turn = models.PositiveSmallIntegerField(default=0, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(done_at=None, issued_at__isnull=False),
                name="workshops_actionitem_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(owner_name="") & ~Q(owner_email=""), name="workshops_actionitem_has_owner"
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False), name="workshops_actionitem_done_by_with_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def address(self) -> str:
        """Where its letters go; needs `owner`."""
        return (self.owner.email if self.owner is not None else self.owner_email).strip().lower()

    @property
    def has_account(self) -> bool:
        """Whether the owner can sign in to finish it; needs `owner`."""
        return self.owner is not None and self.owner.is_active and self.owner.role != Role.LEADER

    def may_be_taken_back(self, now: datetime) -> bool:
        return self.done_at is not None and now - self.done_at < UNDO_FOR
