"""Many positions in one body: what may a relay that speaks for thousands of devices hand over at once?

A body is a frame of the log (`log/frames.py`) of positions and keep-alives, without texts. Signals go the way of every
signal, one message each, so that none waits behind history; a body that holds one is refused whole. It writes nothing:
the answer is the frame to append, and 2xx is for whoever has appended it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import UNKNOWN, Kind
from egide.core.observations import Unreadable
from egide.gateway.registry import Device
from egide.log.frames import Damaged, decode, encode

MOST_RECORDS = 20_000
NO_FEED = -1


@dataclass(frozen=True, slots=True)
class Directory:
    """By number of device: the feed it speaks over, NO_FEED for one that may not come in bulk."""

    feed: NDArray[np.int64]


def directory(devices: Iterable[Device]) -> Directory:
    """The directory of a registry. A TGD's position exists from the press only (TGD-30): never in bulk."""
    known = [(d.id, d.feed_id) for d in devices if d.feed_id is not None and d.kind != "tgd"]
    feed = np.full(max((number for number, _ in known), default=0) + 1, NO_FEED, np.int64)
    for number, of in known:
        feed[number] = of
    return Directory(feed)


def frame_of(body: bytes, feed: int, known: Directory, stream_ms: int) -> bytes:
    """The frame to append for a body a feed handed over at an instant. Raises Unreadable with a sentence for the sender.

    Our time is written over whatever stood there, and nothing a relay may not say comes through.
    """
    try:
        frame = decode(body)
    except Damaged as why:
        raise Unreadable(str(why)) from None
    records: Any = frame.messages.copy()
    if not 0 < len(records) <= MOST_RECORDS or frame.extras:
        raise Unreadable(f"A bulk body holds 1 to {MOST_RECORDS} records and no texts.")
    if not np.isin(records["kind"], (Kind.FIX, Kind.HEARD)).all():
        raise Unreadable("A bulk body holds positions and keep-alives; send each signal by itself, at once.")
    device = records["device"]
    inside = (device > 0) & (device < len(known.feed))
    if not (inside & (known.feed[np.where(inside, device, 0)] == feed)).all():
        raise Unreadable("A record names a device that is not this feed's, or that may not come in bulk.")
    fixes = records["kind"] == Kind.FIX
    lat, lon = records["lat_e7"][fixes], records["lon_e7"][fixes]
    if len(lat) and (
        np.abs(lat.astype(np.int64)).max() > 900_000_000 or np.abs(lon.astype(np.int64)).max() > 1_800_000_000
    ):
        raise Unreadable("A latitude is from -90 to 90 degrees, a longitude from -180 to 180.")
    for field in ("accuracy_cm", "speed_cms", "battery_pct"):
        records[field] = np.maximum(records[field], UNKNOWN)
    for field, value in (("flags", 0), ("signal", 0), ("extra", UNKNOWN), ("spare", 0), ("spare2", 0)):
        records[field] = value
    records["stream_time_ms"] = stream_ms
    return encode(records, [])
