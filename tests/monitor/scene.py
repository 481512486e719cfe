"""A wearer who walks towards a sleeping house and away again, as frames of the log; with an SOS and a strap signal."""

from __future__ import annotations

from typing import Any

from egide.core import messages as m
from egide.core.geodesy import destination, to_e7
from egide.core.observations import Fix, Signal, SignalKind
from egide.log.frames import encode

START_MS = 2_200_000_100_000  # ahead of any clock, so that the ticks of a live monitor move nothing
HOUSE = (47.0822, 2.3964)


def fix(device: int, second: float, metres_east: float) -> Any:
    """A fix of a device some metres east of the house, delivered as it is made."""
    lat, lon = destination(*HOUSE, 90.0, metres_east)
    at = START_MS + round(second * 1000)
    return m.fix_record(device, Fix(at, to_e7(lat), to_e7(lon), 800, None), at)


def distance_at(second: float) -> float:
    """Metres from the house: from 3 km to 400 m and back, at 10 m/s."""
    return 400 + abs(second - 260) * 10


def frames(seconds: int = 520, pairs: int = 1) -> list[bytes]:
    """One frame a second: everybody's fix, a tick, now and then a signal."""
    bodies = []
    for second in range(seconds):
        at = START_MS + second * 1000
        records = [m.tick_record(at)]
        for k in range(pairs):
            records.append(fix(2 * k + 1, second, 0.0))
            records.append(fix(2 * k + 2, second, distance_at((second + 7 * k) % 520)))
        if second == 100:
            records.append(m.signal_record(1, Signal(SignalKind.SOS, at), at))
        if second == 105:  # the same press again, as a phone that got no answer sends it
            records.append(m.signal_record(1, Signal(SignalKind.SOS, START_MS + 100_000), at))
        if second == 300:
            records.append(m.signal_record(2, Signal(SignalKind.STRAP, at), at))
        bodies.append(encode(m.build(records), []))
    return bodies


TRANSITIONS = "SELECT measure_id, device_time_ms, kind, level_from, level_to, distance_cm FROM console_transition ORDER BY 1, frame_seq, idx, ordinal"
INCIDENTS = (
    "SELECT cause, kind, urgency, level, measure_id, device_time_ms, repeats FROM console_incident ORDER BY cause"
)
POSITIONS = (
    "SELECT device_id, device_time_ms, lat_e7, lon_e7, count(*) FROM console_position GROUP BY 1, 2, 3, 4 ORDER BY 1, 2"
)
EVENTS = (
    "SELECT i.cause, e.kind, e.frame_seq, e.idx, e.ordinal FROM console_incidentevent e"
    " JOIN console_incident i ON i.id = e.incident_id WHERE e.frame_seq IS NOT NULL ORDER BY 1, 3, 4, 5"
)
