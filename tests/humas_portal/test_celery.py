import threading
import uuid
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings

from humas_portal import env
from humas_portal.celery import app


def test_every_thread_rings_at_the_broker_of_the_settings() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(current_app.conf.broker_url))
    thread.start()
    thread.join()
    assert found == [settings.CELERY["broker_url"]]


def test_the_beat_rings_each_minute_with_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    entries = list(app.conf.beat_schedule.values())
    names = {"outbox.tick", "jobs.tick", "partnerships.scan_files", "partnerships.index_agreements"}
    assert {entry["task"] for entry in entries} == names
    assert {entry["task"] for entry in entries} <= set(app.tasks)
    assert {entry["task"]: entry["schedule"] for entry in entries}["outbox.tick"] == 60.0


def test_a_ring_of_the_embedded_broker_reaches_the_worker_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    bell = Celery(set_as_current=False)
    bell.conf.update(env.celery("CELERY_BROKER_URL", folder=tmp_path))
    mark = str(uuid.uuid4())
    bell.send_task("outbox.tick", args=[mark], ignore_result=True)
    with bell.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=5)
        message.ack()
    assert message.headers["task"] == "outbox.tick"
    assert mark in message.headers["argsrepr"]


@pytest.mark.redis
def test_a_ring_of_redis_reaches_the_worker_side() -> None:
    name = f"test-{uuid.uuid4()}"
    app.send_task("outbox.tick", queue=name, ignore_result=True)
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(name)
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == "outbox.tick"
