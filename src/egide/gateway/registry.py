"""Which devices and forwarding servers exist, and the hash of their keys: a copy, at most a second old.

A thread of its own refreshes it, so that a large registry never holds up an answer. While PostgreSQL is away the
copy keeps answering who somebody is; whether a message can be stored is not decided here. Each refresh measures the
database's clock too, by which the gateway dates what arrives. It never writes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import threading
import time
from typing import Any, NamedTuple

import psycopg

from egide.gateway.clock import StreamClock
from egide.gateway.limits import Bucket
from egide.gateway.numbers import Directory, directory

_log = logging.getLogger("egide.gateway.registry")

_LOOK_UP_S = 1.0  # how long one fresh look-up may take
_STALE_S = 3.0  # a copy that was not confirmed for so long means that PostgreSQL is away
_SETTLE_S = 0.05  # changes in a row are fetched together
_ABSENT_S = 2.0  # a name that was looked up and not found is not looked up again for so long
_ABSENT_NAMES = 10_000

# A number that changes whenever a row does, so that the rows themselves travel only then.
_FINGERPRINT = """
SELECT (SELECT count(*)::text || ':' || coalesce(sum(hashtextextended(
            ROW(id, identifier, kind, feed_id, key_hash)::text, 0)::numeric), 0)::text FROM registry_device)
    || '/' ||
       (SELECT count(*)::text || ':' || coalesce(sum(hashtextextended(
            ROW(id, key_hash)::text, 0)::numeric), 0)::text FROM registry_feed)
"""
_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000"
_DEVICES = "SELECT identifier, id, kind, feed_id, key_hash FROM registry_device"
_FEEDS = "SELECT key_hash, id FROM registry_feed"
# The monitor leaves something out, or has not judged anything for a while although one did before.
_BEHIND = """
SELECT EXISTS (SELECT FROM monitor_shed WHERE ended_at IS NULL)
    OR EXISTS (SELECT FROM monitor_lease WHERE judged_at < clock_timestamp() - make_interval(secs => %s))
