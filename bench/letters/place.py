"""A database and a sink of its own for each run, so that nothing is measured or hurt that somebody needs."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from tests.smtp_sink import Rule, Sink

SCRATCH = f"portal_bench_letters_{os.getpid()}"


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


def processor_seconds(**own: Iterable[int] | str) -> Counter[str]:
    """Processor time so far, by name: of these processes (pids, or a word of their command), and always of this one and
    of PostgreSQL's processes for the scratch database."""
    spent = Counter[str]()
    for process in psutil.process_iter(["pid", "name", "cmdline"]):
        with suppress(psutil.Error):
            who = _whose(process, own)
            if who:
                times = process.cpu_times()
                spent[who] += times.user + times.system
    return spent


def _whose(process: psutil.Process, own: dict[str, Iterable[int] | str]) -> str:
    command = " ".join(process.info["cmdline"] or [])
    if process.info["name"] == "postgres" and f" {SCRATCH} " in command:
        return "PostgreSQL"
    for who, which in own.items():
        if which in command if isinstance(which, str) else process.pid in which:
            return who
    return "this process" if process.pid == os.getpid() else ""


@contextmanager
def sink_process(rules: list[Rule]) -> Iterator[SinkProcess]:
    with tempfile.TemporaryDirectory(prefix="portal-sink-") as folder, SinkProcess(Path(folder), rules) as sink:
        yield sink
