"""Django settings; every choice that differs between machines comes from the environment through `env`."""

from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from humas_portal import env

# Lets forms and admin classes name their model for the type checker: forms.ModelForm[Workshop].
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")

SITE_URL = env.site_url("SITE_URL", default="http://localhost:8000")
SECURE = SITE_URL.startswith("https://")
DEBUG = env.debug("DEBUG", site=SITE_URL)
SECRET_KEY = env.secret_key("SECRET_KEY", VAR_DIR, site=SITE_URL, database="DATABASE_URL")
SECRET_KEY_FALLBACKS = env.former_keys("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.allowed_hosts("ALLOWED_HOSTS", site=SITE_URL)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []

INSTALLED_APPS = [
    "dashboard",
    "participants",
    "workshops",
    "partnerships",
    "outbox",
    "jobs",
    "units",
    "toolkit",
    "humas_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "simple_history",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "humas_portal.middleware.SessionRulesMiddleware",
    "humas_portal.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "humas_portal.middleware.AccessMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "humas_portal.urls"
CSRF_FAILURE_VIEW = "humas_portal.errors.csrf_failure"
# Whether an url without a rule in humas_portal/access.py raises; else it is logged and answers 404.
ACCESS_TABLE_STRICT = env.boolean("ACCESS_TABLE_STRICT", default=DEBUG)
WSGI_APPLICATION = "humas_portal.wsgi.application"
# What Django 6 does by itself: an address typed without a scheme is https.
FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "toolkit.drawing.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "humas_portal.context.portal",
            ],
            "builtins": ["toolkit.templatetags.addresses"],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", sqlite_file=VAR_DIR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL")}
STORAGES = {
    "default": env.storage("STORAGE_URL", folder=VAR_DIR / "files"),
    "staticfiles": {"BACKEND": "toolkit.static.StaticStorage"},
}

# Letters: "file" keeps each one under var/letters; "smtp" hands it to a relay.
EMAIL = env.email("EMAIL_URL", folder=VAR_DIR / "letters")
DEFAULT_FROM_EMAIL = env.sender("MAIL_FROM", default="portal@humas.invalid", transport=EMAIL["transport"])
# A domain whose mail comes back to us (b.<letter>@domain), and answers 5xx that this relay means only for now.
MAIL_BOUNCE_DOMAIN = env.domain("MAIL_BOUNCE_DOMAIN")
MAIL_RETRY_CODES = env.numbers("MAIL_RETRY_CODES", default="")
# The log of a Postfix of our own, which settles doubts (outbox/delivery/evidence.py).
MAIL_LOG_FILE = env.mail_log("MAIL_LOG_FILE", transport=EMAIL["transport"])

AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = ["units.login.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "outbox.account_letters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# The session at hand goes on under a new key; all others end, as the password is part of what they sign.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# Django's own: allauth's writes a row while it makes a link, and letters are rendered without writing.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_REAUTHENTICATION_TIMEOUT = 1800
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "300/m/ip,5/300s/key",
    "reset_password": "60/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    # Answers of speakers: the key is the invitation.
    "speaker_link": "60/m/ip,40/h/key",
}
# The portal itself speaks plain HTTP: where the site is https, at least one proxy of ours ends TLS in front of it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if SECURE else 0, least=1 if SECURE else 0, most=9)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Portal Humas"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or SITE_URL.startswith("http://localhost")
MFA_REQUIRED = env.boolean("MFA_REQUIRED", default=False)

SESSION_ENGINE = "humas_portal.sessions"
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_SECONDS", 30 * 60, least=60)
SESSION_COOKIE_AGE = env.number("SESSION_COOKIE_AGE", 8 * 60 * 60, least=60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# Files are received before anybody is asked who sends them: no form takes more than a few.
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "toolkit.uploads.CappedUploadHandler",
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "humas_portal.formats"
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "toolkit.static.PackageFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

CELERY = env.celery("CELERY_BROKER_URL", folder=VAR_DIR / "broker")
# Long work (imports, archives) that may be under way at the same moment, on all hosts together.
JOBS_AT_ONCE = env.number("JOBS_AT_ONCE", 1, least=1)

# Reminders: days before the start, and the reader's local hour; see docs/operations.md.
REMINDER_DAYS = env.numbers("REMINDER_DAYS", default="7 3 1")
SPEAKER_REMINDER_DAYS = env.numbers("SPEAKER_REMINDER_DAYS", default="3 1")
REMINDER_HOUR = env.number("REMINDER_HOUR", 9, most=23)
# Days before the end of an agreement on which letters ask for a decision; at the second of them it shows as ending.
AGREEMENT_ENDING_DAYS = env.numbers("AGREEMENT_ENDING_DAYS", default="180 90 30")
# An agreement in force sleeps when nothing has happened so many months after it was signed.
AGREEMENT_SLEEPS_AFTER_MONTHS = env.number("AGREEMENT_SLEEPS_AFTER_MONTHS", 6, least=1, most=60)
# Days before the answers of a monitoring round are due, and after it, on which units that are silent are reminded.
MONITORING_REMINDER_DAYS = env.numbers("MONITORING_REMINDER_DAYS", default="7 1")
MONITORING_LATE_DAYS = env.numbers("MONITORING_LATE_DAYS", default="3 10")
# Where the decree of a year differs from what the package `holidays` knows; they count for calendar and reminders.
HOLIDAYS_ADDED = env.named_days("HOLIDAYS_ADDED")
HOLIDAYS_REMOVED = env.days("HOLIDAYS_REMOVED")
# How many working days a Kanwil has to check a signed copy, and the bureau to publish it.
VERIFICATION_WORKING_DAYS = env.number("VERIFICATION_WORKING_DAYS", 5, least=1, most=60)
PUBLICATION_WORKING_DAYS = env.number("PUBLICATION_WORKING_DAYS", 5, least=1, most=60)
# How much each Kanwil with all below it may store of agreements, in MB.
KANWIL_QUOTA_MB = env.number("KANWIL_QUOTA_MB", 20_000, least=1)
# A ClamAV daemon, as host:port or the path of its socket; empty means that files are not scanned.
CLAMAV = env.scanner("CLAMAV")
# When an agenda is warned to leave room on Fridays, on the clock of the workshop's place.
FRIDAY_PRAYER = env.clock_span("FRIDAY_PRAYER", default="11.30-13.00")

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secret_paths": {"()": "humas_portal.logs.SecretPaths"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secret_paths"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # It tells each table of each font that it joins.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
