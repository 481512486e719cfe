"""Positions of measures do not outlive the raw log."""

from __future__ import annotations

import psycopg

from egide.worker.erasure import erase_positions

INSERT = (
    "INSERT INTO console_position (frame_seq, idx, device_id, device_time_ms, stream_time_ms, lat_e7, lon_e7, committed_at)"
    " VALUES (%s, 0, 1, 0, 0, 0, 0, now() - make_interval(days => %s))"
)


def test_a_position_older_than_the_raw_log_is_erased_and_a_younger_one_is_not(full_url: str) -> None:
    with psycopg.connect(full_url, autocommit=True) as connection:
        for seq, age_days in enumerate((1, 29, 31, 400), 1):
            connection.execute(INSERT, (seq, age_days))
        assert erase_positions(connection, 30) == 2
        kept = connection.execute("SELECT frame_seq FROM console_position ORDER BY 1").fetchall()
        assert kept == [(1,), (2,)]
        assert erase_positions(connection, 30) == 0


def test_a_database_with_the_logs_tables_only_has_nothing_to_erase(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert erase_positions(connection, 30) == 0
