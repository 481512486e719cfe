"""What must every open console be told, as soon as it is committed? One listener per process, one queue per console.

A thread with one database connection waits for `egide_screen` and polls every second all the same, reads what is new,
words it once per language and hands it to the event loops. It holds no truth: a console that misses something finds
out by a number or a hash and fetches the state again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import translation
from prometheus_client import Histogram

from egide.web.console import audience, barred, present
from egide.web.console.cases import cases_of, open_cases
from egide.web.console.models import Screen

log = logging.getLogger("egide.web.hub")

TO_SCREEN = Histogram(
    "egide_web_seconds_from_incident_to_screen",
    "From the beginning of the transaction in which an incident opened or rang until it was worded for the consoles",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30),
)
LISTENS = "egide room"  # the name of the connection while consoles are served: the auditor looks for it
POLL_S = 1.0
HEARTBEAT_S = 3.0
BATCH = 500
QUEUE = 256  # a console this far behind is cut; it reconnects and catches up by number
IDLE_S = 10.0  # the thread ends when nobody has listened for this long
Reader = tuple[str, int]  # a language with its audience, and who reads
MOVING = 100  # of how many incidents, the most urgent first, places are followed second by second


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event, as text, by language; `own` holds what somebody gets instead who is barred from a case."""

    kind: str
    seq: int | None
    data: dict[str, str]
    own: dict[tuple[str, int], str] = field(default_factory=dict)

    def text(self, language: str, user: int) -> str:
        """The event as it goes over the line; empty where there is nothing to say to this reader."""
        said = self.own.get((language, user), self.data.get(language, ""))
        number = "" if self.seq is None else f"id: {self.seq}\n"
        return f"{number}event: {self.kind}\ndata: {said}\n\n" if said else ""


@dataclass(eq=False, slots=True)
class Subscription:
    """One console; `language` with its audience (`audience.of`). `base` is the last number published before it joined: what comes later is in the queue."""

    loop: asyncio.AbstractEventLoop
    language: str
    user: int
    base: int
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, event: Event) -> None:
        """Adds an event, in the console's own loop; a full queue is emptied and closed."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(event)


def fnv1a(text: str) -> str:
    """FNV-1a, 32 bits, as hex: small enough to stand in the page's script too. No secret rests on it."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"


SPOKEN = ("opened", "ring", "closed")  # what screens tell apart; all the rest is "changed"


def change(screen: Screen, row: dict[str, Any] | None) -> str:
    """The data of a change; `change` says of which sort, `incident` is null when there is nothing to show of it."""
    sort = screen.change if screen.change in SPOKEN else "changed"
    return json.dumps({"seq": screen.seq, "change": sort, "incident": row}, ensure_ascii=False)


