"""A real SMTP server that keeps its log on the disk before it says 250, and misbehaves on order.

In a test: `with Sink(folder) as sink:` runs it in a thread; `sink.rules` may change at any time. As a process, for the
benchmarks: `python -m tests.smtp_sink FOLDER [RULES.json]`; it prints its port. Accepted letters stand in
FOLDER/accepted.jsonl, one line each, and whole in FOLDER/letters/ with keep=True."""

import asyncio
import json
import os
import random
import re
import ssl
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MESSAGE_ID = re.compile(rb"^Message-ID: *<([^>]*)>", re.IGNORECASE | re.MULTILINE)


@dataclass
class Rule:
    """What to do at a place: connect, ehlo, starttls, mail, rcpt, data, body, dot.

    `do`: a reply ("451 4.7.1 Later"), or silence, drop, half, garbage; at the dot also "accept then drop", "accept then
    half", "accept then garbage", "accept then silence" (the letter IS accepted and logged), "late:SECONDS"."""

    place: str
    do: str
    times: int | None = None
    to: str = ""
    chance: float = 1.0

    def applies(self, place: str, recipient: str) -> bool:
        if self.place != place or self.times == 0 or self.to not in recipient:
            return False
        if self.chance < 1 and random.random() >= self.chance:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Sink:
    folder: Path
    rules: list[Rule] = field(default_factory=list)
    keep: bool = True
    port: int = 0
    tls: ssl.SSLContext | None = None
    tls_from_the_start: bool = False
    connections: int = 0
    commands: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "letters").mkdir(exist_ok=True)
        self._log = (self.folder / "accepted.jsonl").open("ab")
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Transport] = set()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        secured = self.tls if self.tls_from_the_start else None
        self._server = await self._loop.create_server(lambda: _Session(self), "127.0.0.1", self.port, ssl=secured)
        self.port = self._server.sockets[0].getsockname()[1]

    def __enter__(self) -> "Sink":
        ready = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(self.start())
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._thread is not None
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._log.close()

    async def _shut(self) -> None:
        assert self._server is not None
        self._server.close()
        for transport in list(self._open):
            transport.abort()

    @property
    def url(self) -> dict[str, Any]:
        """For settings.EMAIL."""
        return {
            "transport": "smtp",
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": "",
            "password": "",
        }

    def accepted(self) -> list[dict[str, Any]]:
        lines = (self.folder / "accepted.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def letter(self, message_id: str) -> bytes:
        return (self.folder / "letters" / f"{message_id.partition('@')[0]}.eml").read_bytes()

    def write_down(self, *, sender: str, recipients: list[str], content: bytes, connection: int) -> None:
        found = MESSAGE_ID.search(content)
        message_id = found[1].decode() if found else ""
        if self.keep:
            (self.folder / "letters" / f"{message_id.partition('@')[0]}.eml").write_bytes(content)
        line = {
            "message_id": message_id,
            "from": sender,
            "to": recipients,
            "size": len(content),
            "connection": connection,
            "at": time.time(),
        }
        self._log.write(json.dumps(line).encode() + b"\n")
        self._log.flush()
        os.fsync(self._log.fileno())

    def rule_for(self, place: str, recipient: str = "") -> str:
        for rule in self.rules:
            if rule.applies(place, recipient):
                return rule.do
        return ""


class _Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.buffer = bytearray()
        self.in_data = False
        self.is_mute = False
        self.sender, self.recipients = "", list[str]()
        self.number = 0
        self.transport: asyncio.Transport | None = None
        self.upgrading: asyncio.Future[None] | None = None
        self.is_upgrading = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.sink._open.add(transport)
        if self.number:
            return  # the same line, now behind TLS
        self.sink.connections += 1
        self.number = self.sink.connections
        self.act("connect", "220 sink ready")

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self.sink._open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        if self.is_upgrading:
            self.buffer += data  # came with the end of the handshake, before we could look up
            return
        if self.is_mute:
            return
        self.buffer += data
        while not self.is_mute:
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if self.sink.rules and self.buffer and self.misbehave(self.sink.rule_for("body", self.recipient)):
                    return
                if end < 0:
                    return
                content, self.buffer = bytes(self.buffer[: end + 2]), self.buffer[end + 5 :]
                self.in_data = False
                self.after_dot(content.replace(b"\r\n..", b"\r\n."))
            else:
                line, found, rest = self.buffer.partition(b"\r\n")
                if not found:
                    return
                self.buffer = rest
                self.command(line.decode("latin-1"))

    @property
    def recipient(self) -> str:
        return self.recipients[-1] if self.recipients else ""

    def command(self, line: str) -> None:
        self.sink.commands += 1
        verb = line[:4].upper()
        argument = line.partition("<")[2].partition(">")[0]
        if verb == "EHLO":
            offer = "250-sink\r\n250-STARTTLS\r\n250 8BITMIME" if self.sink.tls else "250-sink\r\n250 8BITMIME"
            self.act("ehlo", offer)
        elif verb == "STAR":
            self.start_tls()
        elif verb == "MAIL":
            self.sender, self.recipients = argument, []
            self.act("mail", "250 ok", argument)
        elif verb == "RCPT":
            if self.act("rcpt", "250 ok", argument):
                self.recipients.append(argument)
        elif verb == "DATA":
            self.in_data = self.act("data", "354 go on", self.recipient)
        elif verb == "QUIT":
            self.say("221 bye")
            self.hang_up()
        else:
            self.say("250 ok")

    def start_tls(self) -> None:
        assert self.transport is not None
        self.transport.pause_reading()  # what comes next is for the handshake
        if not self.act("starttls", "220 go on"):
            return
        if self.sink.tls is None:
            return
        self.is_mute = self.is_upgrading = True
        old = self.transport

        async def upgrade() -> None:
            assert self.sink.tls is not None
            with suppress(OSError):  # a client that trusts us not
                self.transport = await self.sink._loop.start_tls(old, self, self.sink.tls, server_side=True)
                self.is_mute = self.is_upgrading = False
                self.data_received(b"")

        self.upgrading = asyncio.ensure_future(upgrade())

    def after_dot(self, content: bytes) -> None:
        do = self.sink.rule_for("dot", self.recipient)
        accepts = not do or do.startswith(("accept", "late"))
        if accepts:
            self.sink.write_down(
                sender=self.sender, recipients=self.recipients, content=content, connection=self.number
            )
        if do.startswith("late:"):
            self.is_mute = True
            self.sink._loop.call_later(float(do[5:]), self.late)
        elif not self.misbehave(do.removeprefix("accept then ")):
            self.say("250 2.0.0 taken")

    def late(self) -> None:
        self.is_mute = False
        self.say("250 2.0.0 taken")
        self.data_received(b"")

    def act(self, place: str, answer: str, recipient: str = "") -> bool:
        """Answer as ordered, or properly; whether properly."""
        if self.sink.rules and self.misbehave(self.sink.rule_for(place, recipient)):
            return False
        self.say(answer)
        return True

    def misbehave(self, do: str) -> bool:
        if not do:
            return False
        if do == "silence":
            self.is_mute = True
        elif do == "drop":
            self.hang_up()
        elif do == "half":
            self.raw(b"25")
            self.hang_up()
        elif do == "half line":
            self.raw(b"250 2.0.0 tak")
            self.hang_up()
        elif do == "garbage":
            self.raw(b"\x16\x03\x01 who are you\r\n")
        else:
            self.say(do)
            self.in_data = False
            if do.startswith("421"):
                self.hang_up()
        return True

    def say(self, line: str) -> None:
        self.raw(line.encode() + b"\r\n")

    def raw(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def hang_up(self) -> None:
        self.is_mute = True
        if self.transport is not None:
            self.transport.close()


async def serve(folder: Path, rules: list[Rule], *, keep: bool) -> None:
    sink = Sink(folder, rules, keep=keep)
    await sink.start()
    sys.stdout.write(f"{sink.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    rules_file = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    ordered = [Rule(**rule) for rule in json.loads(rules_file.read_text())] if rules_file else []
    asyncio.run(serve(Path(sys.argv[1]), ordered, keep=False))
