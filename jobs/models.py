"""Long work as rows: what is to be done for whom, how far it is, and what came of it."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.models import User


class JobState(models.TextChoices):
    WAITING = "waiting", _("Menunggu giliran")
    RUNNING = "running", _("Sedang dikerjakan")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {"waiting": "grey", "running": "sky", "done": "teal", "failed": "brick", "cancelled": "grey"}[self.value]


OPEN = {JobState.WAITING, JobState.RUNNING}


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> Self:
        """The own ones, for everybody."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(owner=user)

    def held(self, now: datetime) -> Self:
        """Those that a living worker is at."""
        return self.filter(state=JobState.RUNNING, lease_until__gte=now)

    def abandoned(self, now: datetime) -> Self:
        """Those whose worker has not been heard of since its lease ended."""
        return self.filter(state=JobState.RUNNING, lease_until__lt=now)

    def with_result(self) -> Self:
        return self.exclude(result="")


class Job(models.Model):
    """A long piece of work. `parameters` hold keys of rows and names of stored files, never personal data; whoever
    holds `claim_token` works on it until `lease_until`."""

    kind = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    owner = models.ForeignKey(User, models.CASCADE, related_name="jobs")
    state = models.CharField(_("Status"), max_length=20, choices=JobState, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    summary = models.CharField(max_length=300, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=200, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    result_size = models.PositiveBigIntegerField(default=0)
    result_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        indexes = [
            models.Index(fields=["owner", "-id"], name="jobs_job_owner"),
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="jobs_job_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(claim_token="") & Q(lease_until__isnull=False)),
                name="jobs_job_running_is_claimed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | (~Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="jobs_job_finished_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def tone(self) -> str:
        return JobState(self.state).tone

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
