"""The Celery application: a doorbell for work that stands in the database (docs/architecture.md)."""

import os

from celery import Celery
from django.conf import settings

from toolkit import embedded_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")

embedded_broker.register()
app = Celery("humas_portal")
app.conf.update(settings.CELERY)
app.conf.beat_schedule = {
    "outbox-tick": {"task": "outbox.tick", "schedule": 60.0, "options": {"expires": 55}},
    "partnerships-scan": {"task": "partnerships.scan_files", "schedule": 60.0, "options": {"expires": 55}},
    "jobs-tick": {"task": "jobs.tick", "schedule": 60.0, "options": {"expires": 55}},
    "partnerships-words": {"task": "partnerships.index_agreements", "schedule": 300.0, "options": {"expires": 295}},
}
app.autodiscover_tasks()
# Celery's current application belongs to a thread; every other thread would ring at a broker that is not ours.
app.set_default()