"""
_JUDGES_S = 10  # longer than any takeover


class Device(NamedTuple):
    """What the gateway needs to know of one device."""

    id: int
    kind: str
    feed_id: int | None
    key_hash: bytes


class RegistryAway(Exception):  # noqa: N818 - reads as what it is
    """A name is not in the copy, and PostgreSQL cannot be asked now: nobody can say whether it exists."""


class Registry:
    """The copy. `devices`, `feeds` (by hash of the key) and `clock` may be read at any time from any thread."""

    def __init__(self, url: str, refresh_s: float = 1.0, clock: StreamClock | None = None) -> None:
        self.clock = clock or StreamClock()
        self.devices: dict[str, Device] = {}
        self.feeds: dict[bytes, int] = {}
        self.directory: Directory = directory(())
        self.is_behind = False  # the monitor cannot keep up: what can wait should not be handed to it now
        self.confirmed_at = float("-inf")  # time.monotonic() of the last successful refresh
        self._url, self._refresh_s = url, refresh_s
        self._fingerprint: str | None = None
        self._stop = False
        self._thread: threading.Thread | None = None
        self._wake_read, self._wake_write = os.pipe()
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._absent: dict[str, float] = {}
        self._look_ups = Bucket(40, 20)

    # For the event loop

    def start(self) -> None:
        """Starts refreshing; returns at once. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="registry", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops refreshing. Does not wait for a server that no longer answers."""
        self._stop = True
        os.write(self._wake_write, b"x")
        if self._thread is not None:
            self._thread.join(2)
            if self._thread.is_alive():
                return
        os.close(self._wake_read)
        os.close(self._wake_write)

    @property
    def is_loaded(self) -> bool:
        """True once the tables were read; stays true when PostgreSQL goes away."""
        return self.confirmed_at > float("-inf")

    def is_fresh(self) -> bool:
        """True while PostgreSQL answers."""
        return time.monotonic() - self.confirmed_at < _STALE_S

    async def look_up(self, identifier: str) -> Device | None:
        """The device, asking PostgreSQL if the copy does not know the name.

        None: it does not exist, or too many unknown names were asked for lately. Raises RegistryAway.
        """
        device = self.devices.get(identifier)
        if device is not None:
            return device
        now = time.monotonic()
        if now < self._absent.get(identifier, 0):
            return None
        if not self.is_fresh():
            raise RegistryAway
        if not self._look_ups.take(now):
            return None
        assert self._loop is not None
        answer = self._asked.get(identifier)
        if answer is None:
            answer = self._asked[identifier] = self._loop.create_future()
            os.write(self._wake_write, b"x")
        try:
            await asyncio.wait_for(asyncio.shield(answer), _LOOK_UP_S)
        except TimeoutError:
            raise RegistryAway from None
        finally:
            self._asked.pop(identifier, None)
        device = self.devices.get(identifier)
        if device is None:
            if len(self._absent) >= _ABSENT_NAMES:
                self._absent.clear()
            self._absent[identifier] = now + _ABSENT_S
        return device

    # The thread

    def _run(self) -> None:
        complained = False
        while not self._stop:
            try:
                with psycopg.connect(
                    self._url, autocommit=True, connect_timeout=2, application_name="egide gateway registry"
                ) as connection:
                    connection.execute("LISTEN egide_registry")
                    connection.add_notify_handler(lambda notify: None)  # woken is all we need to be
                    self._follow(connection)
                    complained = False
            except psycopg.Error as error:
                if not complained:
                    _log.warning("The registry cannot be read (%s); trying on.", type(error).__name__)
                complained = True
                self._pause(0.25)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        while not self._stop:
            self._answer(connection)
            self._refresh(connection)
            self._pause(self._refresh_s, connection.fileno())
            if not self._asked:
                time.sleep(_SETTLE_S)

    def _pause(self, seconds: float, *descriptors: int) -> None:
        """Waits for a notification, a question or the time to pass."""
        ready, _, _ = select.select([self._wake_read, *descriptors], [], [], seconds)
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)

    def _refresh(self, connection: psycopg.Connection[Any]) -> None:
        asked_at = time.monotonic()
        self._measure_clock(connection)  # first: no device is known before the time is
        row = connection.execute(_FINGERPRINT).fetchone()
        assert row is not None
        if row[0] != self._fingerprint:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                devices = connection.execute(_DEVICES, binary=True).fetchall()
                feeds = connection.execute(_FEEDS, binary=True).fetchall()
            self.devices = {row[0]: _device(row) for row in devices}
            self.feeds = {bytes(key_hash): number for key_hash, number in feeds if key_hash}
            self.directory = directory(self.devices.values())
            self._fingerprint = row[0]
        behind = connection.execute(_BEHIND, (_JUDGES_S,)).fetchone()
        self.is_behind = behind is not None and bool(behind[0])
        self.confirmed_at = asked_at

    def _measure_clock(self, connection: psycopg.Connection[Any]) -> None:
        asked = self.clock.local_ms()
        row = connection.execute(_CLOCK).fetchone()
        answered = self.clock.local_ms()
        assert row is not None
        self.clock.measure(asked, row[0], answered)

    def _answer(self, connection: psycopg.Connection[Any]) -> None:
        """Fetches the names that were asked for, and wakes who asked."""
        asked = self._asked.copy()
        if not asked:
            return
        rows = connection.execute(_DEVICES + " WHERE identifier = ANY(%s)", (list(asked),), binary=True).fetchall()
        for row in rows:
            self.devices[row[0]] = _device(row)
        assert self._loop is not None
        for answer in asked.values():
            self._loop.call_soon_threadsafe(_settle, answer)


def _device(row: tuple[Any, ...]) -> Device:
    _, number, kind, feed, key_hash = row
    return Device(number, kind, feed, bytes(key_hash or b""))


def _settle(answer: asyncio.Future[None]) -> None:
    if not answer.done():
        answer.set_result(None)
