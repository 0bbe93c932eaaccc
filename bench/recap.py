"""The recap of a monitoring round at national size: time, statements and memory of the page and of its files.

    DATABASE_URL=postgresql://... SECRET_KEY=... python -m bench.recap [--times 5]

Needs a database of national size (`generate_national`) and adds to it, once, a round that asks every unit about all its
agreements; six of seven are answered. Each target is asked of the portal itself, in a process of its own without a
server. Printed are statements, the time of the first request (a new process) and the middle one of the others, the
least processor time of Python, the largest memory of the process, how much of it came after another page, and the size.
The exit code is 1 above 12 statements, 1 second or 60 MiB more."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.memory import peak_mib  # noqa: E402
from partnerships.actions.monitoring import RoundFacts, open_round  # noqa: E402
from partnerships.models import MonitoringAnswer, MonitoringRound, Rating  # noqa: E402
from units.access import Role  # noqa: E402
from units.models import Level, User  # noqa: E402

TITLE = "Ukur rekap pemantauan"
MOST_STATEMENTS, MOST_SECONDS, MOST_MEMORY = 12, 1.0, 60
SAID = "Kegiatan bersama dilaksanakan sesuai rencana kerja, dengan laporan dan daftar hadir. " * 4
# By name: the URL, what follows it, and whether everything is on it, so that its time is shown and not judged.
TARGETS: dict[str, tuple[str, str, bool]] = {
    "page": ("monitoring_detail", "", False),
    "page, last of the silent": ("monitoring_detail", "?halaman=9999999", False),
    "page, Kanwil admin": ("monitoring_detail", "", False),
    "list of rounds": ("monitoring_list", "", False),
    "recap xlsx": ("monitoring_export", "", False),
    "every answer xlsx": ("monitoring_export", "?isi=rinci", True),
    "report PDF": ("monitoring_pdf", "", False),
    "report DOCX": ("monitoring_docx", "", False),
}


def prepare() -> MonitoringRound:
    found = MonitoringRound.objects.filter(title=TITLE).first()
    if found:
        return found
    by, now = account(Role.BUREAU_STAFF), timezone.now()
    facts = RoundFacts(
        title=TITLE,
        period_from=date(2000, 1, 1),
        period_until=date(2099, 12, 31),
        due_on=timezone.localdate(now) + timedelta(days=30),
    )
    began = time.perf_counter()
    made = open_round(facts=facts, by=by, now=now)
    print(f"opening: {time.perf_counter() - began:.2f} s", flush=True)
    answers = list(MonitoringAnswer.objects.filter(monitored__round=made).order_by("pk"))
    for number, answer in enumerate(answers):
        # Every 21st unit has said nothing; of the others one agreement in nine is open.
        if answer.monitored_id % 21 == 0 or number % 9 == 0:
            continue
        answer.rating = Rating.values[number % 3]
        answer.what, answer.obstacles, answer.recommendation = SAID, SAID, SAID
        answer.answered_at, answer.answered_by = now, by
    fields = ["rating", "what", "obstacles", "recommendation", "answered_at", "answered_by"]
    MonitoringAnswer.objects.bulk_update(answers, fields, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def account(role: str, level: str | None = None) -> User:
    users = User.objects.filter(role=role, is_active=True)
    return users.filter(unit__level=level).order_by("pk")[0] if level else users.order_by("pk")[0]


def measure(name: str, times: int) -> int:
    settings.ALLOWED_HOSTS = ["testserver"]
    url_name, query, is_heavy = TARGETS[name]
    round_ = MonitoringRound.objects.get(title=TITLE)
    url = reverse(url_name, args=[] if url_name == "monitoring_list" else [round_.pk]) + query
    is_kanwil = name.endswith("Kanwil admin")
    user = account(Role.REGIONAL_ADMIN, Level.REGIONAL_OFFICE) if is_kanwil else account(Role.BUREAU_STAFF)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("profile_edit")).status_code == 200  # settles what any first page loads
    before, worked, took, statements, size = peak_mib(), [], [], 0, 0
    for _ in range(times + 1):
        began, work_began = time.perf_counter(), time.process_time()
        response = client.get(url)
        content = b"".join(response) if response.streaming else response.content
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - work_began)
        assert response.status_code == 200, (name, response.status_code)
        statements, size = max(statements, int(response["X-SQL"])), len(content)
    middle, more = statistics.median(took[1:]), peak_mib() - before
    is_over = statements > MOST_STATEMENTS or more > MOST_MEMORY or (middle > MOST_SECONDS and not is_heavy)
    times_seen = f"{took[0]:8.2f} {middle:8.2f} {min(worked):8.2f}"
    mark = "  OVER THE LIMIT" if is_over else ""
    print(f"{name:26} {statements:4} {times_seen} {peak_mib():6.0f} {more:+6.0f} {size / 1024:8.0f}{mark}", flush=True)
    return int(is_over)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--one", choices=TARGETS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return measure(arguments.one, arguments.times)
    round_ = prepare()
    counts = MonitoringAnswer.objects.filter(monitored__round=round_).counted()
    n_regions = round_.units.values("region").distinct().count()
    print(f"{counts['n']} agreements, {counts['unanswered']} open, {round_.units.count()} units, {n_regions} regions")
    print(
        f"{'':26} {'SQL':>4} {'first s':>8} {'then s':>8} {'Python s':>8} {'MiB':>6} {'more':>6} {'KiB':>8}", flush=True
    )
    command = [sys.executable, "-m", "bench.recap", "--times", str(arguments.times), "--one"]
    return max(subprocess.run([*command, name], check=False).returncode for name in TARGETS)


if __name__ == "__main__":
    raise SystemExit(main())
