"""Doors for Celery: it only rings. Losing a ring, or ringing five times, changes nothing."""

from celery import shared_task

from jobs.actions.working import do_next_job, put_right
from toolkit.database_clock import database_now
from toolkit.doorbell import publish

# The row's lease says whether work is alive, so that no message needs to be given back; a day is only a last fence.
LONGEST = 24 * 60 * 60


@shared_task(name="jobs.tick")
def tick() -> None:
    """Put right what died, and wake a worker for what waits."""
    if put_right(database_now()):
        publish("jobs.work")


@shared_task(name="jobs.work", acks_late=False, time_limit=LONGEST, soft_time_limit=LONGEST)
def work() -> None:
    """One job to its end; the next one is another task's, so that letters have their turn between them."""
    if do_next_job() is not None:
        publish("jobs.tick")
