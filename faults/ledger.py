"""What were clients told, and what stands in the database? One ledger for every fault decides.

A client writes down each message before it sends it and the answer when it has one. Whatever got a 2xx must stand in
the log once, and an SOS must have rung. What got another answer may stand there too: nobody was promised anything.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from egide.core.geodesy import destination
from egide.core.messages import Kind
from egide.log.frames import Damaged, decode

from .house import DEVICES, KEY, House

HOUSE = (47.0822, 2.3964)
BEHIND_MS = 2_000  # what runs ahead of the cell's clock is set back by the gateway, and would not be found by its time


@dataclass
class Told:
    """One message, and what its sender was told (0: nothing)."""

    device: int
    time_ms: int
    sos: bool
    status: int = 0


@dataclass
class Verdict:
    """The comparison. `missing` and `unrung` break a promise; `twice` does where nothing was sent twice."""

    told: int
    sos_told: int
    refused: int
    stored: int
    missing: int
    unrung: int
    twice: int

    @property
    def kept(self) -> bool:
        """Was every promise kept?"""
        return self.missing == 0 and self.unrung == 0

    def figures(self) -> dict[str, int]:
        """For the table and the JSON."""
        found = dict(vars(self))
        found["acknowledged"] = found.pop("told")
        return found


@dataclass
class Ledger:
    """Threads that speak for the devices, as fast as they are answered, and remember."""

    house: House
    pause_s: float = 0.004
    sos_every: int = 40
    ahead_ms: int = 0  # how far the devices' clocks run ahead
    extra: Callable[[int, dict[str, Any]], list[bytes]] | None = None  # what is posted beside each message
    entries: list[Told] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    slowest_s: float = 0.0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._paused = threading.Event()
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(1, DEVICES + 1)]

    def __enter__(self) -> Ledger:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """No more messages; waits for the answers under way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(15)

    def _run(self, device: int) -> None:
        last_ms = 0
        for n in itertools.count():
            if self._stop.is_set():
                return
            sos = n % self.sos_every == device % self.sos_every and device % 2 == 1
            last_ms = max(last_ms + 1, time.time_ns() // 1_000_000 - BEHIND_MS + self.ahead_ms)
            entry = Told(device, last_ms, sos)
            with self._lock:
                self.entries.append(entry)
            body = self.body(device, last_ms, sos)
            for other in self.extra(device, body) if self.extra else ():
                self.post(other)
            entry.status = self.post(json.dumps(body).encode())
            time.sleep(self.pause_s if entry.status == 200 else 0.05)

    def body(self, device: int, time_ms: int, sos: bool) -> dict[str, Any]:
        """A wearer comes and goes between 1.2 km and 400 m at 50 m/s; a protected person stays at home."""
        metres = 0.0 if device % 2 else 400 + abs((time_ms / 20 + device * 97) % 1600 - 800)
        lat, lon = destination(HOUSE[0] + (device - 1) // 2 * 0.2, HOUSE[1], 90.0, metres)
        stamp = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
        location: dict[str, Any] = {
            "timestamp": stamp,
            "coords": {"latitude": round(lat, 7), "longitude": round(lon, 7), "accuracy": 8},
        }
        if sos:
            location["extras"] = {"alarm": "sos"}
        return {"device_id": f"fault-{device}", "location": location}

    def post(self, body: bytes) -> int:
        """Posts one message; the status, 0 if there was no answer."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(self.house.host, self.house.port, timeout=8)
        try:
            connection.request(
                "POST", "/osmand", body, {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
            )
            status = connection.getresponse().status
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        with self._lock:
            self.answers[status] += 1
        return status

    def last_time_of(self, device: int) -> int:
        """When a device last spoke, by its clock."""
        return max((e.time_ms for e in self.entries if e.device == device), default=0)

    def compare(self, house: House, rang: bool = True) -> Verdict:
        """Sets what was told beside what stands in the database of `house`. `rang`: SOS must have opened incidents."""
        fixes: Counter[tuple[int, int]] = Counter()
        presses: Counter[tuple[int, int]] = Counter()
        for (body,) in house.rows("SELECT body FROM log_frame ORDER BY seq"):
            try:
                messages = decode(bytes(body)).messages
            except Damaged:
                continue
            for kind, found in ((Kind.FIX, fixes), (Kind.SIGNAL, presses)):
                some = messages[messages["kind"] == kind]
                found.update(zip(some["device"].tolist(), some["device_time_ms"].tolist(), strict=True))
        acknowledged = [e for e in self.entries if 200 <= e.status < 300]
        missing = sum((e.device, e.time_ms) not in fixes for e in acknowledged)
        sos = [e for e in acknowledged if e.sos]
        missing += sum((e.device, e.time_ms) not in presses for e in sos)
        ringing = set(house.rows("SELECT cause FROM console_incident")) if rang else set()
        unrung = len({e.device for e in sos if (f"sos:{e.device}",) not in ringing}) if rang else 0
        return Verdict(
            told=len(acknowledged),
            sos_told=len(sos),
            refused=sum(e.status == 503 for e in self.entries),
            stored=sum(fixes.values()),
            missing=missing,
            unrung=unrung,
            twice=sum(n - 1 for n in fixes.values()),
        )


def rows_twice(house: House) -> int:
    """Positions that stand in the console's table more than once: two monitors would have written them."""
    return int(
        house.one(
            "SELECT count(*) FROM (SELECT 1 FROM console_position GROUP BY device_id, device_time_ms HAVING count(*) > 1) AS t"
        )
    )
