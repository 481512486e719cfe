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

# Bits of a pair's flags.
ACTIVE = 1
POSSIBLE = 2

GRAIN_PER_M = 256.0  # earth-centred places are kept in 1/256 m: four bytes a coordinate, exact, and finer than any fix

PARTY = np.dtype(
    [
        ("t_ms", "<i8"),  # device time of the believed fix, NO_TIME if there is none
        ("heard_ms", "<i8"),  # log time of the last message of any kind
        ("seen_ms", "<i8"),  # log time at which the last usable position arrived
        ("x", "<i4"),  # where it was, earth-centred, in 1/256 m
        ("y", "<i4"),
        ("z", "<i4"),
        ("lat_e7", "<i4"),
        ("lon_e7", "<i4"),
        ("accuracy_cm", "<i4"),  # 95 % radius taken for it
        ("speed_cms", "<i4"),  # as the device told or the fixes show, -1 unknown
        ("held_lat_e7", "<i4"),
        ("held_lon_e7", "<i4"),
        ("held_accuracy_m", "<u2"),
        ("flags", "<i2"),
        ("held_t_ms", "<i8"),  # a fix held for confirmation, NO_TIME if there is none
    ]
)

# Three lines of cache a pair: with a hundred thousand pairs, a fix costs what fetching its pair costs.
PAIR = np.dtype(
    [
        ("protected", PARTY),
        ("wearer", PARTY),
        ("alert_cm", "<i4"),
        ("pre_alert_cm", "<i4"),
        ("distance_cm", "<i4"),  # at the last evaluation, -1 before the first
        ("reduced_cm", "<i4", 2),  # by how much each party's movement has reduced it lately
        ("reduced_ds", "<u2"),  # the time in tenths of a second that this weighs, faded alike
        ("level", "i1"),
        ("flags", "i1"),
        ("reduced_t_ms", "<i8"),
        ("exit_t_ms", "<i8"),  # since when the evidence speaks for a lower level, NO_TIME if it does not
        ("possible_ms", "<i8"),  # log time at which an unseen approach becomes possible
    ]
)
assert PAIR.itemsize == 192

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
    for field in ("t_ms", "held_t_ms", "heard_ms", "seen_ms"):
        party[field] = NO_TIME


def forget_pair(pairs: Pairs) -> None:
    """Makes pairs ones of which no distance, level or movement is known; parties, radii and ACTIVE stay."""
    pairs["distance_cm"] = -1
    pairs["reduced_cm"] = 0
    pairs["reduced_ds"] = 0
    pairs["reduced_t_ms"] = NO_TIME
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
    return pairs
