"""Whoever freezes while writing cannot keep the cell; whoever only works on a long batch can."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from egide.log.postgres import let_go
from egide.monitor import lease

WRITES = "UPDATE monitor_lease SET seq = 1 WHERE cell = 1"


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_WAIT_MS", 100)
    monkeypatch.setattr(lease, "_SILENT_S", 0.3)


def test_an_owner_that_froze_in_the_middle_of_writing_loses_its_session_and_the_cell(database_url: str) -> None:
    with psycopg.connect(database_url) as frozen, psycopg.connect(database_url, autocommit=True) as standby:
        frozen.execute(WRITES)
        ends = time.monotonic() + 20
        taken = None
        while taken is None and time.monotonic() < ends:
            taken = lease.take(standby, 1, "another:2", 200)
        assert taken is not None
        assert taken.seq == 0, "nothing of what it was writing stands"
        with pytest.raises(psycopg.OperationalError):
            frozen.execute("SELECT 1")


def test_an_owner_whose_batch_takes_long_keeps_the_cell(database_url: str) -> None:
    with psycopg.connect(database_url) as busy, psycopg.connect(database_url, autocommit=True) as standby:
        working = threading.Thread(target=_work, args=(busy,))
        working.start()
        time.sleep(0.1)
        ends = time.monotonic() + 1.0
        while time.monotonic() < ends:
            assert lease.take(standby, 1, "another:2", 200) is None
        working.join()
        assert standby.execute("SELECT epoch FROM monitor_lease").fetchone() == (0,)


def _work(busy: psycopg.Connection[object]) -> None:
    busy.execute(WRITES)
    busy.execute("UPDATE monitor_lease SET renewed_at = clock_timestamp() + interval '1 hour'")
    busy.execute("SELECT pg_sleep(1.3)")
    busy.commit()


def test_a_silent_transaction_is_ended_so_that_nobody_waits_for_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("egide.log.postgres._LETS_GO", "SET idle_in_transaction_session_timeout = '100ms'")
    with psycopg.connect(database_url, autocommit=True) as frozen, psycopg.connect(database_url) as other:
        let_go(frozen)
        frozen.execute("BEGIN")
        frozen.execute("SELECT egide_log_append(1, 'frozen', NULL, 'x')")
        other.execute("SET lock_timeout = '10s'")
        other.execute("SELECT egide_log_append(1, 'other', NULL, 'y')")
        other.commit()
        assert other.execute("SELECT source FROM log_frame").fetchall() == [("other",)]
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            frozen.execute("COMMIT")
