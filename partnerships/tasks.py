"""Doors for Celery: work that stands in the database, so that a lost ring changes nothing."""

import time

from celery import shared_task
from django.utils import timezone

from partnerships.actions.scanning import scan_waiting_files
from partnerships.actions.texts import read_file, refresh_all_words, refresh_words, unread_files

READING_SECONDS = 240.0


@shared_task(name="partnerships.scan_files")
def scan_files() -> None:
    """Asks the scanner about every file that is held."""
    scan_waiting_files(now=timezone.now())


@shared_task(name="partnerships.index_agreements")
def index_agreements() -> None:
    """Reads files that nobody has read, for some minutes at most, and puts right what is searched."""
    end = time.monotonic() + READING_SECONDS
    for copy in unread_files():
        now = timezone.now()
        read_file(copy, now=now)
        refresh_words([copy.agreement_id], now=now)
        if time.monotonic() > end:
            break
    refresh_all_words(now=timezone.now())
