"""Writes the public side of agreements as plain files into a folder, for a web server that stands when the portal
does not."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partnerships.mirror import MirrorIsRefused, mirror_agreements


class Command(BaseCommand):
    help = "Bring FOLDER/current up to what is public now: pages, copies, data, feed. Serve that folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--url", default="", help="where the mirror will be read, for the data files and the feed")

    def handle(self, *args: Any, folder: Path, url: str, verbosity: int, **options: Any) -> None:
        def said(n_pages: int) -> None:
            if verbosity > 1:
                self.stdout.write(f"{n_pages} pages")

        try:
            tally = mirror_agreements(folder, now=timezone.now(), today=timezone.localdate(), url=url, said=said)
        except MirrorIsRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{tally.n_pages} pages. "
            f"Files: {tally.n_written} written, {tally.n_kept} unchanged, {tally.n_gone} removed."
        )
