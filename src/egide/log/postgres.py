"""The log in PostgreSQL: functions for use in somebody's transaction, and `PostgresLog`, which has its own.

The schema's function `egide_log_append` gives the order and recognises a repeat; nothing here does that
again. LISTEN only wakes: a reader that polls misses nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from egide.log.interface import Head, LogFrame

CHANNEL = "egide_log"

_APPEND = "SELECT egide_log_append(%s, %s, %s, %s)"
# The length of a body is known without reading it.
_READ = """
SELECT seq, source, counter, hash, body FROM (
    SELECT seq, source, counter, hash, body, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM log_frame WHERE cell = %s AND seq > %s ORDER BY seq LIMIT %s
) AS f WHERE before < %s ORDER BY seq
"""
MOST_BYTES = 1 << 40
_HEAD = "SELECT incarnation, seq, hash FROM log_head WHERE cell = %s"

# A server set to answer before the disk did would break the first promise (2xx is on disk).
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)

# Whoever holds the end of the log, or the number of the screens, and falls silent holds up every alarm. A process that
# freezes in the middle of a transaction loses it after so long.
_LETS_GO = "SET idle_in_transaction_session_timeout = '2s'"


class NoSuchCell(LookupError):  # noqa: N818 - reads as what it is
    """The cell has no log in this database; `egide migrate` makes it."""


def append(connection: psycopg.Connection[Any], cell: int, source: str, counter: int | None, body: bytes) -> int:
    """Appends in the caller's transaction (durable when that commits) and answers the sequence number.

    The end of the log stays locked until then: append last, and commit at once.
    """
    return _number(connection.execute(_APPEND, (cell, source, counter, body), binary=True).fetchone())


async def append_async(
    connection: psycopg.AsyncConnection[Any], cell: int, source: str, counter: int | None, body: bytes
) -> int:
    """`append` for a process that runs on asyncio."""
    cursor = await connection.execute(_APPEND, (cell, source, counter, body), binary=True)
    return _number(await cursor.fetchone())


def read(
    connection: psycopg.Connection[Any], cell: int, after_seq: int, limit: int, most_bytes: int = MOST_BYTES
) -> list[LogFrame]:
    """At most `limit` frames of the cell after `after_seq`, in order; none after they hold `most_bytes`."""
    cursor = connection.execute(_READ, (cell, after_seq, limit, most_bytes), binary=True)
    return [LogFrame(*row) for row in cursor]


def head(connection: psycopg.Connection[Any], cell: int) -> Head:
    """Where the cell's log ends. Raises NoSuchCell."""
    row = connection.execute(_HEAD, (cell,), binary=True).fetchone()
    if row is None:
        raise NoSuchCell(f"Cell {cell} has no log in this database; run `egide migrate`.")
    return Head(*row)


def clock_ms(connection: psycopg.Connection[Any]) -> int:
    """Milliseconds since 1970 by the database's clock: the one clock of a cell. A process whose own is wrong must not
    move log time, on which every silence depends."""
    return _number(connection.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").fetchone())


def make_durable(connection: psycopg.Connection[Any]) -> None:
    """Commits of this connection wait for the disk, even where the server's default is not to."""
    connection.execute(_DURABLE)


def let_go(connection: psycopg.Connection[Any]) -> None:
    """Transactions of this connection are ended when nothing comes from here for two seconds: a frozen process must not
    hold up the others."""
    connection.execute(_LETS_GO)


async def make_durable_async(connection: psycopg.AsyncConnection[Any]) -> None:
    """`make_durable` for asyncio."""
    await connection.execute(_DURABLE)


def _number(row: tuple[Any, ...] | None) -> int:
    assert row is not None
    return int(row[0])


class PostgresLog:
    """The `Log` of one cell over two connections of its own (one is made when somebody first waits).

    Every method raises psycopg.OperationalError when the server is away; `close` and make a new one.
    """

    def __init__(
        self,
        url: str,
        cell: int = 1,
        connect: Callable[..., psycopg.Connection[Any]] = psycopg.connect,
    ) -> None:
        self._url, self._cell, self._connect = url, cell, connect
        self._listener: psycopg.Connection[Any] | None = None
        self._connection = connect(url, autocommit=True)
        make_durable(self._connection)

    def __enter__(self) -> PostgresLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, source: str, counter: int | None, body: bytes) -> int:
        """See `Log.append`. Raises psycopg.errors.RaiseException for a cell without a log."""
        return append(self._connection, self._cell, source, counter, body)

    def read(self, after_seq: int, limit: int, most_bytes: int = MOST_BYTES) -> list[LogFrame]:
        """See `Log.read`."""
        return read(self._connection, self._cell, after_seq, limit, most_bytes)

    def head(self) -> Head:
        """See `Log.head`. Raises NoSuchCell."""
        return head(self._connection, self._cell)

    def clock_ms(self) -> int:
        """The database's clock, in milliseconds since 1970."""
        return clock_ms(self._connection)

    def wait(self, timeout: float) -> bool:
        """See `Log.wait`. The first call answers True at once: nobody announces what came before it."""
        if self._listener is None:
            self._listener = self._connect(self._url, autocommit=True)
            self._listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            return True
        return any(True for _ in self._listener.notifies(timeout=timeout, stop_after=1))

    def close(self) -> None:
        """Closes both connections."""
        self._connection.close()
        if self._listener is not None:
            self._listener.close()
