"""Settings from the environment: NAME, or NAME_FILE that holds the value; a wrong or half value stops the start."""

import os
import re
import secrets
from datetime import date, time
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from pathlib import Path
from ssl import CERT_REQUIRED
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg2 import ProgrammingError
from psycopg2.extensions import make_dsn

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
REDIS = {"redis", "rediss"}
# Folders of data: only the user the portal runs as enters them.
PRIVATE = 0o700


def is_given(name: str) -> bool:
    return name in os.environ or f"{name}_FILE" in os.environ


def text(name: str, default: str | None = None) -> str:
    """The value of NAME or the content of the file NAME_FILE; without both, the default.

    A value that is set but empty is refused: it is a secret that did not arrive rather than a wish for the default."""
    file = os.environ.get(f"{name}_FILE")
    if file is not None and name in os.environ:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
    value = os.environ.get(name, default) if file is None else read(f"{name}_FILE", Path(file))
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set.")
    if not value.strip() and is_given(name):
        raise ImproperlyConfigured(f"{name} is set but empty; give it a value or take it away.")
    if "\0" in value or "\n" in value.strip():
        raise ImproperlyConfigured(f"{name} must be one line.")
    return value.strip()


def read(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ImproperlyConfigured(f"{name} names {file}, which is not a readable text file.") from problem


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def scanner(name: str) -> tuple[str, int] | str | None:
    """Where a virus scanner listens: host and port, the path of its socket, or None for nowhere."""
    value = text(name, "")
    if not value or value.startswith("/"):
        return value or None
    host, _colon, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65_536:
        raise ImproperlyConfigured(f"{name} must be host:port or the path of a socket, not {value!r}.")
    return host, int(port)


def numbers(name: str, default: str) -> list[int]:
    """Whole numbers with spaces between, each once, the largest first."""
    value = text(name, default)
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in value.split()):
        raise ImproperlyConfigured(f"{name} must be whole numbers with spaces between, not {value!r}.")
    return sorted({int(part) for part in value.split()}, reverse=True)


def day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name} must hold days like 2026-12-24, not {value!r}.") from problem


def days(name: str) -> frozenset[date]:
    """Days with spaces or commas between."""
    return frozenset(day(name, word) for word in words(name))


def named_days(name: str) -> tuple[tuple[date, str], ...]:
    """Days with what each is called, semicolons between: `2026-12-28 Cuti bersama; 2027-01-04 Hari jadi`."""
    found = []
    for part in filter(None, (part.strip() for part in text(name, "").split(";"))):
        value, _space, label = part.partition(" ")
        if not label.strip():
            raise ImproperlyConfigured(
                f"{name} must hold a day and its name, like 2026-12-28 Cuti bersama; not {part!r}."
            )
        found.append((day(name, value), " ".join(label.split())))
    return tuple(found)


def clock_span(name: str, default: str) -> tuple[time, time]:
    """`11.30-13.00` as two times of day, the first before the second."""
    given = text(name, default)
    found = re.fullmatch(r"([01][0-9]|2[0-3])\.([0-5][0-9])-([01][0-9]|2[0-3])\.([0-5][0-9])", given, re.ASCII)
    if found is None or found.group(1, 2) >= found.group(3, 4):
        raise ImproperlyConfigured(f"{name} must be two times of day such as 11.30-13.00, not {given!r}.")
    hours = [int(number) for number in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def words(name: str, default: str = "") -> list[str]:
    return text(name, default).replace(",", " ").split()


def choice(name: str, default: str, *, choices: list[str]) -> str:
    value = text(name, default).upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def path(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).resolve()


def url(name: str, example: str) -> SplitResult:
    """The parts of a URL. What splits wrongly (a # or @ in a password, a port that is no number) is refused, because
    the rest of the password would silently become something else. No sentence repeats the value: it holds secrets."""
    value = text(name)
    try:
        parts = urlsplit(value)
        if parts.port != 0 and not parts.fragment and value.count("@") <= 1 and " " not in value:
            return parts
    except ValueError:
        pass  # said below
    raise ImproperlyConfigured(
        f"{name} must look like {example}; write special characters of a password as %23 (#), %40 (@), %2F (/)."
    )


def options(name: str, parts: SplitResult, allowed: set[str]) -> dict[str, str]:
    found = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(found) - allowed):
        known = f"known: {', '.join(sorted(allowed))}" if allowed else "it takes none"
        raise ImproperlyConfigured(f"{name} has the unknown option {unknown[0]!r}; {known}.")
    return found


