"""One pair, one message: evidence -> interval -> level -> timers. The only place where a level is decided.

Plain Python that Numba compiles (`compiled.py`); interpreted, it gives the same bytes. It uses float64, int64 and
+ - * / sqrt only. It knows nothing of the law (what a level means here and now), of incidents, or of who is watching,
and no number of judgement stands in it: those come as the array of `policy.py`.
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
MOST_CM = 2_100_000_000  # half way round the earth still fits four bytes
LOOK_AHEAD = 32  # messages whose pairs are fetched together
ROOM_PER_PAIR = 8  # events one message can cause for one pair, at most

# The numbers of core.messages.Kind and Flag and of SignalKind, as constants for the compiler.
FIX = 1
SIGNAL = 2
TICK = 4
UNVERIFIED = 1
CONNECTION_LOST = 10


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
        left = 1.0 - (t_ms - pair["reduced_t_ms"]) * 0.001 / policy[p.MOVED_MEMORY_S]
        if left < 0.0:
            left = 0.0
        pair["reduced_cm"][0] = int(pair["reduced_cm"][0] * left)
        pair["reduced_cm"][1] = int(pair["reduced_cm"][1] * left)
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


def centimetres(metres: float) -> int:
    """Whole centimetres, for what leaves the kernel; metres are never negative here."""
    return int(metres * 100.0 + 0.5)


def emit(
    out: Any,
    n: int,
    message: int,
    index: int,
    kind: int,
    side: int,
    before: int,
    after: int,
    pair: Any,
    log_ms: int,
    t_ms: int,
) -> int:
    """Writes one event without distances; returns the new count."""
    e = out[n]
    e["message"] = message
    e["pair"] = index
    e["kind"] = kind
    e["party"] = side
    e["level_from"] = before
    e["level_to"] = after
    e["basis"] = s.NO_BASIS
    e["moved"] = s.MOVED_NONE
    e["time_ms"] = log_ms
    e["device_time_ms"] = t_ms
    e["distance_cm"] = -1
    e["lower_cm"] = -1
    e["upper_cm"] = -1
    e["closing_cms"] = 0
    return n + 1


def with_distances(out: Any, n: int, pair: Any, distance: float, half: float, lower: float, policy: Any) -> None:
    """Adds the interval and the movement to the event just written."""
    e = out[n - 1]
    e["basis"] = s.OBSERVED
    e["moved"] = who_moved(pair)
    e["distance_cm"] = centimetres(distance)
    e["lower_cm"] = centimetres(lower)
    e["upper_cm"] = centimetres(distance + half)
    e["closing_cms"] = int((pair["reduced_cm"][0] * 1.0 + pair["reduced_cm"][1] * 1.0) / policy[p.MOVED_MEMORY_S])


def evaluate(
    pair: Any, side: int, fate: int, index: int, message: int, log_ms: int, policy: Any, out: Any, n: int
) -> int:
    """Both parties have a believed fix and one is new: level, movement, possible approach. Returns the event count."""
    a = pair["protected"]
    b = pair["wearer"]
    distance, half, doubt, lower, t_ms = interval(a, b, policy)
    remember_movement(pair, side, fate, distance, t_ms, policy)
    before = pair["level"]
    after = next_level(distance, half, doubt, lower, t_ms, pair, policy)
    if after != before:
        pair["level"] = after
        pair["exit_t_ms"] = NO_TIME
        n = emit(out, n, message, index, s.LEVEL, side, before, after, pair, log_ms, t_ms)
        with_distances(out, n, pair, distance, half, lower, policy)
    alert_m = pair["alert_cm"] * 0.01
    vague = after < s.ALERT and doubt > policy[p.CREDIBLE_M] and lower <= alert_m
    after_ms = int(policy[p.POSSIBLE_AFTER_S] * 1000.0)
    seen_both = t_ms - a["t_ms"] <= after_ms and t_ms - b["t_ms"] <= after_ms
    pair["possible_ms"] = s.NEVER
    if pair["flags"] & s.POSSIBLE:
        if after == s.ALERT or (seen_both and not vague):
            pair["flags"] = pair["flags"] & ~s.POSSIBLE
            n = emit(out, n, message, index, s.POSSIBLE_ENDED, -1, before, after, pair, log_ms, t_ms)
            with_distances(out, n, pair, distance, half, lower, policy)
    elif vague:
        pair["flags"] = pair["flags"] | s.POSSIBLE
        n = emit(out, n, message, index, s.POSSIBLE_APPROACH, side, before, after, pair, log_ms, t_ms)
        with_distances(out, n, pair, distance, half, lower, policy)
    if after < s.ALERT and not pair["flags"] & s.POSSIBLE:
        reach_ms = int(max(0.0, lower - alert_m) / policy[p.POSSIBLE_SPEED_MPS] * 1000.0)
        pair["possible_ms"] = min(a["t_ms"], b["t_ms"]) + max(after_ms, reach_ms)
    return n


def next_due(pair: Any, policy: Any) -> int:
    """Log time of the next thing a tick must look at for this pair, NEVER if there is none."""
    if not pair["flags"] & s.ACTIVE:
        return s.NEVER
    due = int(pair["possible_ms"])
    silence_ms = int(policy[p.SILENCE_S] * 1000.0)
    lost_ms = int(policy[p.POSITION_UNKNOWN_S] * 1000.0)
    for side in range(2):
        party = pair["protected"] if side == s.PROTECTED else pair["wearer"]
        if not party["flags"] & s.SILENT:
            due = min(due, party["heard_ms"] + silence_ms)
            if not party["flags"] & s.POSITION_UNKNOWN:
                due = min(due, party["seen_ms"] + lost_ms)
    return due


def hear(
    pair: Any, side: int, index: int, i: int, message: Any, place: Any, log_ms: int, policy: Any, out: Any, n: int
) -> int:
    """One message of one party of one pair. Returns the event count."""
    party = pair["protected"] if side == s.PROTECTED else pair["wearer"]
    level = pair["level"]
    party["heard_ms"] = log_ms
    if party["flags"] & s.SILENT:
        party["flags"] = party["flags"] & ~s.SILENT
        n = emit(out, n, i, index, s.HEARD_AGAIN, side, level, level, pair, log_ms, log_ms)
    if message["kind"] != FIX:
        return n
    fate = take_fix(party, message, place, log_ms, policy)
    if fate == HELD_BACK:
        return emit(out, n, i, index, s.HELD, side, level, level, pair, log_ms, message["device_time_ms"])
    if fate == IGNORED:
        return n
    if fate == CONFIRMED:
        n = emit(out, n, i, index, s.BELIEVED, side, level, level, pair, log_ms, party["t_ms"])
    if party["flags"] & s.POSITION_UNKNOWN:
        party["flags"] = party["flags"] & ~s.POSITION_UNKNOWN
        n = emit(out, n, i, index, s.POSITION_FOUND, side, level, level, pair, log_ms, party["t_ms"])
    if pair["protected"]["t_ms"] != NO_TIME and pair["wearer"]["t_ms"] != NO_TIME:
        n = evaluate(pair, side, fate, index, i, log_ms, policy, out, n)
    return n


def tick(pair: Any, index: int, i: int, log_ms: int, policy: Any, out: Any, n: int) -> int:
    """Time passed and nobody spoke: silence, position unknown, possible approach. Never a level (design)."""
    level = pair["level"]
    silence_ms = int(policy[p.SILENCE_S] * 1000.0)
    lost_ms = int(policy[p.POSITION_UNKNOWN_S] * 1000.0)
    for side in range(2):
        party = pair["protected"] if side == s.PROTECTED else pair["wearer"]
        if party["flags"] & s.SILENT:
            continue
        if log_ms - party["heard_ms"] >= silence_ms:
            party["flags"] = party["flags"] | s.SILENT
            n = emit(out, n, i, index, s.SILENCE, side, level, level, pair, log_ms, party["heard_ms"])
        elif not party["flags"] & s.POSITION_UNKNOWN and log_ms - party["seen_ms"] >= lost_ms:
            party["flags"] = party["flags"] | s.POSITION_UNKNOWN
            n = emit(out, n, i, index, s.POSITION_LOST, side, level, level, pair, log_ms, party["seen_ms"])
    if log_ms >= pair["possible_ms"]:
        pair["possible_ms"] = s.NEVER
        pair["flags"] = pair["flags"] | s.POSSIBLE
        n = emit(out, n, i, index, s.POSSIBLE_APPROACH, -1, level, level, pair, log_ms, log_ms)
        distance, half, _, lower, _ = interval(pair["protected"], pair["wearer"], policy)
        with_distances(out, n, pair, distance, half, lower, policy)
    return n


def is_sign_of_life(message: Any) -> bool:
    """Does a device's message prove it alive? Not if somebody else says it is gone, nor if its credential was wrong."""
    if message["kind"] != SIGNAL:
        return True
    return bool(not message["flags"] & UNVERIFIED and message["signal"] != CONNECTION_LOST)


