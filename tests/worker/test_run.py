"""The worker goes on: past a job that fails, a second worker, a PostgreSQL that goes away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from egide.cluster import Cluster
from egide.settings import Settings
from egide.worker import run
from egide.worker.run import Job, Worker

SETTINGS = Settings({})


def _until(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_a_job_that_fails_holds_no_other_up_and_is_tried_again(database_url: str) -> None:
    calls: list[str] = []

    def fail(connection: psycopg.Connection[Any], _: Settings) -> int:
        calls.append("fail")
        connection.execute("SELECT 1 / 0")
        return 0

    jobs = (Job("fail", 60, fail), Job("good", 60, lambda *_: calls.append("good") or 1))
    worker = Worker(SETTINGS, jobs)
    with psycopg.connect(database_url, autocommit=True) as connection:
        worker.round(connection)
        worker.round(connection)
    assert calls == ["fail", "good", "fail"]
    assert not worker.ready()


def test_every_job_of_the_table_runs_on_an_empty_database(database_url: str) -> None:
    worker = Worker(SETTINGS)
    assert not worker.ready()
    with psycopg.connect(database_url, autocommit=True) as connection:
        worker.round(connection)
    assert worker.ready()


def test_while_one_worker_is_at_it_another_leaves_the_round_to_it(database_url: str) -> None:
    calls: list[str] = []
    second = Worker(SETTINGS, (Job("job", 0, lambda *_: calls.append("second") or 1),))

    def hand_over(*_: object) -> int:
        with psycopg.connect(database_url, autocommit=True) as other:
            second.round(other)
        return len(calls)

    with psycopg.connect(database_url, autocommit=True) as connection:
        Worker(SETTINGS, (Job("job", 0, hand_over),)).round(connection)
        assert calls == []
        second.round(connection)
    assert calls == ["second"]


def test_a_worker_waits_for_a_postgresql_that_went_away_and_goes_on(
    cluster: Cluster, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ROUND_S", 0.02)
    rounds: list[int] = []

    def note(connection: psycopg.Connection[Any], _: Settings) -> int:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        rounds.append(row[0])
        return 1

    stop = threading.Event()
    worker = Worker(SETTINGS, (Job("note", 0, note),))
    thread = threading.Thread(target=run.run, args=(worker, database_url, stop))
    thread.start()
    try:
        assert _until(lambda: bool(rounds))
        first = rounds[0]
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [first])
        assert _until(lambda: rounds[-1] != first)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
