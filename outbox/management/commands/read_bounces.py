"""Reads delivery reports: from standard input (as a mail server pipes them), or every .eml of a folder, which is then
moved into its subfolder "read"."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outbox.bounces import read_report, record_bounce
from outbox.delivery.clock import database_now


class Command(BaseCommand):
    help = "Read delivery reports from standard input, or from the .eml files of --folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        if folder is None:
            self.stdout.write(self._read(sys.stdin.buffer.read()))
            return
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        done = folder / "read"
        done.mkdir(exist_ok=True)
        for file in sorted(folder.glob("*.eml")):
            self.stdout.write(f"{file.name}: {self._read(file.read_bytes())}")
            file.rename(done / file.name)

    def _read(self, content: bytes) -> str:
        now = database_now()
        report = read_report(content, now=now)
        if report is None:
            return "no report about a letter of ours"
        if not record_bounce(report, now=now):
            return f"letter {report.message.pk}: known"
        return f"letter {report.message.pk}: {report.status}"