def tick_all(pairs: Any, due: Any, i: int, log_ms: int, policy: Any, out: Any, n: int) -> int:
    """A tick for every pair that has something due. Stops early when `out` is nearly full: calling again goes on."""
    for k in range(len(due)):
        if due[k] <= log_ms:
            if n + ROOM_PER_PAIR > len(out):
                return n
            pair = pairs[k]
            n = tick(pair, k, i, log_ms, policy, out, n)
            due[k] = next_due(pair, policy)
    return n


def earliest(due: Any) -> int:
    """The earliest deadline of all pairs."""
    first = s.NEVER
    for k in range(len(due)):
        first = min(first, due[k])
    return first


def look_ahead(messages: Any, begin: int, routes_start: Any, routes: Any, pairs: Any, due: Any, places: Any) -> int:
    """Prepares the next messages: where each fix is, and a look at every pair concerned, so that its memory comes.

    It decides nothing. With a hundred thousand pairs a fix costs what fetching its pair costs; here the fetches overlap.
    What it answers is of no use but that the looks cannot be left out.
    """
    seen = 0
    devices = len(routes_start) - 1
    end = min(begin + LOOK_AHEAD, len(messages))
    for i in range(begin, end):
        device = messages[i]["device"]
        if 0 < device < devices:
            for r in range(routes_start[device], routes_start[device + 1]):
                k = routes[r] >> 1
                pair = pairs[k]
                seen ^= pair["protected"]["t_ms"] ^ pair["wearer"]["t_ms"] ^ pair["possible_ms"] ^ due[k]
    for i in range(begin, end):
        x, y, z = geodesy.ecef(int(messages[i]["lat_e7"]), int(messages[i]["lon_e7"]))
        places[i - begin][0] = grains(x)
        places[i - begin][1] = grains(y)
        places[i - begin][2] = grains(z)
    return seen


