"""Which fix of a party is believed, and what distance do two believed fixes allow? The first half of the kernel.

Plain Python in the kernel's subset (see `kernel.py`): float64, int64, + - * / sqrt, and no number of judgement.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from egide.core import geodesy
from egide.core.messages import NO_TIME
from egide.core.proximity import policy as p
from egide.core.proximity import state as s

# What became of a fix.
IGNORED = 0  # older than the present, or worse than what is known: history
TAKEN = 1  # believed
HELD_BACK = 2  # implies an impossible speed: neither believed nor lost
CONFIRMED = 3  # believed because it agrees with the one held back

BEYOND_GRAINS = 2**31  # more than any earth-centred coordinate in 1/256 m


def grains(metres: float) -> int:
    """Metres to whole 1/256 m, the nearest; the earth's radius is added and taken off so that no sign needs a branch."""
    return int(metres * s.GRAIN_PER_M + (BEYOND_GRAINS + 0.5)) - BEYOND_GRAINS


def chord_m(party: Any, x: int, y: int, z: int) -> float:
    """Straight-line metres from a party's believed fix to a place."""
    dx = (int(party["x"]) - x) / s.GRAIN_PER_M
    dy = (int(party["y"]) - y) / s.GRAIN_PER_M
    dz = (int(party["z"]) - z) / s.GRAIN_PER_M
    return sqrt(dx * dx + dy * dy + dz * dz)


def accuracy_cm_of(stated_cm: int, policy: Any) -> int:
    """The 95 % radius taken for a fix: the stated one, never below the best possible, a configured one if unknown."""
    if stated_cm < 0:
        return int(policy[p.DEFAULT_ACCURACY_M] * 100.0)
    return max(stated_cm, int(policy[p.BEST_ACCURACY_M] * 100.0))


def too_fast(gap_m: float, slack_m: float, dt_ms: int, speed_mps: float) -> bool:
    """Does a gap between two fixes, less what both may be off, imply more than a speed?"""
    return bool(gap_m - slack_m > speed_mps * (dt_ms * 0.001))


def speed_limit_mps(party: Any, policy: Any) -> float:
    """The speed above which a lone fix of this party is held: any road's, or a little above a known train's."""
    known = party["speed_cms"] * 0.01 * policy[p.SPEED_SLACK]
    return float(max(policy[p.MAX_SPEED_MPS], min(known, policy[p.CONFIRM_SPEED_MPS])))


def speed_cms_of(stated_cms: int, gap_m: float, dt_ms: int, policy: Any) -> int:
    """The stated speed; if there is none and the fix shows a fast traveller, that speed; else -1, unknown."""
    if stated_cms >= 0:
        return stated_cms
    if gap_m > 0.5 * policy[p.MAX_SPEED_MPS] * (dt_ms * 0.001):
        return int(min(gap_m / (dt_ms * 0.001), policy[p.CONFIRM_SPEED_MPS]) * 100.0)
    return -1


def take_fix(party: Any, message: Any, place: Any, log_ms: int, policy: Any) -> int:
    """Decides whether a fix becomes the party's believed one, and stores it. Returns what became of it."""
    t_ms = min(message["device_time_ms"], log_ms)  # a clock that runs ahead does not see the future
    if t_ms <= party["t_ms"]:
        return IGNORED
    accuracy_cm = accuracy_cm_of(int(message["accuracy_cm"]), policy)
    lat_e7 = int(message["lat_e7"])
    lon_e7 = int(message["lon_e7"])
    x = int(place[0])
    y = int(place[1])
    z = int(place[2])
    fate = TAKEN
    speed_cms = int(message["speed_cms"])
    if party["t_ms"] != NO_TIME:
        dt_ms = t_ms - party["t_ms"]
        gap_m = chord_m(party, x, y, z)
        slack_m = accuracy_cm * 0.01 + party["accuracy_cm"] * 0.01
        if too_fast(gap_m, slack_m, dt_ms, speed_limit_mps(party, policy)):
            fate = HELD_BACK
            if party["held_t_ms"] != NO_TIME and t_ms > party["held_t_ms"]:
                held_e7 = int(party["held_lat_e7"]), int(party["held_lon_e7"])
                gap_m = geodesy.distance_m(held_e7[0], held_e7[1], lat_e7, lon_e7)
                dt_ms = t_ms - party["held_t_ms"]
                slack_m = accuracy_cm * 0.01 + party["held_accuracy_m"] * 1.0
                if not too_fast(gap_m, slack_m, dt_ms, policy[p.CONFIRM_SPEED_MPS]):
                    fate = CONFIRMED
            if fate == HELD_BACK:
                party["held_t_ms"] = t_ms
                party["held_lat_e7"] = lat_e7
                party["held_lon_e7"] = lon_e7
                party["held_accuracy_m"] = min(accuracy_cm // 100 + 1, 65_535)
                return HELD_BACK
        elif accuracy_cm > policy[p.COARSE_M] * 100.0:
            faded_cm = party["accuracy_cm"] + policy[p.COARSE_SPEED_MPS] * dt_ms * 0.1
            if accuracy_cm > faded_cm:  # the older, better fix is still the better guess
                party["seen_ms"] = log_ms
                return IGNORED
        speed_cms = speed_cms_of(speed_cms, gap_m - slack_m, dt_ms, policy)
    party["held_t_ms"] = NO_TIME
    party["t_ms"] = t_ms
    party["x"] = x
    party["y"] = y
    party["z"] = z
    party["lat_e7"] = lat_e7
    party["lon_e7"] = lon_e7
    party["accuracy_cm"] = accuracy_cm
    party["speed_cms"] = speed_cms
    party["seen_ms"] = log_ms
    return fate


def drift_m(party: Any, now_ms: int, policy: Any) -> float:
    """How far a party may have moved since its believed fix, by the speed it told or a configured one."""
    age_s = (now_ms - party["t_ms"]) * 0.001
    speed = policy[p.DRIFT_SPEED_MPS]
    if party["speed_cms"] * 0.01 > speed:
        speed = party["speed_cms"] * 0.01
    return float(age_s * speed)


def interval(a: Any, b: Any, policy: Any) -> tuple[float, float, float, float, int]:
    """(distance_m, half-width_m, doubt_m, lower end_m, event time) between the believed fixes of two parties.

    The half-width adds both 95 % radii as independent errors and the way the party seen earlier may have gone since.
    The doubt is what weighs against raising a level: the same, without that way while the older fix is fresh.
    """
    t_ms = max(a["t_ms"], b["t_ms"])
    chord = chord_m(a, int(b["x"]), int(b["y"]), int(b["z"]))
    if chord <= geodesy.LONG_CHORD_M:
        distance = geodesy.chord_to_geodesic_m(chord)
    else:
        distance = geodesy.long_distance_m(int(a["lat_e7"]), int(a["lon_e7"]), int(b["lat_e7"]), int(b["lon_e7"]))
    ra = a["accuracy_cm"] * 0.01
    rb = b["accuracy_cm"] * 0.01
    sure = sqrt(ra * ra + rb * rb)
    half = sure + drift_m(a, t_ms, policy) + drift_m(b, t_ms, policy)
    age_ms = t_ms - min(a["t_ms"], b["t_ms"])
    doubt = sure if age_ms <= policy[p.FRESH_S] * 1000.0 else half
    return distance, half, doubt, max(0.0, distance - half), t_ms
