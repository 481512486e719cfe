"""The same two walks, turned, mirrored, moved over the world, with the roles exchanged or one side late: what must stay?

No expected values: each test compares what is said of a walk with what is said of the same walk seen otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from egide.core import messages as m
from egide.core.geodesy import destination, to_e7
from egide.core.observations import Fix
from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.engine import Engine, Measure
from egide.core.proximity.explain import event_dict
from tests.monitor.conftest import CACHE

from .streams import PROTECTED, START_MS, WEARER

SEEDS = range(12)
KNOT_M = 97.3  # no step ends on a radius, so that nothing depends on the last centimetre
Steps = list[tuple[int, int, float, float, float | None]]  # second, device, metres east and north, accuracy


@dataclass(frozen=True)
class Seen:
    """From where a walk is looked at."""

    lat: float = 47.0822
    lon: float = 2.3964
    turned: float = 0.0
    mirrored: bool = False
    exchanged: bool = False
    late_s: int = 0  # the wearer's messages


def walk(seed: int) -> Steps:
    """An hour of two people who stroll, hurry, stand and come near, with coarse and unsaid accuracies among the fixes."""
    rng = np.random.default_rng(seed)
    place = {PROTECTED: [0, 0], WEARER: [int(rng.integers(15, 45)), int(rng.integers(-8, 8))]}
    steps: Steps = []
    way = {PROTECTED: (0, 0), WEARER: (-1, 0)}
    for second in range(0, 3600, 10):
        for device in (PROTECTED, WEARER):
            if rng.random() < 0.15:
                way[device] = (int(rng.integers(-2, 2)), int(rng.integers(-1, 2)))
            if device == WEARER or rng.random() < 0.3:
                place[device] = [place[device][0] + way[device][0], place[device][1] + way[device][1]]
            if rng.random() < 0.1:
                continue
            sure = [8.0, 8.0, 15.0, 40.0, None, 900.0][int(rng.integers(6))]
            steps.append((second, device, KNOT_M * place[device][0], KNOT_M * place[device][1], sure))
    return steps


def told(steps: Steps, seen: Seen, batch: int = 10_000) -> list[dict[str, Any]]:
    """What the core says of a walk, looked at from somewhere."""
    records = []
    for second, device, east, north, sure in steps:
        east = -east if seen.mirrored else east
        bearing = math.degrees(math.atan2(east, north)) + seen.turned
        lat, lon = destination(seen.lat, seen.lon, bearing % 360, math.hypot(east, north))
        at = START_MS + 1000 * second
        late_ms = 1000 * seen.late_s if device == WEARER else 0
        mine = PROTECTED + WEARER - device if seen.exchanged else device
        fix = Fix(at, to_e7(lat), to_e7(lon), None if sure is None else round(100 * sure), None)
        records.append((at + late_ms, m.fix_record(mine, fix, at + late_ms)))
    records += [(START_MS + 1000 * s, m.tick_record(START_MS + 1000 * s)) for s in range(0, 3700, 5)]
    stream = m.build([record for _, record in sorted(records, key=lambda one: one[0])])
    engine = Engine(compile_kernel(CACHE))
    engine.advance(START_MS)
    engine.put([Measure(1, PROTECTED, WEARER, 1000, 2000)])
    parts = [engine.apply(stream[i : i + batch]) for i in range(0, len(stream), batch)]
    return [event_dict(event) for part in parts for event in part]


def alike(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Everything of the events but distances, which no other place on the ellipsoid gives to the centimetre."""
    return [tuple(e.get(k) for k in ("time", "kind", "from", "to", "party", "basis", "moved")) for e in events]


def differ_m(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> float:
    return max(
        (abs(a["distance_m"] - b["distance_m"]) for a, b in zip(one, other, strict=True) if "distance_m" in a),
        default=0.0,
    )


@pytest.fixture(scope="module")
def walks() -> dict[int, tuple[Steps, list[dict[str, Any]]]]:
    return {seed: (steps := walk(seed), told(steps, Seen())) for seed in SEEDS}


def test_the_walks_visit_what_there_is(walks: dict[int, Any]) -> None:
    kinds = {(e["kind"], e.get("to")) for _, events in walks.values() for e in events}
    assert kinds >= {("level", "pre_alert"), ("level", "alert"), ("level", "clear")}


@pytest.mark.parametrize(
    "seen",
    [
        *(Seen(turned=turned) for turned in (37.0, 90.0, 181.5, 270.0)),
        Seen(mirrored=True),
        Seen(mirrored=True, turned=123.0),
        Seen(lat=-17.7, lon=179.995),
        Seen(lat=16.2, lon=-61.5),
        Seen(lat=71.0, lon=-179.999, turned=45.0),
        Seen(lat=0.001, lon=0.001),
        Seen(lat=45.0, lon=90.0),
    ],
    ids=str,
)
def test_turned_mirrored_or_elsewhere_on_earth_the_same_is_said(seen: Seen, walks: dict[int, Any]) -> None:
    for steps, here in walks.values():
        there = told(steps, seen)
        assert alike(there) == alike(here)
        assert differ_m(here, there) < 0.5


def test_with_the_roles_exchanged_only_the_names_change(walks: dict[int, Any]) -> None:
    other = {"protected": "wearer", "wearer": "protected"}
    for steps, here in walks.values():
        there = told(steps, Seen(exchanged=True))
        swapped = [e | {k: other.get(str(e[k]), e[k]) for k in ("party", "moved") if k in e} for e in there]
        assert sorted(map(str, alike(swapped))) == sorted(map(str, alike(here)))


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_in_other_batches_the_same_is_said(batch: int, walks: dict[int, Any]) -> None:
    for seed in list(SEEDS)[:3]:
        steps, here = walks[seed]
        assert told(steps, Seen(), batch) == here


@pytest.mark.parametrize("late_s", [3, 20, 45])
def test_a_side_that_is_late_hides_no_alert_and_delays_it_no_longer_than_it_is_late(
    late_s: int, walks: dict[int, Any]
) -> None:
    compared = 0
    for steps, here in walks.values():
        there = told(steps, replace(Seen(), late_s=late_s))
        first = [next((e["time"] for e in events if e.get("to") == "alert"), None) for events in (here, there)]
        assert (first[0] is None) == (first[1] is None)
        if first[0] is not None and first[1] is not None:
            compared += 1
            assert _seconds(first[1]) - _seconds(first[0]) <= late_s + 10
    assert compared


def _seconds(time: str) -> float:
    hours, minutes, seconds = time[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds) + 86_400 * int(time[8:10])
