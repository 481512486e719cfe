"""Who sends what the outbox holds? One thread of the worker, with a connection of its own and a few hands.

It claims, makes the copy, sends, and writes what came of it; several workers may run. A slow far side holds up its own
messages and nobody else's. What it remembers outside of the database (how many tries there ever were) shows that the
database was restored: then it waits for a person.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
from prometheus_client import Counter

from egide.channels import copies, mail, outbox, updates, webhook
from egide.channels.outbox import SEND_S, Claim
from egide.channels.outcome import Outcome, Result
from egide.log.postgres import let_go, make_durable
from egide.settings import Settings

LOG = logging.getLogger("egide.worker")

HANDS = 8
PAUSE_S = 0.25
CHECK_S = 1.0  # how often what is late, lost or unacknowledged is looked for
WITNESS = "outbox.tries"  # file of EGIDE_HOME

SENT = Counter("egide_outbox_attempts", "Attempts to send a message", ["channel", "result"])

Send = Callable[[Claim, Any], Outcome]


class Sender:
    """`step` may be called by hand; `run` goes on until it is told to stop and connects again when the server left."""

    def __init__(self, settings: Settings, send: Send | None = None) -> None:
        self._settings = settings
        self._send = send or self.deliver
        self._hands = ThreadPoolExecutor(HANDS, "outbox")
        self._under_way: dict[Future[Outcome], Claim] = {}
        self._done: list[tuple[Claim, Outcome]] = []  # outcomes not written yet: kept while the server is away
        self._witness = settings.path("EGIDE_HOME") / WITNESS
        self._checked_at = float("-inf")
        self._checked_restore = False

    def run(self, url: str, stop: threading.Event) -> None:
        """Sends until `stop` is set."""
        while not stop.is_set():
            try:
                with psycopg.connect(url, autocommit=True, application_name="egide outbox") as connection:
                    connection.execute("SELECT set_config('egide.system', 'on', false)")
                    make_durable(connection)
                    let_go(connection)
                    self._checked_restore = False  # another server may answer now
                    while not stop.is_set():
                        self.step(connection)
                        stop.wait(PAUSE_S)
            except psycopg.Error as error:
                LOG.warning("outbox: nothing sent (%s); connecting to PostgreSQL again", type(error).__name__)
                stop.wait(1.0)
        self._hands.shutdown(wait=True)
        with contextlib.suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT set_config('egide.system', 'on', false)")
            self._settle(connection)

    def step(self, connection: psycopg.Connection[Any]) -> None:
        """Writes what has come back, rings for what is late, and takes what is due. Raises psycopg.Error."""
        if connection.execute("SELECT to_regclass('police_request')").fetchone() == (None,):
            return  # before the web's first migration
        if not self._checked_restore:
            outbox.check_restored(connection, self._remembered())
            self._checked_restore = True
        self._settle(connection)
        if time.monotonic() - self._checked_at >= CHECK_S:
            self._checked_at = time.monotonic()
            outbox.beat(connection)
            outbox.expire(connection)
            outbox.ring(connection)
            outbox.ring_requests(connection)
            updates.sweep(connection)
        while len(self._under_way) < HANDS:
            taken = outbox.claim(connection, {claim.destination for claim in self._under_way.values()})
            if taken is None:
                return
            claimed, tries = taken
            self._remember(tries)
            self._hand_out(connection, claimed)

    def wait(self, timeout_s: float) -> None:
        """Waits until nothing is under way any more."""
        ends = time.monotonic() + timeout_s
        while any(not future.done() for future in self._under_way) and time.monotonic() < ends:
            time.sleep(0.005)

    def _hand_out(self, connection: psycopg.Connection[Any], claimed: Claim) -> None:
        try:
            parcel = self._made(connection, claimed)
        except (copies.Gone, ValueError, KeyError) as error:
            # Nothing was sent, and trying again would make nothing else: a person looks.
            LOG.error("outbox: a copy could not be made (%s)", type(error).__name__)
            self._done.append((claimed, Outcome(Result.UNCERTAIN)))
            self._settle(connection)
            return
        self._under_way[self._hands.submit(self._send, claimed, parcel)] = claimed

    def _made(self, connection: psycopg.Connection[Any], claimed: Claim) -> Any:
        told = copies.facts(connection, claimed, self._settings.text("EGIDE_PUBLIC_URL"))
        if claimed.channel == "email":
            return copies.as_mail(claimed, told, self._settings.text("EGIDE_SMTP_FROM"))
        return copies.as_cap(claimed, told) if claimed.channel == "cap" else copies.as_webhook(claimed, told)

    def deliver(self, claimed: Claim, parcel: Any) -> Outcome:
        """Sends one parcel, in a thread that knows no database."""
        if claimed.channel == "email":
            return mail.send(parcel, relay_of(self._settings), SEND_S)
        try:
            headers = webhook.headers(
                claimed.secret, claimed.public_id, int(time.time()), parcel.body, parcel.content_type
            )
        except webhook.BadSecret:
            return Outcome(Result.UNREACHABLE)
        return webhook.post(claimed.address, headers, parcel.body, SEND_S)

    def _settle(self, connection: psycopg.Connection[Any]) -> None:
        for future in [future for future in self._under_way if future.done()]:
            claimed = self._under_way.pop(future)
            error = future.exception()
            if error is not None:
                LOG.error("outbox: a sender failed (%s)", type(error).__name__)
            self._done.append((claimed, Outcome(Result.UNCERTAIN) if error else future.result()))
        while self._done:
            claimed, outcome = self._done[0]
            outbox.settle(connection, claimed, outcome)
            SENT.labels(claimed.channel, outcome.result.value).inc()
            self._done.pop(0)

    # What is remembered outside of the database

    def _remembered(self) -> int:
        try:
            return int(self._witness.read_text())
        except (OSError, ValueError):
            return 0

    def _remember(self, tries: int) -> None:
        """On disk before anything is sent. A folder that cannot be written is said, and holds nothing up."""
        beside = Path(f"{self._witness}.{os.getpid()}.new")
        try:
            self._witness.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w") as handle:
                handle.write(str(tries))
                handle.flush()
                os.fsync(handle.fileno())
            beside.replace(self._witness)
        except OSError as error:
            LOG.warning("outbox: EGIDE_HOME cannot be written (%s)", type(error).__name__)


def relay_of(settings: Settings) -> mail.Relay:
    """The mail server of the settings."""
    return mail.Relay(
        settings.text("EGIDE_SMTP_HOST"), settings.number("EGIDE_SMTP_PORT"), settings.text("EGIDE_SMTP_FROM"),
        settings.text("EGIDE_SMTP_USER"), settings.text("EGIDE_SMTP_PASSWORD"), settings.text("EGIDE_SMTP_TLS"),
    )  # fmt: skip


def start(settings: Settings, stop: threading.Event) -> threading.Thread:
    """Starts the sender beside the worker's rounds; it ends when `stop` is set."""
    sender = Sender(settings)
    thread = threading.Thread(target=sender.run, args=(settings.text("EGIDE_DATABASE_URL"), stop), name="outbox")
    thread.start()
    return thread
