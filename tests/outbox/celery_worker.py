"""The Celery application of the fault tests: the portal's own, on the test's database, knowing the test's letters.

python -m celery --app tests.outbox.celery_worker worker"""

import os

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["OUTBOX_DATABASE"]
django.setup()

from humas_portal.celery import app as app  # noqa: E402
from tests.outbox import letters  # noqa: E402

letters.register()