def site_url(name: str, default: str) -> str:
    value = text(name, default).rstrip("/")
    example = f"{name} must look like https://portal.example.go.id, not {value!r}."
    try:
        parts = urlsplit(value)
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError as problem:
        raise ImproperlyConfigured(example) from problem
    extras = (parts.path, parts.query, parts.fragment, parts.username)
    if parts.scheme not in {"http", "https"} or not is_address or any(extras):
        raise ImproperlyConfigured(example)
    return value


def allowed_hosts(name: str, *, site: str) -> list[str]:
    """Host names this portal answers to; those of a public site must be named, and hold the site's own."""
    parts = urlsplit(site)
    if parts.scheme == "https" and not is_given(name):
        raise ImproperlyConfigured(f"SITE_URL is {site}, so {name} must be set, for example {name}={parts.hostname}.")
    hosts = words(name, " ".join(dict.fromkeys([*LOCAL_HOSTS, str(parts.hostname)])))
    if "*" in hosts:
        raise ImproperlyConfigured(f"{name} must name the hosts; * would answer to anybody's name.")
    if not any(answers_to(host, str(parts.hostname)) for host in hosts):
        raise ImproperlyConfigured(f"{name} does not hold {parts.hostname}, the host of SITE_URL.")
    return hosts


def answers_to(pattern: str, host: str) -> bool:
    return pattern.strip("[]") == host or (pattern.startswith(".") and f".{host}".endswith(pattern))


def debug(name: str, *, site: str) -> bool:
    is_on = boolean(name, default=False)
    if is_on and site.startswith("https://"):
        raise ImproperlyConfigured(f"{name} is on and SITE_URL is {site}: a public site must not show its errors.")
    return is_on


def secret_key(name: str, folder: Path, *, site: str, database: str) -> str:
    """The key given; without one, a key made once and kept in `folder`, which serves one machine only.

    A public site and PostgreSQL (several hosts sign links and sessions for each other) need a key of their own."""
    if is_given(name):
        return strong_key(name, text(name))
    if site.startswith("https://"):
        raise ImproperlyConfigured(f"SITE_URL is {site}, so {name} must be set (at least 50 random characters).")
    if is_given(database) and text(database):
        raise ImproperlyConfigured(
            f"{database} is set, so {name} must be set too: every host has to sign with the same key."
        )
    file = folder / "secret_key"
    if not file.exists():
        write_secret(file)
    return strong_key(str(file), file.read_text(encoding="utf-8").strip())


def strong_key(name: str, key: str) -> str:
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} must hold at least 50 random characters.")
    return key


def former_keys(name: str) -> list[str]:
    return [strong_key(name, key) for key in words(name)]


def write_secret(file: Path) -> None:
    """Web, worker and beat may start at once: the first link wins and nobody reads half a key."""
    file.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}")
    half.touch(mode=0o600)
    half.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    try:
        file.hardlink_to(half)
    except FileExistsError:
        pass
    finally:
        half.unlink()


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    if not is_given(name):
        sqlite_file.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
            },
            # A file, so that the threads of a live server share it.
            "TEST": {"NAME": str(sqlite_file.with_name("test.sqlite3"))},
        }
    example = "postgresql://user:password@host:5432/portal"
    parts = url(name, example)
    database = parts.path.strip("/")
    if parts.scheme not in {"postgres", "postgresql"} or not database or "/" in database:
        raise ImproperlyConfigured(f"{name} must look like {example}; take it away for SQLite.")
    if parts.password and not parts.username:
        raise ImproperlyConfigured(f"{name} names a password without a user.")
    for option, value in parse_qsl(parts.query, keep_blank_values=True):
        try:
            make_dsn(dbname="portal", **{option: value})
        except (ProgrammingError, TypeError) as problem:
            raise ImproperlyConfigured(
                f"{name} has the option {option!r}, which PostgreSQL does not know."
            ) from problem
    found: dict[str, Any] = environ.Env.db_url_config(text(name))
    # Compiling a statement takes PostgreSQL up to a second; no page asks anything that would win it back.
    found.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    return found | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def redis_url(name: str, without: str) -> SplitResult:
    example = "redis://:password@host:6379/0"
    parts = url(name, example)
    if parts.scheme not in REDIS or not parts.hostname or not re.fullmatch(r"/?[0-9]*", parts.path):
        raise ImproperlyConfigured(f"{name} must look like {example}; take it away for {without}.")
    return parts


