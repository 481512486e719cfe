"""The one record that stands in the log, whoever wrote it: a fix, a signal, a keep-alive, a tick or a change of the file.

Integers only (1e-7 degrees, milliseconds, centimetres), little-endian, 64 bytes, so that the same bytes mean the same
decisions on every machine. Texts (an unknown alarm's own word, a change of the file) stand beside the records in a
frame's JSON tail and are named by `extra`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.observations import Fix, Signal

UNKNOWN = -1  # accuracy, speed, battery, extra: the device did not say
NO_TIME = -(2**62)  # a signal without a device time

E7 = 10_000_000


class Kind(IntEnum):
    """What a record is. The numbers stand in the log: never renumber, only add."""

    FIX = 1
    SIGNAL = 2
    HEARD = 3  # a keep-alive: proves the device alive, is not a fix
    TICK = 4  # log time moves on, written once a second by the owner of the cell
    CONTROL = 5  # a change of the file that matters to monitoring: a device, a measure, a policy


class Flag(IntEnum):
    """Bits of `flags`."""

    UNVERIFIED = 1  # known identifier, bad credential: an SOS rings as "unverified"
    SEALED_POSITION = 2  # the position of this signal stands in the TGD store under its own key, not here
    SUPERVISION = 4  # the platform's own test message; opens no incident for people


MESSAGE = np.dtype(
    [
        ("kind", "<u1"),
        ("flags", "<u1"),
        ("signal", "<u2"),  # SignalKind, 0 for none
        ("extra", "<i4"),  # index into the frame's JSON tail, -1 for none
        ("device", "<i8"),  # registry number of the device, 0 for none
        ("device_time_ms", "<i8"),  # by the device's clock, NO_TIME if it gave none
        ("stream_time_ms", "<i8"),  # when it reached us, by the gateway's clock
        ("lat_e7", "<i4"),
        ("lon_e7", "<i4"),
        ("accuracy_cm", "<i4"),
        ("speed_cms", "<i4"),
        ("battery_pct", "<i4"),
        ("spare", "<i4"),
        ("spare2", "<i8"),
    ]
)
assert MESSAGE.itemsize == 64

Messages = NDArray[np.void]


def empty(n: int) -> Messages:
    """n blank records: everything zero but the fields whose zero would mean something."""
    m = np.zeros(n, MESSAGE)
    for field in ("extra", "accuracy_cm", "speed_cms", "battery_pct"):
        m[field] = UNKNOWN
    m["device_time_ms"] = NO_TIME
    return m


def fix_record(device: int, fix: Fix, stream_time_ms: int, flags: int = 0, battery_pct: int = UNKNOWN) -> Any:
    """A FIX as a tuple in the order of MESSAGE, ready for `np.array([...], MESSAGE)`."""
    return (
        Kind.FIX,
        flags,
        0,
        UNKNOWN,
        device,
        fix.time_ms,
        stream_time_ms,
        fix.lat_e7,
        fix.lon_e7,
        UNKNOWN if fix.accuracy_cm is None else fix.accuracy_cm,
        UNKNOWN if fix.speed_cms is None else fix.speed_cms,
        battery_pct,
        0,
        0,
    )


def signal_record(
    device: int, signal: Signal, stream_time_ms: int, flags: int = 0, extra: int = UNKNOWN, battery_pct: int = UNKNOWN
) -> Any:
    """A SIGNAL as a tuple in the order of MESSAGE."""
    time_ms = NO_TIME if signal.time_ms is None else signal.time_ms
    return (
        *(Kind.SIGNAL, flags, signal.kind, extra, device, time_ms, stream_time_ms),
        *(0, 0, UNKNOWN, UNKNOWN, battery_pct, 0, 0),
    )


def heard_record(device: int, stream_time_ms: int, battery_pct: int = UNKNOWN) -> Any:
    """A HEARD (keep-alive) as a tuple in the order of MESSAGE."""
    return (Kind.HEARD, 0, 0, UNKNOWN, device, NO_TIME, stream_time_ms, 0, 0, UNKNOWN, UNKNOWN, battery_pct, 0, 0)


def tick_record(stream_time_ms: int) -> Any:
    """A TICK as a tuple in the order of MESSAGE."""
    return (Kind.TICK, 0, 0, UNKNOWN, 0, NO_TIME, stream_time_ms, 0, 0, UNKNOWN, UNKNOWN, UNKNOWN, 0, 0)


def control_record(stream_time_ms: int, extra: int) -> Any:
    """A CONTROL as a tuple in the order of MESSAGE; its content is the frame's JSON entry `extra`."""
    return (Kind.CONTROL, 0, 0, extra, 0, NO_TIME, stream_time_ms, 0, 0, UNKNOWN, UNKNOWN, UNKNOWN, 0, 0)


def build(records: list[Any]) -> Messages:
    """The array of a list of record tuples."""
    return np.array(records, MESSAGE)
