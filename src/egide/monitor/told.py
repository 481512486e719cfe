"""What a batch of frames has to say: conclusions, causes that ring, positions, places and burdens, in the order of the log.

Plain records, and the numbering of those that one message caused. Nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import Messages
from egide.core.proximity import state
from egide.core.workflow.causes import Cause
from egide.devices.alarms import clean


def word_of(extras: list[dict[str, Any]], extra: int) -> str:
    """What a device called its alarm, as it may be stored; empty where nothing can be read: the alarm rings all the same."""
    said: Any = extras[extra] if 0 <= extra < len(extras) else None
    return clean(str(said.get("word", ""))) if isinstance(said, dict) else ""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A row of the timeline of a measure: one event of the core and where in the log it comes from."""

    seq: int
    index: int
    ordinal: int
    measure: int
    line: dict[str, Any]  # as `explain.event_dict` spells it
    event: Any


@dataclass(frozen=True, slots=True)
class Ring:
    """A cause, with the place in the log and the times it comes with."""

    seq: int
    index: int
    ordinal: int
    device_time_ms: int | None
    stream_time_ms: int
    cause: Cause


# A number that many devices share: which frame said so, and where the holder is believed to be (the core's PLACE).
PLACE = np.dtype([("device", "<i8"), ("seq", "<i8"), ("party", state.PLACE)])


@dataclass(slots=True)
class Outputs:
    """What a batch of frames must write, in the order of the log. `positions` are (frame number, index, FIX records):
    what was said; `seen` are (frame number, devices) until the batch is settled, `places` then runs of PLACE, what is
    believed; `burdens` are what a person bore on a day so far, as the counts of `core.proximity.burden`."""

    conclusions: list[Conclusion] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    positions: list[tuple[int, Any, Messages]] = field(default_factory=list)
    seen: list[tuple[int, NDArray[np.int64]]] = field(default_factory=list)
    places: list[NDArray[Any]] = field(default_factory=list)
    burdens: dict[tuple[int, date], tuple[int, ...]] = field(default_factory=dict)

    def last_places(self) -> NDArray[Any]:
        """What is believed after the last frame: one row a device, by device."""
        return latest(self.places)


def latest(places: list[NDArray[Any]]) -> NDArray[Any]:
    """The last row of each device in runs of PLACE, by device."""
    if not places:
        return np.zeros(0, PLACE)
    rows = np.concatenate(places)[::-1]
    return rows[np.unique(rows["device"], return_index=True)[1]]


class Writer:
    """Adds to the outputs of a batch what one frame caused, and numbers what one message caused."""

    def __init__(self, seq: int, out: Outputs) -> None:
        self.seq, self.out = seq, out
        self._index = self._ordinal = -1
        self._rung: set[tuple[int, str]] = set()

    def first(self, index: int, key: str) -> bool:
        """Is it the first time that one message rings for a cause?"""
        before = len(self._rung)
        self._rung.add((index, key))
        return len(self._rung) > before

    def _number(self, index: int) -> int:
        self._ordinal = self._ordinal + 1 if index == self._index else 0
        self._index = index
        return self._ordinal

    def conclusion(self, index: int, measure: int, line: dict[str, Any], event: Any, cause: Cause | None) -> None:
        """A row of a timeline, with the cause it belongs to."""
        ordinal = self._number(index)
        self.out.conclusions.append(Conclusion(self.seq, index, ordinal, measure, line, event))
        if cause is not None:
            times = int(event["device_time_ms"]), int(event["time_ms"])
            self.out.rings.append(Ring(self.seq, index, ordinal, *times, cause))

    def ring(self, index: int, device_time_ms: int | None, stream_time_ms: int, cause: Cause) -> None:
        """A cause without a row of a timeline."""
        self.out.rings.append(Ring(self.seq, index, self._number(index), device_time_ms, stream_time_ms, cause))
