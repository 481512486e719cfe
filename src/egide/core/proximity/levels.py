"""Which level does a distance support, when is a level left, and whose movement reduced the distance?

Plain Python in the kernel's subset (see `kernel.py`). A level rises at once on credible evidence and is left only well
beyond its radius, after the dwell; a movement is described, never an intent (BAR-28).
"""

from __future__ import annotations

from typing import Any

from egide.core.messages import NO_TIME
from egide.core.proximity import policy as p
from egide.core.proximity import state as s
from egide.core.proximity.evidence import TAKEN

MOST_CM = 2_100_000_000  # half way round the earth still fits four bytes


def inside(distance: float, half: float, doubt: float, radius_m: float, policy: Any) -> bool:
    """Is there credible evidence that the distance is within the radius?"""
    if doubt <= policy[p.CREDIBLE_M]:
        return distance <= radius_m
    return distance + half <= radius_m


def level_by(distance: float, half: float, doubt: float, pair: Any, policy: Any) -> int:
    """The level the evidence supports, whatever the level was."""
    if inside(distance, half, doubt, pair["alert_cm"] * 0.01, policy):
        return s.ALERT
    if inside(distance, half, doubt, pair["pre_alert_cm"] * 0.01, policy):
        return s.PRE_ALERT
    return s.CLEAR


def held_level(lower: float, pair: Any, policy: Any) -> int:
    """The highest level the present evidence does not let go of: a level is left well beyond its radius only."""
    factor = 1.0 + policy[p.EXIT_FRACTION]
    margin = policy[p.EXIT_MARGIN_M]
    if pair["level"] == s.ALERT and lower <= max(pair["alert_cm"] * 0.01 * factor, pair["alert_cm"] * 0.01 + margin):
        return s.ALERT
    if lower <= max(pair["pre_alert_cm"] * 0.01 * factor, pair["pre_alert_cm"] * 0.01 + margin):
        return s.PRE_ALERT
    return s.CLEAR


def next_level(distance: float, half: float, doubt: float, lower: float, t_ms: int, pair: Any, policy: Any) -> int:
    """The level after this evidence. Up at once; down only when the evidence has stood for the dwell."""
    up = level_by(distance, half, doubt, pair, policy)
    level = int(pair["level"])
    if level == s.UNKNOWN_LEVEL:
        known = up > s.CLEAR or doubt <= policy[p.CREDIBLE_M] or lower > pair["pre_alert_cm"] * 0.01
        return up if known else s.UNKNOWN_LEVEL
    if up >= level:
        pair["exit_t_ms"] = NO_TIME
        return up
    down = int(max(up, min(level, held_level(lower, pair, policy))))
    if down == level:
        pair["exit_t_ms"] = NO_TIME
        return level
    if pair["exit_t_ms"] == NO_TIME:
        pair["exit_t_ms"] = t_ms
    if t_ms - pair["exit_t_ms"] < policy[p.EXIT_DWELL_S] * 1000.0:
        return level
    pair["exit_t_ms"] = NO_TIME
    return down


def remember_movement(pair: Any, side: int, fate: int, distance: float, t_ms: int, policy: Any) -> None:
    """Adds to what each party's movement took off the distance lately; older movement fades."""
    if pair["reduced_t_ms"] != NO_TIME:
        memory_s = policy[p.MOVED_MEMORY_S]
        dt_s = min((t_ms - pair["reduced_t_ms"]) * 0.001, memory_s)
        left = 1.0 - dt_s / memory_s
        pair["reduced_cm"][0] = int(pair["reduced_cm"][0] * left)
        pair["reduced_cm"][1] = int(pair["reduced_cm"][1] * left)
        pair["reduced_ds"] = int(min(65_000.0, pair["reduced_ds"] * left + dt_s * 10.0 + 0.5))
        if fate == TAKEN and pair["distance_cm"] >= 0:
            step_cm = int(pair["distance_cm"]) - centimetres(distance)
            total_cm = int(pair["reduced_cm"][side]) + step_cm
            pair["reduced_cm"][side] = max(-MOST_CM, min(MOST_CM, total_cm))
    pair["reduced_t_ms"] = t_ms
    pair["distance_cm"] = min(MOST_CM, centimetres(distance))


def who_moved(pair: Any) -> int:
    """Whose movement reduced the distance lately: a description, never an intent (BAR-28)."""
    ours = max(0.0, pair["reduced_cm"][0] * 0.01)
    theirs = max(0.0, pair["reduced_cm"][1] * 0.01)
    total = ours + theirs
    if total < 1.0:
        return s.MOVED_NONE
    if ours >= 0.75 * total:
        return s.MOVED_PROTECTED
    if theirs >= 0.75 * total:
        return s.MOVED_WEARER
    return s.MOVED_BOTH


def closing_cms(pair: Any) -> int:
    """Centimetres per second by which the distance has shrunk lately, negative when it grew, 0 when nobody can say."""
    if pair["reduced_ds"] < 10:
        return 0
    return int((pair["reduced_cm"][0] * 1.0 + pair["reduced_cm"][1] * 1.0) * 10.0 / pair["reduced_ds"])


def centimetres(metres: float) -> int:
    """Whole centimetres, for what leaves the kernel; metres are never negative here."""
    return int(metres * 100.0 + 0.5)
