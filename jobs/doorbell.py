"""The doorbell of long work."""

from toolkit.doorbell import Bell

_bell = Bell("jobs.tick")
wake = _bell.wake
