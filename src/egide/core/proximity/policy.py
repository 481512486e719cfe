"""The numbers a proximity decision rests on: one typed table with the reason of each, given to the kernel as an array.

No number of judgement stands in the kernel. A change of policy is a message in the log, so an old decision can be
shown again with the values that held on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Places in the array, in the order of TABLE; plain integers so that the kernel can use them as constants.
DEFAULT_ACCURACY_M = 0
CREDIBLE_M = 1
MAX_SPEED_MPS = 2
DRIFT_SPEED_MPS = 3
EXIT_FRACTION = 4
EXIT_MARGIN_M = 5
EXIT_DWELL_S = 6
COARSE_M = 7
COARSE_SPEED_MPS = 8
SILENCE_S = 9
POSITION_UNKNOWN_S = 10
POSSIBLE_SPEED_MPS = 11
POSSIBLE_AFTER_S = 12
MOVED_MEMORY_S = 13
BEST_ACCURACY_M = 14
CONFIRM_SPEED_MPS = 15
SPEED_SLACK = 16
FRESH_S = 17
HELD_WAIT_S = 18


@dataclass(frozen=True, slots=True)
class Row:
    """One policy value: what it is called, its value in France today, its unit and why it is so."""

    name: str
    value: float
    unit: str
    reason: str


TABLE: tuple[Row, ...] = (
    Row("default_accuracy", 30.0, "m", "a fix without an accuracy is taken for an ordinary street GPS fix, never for a perfect one"),
    Row("credible", 250.0, "m", "an interval no wider than this to either side lets the measured distance raise a level at once"),
    Row("max_speed", 70.0, "m/s", "faster than any road (252 km/h): a lone fix that implies more waits for the next one"),
    Row("drift_speed", 2.0, "m/s", "how fast a person whose fix is older may have moved on, beyond the speed the device told"),
    Row("exit_fraction", 0.05, "of the radius", "a level is left only this much beyond its radius, or people at the edge ring all day"),
    Row("exit_margin", 50.0, "m", "and at least this far beyond it"),
    Row("exit_dwell", 60.0, "s", "and only when the evidence has stood that long"),
    Row("coarse", 200.0, "m", "a fix less sure than this does not replace a better one while that one is still the better guess"),
    Row("coarse_speed", 15.0, "m/s", "how fast the better, older one loses worth with its age"),
    Row("silence", 180.0, "s", "a device not heard for this long is silent: somebody calls"),
    Row("position_unknown", 300.0, "s", "a device that talks but says no usable position for this long: position unknown"),
    Row("possible_speed", 20.0, "m/s", "how fast a person nobody sees could be approaching (72 km/h, a car in and out of town)"),
    Row("possible_after", 90.0, "s", "a person is unseen when the last believed position is older than this"),
    Row("moved_memory", 120.0, "s", "over how long the movements that reduced the distance are remembered"),
    Row("best_accuracy", 3.0, "m", "no receiver in a pocket is better than this, whatever it claims"),
    Row("confirm_speed", 140.0, "m/s", "a held fix is confirmed by one that could be reached from it by any train (504 km/h)"),
    Row("speed_slack", 1.5, "times", "a traveller already known to be fast may be this much faster at the next fix"),
    Row("fresh", 180.0, "s", "where a person was this long ago still counts as where the person is, when raising a level"),
    Row("held_wait", 45.0, "s", "a held fix inside a zone that nothing contradicts for this long is a possible approach"),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(row.name for row in TABLE)

Values = NDArray[np.float64]


def values(overrides: Mapping[str, float] | None = None) -> Values:
    """The array the kernel reads. `overrides` replaces values by name; KeyError names an unknown one."""
    array = np.array([row.value for row in TABLE], np.float64)
    for name, value in (overrides or {}).items():
        if name not in NAMES:
            raise KeyError(f"{name!r} is not a policy value; there are: {', '.join(NAMES)}")
        array[NAMES.index(name)] = float(value)
    return array
