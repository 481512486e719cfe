"""What does a monitor that is behind leave out, in which order, and when does it take that up again (design, rule 11)?

History first, then statistics, then maps, and only in what is written: every message is judged, and transitions, incidents,
signals and SOS are written whole, whatever the step. Statistics and maps are put off and written once for many; history is
thinned, and the log still has it. It reads no clock and no database.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.proximity import state as s
from egide.log.frames import Damaged, decode
from egide.log.interface import LogFrame
from egide.monitor.fold import Fold, Outputs
from egide.monitor.told import PLACE, latest


class Step(IntEnum):
    """What is left out: what the step is named after, and all that comes before it."""

    NOTHING = 0
    HISTORY = 1  # of a device of which nothing rings, one position in so many seconds is written
    STATISTICS = 2  # what people bore is written once for many batches
    MAPS = 3  # and so are the places of devices of which nothing rings


# How many times the bound the lag must be for each step, and what part of it is calm again.
TIMES = {Step.HISTORY: 1.0, Step.STATISTICS: 2.0, Step.MAPS: 4.0}
CALM = 0.5
# What is put off is written at least this often: a burden is looked at by the day, a quiet place when somebody asks for it.
STATISTICS_S = 30.0
MAPS_S = 5.0
RANG_MS = 15 * 60_000  # so long after a ring a device is no quiet one: an operator looks at the map


@dataclass(frozen=True, slots=True)
class Bounds:
    """When to begin (0: never), how long to wait before a step back, and what is kept of history, all in seconds."""

    lag_s: float
    calm_s: float
    history_s: float


NEVER_BEHIND = Bounds(0, 10, 30)


@dataclass(frozen=True, slots=True)
class Note:
    """What a batch leaves out, for the record: `left_out` positions at step `step`."""

    step: Step
    left_out: int


class Shedding:
    """Of one owner. `step` is what is left out now."""

    def __init__(self, bounds: Bounds, step: Step = Step.NOTHING) -> None:
        self.bounds, self.step = bounds, step
        self._calm_since: float | None = None
        self._rang: dict[int, int] = {}  # device -> until when it is no quiet one, in log time
        self._look_ms = 0  # when it is looked next who is quiet again
        self._kept: NDArray[np.int64] = np.full(
            1, -1, np.int64
        )  # by device, the run of seconds its last position is of
        self._burdens: dict[tuple[int, date], tuple[int, ...]] = {}
        self._places = np.zeros(0, PLACE)
        self._statistics_s = self._maps_s = 0.0  # when each was written last

    # -- which step ---------------------------------------------------------------------------------------------------

    def weigh(self, lag_s: float, now_s: float) -> bool:
        """Takes how old the newest message of a batch was when its commit ended; True if the step is another one now.

        Up at once, as far as the lag asks; down one step at a time, each after so long a calm.
        """
        bound = self.bounds.lag_s
        wanted = max((k for k, times in TIMES.items() if bound > 0 and lag_s > bound * times), default=Step.NOTHING)
        if wanted > self.step:
            self.step, self._calm_since = wanted, None
            return True
        if self.step is Step.NOTHING:
            return False
        if lag_s > CALM * bound * TIMES[self.step]:
            self._calm_since = None
            return False
        if self._calm_since is None:
            self._calm_since = now_s
        if now_s - self._calm_since < self.bounds.calm_s:
            return False
        self.step, self._calm_since = Step(self.step - 1), now_s
        return True

    # -- what is left out ---------------------------------------------------------------------------------------------

    def relieve(self, out: Outputs, fold: Fold, now_s: float, everything: bool = False) -> int:
        """Takes out of a batch what need not be written now, and puts in what was put off and is due; answers how many
        positions are left out for good. `everything`: what was put off is due, before a snapshot is taken."""
        watched = self._touched(out, fold)
        left_out = 0
        if self.step >= Step.HISTORY:
            watched = np.union1d(watched, _loud(fold))
            left_out = self._thin(out, fold, watched)
        self._put_off_statistics(out, now_s, everything)
        if self.step >= Step.MAPS and not everything and now_s - self._maps_s < MAPS_S:
            self._put_off_places(out, watched)
        else:
            self._maps_s = now_s
            if len(self._places):
                out.places.insert(0, self._places)
                self._places = np.zeros(0, PLACE)
        return left_out

    def take_up(self, burdens: dict[tuple[int, date], tuple[int, ...]], places: NDArray[Any]) -> None:
        """What the owner before may have put off and not written: it is written with the next batch."""
        self._burdens, self._places = dict(burdens), places

    @property
    def owes(self) -> bool:
        """Is something put off?"""
        return bool(self._burdens or len(self._places))

    def _put_off_statistics(self, out: Outputs, now_s: float, everything: bool) -> None:
        # The counts are those of the day so far: the newest hold all before them.
        both = {**self._burdens, **out.burdens}
        if self.step >= Step.STATISTICS and not everything and now_s - self._statistics_s < STATISTICS_S:
            self._burdens, out.burdens = both, {}
        else:
            self._statistics_s = now_s
            self._burdens, out.burdens = {}, both

    def _put_off_places(self, out: Outputs, watched: NDArray[np.int64]) -> None:
        rows = latest([self._places, *out.places])
        now = np.isin(rows["device"], watched)
        out.places, self._places = [rows[now]], rows[~now]

    def _thin(self, out: Outputs, fold: Fold, watched: NDArray[np.int64]) -> int:
        left_out = 0
        runs: list[tuple[int, Any, Any]] = []
        for seq, index, fixes in out.positions:
            device = fixes["device"]
            quiet = fold.engine.concerns(device) & ~np.isin(device, watched)
            keep = ~quiet
            keep[quiet] = self._first_of_its_run(device[quiet], fixes["device_time_ms"][quiet])
            left_out += int(len(keep) - np.count_nonzero(keep))
            if keep.any():
                runs.append((seq, index[keep], fixes[keep]))
        out.positions = runs
        return left_out

    def _first_of_its_run(self, device: NDArray[np.int64], made_ms: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which fixes are the first of their device in a run of so many seconds, by the time they were made."""
        run = made_ms // max(1, round(self.bounds.history_s * 1000))
        if (highest := int(device.max(initial=0))) >= len(self._kept):
            room = np.full(max(highest + 1, 2 * len(self._kept)), -1, np.int64)
            room[: len(self._kept)] = self._kept
            self._kept = room
        order = np.lexsort((np.arange(len(device)), run, device))
        d, r = device[order], run[order]
        first = np.ones(len(order), np.bool_)
        first[1:] = (d[1:] != d[:-1]) | (r[1:] != r[:-1])
        keep = np.zeros(len(order), np.bool_)
        keep[order] = first
        keep &= self._kept[device] != run
        np.maximum.at(self._kept, device[keep], run[keep])
        return keep

    # -- of whom nothing is put off -------------------------------------------------------------------------------------

    def _touched(self, out: Outputs, fold: Fold) -> NDArray[np.int64]:
        """The devices of which something is said in this batch, or rang lately."""
        said: set[int] = set()
        for conclusion in out.conclusions:
            said |= _devices(fold, None, conclusion.measure)
        for ring in out.rings:
            mine = _devices(fold, ring.cause.device, ring.cause.measure)
            said |= mine
            if ring.cause.opens:
                self._rang.update(dict.fromkeys(mine, ring.stream_time_ms + RANG_MS))
        if fold.engine.log_ms >= self._look_ms:
            self._look_ms = fold.engine.log_ms + 60_000
            self._rang = {device: until for device, until in self._rang.items() if until > fold.engine.log_ms}
        return np.array(sorted(said | self._rang.keys()), np.int64)


