"""Settings of the Celery processes that a journey starts: those of the tests, on the journey's own database."""

import os

from tests.settings import *
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["JOURNEY_DATABASE"]
