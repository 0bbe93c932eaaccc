"""Reads the files of agreements and puts right what is searched; again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from partnerships.actions.texts import read_file, refresh_all_words, unread_files


class Command(BaseCommand):
    help = "Read signed and public copies that were not read yet, and refresh the words that are searched."

    def handle(self, *args: Any, **options: Any) -> None:
        n_read = 0
        for copy in list(unread_files()):
            read_file(copy, now=timezone.now())
            n_read += 1
        self.stdout.write(f"{n_read} files read, words of {refresh_all_words(now=timezone.now())} agreements written.")
