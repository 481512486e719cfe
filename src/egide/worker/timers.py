"""What is due in the room, done when it is due: leases that end, steps that last too long, rings nobody answers.

Timers are rows; two sweepers take what is due, each what the other has not (SKIP LOCKED), by the database's clock. One
incident is one transaction. A timer whose fence is old is only crossed out. Nothing is decided here (`core.workflow`).
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import psycopg
from prometheus_client import Counter, Gauge, Histogram

from egide.incidents import rows
from egide.log.postgres import let_go
from egide.settings import Settings

LOG = logging.getLogger("egide.worker.timers")

POLL_S = 0.25
SWEEPERS = 2
BATCH = 50
AGAIN_S = 2.0

LATE = Histogram(
    "egide_timer_lateness_seconds", "How late a timer of the room was done",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 120),
)  # fmt: skip
CHANGED = Counter("egide_timer_changes", "Timers that changed an incident")
SWEPT = Gauge("egide_timer_last_sweep_timestamp_seconds", "When a sweeper last looked", ["sweeper"])

# Locked one by one: a sweeper that dies gives its timer back at once.
_NEXT = """
SELECT t.id, t.incident_id, t.fence = i.fence AND i.status = 'open',
    extract(epoch FROM clock_timestamp() - t.due_at)::float
FROM console_timer t LEFT JOIN console_incident i ON i.id = t.incident_id
WHERE t.done_at IS NULL AND t.due_at <= clock_timestamp()
ORDER BY t.due_at LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""
_DONE = "UPDATE console_timer SET done_at = clock_timestamp() WHERE id = %s"
_LATER = "UPDATE console_timer SET due_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s"
_FORGET = "DELETE FROM console_timer WHERE done_at < clock_timestamp() - interval '30 days'"


def sweep(connection: psycopg.Connection[Any]) -> int:
    """Does what is due, at most a batch. Gives how many timers it dealt with. Raises what the database raises."""
    for done in range(BATCH):
        number: int | None = None
        try:
            with connection.transaction():
                run = connection.cursor()
                run.execute(_NEXT)
                found = run.fetchone()
                if found is None:
                    return done
                number, incident, fresh, late_s = found
                run.execute(_DONE, [number])
                if fresh:
                    LATE.observe(late_s)
                    if rows.elapse(run, incident):
                        CHANGED.inc()
        except psycopg.OperationalError:
            raise
        except Exception as error:  # one incident that cannot be done must not hold up the others
            LOG.error("a timer of the room failed (%s); tried again in %g s", type(error).__name__, AGAIN_S)
            connection.execute(_LATER, [AGAIN_S, number])
    return BATCH


def forget(connection: psycopg.Connection[Any]) -> int:
    """Deletes timers done a month ago; what they did stands in the incidents."""
    return connection.execute(_FORGET).rowcount


def start(settings: Settings, stop: threading.Event) -> list[threading.Thread]:
    """Starts the sweepers; they end with `stop`."""
    url = settings.text("EGIDE_DATABASE_URL")
    threads = [
        threading.Thread(target=run, args=(url, stop, str(n)), name=f"room-timers-{n}", daemon=True)
        for n in range(SWEEPERS)
    ]
    for thread in threads:
        thread.start()
    return threads


def run(url: str, stop: threading.Event, name: str) -> None:
    """Sweeps until `stop` is set, connecting again whenever the connection is lost. Nothing stops it but `stop`."""
    while not stop.is_set():
        try:
            with psycopg.connect(url, autocommit=True, application_name="egide room timers") as connection:
                let_go(connection)
                while not stop.is_set():
                    if connection.execute("SELECT to_regclass('console_timer')").fetchone() == (None,):
                        stop.wait(1.0)  # the web has not migrated yet
                        continue
                    _sweep_until_lost(connection, stop, name)
        except psycopg.OperationalError as error:
            LOG.warning("the room's timers wait for PostgreSQL (%s)", type(error).__name__)
            stop.wait(1.0)
        except Exception as error:  # whatever it is, the next timer must not wait for a person
            LOG.error("the room's timers stopped (%s), trying again", type(error).__name__)
            stop.wait(0.5)


def _sweep_until_lost(connection: psycopg.Connection[Any], stop: threading.Event, name: str) -> None:
    forget_at = 0.0
    while not stop.is_set():
        done = sweep(connection)
        SWEPT.labels(name).set_to_current_time()
        if time.monotonic() >= forget_at:
            forget(connection)
            forget_at = time.monotonic() + 3600
        if done < BATCH:
            stop.wait(POLL_S)
