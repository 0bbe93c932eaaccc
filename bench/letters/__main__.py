"""python -m bench.letters throughput | profile | faults ..."""

import argparse
import os
import sys
import time

from bench.letters.place import SCRATCH, scratch_database


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.letters", description=__doc__)
    parser.add_argument("job", choices=["throughput", "profile"])
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    with scratch_database(SCRATCH) as url:
        os.environ["DATABASE_URL"] = url
        return run(options)


def run(options: argparse.Namespace) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench.letters import throughput
    from django.db import connection
    from tests.outbox import letters

    letters.register()
    throughput.hold_back()
    began = time.monotonic()
    letters.plan(options.letters)
    print(f"{options.letters} letters planned in {time.monotonic() - began:.2f} s")
    if options.job == "profile":
        throughput.profile()
    else:
        print(f"rendered alone {throughput.rendered_alone(options.workers, options.letters):.0f} a second")
        throughput.delivered(options.workers, options.letters)
    connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
