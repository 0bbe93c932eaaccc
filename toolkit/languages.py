"""Language catalogues: compiled with polib, so that no machine needs GNU gettext."""

import os
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
