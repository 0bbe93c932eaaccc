"""Asking for long work, and calling it off."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from jobs.doorbell import wake
from jobs.models import Job, JobState
from jobs.registry import kind_of
from units.models import User


@transaction.atomic
def start_job(kind: str, *, by: User, now: datetime, total: int = 0, **parameters: Any) -> Job:
    """Queues the work; the very same work that still waits or runs is returned instead of a second one."""
    if not kind_of(kind).allows(by):
        raise PermissionDenied
    User.objects.select_for_update().get(pk=by.pk)  # a double click waits here
    same = Job.objects.filter(
        owner=by, kind=kind, parameters=parameters, finished_at=None, cancel_asked_at=None
    ).first()
    if same is not None:
        return same
    job = Job.objects.create(kind=kind, parameters=parameters, owner=by, total=total, created_at=now)
    wake()
    return job


@transaction.atomic
def cancel_job(job: Job, *, now: datetime) -> None:
    """What waits ends at once; what runs ends at its next step. What is finished stays as it is."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if not waiting.update(state=JobState.CANCELLED, finished_at=now, cancel_asked_at=now):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, cancel_asked_at=None).update(cancel_asked_at=now)
