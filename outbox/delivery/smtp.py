"""Letters over SMTP, one recipient in each envelope, each phase driven by hand.

smtplib's own `sendmail` would hide at which point a line broke; the whole design rests on knowing it."""

import logging
import re
import smtplib
import socket
import ssl
import time
from typing import Any

from outbox.delivery import points
from outbox.delivery.transport import NotSent, Receipt, Refused, Unclear

logger = logging.getLogger(__name__)
CONNECT_SECONDS = 10
COMMAND_SECONDS = 30
ANSWER_SECONDS = 120  # after the dot; the lease is longer and kept alive meanwhile
LETTERS_A_CONNECTION = 200
CONNECTION_SECONDS = 60
_LINE_DOTS = re.compile(rb"^\.", re.MULTILINE)


class Garbled(smtplib.SMTPServerDisconnected):
    """The answer was no SMTP reply, or only half of one."""


class _StrictReplies(smtplib.SMTP):
    """smtplib takes "250" without an end of line for a yes; half a reply is no reply."""

    def __init__(self, host: str, **options: Any) -> None:
        super().__init__(**options)
        self._host = host  # the name that the certificate must bear; smtplib sets it only when it connects at once

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _line_of(self).makefile("rb")
        lines: list[bytes] = []
        while True:
            try:
                line = self.file.readline(8193)
            except OSError as error:
                self.close()
                raise smtplib.SMTPServerDisconnected(f"no answer: {type(error).__name__}") from error
            if not line:
                self.close()
                raise smtplib.SMTPServerDisconnected("connection closed")
            if not re.match(rb"[2-5]\d\d[ \-\r\n]", line) or not line.endswith(b"\n") or len(lines) > 100:
                self.close()
                raise Garbled(f"no SMTP reply: {line[:80]!r}")
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)


class _StrictTls(_StrictReplies, smtplib.SMTP_SSL):
    pass


class SmtpTransport:
    """One connection, opened when needed, given up after 200 letters or 60 seconds. A line that dies while the next
    letter is only being announced is opened once more at once: servers hang up on old and busy connections."""

    def __init__(self, options: dict[str, Any], *, local_hostname: str) -> None:
        self._options = options
        self._hostname = local_hostname
        self._session: smtplib.SMTP | None = None
        self._letters = 0
        self._opened_at = 0.0
        self.connections = 0

    def address(self, sender: str, recipient: str) -> None:
        if self._session is not None and self._is_worn():
            self.close()
        is_used = self._session is not None
        try:
            self._announce("mail", f"MAIL FROM:<{sender}>")
        except (NotSent, Refused) as fault:
            if not is_used or self._session is not None:
                raise  # a new line, or a refusal that is about the letter and not a 421 about the old line
            logger.debug("A used connection ended (%s); opening another.", fault)
            self._announce("mail", f"MAIL FROM:<{sender}>")
        self._announce("rcpt", f"RCPT TO:<{recipient}>")

    def deliver(self, content: bytes) -> Receipt:
        session = self._open_session()
        code, reply = self._command("data", "DATA")
        if code != 354:
            self._refuse(code, reply, "data")
        try:
            _line_of(session).sendall(_LINE_DOTS.sub(b"..", content))
        except OSError as error:
            self.close()
            raise NotSent("body", type(error).__name__) from error
        code, reply = self._finish(session)
        self._letters += 1
        if 200 <= code < 300:
            return Receipt(code, reply)
        return self._refuse(code, reply, "dot")

    def forget(self) -> None:
        if self._session is None:
            return
        try:
            code, _reply = self._command("rset", "RSET")
        except NotSent:
            return
        if code // 100 != 2:
            self.close()

    def close(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if session.sock is not None:
                session.sock.settimeout(2)
                session.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            session.close()

    def _is_worn(self) -> bool:
        return self._letters >= LETTERS_A_CONNECTION or time.monotonic() - self._opened_at > CONNECTION_SECONDS

    def _announce(self, phase: str, line: str) -> None:
        code, reply = self._command(phase, line)
        if code // 100 != 2:
            self._refuse(code, reply, phase)

    def _command(self, phase: str, line: str) -> tuple[int, str]:
        session = self._open_session()
        try:
            code, reply = session.docmd(line)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotSent(phase, _words(error)) from error
        return code, reply.decode("utf-8", "replace")

    def _finish(self, session: smtplib.SMTP) -> tuple[int, str]:
        try:
            line = _line_of(session)
            line.settimeout(ANSWER_SECONDS)
            line.sendall(b".\r\n")
            points.reached("dot")
            code, reply = session.getreply()
            line.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unclear(_words(error)) from error
        if 300 <= code < 400:
            self.close()
            raise Unclear(f"{code} after the end of the letter")
        return code, reply.decode("utf-8", "replace")

    def _refuse(self, code: int, reply: str, phase: str) -> Receipt:
        if code == 421:
            self.close()
        else:
            self.forget()
        raise Refused(code, reply, phase)

    def _open_session(self) -> smtplib.SMTP:
        if self._session is None:
            self._session = self._connect()
            self._letters, self._opened_at = 0, time.monotonic()
        return self._session

    def _connect(self) -> smtplib.SMTP:
        options = self._options
        security = options.get("security", "none")
        try:
            session = self._session_kind(security)
            code, reply = session.connect(options["host"], options["port"])
            if code != 220:
                session.close()
                raise NotSent("connect", f"{code} {reply.decode('utf-8', 'replace')}")
            line = _line_of(session)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(COMMAND_SECONDS)
            session.ehlo_or_helo_if_needed()
            if security == "starttls":
                session.starttls(context=ssl.create_default_context())
                session.ehlo_or_helo_if_needed()
            if options.get("user"):
                session.login(options["user"], options["password"])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent("connect", _words(error)) from error
        self.connections += 1
        return session

    def _session_kind(self, security: str) -> smtplib.SMTP:
        if security == "tls":
            return _StrictTls(
                self._options["host"],
                local_hostname=self._hostname,
                timeout=CONNECT_SECONDS,
                context=ssl.create_default_context(),
            )
        return _StrictReplies(self._options["host"], local_hostname=self._hostname, timeout=CONNECT_SECONDS)


def _line_of(session: smtplib.SMTP) -> socket.socket:
    if session.sock is None:
        raise smtplib.SMTPServerDisconnected("connection closed")
    return session.sock


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {error.smtp_error!r}"
    return f"{type(error).__name__}: {error}"
