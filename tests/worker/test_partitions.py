"""Days of the raw log: made ahead without holding an append back, dropped when nobody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from egide.worker import partitions

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def _day(connection: Connection, offset: int) -> str:
    row = connection.execute("SELECT to_char((now() AT TIME ZONE 'UTC')::date + %s, 'YYYYMMDD')", [offset]).fetchone()
    assert row
    return str(row[0])


def _frame(connection: Connection, seq: int, offset_days: int, cell: int = 1) -> None:
    connection.execute(
        "INSERT INTO log_frame (cell, seq, day, source, counter, hash, body)"
        " VALUES (%s, %s, %s::date, 'test', %s, '', 'x')",
        [cell, seq, _day(connection, offset_days), seq],
    )


def _seqs(connection: Connection, table: str = "log_frame") -> list[int]:
    return [row[0] for row in connection.execute(f"SELECT seq FROM {table} ORDER BY seq")]


def _judged_up_to(connection: Connection, seq: int, snapshot: int | None, cell: int = 1) -> None:
    connection.execute("UPDATE monitor_lease SET seq = %s WHERE cell = %s", [seq, cell])
    if snapshot is not None:
        connection.execute(
            "INSERT INTO monitor_snapshot (cell, seq, engine, body) VALUES (%s, %s, 'test', '')",
            [cell, snapshot],
        )


def _partition_of(connection: Connection, offset: int) -> None:
    day, after = _day(connection, offset), _day(connection, offset + 1)
    connection.execute(f"CREATE TABLE log_frame_{day} PARTITION OF log_frame FOR VALUES FROM ('{day}') TO ('{after}')")


def test_right_after_the_first_migration_today_and_the_coming_days_get_partitions(
    connection: Connection,
) -> None:
    assert partitions.make_ahead(connection) == 1 + partitions.AHEAD_DAYS
    for seq, offset in enumerate(range(1 + partitions.AHEAD_DAYS), start=1):
        _frame(connection, seq, offset)
        assert _seqs(connection, f"log_frame_{_day(connection, offset)}") == [seq]
    assert _seqs(connection, "log_frame_rest") == []


def test_a_second_round_makes_nothing_new(connection: Connection) -> None:
    partitions.make_ahead(connection)
    assert partitions.make_ahead(connection) == 0


def test_a_log_that_already_holds_frames_of_today_keeps_them_where_they_are(connection: Connection) -> None:
    _frame(connection, 1, 0)
    assert partitions.make_ahead(connection) == partitions.AHEAD_DAYS
    _frame(connection, 2, 1)
    assert _seqs(connection) == [1, 2]
    assert _seqs(connection, "log_frame_rest") == [1]


def test_a_later_day_is_attached_without_scanning_the_default_partition(database_url: str) -> None:
    said: list[str] = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        _frame(connection, 1, 0)
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
        connection.execute("SET client_min_messages = debug1")
        partitions.make_ahead(connection)
    spared = [line for line in said if "implied by existing constraints" in line]
    assert len(spared) == partitions.AHEAD_DAYS - 1  # all but tomorrow


def test_no_check_is_left_that_would_refuse_a_frame(connection: Connection) -> None:
    partitions.make_ahead(connection)
    _frame(connection, 1, 40)
    assert _seqs(connection, "log_frame_rest") == [1]


def test_what_a_killed_worker_left_behind_is_cleaned_up_at_the_next_round(connection: Connection) -> None:
    day, after = _day(connection, 2), _day(connection, 3)
    connection.execute(f"CREATE TABLE log_frame_{day} (LIKE log_frame INCLUDING ALL)")
    connection.execute(
        f"ALTER TABLE log_frame_rest ADD CONSTRAINT not_in_log_frame_{day}"
        f" CHECK (day < '{day}' OR day >= '{after}') NOT VALID"
    )
    assert partitions.make_ahead(connection) == 1 + partitions.AHEAD_DAYS
    _frame(connection, 1, 2)
    assert _seqs(connection, f"log_frame_{day}") == [1]


def test_an_append_in_flight_makes_the_worker_give_up_not_the_append(database_url: str) -> None:
    with (
        psycopg.connect(database_url) as gateway,
        psycopg.connect(database_url, autocommit=True) as connection,
    ):
        gateway.execute("SELECT egide_log_append(1, 'gateway', 1, 'x')")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            partitions.make_ahead(connection)
        gateway.commit()
        assert partitions.make_ahead(connection) == partitions.AHEAD_DAYS
        assert _seqs(connection) == [1]


def test_a_day_past_its_term_goes_and_a_younger_one_stays(connection: Connection) -> None:
    for seq, offset in ((1, -31), (2, -30)):
        _partition_of(connection, offset)
        _frame(connection, seq, offset)
    _judged_up_to(connection, 2, snapshot=2)
    assert partitions.drop_old(connection, keep_days=30) == 1
    assert _seqs(connection) == [2]


def test_the_frame_at_the_cursor_stays_because_it_proves_which_log_this_is(connection: Connection) -> None:
    _partition_of(connection, -90)
    _frame(connection, 1, -90)
    _frame(connection, 2, -60)
    _judged_up_to(connection, 1, snapshot=1)
    assert partitions.drop_old(connection, keep_days=30) == 0
    _judged_up_to(connection, 2, snapshot=2)
    assert partitions.drop_old(connection, keep_days=30) == 1
    assert _seqs(connection) == [2]


@pytest.mark.parametrize(
    ("cursor", "snapshot"),
    [(1, 2), (2, 1), (2, None)],
    ids=["cursor behind", "snapshot behind", "no snapshot"],
)
def test_a_day_that_a_monitor_still_needs_is_kept_however_old(
    connection: Connection, cursor: int, snapshot: int | None
) -> None:
    _partition_of(connection, -90)
    _frame(connection, 1, -90)
    _frame(connection, 2, -90)
    _frame(connection, 3, -90, cell=7)  # a cell nobody has heard of
    _judged_up_to(connection, cursor, snapshot)
    assert partitions.drop_old(connection, keep_days=30) == 0
    assert _seqs(connection) == [1, 2, 3]


def test_old_frames_of_the_default_partition_go_one_by_one(connection: Connection) -> None:
    for seq, offset in ((1, -40), (2, -40), (3, -5), (4, -40), (5, -40)):
        _frame(connection, seq, offset)
    _judged_up_to(connection, 4, snapshot=4)
    assert partitions.drop_old(connection, keep_days=30) == 2
    assert _seqs(connection) == [3, 4, 5]
