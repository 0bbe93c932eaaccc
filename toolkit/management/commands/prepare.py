"""Makes a checkout ready to run: languages, static files, tables; doing again what is done already costs nothing."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from toolkit.languages import compile_catalogues

# Any number that no other program takes as its lock in the same database.
MIGRATION_LOCK = 20_261_121


def static_signature() -> str:
    """Changes when a static file is added, changed or taken away."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            stat = Path(storage.path(name)).stat()
            lines.append(f"{getattr(storage, 'prefix', '')} {name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hosts that start together wait for each other; SQLite locks by itself."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


class Command(BaseCommand):
    help = "Compiles languages, collects static files and brings the tables up to date."
    # Run when there is something to do: they would cost a second of every start.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sample", action="store_true", help="load the sample data and its accounts too")
        parser.add_argument("--languages-only", action="store_true", help="compile the languages and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        for source in compile_catalogues(Path(settings.LOCALE_PATHS[0])):
            self.stdout.write(f"Compiled {source.relative_to(settings.BASE_DIR)}.")
        if options["languages_only"]:
            return
        self.collect_static()
        with one_at_a_time():
            self.bring_tables_up_to_date()
            if options["sample"]:
                call_command("load_sample", stdout=self.stdout, stderr=self.stderr)

    def collect_static(self) -> None:
        marker = Path(settings.STATIC_ROOT) / ".signature"
        signature = static_signature()
        if marker.exists() and marker.read_text(encoding="utf-8") == signature:
            return
        self.check()
        self.stdout.write("Collecting static files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        marker.write_text(signature, encoding="utf-8")

    def bring_tables_up_to_date(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Bringing the tables up to date ...")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