def cache(name: str) -> dict[str, Any]:
    if not is_given(name):
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "toolkit_cache"}
    redis_url(name, without="the cache in the database")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": text(name)}


def storage(name: str, folder: Path) -> dict[str, Any]:
    """Private files: a folder, or s3://KEY:SECRET@HOST/BUCKET (?region=..., and ?insecure=yes for plain HTTP)."""
    if not is_given(name):
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    example = "s3://KEY:SECRET@host/bucket?region=name"
    parts = url(name, example)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not re.fullmatch(r"[A-Za-z0-9.-]{3,63}", bucket):
        raise ImproperlyConfigured(f"{name} must look like {example}; take it away for files on disk.")
    if not (parts.username and parts.password):
        raise ImproperlyConfigured(f"{name} needs both the key and its secret: {example}.")
    query = options(name, parts, {"region", "insecure"})
    if query.get("insecure", "no") not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name}: insecure must be yes or no.")
    scheme = "http" if query.get("insecure") == "yes" else "https"
    return {
        "BACKEND": "toolkit.bucket.BucketStorage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{host_and_port(parts)}",
            "region_name": query.get("region"),
        },
    }


def host_and_port(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def email(name: str, folder: Path) -> dict[str, Any]:
    """How letters leave: kept as files, or smtp://, smtp+tls:// (STARTTLS), smtp+ssl:// with user and password."""
    if not is_given(name):
        return {"transport": "file", "folder": folder}
    example = "smtp+tls://user:password@host:587"
    parts = url(name, example)
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like {example}; take it away to keep letters as files.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured(f"{name} names a user or a password without the other.")
    options(name, parts, set())
    return {
        "transport": "smtp",
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "security": {"smtp": "none", "smtp+tls": "starttls", "smtp+ssl": "tls"}[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }


def sender(name: str, default: str, *, transport: str) -> str:
    """The address letters come from; a real relay needs a real one, because answers and bounces go there."""
    if transport == "smtp" and not is_given(name):
        raise ImproperlyConfigured(f"EMAIL_URL is set, so {name} must be set: the address letters come from.")
    value = text(name, default)
    if len(getaddresses([value])) != 1:
        raise ImproperlyConfigured(f"{name} must be one e-mail address, not {value!r}.")
    address = parseaddr(value)[1]
    try:
        domain = Address(addr_spec=address).domain
    except (ValueError, IndexError) as problem:
        raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.") from problem
    if not domain or not address:
        raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.")
    return value


def mail_log(name: str, *, transport: str) -> Path | None:
    """The log of the relay on this host; without one, doubts about letters are left to a quiet time and to people."""
    if not is_given(name):
        return None
    if transport != "smtp":
        raise ImproperlyConfigured(f"{name} is set, so EMAIL_URL must be set: the relay whose log it is.")
    file = path(name, Path())
    if not file.is_file() or not os.access(file, os.R_OK):
        raise ImproperlyConfigured(f"{name} names {file}, which is not a file that the portal may read.")
    return file


def domain(name: str) -> str:
    value = text(name, "").lower()
    if value and not re.fullmatch(r"(?=.{1,189}$)[a-z0-9-]+(\.[a-z0-9-]+)+", value):
        raise ImproperlyConfigured(f"{name} must be a domain such as bounce.example.go.id, not {value!r}.")
    return value


def celery(name: str, folder: Path) -> dict[str, Any]:
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
    if not is_given(name):
        for part in ("queue", "control"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        return shared | {
            # toolkit/embedded_broker.py
            "broker_url": "folder://",
            "broker_transport_options": {
                "data_folder_in": str(folder / "queue"),
                "data_folder_out": str(folder / "queue"),
                "control_folder": str(folder / "control"),
                "polling_interval": 0.2,
            },
        }
    parts = redis_url(name, without="the broker that needs no server")
    return shared | {
        "broker_url": text(name),
        "broker_use_ssl": {"ssl_cert_reqs": CERT_REQUIRED} if parts.scheme == "rediss" else None,
        "broker_transport_options": {
            # Longer than task_time_limit, or a task that still runs would be handed out again.
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
