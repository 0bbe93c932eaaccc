"""A worker: claims a batch, hands its letters over one by one, records each end, until nothing is due.

The order for one letter: MAIL and RCPT accepted, the fence commits "sending", DATA, the dot, the answer, the record.
Only a death between the fence and the record leaves a doubt; everything before is surely unsent."""

import logging
import os
import socket
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from outbox.actions.addresses import suppress
from outbox.delivery import claims, points, rates, rendering, steps
from outbox.delivery.claims import Batch, Lease
from outbox.delivery.mime import BadLetter, address_of, envelope_sender
from outbox.delivery.rendering import Broken, Gone, Sheet
from outbox.delivery.steps import Try, persist
from outbox.delivery.transport import NotSent, Refused, Transport, Unclear
from outbox.delivery.ways import open_transport
from outbox.models import Message, State
from outbox.registry import MAIL, SECURITY

logger = logging.getLogger(__name__)
# A channel of three letters a minute is still waited for; a pause of the breaker is not. Waiting goes in short steps,
# so that a letter of an account, which has a channel of its own, does not wait with the others.
LONG_GAP, SHORT_WAIT = 20.0, 2.0
POISONED_LINE = timedelta(minutes=1)
THROTTLES = {421, 432}
GONE_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")


@dataclass
class Tally:
    """What a worker did; `ask_again_at` when letters may still be due but not before."""

    sent: int = 0
    batches: int = 0
    connections: int = 0
    ask_again_at: datetime | None = None
    is_out_of_time: bool = False