def run(
    messages: Any,
    begin: int,
    routes_start: Any,
    routes: Any,
    pairs: Any,
    due: Any,
    clock: Any,
    grid_ms: int,
    policy: Any,
    places: Any,
    out: Any,
) -> tuple[int, int]:
    """Applies messages[begin:] in order. Returns (index of the first message not applied, events written).

    Messages and routes are arrays: what a device touches is routes[routes_start[device]:routes_start[device + 1]],
    each 2 * pair + side. `clock[0]` is log time, the largest stream time so far. When `out` has
    no room left the call returns early and is made again with the index it answered. `grid_ms` > 0 makes ticks on that
    grid between messages (replay of recorded traces); live it is 0, ticks stand in the log.
    """
    n = 0
    devices = len(routes_start) - 1
    for i in range(begin, len(messages)):
        ahead = (i - begin) % LOOK_AHEAD
        if ahead == 0:
            clock[1] = look_ahead(messages, i, routes_start, routes, pairs, due, places)
        message = messages[i]
        stream_ms = message["stream_time_ms"]
        if grid_ms > 0:
            first = earliest(due)
            while first < stream_ms:
                at_ms = (max(first, clock[0]) + grid_ms - 1) // grid_ms * grid_ms
                if at_ms >= stream_ms:
                    break
                clock[0] = at_ms
                n = tick_all(pairs, due, -1, at_ms, policy, out, n)
                if n + ROOM_PER_PAIR > len(out):
                    return i, n
                first = earliest(due)
        if stream_ms > clock[0]:
            clock[0] = stream_ms
        log_ms = clock[0]
        if message["kind"] == TICK:
            n = tick_all(pairs, due, i, log_ms, policy, out, n)
            if n + ROOM_PER_PAIR > len(out):
                return i, n  # perhaps not all were reached; the same tick again does the rest
            continue
        device = message["device"]
        if device <= 0 or device >= devices or not is_sign_of_life(message):
            continue
        first_route = routes_start[device]
        last_route = routes_start[device + 1]
        if n + ROOM_PER_PAIR * (last_route - first_route) > len(out):
            return i, n
        for r in range(first_route, last_route):
            k = routes[r] >> 1
            pair = pairs[k]
            n = hear(pair, routes[r] & 1, k, i, message, places[ahead], log_ms, policy, out, n)
            due[k] = next_due(pair, policy)
    return len(messages), n
