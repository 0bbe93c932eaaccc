"""The floor: the same database and server, one view, one query, 50 rows in a plain table, no middleware at all."""

from humas_portal.settings import *
from humas_portal.settings import BASE_DIR

# allauth refuses to start without its middleware; bench/floor.py takes it away before the first request.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
ROOT_URLCONF = "bench.floor"
WSGI_APPLICATION = "bench.floor.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],
        "OPTIONS": {},
    },
]
