"""A monitor that is told to stop stops, also while PostgreSQL is away and a batch waits for it."""

from __future__ import annotations

import contextlib
import threading

import psycopg
import pytest

from egide.core.proximity import kernel
from egide.monitor import run
from egide.monitor.run import Monitor

from .conftest import one, seed, wait_until
from .scene import frames
from .test_monitor import caught_up, feed

WAITS = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = %s)"
)


def test_told_to_stop_while_a_batch_waits_for_postgresql_it_stops_and_the_next_one_judges_it(
    full_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = one(full_url, "SELECT current_database()")
    elsewhere = full_url.replace(f"/{name}", "/postgres")
    seed(full_url, 1)
    monitor = Monitor(full_url, 1, kernel.run, 1500, 3600)
    thread = threading.Thread(target=monitor.run)
    thread.start()
    try:
        wait_until(lambda: caught_up(full_url))
        monkeypatch.setattr(run.Owner, "_tick", lambda self: None)  # what waits is a batch, not a tick
        with contextlib.closing(psycopg.connect(full_url)) as holds:
            holds.execute("SELECT 1 FROM monitor_lease FOR UPDATE")
            feed(full_url, frames(20))
            wait_until(lambda: one(elsewhere, WAITS, name) > 0)
            before = one(full_url, "SELECT seq FROM monitor_lease")
            with psycopg.connect(elsewhere, autocommit=True) as server:
                server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
                server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        threading.Event().wait(0.3)
        assert thread.is_alive(), "it waits for PostgreSQL"
        monitor.stop.set()
        thread.join(10)
        assert not thread.is_alive()
    finally:
        monitor.stop.set()
        with psycopg.connect(elsewhere, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        thread.join(10)
    assert one(full_url, "SELECT seq FROM monitor_lease") == before, "nothing of the batch is written"
    monkeypatch.undo()
    after = Monitor(full_url, 1, kernel.run, 200, 3600)
    thread = threading.Thread(target=after.run)
    thread.start()
    wait_until(lambda: caught_up(full_url))
    after.stop.set()
    thread.join(10)
    assert one(full_url, "SELECT count(*) FROM console_position") == 40
    assert one(full_url, "SELECT count(*) FROM console_transition") > 0


def test_a_server_that_hangs_does_not_keep_a_process_that_was_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(run, "STOP_S", 0.05)
    monkeypatch.setattr(run.os, "_exit", left.append)
    monkeypatch.setattr(run.logging, "shutdown", lambda: None)
    stop = threading.Event()
    watch = threading.Thread(target=run.leave_anyway, args=(stop,))
    watch.start()
    watch.join(0.2)
    assert watch.is_alive()
    assert not left
    stop.set()
    watch.join(5)
    assert left == [1]
