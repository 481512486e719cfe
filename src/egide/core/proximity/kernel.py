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
from egide.core.proximity.evidence import (
    CONFIRMED,
    HELD_BACK,
    IGNORED,
    approach_cms,
    corrected_ms,
    foreseen_m,
    interval,
    place_all,
    take_fix,
)
from egide.core.proximity.levels import level_by, level_soon, may_foresee, nearest, next_level, who_moved

LOOK_AHEAD = 32  # messages whose pairs are fetched together
ROOM_PER_PAIR = 8  # events one message can cause for one pair, at most
NOBODY = -1  # a device no measure concerns

# The numbers of core.messages.Kind and Flag and of SignalKind, as constants for the compiler.
FIX = 1
SIGNAL = 2
TICK = 4
UNVERIFIED = 1
CONNECTION_LOST = 10


def emit(out: Any, n: int, message: int, index: int, kind: int, side: int, level: int, log_ms: int, t_ms: int) -> int:
    """Writes one event without distances or change of level; returns the new count."""
    e = out[n]
    e["message"] = message
    e["pair"] = index
    e["kind"] = kind
    e["party"] = side
    e["level_from"] = level
    e["level_to"] = level
    e["basis"] = s.NO_BASIS
    e["moved"] = s.MOVED_NONE
    e["time_ms"] = log_ms
    e["device_time_ms"] = t_ms
    e["distance_cm"] = -1
    e["lower_cm"] = -1
    e["upper_cm"] = -1
    e["closing_cms"] = 0
    e["value"] = 0
    e["lat_e7"] = 0
    e["lon_e7"] = 0
    return n + 1


def with_distances(out: Any, n: int, pair: Any, basis: int, policy: Any) -> None:
    """Adds the interval and the movement to the event just written."""
    e = out[n - 1]
    a = pair["protected"]
    b = pair["wearer"]
    distance, half, _, lower, t_ms = interval(a, b, policy)
    ours, theirs = approach_cms(a, b, t_ms, policy)
    e["basis"] = basis
    e["moved"] = who_moved(ours, theirs, policy)
    e["distance_cm"] = nearest(distance * 100.0)
    e["lower_cm"] = nearest(lower * 100.0)
    e["upper_cm"] = nearest((distance + half) * 100.0)
    e["closing_cms"] = nearest(ours + theirs)
    e["lat_e7"] = b["lat_e7"]
    e["lon_e7"] = b["lon_e7"]


def evaluate(pair: Any, side: int, index: int, message: int, log_ms: int, policy: Any, out: Any, n: int) -> int:
    """Both parties have a believed fix and one is new: level and possible approach. Returns the event count."""
    a = pair["protected"]
    b = pair["wearer"]
    distance, half, doubt, lower, t_ms = interval(a, b, policy)
    before = int(pair["level"])
    up = level_by(distance, half, doubt, pair, policy)
    basis = s.OBSERVED
    if up < s.ALERT and doubt <= policy[p.CREDIBLE_M] and may_foresee(distance, up, pair, policy):
        soon = level_soon(foreseen_m(a, b, t_ms, policy), distance, half, doubt, pair, policy)
        if soon > up:
            up = soon
            basis = s.FORESEEN
    after = next_level(up, doubt, lower, t_ms, pair, policy)
    if after != before:
        pair["level"] = after
        pair["exit_t_ms"] = NO_TIME
        n = emit(out, n, message, index, s.LEVEL, side, before, log_ms, t_ms)
        out[n - 1]["level_to"] = after
        with_distances(out, n, pair, basis if after > before else s.OBSERVED, policy)
    alert_m = pair["alert_cm"] * 0.01
    vague = after < s.ALERT and doubt > policy[p.CREDIBLE_M] and lower <= alert_m
    if pair["flags"] & s.POSSIBLE:
        unseen_ms = log_ms - policy[p.POSSIBLE_AFTER_S] * 1000.0
        seen = not vague and a["t_ms"] >= unseen_ms and b["t_ms"] >= unseen_ms
        # A held fix that nothing contradicts may be where somebody is: the believed one is no answer to it.
        if after == s.ALERT or (seen and held_due(pair, policy) == s.NEVER):
            pair["flags"] = pair["flags"] & ~s.POSSIBLE
            n = emit(out, n, message, index, s.POSSIBLE_ENDED, -1, after, log_ms, t_ms)
            with_distances(out, n, pair, s.OBSERVED, policy)
    elif vague:
        pair["flags"] = pair["flags"] | s.POSSIBLE
        n = emit(out, n, message, index, s.POSSIBLE_APPROACH, side, after, log_ms, t_ms)
        with_distances(out, n, pair, s.OBSERVED, policy)
    pair["possible_ms"] = possible_due(pair, lower, policy)
    return n


