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

FASTEST_CMS = 32_767  # what two bytes hold
LONGEST_DS = 65_535


def ecef_grains(lat_e7: float, lon_e7: float) -> tuple[float, float, float]:
    """Earth-centred place in whole 1/256 m, the nearest."""
    x, y, z = geodesy.ecef(lat_e7, lon_e7)
    x = (x * s.GRAIN_PER_M + geodesy.ROUNDER) - geodesy.ROUNDER
    y = (y * s.GRAIN_PER_M + geodesy.ROUNDER) - geodesy.ROUNDER
    z = (z * s.GRAIN_PER_M + geodesy.ROUNDER) - geodesy.ROUNDER
    return x, y, z


def place_all(angles: Any, grains: Any, n: int) -> None:
    """`ecef_grains` of n places; angles holds their latitudes, then their longitudes, grains gets all x, all y, all z.

    A loop of its own over two arrays, for so the compiler does four places at once.
    """
    for j in range(n):
        x, y, z = ecef_grains(angles[j], angles[n + j])
        grains[j] = x
        grains[n + j] = y
        grains[2 * n + j] = z


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
        return min(stated_cms, FASTEST_CMS)
    if gap_m > policy[p.FAST_SPEED_MPS] * (dt_ms * 0.001):
        return int(min(gap_m / (dt_ms * 0.001), policy[p.CONFIRM_SPEED_MPS]) * 100.0)
    return -1


def corrected_ms(party: Any, clock: Any, device_ms: int, log_ms: int, policy: Any) -> int:
    """The device's time, corrected by what its clock is known to be off; watches and learns that.

    A clock is off if fixes that arrive over a while ask for the same correction: late messages catch up, a wrong
    clock does not. Ahead or behind alike. Until then the time stands as told. The caller cuts it at log time.
    """
    asked_ms = log_ms - device_ms
    tolerance_ms = policy[p.CLOCK_TOLERANCE_S] * 1000.0
    flags = int(party["flags"])
    if not flags & (s.CLOCK_WATCHED | s.CLOCK_WRONG) and -tolerance_ms <= asked_ms <= tolerance_ms:
        return device_ms
    correction_ms = int(clock["correction_s"]) * 1000
    off_ms = asked_ms - correction_ms
    if -tolerance_ms <= off_ms <= tolerance_ms:
        party["flags"] = flags & ~s.CLOCK_WATCHED
        return device_ms + correction_ms
    asked_s = asked_ms // 1000 if asked_ms >= 0 else -(-asked_ms // 1000)
    asked_s = max(-2_000_000_000, min(2_000_000_000, asked_s))
    log_s = log_ms // 1000
    apart_s = asked_s - int(clock["seen_s"])
    if not flags & s.CLOCK_WATCHED or apart_s * 1000.0 > tolerance_ms or -apart_s * 1000.0 > tolerance_ms:
        clock["seen_s"] = asked_s
        clock["since_s"] = log_s
        party["flags"] = flags | s.CLOCK_WATCHED
        return device_ms + correction_ms
    if log_s - clock["since_s"] < policy[p.CLOCK_WAIT_S]:
        return device_ms + correction_ms
    seen_s = int(clock["seen_s"])
    right = seen_s * 1000.0 <= tolerance_ms and -seen_s * 1000.0 <= tolerance_ms
    clock["correction_s"] = 0 if right else seen_s
    party["flags"] = flags & ~(s.CLOCK_WATCHED | s.CLOCK_WRONG) | s.CLOCK_TOLD | (0 if right else s.CLOCK_WRONG)
    return device_ms + int(clock["correction_s"]) * 1000


