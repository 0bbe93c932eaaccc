"""Fault 6: Redis is emptied, restarted, and gone for a while during a batch. It is only a doorbell: every letter leaves
once, and a request that rings while it is gone does not wait."""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection
from django.db.transaction import atomic

from humas_portal.celery import app as portal
from outbox import actions
from outbox.doorbell import publish
from outbox.models import Message, State
from tests.outbox.letters import plan, states
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]
LETTERS = int(os.environ.get("OUTBOX_LETTERS", "400"))


class Redis:
    """A server of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None, "redis-server is not installed"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        while self._say("PING") != b"+PONG\r\n":
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def empty(self) -> None:
        assert self._say("FLUSHALL") == b"+OK\r\n"

    def _say(self, word: str) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(word.encode() + b"\r\n")
                return line.recv(100)
        except OSError:
            return b""


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    redis.start()
    monkeypatch.setenv("CELERY_BROKER_URL", redis.url)  # Celery itself reads it, before any setting
    bell = Celery("bell", set_as_current=False)
    bell.conf.update(settings.CELERY | {"broker_url": redis.url})
    ring_by(bell)
    yield redis
    ring_by(portal)
    bell.close()
    redis.stop()


def ring_by(app: Celery) -> None:
    app.set_default()
    app.set_current()


@contextmanager
def celery_worker(redis: Redis, sink: Sink) -> Iterator[None]:
    """A real Celery worker with two processes, up and listening. It is killed in the end: nobody asks how it stops."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "OUTBOX_DATABASE": str(connection.settings_dict["NAME"]),
        "VAR_DIR": str(settings.VAR_DIR),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "MAIL_FROM": "portal@humas.invalid",
        "CELERY_BROKER_URL": redis.url,
    }
    command = [sys.executable, "-m", "celery", "--app", "tests.outbox.celery_worker", "worker", "--concurrency", "2"]
    worker = subprocess.Popen([*command, "--loglevel", "ERROR"], env=environment, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while not current_app.control.ping(timeout=0.5) and time.monotonic() < until:
            assert worker.poll() is None, "the worker ended"
        yield
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_for(condition: Any, seconds: float, every: float = 0.5) -> bool:
    """Ring as beat would, until the condition holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        publish("outbox.tick")
        time.sleep(every)
    return bool(condition())


def test_every_letter_leaves_once_whatever_happens_to_redis(redis: Redis, sink: Sink) -> None:
    plan(LETTERS)
    with celery_worker(redis, sink):
        assert wait_for(lambda: Message.objects.filter(state=State.SENT).exists(), 60)
        for _ in range(3):
            redis.empty()
            time.sleep(0.1)
        redis.stop()
        time.sleep(1)
        redis.start()
        wait_for(lambda: not Message.objects.exclude(state=State.SENT).exists(), 90)
    assert states() == {"sent": LETTERS}
    sent = [line["message_id"] for line in sink.accepted()]
    assert len(sent) == len(set(sent)) == LETTERS


def test_a_request_does_not_wait_for_a_broker_that_is_gone(redis: Redis) -> None:
    redis.stop()
    times = []
    for _ in range(20):
        began = time.monotonic()
        with atomic():
            plan(1)
            actions.wake()
        times.append(time.monotonic() - began)
    redis.start()
    assert statistics.quantiles(times, n=20)[-1] < 0.5


def test_control_without_the_tick_an_emptied_redis_forgets_letters(redis: Redis, sink: Sink) -> None:
    """The broker alone loses what it held: only the next tick makes it good."""
    plan(5)
    assert publish("outbox.tick")
    redis.empty()
    with celery_worker(redis, sink):
        time.sleep(2)
        assert states() == {"pending": 5}
        assert wait_for(lambda: states() == {"sent": 5}, 60)
