"""One letter to one mail server. What is known at its end decides whether it may be tried again.

`post` returns when the server took it. `NotTaken`: it surely did not, so it may be sent again. `Unsure`: the wire broke
after the text had begun to go out; it may have been taken, and is never sent a second time.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

SECONDS = 20.0
TAKEN, GO_ON = (250, 251), 354
PERMANENT = 500
Security = Literal["starttls", "tls", "none"]


class NotTaken(Exception):
    """The server did not take it; `for_good`: nor will it, however often it is asked."""

    def __init__(self, why: str, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Unsure(Exception):
    """It may have been taken."""


@dataclass(frozen=True)
class Server:
    """Which mail server, and as whom."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)


def post(server: Server, message: EmailMessage) -> None:
    """Hand a letter over; see above for how it may end. Takes `SECONDS` for each answer at most."""
    try:
        smtp = _connected(server)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}") from error
    try:
        _hand_over(smtp, message)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user is not None:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    text = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTP)) + b"\r\n.\r\n"
    began = False
    try:
        _must(smtp.mail(str(message["From"])), *TAKEN)
        _must(smtp.rcpt(str(message["To"])), *TAKEN)
        _must(smtp.docmd("DATA"), GO_ON)
        began = True
        smtp.send(text)
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        why = f"{type(error).__name__}: {error}"
        raise Unsure(why) if began else NotTaken(why) from error
    _must(answer, *TAKEN)


def _must(answer: tuple[int, bytes], *codes: int) -> None:
    code, said = answer
    if code not in codes:
        raise NotTaken(f"{code} {said.decode('utf-8', 'replace')[:200]}", for_good=code >= PERMANENT)
