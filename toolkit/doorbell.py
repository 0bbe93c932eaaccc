"""Doorbells: each tells a Celery worker that there may be work. A ring may be lost; the next tick makes good.

A thread of its own rings, so that a request never waits for a broker that is gone, and many rings become one."""

import logging
import os
import threading

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)
EXPIRES = 60


class Bell:
    def __init__(self, task: str) -> None:
        self.task = task
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._pid = 0

    def wake(self) -> None:
        """After the commit, ring; once a transaction, and errors are swallowed."""
        if not connection.in_atomic_block:
            self._ring()
        elif not any(hook == self._ring for _, hook, *_ in connection.run_on_commit):
            transaction.on_commit(self._ring, robust=True)

    def _ring(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._rung = threading.Event()
                name = f"{self.task}-doorbell"
                threading.Thread(target=self._serve, args=(self._rung,), name=name, daemon=True).start()
                self._pid = os.getpid()
            self._rung.set()

    def _serve(self, rung: threading.Event) -> None:
        while True:
            rung.wait()
            rung.clear()
            publish(self.task)


def publish(task: str, *args: str) -> bool:
    """Ask for a task now; whether the broker took it. Waits for the broker, so only workers call it directly."""
    try:
        current_app.send_task(task, args=args, expires=EXPIRES, ignore_result=True)
    except Exception as error:
        logger.warning("The doorbell is out of order (%s); the next tick will do.", type(error).__name__)
        return False
    return True
