"""The words of a PDF. It is untrusted: it is read in a process of its own with little memory and time."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MAX_SECONDS = 60
MAX_MEMORY = 700 * 1024 * 1024


@dataclass(frozen=True)
class PdfText:
    """`is_cut`: there is more than was asked for. `failure` is empty, `slow` or `unreadable`."""

    text: str
    is_cut: bool = False
    failure: str = ""


def text_of_pdf(chunks: Iterable[bytes], *, most: int, seconds: int = MAX_SECONDS) -> PdfText:
    """At most so many characters of the text that the pages hold; a scan without text gives none."""
    child = Path(__file__).with_name("child.py")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        for chunk in chunks:
            copy.write(chunk)
        copy.flush()
        limits = [str(number) for number in (most, MAX_MEMORY, seconds)]
        try:
            # The arguments are our own: this interpreter, our script, a temporary file and three numbers.
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(child), copy.name, *limits],
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return PdfText("", failure="slow")
    if done.returncode != 0:
        return PdfText("", failure="unreadable")
    text = done.stdout.decode("utf-8", "replace")
    return PdfText(text[:most], is_cut=len(text) > most)
