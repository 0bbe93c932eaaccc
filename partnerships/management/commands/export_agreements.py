"""Writes everything of the registry into one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partnerships.archive import write_archive


class Command(BaseCommand):
    help = "Write all agreements, organisations, histories and files into one archive with checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to make; it must not exist")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        half = file.with_name(f"{file.name}.part")
        if file.exists() or half.exists():
            raise CommandError(f"{file} or {half} exists already.")
        try:
            manifest = write_archive(half, now=timezone.now())
            half.rename(file)
        finally:
            half.unlink(missing_ok=True)
        size = file.stat().st_size
        self.stdout.write(f"{file}: {manifest.n_rows} rows, {len(manifest.files)} files, {size} bytes.")
        for name in manifest.missing:
            self.stderr.write(f"Not in the storage any more: {name}")
