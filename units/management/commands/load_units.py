"""Loads the office tree from a folder of CSV files; loading again changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from units.actions.loading import load_offices


class Command(BaseCommand):
    help = "Load head offices, Kanwil, sample UPT and their groups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "data")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        n_made = load_offices(folder, now=timezone.now())
        self.stdout.write(f"{n_made} units added.")
