"""The core, told what the demo's devices say, rings for the scenes that were laid and for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from egide.core.proximity import kernel
from egide.evidence.replay import replay
from egide.evidence.traces import Trace
from egide.simulation.cast import Device, pairs
from egide.simulation.receiver import Reading
from egide.simulation.scenes import RHYTHM_BEGINS_S, Scene

BEGIN_MS = 1_772_373_720_000


def recorded(rows: list[tuple[int, Reading]]) -> Trace:
    """What a device said, as a recording of it."""
    readings = [reading for _, reading in rows]
    return Trace(
        Path("scene"),
        np.array([BEGIN_MS + 1000 * second for second, _ in rows], np.int64),
        np.array([round(1e7 * r.place.lat) for r in readings], np.int32),
        np.array([round(1e7 * r.place.lon) for r in readings], np.int32),
        np.array([round(100 * r.accuracy_m) for r in readings], np.int32),
        np.array([-1 if r.speed_mps is None else round(100 * r.speed_mps) for r in readings], np.int32),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_opening_is_a_pre_alert_an_alert_and_a_wearer_who_turns_back(cast: list[Device], seed: int) -> None:
    scene = Scene(cast, seed)
    said: dict[str, list[tuple[int, Reading]]] = {}
    for second in range(RHYTHM_BEGINS_S):
        for one in scene.step(second):
            if one.reading:
                said.setdefault(one.device.identifier, []).append((one.second, one.reading))
    told: list[list[dict[str, Any]]] = []
    for pair in pairs(cast):
        traces = [recorded(said[device.identifier]) for device in (pair.protected, pair.wearer)]
        told.append(list(replay(*traces, pair.alert_m, pair.pre_alert_m, kernel.run)))
    rings = [[(event["kind"], event["to"]) for event in events if event["from"] != "unknown"] for events in told]
    up, down = [("level", "pre_alert"), ("level", "alert")], [("level", "pre_alert"), ("level", "clear")]
    assert rings[0] == up + down
    assert rings[1] == up[:1] + down[1:]
    assert rings[2:] == [[], []], "whoever is not in a scene lives quietly"
    minute = [event["time"] for event in told[0] if event["to"] in ("pre_alert", "alert")][:2]
    assert all(time < "2026-03-01T14:02:58" for time in minute)
