"""What is remembered of a pair between two messages: fixed-size records, integers and doubles, nothing else.

A pair is one measure: party 0 is the protected person, party 1 the wearer. All of a pair lies in one run of memory,
because what a fix costs is fetching it. A snapshot is these bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import NO_TIME

NEVER = 2**62  # a deadline that does not fall

PROTECTED = 0
WEARER = 1

# Levels, and the level before any is known.
UNKNOWN_LEVEL = -1
CLEAR = 0
PRE_ALERT = 1
ALERT = 2

# Bits of a party's flags.
SILENT = 1
POSITION_UNKNOWN = 2
STUCK = 4  # it repeats one fix under new times
CLOCK_WATCHED = 8  # its last fix does not fit the clock we take it to have
CLOCK_WRONG = 16  # its clock is corrected
CLOCK_TOLD = 32  # the correction has just changed, which is yet to be said

# Bits of a pair's flags.
ACTIVE = 1
POSSIBLE = 2

GRAIN_PER_M = 256.0  # earth-centred places are kept in 1/256 m: four bytes a coordinate, exact, and finer than any fix

# One line of cache.
PARTY = np.dtype(
    [
        ("t_ms", "<i8"),  # device time of the believed fix, corrected; NO_TIME if there is none
        ("heard_ms", "<i8"),  # log time of the last message of any kind
        ("seen_ms", "<i8"),  # log time at which the last usable position arrived
        ("x", "<i4"),  # where it was, earth-centred, in 1/256 m
        ("y", "<i4"),
        ("z", "<i4"),
        ("lat_e7", "<i4"),
        ("lon_e7", "<i4"),
        ("accuracy_cm", "<i4"),  # 95 % radius taken for it
        ("since_s", "<u4"),  # device time in seconds of the first fix at exactly this place
        ("vx", "<i2"),  # smoothed movement, earth-centred, in cm/s
        ("vy", "<i2"),
        ("vz", "<i2"),
        ("speed_cms", "<i2"),  # as the device told or the fixes show, -1 unknown
        ("every_ds", "<u2"),  # tenths of a second between the last two believed fixes, 0 unknown
        ("flags", "<i2"),
    ]
)

# Three lines of cache a pair: with a hundred thousand pairs, a fix costs what fetching its pair costs.
PAIR = np.dtype(
    [
        ("protected", PARTY),
        ("wearer", PARTY),
        ("exit_t_ms", "<i8"),  # since when the evidence speaks for a lower level, NO_TIME if it does not
        ("possible_ms", "<i8"),  # log time at which an unseen approach becomes possible
        ("due_ms", "<i8"),  # what stands in the array of deadlines: nothing of this pair falls due before it
        ("alert_cm", "<i4"),
        ("pre_alert_cm", "<i4"),
        # By side, a fix held for confirmation: how long after the believed one it was made, 0 if there is none, and where.
        ("held_dt_ms", "<i4", 2),
        ("held_lat_e7", "<i4", 2),
        ("held_lon_e7", "<i4", 2),
        ("held_accuracy_m", "<u2", 2),
        ("level", "i1"),
        ("flags", "i1"),
        ("spare", "i2"),
    ]
)
assert PARTY.itemsize == 64
assert PAIR.itemsize == 192

# Kept apart, because a clock that is right is never looked at here.
CLOCK = np.dtype(
    [
        ("correction_s", "<i4"),  # what is added to the device's time
        ("seen_s", "<i4"),  # the correction its fixes ask for while the clock is watched
        ("since_s", "<i8"),  # log time in seconds since when they ask for it
    ]
)
BYTES_PER_PAIR = PAIR.itemsize + 2 * CLOCK.itemsize + 8  # with its deadline

# What leaves the core of a party: the fix that is believed, or that one is held.
PLACE = np.dtype(
    [
        *(("t_ms", "<i8"), ("seen_ms", "<i8"), ("held_t_ms", "<i8"), ("lat_e7", "<i4"), ("lon_e7", "<i4")),
        *(("accuracy_cm", "<i4"), ("speed_cms", "<i4")),
    ]
)

EVENT = np.dtype(
    [
        ("message", "<i8"),  # index of the message that caused it, -1 for a tick made on the grid
        ("pair", "<i8"),
        ("kind", "<i4"),
        ("party", "<i4"),  # whose, -1 for the pair
        ("level_from", "<i4"),
        ("level_to", "<i4"),
        ("basis", "<i4"),
        ("moved", "<i4"),
        ("time_ms", "<i8"),  # log time
        ("device_time_ms", "<i8"),  # event time, by the devices' clocks
        ("distance_cm", "<i8"),  # -1 unknown
        ("lower_cm", "<i8"),
        ("upper_cm", "<i8"),
        ("closing_cms", "<i8"),  # centimetres per second by which the distance shrinks, negative when it grows
        ("value", "<i8"),  # seconds: what a clock is corrected by, how long one place was repeated; else 0
        ("lat_e7", "<i4"),  # where the wearer was believed to be, for what the order says of that place; never told
        ("lon_e7", "<i4"),
    ]
)

# Kinds of event.
LEVEL = 1
HELD = 2
BELIEVED = 3  # a held fix was confirmed
SILENCE = 4
HEARD_AGAIN = 5
POSITION_LOST = 6
POSITION_FOUND = 7
POSSIBLE_APPROACH = 8
POSSIBLE_ENDED = 9
POSITION_STUCK = 10
POSITION_MOVES = 11
CLOCK_CORRECTED = 12
CLOCK_RIGHT = 13

# Kinds the kernel never writes: what the order means here and now, and its changes (`places`, `search`, monitor/fold).
PRESENCE_ALLOWED = 14
PRESENCE_ALLOWED_ENDED = 15
EXCLUSION_ENTERED = 16
EXCLUSION_LEFT = 17
POSSIBLE_SEARCH = 18
WATCH_SUSPENDED = 19
WATCH_RESUMED = 20
WATCH_ENDED = 21
ORDER_CHANGED = 22

KIND_NAMES = {
    LEVEL: "level",
    HELD: "jump_held",
    BELIEVED: "jump_confirmed",
    SILENCE: "silence",
    HEARD_AGAIN: "heard_again",
    POSITION_LOST: "position_unknown",
    POSITION_FOUND: "position_known",
    POSSIBLE_APPROACH: "possible_approach",
    POSSIBLE_ENDED: "possible_approach_ended",
    POSITION_STUCK: "position_stuck",
    POSITION_MOVES: "position_moves",
    CLOCK_CORRECTED: "clock_corrected",
    CLOCK_RIGHT: "clock_right",
    PRESENCE_ALLOWED: "presence_allowed",
    PRESENCE_ALLOWED_ENDED: "presence_allowed_ended",
    EXCLUSION_ENTERED: "exclusion_entered",
    EXCLUSION_LEFT: "exclusion_left",
    POSSIBLE_SEARCH: "possible_search",
    WATCH_SUSPENDED: "watch_suspended",
    WATCH_RESUMED: "watch_resumed",
    WATCH_ENDED: "watch_ended",
    ORDER_CHANGED: "order_changed",
}
LEVEL_NAMES = {UNKNOWN_LEVEL: "unknown", CLEAR: "clear", PRE_ALERT: "pre_alert", ALERT: "alert"}

NO_BASIS = 0
OBSERVED = 1
FORESEEN = 2
BASIS_NAMES = {NO_BASIS: "", OBSERVED: "observed", FORESEEN: "foreseen"}

MOVED_NONE = 0
MOVED_PROTECTED = 1
MOVED_WEARER = 2
MOVED_BOTH = 3
MOVED_NAMES = {MOVED_NONE: "none", MOVED_PROTECTED: "protected", MOVED_WEARER: "wearer", MOVED_BOTH: "both"}

Pairs = NDArray[Any]
Events = NDArray[Any]
Due = NDArray[np.int64]


def aligned(n: int) -> Pairs:
    """n zeroed pairs that begin on a line of cache."""
    room = np.zeros(n * PAIR.itemsize + 64, np.uint8)
    begin = -room.ctypes.data % 64
    return room[begin : begin + n * PAIR.itemsize].view(PAIR)


def forget(party: Any) -> None:
    """Makes one party's record, or a column of them, that of somebody of whom nothing is known."""
    party[...] = np.zeros((), PARTY)
    for field in ("t_ms", "heard_ms", "seen_ms"):
        party[field] = NO_TIME


def forget_pair(pairs: Pairs) -> None:
    """Makes pairs ones of which no level is known and nothing is held; parties, radii and ACTIVE stay."""
    pairs["held_dt_ms"] = 0
    pairs["exit_t_ms"] = NO_TIME
    pairs["possible_ms"] = NEVER
    pairs["level"] = UNKNOWN_LEVEL
    pairs["flags"] &= ACTIVE


def new_pairs(n: int) -> Pairs:
    """n pairs that are not yet active."""
    pairs = aligned(n)
    forget(pairs["protected"])
    forget(pairs["wearer"])
    forget_pair(pairs)
    pairs["due_ms"] = NEVER
    return pairs
