"""An e-mail that holds a reference and nothing else: mail lies about in boxes, on phones and on screens.

Pure but for `send`. The Message-ID is made of the message's own id, so that a repeat can be told.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from egide.channels.outcome import Outcome, Result


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes our mail. `tls`: `starttls`, `implicit`, or `none` (this machine only)."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: str = "starttls"


def build(to: str, sender: str, subject: str, lines: list[str], message_id: str, at: datetime) -> EmailMessage:
    """The mail. Raises ValueError for an address that is none."""
    for address in (to, sender):
        if "@" not in parseaddr(address)[1]:
            raise ValueError("not an e-mail address")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(lines) + "\n")
    return mail


def send(mail: EmailMessage, relay: Relay, timeout_s: float, context: ssl.SSLContext | None = None) -> Outcome:
    """Hands the mail to the relay once, over TLS. Before its text was sent nothing can have left."""
    if not relay.host or (relay.tls == "none" and relay.host not in ("localhost", "127.0.0.1", "::1")):
        return Outcome(Result.UNREACHABLE)
    context = context or ssl.create_default_context()
    try:
        line = (
            smtplib.SMTP_SSL(relay.host, relay.port, timeout=timeout_s, context=context)
            if relay.tls == "implicit"
            else smtplib.SMTP(relay.host, relay.port, timeout=timeout_s)
        )
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.UNREACHABLE)
    try:
        try:
            if relay.tls == "starttls":
                line.starttls(context=context)
            if relay.user:
                line.login(relay.user, relay.password)
            line.ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as refusal:
            return Outcome(Result.REFUSED, refusal.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Outcome(Result.UNREACHABLE)
        try:
            line.send_message(mail)
        except smtplib.SMTPServerDisconnected:
            return Outcome(Result.UNCERTAIN)
        except smtplib.SMTPRecipientsRefused as refusal:
            return Outcome(Result.REFUSED, next((code for code, _ in refusal.recipients.values()), None))
        except smtplib.SMTPResponseException as refusal:
            return Outcome(Result.REFUSED, refusal.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Outcome(Result.UNCERTAIN)
        return Outcome(Result.DELIVERED, 250)
    finally:
        line.close()
