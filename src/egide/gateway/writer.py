"""Writes one frame into PostgreSQL: the log, and for a TGD its alarm and sealed positions, in one transaction.

It owns one connection, made again after any failure. It decides no retry and answers nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg

from egide.core.messages import Flag
from egide.gateway.intake import Entry
from egide.gateway.metrics import Metrics
from egide.gateway.tgd_gate import TgdGate
from egide.log.frames import RECORD, encode_packed
from egide.log.postgres import append_async, make_durable_async

_FLAGS_AT = 1  # bytes into a record, as RECORD has it
_EXTRA_AT = 4

# A connection that was given up may leave its statement behind in the server, waiting; not for ever.
_SESSION = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '5s'"
_PATIENCE = "SET LOCAL lock_timeout = '5s'"  # again, after the gate's own

_LOCK_HEAD = "SELECT 1 FROM log_head WHERE cell = %s FOR UPDATE"
_LAST_COUNTER = "SELECT counter FROM log_source WHERE cell = %s AND source = %s"


class PostgresWriter:
    """The gateway's way into the log of one cell, under the name `source`."""

    def __init__(self, url: str, cell: int, source: str, keep_days: int, metrics: Metrics) -> None:
        self._url, self._cell, self._source = url, cell, source
        self._gate, self._metrics = TgdGate(keep_days), metrics
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def write(self, counter: int, entries: list[Entry], is_retry: bool) -> None:
        """Appends one frame under `counter`; on disk when it returns. Raises psycopg.Error or OSError."""
        async with self._borrowed() as connection:
            if self._gate.concerns(entries):
                await self._write_with_tgd(connection, counter, entries, is_retry)
            else:
                await append_async(connection, self._cell, self._source, counter, body_of(entries))

    async def ping(self) -> None:
        """Returns if the database answers. Raises psycopg.Error or OSError."""
        async with self._borrowed() as connection:
            await connection.execute("SELECT 1")

    async def close(self) -> None:
        """Closes the connection; the next write makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await _close(connection)

    @contextlib.asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """The connection, for one piece of work; it comes back only if that went well.

        Work that was given up may hold its connection for a while longer: the next piece must not wait for it.
        """
        connection, self._connection = self._connection, None
        is_new = connection is None
        if connection is None:
            connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=2, application_name="egide gateway"
            )
        try:
            if is_new:
                await connection.execute(_SESSION)
                await make_durable_async(connection)
            yield connection
        except BaseException:
            await _close(connection)
            raise
        self._connection = connection

    async def _write_with_tgd(
        self, connection: psycopg.AsyncConnection[Any], counter: int, entries: list[Entry], is_retry: bool
    ) -> None:
        """The order of locks is alarms first, the end of the log last, as the web has it too."""
        is_copy = False
        async with connection.transaction():
            # A signal goes on without its position and its alarm: better no place than no signal.
            opened, faults = await self._gate.pass_frame(connection, entries)
            if faults:
                self._metrics.tgd_failures.inc()
            await connection.execute(_PATIENCE)
            if is_retry and await self._is_stored(connection, counter):
                # The first attempt succeeded unheard, its alarms and positions with it: these would be copies.
                is_copy = True
                raise psycopg.Rollback
            await append_async(connection, self._cell, self._source, counter, body_of(entries))
        if not is_copy:
            self._gate.settled(opened)

    async def _is_stored(self, connection: psycopg.AsyncConnection[Any], counter: int) -> bool:
        await connection.execute(_LOCK_HEAD, (self._cell,))  # the attempt may be under way still: wait for it
        cursor = await connection.execute(_LAST_COUNTER, (self._cell, self._source))
        row = await cursor.fetchone()
        return row is not None and row[0] >= counter


async def _close(connection: psycopg.AsyncConnection[Any]) -> None:
    with contextlib.suppress(psycopg.Error, OSError):
        await connection.close()


def body_of(entries: Sequence[Entry]) -> bytes:
    """The body of the frame of `entries`, in their order; records whose position was sealed say so."""
    parts: list[bytes] = []
    extras: list[dict[str, Any]] = []
    for entry in entries:
        records = entry.records
        if entry.sealed or (entry.extras and extras):
            records = _adapted(records, len(extras), bool(entry.sealed))
        extras += entry.extras
        parts.append(records)
    return encode_packed(b"".join(parts), extras)


def _adapted(records: bytes, extras_before: int, sealed: bool) -> bytes:
    changed = bytearray(records)
    for at in range(0, len(changed), RECORD.size):
        if sealed:
            changed[at + _FLAGS_AT] |= Flag.SEALED_POSITION
        extra = int.from_bytes(changed[at + _EXTRA_AT : at + _EXTRA_AT + 4], "little", signed=True)
        if extra >= 0:
            changed[at + _EXTRA_AT : at + _EXTRA_AT + 4] = (extra + extras_before).to_bytes(4, "little")
    return bytes(changed)
