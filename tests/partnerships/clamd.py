"""A clamd that listens on a real socket and speaks INSTREAM; it finds whatever contains the mark."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MARK = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Clamd = self.server  # type: ignore[assignment]
        if self._exactly(10) != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack("!I", self._exactly(4))[0]:
            content += self._exactly(size)
        server.seen.append(content)
        answer = server.answer or (b"stream: Eicar-Signature FOUND" if MARK in content else b"stream: OK")
        self.request.sendall(answer + b"\0")

    def _exactly(self, n: int) -> bytes:
        received = b""
        while len(received) < n:
            received += self.request.recv(n - len(received))
        return received


class Clamd(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answer = answer
        self.seen: list[bytes] = []

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.server_address[1]


@contextmanager
def running(answer: bytes = b"") -> Iterator[Clamd]:
    with Clamd(answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)
