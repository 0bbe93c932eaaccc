"""A worker of the kill test: does one job on the test's own database. python -m tests.jobs.worker"""

import os

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["JOBS_DATABASE"]
django.setup()

from jobs.actions.working import do_next_job  # noqa: E402
from tests.jobs import kinds  # noqa: E402

kinds.register()
do_next_job()
