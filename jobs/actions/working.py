"""Doing long work: one worker claims one job for as long as its lease runs, and every step renews the lease. A worker
that dies is not missed for longer than that; the next one begins the same work again."""

import logging
import shutil
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from jobs.models import Job, JobState
from jobs.registry import Kind, KindIsUnknown, Outcome, kind_of
from toolkit.database_clock import Clock

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
RENEW_SECONDS = 1.0
# A job that ended its worker so often will do it again.
MOST_ATTEMPTS = 5
KEPT = timedelta(days=90)


class WorkFails(Exception):
    """The work cannot be done; its text is a sentence for the owner."""


class LeaseIsLost(Exception):
    """Another worker has taken the job up meanwhile; whatever this one still holds must not be written."""


class WorkIsCancelled(Exception):
    """The owner has called it off."""


class PlainFile(File):  # type: ignore[type-arg]
    """A file on this disk, which a storage on the same disk moves instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


class Work:
    """A claimed job in the hands of its worker."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self.job, self.clock = job, clock
        self.parameters: dict[str, Any] = job.parameters
        self._token = job.claim_token
        self._renewed_at = time.monotonic()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def folder(self) -> Path:
        """An empty place on this disk for this claim alone; it is gone when the work ends."""
        folder = workplace() / f"{self.job.pk}-{self._token}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def progress(self, done: int, total: int | None = None, *, at_once: bool = False) -> None:
        """So much is done. Call it at least each minute, outside transactions; it writes once a second at most.

        Raises WorkIsCancelled, and LeaseIsLost when the job is no longer this worker's."""
        if not at_once and time.monotonic() - self._renewed_at < RENEW_SECONDS:
            return
        self._renewed_at = time.monotonic()
        facts: dict[str, Any] = {"done": done, "lease_until": self.now + LEASE}
        if total is not None:
            facts["total"] = total
        if not self._mine().update(**facts):
            raise LeaseIsLost
        if self._mine().filter(cancel_asked_at__isnull=False).exists():
            raise WorkIsCancelled

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, claim_token=self._token)

    def end(self, state: JobState, **facts: Any) -> bool:
        """Whether the job was still this worker's."""
        ended: dict[str, Any] = {"state": state, "claim_token": "", "lease_until": None}
        if state != JobState.WAITING:
            ended["finished_at"] = self.now
        return bool(self._mine().update(**ended | facts))

    def finish(self, kind: Kind, outcome: Outcome) -> None:
        facts: dict[str, Any] = {"summary": outcome.summary[:300]}
        if outcome.file is not None:
            name = f"jobs/{uuid.uuid4().hex}{outcome.file.suffix}"
            size = outcome.file.stat().st_size
            with outcome.file.open("rb") as file:
                kept = default_storage.save(name, PlainFile(file, name=str(outcome.file)))
            facts |= {
                "result": kept,
                "result_name": outcome.filename,
                "result_size": size,
                "result_until": self.now + timedelta(days=kind.result_days),
            }
        if not self.end(JobState.DONE, done=F("total"), **facts) and "result" in facts:
            default_storage.delete(facts["result"])


def workplace() -> Path:
    return Path(settings.VAR_DIR) / "jobs"


@transaction.atomic
def claim_job(clock: Clock) -> Work | None:
    """The oldest job that waits, now this worker's; None when there is none or enough are under way already."""
    now = clock.now()
    if Job.objects.held(now).count() >= settings.JOBS_AT_ONCE:
        return None
    waiting = Job.objects.filter(state=JobState.WAITING).order_by("pk")
    job = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if job is None:
        return None
    token = uuid.uuid4().hex
    claimed = Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        claim_token=token,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        started_at=job.started_at or now,
        done=0,
    )
    if not claimed:
        return None
    job.refresh_from_db()
    return Work(job, clock)


def do_next_job(clock: Clock | None = None) -> Job | None:
    """Claims one job and does it to its end; the job, or None when nothing waits."""
    work = claim_job(clock or Clock())
    if work is None:
        return None
    with translation.override(work.job.owner.language):
        _do(work)
    return work.job


def _do(work: Work) -> None:
    try:
        kind = kind_of(work.job.kind)
        if not (work.job.owner.is_active and kind.allows(work.job.owner)):
            raise WorkFails(_("Akun pemilik pekerjaan ini tidak lagi berhak menjalankannya."))
        work.finish(kind, kind.run(work))
    except LeaseIsLost:
        logger.warning("Job %s was taken up by another worker.", work.job.pk)
    except WorkIsCancelled:
        work.end(JobState.CANCELLED)
    except WorkFails as problem:
        work.end(JobState.FAILED, problem=str(problem)[:500])
    except KindIsUnknown:
        work.end(JobState.FAILED, problem=_("Portal ini tidak mengenal jenis pekerjaan tersebut."))
    except OperationalError:
        logger.exception("Job %s lost the database; its lease will end and it begins again.", work.job.pk)
    except Exception:
        logger.exception("Job %s failed.", work.job.pk)
        sentence = _("Terjadi kesalahan yang tidak terduga; rinciannya ada di log portal. Coba sekali lagi.")
        work.end(JobState.FAILED, problem=sentence)
    finally:
        shutil.rmtree(work.folder, ignore_errors=True)


def put_right(now: datetime) -> int:
    """Gives abandoned work back, removes results whose time is over and rows nobody needs any more. Returns how many
    jobs wait. Safe at any moment, from any number of processes."""
    dead = Job.objects.abandoned(now)
    dead.filter(cancel_asked_at__isnull=False).update(
        state=JobState.CANCELLED, claim_token="", lease_until=None, finished_at=now
    )
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=JobState.FAILED,
        claim_token="",
        lease_until=None,
        finished_at=now,
        problem=_("Pekerjaan ini berkali-kali terhenti di tengah jalan dan tidak dicoba lagi."),
    )
    dead.update(state=JobState.WAITING, claim_token="", lease_until=None)
    for pk, name in Job.objects.with_result().filter(result_until__lt=now).values_list("pk", "result"):
        default_storage.delete(name)
        Job.objects.filter(pk=pk, result=name).update(result="", result_size=0)
    Job.objects.filter(finished_at__lt=now - KEPT, result="").delete()
    _sweep(now)
    return Job.objects.filter(state=JobState.WAITING).count()


def _sweep(now: datetime) -> None:
    """Folders that killed workers left on this disk."""
    if not workplace().is_dir():
        return
    for folder in workplace().iterdir():
        if datetime.fromtimestamp(folder.stat().st_mtime, tz=now.tzinfo) < now - timedelta(days=1):
            shutil.rmtree(folder, ignore_errors=True)
