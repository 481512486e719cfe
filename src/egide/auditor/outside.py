"""Says outside of the platform what is wrong with it: a signed webhook and mail, straight from here.

It does not use the outbox, which may be what is wrong. Words and counts only: whoever reads it is not in the room.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from egide.auditor.judge import Said
from egide.channels import mail, webhook
from egide.channels.outcome import Result
from egide.settings import Settings

LOG = logging.getLogger("egide.auditor")

TRIES = 20
PAUSE_S = 3.0
TIMEOUT_S = 10.0

# What each word means, for whoever is woken by it.
WORDS = {
    "audit_sos": "an SOS stands in the log and no incident tells of it",
    "audit_owner": "an open incident is neither owned nor ringing",
    "audit_closed": "an SOS is closed and nobody has closed it",
    "audit_unanswered": "alarms ring and nobody has taken them for a minute",
    "audit_monitor": "nobody judges what devices send",
    "audit_worker": "the worker does nothing",
    "audit_deadlines": "deadlines passed and nobody was told",
    "audit_outbox": "messages did not get out and the room was not told",
    "audit_feed": "a forwarding server is silent",
    "audit_consoles": "an alarm rings and no console listens",
    "audit_timers": "timers of open incidents passed and nobody looked",
    "audit_deaf": "somebody is on shift and no console can be heard",
    "audit_probe": "the synthetic SOS did not pass",
    "audit_database": "the database does not answer",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say, with the id that stays the same at every attempt."""

    id: str
    said: Said
    at: datetime

    @property
    def kind(self) -> str:
        """The type of the webhook."""
        return "audit.over" if self.said.over else "audit.wrong"

    def data(self) -> dict[str, object]:
        """The webhook's data."""
        meaning = WORDS.get(self.said.word, self.said.word)
        return {"check": self.said.word, "meaning": meaning, "count": self.said.count, "again": self.said.again}

    def lines(self) -> list[str]:
        """The mail's lines."""
        meaning = WORDS.get(self.said.word, self.said.word)
        state = "over" if self.said.over else f"wrong ({self.said.count})"
        return [f"{self.said.word}: {state}", meaning, self.at.isoformat(timespec="seconds")]


class Outside:
    """A thread that sends, so that a dead far side never holds the auditor up. `drain` is for the end and for tests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: queue.Queue[Notice | None] = queue.Queue(1000)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outside", daemon=True)
        self._thread.start()

    def say(self, said: Said) -> None:
        """Puts one thing in the queue."""
        if not self._waiting.full():
            self._waiting.put(Notice(str(uuid4()), said, datetime.now(UTC)))

    def close(self, timeout_s: float = 5.0) -> None:
        """Says what is left, for a while, and ends."""
        self._waiting.put(None)
        self._thread.join(timeout_s)
        self._stop.set()

    def _run(self) -> None:
        while (notice := self._waiting.get()) is not None:
            for send in (self._webhook, self._mail):
                for _ in range(TRIES):
                    if send(notice) or self._stop.wait(PAUSE_S):
                        break
                else:
                    LOG.error("what is wrong could not be said outside (%s)", notice.said.word)

    def _webhook(self, notice: Notice) -> bool:
        url, secret = self._settings.text("EGIDE_AUDITOR_WEBHOOK"), self._settings.text("EGIDE_AUDITOR_SECRET")
        if not url:
            return True
        body = webhook.event(notice.kind, notice.at, notice.data())
        try:
            headers = webhook.headers(secret, notice.id, int(time.time()), body, webhook.JSON_TYPE)
        except webhook.BadSecret:
            LOG.error("EGIDE_AUDITOR_SECRET signs nothing: write whsec_ and base64 of 24 to 64 bytes")
            return True
        return webhook.post(url, headers, body, TIMEOUT_S).result in (Result.DELIVERED, Result.UNCERTAIN)

    def _mail(self, notice: Notice) -> bool:
        sender = self._settings.text("EGIDE_SMTP_FROM")
        relay = mail.Relay(
            self._settings.text("EGIDE_SMTP_HOST"), self._settings.number("EGIDE_SMTP_PORT"), sender,
            self._settings.text("EGIDE_SMTP_USER"), self._settings.text("EGIDE_SMTP_PASSWORD"),
            self._settings.text("EGIDE_SMTP_TLS"),
        )  # fmt: skip
        good = True
        for to in self._settings.text("EGIDE_AUDITOR_EMAIL").split(","):
            if to.strip():
                made = mail.build(
                    to.strip(), sender, f"Égide : {notice.said.word}", notice.lines(), notice.id, notice.at
                )
                good &= mail.send(made, relay, TIMEOUT_S).result in (Result.DELIVERED, Result.UNCERTAIN)
        return good
