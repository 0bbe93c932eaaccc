"""The tree of files: each run makes a new one beside the present one, with hard links to whatever did not change, and
then lets `current` point at it; the tree before goes, so nothing that was withdrawn stays on the disk."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage

MARK = ".portal-mirror"


class MirrorIsRefused(Exception):
    """The folder is not ours to write, or another run is at it."""


@dataclass
class Tally:
    """Files of the new tree: written anew, kept as they were; `n_gone` were there before and are not any more."""

    n_written: int = 0
    n_kept: int = 0
    n_gone: int = 0
    n_pages: int = 0


@dataclass
class Tree:
    """The tree that is being made, beside the one before it."""

    root: Path
    before: Path | None
    tally: Tally = field(default_factory=Tally)
    assets: set[str] = field(default_factory=set)

    def put(self, name: str, content: bytes) -> None:
        old = self._old(name)
        if old is not None and old.stat().st_size == len(content) and old.read_bytes() == content:
            self._keep(old, name)
            return
        self._target(name).write_bytes(content)
        self.tally.n_written += 1

    def put_lines(self, name: str, lines: Iterable[str]) -> None:
        """Like `put`, for what is too long to be held at once."""
        target, old = self._target(name), self._old(name)
        with target.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        if old is not None and _is_same(old, target):
            target.unlink()
            self._keep(old, name)
        else:
            self.tally.n_written += 1

    def put_stored(self, name: str, stored_name: str, size: int) -> bool:
        """A file of the portal's storage, under a name that changes with its bytes; False where it is lost."""
        old = self._old(name)
        if old is not None and old.stat().st_size == size:
            self._keep(old, name)
            return True
        try:
            with default_storage.open(stored_name, "rb") as source, self._target(name).open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            return False
        self.tally.n_written += 1
        return True

    def _target(self, name: str) -> Path:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _old(self, name: str) -> Path | None:
        old = self.before / name if self.before else None
        return old if old is not None and old.is_file() else None

    def _keep(self, old: Path, name: str) -> None:
        target = self._target(name)
        try:
            os.link(old, target)
        except OSError:  # a disk without hard links
            shutil.copy2(old, target)
        self.tally.n_kept += 1


def _is_same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        return all(chunk == b.read(1 << 16) for chunk in iter(lambda: a.read(1 << 16), b""))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise MirrorIsRefused(f"{folder} holds other things; name an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise MirrorIsRefused("Another run is writing this mirror.") from busy
        yield


def switch(current: Path, root: Path) -> None:
    """Readers see the old tree or the new one, never half of either."""
    fresh = current.with_name(".current-next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(root.name)
    fresh.replace(current)


def gone(tree: Tree) -> int:
    if tree.before is None:
        return 0
    return sum(
        1 for old in tree.before.rglob("*") if old.is_file() and not (tree.root / old.relative_to(tree.before)).exists()
    )
