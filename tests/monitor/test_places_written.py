"""Believed places are written alike whether they are few or many, and the later one stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg

from egide.core.messages import NO_TIME
from egide.monitor.store import FEW_PLACES, _write_places
from egide.monitor.told import PLACE, Outputs


def places(devices: range, seq: int) -> Any:
    rows = np.zeros(len(devices), PLACE)
    rows["device"], rows["seq"] = devices, seq
    rows["party"]["t_ms"], rows["party"]["lat_e7"] = 1000 + rows["device"], -rows["device"]
    rows["party"]["held_t_ms"] = np.where(rows["device"] % 2, 5, NO_TIME)
    return rows


def test_many_places_are_written_as_few_are(full_url: str) -> None:
    many, few = range(1, FEW_PLACES + 100), range(50, 60)
    with psycopg.connect(full_url) as connection:
        for devices, seq in ((many, 1), (few, 2), (many, 3), (few, 4)):
            with connection.transaction():
                _write_places(connection.cursor(), places(devices, seq))
        found = connection.execute(
            "SELECT device_id, t_ms, lat_e7, held, frame_seq FROM console_place ORDER BY device_id"
        ).fetchall()
    assert found == [(n, 1000 + n, -n, n % 2 == 1, 4 if n in few else 3) for n in many]


def test_of_several_frames_the_last_one_says_where_somebody_is() -> None:
    out = Outputs(places=[places(range(1, 5), 1), places(range(3, 7), 2)])
    assert [(int(row["device"]), int(row["seq"])) for row in out.last_places()] == [
        (1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (6, 2),
    ]  # fmt: skip
