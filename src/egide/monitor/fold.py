"""State = fold(core, log): what one frame changes in what is known, and what must be written because of it.

Pure but for the arrays it owns: no clock, no database. Given the same frames it gives the same conclusions, whoever
runs it, whenever, and however the frames were batched.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from egide.core.messages import NO_TIME, Flag, Kind, Messages
from egide.core.observations import SignalKind
from egide.core.proximity import state as s
from egide.core.proximity.engine import Engine, Measure, Run
from egide.core.proximity.explain import event_dict
from egide.core.proximity.policy import NAMES, values
from egide.core.workflow.causes import Cause, of_event, of_signal, of_unreadable_change
from egide.log.frames import decode
from egide.log.interface import LogFrame


@dataclass(frozen=True, slots=True)
class Device:
    """What the fold knows of a device."""

    kind: str
    status: str
    person: int | None


@dataclass(frozen=True, slots=True)
class Parties:
    """Who and what a measure links."""

    devices: tuple[int, int]  # the protected person's, the wearer's
    persons: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A row of the timeline of a measure: one event of the kernel and where in the log it comes from."""

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device's holder is believed to be after some frame: `party` is a record of the core's PLACE."""

    seq: int
    device: int
    party: Any


@dataclass(slots=True)
class Outputs:
    """What a batch of frames must write, in the order of the log. `positions` are (frame number, index, FIX records):
    what was said; `places` are what is believed, by device, after the last frame."""

    conclusions: list[Conclusion] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    positions: list[tuple[int, Any, Messages]] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)


class Fold:
    """The state of one cell after some frame."""

    def __init__(self, run: Run) -> None:
        self.engine = Engine(run)
        self.devices: dict[int, Device] = {}
        self.measures: dict[int, Parties] = {}
        self.unknown_controls = 0

    def step(self, frame: LogFrame, out: Outputs) -> None:
        """Applies one frame of the log and adds to `out` what it means."""
        decoded = decode(frame.body)
        messages, extras = decoded.messages, decoded.extras
        kinds = messages["kind"]
        fixes = np.flatnonzero(kinds == Kind.FIX)
        if len(fixes):
            out.positions.append((frame.seq, fixes, messages[fixes]))
        found: list[tuple[int, int, Any]] = []  # (index, 0 for the kernel's events or 1 for signals, what)
        begin = 0
        for c in [*np.flatnonzero(kinds == Kind.CONTROL), len(messages)]:
            events = self.engine.apply(messages[begin:c])
            found.extend((begin + int(event["message"]), 0, event) for event in events)
            if c < len(messages):
                self.engine.advance(int(messages[c]["stream_time_ms"]))
                self._control(frame.seq, int(c), messages[c], extras, out)
            begin = int(c) + 1
        found += [(int(i), 1, None) for i in np.flatnonzero(kinds == Kind.SIGNAL)]
        found.sort(key=lambda item: item[:2])
        if len(fixes):
            self._places(frame.seq, messages["device"][fixes], out)
        ordinal, last = 0, -1
        for index, _, event in found:
            ordinal, last = (ordinal + 1 if index == last else 0), index
            if event is None:
                self._signal(frame.seq, index, ordinal, messages[index], extras, out)
            else:
                self._event(frame.seq, index, ordinal, event, out)

    # -- changes of the file ----------------------------------------------------------------------------------------

    def control(self, change: dict[str, Any]) -> None:
        """Takes one CONTROL message. One of a kind nobody knows is counted: a newer web may write it. Raises KeyError,
        ValueError or TypeError for one that cannot be read; nothing of it has been applied then."""
        what = change.get("control")
        if what == "device":
            device = Device(str(change["kind"]), str(change["status"]), _number(change.get("person")))
            self.devices[int(change["device"])] = device
        elif what == "measure":
            self._measure(change)
        elif what == "policy":
            now = dict(zip(NAMES, map(float, self.engine.policy), strict=True))
            self.engine.judge_by(values({**now, **change["values"]}))
        else:
            self.unknown_controls += 1

    def _control(self, seq: int, index: int, message: Any, extras: list[dict[str, Any]], out: Outputs) -> None:
        try:
            self.control(extras[int(message["extra"])])
        except (KeyError, ValueError, TypeError) as error:
            # What was known before still holds; somebody must look, and monitoring goes on for everybody else.
            at = int(message["stream_time_ms"])
            out.rings.append(Ring(seq, index, 0, None, at, of_unreadable_change(seq, type(error).__name__)))

    def _measure(self, change: dict[str, Any]) -> None:
        number = int(change["measure"])
        if change["status"] != "active":
            self.engine.end(number)
            return
        devices = int(change["protected_device"]), int(change["wearer_device"])
        persons = _number(change.get("protected_person")), _number(change.get("wearer_person"))
        measure = Measure(number, *devices, float(change["alert_m"]), float(change["pre_alert_m"]))
        self.measures[number] = Parties(devices, persons)
        self.engine.put([measure])

    def _places(self, seq: int, devices: Any, out: Outputs) -> None:
        numbers, places = self.engine.places(np.unique(devices))
        for number, place in zip(numbers.tolist(), places, strict=True):
            out.places[number] = Place(seq, number, place)

    # -- what it means ----------------------------------------------------------------------------------------------

    def _signal(
        self, seq: int, index: int, ordinal: int, message: Any, extras: list[dict[str, Any]], out: Outputs
    ) -> None:
        flags = int(message["flags"])
        if flags & Flag.SUPERVISION:
            return
        number = int(message["device"])
        known = self.devices.get(number, Device("", "", None))
        code = int(message["signal"])
        signal = SignalKind(code) if code in SignalKind._value2member_map_ else SignalKind.OTHER_ALARM
        extra = int(message["extra"])
        word = str(extras[extra].get("word", "")) if extra >= 0 else ""
        device_ms = int(message["device_time_ms"])
        cause = of_signal(signal, number, known.kind, known.person, known.status, word, bool(flags & Flag.UNVERIFIED))
        told = None if device_ms == NO_TIME else device_ms
        out.rings.append(Ring(seq, index, ordinal, told, int(message["stream_time_ms"]), cause))

    def _event(self, seq: int, index: int, ordinal: int, event: Any, out: Outputs) -> None:
        number = int(self.engine.numbers[int(event["pair"])])
        parties = self.measures[number]
        line = event_dict(event)
        out.conclusions.append(Conclusion(seq, index, ordinal, number, line, event))
        side = int(event["party"])
        device = parties.devices[side] if side >= 0 else None
        person = parties.persons[side if side >= 0 else s.PROTECTED]
        kind, before, after = int(event["kind"]), int(event["level_from"]), int(event["level_to"])
        cause = of_event(kind, before, after, number, device, person, line)
        if cause is not None:
            times = int(event["device_time_ms"]), int(event["time_ms"])
            out.rings.append(Ring(seq, index, ordinal, *times, cause))

    # -- snapshots --------------------------------------------------------------------------------------------------

    def dump(self) -> bytes:
        """Everything the fold remembers, as one block of bytes."""
        people = {
            "devices": {n: [d.kind, d.status, d.person] for n, d in self.devices.items()},
            "measures": {n: [p.devices, p.persons] for n, p in self.measures.items()},
        }
        arrays = self.engine.dump()
        arrays["people"] = np.frombuffer(json.dumps(people).encode(), np.uint8)
        block = io.BytesIO()
        np.savez(block, **arrays)  # type: ignore[arg-type]  # the stub takes the names for its own options
        return block.getvalue()

    def restore(self, block: bytes) -> None:
        """Becomes what `dump` described."""
        with np.load(io.BytesIO(block), allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
        people = json.loads(loaded.pop("people").tobytes())
        self.engine.restore(loaded)
        self.devices = {int(n): Device(*row) for n, row in people["devices"].items()}
        self.measures = {
            int(n): Parties((devices[0], devices[1]), (persons[0], persons[1]))
            for n, (devices, persons) in people["measures"].items()
        }


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