def possible_due(pair: Any, lower: float, policy: Any) -> int:
    """Log time at which somebody unseen could be inside the alert radius, NEVER while that is said or is an alert."""
    if pair["level"] == s.ALERT or pair["flags"] & s.POSSIBLE:
        return s.NEVER
    way_m = max(0.0, lower - pair["alert_cm"] * 0.01)
    wait_s = max(policy[p.POSSIBLE_AFTER_S], way_m / policy[p.POSSIBLE_SPEED_MPS])
    due = int(min(pair["protected"]["t_ms"], pair["wearer"]["t_ms"])) + int(wait_s * 1000.0)
    if pair["held_dt_ms"][0] > 0 or pair["held_dt_ms"][1] > 0:
        due = min(due, held_due(pair, policy))
    return due


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
        held_ms = int(pair["held_dt_ms"][side])
        if held_ms > 0 and other["t_ms"] != NO_TIME:
            held_lat, held_lon = int(pair["held_lat_e7"][side]), int(pair["held_lon_e7"][side])
            gap_m = geodesy.distance_m(held_lat, held_lon, int(other["lat_e7"]), int(other["lon_e7"]))
            if gap_m <= pair["pre_alert_cm"] * 0.01:
                due = min(due, int(mine["t_ms"]) + held_ms + int(policy[p.HELD_WAIT_S] * 1000.0))
    return due


def hear(
    pair: Any,
    side: int,
    index: int,
    i: int,
    message: Any,
    x: float,
    y: float,
    z: float,
    clock: Any,
    log_ms: int,
    policy: Any,
    out: Any,
    n: int,
) -> int:
    """One message of one party of one pair. Returns the event count."""
    party = pair["protected"] if side == s.PROTECTED else pair["wearer"]
    level = int(pair["level"])
    party["heard_ms"] = log_ms
    if party["flags"] & s.SILENT:
        party["flags"] = party["flags"] & ~s.SILENT
        pair["due_ms"] = log_ms  # a deadline more than was reckoned with: the next tick looks
        n = emit(out, n, i, index, s.HEARD_AGAIN, side, level, log_ms, log_ms)
    if message["kind"] != FIX:
        return n
    device_ms = int(message["device_time_ms"])
    told_ms = corrected_ms(party, clock, device_ms, log_ms, policy)
    if party["flags"] & s.CLOCK_TOLD:
        party["flags"] = party["flags"] & ~s.CLOCK_TOLD
        wrong = party["flags"] & s.CLOCK_WRONG
        n = emit(out, n, i, index, s.CLOCK_CORRECTED if wrong else s.CLOCK_RIGHT, side, level, log_ms, device_ms)
        out[n - 1]["value"] = clock["correction_s"]
    t_ms = min(told_ms, log_ms)  # a clock that runs ahead does not see the future
    fate = take_fix(pair, side, party, message, int(x), int(y), int(z), t_ms, log_ms, policy)
    if fate == IGNORED:
        return n
    if fate == HELD_BACK:
        if level < s.ALERT and not pair["flags"] & s.POSSIBLE:
            pair["possible_ms"] = min(int(pair["possible_ms"]), held_due(pair, policy))
        return emit(out, n, i, index, s.HELD, side, level, log_ms, t_ms)
    if fate == CONFIRMED:
        n = emit(out, n, i, index, s.BELIEVED, side, level, log_ms, t_ms)
    if party["flags"] & s.POSITION_UNKNOWN:
        party["flags"] = party["flags"] & ~s.POSITION_UNKNOWN
        pair["due_ms"] = log_ms
        n = emit(out, n, i, index, s.POSITION_FOUND, side, level, log_ms, t_ms)
    same_s = t_ms // 1000 - int(party["since_s"])
    if (same_s >= policy[p.STUCK_S]) != (party["flags"] & s.STUCK != 0):
        # Believed all the same: somebody at rest is where the receiver says. But a person must look at it.
        party["flags"] = party["flags"] ^ s.STUCK
        stuck = party["flags"] & s.STUCK
        n = emit(out, n, i, index, s.POSITION_STUCK if stuck else s.POSITION_MOVES, side, level, log_ms, t_ms)
        out[n - 1]["value"] = same_s if stuck else 0
    if pair["protected"]["t_ms"] != NO_TIME and pair["wearer"]["t_ms"] != NO_TIME:
        n = evaluate(pair, side, index, i, log_ms, policy, out, n)
    return n