class Hub:
    """The fan-out of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._last: int | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    async def subscribe(self, language: str, user: int) -> Subscription:
        """Joins the calling loop. Raises TimeoutError when the database is away."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(4):
            while True:
                with self._lock:
                    self._ensure_thread()
                    if self._last is not None:
                        joined = Subscription(loop, language, user, self._last)
                        self._subscriptions.add(joined)
                        return joined
                await asyncio.sleep(0.02)

    def leave(self, subscription: Subscription) -> None:
        """The console is gone."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def stop(self) -> None:
        """Ends the thread; the next subscription starts another."""
        self._stopping.set()
        thread = self._thread
        if thread is not None:
            thread.join(5)

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._stopping.clear()
            self._last = None
            self._thread = threading.Thread(target=self._run, name="console-hub", daemon=True)
            self._thread.start()

    def _publish(self, events: list[Event], last: int) -> None:
        """Hands events over and moves the mark in one step, so that nobody joins in between."""
        with self._lock:
            self._last = last
            for event in events:
                for subscription in self._subscriptions:
                    try:
                        subscription.loop.call_soon_threadsafe(subscription.offer, event)
                    except RuntimeError:  # its loop has closed: the server is stopping
                        continue

    def _readers(self) -> set[Reader]:
        with self._lock:
            return {(subscription.language, subscription.user) for subscription in self._subscriptions}

    def _run(self) -> None:
        idle_since = time.monotonic()
        try:
            while not self._stopping.is_set():
                try:
                    idle_since = self._listen(idle_since)
                    return
                except Exception as error:  # the database went away, or worse: consoles turn red, we try again
                    log.error("the console's listener stopped (%s), trying again", type(error).__name__)
                    connection.close()
                    self._stopping.wait(POLL_S)
        finally:
            connection.close()

    def _listen(self, idle_since: float) -> float:
        """Listens on one connection until stopped or idle. Raises whatever the database raises."""
        connection.ensure_connection()
        raw = connection.connection
        assert raw is not None
        try:
            raw.execute(f"SET application_name = '{LISTENS}'")
            raw.execute("LISTEN egide_screen")
            return self._follow(raw, idle_since)
        finally:  # whoever gets this connection from the pool next is told of no screens, nor taken for a listener
            with suppress(Exception):
                raw.execute("UNLISTEN *")
                raw.execute("RESET application_name")

    def _follow(self, raw: Any, idle_since: float) -> float:
        follower = Follower()
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM console_screenhead")
            head = cursor.fetchone()[0]
        last = head if self._last is None else self._last
        self._publish([], last)
        next_heartbeat = next_live = 0.0
        while not self._stopping.is_set():
            now = time.monotonic()
            readers = self._readers()
            if readers:
                idle_since = now
            elif now - idle_since > IDLE_S:
                return idle_since
            events, last, more = follower.changes(last, readers)
            self._publish(events, last)
            if more:
                continue
            if now >= next_heartbeat and (beat := follower.heartbeat(last, readers)) is not None:
                self._publish([beat], last)
                next_heartbeat = now + HEARTBEAT_S
            if now >= next_live and readers:
                self._publish(follower.live(readers), last)
                next_live = now + POLL_S
            for _notice in raw.notifies(timeout=POLL_S, stop_after=1):
                pass
        return idle_since


# One statement, so that number and versions are of one instant. The last column says for how many milliseconds
# nothing was judged; a monitor that never ran counts as for ever. Holding the lease is not enough: it is renewed too
# while a state is loaded. It only stands in where a monitor has not judged anything yet.
HEARTBEAT = """
SELECT (SELECT seq FROM console_screenhead),
       (SELECT coalesce(array_agg(id ORDER BY public_id::text COLLATE "C"), '{}') FROM console_incident WHERE status = 'open'),
       (SELECT coalesce(array_agg(public_id::text || ':' || version ORDER BY public_id::text COLLATE "C"), '{}')
        FROM console_incident WHERE status = 'open'),
       (SELECT CASE WHEN isfinite(alive_at)
                    THEN greatest(0, extract(epoch FROM clock_timestamp() - alive_at) * 1000)
                    WHEN alive_at > now() THEN 0 END::bigint
        FROM (SELECT coalesce(judged_at, renewed_at) AS alive_at FROM monitor_lease WHERE cell = %s) AS monitor)
