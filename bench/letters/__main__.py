"""Letters: how fast they leave, and what is lost when everything goes wrong.

    DATABASE_URL=postgresql://... SECRET_KEY=... python -m bench.letters throughput [--people 10000] [--workers 2]
    DATABASE_URL=postgresql://... SECRET_KEY=... python -m bench.letters faults [--only 1 2] [--scale 1]
    python -m bench.letters faults --sqlite
    DATABASE_URL=postgresql://... SECRET_KEY=... python -m bench.letters races | broker | ticks | moves | clicks

PostgreSQL runs happen in a scratch database beside the one that DATABASE_URL names; SQLite runs in a new folder."""

import argparse
import os
import subprocess
import sys
import tempfile

from bench.letters.place import SCRATCH, scratch_database

# Faults whose tests take their size from the environment: the full sizes.
TESTS = {
    "races": ("test_fault_04_05_races.py", {"OUTBOX_RACES": "10000"}),
    "broker": ("test_fault_06_broker.py", {"OUTBOX_LETTERS": "10000"}),
    "ticks": ("test_fault_12_ticks.py", {"OUTBOX_TICKS": "100"}),
    "moves": ("test_fault_13_moves.py", {"OUTBOX_MOVES": "500", "OUTBOX_PEOPLE": "600"}),
    "clicks": ("test_fault_20_double_clicks.py", {"OUTBOX_CLICKS": "1000"}),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.letters", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=["throughput", "profile", "faults", *TESTS])
    parser.add_argument("--people", type=int, default=10_000, help="registered for the workshop of the mailing")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], help="faults, by number")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the full sizes")
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    if options.job in TESTS:
        file, sizes = TESTS[options.job]
        return subprocess.run(
            [sys.executable, "-m", "pytest", f"tests/outbox/{file}", "-q"], env=os.environ | sizes, check=False
        ).returncode
    settings_module = "tests.settings" if options.job == "faults" else "bench.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["VAR_DIR"] = folder
        if options.sqlite:
            os.environ.pop("DATABASE_URL", None)
            return run(options)
        with scratch_database(SCRATCH) as url:
            os.environ["DATABASE_URL"] = url
            return run(options)


def run(options: argparse.Namespace) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    try:
        return attack(options) if options.job == "faults" else mail(options)
    finally:
        connection.close()


def attack(options: argparse.Namespace) -> int:
    from bench.letters import faults
    from tests.outbox import letters

    letters.register()
    faults.attack(options.only, options.scale)
    return 0


def mail(options: argparse.Namespace) -> int:
    from bench.letters import mailing, requests, throughput

    scene = mailing.prepare(options.people)
    throughput.hold_back()
    throughput.planned()
    if options.job == "profile":
        throughput.profile()
        return 0
    alone = throughput.rendered_alone(options.workers)
    accepted, a_connection = throughput.delivered(options.workers)
    throughput.hold_back()
    return throughput.judged(accepted, alone, a_connection, requests.measured(scene))


if __name__ == "__main__":
    sys.exit(main())
