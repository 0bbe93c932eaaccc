"""Every letter that leaves: one row each, from the wish to the proof (docs/architecture.md, a letter's life)."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from units.access import EDITS_ALL, SEES_ALL, Role, reach
from units.models import Unit, User


class TopicQuerySet(models.QuerySet["Topic"]):
    def editable_by(self, user: Any) -> Self:
        """Topics whose letters a person may hold and release: all for the bureau, a Kanwil admin those that the own
        tree organises."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in EDITS_ALL:
            return self
        return self.filter(reach(user, "owner")) if user.role == Role.REGIONAL_ADMIN else self.none()


class Topic(models.Model):
    """What letters are about when its schedule can move: moving or cancelling raises `schedule_rev`, and letters of
    older revisions cannot leave any more. A workshop owns one."""

    label = models.CharField(max_length=200)
    schedule_rev = models.PositiveIntegerField(default=1)
    is_held = models.BooleanField(default=False)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    objects = TopicQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label

    def is_editable_by(self, user: Any) -> bool:
        """As `editable_by` says; needs the owner, asks nothing."""
        if user.role in EDITS_ALL:
            return True
        own = user.unit.path if user.unit else None
        return bool(own and user.role == Role.REGIONAL_ADMIN and self.owner.path.startswith(own))


class Channel(models.Model):
    """A way out with its rate (tokens refilled each minute), its day's limit, its pause and its circuit breaker."""

    name = models.CharField(max_length=30, unique=True)
    per_minute = models.PositiveIntegerField(_("Pesan per menit"), default=60_000)
    per_day = models.PositiveIntegerField(_("Pesan per hari"), null=True, blank=True)
    max_connections = models.PositiveSmallIntegerField(default=4)
    tokens = models.FloatField(default=0)
    tokens_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    sent_in_day = models.PositiveIntegerField(default=0)
    is_held = models.BooleanField(_("Ditahan"), default=False)
    slowed_until = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    last_fault = models.CharField(max_length=300, blank=True)

    objects = models.Manager["Channel"]()

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    PENDING = "pending", _("Dijadwalkan")
    RETRY = "retry", _("Menunggu ulang")
    CLAIMED = "claimed", _("Disiapkan")
    SENDING = "sending", _("Sedang dikirim")
    SENT = "sent", _("Terkirim")
    BOUNCED = "bounced", _("Terpental")
    FAILED = "failed", _("Gagal")
    UNCERTAIN = "uncertain", _("Perlu keputusan")
    CANCELLED = "cancelled", _("Ditarik")
    EXPIRED = "expired", _("Kedaluwarsa")
    SUPPRESSED = "suppressed", _("Alamat diblokir")


CLAIMABLE = [State.PENDING, State.RETRY]
UNSENT = [State.PENDING, State.RETRY, State.CLAIMED]
TOLD = [State.SENDING, State.SENT, State.UNCERTAIN]
NEEDS_ACTION = [State.FAILED, State.UNCERTAIN, State.BOUNCED, State.SUPPRESSED]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for others the letters to units they reach and of topics of their own unit.

        Account letters (no unit of the reader's region, or sensitive) stay with the bureau admin."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        letters = self.filter(is_sensitive=False)
        if user.role in SEES_ALL:
            return letters
        if user.unit_id is None:
            return self.none()
        own_topics = Topic.objects.filter(reach(user, "owner"))
        return letters.filter(Q(unit__in=Unit.objects.filter(reach(user, ""))) | Q(topic__in=own_topics))

    def editable_by(self, user: Any) -> Self:
        """Letters whose fate a person may decide: all that the bureau sees; for a Kanwil admin those about what the
        own tree organises (an invitation by the bureau is the bureau's to withdraw)."""
        letters = self.visible_to(user)
        if getattr(user, "role", "") in EDITS_ALL:
            return letters
        return letters.filter(topic__in=Topic.objects.editable_by(user))

    def needs_action(self) -> Self:
        return self.filter(state__in=NEEDS_ACTION, settled_at=None)

    def told(self) -> Self:
        """Letters that their reader has, or may have, in hand: who got one must hear of a change."""
        return self.filter(state__in=TOLD)

    def due(self, channel: Channel, now: datetime) -> Self:
        """Letters that may be claimed now."""
        return self.filter(channel=channel, state__in=CLAIMABLE, not_before__lte=now).exclude(
            topic__in=Topic.objects.filter(is_held=True)
        )


class Message(models.Model):
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dedup_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    rule = models.CharField(max_length=20, blank=True)
    priority = models.SmallIntegerField(default=0)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="messages", db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="messages", db_index=False)
    topic_rev = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False)
    ref = models.BigIntegerField(null=True, blank=True)
    recipient_name = models.CharField(max_length=200)
    to_addr = models.EmailField()
    context = models.JSONField(default=dict)
    is_sensitive = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=8)
    last_code = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    # Since when nobody can tell whether a copy arrived, and how often that happened; a later proof clears the moment.
    in_doubt_at = models.DateTimeField(null=True, blank=True)
    doubts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    message_id = models.CharField(max_length=120)
    rendered = models.BinaryField(null=True, blank=True)
    rendered_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    smtp_reply = models.CharField(max_length=300, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_code = models.CharField(max_length=12, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("surat")
        verbose_name_plural = _("surat")
        indexes = [
            models.Index(
                F("channel"),
                F("priority").desc(),
                F("not_after"),
                F("not_before"),
                F("id"),
                condition=Q(state__in=["pending", "retry"]),
                name="outbox_message_due",
            ),
            # What is due soonest: how late the oldest is, and how many workers are worth waking.
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["pending", "retry"]),
                name="outbox_message_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "sending"]), name="outbox_message_leased"
            ),
            models.Index(fields=["claim_token"], condition=Q(claim_token__isnull=False), name="outbox_message_claim"),
            models.Index(fields=["topic", "state", "id"], name="outbox_message_topic"),
            models.Index(fields=["unit", "id"], name="outbox_message_unit"),
            models.Index(fields=["kind", "ref"], name="outbox_message_ref"),
            models.Index(
                fields=["state", "id"],
                condition=Q(settled_at=None, state__in=["failed", "uncertain", "bounced", "suppressed"]),
                name="outbox_message_action",
            ),
            models.Index(fields=["user", "id"], condition=Q(user__isnull=False), name="outbox_message_user"),
        ]
        # Each letter's row changes three times on its way, and each change is written to every index: only these few.
        constraints = [
            models.UniqueConstraint(fields=["dedup_key"], name="outbox_message_dedup_key"),
            models.UniqueConstraint(fields=["message_id"], name="outbox_message_message_id"),
            models.CheckConstraint(
                condition=Q(not_after=None) | Q(not_after__gt=F("not_before")), name="outbox_message_window"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="outbox_message_sent_has_moment"
            ),
        ]

    get_state_display = label_of("state", State)

    def __str__(self) -> str:
        return self.dedup_key


class Attempt(models.Model):
    """One try to deliver; rows are only added."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    n = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    code = models.PositiveSmallIntegerField(null=True)
    reply = models.CharField(max_length=300, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    objects = models.Manager["Attempt"]()

    def __str__(self) -> str:
        return f"{self.n}: {self.outcome}"


class SuppressedAddress(models.Model):
    """An address that bounced for good; letters to it are held back until somebody corrects it."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()

    objects = models.Manager["SuppressedAddress"]()

    def __str__(self) -> str:
        return self.address


class Heartbeat(models.Model):
    """The last time each part of the machinery ran, so that a silent one is seen."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    objects = models.Manager["Heartbeat"]()

    def __str__(self) -> str:
        return self.name
