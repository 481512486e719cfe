"""Is it a device that is silent, or the line everybody speaks over? One answer for a provider, a gateway or the log.

Of a feed that is down nothing at all is heard: that is told once, with everybody it concerns, before its devices would
fall silent one after the other (OF-05). It reads no clock but log time, and decides nothing about distances.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.proximity import policy as p

OWN = 0  # devices that speak to the gateway themselves
LOG = -1  # the log, or all that writes it
GATEWAY = -2  # every feed together
NOT_DOWN = -(2**62)

NAMES = {OWN: "feed:gateway", GATEWAY: "feed:gateway", LOG: "feed:log"}


def key_of(feed: int) -> str:
    """The key of the incident of a feed: `feed:gateway`, `feed:log`, or `feed:` and the provider's number."""
    return NAMES.get(feed, f"feed:{feed}")


@dataclass(slots=True)
class Feeds:
    """What is remembered of the feeds of a cell. Times are log time in ms."""

    heard: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))  # by feed
    devices: dict[int, int] = field(default_factory=dict)  # feed -> how many watched devices speak over it
    down: set[int] = field(default_factory=set)
    back_ms: dict[int, int] = field(default_factory=dict)  # feed -> when it came back, while its devices have time
    tick_ms: int = -1  # the last tick; before the first one nobody knows how often the log speaks

    def hear(self, feeds: NDArray[np.int32], at_ms: NDArray[np.int64]) -> list[int]:
        """Takes the feeds of some messages and the log time at each, in order; answers those that are back."""
        if not len(feeds):
            return []
        most = int(feeds.max())
        if most >= len(self.heard):
            self.heard = np.concatenate([self.heard, np.zeros(most + 1 - len(self.heard), np.int64)])
        self.heard[feeds] = at_ms  # in order: the last one stays
        if not self.down:
            return []
        now = int(at_ms[-1])
        back = sorted({int(one) for one in np.unique(feeds)} & self.down)
        if GATEWAY in self.down:
            back.append(GATEWAY)
            for feed in self.devices:
                self.heard[feed] = max(int(self.heard[feed]), now)  # each has its time again
        for feed in back:
            self.down.discard(feed)
            self.back_ms[feed] = now
        return back

    def gap(self, last_ms: int, now_ms: int, policy: Any) -> int | None:
        """Was the log itself down between two messages that follow each other? How long in ms, None if it was not."""
        if self.tick_ms < 0 or now_ms - last_ms < policy[p.LOG_GAP_S] * 1000.0:
            return None
        if sum(self.devices.values()) < policy[p.FEED_LEAST]:
            return None
        for feed in self.devices:
            self.heard[feed] = now_ms
        self.back_ms[LOG] = now_ms
        return now_ms - last_ms

    def tick(self, now_ms: int, policy: Any) -> list[int]:
        """Time passed: the feeds that are down from now on."""
        self.tick_ms = now_ms
        late_ms = policy[p.FEED_SILENCE_S] * 1000.0
        if GATEWAY in self.down:
            return []
        found = [
            feed
            for feed, n in sorted(self.devices.items())
            if feed not in self.down and n >= policy[p.FEED_LEAST] and now_ms - int(self.heard[feed]) >= late_ms
        ]
        if found and len(self.devices) > 1:
            quiet_ms = late_ms * policy[p.FEED_TOGETHER]
            quiet = [feed for feed in self.devices if feed in self.down or now_ms - int(self.heard[feed]) >= quiet_ms]
            if len(quiet) == len(self.devices) and not self.down:
                found = [GATEWAY]
        self.down.update(found)
        return found

    def of_silence(self, feed: int, now_ms: int, policy: Any) -> int | None:
        """The feed whose incident the silence of a device belongs to, None if it is the device's own."""
        for one in (GATEWAY, feed):
            if one in self.down:
                return one
        silence_ms = policy[p.SILENCE_S] * 1000.0
        for one in (LOG, GATEWAY, feed):
            if one in self.back_ms and now_ms - self.back_ms[one] < silence_ms:
                return one
        return None

    def watch(self, feeds: NDArray[np.int32], now_ms: int) -> None:
        """The feeds of all watched devices, one entry a device. One that was not watched is heard from now on."""
        counts = np.bincount(feeds) if len(feeds) else np.zeros(0, np.int64)
        if len(counts) > len(self.heard):
            self.heard = np.concatenate([self.heard, np.zeros(len(counts) - len(self.heard), np.int64)])
        before, self.devices = self.devices, {int(f): int(counts[f]) for f in np.flatnonzero(counts)}
        for feed in self.devices:
            if feed not in before:
                self.heard[feed] = max(int(self.heard[feed]), now_ms)

    def dump(self) -> dict[str, Any]:
        """What is remembered, for JSON."""
        return {
            "heard": self.heard.tolist(),
            "devices": sorted(self.devices.items()),
            "down": sorted(self.down),
            "back_ms": sorted(self.back_ms.items()),
            "tick_ms": self.tick_ms,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Becomes what `dump` described."""
        self.heard = np.array(kept["heard"], np.int64)
        self.devices = {int(f): int(n) for f, n in kept["devices"]}
        self.down = set(kept["down"])
        self.back_ms = {int(f): int(at) for f, at in kept["back_ms"]}
        self.tick_ms = int(kept["tick_ms"])
