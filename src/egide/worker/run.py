"""The worker: which jobs are due, and does each get done?

Jobs are rows of a table, and each can be run again at any time. It never judges a position and never rings.
Several workers may run: the database lets one at a time do a round. A job that fails is said, counted and
tried again, and does not hold the others up.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from prometheus_client import Counter, Gauge

from egide import health
from egide.incidents import openers
from egide.log.postgres import let_go
from egide.settings import Settings
from egide.worker import checkpoint, documents, erasure, outbox, partitions, revisions, tasks, timers

LOG = logging.getLogger("egide.worker")

ROUND_S = 5.0
_LATE_S = 60.0  # no complete round for this long: not ready
_LOCK = 0x45475744  # one advisory lock for all workers of a database

DONE = Counter("egide_worker_done", "Rows or tables a job has dealt with", ["job"])
FAILED = Counter("egide_worker_failures", "Runs of a job that failed", ["job"])
LAST = Gauge("egide_worker_last_success_timestamp_seconds", "When a job last ended well", ["job"])


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every `every_s` seconds; gives how many rows or tables it dealt with."""

    name: str
    every_s: float
    do: Callable[[psycopg.Connection[Any], Settings], int]


JOBS: tuple[Job, ...] = (
    Job("erase TGD positions", 5, lambda c, _: erasure.erase_tgd(c)),
    Job("make partitions ahead", 60, lambda c, _: partitions.make_ahead(c)),
    Job("drop old days of the log", 60, lambda c, s: partitions.drop_old(c, s.number("EGIDE_RAW_LOG_DAYS"))),
    Job("erase old positions", 60, lambda c, s: erasure.erase_positions(c, s.number("EGIDE_RAW_LOG_DAYS"))),
    Job("destroy documents", 60, lambda c, _: documents.destroy(c)),
    Job("prune snapshots", 60, lambda c, _: erasure.prune_snapshots(c)),
    Job("sign the audit trail", 60, checkpoint.sign),
    Job("remind and escalate", 5, lambda c, _: tasks.sweep(c)),
    Job("open phone tests that are due", 300, lambda c, _: openers.open_phone_tests(c)),
    Job("forget synthetic SOS", 3600, lambda c, _: openers.forget_old_probes(c)),
    Job("propose revisions of bracelets", 3600, lambda c, _: revisions.propose(c)),
    Job("open what a day opens", 60, lambda c, _: tasks.open_windows(c)),
)


class Worker:
    """Runs the jobs that are due. `round` may be called by hand; `ready` says whether rounds come through."""

    def __init__(self, settings: Settings, jobs: tuple[Job, ...] = JOBS) -> None:
        self._settings = settings
        self._jobs = jobs
        self._due = dict.fromkeys((job.name for job in jobs), 0.0)
        self._last_round = float("-inf")

    def ready(self) -> bool:
        """True if a round in which nothing failed ended within the last minute."""
        return time.monotonic() - self._last_round < _LATE_S

    def round(self, connection: psycopg.Connection[Any]) -> None:
        """Runs every job that is due, unless another worker is at it. Raises OperationalError if the server
        left.
        """
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        good = True
        if row == (True,):
            try:
                good = not [job for job in self._jobs if self._is_due(job) and not self._run(job, connection)]
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        if good:
            self._last_round = time.monotonic()

    def _is_due(self, job: Job) -> bool:
        return time.monotonic() >= self._due[job.name]

    def _run(self, job: Job, connection: psycopg.Connection[Any]) -> bool:
        try:
            done = job.do(connection, self._settings)
        except psycopg.Error as error:
            FAILED.labels(job.name).inc()
            # The class only: a message of PostgreSQL may quote a row. Not put off: tried again at the next
            # round.
            LOG.warning("%s: failed (%s); tried again in %g s", job.name, type(error).__name__, ROUND_S)
            if connection.closed:
                raise
            return False
        self._due[job.name] = time.monotonic() + job.every_s
        LAST.labels(job.name).set_to_current_time()
        if done:
            DONE.labels(job.name).inc(done)
            LOG.info("%s: %d", job.name, done)
        return True


def main(settings: Settings) -> int:
    """Works until SIGTERM or Ctrl-C; gives the exit code. Waits, and says so, while PostgreSQL is away."""
    stop = threading.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sig, lambda *_: stop.set())
    worker = Worker(settings)
    sender = outbox.start(settings, stop)
    timers.start(settings, stop)
    served = health.serve(settings.number("EGIDE_METRICS_PORT"), worker.ready, settings.text("EGIDE_METRICS_HOST"))
    try:
        run(worker, settings.text("EGIDE_DATABASE_URL"), stop)
    finally:
        stop.set()
        sender.join()
        checkpoint.sign_last(settings)
        if served:
            served.close()
    return 0


def run(worker: Worker, url: str, stop: threading.Event) -> None:
    """Rounds until `stop` is set, connecting again whenever the connection is lost."""
    away = False
    while not stop.is_set():
        try:
            with psycopg.connect(url, autocommit=True, application_name="egide worker") as connection:
                connection.execute("SET egide.system = 'on'")  # sees the whole file (docs/security.md)
                let_go(connection)
                LOG.info("working")
                away = False
                while not stop.is_set():
                    worker.round(connection)
                    stop.wait(ROUND_S)
        except psycopg.Error as error:
            if not away:
                LOG.warning("no work done (%s); connecting to PostgreSQL again", type(error).__name__)
            away = True
            stop.wait(1.0)
