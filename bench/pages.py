"""Pages at national size, side by side with the floor, in one run.

    DATABASE_URL=postgresql://... SECRET_KEY=... python -m bench.pages

The database must hold the national data set (`manage.py generate_national`). Two gunicorn servers with two sync
workers each answer one request at a time, the floor and the portal's pages by turns; printed are statements (X-SQL),
p50 and p95 in ms, the ratio of the p50s and the size. Limits: 8 statements for a list, 12 for any page, 3 times the
floor. The exit code is 1 when one is broken."""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from dashboard.management.national.workshops import CONFERENCE  # noqa: E402
from units.access import Role  # noqa: E402
from units.models import Level, User  # noqa: E402
from workshops.models import Workshop  # noqa: E402

AGENT = "bench"


@dataclass
class Target:
    name: str
    url: str
    limit: int
    cookie: str = ""
    # Everything of a very large thing on one page, asked for by name: its time is shown, not judged by the floor.
    heavy: bool = False
    port: int = 0
    times: list[float] = field(default_factory=list)
    statements: int = 0
    size: int = 0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def server(application: str, settings_module: str) -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
        application,
    ]
    process = subprocess.Popen(command, env={**os.environ, "DJANGO_SETTINGS_MODULE": settings_module})
    try:
        for _ in range(150):
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def ask(target: Target, *, keep: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    headers = {"Host": "localhost", "Cookie": target.cookie, "User-Agent": AGENT, "Accept-Language": "id"}
    begin = time.perf_counter()
    connection.request("GET", target.url, headers=headers)
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - begin) * 1000
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{target.name}: {target.url} answered {response.status}")
    target.statements = max(target.statements, int(response.headers.get("X-SQL") or 0))
    target.size = len(body)
    if keep:
        target.times.append(took)


def cookie_of(user: User) -> str:
    client = Client(headers={"user-agent": AGENT, "host": "localhost"})
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def account(role: str, level: str | None = None) -> User:
    users = User.objects.filter(role=role, is_active=True)
    if level:
        users = users.filter(unit__level=level)
    user = users.order_by("pk").first()
    if user is None:
        raise SystemExit(f"no account with the role {role}: load the national data first (manage.py generate_national)")
    return user


def targets() -> list[Target]:
    """The pages under measure; `limit` is in SQL statements."""
    largest = max(Workshop.objects.order_by("-pk").values_list("pk", flat=True), key=n_registrations)
    last = -(-n_registrations(largest) // 50)
    staff, admin = cookie_of(account(Role.BUREAU_STAFF)), cookie_of(account(Role.BUREAU_ADMIN))
    kanwil = cookie_of(account(Role.REGIONAL_ADMIN, Level.REGIONAL_OFFICE))
    operator, leader = cookie_of(account(Role.UNIT_OPERATOR)), cookie_of(account(Role.LEADER))
    registrations = reverse("workshop_registrations", args=[largest])
    conference = Workshop.objects.get(title=CONFERENCE).pk
    agenda = reverse("workshop_agenda", args=[conference])
    return [
        Target("workshop list", reverse("workshop_list"), 8, staff),
        Target("registrations, first page", registrations, 8, staff),
        Target(f"registrations, last page ({last})", f"{registrations}?halaman={last}", 8, staff),
        Target("people list", reverse("participant_list"), 8, staff),
        Target("unit list", reverse("unit_list"), 8, staff),
        Target("agreement list", reverse("agreement_list"), 8, staff),
        Target("letters list", reverse("message_list"), 8, staff),
        Target("home, bureau staff", reverse("home"), 12, staff),
        Target("home, Kanwil admin", reverse("home"), 12, kanwil),
        Target("home, unit operator", reverse("home"), 12, operator),
        Target("home, leader", reverse("home"), 12, leader),
        Target("calendar, a month", reverse("calendar"), 12, staff),
        Target("calendar, a year", f"{reverse('calendar')}?tampilan=tahun", 12, staff),
        Target("calendar, a year, Kanwil admin", f"{reverse('calendar')}?tampilan=tahun", 12, kanwil),
        Target("workshop page", reverse("workshop_detail", args=[largest]), 12, staff),
        Target("agenda, one day of 5 x 8 x 200", agenda, 12, staff),
        Target("agenda, all 200 sessions", f"{agenda}?hari=semua", 12, staff, heavy=True),
        Target("agenda, all its warnings", reverse("agenda_warnings", args=[conference]), 12, staff, heavy=True),
        Target("workshop edit form", reverse("workshop_edit", args=[largest]), 12, admin),
    ]


def n_registrations(workshop_pk: int) -> int:
    return Workshop.objects.get(pk=workshop_pk).registrations.filter(state="registered").count()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    floor = Target("floor: 50 rows, one query", "/", 1)
    pages = targets()
    with (
        server("bench.floor:application", "bench.floor_settings") as floor_port,
        server("humas_portal.wsgi:application", "bench.settings") as port,
    ):
        floor.port = floor_port
        for page in pages:
            page.port = port
        for n in range(rounds + 4):
            for target in (floor, *pages):
                ask(target, keep=n >= 4)
    return report(floor, pages)


def report(floor: Target, pages: list[Target]) -> int:
    base = statistics.median(floor.times)
    broken = 0
    print(f"{'page':38} {'SQL':>4} {'p50 ms':>8} {'p95 ms':>8} {'x floor':>8} {'KiB':>6}")
    for target in (floor, *pages):
        p50, p95 = statistics.median(target.times), statistics.quantiles(target.times, n=20)[-1]
        over = target is not floor and (target.statements > target.limit or (p50 > 3 * base and not target.heavy))
        broken += over
        mark = "  OVER THE LIMIT" if over else ""
        numbers = f"{target.statements:4} {p50:8.1f} {p95:8.1f} {p50 / base:8.2f} {target.size / 1024:6.0f}"
        print(f"{target.name:38} {numbers}{mark}")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
