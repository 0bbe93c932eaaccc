"""The supervisor with small programs in place of the portal's parts, and once with the portal itself."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from humas_portal.supervisor import LONGEST_PAUSE, WELL_AFTER, Part, Supervisor, hold_lock, is_taken

# A part with a child of its own, as a prefork worker has; both tell their number in a file.
PARENT = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
half = pathlib.Path(sys.argv[1] + ".half")
half.write_text(f"{__import__('os').getpid()} {child.pid}")
half.rename(sys.argv[1])
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
SUPERVISE = """
import sys
from pathlib import Path
from humas_portal import supervisor
supervisor.STOP_SECONDS = 1.0
if "without-guard" in sys.argv:
    supervisor.Part.kill_group = lambda self: None
folder = Path(sys.argv[1])
parts = [supervisor.Part("family", [sys.executable, "-c", (folder / "parent.py").read_text(), str(folder / "pids")])]
if "stubborn" in sys.argv:
    parts.append(supervisor.Part("stubborn", [sys.executable, "-c", (folder / "stubborn.py").read_text()]))
supervisor.Supervisor(parts, sys.stdout).run()
"""


def wait_until(is_true: Callable[[], object], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Family:
    """A supervisor of its own process over one part with a child."""

    def __init__(self, folder: Path, *words: str) -> None:
        (folder / "parent.py").write_text(PARENT)
        (folder / "stubborn.py").write_text(STUBBORN)
        self.pids = folder / "pids"
        self.process = subprocess.Popen([sys.executable, "-c", SUPERVISE, str(folder), *words], stdout=subprocess.PIPE)

    def members(self) -> list[int]:
        wait_until(self.pids.exists)
        return [int(pid) for pid in self.pids.read_text().split()]

    def all_processes(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        left = self.all_processes() if lives(self.process.pid) else []
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        if self.pids.exists():
            left += [psutil.Process(pid) for pid in self.members() if psutil.pid_exists(pid)]
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Family]]:
    families: list[Family] = []

    def begin(*words: str) -> Family:
        families.append(Family(tmp_path, *words))
        return families[-1]

    yield begin
    for family in families:
        family.end()


def test_a_part_killed_by_9_comes_back_and_its_children_go(start: Callable[..., Family]) -> None:
    family = start()
    leader, child = family.members()
    family.pids.unlink()
    os.kill(leader, signal.SIGKILL)
    new_leader, new_child = family.members()
    assert {new_leader, new_child}.isdisjoint({leader, child})
    wait_until(lambda: not lives(child))
    assert lives(new_leader)


def test_without_the_guard_the_children_of_a_killed_part_stay(start: Callable[..., Family]) -> None:
    family = start("without-guard")
    leader, child = family.members()
    family.pids.unlink()
    os.kill(leader, signal.SIGKILL)
    family.members()
    assert lives(child)
    os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_leaves_no_process_even_of_a_part_that_does_not_listen(
    start: Callable[..., Family], number: signal.Signals
) -> None:
    family = start("stubborn")
    family.members()
    wait_until(lambda: len(family.all_processes()) == 3)
    everybody = family.all_processes()
    began = time.monotonic()
    family.process.send_signal(number)
    assert family.process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    assert [process for process in everybody if lives(process.pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a part that its supervisor is gone")
def test_the_parts_end_with_a_supervisor_that_was_killed_by_9(start: Callable[..., Family]) -> None:
    family = start()
    leader, child = family.members()
    family.process.kill()
    wait_until(lambda: not lives(leader))
    os.kill(child, signal.SIGKILL)


def test_a_part_that_ends_again_and_again_waits_ever_longer() -> None:
    part = Part("part", ["nothing"])
    pauses = []
    for _ in range(8):
        part.started_at = 100.0
        pauses.append(part.plan_restart(100.5))
    assert pauses == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, LONGEST_PAUSE, LONGEST_PAUSE]
    part.started_at = 200.0
    assert part.plan_restart(200.0 + WELL_AFTER + 1) == 0.0


def test_an_end_is_told_with_its_code_and_the_place_of_the_log(tmp_path: Path) -> None:
    out = io.StringIO()
    log = tmp_path / "part.log"
    part = Part("part", [sys.executable, "-c", "print('a word'); raise SystemExit(3)"], log)
    supervisor = Supervisor([part], out)
    supervisor.look_after(0.0)
    assert part.process is not None
    part.process.wait()
    part.ends_in_a_row = 1
    supervisor.look_after(1.0)
    assert out.getvalue() == f"part ended with 3 (see {log}); it starts again in 0.5 s.\n"
    assert log.read_text() == "a word\n"
    assert part.process is None
    supervisor.stop()


def test_only_one_supervisor_holds_a_folder(tmp_path: Path) -> None:
    first = hold_lock(tmp_path / "lock")
    assert first is not None
    assert hold_lock(tmp_path / "lock") is None
    first.close()
    second = hold_lock(tmp_path / "lock")
    assert second is not None
    second.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def portal(var: Path, port: int, **more: str) -> subprocess.Popen[str]:
    # The servers of the run stay out of it: what is tested is how processes start and end.
    outside = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    return subprocess.Popen(
        [sys.executable, "-m", "humas_portal.supervisor", "--log-files"],
        env=kept | {"VAR_DIR": str(var), "PORT": str(port)} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_port_in_use_and_a_wrong_setting_are_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert is_taken("127.0.0.1", port)
        said, _ = portal(tmp_path, port).communicate(timeout=30)
    assert said == f"Port {port} is in use; choose another: PORT={port + 1} ./portal demo\n"
    said, _ = portal(tmp_path, 0, PORT="many").communicate(timeout=30)
    assert said == "Settings: PORT must be a whole number from 1 to 65535, not 'many'.\n"


def test_an_address_that_is_not_of_this_machine_is_named(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "humas_portal.supervisor"],
        env=os.environ | {"VAR_DIR": str(tmp_path), "BIND_HOST": "192.0.2.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr == "Settings: BIND_HOST must be an address of this machine, not '192.0.2.1'.\n"


def test_the_portal_starts_brings_its_worker_back_and_stops_within_ten_seconds(tmp_path: Path) -> None:
    port = free_port()
    running = portal(tmp_path, port)
    try:
        assert running.stdout is not None
        wait_until(lambda: not is_free(port), seconds=40)
        me = psutil.Process(running.pid)
        wait_until(lambda: parts_named("worker", me) and parts_named("beat", me))
        (worker,) = parts_named("worker", me)
        wait_until(worker.children, seconds=40)
        worker.kill()
        wait_until(lambda: [part for part in parts_named("worker", me) if part != worker], seconds=40)
        everybody = me.children(recursive=True)
        assert [len(parts_named(name, me)) for name in ("gunicorn", "worker", "beat")] == [1, 1, 1]
        began = time.monotonic()
        running.terminate()
        said, _ = running.communicate(timeout=20)
        assert time.monotonic() - began < 10
        assert "worker ended with -9" in said
        assert said.endswith("Everything is stopped.\n")
        assert [part for part in everybody if lives(part.pid)] == []
    finally:
        running.kill()


def parts_named(word: str, supervisor: psutil.Process) -> list[psutil.Process]:
    def is_named(part: psutil.Process) -> bool:
        try:
            return part.status() != psutil.STATUS_ZOMBIE and word in part.cmdline()
        except psutil.NoSuchProcess:
            return False

    return [part for part in supervisor.children() if is_named(part)]


def is_free(port: int) -> bool:
    return not is_taken("127.0.0.1", port)
