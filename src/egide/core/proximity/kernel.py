"""One pair, one message: evidence -> interval -> level -> timers. The only place where a level is decided.

Plain Python that Numba compiles (`compiled.py`); interpreted, it gives the same bytes. It uses float64, int64 and
+ - * / sqrt only. It knows nothing of the law (what a level means here and now), of incidents, or of who is watching,
and no number of judgement stands in it: those come as the array of `policy.py`.
"""

from __future__ import annotations

from typing import Any

from egide.core import geodesy
from egide.core.messages import NO_TIME
from egide.core.proximity import policy as p
from egide.core.proximity import state as s
from egide.core.proximity.evidence import CONFIRMED, HELD_BACK, IGNORED, grains, interval, take_fix
from egide.core.proximity.levels import centimetres, closing_cms, next_level, remember_movement, who_moved

LOOK_AHEAD = 32  # messages whose pairs are fetched together
ROOM_PER_PAIR = 8  # events one message can cause for one pair, at most

# The numbers of core.messages.Kind and Flag and of SignalKind, as constants for the compiler.
FIX = 1
SIGNAL = 2
TICK = 4
UNVERIFIED = 1
CONNECTION_LOST = 10


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
    e["closing_cms"] = closing_cms(pair)


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
    seen_both = log_ms - a["t_ms"] <= after_ms and log_ms - b["t_ms"] <= after_ms
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
        pair["possible_ms"] = min(min(a["t_ms"], b["t_ms"]) + max(after_ms, reach_ms), held_due(pair, policy))
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


def held_due(pair: Any, policy: Any) -> int:
    """When a fix held for confirmation that would be inside becomes a possible approach, NEVER if there is none.

    A later fix that fits the believed one clears it; one that fits the held one is believed and judged.
    """
    due = s.NEVER
    for side in range(2):
        mine = pair["protected"] if side == s.PROTECTED else pair["wearer"]
        other = pair["wearer"] if side == s.PROTECTED else pair["protected"]
        if mine["held_t_ms"] != NO_TIME and other["t_ms"] != NO_TIME:
            held_lat, held_lon = int(mine["held_lat_e7"]), int(mine["held_lon_e7"])
            gap_m = geodesy.distance_m(held_lat, held_lon, int(other["lat_e7"]), int(other["lon_e7"]))
            if gap_m <= pair["pre_alert_cm"] * 0.01:
                due = min(due, int(mine["held_t_ms"]) + int(policy[p.HELD_WAIT_S] * 1000.0))
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
        if level < s.ALERT and not pair["flags"] & s.POSSIBLE:
            pair["possible_ms"] = min(int(pair["possible_ms"]), held_due(pair, policy))
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
