"""The auditor: once a second it asks whether what should have happened did, and every minute it presses the key itself.

Its connection is its own, and so is its process: it shares no fault with those it watches. It raises what is wrong in
the room (a technical incident) and outside (webhook, mail); it repairs nothing and closes nothing.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from prometheus_client import Counter, Gauge, Histogram

from egide import health
from egide.auditor.checks import CHECKS, Check, LogReader, ask_all
from egide.auditor.judge import Judge, Said
from egide.auditor.outside import Outside
from egide.auditor.probe import NotOurs, Passed, Probe
from egide.channels.room import add_line, raise_technical
from egide.settings import Settings

LOG = logging.getLogger("egide.auditor")

ROUND_S = 1.0
_LATE_S = 10.0
GRACE_S = 20.0  # after its own start nothing is said for so long: the others may be starting too
_FAILING_S = 10.0  # a key whose press did not pass is pressed again after so long
_LOCK = 0x45474155  # one auditor presses the key; the others only ask
_PROBE, _DATABASE = "audit_probe", "audit_database"

WRONG = Gauge("egide_audit_wrong", "How many things a check finds wrong", ["check"])
SHOWN = Histogram(
    "egide_probe_shown_seconds", "A synthetic SOS: posted to visible for the screens",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8),
)  # fmt: skip
LOST = Counter("egide_probe_lost", "Synthetic SOS that did not pass in time")


class Auditor:
    """`round` may be called by hand. Every round says what is new; nothing is said every second."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[Said], None],
        checks: tuple[Check, ...] = CHECKS,
        clock: Callable[[], float] = time.monotonic,
        grace_s: float = GRACE_S,
    ) -> None:
        self._checks, self._say, self._clock, self._grace_s = checks, say, clock, grace_s
        self._reader = LogReader(settings.number("EGIDE_CELL"))
        self._judge = Judge({check.word: check.patience_s for check in checks} | {_DATABASE: 5.0})
        self._outside_only = {check.word for check in checks if not check.in_room}
        self._every_s = settings.number("EGIDE_AUDITOR_PROBE_S")
        gateway = settings.text("EGIDE_GATEWAY_URL")
        host, port = settings.text("EGIDE_GATEWAY_HOST"), settings.number("EGIDE_GATEWAY_PORT")
        self._probe = Probe(gateway or f"http://{host}:{port}", self._reader.cell)
        self._began = clock()
        self._probe_at = self._began + grace_s / 2
        self._last_round = float("-inf")
        self._probe_wrong = 0
        self.passed: Passed | None = None

    def ready(self) -> bool:
        """True if a round ended within the last ten seconds."""
        return time.monotonic() - self._last_round < _LATE_S

    def round(self, connection: psycopg.Connection[Any]) -> list[Said]:
        """Asks everything once and says what is new; gives it. Raises psycopg.Error if the database is away."""
        if connection.execute("SELECT to_regclass('police_request')").fetchone() == (None,):
            return []  # before the web's first migration
        found = ask_all(connection, self._reader, self._checks)
        if self._every_s and self._clock() >= self._probe_at:
            self._probe_at = self._clock() + self._every_s
            if connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone() == (True,):
                self.probe(connection)
            if self._probe_wrong:
                self._probe_at = self._clock() + min(self._every_s, _FAILING_S)
        found |= {_PROBE: self._probe_wrong, _DATABASE: 0}
        for word, count in found.items():
            WRONG.labels(word).set(count)
        self._last_round = time.monotonic()
        if self._clock() - self._began < self._grace_s:
            return []
        new = self._judge.hear(found, self._clock())
        for said in new:
            self._raise(connection, said)
        return new

    def probe(self, connection: psycopg.Connection[Any]) -> Passed:
        """Presses the key once and measures; one that does not pass is wrong until one does."""
        try:
            self.passed = self._probe.send(connection)
        except NotOurs:
            LOG.error("a device named egide-probe is somebody's: no synthetic SOS is sent")
            self.passed = Passed(None, None)
        if self.passed.shown_s is None:
            LOST.inc()
            self._probe_wrong = 1
        else:
            SHOWN.observe(self.passed.shown_s)
            self._probe_wrong = 0
        return self.passed

    def away(self) -> None:
        """The database does not answer: said outside, as nothing else can be."""
        for said in self._judge.hear({_DATABASE: 1}, self._clock()):
            LOG.error("the database does not answer")
            self._say(said)

    def _raise(self, connection: psycopg.Connection[Any], said: Said) -> None:
        self._say(said)  # first: the room may not be reachable
        LOG.log(logging.INFO if said.over else logging.ERROR, "%s: %s", said.word, "over" if said.over else said.count)
        if said.word in self._outside_only or said.word == _DATABASE:
            return
        with connection.transaction():
            run = connection.cursor()
            if said.over:
                add_line(run, f"{said.word}:1", "audit_over")
            else:
                raise_technical(run, f"{said.word}:1", {"count": said.count})


def main(settings: Settings) -> int:
    """Watches until SIGTERM or Ctrl-C; gives the exit code."""
    stop = threading.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sig, lambda *_: stop.set())
    outside = Outside(settings)
    auditor = Auditor(settings, outside.say)
    served = health.serve(settings.number("EGIDE_METRICS_PORT"), auditor.ready, settings.text("EGIDE_METRICS_HOST"))
    try:
        run(auditor, settings.text("EGIDE_DATABASE_URL"), stop)
    finally:
        outside.close()
        if served:
            served.close()
    return 0


def run(auditor: Auditor, url: str, stop: threading.Event) -> None:
    """Rounds until `stop` is set, connecting again whenever the connection is lost."""
    while not stop.is_set():
        try:
            with psycopg.connect(
                url, autocommit=True, application_name="egide auditor", connect_timeout=3,
                options="-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000",
            ) as connection:  # fmt: skip
                connection.execute("SELECT set_config('egide.system', 'on', false)")
                LOG.info("watching")
                while not stop.is_set():
                    auditor.round(connection)
                    stop.wait(ROUND_S)
        except psycopg.Error as error:
            LOG.warning("a round failed (%s)", type(error).__name__)
            auditor.away()
            stop.wait(ROUND_S)
