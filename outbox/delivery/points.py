"""The named points of a delivery, in order: due read, claimed, rcpt, sending, dot, accepted, recorded.

Nobody listens in normal work; the fault tests kill or delay a worker there."""

from collections.abc import Callable

listeners: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    for listener in listeners:
        listener(point)
