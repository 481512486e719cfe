"""A database with every table, a cell with a measure, and monitors as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from egide.core.messages import build, control_record
from egide.log.frames import encode
from egide.log.postgres import append

CACHE = str(Path(tempfile.gettempdir()) / f"egide-test-kernel-{os.getuid()}")


def environment(url: str, **more: str) -> dict[str, str]:
    """The environment of a child process of the platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
    return {
        **kept,
        "EGIDE_DATABASE_URL": url,
        "EGIDE_CACHE_DIR": CACHE,
        "EGIDE_SECRET_KEY": "for tests only " * 6,
        "EGIDE_WEB_SECURE": "false",
        **more,
    }


def migrate(url: str) -> None:
    """Every table in a database, as `egide migrate` makes them."""
    command = [sys.executable, "-m", "egide.cli.main", "migrate"]
    done = subprocess.run(command, env=environment(url), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def seed(url: str, n_measures: int = 1, at_ms: int = 2_200_000_099_000) -> None:
    """Devices 2k + 1 and 2k + 2 and measures k + 1 in the log, as the web would write them."""
    with psycopg.connect(url) as connection:
        for k in range(n_measures):
            protected, wearer, person = 2 * k + 1, 2 * k + 2, 10 * (k + 1)
            changes: list[dict[str, Any]] = [
                {"control": "device", "device": protected, "kind": "bar_box", "status": "issued", "person": person},
                {
                    "control": "device",
                    "device": wearer,
                    "kind": "bar_bracelet",
                    "status": "issued",
                    "person": person + 1,
                },
                {
                    "control": "measure",
                    "measure": k + 1,
                    "status": "active",
                    "protected_device": protected,
                    "wearer_device": wearer,
                    "protected_person": person,
                    "wearer_person": person + 1,
                    "alert_m": 1000,
                    "pre_alert_m": 2000,
                },
            ]
            body = encode(build([control_record(at_ms, i) for i in range(len(changes))]), changes)
            append(connection, 1, "file", None, body)


@contextmanager
def monitor_process(url: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`egide monitor` as a process; killed at the end if it still runs."""
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
    command = [sys.executable, "-m", "egide.cli.main", "monitor"]
    child = subprocess.Popen(command, env=environment(url, **more), stdout=log, stderr=log, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        log.seek(0)
        sys.stdout.write(log.read())
        log.close()


def wait_until(question: Callable[[], Any], timeout: float = 30.0, every: float = 0.02) -> Any:
    """Asks until the answer is true; fails with the question when it never is."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"still not so after {timeout} s")


def one(url: str, query: str, *values: Any) -> Any:
    """The first value of the first row."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query, values or None).fetchone()
    return None if row is None else row[0]


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchall()
