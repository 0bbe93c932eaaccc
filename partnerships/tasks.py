"""Doors for Celery: work that stands in the database, so that a lost ring changes nothing."""

from celery import shared_task
from django.utils import timezone

from partnerships.actions.scanning import scan_waiting_files


@shared_task(name="partnerships.scan_files")
def scan_files() -> None:
    """Asks the scanner about every file that is held."""
    scan_waiting_files(now=timezone.now())
