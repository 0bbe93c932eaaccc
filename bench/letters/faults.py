"""The faults of delivery at full size: each run prints what was lost, what came twice, what stands in doubt, and the
negative control where one can be counted."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.letters.place import SinkProcess
from outbox.models import Channel, Message
from tests.outbox.lab import Orders, Verdict, crew, settle
from tests.outbox.letters import HOLD, RESEND, plan
from tests.smtp_sink import Rule

# What every run does for each claimed batch, and what it does for each letter.
BATCH_POINTS = ["due read", "claimed"]
POINTS = [*BATCH_POINTS, "rcpt", "sending", "dot", "accepted", "recorded"]
CODES = ["421 4.3.2", "432 4.7.12", "450 4.2.1", "451 4.7.0", "452 4.2.2", "550 5.7.1", "552 5.3.4", "554 5.7.1"]
PLACES = ["mail", "rcpt", "data", "dot"]
LINES = [("connect", "drop"), ("ehlo", "garbage"), ("mail", "half"), ("rcpt", "drop"), ("data", "drop"),
         ("dot", "accept then drop"), ("dot", "accept then half line"), ("dot", "garbage")]  # fmt: skip


def run(
    name: str,
    letters: int,
    *,
    rules: list[Rule] | None = None,
    orders: Orders | None = None,
    workers: int = 2,
    kills: int = 0,
    kill_every: float = 0.1,
    kind: str = HOLD.name,
) -> Verdict:
    """One run in an empty database with a sink of its own."""
    call_command("flush", interactive=False, verbosity=0)
    Channel.objects.create(name="mail", per_minute=6_000_000, max_connections=64)
    plan(letters, kind=kind)
    began = time.monotonic()
    with TemporaryDirectory(prefix="portal-sink-") as folder, SinkProcess(Path(folder), rules or []) as sink:
        settings.EMAIL = sink.url
        with crew(workers, orders or Orders(lease_seconds=3)) as hands:
            found = settle(hands, sink, seconds=3600, kills=kills, kill_every=kill_every)
            deaths = hands.deaths
    print(f"{name}: {found}; {deaths} deaths, {time.monotonic() - began:.0f} s", flush=True)
    return found


def fault_1(scale: float) -> None:
    """kill -9 at random moments: 10,000 letters, 8 workers, 1,000 kills, three seeds."""
    for seed in (1, 2, 3):
        random.seed(seed)
        rules = [Rule("dot", "accept then drop", chance=0.01), Rule("rcpt", "451 4.3.0 later", chance=0.05)]
        letters, kills = round(10_000 * scale), round(1_000 * scale)
        run(f"1 kills, {connection.vendor}, seed {seed}", letters, rules=rules, workers=8, kills=kills)
    part = max(scale, 0.5)  # fewer kills may by chance do no harm
    letters, kills = round(2_000 * part), round(100 * part)
    for guard in ("requeue", "mark first"):
        orders = Orders(lease_seconds=3, guard_off=guard)
        run(f"1 control: {guard}", letters, orders=orders, workers=4, kills=kills)


def fault_2(scale: float) -> None:
    """kill -9 at each named point, 200 times."""
    for point in POINTS:
        is_of_batch = point in BATCH_POINTS  # twenty letters reach it together
        letters = round((4_000 if is_of_batch else 2_000) * scale)
        orders = Orders(kill_at=point, kill_chance=0.5 if is_of_batch else 0.1, lease_seconds=3)
        run(f"2 killed at {point!r}", letters, orders=orders, workers=4)


def fault_8(scale: float) -> None:
    """Each refusal at each place, among letters that pass."""
    for place in PLACES:
        for code in CODES:
            rules = [Rule(place, f"{code} no", times=round(200 * scale), chance=0.5)]
            run(f"8 {code} at {place}", round(400 * scale), rules=rules)


def fault_9(scale: float) -> None:
    """Lines that break, at each place, 200 times."""
    for place, do in LINES:
        rules = [Rule(place, do, times=round(200 * scale), chance=0.5)]
        run(f"9 {do} at {place}", round(400 * scale), rules=rules, kind=RESEND.name)


FAULTS: dict[str, Callable[[float], None]] = {"1": fault_1, "2": fault_2, "8": fault_8, "9": fault_9}


def attack(names: list[str], scale: float) -> None:
    for name in names or list(FAULTS):
        FAULTS[name](scale)
    assert not Message.objects.filter(state__in=["claimed", "sending"]).exists()
