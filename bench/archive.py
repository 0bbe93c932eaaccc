"""Export and restore of everything: time and peak memory for 7,000 records and 2 GB of files.

    python -m bench.archive [--records 7000] [--gigabytes 2]

Works in a folder and an SQLite database of its own (or, where DATABASE_URL names one, in that: it must be empty), and
removes the folder at the end. Each half runs in a process of its own, whose largest memory is printed. The exit code is
1 when something is lost or a process needed more than 400 MiB."""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_MEMORY = 400
STEPS = ("fill", "export", "restore")


def step(name: str, records: int, gigabytes: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from partnerships.models import AgreementFile

    archive = Path(os.environ["VAR_DIR"]) / "arsip.zip"
    began = time.monotonic()
    if name == "fill":
        fill(records, gigabytes)
    elif name == "export":
        call_command("export_agreements", str(archive))
    else:
        shutil.rmtree(Path(os.environ["VAR_DIR"]) / "files")
        began = time.monotonic()
        call_command("restore_agreements", str(archive), "--replace")
        assert AgreementFile.objects.count() == records
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {time.monotonic() - began:.1f} s, at most {peak:.0f} MiB")
    if peak > MOST_MEMORY and name != "fill":
        raise SystemExit(1)


def fill(records: int, gigabytes: float) -> None:
    """Offices and agreements of national size with their history, and for each a file of random bytes of its own."""
    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from partnerships.models import Agreement, AgreementFile, AgreementParty, Organization, OrganizationKind
    from toolkit.history import create_by
    from units.models import Unit, User

    call_command("migrate", verbosity=0)
    call_command("load_sample", verbosity=0)
    now, by = timezone.now(), User.objects.order_by("pk")[0]
    units = list(Unit.objects.order_by("pk"))
    there = Agreement.objects.count()
    partners = create_by(
        [
            Organization(name=f"Instansi {n:05} {get_random_string(4)}", kind=OrganizationKind.OTHER)
            for n in range(10_000)
        ],
        by=by,
        now=now,
    )
    rows = [
        Agreement(
            agreement_type_id="perjanjian_kerja_sama",
            title=f"Kerja sama {n}",
            number=f"B-{n}",
            owner_unit=units[n % len(units)],
            scope="Ruang lingkup " * 40,
        )
        for n in range(records - there)
    ]
    made = create_by(rows, by=by, now=now)
    parties = [
        AgreementParty(agreement=one, position=place, organization=partners[(n * place) % len(partners)])
        for n, one in enumerate(made)
        for place in (1, 2, 3)
    ]
    create_by(parties, by=by, now=now)
    have = AgreementFile.objects.count()
    size = int(gigabytes * 1024**3 / records)
    for n, one in enumerate(list(Agreement.objects.order_by("-pk")[: records - have])):
        copy = AgreementFile(
            agreement=one,
            original_name=f"{n}.pdf",
            size=size,
            sha256=f"{n:064}",
            n_pages=1,
            uploaded_at=now,
            uploaded_by=by,
        )
        copy.file.save("x.pdf", ContentFile(os.urandom(size)), save=False)
        copy.save()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=7_000)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.step, options.records, options.gigabytes)
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-archive-"))
    size = ["--records", str(options.records), "--gigabytes", str(options.gigabytes)]
    try:
        for name in STEPS:
            subprocess.run(
                [sys.executable, "-m", "bench.archive", "--step", name, *size],
                env={**os.environ, "VAR_DIR": str(folder)},
                check=True,
            )
            if name == "export":
                print(f"archive: {(folder / 'arsip.zip').stat().st_size / 1024**3:.2f} GiB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
