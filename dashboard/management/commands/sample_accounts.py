"""Prints the sample accounts."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.management.sample.accounts import accounts_table


class Command(BaseCommand):
    help = "Print the accounts of the sample data with their password."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(accounts_table())
