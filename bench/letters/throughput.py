"""How fast letters leave, beside how fast they can be rendered, in one run on this machine."""

import cProfile
import os
import pstats
import time
from collections import Counter
from contextlib import suppress
from multiprocessing import get_context

import psutil
from django.conf import settings
from django.db import connection, transaction

from bench.letters.place import SCRATCH, sink_process
from outbox.actions import plan_letters, wake
from outbox.delivery import rendering
from outbox.delivery.clock import database_now
from outbox.delivery.worker import Worker
from outbox.models import Channel, Heartbeat, Message, State
from outbox.registry import Wish
from tests.outbox.lab import crew, verdict
from tests.outbox.letters import wish


def rendered_alone(processes: int, count: int) -> float:
    """Letters a second when the same letters are only rendered to bytes, by as many processes."""
    pks = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:count])
    connection.close()
    context = get_context("fork")
    began = time.monotonic()
    parts = [context.Process(target=_render, args=(pks[n::processes],)) for n in range(processes)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    return count / (time.monotonic() - began)


def _render(pks: list[int]) -> None:
    now = database_now()
    for start in range(0, len(pks), 20):
        messages = list(Message.objects.filter(pk__in=pks[start : start + 20]))
        made = rendering.make(messages, now=now)
        if not all(isinstance(sheet, rendering.Sheet) for sheet in made.values()):
            raise SystemExit("a letter could not be rendered")


def delivered(processes: int, count: int) -> None:
    """Deliver all, and print what the server's own log says."""
    with sink_process([]) as sink:
        settings.EMAIL = sink.url
        with crew(processes) as workers:
            time.sleep(1)
            _let_go()
            before, began = _processor_seconds(workers.pids, sink.pid), time.monotonic()
            while Message.objects.exclude(state=State.SENT).exists():
                time.sleep(0.25)
            spent = _processor_seconds(workers.pids, sink.pid)
            _print_processor(before, spent, count, time.monotonic() - began)
        accepted = sorted(sink.accepted(), key=lambda line: line["at"])
        seconds = accepted[-1]["at"] - accepted[0]["at"]
        lines = Counter(line["connection"] for line in accepted)
        print(verdict(sink))
        print(f"accepted {len(accepted) / seconds:.0f} a second over {seconds:.1f} s by {processes} workers")
        print(f"connections {len(lines)}, letters for each {len(accepted) / len(lines):.0f}")
        print(f"mean size {sum(line['size'] for line in accepted) / count:.0f} bytes")


def _processor_seconds(workers: list[int], sink: int) -> dict[str, float]:
    """Processor time so far of the workers, the sink, and PostgreSQL's processes for this database."""
    spent = Counter[str]()
    for process in psutil.process_iter(["pid", "name", "cmdline"]):
        with suppress(psutil.Error):
            if process.pid in workers:
                who = "workers"
            elif process.pid == sink:
                who = "sink"
            elif SCRATCH in " ".join(process.info["cmdline"] or []) and process.info["name"] == "postgres":
                who = "PostgreSQL"
            else:
                continue
            times = process.cpu_times()
            spent[who] += times.user + times.system
    return spent


def _print_processor(before: dict[str, float], after: dict[str, float], count: int, seconds: float) -> None:
    each = {who: 1000 * (after[who] - before.get(who, 0)) / count for who in after}
    parts = ", ".join(f"{who} {ms:.2f}" for who, ms in sorted(each.items()))
    ours = sum(each.values()) * count / 1000 / seconds / (os.cpu_count() or 1)
    load = os.getloadavg()[0]
    print(f"processor ms for each letter: {parts}; we had {ours:.0%} of the machine (load {load:.1f})")


def profile() -> None:
    """One worker in this process, where the time goes."""
    with sink_process([]) as sink:
        settings.EMAIL = sink.url
        _let_go()
        profiler = cProfile.Profile()
        began = time.monotonic()
        profiler.enable()
        tally = Worker().drain(seconds=120)
        profiler.disable()
        print(f"{tally.sent / (time.monotonic() - began):.0f} a second under the profiler, one worker")
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


def start_of_a_mailing(count: int) -> None:
    """What a request pays to start a mailing: the facts and the doorbell; the tick plans. Then what the tick pays."""
    letters_of = wishes_for(count)
    began = time.monotonic()
    with transaction.atomic():
        Heartbeat.objects.update_or_create(name="bench.fact", defaults={"at": database_now()})
        wake()
    print(f"request: {1000 * (time.monotonic() - began):.0f} ms")
    began = time.monotonic()
    planned = plan_letters(letters_of, now=database_now())
    print(f"tick: {planned} letters planned in {time.monotonic() - began:.2f} s")
    began = time.monotonic()
    plan_letters(letters_of, now=database_now())
    print(f"tick again: nothing planned in {time.monotonic() - began:.2f} s")


def wishes_for(count: int) -> list[Wish]:
    return [wish(n) for n in range(1, count + 1)]


def hold_back() -> None:
    Channel.objects.update(is_held=True)


def _let_go() -> None:
    Channel.objects.update(is_held=False, per_minute=6_000_000)
