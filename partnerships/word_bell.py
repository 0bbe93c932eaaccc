"""Rings for the words that are searched: after the commit and from a thread, so that no request waits for a broker."""

import threading

from django.db import transaction

from outbox.doorbell import publish


def ring_for_words() -> None:
    """Asks for what changed to be read; a lost ring is made good by the next regular look."""
    transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    threading.Thread(target=publish, args=("partnerships.index_agreements",), name="words-bell", daemon=True).start()
