"""Long work: claimed once, cancelled, failed, taken up again after a real kill, and cleaned up."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from jobs.actions import cancel_job, start_job
from jobs.actions.working import LEASE, MOST_ATTEMPTS, LeaseIsLost, claim_job, do_next_job, put_right
from jobs.models import Job, JobState
from jobs.registry import _kinds
from tests.factories import make_user
from tests.jobs import kinds
from toolkit.database_clock import Clock
from units.access import Role
from units.models import User

NOW = timezone.now()


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.registry._kinds", dict(_kinds))
    kinds.register()


@pytest.fixture
def owner(db: None) -> User:
    return make_user("admin@humas.test", role=Role.BUREAU_ADMIN)


def test_a_job_is_done_once_and_its_result_stands_in_private_storage(owner: User, tmp_path: Path) -> None:
    log = tmp_path / "log"
    job = start_job("test.count", by=owner, now=NOW, log=str(log))

    assert do_next_job() == job
    assert do_next_job() is None

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.summary) == (JobState.DONE, 40, 40, "40 langkah")
    assert default_storage.open(job.result).read() == b"selesai"
    assert (job.result_name, job.result_size, job.claim_token) == ("hasil.txt", 7, "")
    assert len(log.read_text().splitlines()) == 40


def test_the_same_work_asked_for_twice_is_one_job(owner: User) -> None:
    first = start_job("test.count", by=owner, now=NOW, log="x")
    assert start_job("test.count", by=owner, now=NOW, log="x") == first
    assert start_job("test.count", by=owner, now=NOW, log="y") != first


def test_who_may_not_cannot_start_it_and_loses_it_with_the_right(owner: User, tmp_path: Path) -> None:
    operator = make_user("staf@humas.test", role=Role.BUREAU_STAFF)
    with pytest.raises(PermissionDenied):
        start_job("test.admins", by=operator, now=NOW, log=str(tmp_path / "log"))
    job = start_job("test.admins", by=owner, now=NOW, log=str(tmp_path / "log"))
    User.objects.filter(pk=owner.pk).update(role=Role.BUREAU_STAFF)

    do_next_job()

    job.refresh_from_db()
    assert (job.state, (tmp_path / "log").exists()) == (JobState.FAILED, False)
    assert "tidak lagi berhak" in job.problem


@pytest.mark.parametrize(
    ("kind", "words"),
    [("test.refuse", "Berkasnya tidak ada lagi."), ("test.break", "tidak terduga"), ("test.gone", "tidak mengenal")],
)
def test_work_that_fails_says_so_in_a_sentence(owner: User, kind: str, words: str) -> None:
    job = Job.objects.create(kind=kind, owner=owner, created_at=NOW)
    do_next_job()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert words in job.problem


def test_cancelling_stops_what_waits_at_once_and_what_runs_at_its_next_step(owner: User, tmp_path: Path) -> None:
    waiting = start_job("test.count", by=owner, now=NOW, log=str(tmp_path / "a"))
    cancel_job(waiting, now=NOW)
    assert do_next_job() is None
    running = start_job("test.count", by=owner, now=NOW, log=str(tmp_path / "b"))
    # the owner presses the button while the worker is between two steps
    Job.objects.filter(pk=running.pk).update(cancel_asked_at=NOW)
    do_next_job()
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.CANCELLED}
    assert (tmp_path / "b").read_text().splitlines() == ["1 1"]


def test_a_worker_that_lost_its_lease_writes_nothing_more(owner: User) -> None:
    job = start_job("test.count", by=owner, now=NOW, log="x")
    work = claim_job(Clock())
    assert work is not None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert put_right(timezone.now()) == 1
    with pytest.raises(LeaseIsLost):
        work.progress(5, at_once=True)
    assert work.end(JobState.DONE) is False
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.WAITING, 0)


def test_only_so_many_jobs_run_at_once(owner: User, settings: Any) -> None:
    for name in "ab":
        start_job("test.count", by=owner, now=NOW, log=name)
    assert claim_job(Clock()) is not None
    assert claim_job(Clock()) is None
    settings.JOBS_AT_ONCE = 2
    assert claim_job(Clock()) is not None


def test_a_job_that_ends_its_worker_again_and_again_is_given_up(owner: User) -> None:
    job = start_job("test.count", by=owner, now=NOW, log="x")
    for _attempt in range(MOST_ATTEMPTS):
        assert claim_job(Clock()) is not None
        put_right(timezone.now() + LEASE + timedelta(minutes=1))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, MOST_ATTEMPTS)
    assert "berkali-kali terhenti" in job.problem


def test_results_go_when_their_time_is_over(owner: User, tmp_path: Path) -> None:
    job = start_job("test.count", by=owner, now=NOW, log=str(tmp_path / "log"))
    do_next_job()
    job.refresh_from_db()
    put_right(timezone.now() + timedelta(days=6))
    assert default_storage.exists(job.result)

    put_right(timezone.now() + timedelta(days=8))

    assert not default_storage.exists(job.result)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, "")
    put_right(timezone.now() + timedelta(days=120))
    assert not Job.objects.exists()


def start_worker() -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "JOBS_DATABASE": str(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    return subprocess.Popen([sys.executable, "-m", "tests.jobs.worker"], env=env, cwd=Path.cwd())


@pytest.mark.django_db(transaction=True)
def test_the_work_of_a_killed_worker_is_taken_up_again(tmp_path: Path) -> None:
    """A real process is ended by -9 in the middle; while its lease runs nobody touches the job, afterwards the next
    worker does it to its end."""
    owner = make_user("admin@humas.test", role=Role.BUREAU_ADMIN)
    log = tmp_path / "log"
    job = start_job("test.count", by=owner, now=timezone.now(), log=str(log), pause=0.1)
    worker = start_worker()
    end = time.monotonic() + 60
    while time.monotonic() < end and not (log.exists() and len(log.read_text().splitlines()) >= 3):
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    assert 3 <= job.done < kinds.STEPS
    assert put_right(timezone.now()) == 0  # the control: the lease still runs
    assert do_next_job() is None

    assert put_right(timezone.now() + LEASE + timedelta(seconds=5)) == 1
    Job.objects.update(parameters={"log": str(log)})
    do_next_job()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == (JobState.DONE, 2, kinds.STEPS)
    assert [line for line in log.read_text().splitlines() if line.startswith("2 ")] == [
        f"2 {step}" for step in range(1, kinds.STEPS + 1)
    ]
