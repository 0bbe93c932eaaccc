"""Fails when a catalogue is not complete: each text translated and, with GNU gettext, no text missing or left over."""

import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from toolkit.languages import problems, texts

NOT_SOURCES = shutil.ignore_patterns(".*", "node_modules", "var", "tests", "bench", "docs", "locale", "__pycache__")


def extracted(language: str) -> set[tuple[str, str, str]]:
    """The texts of the sources as `makemessages` finds them, in a copy that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sources"
        shutil.copytree(settings.BASE_DIR, copy, ignore=NOT_SOURCES)
        (copy / "locale").mkdir()
        subprocess.run(  # noqa: S603 - our own interpreter, no input of a person
            [sys.executable, "-m", "django", "makemessages", "--locale", language, "--extension", "html,txt,jinja,py"],
            cwd=copy,
            check=True,
            capture_output=True,
        )
        return texts(copy / "locale" / language / "LC_MESSAGES" / "django.po")


class Command(BaseCommand):
    help = "Checks that every language but Indonesian, the language of the sources, is complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--require-gettext", action="store_true", help="fail where GNU gettext is not installed")

    def handle(self, *args: Any, **options: Any) -> None:
        has_gettext = shutil.which("xgettext") is not None
        if options["require_gettext"] and not has_gettext:
            raise CommandError("GNU gettext (xgettext) is not installed.")
        found = [
            f"locale/{language}: {problem}"
            for language, _name in settings.LANGUAGES
            if language != settings.LANGUAGE_CODE
            for problem in self.problems_of(language, compare=has_gettext)
        ]
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} problems.")
        left_out = "" if has_gettext else " (not compared with the sources: GNU gettext is not installed)"
        self.stdout.write(f"All languages are complete{left_out}.")

    def problems_of(self, language: str, *, compare: bool) -> Iterator[str]:
        catalogue = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
        if not catalogue.exists():
            yield "there is no catalogue"
            return
        yield from problems(catalogue)
        if compare:
            here, there = texts(catalogue), extracted(language)
            yield from (f"text of the sources is missing: {text[1]!r}" for text in sorted(there - here))
            yield from (f"text is no longer in the sources: {text[1]!r}" for text in sorted(here - there))
