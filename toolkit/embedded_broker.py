"""The broker that needs no server: kombu's files in a folder, whole from the first moment.

kombu opens a message's file and then writes it; a worker that looked between the two took an empty file and died of
it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "folder"
TRIES, PAUSE = 20, 0.02
Found = TypeVar("Found")
# Its types (stubs) lack what is overridden here.
_KombuChannel: Any = filesystem.Channel


def register() -> None:
    """Celery finds the transport by the scheme of its address."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


class Channel(_KombuChannel):
    def _put(self, queue: str, payload: Any, **_options: Any) -> None:
        name = f"{round(time.monotonic() * 1000)}_{os.urandom(8).hex()}.{queue}.msg"
        whole = Path(self.data_folder_out) / name
        part = whole.with_suffix(".part")
        try:
            part.write_text(dumps(payload), encoding="utf-8")
            part.replace(whole)
        except OSError as problem:
            raise ChannelError(f"Cannot add a message to {self.data_folder_out}") from problem

    def get_table(self, exchange: str) -> list[Any]:
        found: list[Any] = _patiently(lambda: super(Channel, self).get_table(exchange))
        return found

    def _queue_bind(self, *names: str) -> None:
        try:
            _patiently(lambda: super(Channel, self)._queue_bind(*names))
        except ValueError:
            # Left empty by a process that was killed while it wrote.
            self._exchange_file(names[0]).unlink(missing_ok=True)
            super()._queue_bind(*names)


class Transport(filesystem.Transport):
    Channel = Channel
    # A folder has no host; kombu would warn that it is missing.
    default_connection_params: dict[str, Any] = {}


def _patiently(look: Callable[[], Found]) -> Found:
    """A table that another process is writing is empty for a moment."""
    for _try in range(TRIES):
        try:
            return look()
        except ValueError:
            time.sleep(PAUSE)
    return look()
