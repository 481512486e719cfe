"""What is left for an SOS when the disk under the database is full? Some room kept for it, given back when it is needed.

The room is an unlogged table (`log_reserve`). When the server says that its disk is full, the table is dropped, and
until it can be filled again only signals are stored: fixes are refused, for whose sender keeps them (design, rule 11).
It cannot help where the write-ahead log lies on another disk that is full: watch that one too (docs/operations.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

import psycopg

_log = logging.getLogger("egide.gateway.reserve")

BYTES = 32 * 1024 * 1024  # hours of signals; the log of a day of fixes is a hundred times that
PAGE = 8192
ROW_BYTES = 7_600  # one row a page
FIRST_S = 20.0  # a gateway that only just started has better things to do
EVERY_S = 15.0

_SIZE = "SELECT coalesce(pg_relation_size(to_regclass('log_reserve')), 0)"
# Not TRUNCATE: that begins a new file, for which a disk that is full to the last page has no room.
_GIVE_BACK = "DROP TABLE IF EXISTS log_reserve"
_MAKE = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS log_reserve (filler bytea NOT NULL);"
    " ALTER TABLE log_reserve ALTER COLUMN filler SET STORAGE PLAIN"
)
_LOCK = "SELECT pg_try_advisory_xact_lock(1162298706)"
_FILL = "INSERT INTO log_reserve SELECT convert_to(repeat('x', %s), 'UTF8') FROM generate_series(1, %s)"


class Reserve:
    """The reserve of one database, looked after from the gateway's event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._task: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self.is_used = False  # given back, and not filled again: signals only

    def start(self) -> None:
        """Begins to look after it."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Lets go; the reserve stays as it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def use(self) -> None:
        """The disk is full: give the room back, now."""
        if not self.is_used:
            _log.error("The disk of the database is full. Only signals are stored; free some space.")
        self.is_used = True
        self._asked.set()

    async def _run(self) -> None:
        pause = FIRST_S
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), pause)
            pause = EVERY_S
            asked = self._asked.is_set()
            self._asked.clear()
            try:
                await (self._give_back() if asked else self._fill())
            except (psycopg.Error, OSError) as error:
                # The kind only. Whatever it was, the next round tries again.
                _log.warning("The reserve could not be looked after: %s.", type(error).__name__)
                if asked:
                    self._asked.set()
                    await asyncio.sleep(0.2)

    async def _give_back(self) -> None:
        async with await self._connect() as connection:
            await connection.execute(_GIVE_BACK)

    async def _fill(self) -> None:
        async with await self._connect() as connection:
            try:
                async with connection.transaction():
                    lock = await (await connection.execute(_LOCK)).fetchone()
                    if lock is None or not lock[0]:
                        return  # another gateway is at it
                    row = await (await connection.execute(_SIZE)).fetchone()
                    missing = BYTES - (row[0] if row else 0)
                    if missing > 8 * PAGE:
                        await connection.execute(_MAKE)
                        await connection.execute(_FILL, (ROW_BYTES, missing // PAGE))
            except psycopg.errors.DiskFull:
                self.is_used = True
                await connection.execute(_GIVE_BACK)  # what did not fit was left behind in pages
                return
        if self.is_used:
            _log.warning("The disk of the database has room again.")
            self.is_used = False

    async def _connect(self) -> psycopg.AsyncConnection[tuple[int, ...]]:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=2, application_name="egide gateway reserve"
        )
        await connection.execute("SET lock_timeout = '2s'; SET statement_timeout = '20s'")
        return connection
