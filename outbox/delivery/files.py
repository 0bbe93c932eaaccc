"""Letters kept as files: the embedded way out, one .eml for each hand-over, readable with any mail program by
the user the portal runs as: links for passwords and answers stand in them."""

import os
import time
import uuid
from pathlib import Path

from outbox.delivery import points
from outbox.delivery.transport import NotSent, Receipt


class FileTransport:
    """Same phases as SMTP. A file appears whole or not at all, and stands on the disk before the receipt is given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recipient = ""

    def address(self, sender: str, recipient: str) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NotSent("connect", type(error).__name__) from error
        self._recipient = recipient

    def deliver(self, content: bytes) -> Receipt:
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:12]}.eml"
        draft = self._folder / f".{name}.part"
        try:
            with draft.open("wb") as file:
                file.write(f"X-Envelope-To: {self._recipient}\r\n".encode() + content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / name)
            points.reached("dot")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise NotSent("body", type(error).__name__) from error
        return Receipt(250, name)

    def forget(self) -> None:
        self._recipient = ""

    def close(self) -> None:
        self._recipient = ""
