"""The floor: the same database and server, one view, one query, 50 rows in a plain table, no middleware at all."""

from humas_portal.settings import *  # noqa: F403
from humas_portal.settings import BASE_DIR

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.floor"
WSGI_APPLICATION = "bench.floor.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],
        "OPTIONS": {},
    },
]
