"""What every way out promises: the phases of handing over, and the three ways in which it goes wrong."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Receipt:
    """The other side has taken the letter: its own words."""

    code: int
    reply: str


class Refused(Exception):
    """The other side said no, in a phase, with a code; 4xx is for now, 5xx for good."""

    def __init__(self, code: int, reply: str, phase: str) -> None:
        super().__init__(f"{phase}: {code} {reply}")
        self.code, self.reply, self.phase = code, reply[:300], phase


class NotSent(Exception):
    """The line failed, and surely nothing was accepted."""

    def __init__(self, phase: str, detail: str) -> None:
        super().__init__(f"{phase}: {detail}")
        self.phase, self.detail = phase, detail[:300]


class Unclear(Exception):
    """The letter was out, and no clear answer came: it may have been accepted or not."""


class Transport(Protocol):
    def address(self, sender: str, recipient: str) -> None:
        """Connect if needed and name sender and the one recipient; raises Refused or NotSent."""

    def deliver(self, content: bytes) -> Receipt:
        """Hand over the letter named by `address`; raises Refused, NotSent or Unclear."""

    def forget(self) -> None:
        """Drop what `address` named; the letter stays here."""

    def close(self) -> None:
        """Say goodbye; never raises."""
