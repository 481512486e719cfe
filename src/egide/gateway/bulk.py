"""Many messages in one body: what does a relay say that speaks for thousands of devices at once?

A body is a frame of the log (`log/frames.py`) without texts. Its positions and keep-alives become one entry under our time;
a TGD's go one by one through the gate that every message of a TGD passes, and each signal becomes an urgent entry of its
own, which no flaw of the rest keeps from ringing. It writes nothing and answers nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import MESSAGE, NO_TIME, UNKNOWN, Kind, Messages
from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices.values import FASTEST_CMS, LAST_MS, WIDEST_CM
from egide.gateway.ahead import Ahead
from egide.gateway.intake import Entry
from egide.gateway.numbers import Directory
from egide.gateway.registry import Device
from egide.log.frames import Damaged, decode, encode

MOST_RECORDS = 20_000
MOST_BYTES = len(encode(np.zeros(0, MESSAGE), [])) + MOST_RECORDS * MESSAGE.itemsize

_NOT_FEEDS = "A record names a device that is not this feed's."


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a body says. `plain`: positions and keep-alives, ready but for our time; `of_tgd` and `signals`: one message
    each; `foreign`: signals of known devices that are not this feed's. `flaw`: why the positions of the body cannot be
    taken, none of them; the signals count all the same."""

    plain: Messages
    of_tgd: list[tuple[Device, Report]]
    signals: list[tuple[Device, Report]]
    foreign: list[tuple[Device, Report]]
    flaw: str = ""


def read(body: bytes, feed: int, known: Directory) -> Bulk:
    """Reads the body a feed handed over. Raises Unreadable with a sentence for the sender where it is no frame at all."""
    try:
        frame = decode(body)
    except Damaged as why:
        raise Unreadable(str(why)) from None
    every: Any = frame.messages
    if len(every) > MOST_RECORDS:
        raise Unreadable(f"A body holds at most {MOST_RECORDS} records.")
    is_signal = every["kind"] == Kind.SIGNAL
    signals: list[tuple[Device, Report]] = []
    foreign: list[tuple[Device, Report]] = []
    for record in every[is_signal] if is_signal.any() else ():
        device = known.device.get(int(record["device"]))
        if device is not None:
            (signals if device.feed_id == feed else foreign).append((device, _signal(record)))
    records = every[~is_signal].copy() if is_signal.any() else every.copy()
    flaw = _flaw(every, records, feed, known) or (_NOT_FEEDS if len(signals) < np.count_nonzero(is_signal) else "")
    if frame.extras:
        flaw = "A body holds no texts: end it with []."
    if flaw:
        return Bulk(records[:0], [], signals, foreign, flaw)
    _clean(records)
    is_tgd = known.is_tgd[records["device"]]
    of_tgd = [(known.device[int(r["device"])], _report(r)) for r in (records[is_tgd] if is_tgd.any() else ())]
    return Bulk(records[~is_tgd] if is_tgd.any() else records, of_tgd, signals, foreign)


def entry_of(plain: Messages, now_ms: int, ahead: Ahead) -> Entry | None:
    """The entry of the positions and keep-alives of a body that arrived at `now_ms`; None if there are none."""
    if not len(plain):
        return None
    plain["stream_time_ms"] = now_ms
    early = (plain["kind"] == Kind.FIX) & (plain["device_time_ms"] > now_ms)
    for device in np.unique(plain["device"][early]).tolist() if early.any() else ():
        # As of a message with a queue: all its times are set back by as much as the newest is ahead of us.
        mine = (plain["device"] == device) & (plain["kind"] == Kind.FIX)
        plain["device_time_ms"][mine] -= ahead.of(device, int(plain["device_time_ms"][mine].max()), now_ms)
    return Entry(plain.tobytes(), [], urgent=False)


def _flaw(every: Messages, records: Any, feed: int, known: Directory) -> str:
    """Why the positions and keep-alives of a body cannot be taken; empty if they can."""
    if not len(every):
        return "A body holds at least one record."
    fixes = records["kind"] == Kind.FIX
    if not (fixes | (records["kind"] == Kind.HEARD)).all():
        return "A record is neither a position (1) nor a signal (2) nor a keep-alive (3)."
    if not known.of_feed(records["device"], feed).all():
        return _NOT_FEEDS
    if _outside(records["lat_e7"][fixes], 900_000_000) or _outside(records["lon_e7"][fixes], 1_800_000_000):
        return "A latitude is from -90 to 90 degrees, a longitude from -180 to 180, in 1e-7 degrees."
    made = records["device_time_ms"][fixes]
    if len(made) and (int(made.min()) <= 0 or int(made.max()) > LAST_MS):
        return "A position says when it was made, in milliseconds since 1970."
    return ""


def _outside(values: NDArray[np.int32], limit: int) -> bool:
    return bool(len(values)) and (int(values.max()) > limit or int(values.min()) < -limit)


def _clean(records: Any) -> None:
    """Whatever a relay may not say is what it would be had it said nothing; 0, 0 is a receiver that knows no place."""
    nowhere = (records["kind"] == Kind.FIX) & (records["lat_e7"] == 0) & (records["lon_e7"] == 0)
    records["kind"][nowhere] = Kind.HEARD
    heard = records["kind"] == Kind.HEARD
    for field, value in (("device_time_ms", NO_TIME), ("lat_e7", 0), ("lon_e7", 0)):
        records[field][heard] = value
    for field in ("accuracy_cm", "speed_cms"):
        records[field][heard] = UNKNOWN
    accuracy, speed, battery = records["accuracy_cm"], records["speed_cms"], records["battery_pct"]
    np.minimum(accuracy, WIDEST_CM, out=accuracy)
    accuracy[accuracy <= 0] = UNKNOWN
    speed[(speed < 0) | (speed > FASTEST_CMS)] = UNKNOWN
    battery[(battery < 0) | (battery > 100)] = UNKNOWN
    for field, value in (("flags", 0), ("signal", 0), ("extra", UNKNOWN), ("spare", 0), ("spare2", 0)):
        records[field] = value


def _report(record: Any) -> Report:
    """A record as a message of its own."""
    battery = int(record["battery_pct"])
    said = None if battery == UNKNOWN else battery / 100
    if record["kind"] == Kind.HEARD:
        return Report("", battery=said)
    accuracy, speed = int(record["accuracy_cm"]), int(record["speed_cms"])
    fix = Fix(
        int(record["device_time_ms"]),
        int(record["lat_e7"]),
        int(record["lon_e7"]),
        None if accuracy == UNKNOWN else accuracy,
        None if speed == UNKNOWN else speed,
    )
    return Report("", fixes=(fix,), battery=said)


def _signal(record: Any) -> Report:
    code, at_ms, battery = int(record["signal"]), int(record["device_time_ms"]), int(record["battery_pct"])
    kind = SignalKind(code) if code in SignalKind._value2member_map_ else SignalKind.OTHER_ALARM
    signal = Signal(kind, at_ms if 0 < at_ms <= LAST_MS else None)
    return Report("", signals=(signal,), battery=battery / 100 if 0 <= battery <= 100 else None)
