"""Asking a ClamAV daemon about a file, over its INSTREAM command (docs of clamd, section COMMANDS)."""

import socket
import struct
from typing import Any

from django.conf import settings
from django.core.files.base import File

CHUNK = 64 * 1024
SECONDS = 60.0


class ScannerIsDown(Exception):
    """No answer, or one that says neither clean nor infected: nothing is known of the file."""


def has_scanner() -> bool:
    return settings.CLAMAV is not None


def found_in(file: "File[Any]") -> str:
    """The name of what the scanner found in the file, empty when it is clean; raises ScannerIsDown. The file is read
    from its start and left at its start."""
    file.seek(0)
    try:
        with _connected() as link:
            link.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                link.sendall(struct.pack("!I", len(chunk)) + chunk)
            link.sendall(struct.pack("!I", 0))
            answer = _answer(link)
    except OSError as fault:
        raise ScannerIsDown(type(fault).__name__) from fault
    finally:
        file.seek(0)
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND") or "?"
    raise ScannerIsDown(answer[:100])


def _connected() -> socket.socket:
    address = settings.CLAMAV
    if isinstance(address, str):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        link.connect(address)
        return link
    if address is None:
        raise ScannerIsDown
    return socket.create_connection(address, timeout=SECONDS)


def _answer(link: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 4096 and (part := link.recv(4096)):
        received += part
    return received.rstrip(b"\0").decode("utf-8", "replace").strip()
