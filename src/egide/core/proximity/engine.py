"""All pairs of a cell and the messages that concern them: which pairs does a device touch, and what did the kernel say?

The engine owns the arrays, grows them, and keeps the map device -> (pair, role). It reads no clock and writes nothing:
given the same messages in the same order it gives the same events, whatever the batches were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import NO_TIME, Messages
from egide.core.proximity import kernel
from egide.core.proximity import state as s
from egide.core.proximity.evidence import interval
from egide.core.proximity.policy import Values, values

Run = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What the kernel must know of a measure. Distances in whole metres or centimetres of metres (BAR-15 is checked outside)."""

    number: int
    protected_device: int
    wearer_device: int
    alert_m: float
    pre_alert_m: float

    def __post_init__(self) -> None:
        if not 0 < self.alert_m < self.pre_alert_m <= 20_000_000:
            raise ValueError(
                f"measure {self.number}: the alert distance ({self.alert_m} m) must be above 0 and below the pre-alert "
                f"distance ({self.pre_alert_m} m)"
            )
        if self.protected_device <= 0 or self.wearer_device <= 0 or self.protected_device == self.wearer_device:
            raise ValueError(f"measure {self.number}: it needs two different devices with numbers above 0")


class Engine:
    """The state of every pair of one cell."""

    def __init__(self, run: Run = kernel.run, policy: Values | None = None, room: int = 65_536) -> None:
        self.run = run
        self.policy = values() if policy is None else policy
        self.pairs = s.new_pairs(0)
        self.clocks: NDArray[Any] = np.zeros((0, 2), s.CLOCK)  # of each pair: protected's, wearer's
        self.due: s.Due = np.zeros(0, np.int64)
        self.devices: NDArray[np.int64] = np.zeros((0, 2), np.int64)  # of each pair: protected's, wearer's
        self.numbers: NDArray[np.int64] = np.zeros(0, np.int64)  # measure number of each pair
        self.clock: NDArray[np.int64] = np.zeros(2, np.int64)  # log time, and scratch of the kernel
        # The arrays above are the beginnings of these, which grow ahead of them.
        self._room: tuple[NDArray[Any], ...] = (self.pairs, self.clocks, self.due, self.devices, self.numbers)
        self._index: dict[int, int] = {}  # measure number -> pair
        self._routes: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
        self._places: NDArray[np.float64] = np.zeros((2, 3 * kernel.LOOK_AHEAD))  # scratch of the kernel
        self._out: s.Events = np.zeros(max(room, kernel.ROOM_PER_PAIR), s.EVENT)

    @property
    def log_ms(self) -> int:
        """Log time: the largest stream time so far."""
        return int(self.clock[0])

    def advance(self, stream_ms: int) -> None:
        """Moves log time on to a message the kernel does not see (a CONTROL record); never back."""
        self.clock[0] = max(int(self.clock[0]), stream_ms)

    def pair_of(self, number: int) -> int | None:
        """The pair of a measure, None if the engine does not know it."""
        return self._index.get(number)

    def judge_by(self, policy: Values) -> None:
        """Takes other policy values, from the next message on; the next tick looks at every deadline anew."""
        self.policy = policy
        watched = (self.pairs["flags"] & s.ACTIVE) != 0
        self.due[watched] = self.log_ms
        self.pairs["due_ms"][watched] = self.log_ms

    def put(self, measures: Iterable[Measure]) -> s.Events:
        """Adds measures, or changes the radii or devices of known ones; state survives a change of radii.

        New radii are judged at once by what is known: answers the events of that, whose `message` is -1.
        """
        out = np.zeros(kernel.ROOM_PER_PAIR, s.EVENT)
        told: list[Any] = []
        measures = list(measures)
        fresh = list(dict.fromkeys(m.number for m in measures if m.number not in self._index))
        if fresh:
            self._grow(fresh)
        for m in measures:
            k = self._index[m.number]
            pair = self.pairs[k]
            starts = not pair["flags"] & s.ACTIVE
            devices = (m.protected_device, m.wearer_device)
            for side, name in ((s.PROTECTED, "protected"), (s.WEARER, "wearer")):
                if starts or self.devices[k, side] != devices[side]:
                    # Another device, or watched again: nobody knows where its holder is, so nothing is known of the pair.
                    s.forget(self.pairs[name][k : k + 1])
                    s.forget_pair(self.pairs[k : k + 1])
                    self.clocks[k, side] = 0
                    pair[name]["heard_ms"] = self.log_ms
                    pair[name]["seen_ms"] = self.log_ms
            self.devices[k] = devices
            before = int(pair["alert_cm"]), int(pair["pre_alert_cm"])
            pair["alert_cm"] = round(m.alert_m * 100)
            pair["pre_alert_cm"] = round(m.pre_alert_m * 100)
            pair["flags"] |= s.ACTIVE
            if pair["protected"]["t_ms"] != NO_TIME and pair["wearer"]["t_ms"] != NO_TIME:
                if before != (pair["alert_cm"], pair["pre_alert_cm"]):
                    n = kernel.evaluate(pair, -1, k, -1, self.log_ms, self.policy, out, 0)
                    told.append(out[:n].copy())
                lower = interval(pair["protected"], pair["wearer"], self.policy)[3]
                pair["possible_ms"] = kernel.possible_due(pair, lower, self.policy)
            self.due[k] = pair["due_ms"] = kernel.next_due(pair, self.policy)
        self._routes = None
        return np.concatenate(told) if told else out[:0].copy()

    def tell(self, number: int, kind: int, side: int, value: int = 0) -> Any:
        """An event about a measure as it stands now that the kernel did not write: what its order means, or a change of it."""
        k = self._index[number]
        pair, out = self.pairs[k], np.zeros(1, s.EVENT)
        seen = [int(pair[name]["t_ms"]) for name in ("protected", "wearer")]
        at_ms = seen[side] if side >= 0 and seen[side] != NO_TIME else self.log_ms
        kernel.emit(out, 0, -1, k, kind, side, int(pair["level"]), self.log_ms, at_ms)
        if NO_TIME not in seen:
            kernel.with_distances(out, 1, pair, s.OBSERVED, self.policy)
        out[0]["value"] = value
        return out[0]

    def is_active(self, number: int) -> bool:
        """Is a measure known and watched?"""
        k = self._index.get(number)
        return k is not None and bool(self.pairs[k]["flags"] & s.ACTIVE)

    def end(self, number: int) -> None:
        """Stops watching a measure; nothing is forgotten until the snapshot after it."""
        k = self._index.get(number)
        if k is not None:
            self.pairs[k]["flags"] &= ~s.ACTIVE
            self.due[k] = self.pairs[k]["due_ms"] = s.NEVER
            self._routes = None

    def _grow(self, numbers: list[int]) -> None:
        known, size = len(self.pairs), len(self.pairs) + len(numbers)
        if size > len(self._room[0]):
            # Half as much again: the file tells of its measures one by one, and each growth copies all of them.
            spare = max(size, known + known // 2) - known
            pairs = s.aligned(known + spare)
            pairs[:known] = self.pairs
            pairs[known:] = s.new_pairs(spare)
            self._room = (
                pairs,
                np.concatenate([self.clocks, np.zeros((spare, 2), s.CLOCK)]),
                np.concatenate([self.due, np.full(spare, s.NEVER, np.int64)]),
                np.concatenate([self.devices, np.zeros((spare, 2), np.int64)]),
                np.concatenate([self.numbers, np.zeros(spare, np.int64)]),
            )
        self.pairs, self.clocks, self.due, self.devices, self.numbers = (array[:size] for array in self._room)
        self.numbers[known:] = numbers
        self._index.update(zip(numbers, range(known, size), strict=True))

    def routes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(touch, several) as the kernel reads them: whom a device concerns, see `kernel.run`."""
        if self._routes is None:
            active = np.flatnonzero(self.pairs["flags"] & s.ACTIVE)
            devices = self.devices[active].ravel()
            routes = np.stack([2 * active, 2 * active + 1], axis=1).ravel().astype(np.int32)
            touch = np.full(int(devices.max()) + 1 if len(devices) else 1, kernel.NOBODY, np.int32)
            touch[devices] = routes
            several: list[int] = []
            shared = np.bincount(devices)[devices] > 1 if len(devices) else np.zeros(0, np.bool_)
            order = np.lexsort((routes[shared], devices[shared]))
            last = 0
            for device, route in zip(devices[shared][order].tolist(), routes[shared][order].tolist(), strict=True):
                if device != last:
                    several += [kernel.NOBODY] if last else []
                    touch[device] = kernel.NOBODY - len(several) - 1
                    last = device
                several.append(route)
            self._routes = (touch, np.array([kernel.NOBODY, *several, kernel.NOBODY], np.int32))
        return self._routes

    def concerns(self, devices: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some devices a watched measure follows."""
        touch, _ = self.routes()
        inside = (devices > 0) & (devices < len(touch))
        found: NDArray[np.bool_] = inside & (touch[np.where(inside, devices, 0)] != kernel.NOBODY)
        return found

    def places(self, devices: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """(devices, PLACE records) of those among some devices whose holder's place is known to a measure."""
        touch, several = self.routes()
        devices = devices[(devices > 0) & (devices < len(touch))].astype(np.int64)
        route = touch[devices]
        route = np.where(route < kernel.NOBODY, several[np.maximum(kernel.NOBODY - route, 0)], route)
        devices, route = devices[route >= 0], route[route >= 0]
        pair, side = route >> 1, route & 1
        out = np.zeros(len(route), s.PLACE)
        for of_side, name in ((s.PROTECTED, "protected"), (s.WEARER, "wearer")):
            mine = side == of_side
            party = self.pairs[name][pair[mine]]
            for field in ("t_ms", "seen_ms", "lat_e7", "lon_e7", "accuracy_cm", "speed_cms"):
                out[field][mine] = party[field]
        held = self.pairs["held_dt_ms"][pair, side]
        out["held_t_ms"] = np.where(held > 0, out["t_ms"] + held, NO_TIME)
        known = out["t_ms"] != NO_TIME
        return devices[known], out[known]

    def apply(self, messages: Messages, grid_ms: int = 0) -> s.Events:
        """Feeds messages in log order; returns the events they caused, in order, `message` counting within `messages`.

        CONTROL records are not read here: the caller splits the run at them and calls `put` or `end` between.
        """
        touch, several = self.routes()
        # A frame's records cannot be written to, ours can. Numba compiles the kernel for each sort of array by itself,
        # which takes seconds, so it is shown one sort only: else the first fix after an upgrade waited for that.
        messages = messages.view()
        messages.flags.writeable = False
        done = 0
        parts: list[Any] = []
        while True:
            done, n = self.run(
                *(messages, done, touch, several, self.pairs, self.clocks, self.due),
                *(self.clock, grid_ms, self.policy, self._places, self._out),
            )
            if n:
                parts.append(self._out[:n].copy())
            if done >= len(messages):
                break
        if not parts:
            return self._out[:0].copy()
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    # -- snapshots ------------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, NDArray[Any]]:
        """Everything the engine remembers, as arrays by name: its own, to be copied before it judges again."""
        return {
            "pairs": self.pairs,
            "clocks": self.clocks,
            "due": self.due,
            "devices": self.devices,
            "numbers": self.numbers,
            "clock": self.clock[:1],
            "policy": self.policy,
        }

    def restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Becomes what `dump` described."""
        self.pairs = s.aligned(len(arrays["pairs"]))
        self.pairs[:] = arrays["pairs"]
        self.clocks = arrays["clocks"].copy()
        self.due = arrays["due"].copy()
        self.devices = arrays["devices"].copy()
        self.numbers = arrays["numbers"].copy()
        self.clock[0] = arrays["clock"][0]
        self.policy = arrays["policy"].copy()
        self._room = (self.pairs, self.clocks, self.due, self.devices, self.numbers)
        self._index = dict(zip(self.numbers.tolist(), range(len(self.numbers)), strict=True))
        self._routes = None
