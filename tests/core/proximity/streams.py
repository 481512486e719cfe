"""Streams of messages for the tests of the kernel: random ones that visit every branch, and ones written by hand."""

from __future__ import annotations

import numpy as np

from egide.core import messages as m
from egide.core.geodesy import destination, to_e7
from egide.core.observations import Fix
from egide.core.proximity.engine import Engine, Measure, Run

START_MS = 1_700_000_000_000
PROTECTED, WEARER = 1, 2


def random_stream(seed: int, n: int, n_pairs: int) -> m.Messages:
    """n messages of 2 * n_pairs devices: walks, jumps, coarse fixes, gaps, late and repeated fixes, keep-alives, ticks."""
    rng = np.random.default_rng(seed)
    devices = 2 * n_pairs
    lat = np.repeat(rng.uniform(-89, 89, n_pairs), 2) + rng.normal(0, 0.01, devices)
    lon = np.repeat(rng.uniform(-180, 180, n_pairs), 2) + rng.normal(0, 0.01, devices)
    speed = rng.choice([1e-5, 1e-4, 1e-3], devices)
    records = []
    # Drawn all at once: a stream costs as much as judging it otherwise.
    steps = rng.choice([0, 200, 1000, 5000, 120_000], n, p=[0.2, 0.5, 0.2, 0.08, 0.02]).cumsum().tolist()
    who = rng.integers(devices, size=n).tolist()
    kinds, jumps, twice = rng.random((3, n)).tolist()
    north, east = rng.normal(0, 1, (2, n)).tolist()
    accuracies = [[None, 0, 500, 2500, 60_000, 250_000][k] for k in rng.integers(6, size=n).tolist()]
    speeds = [[None, 0, 150, 3000][k] for k in rng.integers(4, size=n).tolist()]
    lates = rng.choice([0, 0, 0, 3000, 400_000, -60_000], n).tolist()
    for i, d in enumerate(who):
        now = START_MS + steps[i]
        if kinds[i] < 0.15:
            records.append(m.tick_record(now))
            continue
        if kinds[i] < 0.2:
            records.append(m.heard_record(d + 1, now))
            continue
        lat[d] = min(max(lat[d] + north[i] * speed[d], -90), 90)
        lon[d] = (lon[d] + east[i] * speed[d] + 180) % 360 - 180
        jump = 0.3 if jumps[i] < 0.03 else 0.0
        there = to_e7(min(max(float(lat[d]) + jump, -90.0), 90.0)), to_e7(float(lon[d]))
        records.append(m.fix_record(d + 1, Fix(now - lates[i], *there, accuracies[i], speeds[i]), now))
        if twice[i] < 0.05:
            records.append(records[-1])
    return m.build(records)


def cell(run: Run, n_pairs: int, alert_m: float = 1000.0, room: int = 65_536) -> Engine:
    """An engine with n measures; devices 2k + 1 (protected) and 2k + 2 (wearer), each radius pair a little different."""
    engine = Engine(run, room=room)
    engine.advance(START_MS)
    measures = [
        Measure(k + 1, 2 * k + 1, 2 * k + 2, alert_m * (1 + k % 3), 2 * alert_m * (1 + k % 3)) for k in range(n_pairs)
    ]
    engine.put(measures)
    return engine


def at(
    seconds: float, device: int, metres_east: float, metres_north: float = 0.0, accuracy_m: float | None = 10.0
) -> object:
    """A fix of a device some metres from a square in Bourges, as a record delivered the moment it was made."""
    lat, lon = destination(47.0822, 2.3964, 90.0, metres_east)
    lat, lon = destination(lat, lon, 0.0, metres_north)
    now = START_MS + round(seconds * 1000)
    fix = Fix(now, to_e7(lat), to_e7(lon), None if accuracy_m is None else round(accuracy_m * 100), None)
    return m.fix_record(device, fix, now)


def tick(seconds: float) -> object:
    """A tick of the log."""
    return m.tick_record(START_MS + round(seconds * 1000))
