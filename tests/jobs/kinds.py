"""Kinds of work for the tests: one that counts slowly and says so in a file, and some that end badly."""

import time
from pathlib import Path

from jobs.actions.working import Work, WorkFails
from jobs.registry import Kind, Outcome, register_kind

STEPS = 40


def count_slowly(work: Work) -> Outcome:
    """Writes a line for each step into the file that the parameters name."""
    log = Path(work.parameters["log"])
    for step in range(1, STEPS + 1):
        with log.open("a") as file:
            file.write(f"{work.job.attempts} {step}\n")
        work.progress(step, STEPS, at_once=True)
        time.sleep(work.parameters.get("pause", 0))
    result = work.folder / "hasil.txt"
    result.write_text("selesai")
    return Outcome(summary="40 langkah", file=result, filename="hasil.txt")


def refuse(work: Work) -> Outcome:
    raise WorkFails("Berkasnya tidak ada lagi.")


def break_down(work: Work) -> Outcome:
    raise ZeroDivisionError


def register() -> None:
    register_kind(Kind("test.count", "Menghitung", count_slowly))
    register_kind(Kind("test.refuse", "Menolak", refuse))
    register_kind(Kind("test.break", "Rusak", break_down))
    register_kind(Kind("test.admins", "Untuk admin", count_slowly, allows=lambda user: user.is_superuser))
    register_kind(Kind("test.secret", "Rahasia", count_slowly, is_sensitive=True))
