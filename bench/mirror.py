"""Times the search and the static mirror of a whole national register, and its memory.

    python -m bench.mirror FOLDER [--publish 7000]

Needs a database of national size (`generate_national`); publishes what is missing there."""

import argparse
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from dashboard.management.national.pouring import vacuum  # noqa: E402
from dashboard.management.national.publications import publish_all  # noqa: E402
from partnerships.mirror import mirror_agreements  # noqa: E402
from partnerships.models import Agreement, Publication  # noqa: E402
from units.models import User  # noqa: E402


def timed(label: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label}: {time.perf_counter() - began:.3f} s, {result}; peak {peak:.0f} MiB", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--publish", type=int, default=7_000)
    arguments = parser.parse_args()
    by = User.objects.order_by("pk").first()
    assert by is not None
    now, today = timezone.now(), timezone.localdate()
    timed("published", lambda: publish_all(arguments.publish, by=by, now=now))
    timed("vacuum", vacuum)
    some = Publication.objects.shown().order_by("-pk").first()
    assert some is not None
    for words in (f"katakunci{some.agreement_id}", '"pelatihan kehumasan"', "pelatihan", "W.13-HH.04.02"):
        found = Agreement.objects.searched(words, public=True)
        timed(f"count of {words}", lambda found=found: found.count())
        timed(f"page of {words}", lambda found=found, w=words: len(found.by_relevance(w, public=True)[:20]))
    for label in ("mirror, first", "mirror, nothing changed"):
        timed(label, lambda: mirror_agreements(arguments.folder, now=timezone.now(), today=today))
    Publication.objects.filter(pk=some.pk).update(withdrawn_at=now, withdrawn_by=by, withdrawal_reason="x")
    timed("mirror, one withdrawn", lambda: mirror_agreements(arguments.folder, now=timezone.now(), today=today))
    Publication.objects.filter(pk=some.pk).update(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")


if __name__ == "__main__":
    main()