def _loud(fold: Fold) -> NDArray[np.int64]:
    """The devices of measures that are not clear, or whose clock is corrected: the map needs each fix to show them."""
    pairs = fold.engine.pairs
    loud = (pairs["level"] > s.CLEAR) | ((pairs["flags"] & s.POSSIBLE) != 0)
    for name in ("protected", "wearer"):
        loud |= (pairs[name]["flags"] & s.CLOCK_WRONG) != 0
    devices: NDArray[np.int64] = fold.engine.devices[loud].ravel()
    return devices


def _devices(fold: Fold, device: int | None, measure: int | None) -> set[int]:
    found = set() if device is None else {device}
    k = None if measure is None else fold.engine.pair_of(measure)
    if k is not None:
        found |= {int(one) for one in fold.engine.devices[k]}
    return found


def behind_s(frames: list[LogFrame], took_all: bool, read_ms: float, done_ms: float) -> float | None:
    """How far behind the end of the log a batch was when its commit ended: how old its newest message was then. A batch
    that took all the log held is behind by no more than the time since it was read: an old log may simply have ended.
    None where the newest cannot be read. Times by the database's clock; NaN while that is not known."""
    try:
        messages = decode(frames[-1].body).messages
    except Damaged:
        return None
    if not len(messages) or math.isnan(done_ms):
        return None
    lag_ms = max(0.0, done_ms - int(messages["stream_time_ms"][-1]))
    return (min(lag_ms, done_ms - read_ms) if took_all else lag_ms) / 1000