def take_fix(
    pair: Any,
    side: int,
    party: Any,
    message: Any,
    x: int,
    y: int,
    z: int,
    t_ms: int,
    log_ms: int,
    policy: Any,
) -> int:
    """Decides whether a fix becomes the party's believed one, and stores it. Returns what became of it."""
    if t_ms <= party["t_ms"]:
        return IGNORED
    accuracy_cm = accuracy_cm_of(int(message["accuracy_cm"]), policy)
    lat_e7 = int(message["lat_e7"])
    lon_e7 = int(message["lon_e7"])
    fate = TAKEN
    speed_cms = int(message["speed_cms"])
    if party["t_ms"] == NO_TIME:
        speed_cms = max(-1, min(speed_cms, FASTEST_CMS))
        party["since_s"] = max(0, t_ms // 1000)
        stop(party)
    else:
        dt_ms = t_ms - party["t_ms"]
        dx = (x - int(party["x"])) / s.GRAIN_PER_M
        dy = (y - int(party["y"])) / s.GRAIN_PER_M
        dz = (z - int(party["z"])) / s.GRAIN_PER_M
        gap_m = sqrt(dx * dx + dy * dy + dz * dz)
        slack_m = accuracy_cm * 0.01 + party["accuracy_cm"] * 0.01
        if gap_m > 0.0 or accuracy_cm != party["accuracy_cm"]:
            party["since_s"] = max(0, t_ms // 1000)
        if too_fast(gap_m, slack_m, dt_ms, speed_limit_mps(party, policy)):
            fate = HELD_BACK
            since_held_ms = dt_ms - int(pair["held_dt_ms"][side])
            if pair["held_dt_ms"][side] > 0 and since_held_ms > 0:
                hx, hy, hz = geodesy.ecef(int(pair["held_lat_e7"][side]), int(pair["held_lon_e7"][side]))
                dx = x / s.GRAIN_PER_M - hx
                dy = y / s.GRAIN_PER_M - hy
                dz = z / s.GRAIN_PER_M - hz
                gap_m = sqrt(dx * dx + dy * dy + dz * dz)
                slack_m = accuracy_cm * 0.01 + pair["held_accuracy_m"][side] * 1.0
                if not too_fast(gap_m, slack_m, since_held_ms, policy[p.CONFIRM_SPEED_MPS]):
                    fate = CONFIRMED
                    dt_ms = since_held_ms
                    stop(party)
            if fate == HELD_BACK:
                pair["held_dt_ms"][side] = min(dt_ms, 2_000_000_000)
                pair["held_lat_e7"][side] = lat_e7
                pair["held_lon_e7"][side] = lon_e7
                pair["held_accuracy_m"][side] = min(accuracy_cm // 100 + 1, 65_535)
                return HELD_BACK
        elif accuracy_cm > policy[p.COARSE_M] * 100.0:
            faded_cm = party["accuracy_cm"] + policy[p.COARSE_SPEED_MPS] * dt_ms * 0.1
            if accuracy_cm > faded_cm:  # the older, better fix is still the better guess
                party["seen_ms"] = log_ms
                return IGNORED
        speed_cms = speed_cms_of(speed_cms, gap_m - slack_m, dt_ms, policy)
        party["every_ds"] = min(dt_ms // 100, LONGEST_DS)
        if dt_ms > policy[p.MOTION_GAP_S] * 1000.0 or slack_m > policy[p.COARSE_M]:
            stop(party)
        else:
            follow(party, dx, dy, dz, dt_ms, policy)
    pair["held_dt_ms"][side] = 0
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


def stop(party: Any) -> None:
    """Nothing is known of how a party moves."""
    party["vx"] = 0
    party["vy"] = 0
    party["vz"] = 0


def follow(party: Any, dx: float, dy: float, dz: float, dt_ms: int, policy: Any) -> None:
    """Brings the smoothed movement up to date with a step in metres: what is newer weighs more, a lone error little."""
    dt_s = dt_ms * 0.001
    share = 1.0 / (dt_s + policy[p.MOTION_MEMORY_S])
    party["vx"] = smoothed(party["vx"] * 1.0, dx, dt_s, share)
    party["vy"] = smoothed(party["vy"] * 1.0, dy, dt_s, share)
    party["vz"] = smoothed(party["vz"] * 1.0, dz, dt_s, share)


def smoothed(cms: float, step_m: float, dt_s: float, share: float) -> int:
    """One component of the movement in whole cm/s; FASTEST_CMS is added and taken off so that no sign needs a branch."""
    now = cms + (step_m * 100.0 - cms * dt_s) * share
    return int(max(0.0, min(2.0 * FASTEST_CMS, now + (FASTEST_CMS + 0.5)))) - FASTEST_CMS


def drift_m(party: Any, now_ms: int, policy: Any) -> float:
    """How far a party may have moved since its believed fix, by the speed it told or a configured one."""
    age_s = (now_ms - party["t_ms"]) * 0.001
    return float(age_s * max(policy[p.DRIFT_SPEED_MPS], party["speed_cms"] * 0.01))


def interval(a: Any, b: Any, policy: Any) -> tuple[float, float, float, float, int]:
    """(distance_m, half-width_m, doubt_m, lower end_m, event time) between the believed fixes of two parties.

    The half-width adds both 95 % radii as independent errors and the way the party seen earlier may have gone since.
    The doubt is what weighs against raising a level: the same, without that way while the older fix is fresh.
    """
    t_ms = int(max(a["t_ms"], b["t_ms"]))
    dx = (int(b["x"]) - int(a["x"])) / s.GRAIN_PER_M
    dy = (int(b["y"]) - int(a["y"])) / s.GRAIN_PER_M
    dz = (int(b["z"]) - int(a["z"])) / s.GRAIN_PER_M
    chord = sqrt(dx * dx + dy * dy + dz * dz)
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


def horizon_s(a: Any, b: Any, t_ms: int, policy: Any) -> float:
    """How far ahead motion is followed: a share of the wait for the next fix of either, within two limits."""
    wait_ms = policy[p.FORESEE_MOST_S] * 1000.0
    for party in (a, b):
        next_ms = int(party["t_ms"]) + int(party["every_ds"]) * 100 - t_ms
        if next_ms > 0:
            wait_ms = min(wait_ms, next_ms * 1.0)
    return float(max(policy[p.FORESEE_LEAST_S], wait_ms * 0.001 * policy[p.FORESEE_SHARE]))


def foreseen_m(a: Any, b: Any, t_ms: int, policy: Any) -> float:
    """The distance in metres at the horizon if both go on as they went lately, each for a limited while."""
    ahead_s = horizon_s(a, b, t_ms, policy)
    most_s = policy[p.FORESEE_MOST_S]
    sa = 0.01 * min(most_s, (t_ms - a["t_ms"]) * 0.001 + ahead_s)
    sb = 0.01 * min(most_s, (t_ms - b["t_ms"]) * 0.001 + ahead_s)
    dx = (int(b["x"]) - int(a["x"])) / s.GRAIN_PER_M + b["vx"] * sb - a["vx"] * sa
    dy = (int(b["y"]) - int(a["y"])) / s.GRAIN_PER_M + b["vy"] * sb - a["vy"] * sa
    dz = (int(b["z"]) - int(a["z"])) / s.GRAIN_PER_M + b["vz"] * sb - a["vz"] * sa
    return geodesy.chord_to_geodesic_m(sqrt(dx * dx + dy * dy + dz * dz))


def approach_cms(a: Any, b: Any, t_ms: int, policy: Any) -> tuple[float, float]:
    """By how many cm/s the movement of each party reduces the distance; 0 for one unseen for so long that nobody knows."""
    dx = (int(b["x"]) - int(a["x"])) / s.GRAIN_PER_M
    dy = (int(b["y"]) - int(a["y"])) / s.GRAIN_PER_M
    dz = (int(b["z"]) - int(a["z"])) / s.GRAIN_PER_M
    chord = sqrt(dx * dx + dy * dy + dz * dz)
    ours = 0.0
    theirs = 0.0
    if chord > 0.0:
        gap_ms = policy[p.MOTION_GAP_S] * 1000.0
        if t_ms - a["t_ms"] <= gap_ms:
            ours = (a["vx"] * dx + a["vy"] * dy + a["vz"] * dz) / chord
        if t_ms - b["t_ms"] <= gap_ms:
            theirs = -(b["vx"] * dx + b["vy"] * dy + b["vz"] * dz) / chord
    return ours, theirs
