"""What is due to be forgotten is forgotten, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from egide.cluster import Cluster
from egide.worker import erasure

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def _alarm(connection: Connection, device: int, erase_in: str, key: bytes, closed: bool = True) -> int:
    row = connection.execute(
        "INSERT INTO tgd_alarm (device_id, pressed_ms, key, erase_at, closed_at)"
        " VALUES (%s, 0, %s, now() + %s::interval, CASE WHEN %s THEN now() END) RETURNING id",
        [device, key, erase_in, closed],
    ).fetchone()
    assert row
    connection.execute("INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, 'sealed')", [row[0]])
    return int(row[0])


def _left(connection: Connection) -> list[tuple[int, bool, int]]:
    return connection.execute(
        "SELECT a.device_id, a.key IS NOT NULL, count(p.id) FROM tgd_alarm a"
        " LEFT JOIN tgd_position p ON p.alarm_id = a.id GROUP BY a.id ORDER BY a.device_id"
    ).fetchall()


def test_after_its_term_a_tgd_alarm_keeps_neither_key_nor_position_but_the_fact_that_it_was(
    connection: Connection,
) -> None:
    _alarm(connection, 1, "-1 second", b"old")
    _alarm(connection, 2, "1 hour", b"new")
    _alarm(connection, 3, "-1 second", b"open", closed=False)
    assert erasure.erase_tgd(connection) == 4
    assert _left(connection) == [(1, False, 0), (2, True, 1), (3, False, 0)]
    assert erasure.erase_tgd(connection) == 0


def test_no_dead_copy_of_a_destroyed_key_is_left_in_the_table(cluster: Cluster, connection: Connection) -> None:
    key = b"a key that nobody may find again"
    _alarm(connection, 1, "-1 second", key)
    path = connection.execute("SELECT pg_relation_filepath('tgd_alarm')").fetchone()
    assert path
    connection.execute("CHECKPOINT")
    assert key in (cluster.data_dir / path[0]).read_bytes()
    erasure.erase_tgd(connection)
    connection.execute("CHECKPOINT")
    assert key not in (cluster.data_dir / path[0]).read_bytes()


def test_three_snapshots_of_each_cell_are_kept_the_newest(connection: Connection) -> None:
    for cell, seqs in ((1, range(1, 6)), (2, range(10, 12))):
        for seq in seqs:
            connection.execute(
                "INSERT INTO monitor_snapshot (cell, seq, engine, body) VALUES (%s, %s, 'test', '')",
                [cell, seq],
            )
    assert erasure.prune_snapshots(connection) == 2
    kept = connection.execute("SELECT cell, seq FROM monitor_snapshot ORDER BY 1, 2").fetchall()
    assert kept == [(1, 3), (1, 4), (1, 5), (2, 10), (2, 11)]
