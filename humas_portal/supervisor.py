"""Keeps the parts of the portal running: web, worker and beat, each in a session of its own.

A part that ends is started again; a stop ends all of them within STOP_SECONDS and leaves no process behind."""

import argparse
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from humas_portal import env

STOP_SECONDS = 8.0
LOOK_SECONDS = 0.2
LONGEST_PAUSE = 10.0
# A part that ran this long was well; its next end is a new story.
WELL_AFTER = 30.0
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Linux ends the part when its supervisor is gone, even by -9; other systems leave it to the administrator."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Part:
    """One program that must run."""

    name: str
    command: Sequence[str]
    log: Path | None = None
    # The web part starts first and alone, so that somebody who waits for a page has it sooner.
    first_start_after: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts_again_at: float = 0.0
    ends_in_a_row: int = 0

    def start(self, now: float) -> None:
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the commands stand in this file
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=end_with_parent,  # the supervisor has one thread
            )
        finally:
            if output:
                output.close()
        self.started_at = now

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def kill_group(self) -> None:
        """Ends what the part left behind: prefork children outlive a leader that died by -9."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def plan_restart(self, now: float) -> float:
        """Seconds until the next start: at once after a good run, ever later when it ends again and again."""
        self.ends_in_a_row = 1 if now - self.started_at > WELL_AFTER else self.ends_in_a_row + 1
        pause = min(LONGEST_PAUSE, 0.0 if self.ends_in_a_row == 1 else 0.5 * 2 ** (self.ends_in_a_row - 2))
        self.starts_again_at = now + pause
        return pause


@dataclass
class Supervisor:
    parts: list[Part]
    out: IO[str]
    clock: Callable[[], float] = time.monotonic
    is_stopping: bool = field(default=False)

    def say(self, text: str) -> None:
        self.out.write(f"{text}\n")
        self.out.flush()

    def run(self, *, is_ready: Callable[[], bool] = lambda: False, ready: str = "") -> None:
        """Returns after SIGINT, SIGTERM or SIGHUP, when every part has ended. Says `ready` once, when it is."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        is_announced = not ready
        for part in self.parts:
            part.starts_again_at = self.clock() + part.first_start_after
        try:
            while not self.is_stopping:
                self.look_after(self.clock())
                if not is_announced and is_ready():
                    self.say(ready)
                    is_announced = True
                time.sleep(LOOK_SECONDS)
        finally:
            self.stop()

    def ask_to_stop(self, *_signal: object) -> None:
        self.is_stopping = True

    def look_after(self, now: float) -> None:
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                part.kill_group()
                pause = part.plan_restart(now)
                when = f"in {pause:g} s" if pause else "at once"
                where = f" (see {part.log})" if part.log else ""
                self.say(f"{part.name} ended with {part.process.returncode}{where}; it starts again {when}.")
                part.process = None
            if part.process is None and now >= part.starts_again_at:
                part.start(now)

    def stop(self) -> None:
        """Asks every part to end, waits, and ends the groups of those that do not."""
        running = [part for part in self.parts if part.process is not None]
        for part in running:
            if part.process and part.process.poll() is None:
                part.process.terminate()
        until = self.clock() + STOP_SECONDS
        while self.clock() < until and any(not part.has_ended() for part in running):
            time.sleep(0.05)
        for part in running:
            part.kill_group()
            if part.process:
                part.process.wait()


def portal_parts(*, host: str, port: int, var: Path, log_files: bool) -> list[Part]:
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "humas_portal.celery"]
    commands = {
        "web": [
            *[python, "-m", "gunicorn", "humas_portal.wsgi", "--bind", f"{host}:{port}"],
            *["--workers", str(env.number("WEB_WORKERS", 2, least=1)), "--threads", "4", "--timeout", "60"],
            *["--graceful-timeout", "6", "--no-control-socket", "--preload"],
        ],
        "worker": [
            *[*celery, "worker", "--concurrency", str(env.number("CELERY_WORKERS", 2, least=1)), "--loglevel", "INFO"],
            *["--without-mingle", "--without-gossip", "--hostname", f"portal-{os.getpid()}@%h"],
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--schedule", str(var / "beat-schedule"), "--pidfile="],
    }
    logs = var / "log"
    if log_files:
        logs.mkdir(parents=True, exist_ok=True)
    return [
        Part(name, command, logs / f"{name}.log" if log_files else None, 0.0 if name == "web" else 1.5)
        for name, command in commands.items()
    ]


def is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise ImproperlyConfigured(f"BIND_HOST must be an address of this machine, not {host!r}.") from problem
            return True
    return False


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def hold_lock(file: Path) -> IO[str] | None:
    """The lock of the only supervisor of this folder, held until the process ends; None when another holds it."""
    file.parent.mkdir(mode=env.PRIVATE, parents=True, exist_ok=True)
    lock = file.open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def read_settings() -> tuple[str, int, Path, str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "humas_portal.settings")
    host, port = env.text("BIND_HOST", "127.0.0.1"), env.number("PORT", 8000, least=1, most=65_535)
    return host, port, Path(settings.VAR_DIR), str(settings.SITE_URL)


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs web, worker and beat until Ctrl-C.")
    parser.add_argument("--log-files", action="store_true", help="write var/log/<part>.log instead of the console")
    options = parser.parse_args()
    try:
        host, port, var, address = read_settings()
        parts = portal_parts(host=host, port=port, var=var, log_files=options.log_files)
        is_here_taken = is_taken(host, port)
    except ImproperlyConfigured as wrong:
        sys.exit(f"Settings: {wrong}")
    lock = hold_lock(var / "supervisor.lock")
    if lock is None:
        sys.exit(f"The portal already runs on {var}; stop it first, or name another folder in VAR_DIR.")
    if is_here_taken:
        sys.exit(f"Port {port} is in use; choose another: PORT={port + 1} ./portal demo")
    supervisor = Supervisor(parts, sys.stdout)
    supervisor.run(is_ready=lambda: answers(host, port), ready=f"\nPortal Humas: {address}   (Ctrl-C stops it)")
    supervisor.say("Everything is stopped.")
    lock.close()


if __name__ == "__main__":
    main()
