"""Messages in a folder: never seen half written."""

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import filesystem

from toolkit import embedded_broker
from toolkit.embedded_broker import SCHEME


class LooksInto:
    """Part of a message that, while it is written, looks into the queue as a worker does."""

    def __init__(self, channel: Any) -> None:
        self.channel, self.seen = channel, []

    def __json__(self) -> str:
        try:
            self.seen.append(self.channel._get("celery"))
        except (Empty, ValueError) as nothing:
            self.seen.append(type(nothing))
        return "whole"


def channel_of(transport: str | type, folder: Path) -> Any:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection(transport=transport, transport_options=options).channel()


@pytest.fixture(autouse=True)
def registered() -> None:
    embedded_broker.register()


def test_a_message_is_whole_when_it_is_seen(tmp_path: Path) -> None:
    channel = channel_of(SCHEME, tmp_path)
    looking = LooksInto(channel)
    channel._put("celery", {"body": looking})
    assert looking.seen == [Empty]
    assert channel._get("celery") == {"body": "whole"}
    with pytest.raises(Empty):
        channel._get("celery")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


def test_kombus_own_shows_it_half_written(tmp_path: Path) -> None:
    """The negative control."""
    channel = channel_of(filesystem.Transport, tmp_path)
    looking = LooksInto(channel)
    channel._put("celery", {"body": looking})
    assert issubclass(looking.seen[0], ValueError)


def test_a_table_that_was_left_empty_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_broker, "PAUSE", 0)
    channel = channel_of(SCHEME, tmp_path)
    (tmp_path / "control").mkdir()
    (tmp_path / "control" / "celery.exchange").touch()
    channel._queue_bind("celery", "celery", "", "celery")
    assert [row.queue for row in channel.get_table("celery")] == ["celery"]
