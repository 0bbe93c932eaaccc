"""What changes about long work."""

from jobs.actions.queueing import cancel_job, start_job

__all__ = ["cancel_job", "start_job"]
