"""Settings from the environment: NAME, or NAME_FILE that holds the value; a wrong or half value stops the start."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The value of NAME or the content of the file NAME_FILE; without both, the default."""
    file = os.environ.get(f"{name}_FILE")
    if file and name in os.environ:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
    if file:
        if not Path(file).is_file():
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which is not a readable file.")
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def numbers(name: str, default: str) -> list[int]:
    value = text(name, default)
    if not all(part.isdecimal() for part in value.split()):
        raise ImproperlyConfigured(f"{name} must be whole numbers with spaces between, not {value!r}.")
    return sorted({int(part) for part in value.split()}, reverse=True)


def words(name: str, default: str = "") -> list[str]:
    return text(name, default).replace(",", " ").split()


def path(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).resolve()


def site_url(name: str, default: str) -> str:
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"{name} must look like https://portal.example.go.id, not {value!r}.")
    return value


def secret_key(folder: Path) -> str:
    """SECRET_KEY; without one, a key made once and kept in var/ (one machine only)."""
    if "SECRET_KEY" in os.environ or "SECRET_KEY_FILE" in os.environ:
        key = text("SECRET_KEY")
        if len(key) < 50:
            raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
        return key
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    value = text(name, "")
    if not value:
        sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
            },
            "TEST": {"NAME": str(sqlite_file.with_name("test.sqlite3"))},
        }
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must start with postgresql://; leave it empty for SQLite.")
    settings: dict[str, Any] = environ.Env.db_url_config(value)
    return settings | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def cache(name: str) -> dict[str, Any]:
    value = text(name, "")
    if not value:
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "toolkit_cache"}
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must start with redis://; leave it empty for the database cache.")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": value}


def storage(name: str, folder: Path) -> dict[str, Any]:
    """Private files: a folder, or s3://KEY:SECRET@HOST/BUCKET (add ?insecure=yes for plain HTTP)."""
    value = text(name, "")
    if not value:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    parts = urlsplit(value)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not (parts.username and parts.password and parts.hostname and bucket):
        raise ImproperlyConfigured(f"{name} must look like s3://KEY:SECRET@host/bucket; leave it empty for files on disk.")
    query = dict(parse_qsl(parts.query))
    scheme = "http" if query.get("insecure") == "yes" else "https"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
            "region_name": query.get("region"),
            "file_overwrite": False,
            "default_acl": "private",
        },
    }


def email(name: str, folder: Path) -> dict[str, Any]:
    """How letters leave: kept as files, or smtp://, smtp+tls:// (STARTTLS), smtp+ssl:// with user and password."""
    value = text(name, "")
    if not value:
        return {"transport": "file", "folder": folder}
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587; leave it empty to keep letters as files.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured(f"{name} names a user or a password without the other.")
    return {
        "transport": "smtp",
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "security": {"smtp": "none", "smtp+tls": "starttls", "smtp+ssl": "tls"}[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }


def celery(name: str, folder: Path) -> dict[str, Any]:
    value = text(name, "")
    shared = {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": 600,
        "task_soft_time_limit": 540,
        "worker_max_tasks_per_child": 500,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "task_ignore_result": True,
        "broker_connection_retry_on_startup": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0.1},
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
    }
    if not value:
        for part in ("queue", "control"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        return shared | {
            "broker_url": "filesystem://",
            "broker_transport_options": {
                "data_folder_in": str(folder / "queue"),
                "data_folder_out": str(folder / "queue"),
                "control_folder": str(folder / "control"),
                "polling_interval": 0.2,
            },
        }
    if urlsplit(value).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(f"{name} must start with redis://; leave it empty for the broker without a server.")
    return shared | {
        "broker_url": value,
        "broker_transport_options": {
            "visibility_timeout": 900,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 2,
            "socket_timeout": 10,
            "socket_keepalive": True,
            "health_check_interval": 30,
        },
        "worker_soft_shutdown_timeout": 60,
        "worker_enable_soft_shutdown_on_idle": True,
    }
