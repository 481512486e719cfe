"""The log in PostgreSQL keeps one order, knows a repeat, and loses nothing, whoever appends at once."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from egide.log import postgres
from egide.log.interface import ChainBroken, Log, LogFrame, verify_chain
from egide.log.migrate import migrate
from egide.log.postgres import NoSuchCell, PostgresLog


@pytest.fixture
def log(database_url: str) -> Iterator[PostgresLog]:
    with PostgresLog(database_url) as opened:
        yield opened


def _in_threads(*work: object) -> None:
    failures: list[BaseException] = []

    def run(one: object) -> None:
        try:
            one()  # type: ignore[operator]
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures


def test_a_new_log_is_empty_and_frames_are_numbered_from_one(log: PostgresLog) -> None:
    as_interface: Log = log
    assert as_interface.head().seq == 0
    assert [log.append("gateway-a", 1, b"one"), log.append("gateway-a", 2, b"two")] == [1, 2]
    assert [frame.body for frame in log.read(0, 10)] == [b"one", b"two"]
    assert [frame.body for frame in log.read(0, 1)] == [b"one"]
    assert log.read(2, 10) == []
    assert log.head()[1:] == (2, log.read(1, 1)[0].hash)


def test_a_retry_with_the_same_counter_changes_nothing(log: PostgresLog) -> None:
    first = log.append("gateway-a", 1, b"one")
    log.append("gateway-b", 1, b"another gateway has its own count")
    assert log.append("gateway-a", 1, b"one") == first
    assert [frame.seq for frame in log.read(0, 10)] == [1, 2]
    assert verify_chain(b"", log.read(0, 10)) == log.head().hash


def test_a_source_that_counts_nothing_never_loses_a_frame(log: PostgresLog, database_url: str) -> None:
    def append() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            for number in range(50):
                postgres.append(connection, 1, "file", None, b"%d" % number)

    _in_threads(append, append, append)
    assert [frame.counter for frame in log.read(0, 1000)] == list(range(1, 151))


def test_two_appenders_never_commit_out_of_order(log: PostgresLog, database_url: str) -> None:
    """A reader that polls by sequence number sees every frame in order while two sources write at once."""
    done = threading.Event()

    def append(source: str) -> None:
        with psycopg.connect(database_url) as connection:
            for counter in range(1, 101):
                postgres.append(connection, 1, source, counter, f"{source} {counter}".encode())
                if counter % 7 == 0:
                    time.sleep(0.002)  # a transaction that dawdles between its number and its commit
                connection.commit()

    seen: list[LogFrame] = []

    def read() -> None:
        with PostgresLog(database_url) as reader:
            while len(seen) < 200:
                last = done.is_set()  # before it is read: what is committed after an empty answer is read once more
                new = reader.read(seen[-1].seq if seen else 0, 10)
                seen.extend(new)
                if not new and last:
                    return

    reader = threading.Thread(target=read)
    reader.start()
    _in_threads(lambda: append("a"), lambda: append("b"))
    done.set()
    reader.join(30)
    assert [frame.seq for frame in seen] == list(range(1, 201)), "a reader by number skipped a frame"
    assert verify_chain(b"", seen) == log.head().hash
    for source in "ab":
        assert [frame.counter for frame in seen if frame.source == source] == list(range(1, 101))


def test_an_append_that_is_rolled_back_leaves_no_gap(log: PostgresLog, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        postgres.append(connection, 1, "file", None, b"changed my mind")
        connection.rollback()
    assert log.append("file", None, b"meant it") == 1


def test_frames_that_were_changed_or_lost_are_noticed(log: PostgresLog) -> None:
    for number in range(1, 5):
        log.append("gateway-a", number, b"%d" % number)
    frames = log.read(0, 10)
    assert verify_chain(frames[1].hash, frames[2:]) == frames[-1].hash
    assert verify_chain(b"whatever", []) == b"whatever"
    with pytest.raises(ChainBroken, match="Frame 2 is missing"):
        verify_chain(b"", [frames[0], *frames[2:]])
    with pytest.raises(ChainBroken, match="Frame 3 does not follow"):
        verify_chain(b"", [*frames[:2], frames[2]._replace(body=b"x"), frames[3]])
    with pytest.raises(ChainBroken, match="Frame 1 does not follow"):
        verify_chain(hashlib.sha256(b"another log").digest(), frames)


def test_who_waits_is_woken_by_an_append(log: PostgresLog, database_url: str) -> None:
    assert log.wait(0.01), "the first wait says: look first"
    assert not log.wait(0.01)

    def append_elsewhere() -> None:
        with PostgresLog(database_url) as other:
            other.append("gateway-a", 1, b"one")

    timer = threading.Timer(0.2, append_elsewhere)
    timer.start()
    began = time.monotonic()
    assert log.wait(20)
    assert time.monotonic() - began < 10
    timer.join()


def test_a_cell_without_a_log_says_how_to_make_one(database_url: str) -> None:
    with PostgresLog(database_url, cell=9) as log:
        with pytest.raises(NoSuchCell, match="egide migrate"):
            log.head()
        with pytest.raises(psycopg.errors.RaiseException, match="egide migrate"):
            log.append("gateway-a", 1, b"")


def test_commits_wait_for_the_disk_even_where_the_server_would_not(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        postgres.make_durable(connection)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        connection.execute("SET synchronous_commit = remote_apply")
        postgres.make_durable(connection)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("remote_apply",)


def test_the_schema_may_be_applied_by_many_at_once_and_keeps_the_data(log: PostgresLog, database_url: str) -> None:
    log.append("gateway-a", 1, b"kept")
    _in_threads(*[lambda: migrate(database_url)] * 4)
    assert log.read(0, 10)[0].body == b"kept"


def test_an_empty_database_becomes_a_log(cluster: object, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    _in_threads(lambda: migrate(database_url), lambda: migrate(database_url))
    with PostgresLog(database_url) as log:
        assert log.append("gateway-a", 1, b"one") == 1
