"""What does an order mean here and now? Allowed places and hours, forbidden places, and the testing of an edge.

Decided in plain Python beside the kernel, for the measures whose order says more than two distances. A presence that is
allowed rings for nobody, and rings the moment it is no longer allowed. It changes no level.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egide.core.messages import NO_TIME
from egide.core.proximity import places, search
from egide.core.proximity import state as s
from egide.core.proximity.places import Place, Watch
from egide.core.proximity.search import Crossing
from egide.core.workflow.causes import Cause

KINDS = {
    "allowed": s.PRESENCE_ALLOWED,
    "not_allowed": s.PRESENCE_ALLOWED_ENDED,
    "entered": s.EXCLUSION_ENTERED,
    "left": s.EXCLUSION_LEFT,
}

MUTED = ("proximity", "possible_approach")  # kinds of cause that ring for nobody while presence is allowed


class Orders:
    """What is remembered of the orders of a cell, by the number of their measure."""

    def __init__(self) -> None:
        self._watches: dict[int, Watch] = {}
        self._said: dict[int, list[Any]] = {}  # the places as the order said them
        self._wearer: dict[int, int] = {}  # the device of the wearer
        self._crossings: dict[int, list[Crossing]] = {}

    @staticmethod
    def read(said: Any) -> tuple[Place, ...]:
        """The places of a change of the file. Raises KeyError, ValueError or TypeError."""
        return places.read(said or ())

    def put(self, number: int, wearer: int, said: Any, found: tuple[Place, ...]) -> bool:
        """Takes the places of a measure; True if they are other ones than before. What was allowed is looked at anew."""
        said = list(said or ())
        changed = bool(said != self._said.get(number, []))
        before = self._watches.get(number)
        if before is not None or found:
            self._wearer[number] = wearer
        if changed:
            # What was allowed stays so until the next look, which says its end if the new order does not allow it.
            self._said[number] = said
            self._watches[number] = Watch(found, -1 if before is None else before.allowed)
        return changed

    def forget(self, number: int) -> None:
        """The measure is watched no more."""
        self._drop(number)
        self._crossings.pop(number, None)

    def _drop(self, number: int) -> None:
        for table in (self._watches, self._said, self._wearer):
            table.pop(number, None)

    def numbers(self) -> list[int]:
        """The measures whose order names places."""
        return sorted(self._watches)

    def wearers(self) -> NDArray[np.int64]:
        """Their wearers' devices."""
        return np.array(sorted(set(self._wearer.values())), np.int64)

    def of(self, device: int) -> list[int]:
        """The measures with places whose wearer has this device."""
        return sorted(number for number, mine in self._wearer.items() if mine == device)

    def look(self, number: int, pair: Any, at_ms: int, policy: Any) -> Iterable[tuple[int, int]]:
        """What the order says anew of where the wearer is: (kind of event, place). Empty for a measure without places."""
        watch = self._watches.get(number)
        if watch is None:
            return []
        wearer = pair["wearer"]
        seen = wearer["t_ms"] != NO_TIME and not wearer["flags"] & (s.SILENT | s.POSITION_UNKNOWN)
        told = [(KINDS[word], place) for word, place in watch.look(wearer, bool(seen), at_ms, policy)]
        if not watch.places:
            self._drop(number)
        return told

    def weigh(self, number: int, cause: Cause, line: dict[str, Any]) -> Cause:
        """The same cause, that only adds a line while the wearer is where the order allows it (BAR-18)."""
        watch = self._watches.get(number)
        if watch is None or watch.allowed < 0 or not cause.opens or cause.kind not in MUTED:
            return cause
        line["allowed_place"] = watch.allowed
        return replace(cause, opens=False)

    def crossed(self, number: int, event: Any, policy: Any) -> bool:
        """Is this crossing the one that makes a possible search for location?"""
        watch = self._watches.get(number)
        if not search.is_crossing(event) or (watch is not None and watch.allowed >= 0):
            return False
        kept, told = search.after(self._crossings.get(number, []), event, policy)
        self._crossings[number] = kept
        return told

    def dump(self) -> dict[str, Any]:
        """What is remembered, for JSON."""
        return {
            "places": [[n, self._wearer[n], self._said[n], w.dump()] for n, w in sorted(self._watches.items())],
            "crossings": sorted((n, kept) for n, kept in self._crossings.items() if kept),
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Becomes what `dump` described."""
        self.__init__()  # type: ignore[misc]
        for number, wearer, said, remembered in kept["places"]:
            self._wearer[number], self._said[number] = wearer, said
            self._watches[number] = Watch(places.read(said))
            self._watches[number].restore(remembered)
        self._crossings = {n: [(at, lat, lon) for at, lat, lon in found] for n, found in kept["crossings"]}
