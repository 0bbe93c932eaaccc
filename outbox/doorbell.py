"""The doorbell of the letters: after the commit, plan and deliver what is due."""

from toolkit.doorbell import Bell, publish

__all__ = ["publish", "wake"]

_bell = Bell("outbox.tick")
wake = _bell.wake
