"""Which device has which number, over which feed does it speak, and is it a TGD? Columns, for bodies of thousands of records.

A copy of the registry by number, made beside the one by name. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from egide.gateway.registry import Device

NO_FEED = -1
TGD = "tgd"


@dataclass(frozen=True, slots=True)
class Directory:
    """Devices by number. `feed` is NO_FEED for one that speaks over none, or does not exist."""

    feed: NDArray[np.int64]
    is_tgd: NDArray[np.bool_]
    device: dict[int, Device]

    def of_feed(self, numbers: NDArray[np.int64], feed: int) -> NDArray[np.bool_]:
        """Which of some numbers are devices of a feed."""
        inside = (numbers > 0) & (numbers < len(self.feed))
        found: NDArray[np.bool_] = inside & (self.feed[np.where(inside, numbers, 0)] == feed)
        return found


def directory(devices: Iterable[Device]) -> Directory:
    """The directory of a registry's devices."""
    known = {device.id: device for device in devices}
    size = max(known, default=0) + 1
    feed, is_tgd = np.full(size, NO_FEED, np.int64), np.zeros(size, np.bool_)
    for number, device in known.items():
        if device.feed_id is not None:
            feed[number] = device.feed_id
        is_tgd[number] = device.kind == TGD
    return Directory(feed, is_tgd, known)
