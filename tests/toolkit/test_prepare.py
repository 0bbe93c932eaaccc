"""`manage.py prepare` in a process of its own, on an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

OUTSIDE = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")


def prepare(var: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    ran = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        env=kept | {"VAR_DIR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_an_empty_folder_is_made_ready_and_the_second_time_nothing_is_done(tmp_path: Path) -> None:
    first = prepare(tmp_path)
    assert "Collecting static files ..." in first
    assert "Bringing the tables up to date ..." in first
    published = {file.name for file in (tmp_path / "static" / "npm" / "bootstrap").iterdir()}
    assert any(name.startswith("bootstrap.min.") and name.endswith(".css.gz") for name in published)
    collected = (tmp_path / "static" / "staticfiles.json").stat().st_mtime_ns
    assert prepare(tmp_path) == ""
    assert (tmp_path / "static" / "staticfiles.json").stat().st_mtime_ns == collected
