"""The numbers a proximity decision rests on: one typed table with the reason of each, given to the kernel as an array.

No number of judgement stands in the kernel. A change of policy is a message in the log, so an old decision can be
shown again with the values that held on that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
MOTION_MEMORY_S = 13
BEST_ACCURACY_M = 14
CONFIRM_SPEED_MPS = 15
SPEED_SLACK = 16
FRESH_S = 17
HELD_WAIT_S = 18
FORESEE_LEAST_S = 19
FORESEE_SHARE = 20
FORESEE_MOST_S = 21
MOTION_GAP_S = 22
MOVED_SHARE = 23
MOVED_LEAST_MPS = 24
STUCK_S = 25
CLOCK_TOLERANCE_S = 26
CLOCK_WAIT_S = 27
FORESEE_WAY_M = 28
FORESEE_WAY_SHARE = 29
EXIT_FAR_FRACTION = 30
EXIT_FAR_DWELL_S = 31
FAST_SPEED_MPS = 32
# The kernel reads none of the following: what stands around it does.
SEARCH_TIMES = 33
SEARCH_WINDOW_S = 34
SEARCH_APART_M = 35
FEED_SILENCE_S = 36
FEED_LEAST = 37
FEED_TOGETHER = 38
LOG_GAP_S = 39
BURDEN_ALERT = 40
BURDEN_PRE_ALERT = 41
BURDEN_POSSIBLE = 42
BURDEN_TECHNICAL = 43
BURDEN_NIGHT = 44
NIGHT_BEGINS_H = 45
NIGHT_ENDS_H = 46


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
    Row("exit_fraction", 0.1, "of the radius", "a level is left only this much beyond its radius, or people at the edge ring all day"),
    Row("exit_margin", 50.0, "m", "and at least this far beyond it"),
    Row("exit_dwell", 120.0, "s", "and only when the evidence has stood that long"),
    Row("coarse", 200.0, "m", "a fix less sure than this does not replace a better one while that one is still the better guess"),
    Row("coarse_speed", 15.0, "m/s", "how fast the better, older one loses worth with its age"),
    Row("silence", 180.0, "s", "a device not heard for this long is silent: somebody calls"),
    Row("position_unknown", 300.0, "s", "a device that talks but says no usable position for this long: position unknown"),
    Row("possible_speed", 20.0, "m/s", "how fast a person nobody sees could be approaching (72 km/h, a car in and out of town)"),
    Row("possible_after", 90.0, "s", "a person is unseen when the last believed position is older than this"),
    Row("motion_memory", 15.0, "s", "over how long a person's movement is smoothed: long against errors of single fixes, short against a turn"),
    Row("best_accuracy", 3.0, "m", "no receiver in a pocket is better than this, whatever it claims"),
    Row("confirm_speed", 140.0, "m/s", "a held fix is confirmed by one that could be reached from it by any train (504 km/h)"),
    Row("speed_slack", 1.5, "times", "a traveller already known to be fast may be this much faster at the next fix"),
    Row("fresh", 450.0, "s", "where a person was this long ago still counts as where the person is, when raising a level"),
    Row("held_wait", 45.0, "s", "a held fix inside a zone that nothing contradicts for this long is a possible approach"),
    Row("foresee_least", 5.0, "s", "motion is followed at least this far ahead: less than a call needs to be answered"),
    Row("foresee_share", 0.6, "of the interval", "a sparse reporter is followed a little past half the way to the next fix: whichever fix is nearer to the crossing tells it"),
    Row("foresee_most", 60.0, "s", "nobody is foreseen further than this past the last fix: people turn"),
    Row("motion_gap", 180.0, "s", "two fixes further apart than this say nothing of how somebody moves now"),
    Row("moved_share", 0.75, "of the approach", "one person's movement reduced the distance if it did at least this much of it, else both did"),
    Row("moved_least", 0.3, "m/s", "an approach slower than this is nobody's movement: fixes of two people at rest do as much"),
    Row("stuck", 21600.0, "s", "a receiver that repeats the very same place for this long is looked at: one at rest wavers, a frozen one does not"),
    Row("clock_tolerance", 60.0, "s", "a message may be this late, or a clock this far off, without a word"),
    Row("clock_wait", 120.0, "s", "all fixes must ask for the same correction for this long before a clock is called wrong"),
    Row("foresee_way", 500.0, "m", "nor is anybody foreseen inside who is still further than this from the edge: a crossing that may not come is no alert yet"),
    Row("foresee_way_share", 0.15, "of the radius", "or, where the zone is large, further than this: those who cross large zones go fast and straight"),
    Row("exit_far", 0.4, "of the radius", "somebody this far beyond the radius has left it, and is no person at the edge"),
    Row("exit_far_dwell", 0.0, "s", "so the level goes down at once: a late end is a burden too"),
    Row("fast_speed", 35.0, "m/s", "somebody whose device tells no speed, and whose fix shows more than this (126 km/h: a motorway, a train), is taken to go on as fast; anybody slower drifts as people do"),
    Row("search_times", 3.0, "crossings", "so many crossings in different places by the wearer's movement are a possible search for location: two calls give a line, three a middle"),
    Row("search_window", 21600.0, "s", "within this long: one afternoon, not the ways of a week"),
    Row("search_apart", 300.0, "m", "crossings nearer to each other than this are one place: the way to work crosses there every day"),
    Row("feed_silence", 90.0, "s", "a provider or a gateway of which nothing at all is heard for this long is down: told before its devices fall silent one by one"),
    Row("feed_least", 3.0, "devices", "a feed of fewer devices is told device by device"),
    Row("feed_together", 0.5, "of the time", "a feed is down, and each of the others has said nothing for this share of the same time: then it is the gateway, for providers do not fail together"),
    Row("log_gap", 30.0, "s", "a log that holds a tick a second and nothing for this long was down itself: nobody was heard, and it is nobody's silence"),
    Row("burden_alert", 10.0, "calls", "what an alert weighs on a person, against a technical call: both are called, perhaps the police come"),
    Row("burden_pre_alert", 3.0, "calls", "what a pre-alert weighs: a call that asks for a change of way at once"),
    Row("burden_possible", 2.0, "calls", "what a possible approach weighs: a call, and fear"),
    Row("burden_technical", 1.0, "calls", "a technical call is the unit"),
    Row("burden_night", 2.0, "times", "a call at night weighs this much more"),
    Row("night_begins", 22.0, "o'clock", "when the night begins in Paris, for the burden only"),
    Row("night_ends", 7.0, "o'clock", "and when it ends"),
)  # fmt: skip

MOST = 10_000_000.0  # of any unit: what the kernel's whole numbers still hold

NAMES: tuple[str, ...] = tuple(row.name for row in TABLE)

Values = NDArray[np.float64]


def flaw(name: str, value: Any) -> str | None:
    """Why a value cannot be set, as a sentence that says what can; None if it can."""
    if name not in NAMES:
        return f"{name[:40]!r} is not a policy value; there are: {', '.join(NAMES)}."
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= MOST:
        return f"{name} must be a number, 0 or more, and no more than {MOST:.0f}."
    return None


def values(overrides: Mapping[str, float] | None = None, before: Values | None = None) -> Values:
    """The array the kernel reads. `overrides` replaces values by name, of this version or of the array `before`.

    KeyError names an unknown one, ValueError one that is no number from 0 to MOST: a deadline that never falls, or
    always, would end the watch over everybody without a word.
    """
    array = np.array([row.value for row in TABLE], np.float64) if before is None else before.copy()
    for name, value in (overrides or {}).items():
        wrong = flaw(name, value)
        if wrong is not None:
            raise ValueError(wrong) if name in NAMES else KeyError(wrong)
        array[NAMES.index(name)] = float(value)
    return array


def taken_over(names: Sequence[str], array: Sequence[float]) -> Values:
    """The array out of one that another version wrote: each value under its name, this version's own where it is new."""
    found = dict(zip(names, array, strict=True))
    return np.array([found.get(row.name, row.value) for row in TABLE], np.float64)
