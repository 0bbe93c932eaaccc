"""A database and a sink of its own for each run, so that nothing is measured or hurt that somebody needs."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.smtp_sink import Rule, Sink

SCRATCH = "portal_bench_letters"


def database_url(name: str) -> str:
    """The URL of the scratch database beside the one that DATABASE_URL names."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """An empty PostgreSQL database, dropped afterwards."""
    server = psycopg2.connect(database_url("postgres"))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield database_url(name)
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.close()


class SinkProcess(Sink):
    """The sink in a process of its own; its log is read from the folder."""

    async def start(self) -> None:
        raise RuntimeError("use it as a context")

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "SinkProcess":
        command = [sys.executable, "-m", "tests.smtp_sink", str(self.folder)]
        if self.rules:
            rules = self.folder / "rules.json"
            rules.write_text(json.dumps([vars(rule) for rule in self.rules]))
            command.append(str(rules))
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()
        self._loop.close()


@contextmanager
def sink_process(rules: list[Rule]) -> Iterator[SinkProcess]:
    with tempfile.TemporaryDirectory(prefix="portal-sink-") as folder, SinkProcess(Path(folder), rules) as sink:
        yield sink
