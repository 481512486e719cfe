"""A provider, a gateway or the log is gone: one incident that lists the people it concerns, instead of one a device.

Beside the kernel, which goes on telling every silence in the timeline of its measure. While a feed is down, or has just
come back, such a silence is a line of the feed's incident; who is still not heard some minutes later rings alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import Flag, Messages
from egide.core.observations import SignalKind
from egide.core.proximity import feeds
from egide.core.proximity import policy as p
from egide.core.proximity import state as s
from egide.core.proximity.feeds import Feeds
from egide.core.workflow.causes import GRAVE_TECHNICAL_URGENCY, TECHNICAL_URGENCY, Cause
from egide.monitor.people import NOBODY

if TYPE_CHECKING:
    from egide.monitor.fold import Fold
    from egide.monitor.told import Writer

# As plain numbers: they are asked for with every frame.
UNVERIFIED, CONNECTION_LOST = int(Flag.UNVERIFIED), int(SignalKind.CONNECTION_LOST)


class Lines:
    """What is remembered of the lines people are heard over."""

    def __init__(self) -> None:
        self.feeds = Feeds()
        self.changed = True  # who is watched has changed
        # What rings alone if nothing has changed by then; no time while the feed is down: device -> (time, measure,
        # person) for a silence, measure -> time for an approach that became possible.
        self.waiting: dict[int, tuple[int | None, int, int | None]] = {}
        self.possible: dict[int, int | None] = {}

    def before(self, fold: Fold, begin: int, messages: Messages, writer: Writer) -> None:
        """Takes a run of messages before they are judged: was the log away until the first, which feeds are back?"""
        first_ms = int(messages[0]["stream_time_ms"])
        policy = fold.engine.policy
        missed_ms = self.feeds.gap(fold.engine.log_ms, first_ms, policy)
        if missed_ms is not None:
            self._tell(fold, writer, begin, feeds.LOG, first_ms, first_ms - missed_ms)
            self._back(writer, begin, feeds.LOG, first_ms)
            self._give_time(fold, None, first_ms)
        # Of watched devices only: what the platform presses itself, or somebody's phone, says nothing of their line.
        speaks = fold.engine.concerns(messages["device"])
        speaks &= (messages["flags"] & UNVERIFIED) == 0
        speaks &= messages["signal"] != CONNECTION_LOST
        if not speaks.any():
            return
        running = np.maximum.accumulate(np.maximum(messages["stream_time_ms"], fold.engine.log_ms))[speaks]
        for feed in self.feeds.hear(fold.devices.feeds_of(messages["device"][speaks]), running):
            index = begin + int(np.flatnonzero(speaks)[0])
            self._back(writer, index, feed, int(running[0]))
            self._give_time(fold, feed, int(running[-1]))

    def tick(self, fold: Fold, index: int, stream_ms: int, writer: Writer) -> None:
        """Time passed: tells of every feed that is down from now on."""
        now_ms = max(stream_ms, fold.engine.log_ms)
        if self.changed:
            self._watch(fold)
        for feed in self.feeds.tick(now_ms, fold.engine.policy):
            since = int(self.feeds.heard[feed]) if feed >= 0 else int(self.feeds.heard.max())
            self._tell(fold, writer, index, feed, now_ms, since)

    def overdue(self, fold: Fold, index: int, writer: Writer) -> None:
        """Rings for every device that its feed brought back to time, and that is still not heard."""
        now_ms = fold.engine.log_ms
        for device in sorted(d for d, (due, _, _) in self.waiting.items() if due is not None and due <= now_ms):
            _, measure, person = self.waiting.pop(device)
            feed = int(fold.devices.feeds_of(np.array([device]))[0])
            if not self.feeds.down.isdisjoint((feed, feeds.GATEWAY)):
                self.waiting[device] = None, measure, person  # gone again before it could be heard
                continue
            if not fold.engine.is_active(measure):
                continue
            data = {"kind": "silence", "after_feed": True}
            cause = Cause(
                f"silence:{device}",
                "technical",
                TECHNICAL_URGENCY,
                "silence",
                measure=measure,
                device=device,
                person=person,
            )
            writer.ring(index, now_ms, now_ms, replace(cause, data=data))
        for measure in sorted(n for n, due in self.possible.items() if due is not None and due <= now_ms):
            del self.possible[measure]
            fold.still_possible(writer, index, measure)

    def weigh(self, fold: Fold, event: Any, cause: Cause) -> Cause:
        """What follows from a feed that is down is a line of the feed's incident; a device that speaks waits no more."""
        kind = int(event["kind"])
        if kind in (s.POSSIBLE_APPROACH, s.POSSIBLE_ENDED):
            return self._weigh_possible(fold, event, cause)
        device = cause.device
        if device is None:
            return cause
        if kind == s.HEARD_AGAIN:
            self.waiting.pop(device, None)
        if kind != s.SILENCE:
            return cause
        feed = int(fold.devices.feeds_of(np.array([device]))[0])
        down = self.feeds.of_silence(feed, int(event["time_ms"]), fold.engine.policy)
        if down is None:
            return cause
        due = None if down in self.feeds.down else self._due(fold, self.feeds.back_ms[down])
        self.waiting[device] = due, cause.measure or 0, cause.person
        return replace(cause, key=feeds.key_of(down), opens=False)

    def _weigh_possible(self, fold: Fold, event: Any, cause: Cause) -> Cause:
        """Nobody is seen over a feed that is down. Who was in a zone already rings all the same."""
        measure = cause.measure or 0
        if int(event["kind"]) == s.POSSIBLE_ENDED:
            self.possible.pop(measure, None)
            return cause
        if int(event["level_to"]) > s.CLEAR or not cause.opens:
            return cause
        devices = fold.engine.devices[int(event["pair"])]
        for feed in fold.devices.feeds_of(devices).tolist():
            down = self.feeds.of_silence(feed, int(event["time_ms"]), fold.engine.policy)
            if down is not None:
                self.possible[measure] = None if down in self.feeds.down else self._due(fold, self.feeds.back_ms[down])
                return replace(cause, key=feeds.key_of(down), opens=False)
        return cause

    # -- inside -----------------------------------------------------------------------------------------------------

    def _due(self, fold: Fold, back_ms: int) -> int:
        return back_ms + int(fold.engine.policy[p.SILENCE_S] * 1000.0)

    def _give_time(self, fold: Fold, feed: int | None, back_ms: int) -> None:
        """Everybody of a feed that is back has the time of a silence to speak."""
        for device, (due, measure, person) in self.waiting.items():
            mine = feed in (None, feeds.GATEWAY) or int(fold.devices.feeds_of(np.array([device]))[0]) == feed
            if due is None and mine:
                self.waiting[device] = self._due(fold, back_ms), measure, person
        for measure, due in self.possible.items():
            if due is None:
                self.possible[measure] = self._due(fold, back_ms)

    def _watched(self, fold: Fold) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """(pairs, their devices, their persons) that are watched, each with two columns."""
        pairs = np.flatnonzero(fold.engine.pairs["flags"] & s.ACTIVE)
        return pairs, fold.engine.devices[pairs], fold.persons[pairs]

    def _watch(self, fold: Fold) -> None:
        _, devices, _ = self._watched(fold)
        self.feeds.watch(fold.devices.feeds_of(np.unique(devices)), fold.engine.log_ms)
        self.changed = False

    def _tell(self, fold: Fold, writer: Writer, index: int, feed: int, now_ms: int, since_ms: int) -> None:
        pairs, devices, persons = self._watched(fold)
        mine = np.ones(devices.shape, np.bool_)
        if feed >= 0:
            mine = (fold.devices.feeds_of(devices.ravel()) == feed).reshape(devices.shape)
        who = np.unique(persons[mine])
        data = {
            "signal": "feed_down",
            "since_ms": since_ms,
            "devices": len(np.unique(devices[mine])),
            "people": [int(one) for one in who if one != NOBODY],
            "measures": [int(fold.engine.numbers[k]) for k in pairs[mine.any(axis=1)]],
        }
        cause = Cause(feeds.key_of(feed), "technical", GRAVE_TECHNICAL_URGENCY, "feed_down", data=data)
        writer.ring(index, since_ms, now_ms, cause)

    def _back(self, writer: Writer, index: int, feed: int, now_ms: int) -> None:
        cause = Cause(feeds.key_of(feed), "technical", GRAVE_TECHNICAL_URGENCY, "feed_back", opens=False)
        writer.ring(index, now_ms, now_ms, replace(cause, data={"kind": "feed_back"}))

    def dump(self) -> dict[str, Any]:
        """What is remembered, for JSON."""
        return {
            "feeds": self.feeds.dump(),
            "waiting": sorted([d, list(w)] for d, w in self.waiting.items()),
            "possible": sorted(self.possible.items()),
            "changed": self.changed,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Becomes what `dump` described."""
        self.feeds.restore(kept["feeds"])
        self.waiting = {d: (w[0], w[1], w[2]) for d, w in kept["waiting"]}
        self.possible = dict(kept["possible"])
        self.changed = bool(kept["changed"])