"""


class Follower:
    """Reads the database and words what it finds. Remembers only what was last said of places.

    Each time it asks anew who is barred from what (RQ-08): whoever is barred while the page is open is told no more.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], dict[str, Any]] = {}

    def changes(self, last: int, readers: set[Reader]) -> tuple[list[Event], int, bool]:
        """The changes after number `last`, the new last number, and whether there may be more at once."""
        rows = list(Screen.objects.filter(seq__gt=last).order_by("seq")[:BATCH])
        if not rows:
            return [], last, False
        languages = {language for language, _user in readers}
        by_incident = changed_rows({row.incident_id for row in rows}, languages) if languages else {}
        closed = barred.of_alarms((user for _language, user in readers), past=True)
        own = {
            reader: changed_for(reader[0], by_incident, closed[reader[1]]) for reader in readers if reader[1] in closed
        }
        events = [
            Event(
                "change",
                row.seq,
                {code: change(row, by_incident[code].get(row.incident_id)) for code in languages},
                {reader: of_row(row) for reader, of_row in own.items()},
            )
            for row in rows
        ]
        for row in rows:
            if row.change in ("opened", "ring") and languages:
                TO_SCREEN.observe(max(0.0, time.time() - row.at.timestamp()))
        return events, rows[-1].seq, len(rows) == BATCH

    def heartbeat(self, last: int, readers: set[Reader]) -> Event | None:
        """Number and hash of the open incidents, of one instant; None when something newer must be sent first."""
        closed = barred.of_alarms(user for _language, user in readers)
        with connection.cursor() as cursor:
            cursor.execute(HEARTBEAT, [settings.EGIDE.number("EGIDE_CELL")])
            seq, ids, versions, monitor_ms = cursor.fetchone()
        if seq != last:
            return None
        beat = {"seq": seq, "now_ms": _now_ms(), "monitor_ms": monitor_ms}
        data = json.dumps(beat | {"hash": fnv1a("\n".join(versions))})
        own = {}
        for language, user in readers:
            if user in closed:
                theirs = _versions(ids, versions, closed[user])
                own[language, user] = json.dumps(beat | {"hash": fnv1a("\n".join(theirs))})
        return Event("heartbeat", None, {language: data for language, _user in readers}, own)

    def live(self, readers: set[Reader]) -> list[Event]:
        """Words and places that have changed since they were last said."""
        closed = barred.of_alarms(user for _language, user in readers)
        cases, now_ms = open_cases(MOVING), _now_ms()
        number = {str(case.incident.public_id): case.incident.pk for case in cases}
        data: dict[str, str] = {}
        own: dict[Reader, str] = {}
        for code in {language for language, _user in readers}:
            with translation.override(audience.language_of(code)):
                seen = (present.live(audience.narrowed(case, code), now_ms) for case in cases)
                told = {case["id"]: case for case in seen}
            fresh = [row for key, row in told.items() if self._said.get((code, key)) != row]
            for old in [key for key in self._said if key[0] == code and key[1] not in told]:
                del self._said[old]
            self._said.update({(code, row["id"]): row for row in fresh})
            data[code] = _moved(fresh, now_ms)
            for reader in readers:
                if reader[0] == code and reader[1] in closed:
                    theirs = [row for row in fresh if number[row["id"]] not in closed[reader[1]].incidents]
                    own[reader] = _moved(theirs, now_ms)
        return [Event("position", None, data, own)] if any(data.values()) else []


def changed_rows(ids: set[int], languages: set[str]) -> dict[str, dict[int, dict[str, Any]]]:
    """The rows of the list for some incidents, by language and internal number."""
    cases, now_ms = cases_of(ids), _now_ms()
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for code in languages:
        with translation.override(audience.language_of(code)):
            rows[code] = {c.incident.pk: present.summary(audience.narrowed(c, code), now_ms) for c in cases}
    return rows


def changed_for(
    language: str, by_incident: dict[str, dict[int, dict[str, Any]]], closed: barred.Closed
) -> Callable[[Screen], str]:
    """How a change is said to a reader to whom some incidents are closed: as one of nothing, or without a name."""

    def said(screen: Screen) -> str:
        row = by_incident[language].get(screen.incident_id)
        if screen.incident_id not in closed.incidents:
            return change(screen, row)
        if row is None or screen.incident_id not in closed.unheard:
            return json.dumps({"seq": screen.seq, "change": "changed", "incident": None})
        with translation.override(audience.language_of(language)):
            return change(screen, present.nameless(row))

    return said


def _versions(ids: list[int], versions: list[str], closed: barred.Closed) -> list[str]:
    """The lines that are hashed for a reader to whom some incidents are closed (`present.nameless` has no version)."""
    lines = zip(ids, versions, strict=True)
    return [
        f"{line.partition(':')[0]}:0" if pk in closed.unheard else line for pk, line in lines if pk not in closed.hidden
    ]


def _moved(fresh: list[dict[str, Any]], now_ms: int) -> str:
    return json.dumps({"now_ms": now_ms, "incidents": fresh}, ensure_ascii=False) if fresh else ""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


hub = Hub()
