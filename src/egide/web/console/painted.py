"""How long does it take from what a device said until a screen has shown it? The browser says when it has painted.

Each change that rings is counted once, by the first screen that shows it; a tab nobody can see says nothing. Seconds without
anybody's name, of this process alone; the wall shows the last day of them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.db import connection
from prometheus_client import Histogram

TARGET_S = 2.0  # p99 (issue 4)
DAY_S = 24 * 3600
KEPT = 20_000
MOST = 500  # of one screen at once

TO_PAINTED = Histogram(
    "egide_web_seconds_from_arrival_to_painted",
    "From the arrival of what opened an incident or made it ring until the first browser had painted it, and said so",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 120),
)

# From the arrival of the message behind a number; what no device said (a lease that ended) begins with its own number.
_AGES = """
SELECT s.seq, extract(epoch FROM clock_timestamp())::float8 - coalesce(
    CASE WHEN e.frame_seq IS NOT NULL AND s.at - e.at < interval '5 s' THEN (e.data->>'stream_time_ms')::float8 / 1000 END,
    extract(epoch FROM s.at)::float8)
FROM console_screen s LEFT JOIN LATERAL (
    SELECT frame_seq, at, data FROM console_incidentevent
    WHERE incident_id = s.incident_id AND at <= s.at ORDER BY id DESC LIMIT 1
) e ON true
WHERE s.seq = ANY(%s) AND s.change IN ('opened', 'ring') AND s.at > clock_timestamp() - interval '1 hour'
"""


@dataclass(slots=True)
class Painted:
    """What screens have confirmed since this process began, for a day at most."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _times: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def confirm(self, said: dict[int, float]) -> int:
        """`said`: number of a change -> seconds ago at which it was painted. Gives how many were new."""
        with self._lock:
            fresh = [seq for seq in said if seq not in self._seen]
        if not fresh:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_AGES, [fresh])
            ages = cursor.fetchall()
        with self._lock:
            counted = 0
            for seq, age_s in ages:
                if seq in self._seen:
                    continue
                self._seen[seq] = None
                took_s = max(0.0, age_s - said[seq])
                TO_PAINTED.observe(took_s)
                self._times.append((time.monotonic(), took_s))
                counted += 1
            while len(self._seen) > KEPT:
                self._seen.popitem(last=False)
        return counted

    def figures(self) -> dict[str, Any] | None:
        """How many in the last day, the half, 99 of 100, and whether the target holds; None before the first."""
        since = time.monotonic() - DAY_S
        with self._lock:
            times = sorted(took_s for at, took_s in self._times if at >= since)
        if not times:
            return None
        half, most = times[(len(times) - 1) // 2], times[ceil(0.99 * len(times)) - 1]
        return {"count": len(times), "half_s": round(half, 2), "most_s": round(most, 2), "met": most <= TARGET_S}


painted = Painted()


def read(body: dict[str, Any]) -> dict[int, float]:
    """What a screen posted: {"painted": [[number, milliseconds ago], …]}. What is no such pair is left out."""
    found: dict[int, float] = {}
    pairs = body.get("painted")
    for pair in pairs[:MOST] if isinstance(pairs, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(type(n) in (int, float) for n in pair):
            seq, ago_ms = pair
            if isinstance(seq, int) and 0 < seq < 2**62 and 0 <= ago_ms < 60_000:
                found[seq] = ago_ms / 1000
    return found
