"""Puts an archive of the registry back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partnerships.actions.texts import refresh_all_words
from partnerships.archive import ArchiveIsUnfit, RegistryIsInUse, RestoreIsRefused, restore_archive
from units.models import User


class Command(BaseCommand):
    help = "Verify an archive of export_agreements and restore it into an empty registry (docs/restore-agreements.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="in one transaction, remove what is there and put the archive there"
        )
        parser.add_argument(
            "--stand-in",
            metavar="EMAIL",
            action="append",
            default=[],
            help="account in place of accounts not here; name two where one handed in what another verified",
        )

    def handle(self, *args: Any, file: Path, replace: bool, stand_in: list[str], **options: Any) -> None:
        accounts = {address: User.objects.filter(email__iexact=address).first() for address in stand_in}
        if lacking := [address for address, account in accounts.items() if account is None]:
            raise CommandError(f"There is no account {', '.join(lacking)}.")
        stand_ins = [account for account in accounts.values() if account is not None]
        try:
            done = restore_archive(file, replaces=replace, stand_ins=stand_ins)
        except (ArchiveIsUnfit, RegistryIsInUse, RestoreIsRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        refresh_all_words(now=timezone.now())
        manifest = done.manifest
        self.stdout.write(
            f"Restored {manifest.n_rows} rows in {len(manifest.tables)} tables and {len(manifest.files)} files"
            f" ({done.n_files_written} were not in the storage), as of {manifest.made_at}."
        )
        for name in manifest.missing:
            self.stderr.write(f"Was missing already when the archive was made: {name}")
