"""The doorbell: tells a Celery worker that there may be letters. It may be lost; the next tick makes good.

A thread of its own rings, so that a request never waits for a broker that is gone, and many rings become one."""

import logging
import os
import threading

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)
EXPIRES = 60


class _Bell:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._pid = 0

    def ring(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._rung = threading.Event()
                threading.Thread(target=self._serve, args=(self._rung,), name="outbox-doorbell", daemon=True).start()
                self._pid = os.getpid()
            self._rung.set()

    def _serve(self, rung: threading.Event) -> None:
        while True:
            rung.wait()
            rung.clear()
            publish("outbox.tick")


_bell = _Bell()


def publish(task: str, *args: str) -> bool:
    """Ask for a task now; whether the broker took it. Waits for the broker, so only workers call it directly."""
    try:
        current_app.send_task(task, args=args, expires=EXPIRES, ignore_result=True)
    except Exception as error:
        logger.warning("The doorbell is out of order (%s); the next tick will do.", type(error).__name__)
        return False
    return True


def wake() -> None:
    """After the commit, plan and deliver what is due; once a transaction, and errors are swallowed."""
    if not connection.in_atomic_block:
        _bell.ring()
    elif not any(hook is _ring_after_commit for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(_ring_after_commit, robust=True)


def _ring_after_commit() -> None:
    _bell.ring()
