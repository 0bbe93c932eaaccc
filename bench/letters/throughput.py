"""How fast the portal's own letters leave, beside how fast they can be rendered, in one run on this machine."""

import cProfile
import os
import pstats
import resource
import time
from collections import Counter
from multiprocessing import get_context

from django.conf import settings
from django.db import connection
from django.db.models import Count

from bench.letters.place import processor_seconds, sink_process
from outbox.delivery import rendering
from outbox.delivery.clock import database_now
from outbox.delivery.worker import Worker
from outbox.models import Channel, Message, State
from outbox.planners import tick
from outbox.registry import MAIL
from tests.outbox.lab import crew, verdict

TARGET = 250.0
LETTERS_A_CONNECTION = 100


def planned() -> int:
    """The tick after the deed: the planners write the letters that ought to exist. The number of letters."""
    for name in ("tick", "tick again"):
        before, began = processor_seconds(), time.monotonic()
        done = tick(database_now())
        took, spent = time.monotonic() - began, processor_seconds() - before
        print(f"{name}: {done.planned} letters planned in {took:.2f} s; processor s: {_parts(spent)}")
    kinds = Message.objects.order_by("kind").values_list("kind").annotate(n=Count("pk"))
    print(f"letters: {', '.join(f'{n} {kind}' for kind, n in kinds)}")
    return Message.objects.count()


def rendered_alone(processes: int) -> float:
    """Letters a second when the same letters are only rendered to bytes, by as many processes."""
    spent = -_children_seconds()
    pks = list(Message.objects.order_by("pk").values_list("pk", flat=True))
    connection.close()
    context = get_context("fork")
    began = time.monotonic()
    parts = [context.Process(target=_render, args=(pks[n::processes],)) for n in range(processes)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    rate = len(pks) / (time.monotonic() - began)
    each = 1000 * (spent + _children_seconds()) / len(pks)
    print(f"rendered alone {rate:.0f} a second by {processes} processes; processor ms for each letter: {each:.2f}")
    return rate


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _render(pks: list[int]) -> None:
    now = database_now()
    for start in range(0, len(pks), 20):
        messages = list(Message.objects.filter(pk__in=pks[start : start + 20]))
        made = rendering.make(messages, now=now)
        if not all(isinstance(sheet, rendering.Sheet) for sheet in made.values()):
            raise SystemExit("a letter could not be rendered")


def delivered(processes: int) -> tuple[float, float]:
    """Deliver all; letters a second and letters for each connection, as the server's own log has them."""
    count = Message.objects.count()
    with sink_process([]) as sink:
        settings.EMAIL = sink.url
        with crew(processes) as workers:
            time.sleep(1)
            let_go()
            own = {"workers": workers.pids, "sink": [sink.pid]}
            before, began = processor_seconds(**own), time.monotonic()
            while Message.objects.filter(state__in=[State.PENDING, State.CLAIMED, State.SENDING]).exists():
                time.sleep(0.25)
            _print_processor(processor_seconds(**own) - before, count, time.monotonic() - began)
        accepted = sorted(sink.accepted(), key=lambda line: line["at"])
        seconds = accepted[-1]["at"] - accepted[0]["at"]
        lines = Counter(line["connection"] for line in accepted)
        print(verdict(sink))
        print(f"accepted {len(accepted) / seconds:.0f} a second over {seconds:.1f} s by {processes} workers")
        print(f"connections {len(lines)}, letters for each {len(accepted) / len(lines):.0f}")
        print(f"mean size {sum(line['size'] for line in accepted) / len(accepted):.0f} bytes")
    return len(accepted) / seconds, len(accepted) / len(lines)


def judged(accepted: float, rendering_alone: float, a_connection: float, slowest: float) -> int:
    """Print whether the targets are met; the exit code."""
    wanted = min(TARGET, rendering_alone / 2)
    results = {
        f"{wanted:.0f} accepted a second": accepted >= wanted,
        "one connection for 100 letters": a_connection >= LETTERS_A_CONNECTION,
        "a request of 300 ms": slowest <= 300,
    }
    print(f"accepted for each that rendering alone makes: {accepted / rendering_alone:.2f}")
    print("; ".join(f"{name}: {'met' if is_met else 'MISSED'}" for name, is_met in results.items()))
    return 0 if all(results.values()) else 1


def _print_processor(spent: Counter[str], count: int, seconds: float) -> None:
    each = Counter({who: 1000 * used / count for who, used in spent.items()})
    share = spent.total() / seconds / (os.cpu_count() or 1)
    load = os.getloadavg()[0]
    print(f"processor ms for each letter: {_parts(each)}; we had {share:.0%} of the machine (load {load:.1f})")
    print(f"if we had all of it: at most {count / seconds / share:.0f} a second")


def _parts(spent: Counter[str]) -> str:
    return ", ".join(f"{who} {used:.2f}" for who, used in sorted(spent.items()))


def profile() -> None:
    """One worker in this process, where the time goes."""
    with sink_process([]) as sink:
        settings.EMAIL = sink.url
        let_go()
        profiler = cProfile.Profile()
        began = time.monotonic()
        profiler.enable()
        tally = Worker().drain(seconds=120)
        profiler.disable()
        print(f"{tally.sent / (time.monotonic() - began):.0f} a second under the profiler, one worker")
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


def hold_back() -> None:
    """Nothing leaves while planning and rendering are measured."""
    Channel.objects.update_or_create(name=MAIL, defaults={"is_held": True})


def let_go() -> None:
    Channel.objects.update(is_held=False, per_minute=6_000_000)
