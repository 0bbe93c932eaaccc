"""Each wrong or half setting stops the start with one sentence; each right one switches what it says."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from humas_portal import env

KEY = "k3y-of-the-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz"
PUBLIC = {"SITE_URL": "https://portal.test", "ALLOWED_HOSTS": "portal.test", "SECRET_KEY": KEY}
OURS = re.compile(
    r"(SITE_URL|DEBUG|SECRET_KEY|SECRET_KEY_FALLBACKS|ALLOWED_HOSTS|DATABASE_URL|CELERY_BROKER_URL|CACHE_URL|EMAIL_URL"
    r"|MAIL_\w+|ACCESS_TABLE_STRICT|STORAGE_URL|TRUSTED_PROXY_COUNT|MFA_REQUIRED|SESSION_\w+|REMINDER_\w+|HOLIDAYS_\w+|LOG_LEVEL|PORT)(_FILE)?"
)

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """The settings as they come out of exactly these variables."""
    for name in list(os.environ):
        if OURS.fullmatch(name):
            monkeypatch.delenv(name)

    def settings(**values: str) -> dict[str, Any]:
        monkeypatch.setenv("VAR_DIR", str(tmp_path))
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(Path(env.__file__).with_name("settings.py")))

    return settings


WRONG = [
    ({"DEBUG": "maybe"}, "DEBUG must be yes or no, not 'maybe'."),
    ({"DEBUG": ""}, "DEBUG is set but empty; give it a value or take it away."),
    ({"DATABASE_URL": ""}, "DATABASE_URL is set but empty; give it a value or take it away."),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'LOUD'."),
    ({"REMINDER_HOUR": "24"}, "REMINDER_HOUR must be a whole number from 0 to 23, not '24'."),
    ({"REMINDER_HOUR": "٩"}, "REMINDER_HOUR must be a whole number from 0 to 23, not '٩'."),
    (
        {"FRIDAY_PRAYER": "13.00-11.30"},
        "FRIDAY_PRAYER must be two times of day such as 11.30-13.00, not '13.00-11.30'.",
    ),
    ({"FRIDAY_PRAYER": "11.30"}, "FRIDAY_PRAYER must be two times of day such as 11.30-13.00, not '11.30'."),
    ({"REMINDER_DAYS": "7 x"}, "REMINDER_DAYS must be whole numbers with spaces between, not '7 x'."),
    ({"SESSION_IDLE_SECONDS": "5"}, "SESSION_IDLE_SECONDS must be a whole number from 60 to"),
    ({"SITE_URL": "portal.test"}, "SITE_URL must look like https://portal.example.go.id, not 'portal.test'."),
    ({"SITE_URL": "http://portal.test/humas"}, "SITE_URL must look like"),
    ({"SITE_URL": "http://portal.test:many"}, "SITE_URL must look like"),
    ({"SITE_URL": "https://portal.test"}, "SITE_URL is https://portal.test, so SECRET_KEY must be set"),
    ({"SITE_URL": "https://portal.test", "SECRET_KEY": KEY}, "so ALLOWED_HOSTS must be set, for example"),
    (PUBLIC | {"ALLOWED_HOSTS": "other.test"}, "ALLOWED_HOSTS does not hold portal.test, the host of SITE_URL."),
    (PUBLIC | {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
    (PUBLIC | {"DEBUG": "yes"}, "DEBUG is on and SITE_URL is https://portal.test"),
    (PUBLIC | {"TRUSTED_PROXY_COUNT": "0"}, "TRUSTED_PROXY_COUNT must be a whole number from 1 to 9"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must hold at least 50 random characters."),
    ({"SECRET_KEY": "a" * 60}, "SECRET_KEY must hold at least 50 random characters."),
    ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE names /nowhere, which is not a readable text file."),
    ({"SECRET_KEY_FILE": ""}, "SECRET_KEY_FILE names ., which is not a readable text file."),
    ({"SECRET_KEY_FILE": "/x", "SECRET_KEY": KEY}, "SECRET_KEY and SECRET_KEY_FILE are both set; keep one."),
    ({"DATABASE_URL": "postgresql://localhost/portal"}, "DATABASE_URL is set, so SECRET_KEY must be set too"),
    ({"DATABASE_URL": "mysql://localhost/portal", "SECRET_KEY": KEY}, "DATABASE_URL must look like postgresql://"),
    ({"DATABASE_URL": "postgresql://localhost", "SECRET_KEY": KEY}, "DATABASE_URL must look like postgresql://"),
    ({"DATABASE_URL": "postgresql://u:p#w@localhost/portal", "SECRET_KEY": KEY}, "special characters of a password"),
    ({"DATABASE_URL": "postgresql://u:p@w@localhost/portal", "SECRET_KEY": KEY}, "special characters of a password"),
    ({"DATABASE_URL": "postgresql://localhost:port/portal", "SECRET_KEY": KEY}, "DATABASE_URL must look like"),
    ({"DATABASE_URL": "postgresql://localhost/portal/two", "SECRET_KEY": KEY}, "DATABASE_URL must look like"),
    ({"DATABASE_URL": "postgresql://:p@localhost/portal", "SECRET_KEY": KEY}, "names a password without a user."),
    (
        {"DATABASE_URL": "postgresql://localhost/portal?sslmod=require", "SECRET_KEY": KEY},
        "DATABASE_URL has the option 'sslmod', which PostgreSQL does not know.",
    ),
    ({"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS must hold at least 50 random"),
    ({"SECRET_KEY": "abcde" * 11}, "SECRET_KEY must hold at least 50 random characters."),
    ({"MAIL_FROM": "a@contoh.test, b@contoh.test"}, "MAIL_FROM must be one e-mail address"),
    ({"CELERY_BROKER_URL": "amqp://localhost"}, "CELERY_BROKER_URL must look like redis://"),
    ({"CELERY_BROKER_URL": "redis://"}, "CELERY_BROKER_URL must look like redis://"),
    ({"CELERY_BROKER_URL": "redis://localhost/first"}, "CELERY_BROKER_URL must look like redis://"),
    ({"CACHE_URL": "memcached://localhost"}, "CACHE_URL must look like redis://"),
    ({"EMAIL_URL": "mail.test"}, "EMAIL_URL must look like smtp+tls://user:password@host:587"),
    ({"EMAIL_URL": "smtp://user@mail.test"}, "EMAIL_URL names a user or a password without the other."),
    ({"EMAIL_URL": "smtp://mail.test?tls=yes"}, "EMAIL_URL has the unknown option 'tls'; it takes none."),
    ({"EMAIL_URL": "smtp://mail.test"}, "EMAIL_URL is set, so MAIL_FROM must be set: the address letters come from."),
    ({"EMAIL_URL": "smtp://mail.test", "MAIL_FROM": "humas"}, "MAIL_FROM must be an e-mail address, not 'humas'."),
    ({"MAIL_FROM": "Humas <humas@>"}, "MAIL_FROM must be an e-mail address"),
    ({"MAIL_LOG_FILE": "/var/log/mail.log"}, "MAIL_LOG_FILE is set, so EMAIL_URL must be set"),
    (
        {"MAIL_LOG_FILE": "/nowhere/mail.log", "EMAIL_URL": "smtp://mail.test", "MAIL_FROM": "humas@contoh.test"},
        "MAIL_LOG_FILE names /nowhere/mail.log, which is not a file that the portal may read.",
    ),
    ({"HOLIDAYS_ADDED": "2026-12-28"}, "HOLIDAYS_ADDED must hold a day and its name, like 2026-12-28 Cuti bersama"),
    ({"HOLIDAYS_ADDED": "28-12-2026 Libur"}, "HOLIDAYS_ADDED must hold days like 2026-12-24, not '28-12-2026'."),
    ({"HOLIDAYS_REMOVED": "2026-02-30"}, "HOLIDAYS_REMOVED must hold days like 2026-12-24, not '2026-02-30'."),
    ({"STORAGE_URL": "/srv/files"}, "STORAGE_URL must look like s3://KEY:SECRET@host/bucket"),
    ({"STORAGE_URL": "s3://storage.test/bucket"}, "STORAGE_URL needs both the key and its secret"),
    ({"STORAGE_URL": "s3://key@storage.test/bucket"}, "STORAGE_URL needs both the key and its secret"),
    ({"STORAGE_URL": "s3://key:secret@storage.test"}, "STORAGE_URL must look like s3://KEY:SECRET@host/bucket"),
    ({"STORAGE_URL": "s3://k:s@storage.test/bucket?zone=x"}, "STORAGE_URL has the unknown option 'zone'"),
    ({"STORAGE_URL": "s3://k:s@storage.test/bucket?insecure=1"}, "STORAGE_URL: insecure must be yes or no."),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG, ids=lambda value: value[:60] if isinstance(value, str) else "")
def test_a_wrong_or_half_setting_stops_the_start(read: Read, values: dict[str, str], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        read(**values)
    assert sentence in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_no_sentence_repeats_a_password(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        read(DATABASE_URL="postgresql://u:hunter2#x@localhost/portal", SECRET_KEY=KEY)
    assert "hunter2" not in str(stopped.value)


def test_manage_tells_a_wrong_setting_in_one_line_without_traceback(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"VAR_DIR": str(tmp_path), "EMAIL_URL": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("Settings: EMAIL_URL must look like smtp+tls://")
    assert ran.stderr.count("\n") == 1


def test_without_settings_everything_is_embedded(read: Read, tmp_path: Path) -> None:
    found = read()
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CELERY"]["broker_url"] == "folder://"
    assert found["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert found["EMAIL"] == {"transport": "file", "folder": tmp_path / "letters"}
    assert found["STORAGES"]["default"]["OPTIONS"] == {"location": tmp_path / "files"}
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_the_key_made_once_stays_and_only_its_owner_reads_it(read: Read, tmp_path: Path) -> None:
    first = read()["SECRET_KEY"]
    assert len(first) > 50
    assert read()["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.glob("secret_key*")] == ["secret_key"]


def test_the_folder_of_data_is_entered_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    env.write_secret(tmp_path / "first" / "secret_key")
    env.database("DATABASE_URL", sqlite_file=tmp_path / "second" / "portal.sqlite3")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("first", "second")] == [0o700, 0o700]


def test_a_key_that_another_process_wrote_meanwhile_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    env.write_secret(file)
    before = file.read_text()
    env.write_secret(file)
    assert file.read_text() == before


def test_servers_are_used_when_they_are_named(read: Read) -> None:
    found = read(
        SECRET_KEY=KEY,
        DATABASE_URL="postgresql://humas:p%23w@db.test:5433/portal?sslmode=require",
        CELERY_BROKER_URL="rediss://:p%40w@redis.test:6380/1",
        CACHE_URL="redis://redis.test/2",
        EMAIL_URL="smtp+tls://mailer:p%2Fw@mail.test",
        MAIL_FROM="Biro Humas <humas@mail.test>",
    )
    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *["humas", "p#w", "db.test", 5433, "portal"]
    ]
    assert database["OPTIONS"] == {"sslmode": "require", "options": "-c jit=off"}
    assert found["CELERY"]["broker_url"] == "rediss://:p%40w@redis.test:6380/1"
    assert found["CELERY"]["broker_use_ssl"]["ssl_cert_reqs"]
    assert found["CELERY"]["task_time_limit"] < found["CELERY"]["broker_transport_options"]["visibility_timeout"]
    assert found["CACHES"]["default"]["LOCATION"] == "redis://redis.test/2"
    assert found["EMAIL"] == {
        "transport": "smtp",
        "host": "mail.test",
        "port": 587,
        "security": "starttls",
        "user": "mailer",
        "password": "p/w",
    }
    assert found["DEFAULT_FROM_EMAIL"] == "Biro Humas <humas@mail.test>"


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.test", 25, "none"),
        ("smtp+ssl://mail.test", 465, "tls"),
        ("smtp+tls://mail.test:2587", 2587, "starttls"),
    ],
)
def test_the_scheme_of_the_relay_says_how_it_is_spoken_to(read: Read, url: str, port: int, security: str) -> None:
    found = read(EMAIL_URL=url, MAIL_FROM="humas@mail.test")["EMAIL"]
    assert (found["port"], found["security"]) == (port, security)


def test_a_value_may_stand_in_a_file(read: Read, tmp_path: Path) -> None:
    secret = tmp_path / "key.txt"
    secret.write_text(KEY + "\n")
    assert read(SECRET_KEY_FILE=str(secret))["SECRET_KEY"] == KEY
    secret.write_text("two\nlines")
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY must be one line\."):
        read(SECRET_KEY_FILE=str(secret))


def test_a_public_site_is_guarded(read: Read) -> None:
    found = read(**PUBLIC)
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert all(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"))
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert read(**PUBLIC | {"ALLOWED_HOSTS": ".portal.test"})["ALLOWED_HOSTS"] == [".portal.test"]


def test_the_deploy_check_finds_nothing_and_silences_nothing(tmp_path: Path) -> None:
    outside = [name for name in os.environ if OURS.fullmatch(name) or name == "DJANGO_ALLOW_ASYNC_UNSAFE"]
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    ran = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-W",
            "ignore:The FORMS_URLFIELD_ASSUME_HTTPS",
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
        ],
        env=kept | PUBLIC | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "humas_portal.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), ran.stderr


@pytest.fixture
def bucket_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="sec/ret",
        region_name="us-east-1",
    ).create_bucket(Bucket="naskah")
    yield f"s3://key:sec%2Fret@{host}:{port}/naskah?insecure=yes&region=us-east-1"
    server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_files_go_to_a_bucket_and_come_back(read: Read, bucket_url: str) -> None:
    storage = storages.create_storage(read(STORAGE_URL=bucket_url)["STORAGES"]["default"])
    first = storage.save("perjanjian/naskah.pdf", ContentFile(b"%PDF-1.7 first"))
    second = storage.save("perjanjian/naskah.pdf", ContentFile(b"%PDF-1.7 second"))
    assert first == "perjanjian/naskah.pdf"
    assert second != first
    with storage.open(first) as file:
        assert file.read() == b"%PDF-1.7 first"
    assert storage.size(second) == len(b"%PDF-1.7 second")
    storage.delete(first)
    assert not storage.exists(first)
    assert storage.exists(second)


def test_holidays_of_the_settings_are_days_with_names(read: Read) -> None:
    found = read()
    assert (found["HOLIDAYS_ADDED"], found["HOLIDAYS_REMOVED"]) == ((), frozenset())
    found = read(
        HOLIDAYS_ADDED="2026-12-28 Cuti  bersama; 2027-01-04 Hari jadi;", HOLIDAYS_REMOVED="2026-12-24, 2026-08-25"
    )
    assert found["HOLIDAYS_ADDED"] == ((date(2026, 12, 28), "Cuti bersama"), (date(2027, 1, 4), "Hari jadi"))
    assert found["HOLIDAYS_REMOVED"] == {date(2026, 8, 25), date(2026, 12, 24)}
