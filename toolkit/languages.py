"""Language catalogues: compiled and checked with polib, so that no machine needs GNU gettext."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import polib


def is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalogues(folder: Path) -> list[Path]:
    """Compiles each .po under `folder` that is newer than its .mo, and returns those it compiled.

    The new file takes the place of the old one in one step, so a running portal never reads half of it."""
    stale = [source for source in sorted(folder.rglob("*.po")) if is_stale(source)]
    for source in stale:
        half = source.with_suffix(f".{os.getpid()}.half")
        polib.pofile(str(source)).save_as_mofile(str(half))
        half.replace(source.with_suffix(".mo"))
    return stale


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems(source: Path) -> Iterator[str]:
    """What keeps a catalogue from being complete: untranslated or doubtful entries, placeholders that differ."""
    for entry in polib.pofile(str(source)):
        if entry.obsolete:
            continue
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not texts or not all(texts):
            yield f"not translated: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"marked as doubtful (fuzzy): {entry.msgid!r}"
        elif not all(placeholders(text) <= placeholders(entry.msgid + entry.msgid_plural) for text in texts):
            yield f"names a placeholder that the text does not have: {entry.msgid!r}"
        elif placeholders(entry.msgid_plural or entry.msgid) - placeholders(texts[-1]):
            yield f"leaves a placeholder out: {entry.msgid!r}"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def texts(source: Path) -> set[tuple[str, str, str]]:
    """Context, text and plural of each entry in use."""
    return {
        (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")
        for entry in polib.pofile(str(source))
        if not entry.obsolete
    }
