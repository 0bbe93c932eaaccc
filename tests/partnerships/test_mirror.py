"""The static mirror: whole without the portal, unchanged files kept, withdrawn ones gone."""

import functools
import http.server
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from partnerships.mirror import MirrorIsRefused, mirror_agreements
from partnerships.models import Publication
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.test_public import SECRET, open_one

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None: ...


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 -- our own server
        content: bytes = answer.read()
        return content


def test_mirror_is_whole_incremental_and_forgets(tmp_path: Path) -> None:
    bureau, java, _bali = build_scene()
    Publication.objects.all().delete()
    stays, goes = open_one(java, bureau.admin, n=1), open_one(java, bureau.admin, n=2)
    folder = tmp_path / "cermin"
    tally = mirror_agreements(folder, now=NOW, today=TODAY)
    assert (tally.n_kept, tally.n_gone) == (0, 0)
    current = folder / "current"
    for path in current.rglob("*"):
        if path.is_file() and path.suffix != ".woff2":
            assert SECRET.encode() not in path.read_bytes(), path
            assert b"198609262015051001" not in path.read_bytes(), path
    with served(current) as url:
        assert b"terumbu karang" in read(f"{url}/naskah/{stays.pk}.html")
        assert b"Layanan kesehatan 1" in read(f"{url}/")
        copy = next((current / "salinan").glob(f"{stays.pk}-*.pdf"))
        assert read(f"{url}/salinan/{copy.name}") == copy.read_bytes()
        for line in (current / "naskah" / f"{stays.pk}.html").read_text().split('href="')[1:]:
            link = line.partition('"')[0]
            if not link.startswith(("http", "#")):
                assert read(f"{url}/naskah/{link}"), link
    again = mirror_agreements(folder, now=NOW + timedelta(hours=1), today=TODAY)
    assert (again.n_written, again.n_gone) == (0, 0)
    assert again.n_kept == tally.n_written
    Publication.objects.filter(agreement=goes).update(
        withdrawn_at=NOW, withdrawn_by=bureau.admin, withdrawal_reason="Diganti"
    )
    last = mirror_agreements(folder, now=NOW + timedelta(hours=2), today=TODAY)
    assert last.n_gone >= 2
    everything = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in everything if goes.title.encode() in path.read_bytes()]
    assert [path for path in everything if stays.title.encode() in path.read_bytes()]
    assert len(list(folder.glob("tree-*"))) == 1


def test_mirror_touches_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("milik orang")
    with pytest.raises(MirrorIsRefused):
        mirror_agreements(tmp_path, now=NOW, today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["surat.txt"]