@dataclass
class Worker:
    """One line of work with its own connections. Letters of the security channel go before each batch of others."""

    channels: tuple[str, ...] = (SECURITY, MAIL)
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:6]}")
    stop: threading.Event = field(default_factory=threading.Event)
    tally: Tally = field(default_factory=Tally)
    _transports: dict[str, Transport] = field(default_factory=dict)
    _gap: float = 0.0

    def drain(self, *, seconds: float) -> Tally:
        """Deliver until nothing is due, or the time is over, or somebody asks to stop. Waits out the gaps between the
        letters of a slow channel; a longer pause is left to the next call."""
        until = time.monotonic() + seconds
        try:
            while not self.stop.is_set():
                if time.monotonic() > until:
                    self.tally.is_out_of_time = True
                    break
                if not self._round() and not self._wait(until):
                    break
        finally:
            self.close()
        return self.tally

    def close(self) -> None:
        for transport in self._transports.values():
            transport.close()
        self._transports.clear()

    def _round(self) -> bool:
        """One batch of each channel; whether any had letters."""
        worked = False
        self.tally.ask_again_at = None
        for channel in self.channels:
            batch: Batch = persist(partial(claims.claim, channel, worker=self.name))
            if batch.messages:
                worked = True
                self.deliver(batch)
            elif batch.ask_again_at is not None:
                self.tally.ask_again_at = min(batch.ask_again_at, self.tally.ask_again_at or batch.ask_again_at)
                self._gap = (self.tally.ask_again_at - batch.clock.now()).total_seconds()
        return worked

    def _wait(self, until: float) -> bool:
        """Sit out a gap, or the first part of it; False when nothing is due or the gap is long."""
        if self.tally.ask_again_at is None or self._gap > LONG_GAP or time.monotonic() + self._gap > until:
            return False
        self.stop.wait(min(max(self._gap, 0.01), SHORT_WAIT))
        return True

    def deliver(self, batch: Batch) -> None:
        """Hand over the letters of a batch; what could not even be tried goes back as it was."""
        points.reached("claimed")
        self.tally.batches += 1
        waiting = list(batch.messages)
        with Lease(batch) as lease:
            made = rendering.make(batch.messages, now=batch.clock.now())
            while waiting and not lease.is_lost and not self.stop.is_set():
                message = waiting.pop(0)
                if not self._handle(batch, message, made[message.pk]):
                    break
        if waiting:
            persist(lambda: claims.release(batch, waiting))

    def _handle(self, batch: Batch, message: Message, made: rendering.Made) -> bool:
        """One letter; False when the line is down and the rest should wait."""
        now = batch.clock.now()
        this = Try(message, self.name, now)
        if isinstance(made, Gone):
            persist(lambda: steps.drop(message, State.CANCELLED, "", now=now))
        elif isinstance(made, Broken):
            persist(lambda: steps.try_again_later(this, phase="render", code=None, error=made.reason, now=now))
        else:
            return self._hand_over(batch, this, made)
        return True

    def _hand_over(self, batch: Batch, this: Try, sheet: Sheet) -> bool:
        transport = self._transport(batch.channel.name)
        before = getattr(transport, "connections", 0)
        try:
            sent = self._through_the_phases(batch, this, sheet, transport)
        except Refused as refusal:
            return self._after_refusal(batch, this, refusal)
        except NotSent as fault:
            return self._after_fault(batch, this, fault)
        except Unclear as doubt:
            error = str(doubt)
            persist(lambda: steps.record_unclear(this, error, now=batch.clock.now()))
            return True
        except BadLetter as error:
            reason = f"BadLetter: {error}"
            persist(
                lambda: steps.try_again_later(this, phase="address", code=None, error=reason, now=batch.clock.now())
            )
            return True
        finally:
            self.tally.connections += getattr(transport, "connections", 0) - before
        if sent:
            self.tally.sent += 1
            rates.well_again(batch.channel)
        return True

    def _through_the_phases(self, batch: Batch, this: Try, sheet: Sheet, transport: Transport) -> bool:
        message = this.message
        transport.address(envelope_sender(message, now=this.started_at), address_of(message.to_addr))
        points.reached("rcpt")
        passed = persist(lambda: steps.fence(message, content=sheet.packed, sha256=sheet.sha256, now=batch.clock.now()))
        if not passed:
            transport.forget()
            persist(lambda: steps.settle_refused_by_fence(message, now=batch.clock.now()))
            return False
        points.reached("sending")
        receipt = transport.deliver(sheet.content)
        points.reached("accepted")
        now = batch.clock.now()
        moved: bool = persist(lambda: steps.record_sent(this, receipt, now=now))
        points.reached("recorded")
        if not moved:
            logger.error("Letter %s was accepted after somebody else had taken it over: a second copy.", message.pk)
        return moved

    def _after_refusal(self, batch: Batch, this: Try, refusal: Refused) -> bool:
        now = batch.clock.now()
        persist(lambda: steps.record_refused(this, refusal, now=now))
        if refusal.code in THROTTLES or (refusal.code == 451 and refusal.reply.startswith("4.7.")):
            rates.slow_down(batch.channel, f"{refusal.code} {refusal.reply}", now)
        if refusal.phase == "rcpt" and refusal.code >= 500 and refusal.reply.split(" ")[0] in GONE_ADDRESS:
            suppress(this.message.to_addr, reason=f"{refusal.code} {refusal.reply}", now=now)
        return True

    def _after_fault(self, batch: Batch, this: Try, fault: NotSent) -> bool:
        """The line is down: pause the channel and spend no tries. A letter at which lines break every time must not
        come first for ever, so what broke after its address was named waits a minute; in its body, it costs a try."""
        now = batch.clock.now()
        detail = f"{fault.phase}: {fault.detail}"
        if fault.phase == "body":
            persist(lambda: steps.try_again_later(this, phase="body", code=None, error=detail, now=now))
        else:
            later = now + POISONED_LINE if fault.phase in {"rcpt", "data"} else this.message.not_before
            persist(lambda: steps.record_not_sent(this, fault, not_before=later, now=now))
        rates.pause(batch.channel, detail, now)
        return False

    def _transport(self, channel: str) -> Transport:
        if channel not in self._transports:
            self._transports[channel] = open_transport()
        return self._transports[channel]
