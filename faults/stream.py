"""An hour or six of log, without waiting for them: frames written straight into the log, dated in the future, and judged
by a monitor as it runs.

One protected person at home and one wearer for each of eight measures. What a wearer does is a function of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from egide.core import messages as m
from egide.core.geodesy import destination, to_e7
from egide.core.observations import Fix
from egide.log.frames import encode
from egide.log.postgres import append

from .house import DEVICES, House

BEGIN_MS = 2_200_000_000_000  # ahead of any clock, so that the monitor's own ticks move nothing
HOME = (47.0822, 2.3964)

Report = tuple[float, Any]  # delivered at (second), record


def fix(device: int, second: float, metres: float, delivered: float | None = None, begin_ms: int = BEGIN_MS) -> Report:
    """A device is some metres east of the home of its measure; made at one second, delivered at another."""
    lat, lon = destination(HOME[0] + (device - 1) // 2 * 0.2, HOME[1], 90.0, metres)
    at = second if delivered is None else delivered
    made = Fix(begin_ms + round(second * 1000), to_e7(lat), to_e7(lon), 800, None)
    return at, m.fix_record(device, made, begin_ms + round(at * 1000))


def coming_and_going(second: float, device: int) -> float:
    """Metres: from 4 km to 400 m and back, each in ten minutes, every pair at another time."""
    return 400 + abs((second + device * 61) % 1200 - 600) * 6


def reports(
    seconds: int, every_s: int, metres: Callable[[float, int], float], begin_ms: int = BEGIN_MS
) -> list[Report]:
    """What every device says, delivered as it is made."""
    found = []
    for second in range(0, seconds, every_s):
        for device in range(1, DEVICES + 1):
            at = second + device / (DEVICES + 1) * every_s
            found.append(fix(device, at, 0.0 if device % 2 else metres(at, device), begin_ms=begin_ms))
    return found


def frames(told: Iterable[Report], seconds: int, frame_s: int = 2, begin_ms: int = BEGIN_MS) -> list[bytes]:
    """One frame every two seconds, ticks within."""
    buckets: dict[int, list[Report]] = {}
    for one in told:
        buckets.setdefault(int(one[0]) // frame_s, []).append(one)
    bodies = []
    for bucket in range(seconds // frame_s + 1):
        ticks = [
            (float(bucket * frame_s + i), m.tick_record(begin_ms + (bucket * frame_s + i) * 1000))
            for i in range(frame_s)
        ]
        both = sorted([*buckets.get(bucket, []), *ticks], key=lambda one: one[0])
        bodies.append(encode(m.build([record for _, record in both]), []))
    return bodies


def feed(house: House, bodies: list[bytes], source: str = "gateway-stream") -> None:
    """Appends as a gateway would, a thousand frames a transaction."""
    with psycopg.connect(house.url) as connection:
        for begin in range(0, len(bodies), 1000):
            for counter, body in enumerate(bodies[begin : begin + 1000], begin + 1):
                append(connection, 1, source, counter, body)
            connection.commit()


DECISIONS = "SELECT measure_id, stream_time_ms, kind, level_from, level_to FROM console_transition ORDER BY 2, 1, frame_seq, idx, ordinal"
