"""Loads the sample data into an empty database; again changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dashboard.management.sample.accounts import accounts_table
from dashboard.management.sample.loading import DatabaseIsInUse, load_sample_data


class Command(BaseCommand):
    help = "Load offices, accounts, agreements, five past events and one that is being prepared."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "data")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            if load_sample_data(folder, now=timezone.now()):
                self.stdout.write("Sample data loaded.")
        except DatabaseIsInUse:
            self.stderr.write("This database holds accounts of other people: no sample data was loaded.")
        else:
            self.stdout.write(accounts_table())
