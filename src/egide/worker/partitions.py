"""Which days of the raw log exist as partitions, and which are old enough to go?

The alarm path appends to the log all the time, so nothing here holds a strong lock for longer than an
instant: a statement gives up after a moment and is tried again at the next round. Nothing is dropped that a
monitor would still need to rebuild its state: only frames before its cursor and before its newest snapshot.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from psycopg import Connection, sql

AHEAD_DAYS = 3  # a worker that is down for two days costs nothing

_PRESENT = """
    SELECT c.relname::text AS name, to_date(right(c.relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'log_frame'::regclass AND c.relname ~ '^log_frame_[0-9]{8}$'
"""

_WANTED = """
    SELECT n, 'log_frame_' || to_char(day, 'YYYYMMDD'), day::text, (day + 1)::text
    FROM generate_series(0, %s) n, LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date + n AS day) d
    WHERE n > 0 OR NOT EXISTS (SELECT FROM log_frame_rest r WHERE r.day = d.day)
"""

# Before this number a cell's frames live on as conclusions and in a snapshot; the frame itself proves to a starting
# monitor that the log is the one it knows. Without a snapshot, all are needed.
_EXPENDABLE = """
    SELECT h.cell,
           coalesce(least(l.seq, (SELECT max(s.seq) FROM monitor_snapshot s WHERE s.cell = h.cell)), 0) AS seq
    FROM log_head h LEFT JOIN monitor_lease l USING (cell)
"""

_OLD = sql.SQL("SELECT name FROM ({present}) p WHERE day < (now() AT TIME ZONE 'UTC')::date - %s ORDER BY day")

_NEEDED = sql.SQL(
    "SELECT EXISTS (SELECT FROM {part} f LEFT JOIN ({expendable}) e USING (cell) WHERE f.seq >= coalesce(e.seq, 0))"
)

_DELETE_REST = sql.SQL("""
    DELETE FROM log_frame_rest WHERE ctid = ANY (ARRAY(
        SELECT f.ctid FROM log_frame_rest f JOIN ({expendable}) e USING (cell)
        WHERE f.seq < e.seq AND f.day < (now() AT TIME ZONE 'UTC')::date - %s LIMIT 5000))
""")


def make_ahead(connection: Connection[Any]) -> int:
    """Makes the partitions of today and the coming days where they are missing; gives how many are new.

    Today's only while the default partition holds no frame of today, as right after the first migration.
    """
    _drop_leftover_checks(connection)
    present = {name for name, _ in connection.execute(_PRESENT)}
    wanted = connection.execute(_WANTED, [AHEAD_DAYS]).fetchall()
    missing = [row for row in wanted if row[1] not in present]
    for days_off, name, day, after in missing:
        part, start, end = sql.Identifier(name), sql.Literal(day), sql.Literal(after)
        make = sql.SQL("CREATE TABLE IF NOT EXISTS {} (LIKE log_frame INCLUDING ALL)").format(part)
        attach = sql.SQL("ALTER TABLE log_frame ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
        with _brief(connection):
            connection.execute(make)
        # The check refuses that day's frames until it is dropped. Were we killed in between, it must be
        # noticed before the day comes: so not for today and tomorrow.
        ruled_out = _ruled_out(connection, name, start, end) if days_off > 1 else contextlib.nullcontext()
        with ruled_out, _brief(connection):
            connection.execute(attach.format(part, start, end))
    return len(missing)


def drop_old(connection: Connection[Any], keep_days: int) -> int:
    """Drops whole days older than `keep_days` that no monitor needs, and such frames of the default
    partition.

    Gives how many partitions were dropped and frames deleted, together.
    """
    done = 0
    expendable = sql.SQL(_EXPENDABLE)
    old = connection.execute(_OLD.format(present=sql.SQL(_PRESENT)), [keep_days]).fetchall()
    for (name,) in old:
        part = sql.Identifier(name)
        if connection.execute(_NEEDED.format(part=part, expendable=expendable)).fetchone() == (False,):
            with _brief(connection):
                connection.execute(sql.SQL("ALTER TABLE log_frame DETACH PARTITION {}").format(part))
            connection.execute(sql.SQL("DROP TABLE {}").format(part))
            done += 1
    while deleted := connection.execute(_DELETE_REST.format(expendable=expendable), [keep_days]).rowcount:
        done += deleted
    return done


@contextlib.contextmanager
def _brief(connection: Connection[Any]) -> Iterator[None]:
    """A transaction that neither waits for nor holds a lock for long: appends queue behind it meanwhile."""
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '200ms'")
        connection.execute("SET LOCAL statement_timeout = '1s'")
        yield


@contextlib.contextmanager
def _ruled_out(connection: Connection[Any], name: str, start: sql.Literal, end: sql.Literal) -> Iterator[None]:
    """Within it the default partition is known to hold no frame of the day, so that attaching need not scan
    it.

    The scan, under a strong lock, would hold every append back; validating a check takes a weak one.
    """
    check = sql.Identifier(f"not_in_{name}")
    add = sql.SQL("ALTER TABLE log_frame_rest ADD CONSTRAINT {} CHECK (day < {} OR day >= {}) NOT VALID")
    with _brief(connection):
        connection.execute(add.format(check, start, end))
    try:
        connection.execute(sql.SQL("ALTER TABLE log_frame_rest VALIDATE CONSTRAINT {}").format(check))
        yield
    finally:
        _drop_leftover_checks(connection)


def _drop_leftover_checks(connection: Connection[Any]) -> None:
    names = connection.execute(
        "SELECT conname::text FROM pg_constraint"
        " WHERE conrelid = 'log_frame_rest'::regclass AND starts_with(conname, 'not_in_log_frame_')"
    ).fetchall()
    for (name,) in names:
        drop = sql.SQL("ALTER TABLE log_frame_rest DROP CONSTRAINT IF EXISTS {}").format(sql.Identifier(name))
        with _brief(connection):
            connection.execute(drop)
