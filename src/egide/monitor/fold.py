"""State = fold(core, log): what one frame changes in what is known, and what must be written because of it.

Pure but for the arrays it owns: no clock, no database. Given the same frames it gives the same conclusions, whoever
runs it, whenever, and however the frames were batched. What a level means under an order is decided beside it (`order`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import NO_TIME, Flag, Kind, Messages
from egide.core.observations import SignalKind
from egide.core.proximity import burden
from egide.core.proximity import policy as p
from egide.core.proximity import state as s
from egide.core.proximity.burden import Burden
from egide.core.proximity.engine import Engine, Measure, Run
from egide.core.proximity.explain import event_dict
from egide.core.proximity.policy import NAMES, taken_over, values
from egide.core.workflow.causes import Cause, of_event, of_signal, of_unreadable_change
from egide.log.frames import decode
from egide.log.interface import LogFrame
from egide.monitor import columns
from egide.monitor.feed import Lines
from egide.monitor.order import Orders
from egide.monitor.people import MOST_DEVICES, NOBODY, Device, Devices, number_of
from egide.monitor.told import PLACE, Conclusion, Outputs, Ring, Writer, word_of

__all__ = ["Conclusion", "Device", "Fold", "Outputs", "Ring"]

ACTIVE, SUSPENDED = "active", "suspended"

# As plain numbers: a member of an enum is looked up for longer than a short frame is judged.
FIX, SIGNAL, TICK, CONTROL = (int(kind) for kind in (Kind.FIX, Kind.SIGNAL, Kind.TICK, Kind.CONTROL))


class Fold:
    """The state of one cell after some frame."""

    def __init__(self, run: Run) -> None:
        self.engine = Engine(run)
        self.devices = Devices()
        self.persons: NDArray[np.int64] = np.zeros((0, 2), np.int64)  # of each pair: protected, wearer
        self.orders = Orders()
        self.lines = Lines()
        self.suspended: set[int] = set()
        self.burdens: dict[int, Burden] = {}  # of the day that is
        self.day_ms = 0
        self.unknown_controls = 0

    @property
    def measures(self) -> list[int]:
        """The numbers of all measures ever told of."""
        return [int(n) for n in self.engine.numbers]

    def step(self, frame: LogFrame, out: Outputs) -> None:
        """Applies one frame of the log and adds to `out` what it means."""
        decoded = decode(frame.body)
        messages, extras = decoded.messages, decoded.extras
        fixes = np.flatnonzero(messages["kind"] == FIX)
        if len(fixes):
            out.positions.append((frame.seq, fixes, messages[fixes]))
        writer = Writer(frame.seq, out)
        begin = 0
        for end in self._ends(messages):
            if messages[end - 1]["kind"] == CONTROL:
                self._part(begin, messages[begin : end - 1], extras, writer)
                self.lines.before(self, end - 1, messages[end - 1 : end], writer)
                self._control(end - 1, messages[end - 1], extras, writer)
            else:
                self._part(begin, messages[begin:end], extras, writer)
            begin = end
        if len(fixes):
            out.seen.append((frame.seq, messages["device"][fixes]))

    def settle(self, out: Outputs) -> None:
        """After the last frame of a batch: adds to `out` what is believed now of everybody who was seen in it."""
        if not out.seen:
            return
        devices = np.concatenate([mine for _, mine in out.seen])[::-1]
        seqs = np.repeat([seq for seq, _ in out.seen], [len(mine) for _, mine in out.seen])[::-1]
        numbers, last = np.unique(devices, return_index=True)
        rows = self.believed(0, numbers)
        rows["seq"] = seqs[last[np.searchsorted(numbers, rows["device"])]]
        out.places.append(rows)
        out.seen = []

    def _ends(self, messages: Messages) -> Iterator[int]:
        """Where a frame is cut, so that what is beside the kernel is asked exactly where the log says: after a change of
        the file, after a tick, after a message of a wearer whose order names places, before a hole in the log."""
        cut = (messages["kind"] == CONTROL) | (messages["kind"] == TICK)
        if len(messages) == 1 or not len(cut):
            yield from [1] * len(messages)
            return
        running = np.maximum.accumulate(messages["stream_time_ms"])
        cut[:-1] |= running[1:] - running[:-1] >= self.engine.policy[p.LOG_GAP_S] * 1000.0
        begin = 0
        for end in [*np.flatnonzero(cut) + 1, len(messages)]:
            # Who is watched may change with every change of the file, so it is asked as late as can be.
            watched = self.orders.wearers()
            if len(watched):
                mine = np.flatnonzero(np.isin(messages["device"][begin:end], watched)) + begin + 1
                yield from (int(one) for one in mine if one < end)
            if end > begin:
                yield int(end)
            begin = int(end)

    # -- changes of the file ----------------------------------------------------------------------------------------

    def control(self, change: dict[str, Any], writer: Writer | None = None, index: int = 0) -> None:
        """Takes one CONTROL message. One of a kind nobody knows is counted: a newer web may write it. Raises KeyError,
        ValueError or TypeError for one that cannot be read; nothing of it has been applied then."""
        what = change.get("control")
        if what == "device":
            person, feed = number_of(change.get("person")), number_of(change.get("feed")) or 0
            self.devices.put(int(change["device"]), str(change["kind"]), str(change["status"]), person, feed)
            self.lines.changed = True
        elif what == "measure":
            self._measure(change, writer or Writer(0, Outputs()), index)
        elif what == "policy":
            self.engine.judge_by(values(dict(change["values"]), self.engine.policy))
        else:
            self.unknown_controls += 1

    def _control(self, index: int, message: Any, extras: list[dict[str, Any]], writer: Writer) -> None:
        self.engine.advance(int(message["stream_time_ms"]))
        try:
            self.control(_text(extras, int(message["extra"])), writer, index)
        except (LookupError, ValueError, TypeError, OverflowError) as error:
            # What was known before still holds; somebody must look, and monitoring goes on for everybody else.
            at = int(message["stream_time_ms"])
            writer.ring(index, None, at, of_unreadable_change(writer.seq, type(error).__name__))

    def _measure(self, change: dict[str, Any], writer: Writer, index: int) -> None:
        number, status = number_of(change["measure"]), str(change["status"])
        if number is None:
            raise ValueError("a measure without a number")
        was_active, was_suspended = self.engine.is_active(number), number in self.suspended
        if status != ACTIVE:
            self.engine.end(number)
            self.orders.forget(number)
            self.lines.changed = True
            self.suspended.discard(number)
            if status == SUSPENDED:
                self.suspended.add(number)
            if was_active or (was_suspended and status != SUSPENDED):
                self._tell(writer, index, number, s.WATCH_SUSPENDED if status == SUSPENDED else s.WATCH_ENDED)
            return
        devices = int(change["protected_device"]), int(change["wearer_device"])
        if max(devices) > MOST_DEVICES:
            raise ValueError(f"measure {number}: no registry gives such numbers of devices")
        persons = number_of(change.get("protected_person")), number_of(change.get("wearer_person"))
        measure = Measure(number, *devices, float(change["alert_m"]), float(change["pre_alert_m"]))
        places = self.orders.read(change.get("places"))
        before = self._terms(number)
        events = self.engine.put([measure])
        k = self.engine.pair_of(number)
        assert k is not None
        if k >= len(self.persons):
            room = np.full((max(k + 1, 2 * len(self.persons)), 2), NOBODY, np.int64)
            room[: len(self.persons)] = self.persons
            self.persons = room
        self.persons[k] = [NOBODY if one is None else one for one in persons]
        said_otherwise = self.orders.put(number, devices[1], change.get("places"), places)
        self.lines.changed = True
        self.suspended.discard(number)
        if was_suspended:
            self._tell(writer, index, number, s.WATCH_RESUMED)
        elif was_active and (before != self._terms(number) or said_otherwise):
            self._tell(writer, index, number, s.ORDER_CHANGED)
        for event in events:
            self._event(writer, index, event)
        self._look(writer, index, number)

    def _terms(self, number: int) -> tuple[int, ...]:
        """What a change of the order is noticed by: radii and devices."""
        k = self.engine.pair_of(number)
        if k is None:
            return ()
        pair = self.engine.pairs[k]
        return int(pair["alert_cm"]), int(pair["pre_alert_cm"]), *map(int, self.engine.devices[k])

    def believed(self, seq: int, devices: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """What is believed after frame `seq` of where the holders of some devices are (of all that are watched, if not
        told which), as PLACE rows."""
        if devices is None:
            devices = self.engine.devices[(self.engine.pairs["flags"] & s.ACTIVE) != 0].ravel()
        numbers, places = self.engine.places(np.unique(devices))
        rows = np.empty(len(numbers), PLACE)
        rows["device"], rows["seq"], rows["party"] = numbers, seq, places
        return rows

    # -- what it means ----------------------------------------------------------------------------------------------

    def _part(self, begin: int, messages: Messages, extras: list[dict[str, Any]], writer: Writer) -> None:
        """A run of messages that holds at most one tick, its last, and at most one message that asks about places."""
        if not len(messages):
            return
        last = begin + len(messages) - 1
        ticks = bool(messages[-1]["kind"] == TICK)
        self.lines.before(self, begin, messages, writer)
        if ticks and len(messages) > 1:
            self._judge(begin, messages[:-1], extras, writer)
        if ticks:
            self.lines.tick(self, last, int(messages[-1]["stream_time_ms"]), writer)
            self._judge(last, messages[-1:], extras, writer)
            self.lines.overdue(self, last, writer)
            for number in self.orders.numbers():
                self._look(writer, last, number)
        elif mine := self.orders.of(int(messages[-1]["device"])):
            self._judge(begin, messages[:-1], extras, writer)
            self._judge(last, messages[-1:], extras, writer, mine)
        else:
            self._judge(begin, messages, extras, writer)

    def _judge(
        self,
        begin: int,
        messages: Messages,
        extras: list[dict[str, Any]],
        writer: Writer,
        look_at: list[int] | None = None,
    ) -> None:
        """Judges a run of messages. `look_at` are measures whose order is asked first what it says of the new place."""
        events = self.engine.apply(messages)
        for number in look_at or ():
            k = self.engine.pair_of(number)
            mine = [e for e in events if int(e["pair"]) == k]
            rings = {int(e["kind"]) for e in mine if int(e["level_to"]) > int(e["level_from"])}
            rings |= {s.POSSIBLE_APPROACH for e in mine if int(e["kind"]) == s.POSSIBLE_APPROACH}
            self._look(writer, begin, number, rings)
        found: list[tuple[int, int, Any]] = [(begin + int(event["message"]), 0, event) for event in events]
        found += [(begin + int(i), 1, None) for i in np.flatnonzero(messages["kind"] == SIGNAL)]
        found.sort(key=lambda item: item[:2])
        for index, _, event in found:
            if event is None:
                self._signal(writer, index, messages[index - begin], extras)
            else:
                self._event(writer, index, event)

    def _signal(self, writer: Writer, index: int, message: Any, extras: list[dict[str, Any]]) -> None:
        flags = int(message["flags"])
        if flags & Flag.SUPERVISION:
            return
        number = int(message["device"])
        known = self.devices[number]
        code = int(message["signal"])
        signal = SignalKind(code) if code in SignalKind._value2member_map_ else SignalKind.OTHER_ALARM
        word = word_of(extras, int(message["extra"]))
        device_ms = int(message["device_time_ms"])
        cause = of_signal(signal, number, known.kind, known.person, known.status, word, bool(flags & Flag.UNVERIFIED))
        at_ms = int(message["stream_time_ms"])
        writer.ring(index, None if device_ms == NO_TIME else device_ms, at_ms, cause)
        self._bear(writer, cause, cause.person, at_ms)

    def _event(self, writer: Writer, index: int, event: Any, **more: Any) -> None:
        """One conclusion of the kernel, and whether the crossings of its edge are a search."""
        number = int(self.engine.numbers[int(event["pair"])])
        self.say(writer, index, event, {**event_dict(event), **more})
        if self.orders.crossed(number, event, self.engine.policy):
            self._tell(writer, index, number, s.POSSIBLE_SEARCH)

    def say(self, writer: Writer, index: int, event: Any, line: dict[str, Any]) -> None:
        """Writes a conclusion, and what it means under the order and over the line it came by."""
        k = int(event["pair"])
        number = int(self.engine.numbers[k])
        cause = self._cause(event, number, k, line)
        if cause is not None:
            cause = self.lines.weigh(self, event, self.orders.weigh(number, cause, line))
        self._write(writer, index, number, line, event, cause)

    def _cause(self, event: Any, number: int, k: int, line: dict[str, Any]) -> Cause | None:
        side = int(event["party"])
        device = int(self.engine.devices[k, side]) if side >= 0 else None
        person = self.person(k, side if side >= 0 else s.PROTECTED)
        kind, before, after = int(event["kind"]), int(event["level_from"]), int(event["level_to"])
        return of_event(kind, before, after, number, device, person, line)

    def _tell(self, writer: Writer, index: int, number: int, kind: int, value: int = 0) -> None:
        """Something about a measure that the kernel does not know of."""
        if self.engine.pair_of(number) is None:
            return
        event = self.engine.tell(number, kind, -1, value)
        line = event_dict(event)
        cause = self._cause(event, number, int(event["pair"]), line)
        if cause is not None:
            cause = self.orders.weigh(number, cause, line)
        self._write(writer, index, number, line, event, cause)

    def _look(self, writer: Writer, index: int, number: int, rings: Collection[int] = ()) -> None:
        """Asks what the order says of where the wearer of a measure is now. `rings`: what the same message says by
        itself."""
        k = self.engine.pair_of(number)
        if k is None or not self.engine.is_active(number):
            return
        for kind, place in self.orders.look(number, self.engine.pairs[k], self.engine.log_ms, self.engine.policy):
            self._tell(writer, index, number, kind, place)
            if kind != s.PRESENCE_ALLOWED_ENDED:
                continue
            # What rang for nobody while presence was allowed rings now.
            if int(self.engine.pairs[k]["level"]) > s.CLEAR and s.LEVEL not in rings:
                event = self.engine.tell(number, s.LEVEL, s.WEARER)
                event["level_from"] = s.CLEAR
                line = {**event_dict(event), "allowed_until_now": True}
                self._write(writer, index, number, line, event, self._cause(event, number, k, line))
            if self.engine.pairs[k]["flags"] & s.POSSIBLE and s.POSSIBLE_APPROACH not in rings:
                event = self.engine.tell(number, s.POSSIBLE_APPROACH, -1)
                self._event(writer, index, event, allowed_until_now=True)

    def still_possible(self, writer: Writer, index: int, number: int) -> None:
        """An approach that became possible while a line was down rings if it still is, some minutes after its return."""
        k = self.engine.pair_of(number)
        if k is not None and self.engine.is_active(number) and self.engine.pairs[k]["flags"] & s.POSSIBLE:
            self._tell(writer, index, number, s.POSSIBLE_APPROACH)

    def _write(self, writer: Writer, index: int, number: int, line: dict[str, Any], event: Any, cause: Any) -> None:
        if cause is not None and cause.device is not None and cause.opens and not writer.first(index, cause.key):
            cause = replace(cause, opens=False)  # a device of several measures rings once
        writer.conclusion(index, number, line, event, cause)
        if cause is None or not cause.opens:
            return
        k = self.engine.pair_of(number)
        count = burden.counted_as(cause.kind, cause.level)
        if count is None or k is None:
            return
        persons = [self.person(k, s.WEARER)] if cause.device is None else [cause.person]
        if count in burden.BOTH:
            persons = [self.person(k, s.PROTECTED), self.person(k, s.WEARER)]
        for person in persons:
            self._bear(writer, cause, person, int(event["time_ms"]))

    def person(self, k: int, side: int) -> int | None:
        """Who is a party of a pair; None if nobody told."""
        person = int(self.persons[k, side])
        return None if person == NOBODY else person

    def _bear(self, writer: Writer, cause: Cause, person: int | None, at_ms: int) -> None:
        count = burden.counted_as(cause.kind, cause.level)
        if person is None or count is None or not cause.opens:
            return
        at_ms = max(at_ms, self.day_ms)
        day = burden.day_of(at_ms)
        if day != burden.day_of(self.day_ms):
            self.burdens.clear()
        self.day_ms = at_ms
        mine = self.burdens.setdefault(person, Burden())
        burden.add(mine, count, at_ms, self.engine.policy)
        writer.out.burdens[person, day] = mine.numbers

    # -- snapshots --------------------------------------------------------------------------------------------------

    def own(self) -> columns.Arrays:
        """What is remembered as columns: the fold's own, not a copy."""
        return {**self.engine.dump(), **self.devices.dump(), "persons": self.persons}

    def arrays(self, over: columns.Arrays | None = None) -> columns.Arrays:
        """A copy of everything the fold remembers: columns, and what is rare as JSON. `over`: see `columns.copied`."""
        rare = {
            "words": self.devices.words,
            "orders": self.orders.dump(),
            "lines": self.lines.dump(),
            "suspended": sorted(self.suspended),
            "burdens": [[person, *one.numbers] for person, one in sorted(self.burdens.items())],
            "day_ms": self.day_ms,
            "policy": NAMES,  # what the values of the policy are called: a later version may order them otherwise
        }
        copy = columns.copied(self.own(), over or {})
        copy["rare"] = np.frombuffer(json.dumps(rare).encode(), np.uint8)
        return copy

    def dump(self) -> bytes:
        """The same as one block of bytes."""
        return columns.pack(self.arrays())

    def restore(self, block: bytes | memoryview) -> None:
        """Becomes what `dump` described. Raises columns.Unreadable for a block that is none, or was damaged."""
        arrays = columns.unpack(block)
        rare = json.loads(arrays["rare"].tobytes())
        arrays["policy"] = taken_over(rare["policy"], arrays["policy"].tolist())
        self.engine.restore(arrays)
        self.devices.restore(arrays, rare["words"])
        self.persons = arrays["persons"].copy()
        self.orders.restore(rare["orders"])
        self.lines.restore(rare["lines"])
        self.suspended = set(rare["suspended"])
        self.burdens = {int(person): Burden(*numbers) for person, *numbers in rare["burdens"]}
        self.day_ms = int(rare["day_ms"])


def _text(extras: list[dict[str, Any]], extra: int) -> dict[str, Any]:
    """The text a CONTROL record names. Raises LookupError if it names none: the last of a list is not meant by -1."""
    if extra < 0:
        raise LookupError("a change of the file without its text")
    return extras[extra]
