"""Collects entries for a few milliseconds into one frame, appends it, and only then lets anybody answer.

An append whose outcome is unknown is tried again under the same (source, counter), which changes nothing if it had
succeeded. Every entry is settled within WAIT_S. While PostgreSQL is away plain fixes are shed; whoever sent a signal
is told 503 too, and the signal is kept in memory and appended as soon as that is possible. How a frame is written
stands in `writer.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
import uuid
from collections import deque
from collections.abc import Coroutine
from typing import Any, Protocol

from egide.gateway.intake import Entry
from egide.gateway.metrics import Metrics

_log = logging.getLogger("egide.gateway.batcher")

WAIT_S = 2.5  # after so long a message is answered 503
_ATTEMPT_S = 2.0  # so long one attempt to append may take
_SHED_AT_ONCE_S = 1.0  # PostgreSQL is away for so long: plain messages need not wait to hear it
_SWEEP_S = 0.1
_PAUSES_S = (0.0, 0.05, 0.1, 0.25)  # before the second attempt, the third … then the last one again and again

_DISK_FULL = "53100"

FRAME_ENTRIES = 2_000
FRAME_RECORDS = 20_000  # a relay's whole body; what comes behind it waits for milliseconds
PLAIN_ENTRIES = 20_000  # plain messages wait in the queue up to this length
PLAIN_RECORDS = 400_000  # and no more than this many records: a relay's entry holds thousands
ALL_ENTRIES = 100_000  # signals up to this one: a bound on memory that no real day comes near


class Reserve(Protocol):
    """Room kept for signals (`reserve.py`). `is_used` while it was given back and the disk is full."""

    is_used: bool

    def start(self) -> None:
        """Begins to look after it."""

    async def stop(self) -> None:
        """Lets go."""

    def use(self) -> None:
        """The disk is full: give the room back."""


class Writer(Protocol):
    """Writes frames, each in one transaction. Any exception means: not known to be stored."""

    async def write(self, counter: int, entries: list[Entry], is_retry: bool) -> None:
        """Appends one frame of `entries` under `counter`; returns once it is on disk."""

    async def ping(self) -> None:
        """Returns if the database answers."""

    async def close(self) -> None:
        """Lets go of the connection, whatever its state."""


def new_source() -> str:
    """The name under which one start of a gateway appends."""
    return f"gateway-{uuid.uuid4()}"


class Batcher:
    """The queue between the listeners and the log. One append is under way at a time."""

    def __init__(self, writer: Writer, batch_s: float, metrics: Metrics, reserve: Reserve | None = None) -> None:
        self._writer, self._batch_s, self._metrics, self._reserve = writer, batch_s, metrics, reserve
        self._queue: deque[Entry] = deque()
        self._waiting = 0  # records in the queue
        self._kept: list[Entry] = []  # signals whose sender was told 503 already
        self._writing: list[Entry] = []
        self._counter = itertools.count(1)
        self._away_since: float | None = None
        self._wake = asyncio.Event()
        self._closing = False
        self._tasks: list[asyncio.Task[None]] = []
        self._abandoned: set[asyncio.Task[None]] = set()

    @property
    def is_away(self) -> bool:
        """True while appending does not work."""
        return self._away_since is not None

    @property
    def _is_full(self) -> bool:
        """True while the disk of the database has room for signals only."""
        return self._reserve is not None and self._reserve.is_used

    def start(self) -> None:
        """Starts the loop and the sweep. Call it on the event loop."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._sweep())]
        if self._reserve is not None:
            self._reserve.start()

    async def close(self) -> None:
        """Takes nothing more, stores what waits if that is possible, and stops; within WAIT_S."""
        self._closing = True
        self._wake.set()
        ends = time.monotonic() + WAIT_S
        while (self._queue or self._writing or self._kept) and time.monotonic() < ends:
            await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        left = [*self._writing, *self._kept, *self._queue]
        for entry in left:
            _settle(entry, False)
        if left:
            _log.error("Stopped with %d messages that were not stored; their senders were told so.", len(left))
        if self._reserve is not None:
            await self._reserve.stop()
        await self._writer.close()

    def submit(self, entry: Entry) -> asyncio.Future[bool]:
        """Queues an entry. The future is True once it is on disk, False if nobody can say so."""
        now = time.monotonic()
        entry.arrived, entry.deadline = now, now + WAIT_S
        entry.stored = asyncio.get_running_loop().create_future()
        if self._closing or not self._has_room(entry, now):
            self._metrics.shed.labels("yes" if entry.urgent else "no").inc()
            entry.stored.set_result(False)
        else:
            self._queue.append(entry)
            self._waiting += entry.count
            self._wake.set()
        return entry.stored

    def _has_room(self, entry: Entry, now: float) -> bool:
        waiting = len(self._queue) + len(self._kept)
        if entry.urgent:
            return waiting < ALL_ENTRIES
        shed = self._away_since is not None and now - self._away_since > _SHED_AT_ONCE_S
        room = waiting < PLAIN_ENTRIES and self._waiting + entry.count <= PLAIN_RECORDS
        return room and not shed and not self._is_full

    async def _run(self) -> None:
        while True:
            if not (self._queue or self._kept):
                if self._away_since is not None:
                    await self._find_way_back()
                    continue
                self._wake.clear()
                await self._wake.wait()
            if self._queue and not self._closing:
                patience = self._queue[0].arrived + self._batch_s - time.monotonic()
                if patience > 0:
                    await asyncio.sleep(patience)
            await self._append(self._take())

    def _take(self) -> list[Entry]:
        """The next frame: what was kept came first, then the queue in the order of arrival. Of a queue longer than a
        frame signals are taken first: an SOS waits behind no fix."""
        entries, self._kept = self._kept[:FRAME_ENTRIES], self._kept[FRAME_ENTRIES:]
        if len(self._queue) > FRAME_ENTRIES - len(entries) or self._waiting > FRAME_RECORDS:
            entries += self._signals(FRAME_ENTRIES - len(entries))
        records = sum(entry.count for entry in entries)
        while self._queue and len(entries) < FRAME_ENTRIES:
            records += self._queue[0].count
            if entries and records > FRAME_RECORDS:
                break
            entries.append(self._next())
        self._metrics.queue.set(len(self._queue))
        return entries

    def _next(self) -> Entry:
        entry = self._queue.popleft()
        self._waiting -= entry.count
        return entry

    def _signals(self, most: int) -> list[Entry]:
        """Takes up to `most` signals out of the queue, wherever they stand in it."""
        found = [entry for entry in self._queue if entry.urgent][:most]
        if found:
            taken = set(map(id, found))
            self._queue = deque(entry for entry in self._queue if id(entry) not in taken)
            self._waiting -= sum(entry.count for entry in found)
        return found

    async def _append(self, entries: list[Entry]) -> None:
        counter = next(self._counter)
        self._writing = entries
        for attempt in itertools.count():
            if await self._attempt(counter, entries, is_retry=attempt > 0):
                break
            await asyncio.sleep(_PAUSES_S[min(attempt, len(_PAUSES_S) - 1)])
            # Who was told 503 has the fix again; a signal stays ours. The counter stays too: if the attempt had
            # succeeded after all, the retry changes nothing.
            if self._is_full:
                for entry in entries:
                    if not entry.urgent:
                        self._give_up(entry)
            entries = self._writing = [entry for entry in entries if entry.urgent or not _is_settled(entry)]
            if not entries:
                return
        for entry in entries:
            _settle(entry, True)
        self._metrics.arrival_to_stored.observe(time.monotonic() - min(entry.arrived for entry in entries))
        self._writing = []
        self._metrics.frames.inc()
        self._metrics.records.inc(sum(entry.count for entry in entries))

    async def _attempt(self, counter: int, entries: list[Entry], is_retry: bool) -> bool:
        began = time.monotonic()
        if await self._in_time(self._writer.write(counter, entries, is_retry)):
            self._metrics.append_seconds.observe(time.monotonic() - began)
            self._set_away(False)
            return True
        self._metrics.append_failures.inc()
        self._set_away(True)
        return False

    async def _find_way_back(self) -> None:
        if await self._in_time(self._writer.ping()):
            self._set_away(False)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake_up(), _PAUSES_S[-1])

    async def _wake_up(self) -> None:
        self._wake.clear()
        await self._wake.wait()

    async def _in_time(self, work: Coroutine[Any, Any, None]) -> bool:
        """True if `work` ended well within _ATTEMPT_S. A server that hangs must not hang us, not even while we
        cancel what it does not answer: the task is left behind and ends by itself."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait((task,), timeout=_ATTEMPT_S)
        finally:
            if not task.done():
                task.cancel()
                self._abandoned.add(task)
                task.add_done_callback(self._abandoned.discard)
        if not task.done() or task.cancelled():
            _log.error("PostgreSQL did not answer in %.1f s.", _ATTEMPT_S)
            return False
        failure = task.exception()
        if failure is not None:
            # The kind only: a message could quote what was being stored.
            state = getattr(failure, "sqlstate", None) or "-"
            if state == _DISK_FULL and self._reserve is not None:
                self._reserve.use()
            level = logging.DEBUG if self._away_since is not None else logging.ERROR
            _log.log(level, "PostgreSQL did not take a frame: %s (%s).", type(failure).__name__, state)
        return failure is None

    def _set_away(self, away: bool) -> None:
        if away and self._away_since is None:
            self._away_since = time.monotonic()
            self._metrics.away.set(1)
        elif not away and self._away_since is not None:
            _log.warning("PostgreSQL is back after %.1f s.", time.monotonic() - self._away_since)
            self._away_since = None
            self._metrics.away.set(0)

    async def _sweep(self) -> None:
        """Answers whatever has waited too long, be it queued or being written."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = time.monotonic()
            while self._queue and self._queue[0].deadline <= now:
                entry = self._next()
                self._give_up(entry)
                if entry.urgent:
                    self._kept.append(entry)
            for entry in self._writing:
                if entry.deadline <= now:
                    self._give_up(entry)

    def _give_up(self, entry: Entry) -> None:
        if not _is_settled(entry):
            self._metrics.shed.labels("yes" if entry.urgent else "no").inc()
            _settle(entry, False)


def _is_settled(entry: Entry) -> bool:
    return entry.stored is None or entry.stored.done()


def _settle(entry: Entry, stored: bool) -> None:
    if entry.stored is not None and not entry.stored.done():
        entry.stored.set_result(stored)
