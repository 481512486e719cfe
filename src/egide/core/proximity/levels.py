"""Which level does a distance support, when is a level left, and whose movement reduced the distance?

Plain Python in the kernel's subset (see `kernel.py`). A level rises at once on credible evidence and is left only well
beyond its radius, after the dwell; a movement is described, never an intent (BAR-28).
"""

from __future__ import annotations

from typing import Any

from egide.core.messages import NO_TIME
from egide.core.proximity import policy as p
from egide.core.proximity import state as s


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


def near_enough(distance: float, radius_m: float, policy: Any) -> bool:
    """Is somebody near enough to a radius for foresight to say anything about it?"""
    return bool(distance <= radius_m + max(policy[p.FORESEE_WAY_M], radius_m * policy[p.FORESEE_WAY_SHARE]))


def may_foresee(distance: float, up: int, pair: Any, policy: Any) -> bool:
    """Is there a radius that is not reached and near enough?"""
    if up == s.CLEAR:
        return near_enough(distance, pair["pre_alert_cm"] * 0.01, policy)
    return near_enough(distance, pair["alert_cm"] * 0.01, policy)


def level_soon(foreseen: float, distance: float, half: float, doubt: float, pair: Any, policy: Any) -> int:
    """The level the distance foreseen supports, of the radii that are near enough for foresight."""
    alert_m = pair["alert_cm"] * 0.01
    pre_alert_m = pair["pre_alert_cm"] * 0.01
    if near_enough(distance, alert_m, policy) and inside(foreseen, half, doubt, alert_m, policy):
        return s.ALERT
    if near_enough(distance, pre_alert_m, policy) and inside(foreseen, half, doubt, pre_alert_m, policy):
        return s.PRE_ALERT
    return s.CLEAR


def held_level(lower: float, pair: Any, policy: Any) -> int:
    """The highest level the present evidence does not let go of: a level is left well beyond its radius only."""
    factor = 1.0 + policy[p.EXIT_FRACTION]
    margin = policy[p.EXIT_MARGIN_M]
    alert_m = pair["alert_cm"] * 0.01
    pre_alert_m = pair["pre_alert_cm"] * 0.01
    if pair["level"] == s.ALERT and lower <= max(alert_m * factor, alert_m + margin):
        return s.ALERT
    if lower <= max(pre_alert_m * factor, pre_alert_m + margin):
        return s.PRE_ALERT
    return s.CLEAR


def dwell_s(lower: float, pair: Any, policy: Any) -> float:
    """How long the evidence for a lower level must stand: less for somebody far beyond the radius that is left."""
    radius_m = pair["alert_cm"] * 0.01 if pair["level"] == s.ALERT else pair["pre_alert_cm"] * 0.01
    far = lower > radius_m * (1.0 + policy[p.EXIT_FAR_FRACTION])
    return float(policy[p.EXIT_FAR_DWELL_S] if far else policy[p.EXIT_DWELL_S])


def next_level(up: int, doubt: float, lower: float, t_ms: int, pair: Any, policy: Any) -> int:
    """The level after evidence that supports `up`. Up at once; down only when the evidence has stood for the dwell."""
    level = int(pair["level"])
    if up >= level:
        if level == s.UNKNOWN_LEVEL:
            known = up > s.CLEAR or doubt <= policy[p.CREDIBLE_M] or lower > pair["pre_alert_cm"] * 0.01
            return up if known else s.UNKNOWN_LEVEL
        pair["exit_t_ms"] = NO_TIME
        return up
    down = int(max(up, min(level, held_level(lower, pair, policy))))
    if down == level:
        pair["exit_t_ms"] = NO_TIME
        return level
    if pair["exit_t_ms"] == NO_TIME:
        pair["exit_t_ms"] = t_ms
    if t_ms - pair["exit_t_ms"] < dwell_s(lower, pair, policy) * 1000.0:
        return level
    pair["exit_t_ms"] = NO_TIME
    return down


def who_moved(ours_cms: float, theirs_cms: float, policy: Any) -> int:
    """Whose movement reduces the distance: a description, never an intent (BAR-28)."""
    ours = max(0.0, ours_cms)
    theirs = max(0.0, theirs_cms)
    total = ours + theirs
    if total < policy[p.MOVED_LEAST_MPS] * 100.0:
        return s.MOVED_NONE
    if ours >= policy[p.MOVED_SHARE] * total:
        return s.MOVED_PROTECTED
    if theirs >= policy[p.MOVED_SHARE] * total:
        return s.MOVED_WEARER
    return s.MOVED_BOTH


def nearest(value: float) -> int:
    """The nearest whole number, halves away from zero."""
    return int(value + 0.5) if value >= 0.0 else -int(0.5 - value)
