"""Times the search and the static mirror of a whole national register, and its memory.

    python -m bench.mirror FOLDER [--pages 1750 3500 7000]

Needs a database of national size (`generate_national`). Each number of pages is mirrored in a process of its own, into
a folder of its own; meanwhile the other publications there are withdrawn, and shown again at the end."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from bench.memory import peak_mib  # noqa: E402
from partnerships.mirror import mirror_agreements  # noqa: E402
from partnerships.models import Agreement, Publication  # noqa: E402
from units.models import User  # noqa: E402


def timed(label: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = work()
    print(f"{label}: {time.perf_counter() - began:.3f} s, {result}; peak {peak_mib():.0f} MiB", flush=True)
    return result


def search() -> None:
    some = Publication.objects.standing().order_by("-pk").first()
    assert some is not None
    key = some.agreement_id
    timed("look-up by key", lambda: Agreement.objects.filter(pk=key).count())
    for words in (f"katakunci{key}", '"pelatihan kehumasan"', "pelatihan", "W.13-HH.04.02"):
        for public in (True, False):
            found = Agreement.objects.searched(words, public=public)
            timed(f"count of {words}, public {public}", found.count)
            n = found.count()
            weighed = lambda found=found, w=words, p=public, n=n: len(found.by_relevance(w, n_found=n, public=p)[:20])
            timed(f"page of {words}, public {public}", weighed)


def mirror(folder: Path, pages: int) -> None:
    """First, with nothing changed, with one withdrawn."""
    now, today = timezone.now(), timezone.localdate()
    by = User.objects.order_by("pk").first()
    shown = list(Publication.objects.standing().order_by("pk").values_list("pk", flat=True))
    away = {"withdrawn_at": now, "withdrawn_by": by, "withdrawal_reason": "Ukur"}
    back = {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""}
    try:
        Publication.objects.filter(pk__in=shown[pages:]).update(**away)
        for label in ("first", "nothing changed"):
            timed(f"mirror of {pages}, {label}", lambda: mirror_agreements(folder, now=timezone.now(), today=today))
        Publication.objects.filter(pk=shown[0]).update(**away)
        timed(f"mirror of {pages}, one withdrawn", lambda: mirror_agreements(folder, now=timezone.now(), today=today))
    finally:
        Publication.objects.filter(pk__in=shown).update(**back)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, nargs="+", default=[1_750, 3_500, 7_000])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        mirror(arguments.folder, arguments.pages[0])
        return
    search()
    for pages in arguments.pages:
        command = [
            sys.executable,
            "-m",
            "bench.mirror",
            str(arguments.folder / str(pages)),
            "--one",
            "--pages",
            str(pages),
        ]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