def tick(pair: Any, index: int, i: int, log_ms: int, policy: Any, out: Any, n: int) -> int:
    """Time passed and nobody spoke: silence, position unknown, possible approach. Never a level (design)."""
    level = int(pair["level"])
    silence_ms = int(policy[p.SILENCE_S] * 1000.0)
    lost_ms = int(policy[p.POSITION_UNKNOWN_S] * 1000.0)
    for side in range(2):
        party = pair["protected"] if side == s.PROTECTED else pair["wearer"]
        if party["flags"] & s.SILENT:
            continue
        if log_ms - party["heard_ms"] >= silence_ms:
            party["flags"] = party["flags"] | s.SILENT
            n = emit(out, n, i, index, s.SILENCE, side, level, log_ms, party["heard_ms"])
        elif not party["flags"] & s.POSITION_UNKNOWN and log_ms - party["seen_ms"] >= lost_ms:
            party["flags"] = party["flags"] | s.POSITION_UNKNOWN
            n = emit(out, n, i, index, s.POSITION_LOST, side, level, log_ms, party["seen_ms"])
    if log_ms >= pair["possible_ms"]:
        pair["possible_ms"] = s.NEVER
        pair["flags"] = pair["flags"] | s.POSSIBLE
        n = emit(out, n, i, index, s.POSSIBLE_APPROACH, -1, level, log_ms, log_ms)
        with_distances(out, n, pair, s.OBSERVED, policy)
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
            pair["due_ms"] = next_due(pair, policy)
            due[k] = pair["due_ms"]
    return n


def earliest(due: Any) -> int:
    """The earliest deadline of all pairs."""
    first = s.NEVER
    for k in range(len(due)):
        first = min(first, due[k])
    return first


def look_ahead(messages: Any, begin: int, touch: Any, several: Any, pairs: Any, places: Any) -> int:
    """Prepares the next messages: where each fix is, and a look at every pair concerned, so that its memory comes.

    It decides nothing. With a hundred thousand pairs a fix costs what fetching its pair costs; here the fetches overlap.
    What it answers is of no use but that the looks cannot be left out.
    """
    seen = 0
    end = min(begin + LOOK_AHEAD, len(messages))
    for i in range(begin, end):
        device = messages[i]["device"]
        if 0 < device < len(touch):
            route = touch[device]
            if route < NOBODY:
                route = several[NOBODY - route]
            if route >= 0:
                pair = pairs[route >> 1]
                seen ^= pair["protected"]["t_ms"] ^ pair["wearer"]["t_ms"] ^ pair["due_ms"]
    for i in range(begin, end):
        places[0][i - begin] = messages[i]["lat_e7"]
        places[0][LOOK_AHEAD + i - begin] = messages[i]["lon_e7"]
    place_all(places[0], places[1], LOOK_AHEAD)
    return seen


def run(
    messages: Any,
    begin: int,
    touch: Any,
    several: Any,
    pairs: Any,
    clocks: Any,
    due: Any,
    clock: Any,
    grid_ms: int,
    policy: Any,
    places: Any,
    out: Any,
) -> tuple[int, int]:
    """Applies messages[begin:] in order. Returns (index of the first message not applied, events written).

    Messages and routes are arrays: touch[device] is 2 * pair + side, NOBODY, or, for a device of several measures,
    NOBODY - j where several[j], several[j + 1] … are its routes up to a NOBODY. `clock[0]` is log time, the largest
    stream time so far. When `out` has no room left the call returns early and is made again with the index it
    answered. `grid_ms` > 0 makes ticks on that grid between messages (replay of recorded traces); live it is 0, ticks
    stand in the log. `due[k]` is never later than what pair k waits for; a tick finds out whether it is earlier.
    """
    n = 0
    for i in range(begin, len(messages)):
        ahead = (i - begin) % LOOK_AHEAD
        if ahead == 0:
            clock[1] = look_ahead(messages, i, touch, several, pairs, places)
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
        if device <= 0 or device >= len(touch) or not is_sign_of_life(message):
            continue
        route = touch[device]
        more = NOBODY
        count = 1
        if route < NOBODY:
            more = NOBODY - route
            route = several[more]
            count = 0
            while several[more + count] != NOBODY:
                count += 1
        if n + ROOM_PER_PAIR * count > len(out):
            return i, n
        while route != NOBODY:
            k = route >> 1
            side = route & 1
            pair = pairs[k]
            due_ms = pair["due_ms"]
            x, y, z = places[1][ahead], places[1][LOOK_AHEAD + ahead], places[1][2 * LOOK_AHEAD + ahead]
            n = hear(pair, side, k, i, message, x, y, z, clocks[k, side], log_ms, policy, out, n)
            if pair["possible_ms"] < pair["due_ms"]:
                pair["due_ms"] = pair["possible_ms"]
            if pair["due_ms"] != due_ms:
                due[k] = pair["due_ms"]
            if more == NOBODY:
                break
            more += 1
            route = several[more]
    return len(messages), n
